"""The end of a session, and what comes in between: the bench is safe, and the session has its result or can be ended still."""

import builtins
import json
import signal
import subprocess
import sys
import threading
import time

import pytest

from gtxrig import A, Bench, RigError, V, session_end


@pytest.fixture
def rig(tmp_path):
    rig = Bench.load().session(out=tmp_path / "run", record="events")
    rig.start(soc=0.5)
    rig.supply.set(voltage=53 * V, current=1 * A, output=True)
    return rig


def is_over_and_safe(rig, verdict):
    assert rig.closed and rig.verdict == verdict
    with open(f"{rig.folder}/run.json", encoding="utf-8") as file:
        run = json.load(file)
    assert run["verdict"] == verdict and any("read back" in event["text"] for event in run["events"])
    rig.abort()
    rig.close()
    rig.bench.session("next", record="none").start().close()
    return True


def interrupted(monkeypatch, name, times=1):
    """Ctrl-C where the end comes to this function, so many times."""
    real, left = getattr(session_end, name, None) or getattr(builtins, name), [times]

    def function(*arguments):
        if left[0] > 0:
            left[0] -= 1
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(session_end, name, function, raising=False)


def test_ctrl_c_before_the_engine_is_asked_ends_the_run_all_the_same(rig, monkeypatch):
    interrupted(monkeypatch, "whole")
    with pytest.raises(KeyboardInterrupt), rig:
        pass
    assert is_over_and_safe(rig, "aborted")


def test_ctrl_c_before_the_end_has_begun_ends_the_run_too(rig, monkeypatch):
    interrupted(monkeypatch, "issubclass")
    with pytest.raises(KeyboardInterrupt), rig:
        raise ValueError
    assert is_over_and_safe(rig, "aborted")


def test_ctrl_c_that_is_held_down_leaves_a_session_that_can_be_ended(rig, monkeypatch):
    interrupted(monkeypatch, "whole", times=4)
    with pytest.raises(KeyboardInterrupt), rig:
        pass
    assert not rig.closed
    rig.abort()
    assert is_over_and_safe(rig, "aborted")


def test_ctrl_c_when_the_engine_is_done_does_not_lose_the_result(rig, monkeypatch):
    interrupted(monkeypatch, "note_closed")
    with pytest.raises(KeyboardInterrupt), rig:
        rig.expect("pack.voltage > 40 V")
    assert is_over_and_safe(rig, "pass")


def test_ctrl_c_in_the_middle_of_the_end_comes_when_the_result_is_there(rig):
    rig.expect("pack.voltage > 40 V")
    main, core, before = threading.main_thread().ident, rig._core, signal.signal(signal.SIGINT, signal.default_int_handler)

    def press():
        while not core.busy and core.begun:
            pass
        signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=press)
    try:
        with pytest.raises(KeyboardInterrupt):  # noqa: PT012
            thread.start()
            rig.close()
            while True:  # the key came late
                time.sleep(0.001)
    finally:
        thread.join()
        signal.signal(signal.SIGINT, before)
    assert is_over_and_safe(rig, "pass")


def test_an_end_that_cannot_write_its_results_leaves_the_bench_safe_and_free(tmp_path):
    rig = Bench.load().session(out=tmp_path / "run", record="events").start()
    (tmp_path / "run/report.html").mkdir()
    with pytest.raises(RigError, match=r"report\.html"):
        rig.close()
    assert rig.closed
    rig.bench.session("next", record="none").start().close()


def test_the_record_of_an_aborted_run_in_real_time_ends_with_a_bench_that_is_off(tmp_path):
    rig = Bench.load(overrides=["clock=wall"]).session(out=tmp_path / "run").start(soc=0.5)
    rig.supply.set(voltage=53 * V, current=10 * A, output=True)
    rig.wait_until("supply.output", timeout=5)
    rig.abort()
    output = rig.run.signals["supply.output"].to_numpy()
    assert 1 in output and output[-1] == 0


def test_two_threads_may_end_a_session_at_once(rig):
    ready = threading.Barrier(4)

    def end():
        ready.wait()
        rig.abort()
        assert rig.verdict == "aborted"

    raised = []
    threading.excepthook, before = raised.append, threading.excepthook
    try:
        threads = [threading.Thread(target=end) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        threading.excepthook = before
    assert raised == [] and is_over_and_safe(rig, "aborted")


@pytest.mark.parametrize(
    ("ending", "why"),
    [
        ("rig.abort()", "the script called abort()"),
        ("rig.abort('smoke')", "smoke"),
        ("import gc; del rig; gc.collect()", "the script let go of its session without closing it"),
        ("", "the program ended without closing it"),
        ("raise ValueError('no')", "the program ended without closing it, by ValueError: no"),
        ("with rig: sys.exit(3)", "its block ended by SystemExit"),
        ("import signal; signal.raise_signal(signal.SIGTERM)", "SIGTERM ended the program"),
        ("with rig: raise KeyboardInterrupt", None),
    ],
)
def test_a_run_that_was_stopped_says_why(tmp_path, ending, why):
    script = tmp_path / "script.py"
    script.write_text(f"import sys\nfrom gtxrig import Bench\nrig = Bench.load().session(out={str(tmp_path / 'run')!r}).start()\n{ending}\n")
    subprocess.run([sys.executable, str(script)], capture_output=True, timeout=60, check=False)
    run = json.loads((tmp_path / "run/run.json").read_text())
    assert run["verdict"] == "aborted"
    assert run["sentence"] == (f"The run was stopped: {why}" if why else "The run was stopped by the user.")
