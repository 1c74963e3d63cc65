"""The same script over real wires: simulated boxes on this machine, a loop in real time, one run at a time."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from busy_thread import keep_busy

from gtxrig import A, Bench, RigError, SessionOver, V, degC

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A bench file whose boxes are simulated on their wires while the tests of this file run."""
    folder = tmp_path_factory.mktemp("wires")
    shutil.copytree(ROOT / "cases", folder / "cases")
    bench = folder / "cases/benches/running.yaml"
    sim = subprocess.Popen(
        [os.environ["GTXRIG"], "sim", str(folder / "cases/benches/loopback.yaml"), "--json", "--until-eof", "--out", str(bench)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in sim.stdout:
        if line.strip() == "ready":
            break
    yield bench
    sim.stdin.close()
    sim.wait(timeout=30)


def drive(bench, out):
    """What a script does, on whatever bench."""
    with bench.session("drive", out=out) as rig:
        rig.start(soc=0.5, temperature=25 * degC)
        rig.supply.set(voltage=56 * V, current=10 * A, output=True)
        rig.wait_until("pack.current > 8 A", timeout=10)
        rig.expect("pack.current > 8 A", for_=2)
        rig.check("charging_current", rig["pack.current"], limits=(8 * A, 12 * A))
    return rig


def test_the_same_script_drives_the_virtual_bench_and_the_boxes_on_wires(running, tmp_path):
    virtual = drive(Bench.load(), tmp_path / "virtual")
    assert virtual.verdict == "pass", virtual.explanation
    bench = Bench.load(running)
    assert bench.real_time
    wired = drive(bench, tmp_path / "wired")
    assert wired.verdict in ("pass", "invalid"), wired.explanation  # a busy machine may miss a tick
    assert wired.run.checks[0].verdict == "pass"
    assert any("lateness" in key for key in wired.run.info["identification"])


def test_time_passes_by_itself_and_the_bench_is_watched_while_the_script_does_something_else(running, tmp_path):
    with Bench.load(running).session(out=tmp_path / "run", limits={"pack.current": (None, 5 * A)}) as rig:
        rig.start(soc=0.5)
        before = rig.time
        time.sleep(0.3)
        assert rig.time > before
        rig.supply.set(voltage=56 * V, current=10 * A, output=True)
        deadline = time.monotonic() + 20
        with pytest.raises(SessionOver, match="pack.current"):
            while time.monotonic() < deadline:
                time.sleep(0.05)
                rig.step()
    assert rig.result["way_out"] == "tripped"
    assert rig.verdict == "aborted"


def test_a_box_in_use_is_refused_with_the_name_of_its_user_also_in_another_process(running, tmp_path):
    with Bench.load(running).session(out=tmp_path / "run") as rig:
        rig.start(soc=0.5)
        second = Bench.load(running).session("second", out=tmp_path / "second")
        with pytest.raises(RigError, match=f"in use by process {os.getpid()}"):
            second.start()
        second.close()
        assert not (tmp_path / "second").exists()  # nothing came of it
        script = tmp_path / "other.py"
        script.write_text(
            textwrap.dedent(
                f"""
                from gtxrig import Bench, RigError
                try:
                    Bench.load({str(running)!r}).session(out={str(tmp_path / "third")!r}).start()
                except RigError as error:
                    print(error)
                """
            )
        )
        other = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60)
        assert f"in use by process {os.getpid()}" in other.stdout, other.stdout + other.stderr
        rig.expect("pack.voltage > 40 V")
    assert json.loads((tmp_path / "run/run.json").read_text())["verdict"] in ("pass", "invalid")


def test_another_thread_ends_a_call_in_real_time_too(running, tmp_path):
    rig = Bench.load(running).session(out=tmp_path / "run")
    rig.start(soc=0.5)
    rig.supply.set(voltage=56 * V, current=10 * A, output=True)
    thread, raised = keep_busy(rig)
    rig.abort()
    thread.join()
    assert rig.verdict == "aborted" and [over.way_out for over in raised] == ["aborted"]


def test_an_exception_switches_the_boxes_off_before_it_goes_on(running, tmp_path):
    with pytest.raises(ZeroDivisionError), Bench.load(running).session(out=tmp_path / "run") as rig:
        rig.start(soc=0.5)
        rig.supply.set(voltage=56 * V, current=10 * A, output=True)
        rig.wait_until("pack.current > 8 A", timeout=10)
        1 / 0
    assert rig.verdict == "error"
    with Bench.load(running).session(out=tmp_path / "after") as rig:
        rig.start()
        assert abs(rig["pack.current"]) < 1 * A
        assert not rig["supply.output"]
        rig.expect("pack.voltage > 40 V")
