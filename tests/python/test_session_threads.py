"""A session that one thread drives while another one, or a signal, wants its end."""

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import textwrap

import pytest
from busy_thread import keep_busy

from gtxrig import A, Bench, RigError, V

HEAD = """
import asyncio, signal, sys, threading
from concurrent.futures import ThreadPoolExecutor
from gtxrig import A, Bench, RigError, SessionOver, V
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background makes its children deaf to it
rig = Bench.load().session(out={out!r}, record="events")
rig.start(soc=0.5)
rig.supply.set(voltage=53 * V, current=1 * A, output=True)
begun = threading.Event()
def drive():
    begun.set()
    rig.hold(1e9)
"""


def ended(tmp_path, text, *numbers):
    """The run of a program that gets these signals after its first line."""
    path = tmp_path / "script.py"
    path.write_text(HEAD.format(out=str(tmp_path / "run")) + textwrap.dedent(text))
    with subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "begun\n"
            for number in numbers:
                process.send_signal(number)
            _, errors = process.communicate(timeout=120)
        finally:
            process.kill()
    run = json.loads((tmp_path / "run/run.json").read_text())
    assert any("read back" in event["text"] for event in run["events"]), errors
    return run


@pytest.mark.parametrize("end", ["abort", "leave"])
def test_another_thread_ends_a_session_in_the_middle_of_a_call(tmp_path, end):
    rig = Bench.load().session(out=tmp_path / "run", record="events")
    rig.start(soc=0.5)
    rig.supply.set(voltage=53 * V, current=1 * A, output=True)
    thread, raised = keep_busy(rig)
    with pytest.raises(RigError, match="abort\\(\\) ends it from another thread"):
        rig.close()
    if end == "abort":
        rig.abort()
    else:
        with pytest.raises(ValueError, match="mine"), rig:
            raise ValueError("mine")
    thread.join()
    assert rig.verdict == ("aborted" if end == "abort" else "error")
    assert [over.way_out for over in raised] == ["aborted"]
    run = json.loads((tmp_path / "run/run.json").read_text())
    assert any("read back" in event["text"] for event in run["events"])


def test_an_assertion_that_fails_in_the_block_is_a_finding(tmp_path):
    with pytest.raises(AssertionError), Bench.load().session(out=tmp_path / "run", record="events") as rig:
        rig.start(soc=0.5)
        assert rig["pack.voltage"] < 1 * V, "far too much"
    assert rig.verdict == "fail"
    assert "failed: AssertionError: far too much" in rig.sentence and "test_session_threads.py:" in rig.sentence


def test_a_block_that_ends_in_the_middle_of_a_call_ends_the_call(tmp_path):
    with pytest.raises(RigError, match="aborted: its block ended while another thread"):  # noqa: SIM117
        with Bench.load().session(out=tmp_path / "run", record="events") as rig:
            rig.start(soc=0.5)
            rig.supply.set(voltage=53 * V, current=1 * A, output=True)
            thread, _ = keep_busy(rig)
    thread.join()
    assert rig.verdict == "aborted"
    run = json.loads((tmp_path / "run/run.json").read_text())
    assert any("read back" in event["text"] for event in run["events"])


def test_a_timeout_of_asyncio_that_is_caught_does_not_leave_the_bench_energised():
    async def main():
        with Bench.load().session(record="none") as rig:
            rig.start(soc=0.5)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.to_thread(rig.hold, 1e9), 0.01)

    with pytest.raises(RigError, match="its block ended"):
        asyncio.run(main())


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("threading.Thread(target=drive).start(); begun.wait(); print('begun', flush=True); sys.exit(3)", ()),
        ("t = threading.Thread(target=drive); t.start(); begun.wait(); print('begun', flush=True); t.join()", (signal.SIGTERM,)),
        ("with ThreadPoolExecutor(1) as pool:\n    f = pool.submit(drive); begun.wait(); print('begun', flush=True); f.result()", (signal.SIGTERM,)),
        ("pool = ThreadPoolExecutor(1); f = pool.submit(drive); begun.wait(); print('begun', flush=True); f.result()", (signal.SIGINT,)),
        ("""
         async def main():
             with rig:
                 task = asyncio.create_task(asyncio.to_thread(drive))
                 while not begun.is_set():
                     await asyncio.sleep(0)
                 print("begun", flush=True)
                 await task
         asyncio.run(main())
         """, (signal.SIGINT,)),
    ],
)  # fmt: skip
def test_a_thread_in_a_long_call_does_not_keep_the_bench_energised(tmp_path, text, numbers):
    assert ended(tmp_path, text, *numbers)["verdict"] in ("aborted", "error")


def test_a_thread_that_has_a_session_of_its_own_may_finish_it_after_the_main_thread(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(
        textwrap.dedent(f"""
        import threading
        from gtxrig import Bench
        main_is_over = threading.Event()
        threading._register_atexit(main_is_over.set)  # called after those that came later
        def drive():
            with Bench.load().session(out={str(tmp_path / "run")!r}) as rig:
                rig.start(soc=0.5)
                main_is_over.wait()
                rig.expect("pack.voltage > 40 V", for_=10)
        threading.Thread(target=drive).start()
        """)
    )
    subprocess.run([sys.executable, str(path)], timeout=120, check=True)
    assert json.loads((tmp_path / "run/run.json").read_text())["verdict"] == "pass"


def test_what_a_signal_handler_raises_is_what_the_run_says(tmp_path):
    text = """
    class Enough(Exception): pass
    def handler(*_): raise Enough("the script's own reason")
    signal.signal(signal.SIGUSR1, handler)
    with rig:
        print("begun", flush=True)
        rig.hold(1e9)
    """
    run = ended(tmp_path, text, signal.SIGUSR1)
    assert run["verdict"] == "error" and "the script's own reason" in run["sentence"]
