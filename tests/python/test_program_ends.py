"""SIGTERM and SIGHUP: whatever runs in whatever thread is made safe first, and a program with nothing open dies as any other."""

import json
import signal
import subprocess
import sys
import textwrap
import time

import pytest

HEAD = """
import asyncio, multiprocessing, os, signal, sys, threading
from concurrent.futures import ThreadPoolExecutor
import gtxrig
from gtxrig import A, Bench, V, load_cases
OUT = {out!r}
def case():
    return load_cases({case!r}, record="events")[0].run(OUT)
def session():
    with Bench.load().session(out=OUT, record="events") as rig:
        rig.start(soc=0.5)
        rig.supply.set(voltage=53 * V, current=1 * A, output=True)
        rig.hold(1e9)
"""
CASE = """\
case: slow
start: { soc: 50 % }
steps: [ { set: { supply.voltage_set: 53 V, supply.current_set: 1 A, supply.output: on }, hold: 100000 h } ]
always: [ { reference: conforms } ]
"""


def begin(tmp_path, text):
    case = tmp_path / "slow.yaml"
    case.write_text(CASE)
    path = tmp_path / "script.py"
    path.write_text(HEAD.format(out=str(tmp_path / "run"), case=str(case)) + textwrap.dedent(text))
    return subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(path, process):
    while not path.exists():
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)


def send_until_it_ends(process, number):
    """Python looks for signals before it waits and when one comes while it waits: one in between is seen with the next."""
    for _ in range(12):
        process.send_signal(number)
        try:
            return process.communicate(timeout=10)[1]
        except subprocess.TimeoutExpired:
            pass
    raise AssertionError("it does not end")


def record_of(folder):
    return json.loads((folder / "run.json").read_text())


IN_A_THREAD = "thread = threading.Thread(target={what}); thread.start(); thread.join()"
IN_A_POOL = "with ThreadPoolExecutor(1) as pool: pool.submit({what}).result()"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    "text",
    [
        "case()",
        IN_A_THREAD.format(what="case"),
        IN_A_POOL.format(what="case"),
        IN_A_THREAD.format(what="session"),
        IN_A_POOL.format(what="session"),
        "asyncio.run(asyncio.to_thread(session))",
        """
        async def main():
            with Bench.load().session(out=OUT, record="events") as rig:
                await asyncio.to_thread(rig.start, soc=0.5)
                rig.supply.set(voltage=53 * V, current=1 * A, output=True)
                await asyncio.to_thread(rig.hold, 1e9)
        asyncio.run(main())
        """,
    ],
)
def test_a_signal_makes_the_bench_safe_before_it_ends_the_program(tmp_path, text, number):
    with begin(tmp_path, text) as process:
        try:
            wait_for(tmp_path / "run/run.sqlite", process)
            errors = send_until_it_ends(process, number)
        finally:
            process.kill()
    assert process.returncode == 128 + number, errors
    run = record_of(tmp_path / "run")
    assert run["verdict"] in ("aborted", "error")  # asyncio ends a block with CancelledError
    assert any("read back" in event["text"] for event in run["events"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_program_with_nothing_open_dies_of_the_signal_as_without_the_package(tmp_path, number):
    with begin(
        tmp_path,
        """
        with Bench.load().session(record="none") as rig:
            rig.start()
        print("over", flush=True)
        signal.pause()
        """,
    ) as process:
        try:
            assert process.stdout.readline() == "over\n"
            process.send_signal(number)
            assert process.communicate(timeout=60) == ("", "") and process.returncode == -number
        finally:
            process.kill()


def test_a_handler_of_the_script_is_left_alone_and_a_fork_has_none(tmp_path):
    with begin(
        tmp_path,
        """
        def mine(*_): pass
        signal.signal(signal.SIGHUP, mine)
        rig = Bench.load().session(record="none").start()
        assert signal.getsignal(signal.SIGHUP) is mine and signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        child = multiprocessing.get_context("fork").Process(target=signal.pause)
        child.start()
        child.terminate()
        child.join()
        print(child.exitcode)
        rig.close()
        """,
    ) as process:
        try:
            said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert said == (f"{-signal.SIGTERM}\n", "") and process.returncode == 0, said


def test_signals_that_come_while_everything_is_made_safe_do_not_cut_it_off(tmp_path):
    # At the one place between two sessions that a test can reach: each sends what would end the program.
    with begin(
        tmp_path,
        """
        real = gtxrig.Session.abort
        def abort(self, *more):
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.raise_signal(number)
            real(self, *more)
        gtxrig.Session.abort = abort
        open_ones = [Bench.load().session(out=f"{OUT}{name}", record="events").start() for name in "ab"]
        signal.raise_signal(signal.SIGTERM)
        """,
    ) as process:
        try:
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 128 + signal.SIGTERM and errors == ""
    assert [record_of(tmp_path / f"run{name}")["verdict"] for name in "ab"] == ["aborted", "aborted"]


def test_a_generator_that_is_dropped_with_the_interpreter_ends_its_run_in_silence(tmp_path):
    with begin(
        tmp_path,
        """
        def drive():
            with Bench.load().session(out=OUT, record="events") as rig:
                rig.start(soc=0.5)
                yield rig
        kept = drive()
        next(kept)
        """,
    ) as process:
        try:
            said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert said == ("", "") and process.returncode == 0
    assert record_of(tmp_path / "run")["verdict"] == "aborted"
