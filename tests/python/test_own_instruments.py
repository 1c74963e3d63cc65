"""A Python class as an instrument: over the wires of simulated boxes, and by itself where it misbehaves."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from gtxrig import A, Bench, SessionOver, V, degC
from running_bench import GTXRIG, ROOT, running_bench

ENVIRONMENT = {
    **os.environ,
    "GTXRIG_PYTHON": sys.executable,
    "PYTHONPATH": str(Path(sys.modules["gtxrig"].__file__).parents[1]),
}


def line_of(text, name):
    return re.search(rf"^  {name}: .*$", text, re.MULTILINE).group(0)


def address_in(line):
    host, port = re.search(r"tcp://([\d.]+):(\d+)", line).groups()
    return f"host: {host}, port: {port}"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with running_bench(tmp_path_factory.mktemp("own")) as bench:
        yield bench


@pytest.fixture
def own(running):
    """Makes a bench of which `load` or `meter` is a class of this source, else of the example."""

    def make(code=None, load="MyLoad", meter=None, **more):
        text = running.read_text()
        folder = running.parent
        if code is None:
            shutil.copy(ROOT / "python/examples/own_instruments/my_box.py", folder / "my_box.py")
        else:
            (folder / "my_box.py").write_text((ROOT / "python/examples/own_instruments/my_box.py").read_text())
            (folder / "other_box.py").write_text(textwrap.dedent(code))
        file = "my_box.py" if code is None else "other_box.py"
        extra = "".join(f", {key}: {value}" for key, value in more.items())
        old = line_of(text, "load")
        text = text.replace(
            old,
            f'  load: {{ driver: python.load, endpoint: "python://{file}:{load}", with: {{ {address_in(old)} }}, period: 50 ms, '
            f"voltage: 80 V, current: 250 A, power: 10 kW, voltage_uncertainty: 100 mV, current_uncertainty: 1 A{extra} }}",
        )
        if meter:
            old = line_of(text, "meter")
            text = text.replace(
                old,
                f'  meter: {{ driver: python.meter, endpoint: "python://my_box.py:{meter}", with: {{ {address_in(old)} }}, '
                "period: 100 ms, uncertainty: 5 mV }",
            )
        bench = folder / "own.yaml"
        bench.write_text(text)
        return bench

    return make


LOAD_THAT = """
import os, time
from my_box import MyLoad
class MyLoad(MyLoad):
    def read(self):
        reading = super().read()
        if reading.input:
            {body}
        return reading
    def make_safe(self):
        super().make_safe()
        open({log!r}, "a").write(f"safe {{os.getppid()}}\\n")
"""


def discharge(bench, out, hold=4):
    with Bench.load(bench).session("own", out=out) as rig:
        rig.start(soc=0.6, temperature=25 * degC)
        rig.load.set(mode="constant_current", current=10 * A, input=True)
        rig.wait_until("load.current > 9 A", timeout=10)
        rig.hold(hold)
        rig.check("current", rig["load.current"], limits=(9 * A, 11 * A))
    return rig


def test_home_made_boxes_measure_and_switch_like_others(own, tmp_path):
    rig = discharge(own(meter="MyMeter"), tmp_path / "out")
    assert rig.verdict in ("pass", "invalid"), rig.explanation  # a busy machine may miss a tick
    told = rig.run.info["identification"]
    assert any("Chroma" in str(value) for value in told.values()), told
    assert 45 < rig.run.signals["meter.voltage"].to_numpy()[-1] < 58
    assert rig.run.signals["load.input"].to_numpy()[-1] == 0


def test_bench_check_says_who_they_are_and_what_they_read(own):
    done = subprocess.run([GTXRIG, "bench-check", own(meter="MyMeter")], env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "python://my_box.py:MyLoad" in done.stdout and "63210A" in done.stdout and "load.voltage" in done.stdout


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("class MyLoad: pass", "is no gtxrig.boxes.Load; derive it"),
        ("from gtxrig.boxes import Load\nclass TheLoad(Load): pass", "has no class 'MyLoad'"),
        ("from gtxrig.boxes import Load\nclass MyLoad(Load):\n    def __init__(self, host): pass", "cannot be made with host, port"),
        ("from gtxrig.boxes import Load\nclass MyLoad(Load):\n    def __init__(self, host, port): 1 / 0", "MyLoad() raised ZeroDivisionError: division by zero (other_box.py:3)"),
        ("import nothing_of_that_name", "No module named 'nothing_of_that_name' (other_box.py:1)"),
        ("from my_box import MyLoad\nclass MyLoad(MyLoad):\n    def read(self): return 5", "read() gives a LoadReading, not 5"),
        ("from my_box import MyLoad\nfrom gtxrig.boxes import LoadReading\nclass MyLoad(MyLoad):\n    def read(self): return LoadReading(3, 4, False)",
         "voltage of a LoadReading is voltage (V): write a unit, not 3"),
        ("import os; os._exit(3)", "its process ended with exit code 3"),
    ],
)  # fmt: skip
def test_bench_check_tells_what_is_wrong_with_a_class(own, code, text):
    done = subprocess.run([GTXRIG, "bench-check", own(code)], env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and text in done.stdout + done.stderr, done.stdout + done.stderr


def test_a_bench_file_that_names_no_class_is_refused_with_its_line(own):
    bench = own()
    bench.write_text(bench.read_text().replace("python://my_box.py:MyLoad", "python://no_box.py:MyLoad"))
    done = subprocess.run([GTXRIG, "bench-check", bench], env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 2 and "there is no file" in done.stderr and "own.yaml:" in done.stderr
    bench.write_text(bench.read_text().replace("python://no_box.py:MyLoad", "python://no_box"))
    done = subprocess.run([GTXRIG, "bench-check", bench], env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 2 and "names no class" in done.stderr


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("raise ValueError('burnt out')", "burnt out"),
        (r"raise ValueError('burnt \udc80 out')", r"burnt \udc80 out"),
        ("time.sleep(30)", "waiting for an answer"),
        ("os._exit(9)", "exit code 9"),
    ],
)
def test_what_goes_wrong_while_it_is_energised_trips_and_the_load_is_off(own, running, body, text, tmp_path):
    log = tmp_path / "log"
    bench = own(LOAD_THAT.format(body=body, log=str(log)))
    with pytest.raises(SessionOver):
        discharge(bench, tmp_path / "out", hold=20)
    told = json.loads((tmp_path / "out/run.json").read_text())
    assert told["verdict"] in ("aborted", "error")
    assert any(text in finding["sentence"] for finding in told["findings"]), told["findings"]
    assert "safe" in log.read_text()


def test_a_load_whose_rig_was_killed_switches_itself_off(own, running, tmp_path):
    log = tmp_path / "log"
    bench = own(LOAD_THAT.format(body="pass", log=str(log)))
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import os, signal
            from gtxrig import A, Bench
            with Bench.load({str(bench)!r}).session(out={str(tmp_path / 'out')!r}) as rig:
                rig.start(soc=0.6)
                rig.load.set(mode="constant_current", current=10 * A, input=True)
                rig.wait_until("load.current > 9 A", timeout=10)
                log = open({str(log)!r}, "w")
                log.close()
                os.kill(os.getpid(), signal.SIGKILL)
            """
        )
    )
    subprocess.run([sys.executable, str(script)], env=ENVIRONMENT, timeout=60)
    until = time.monotonic() + 10
    while not log.read_text() and time.monotonic() < until:
        time.sleep(0.05)
    assert "safe" in log.read_text()


@pytest.fixture(scope="module")
def home_made(tmp_path_factory):
    """A bench of which every box but the CAN adapter is a class of home_made_boxes.py."""
    folder = tmp_path_factory.mktemp("home")
    espec = {"chamber: { driver: watlow.f4t": "chamber: { driver: espec.p300"}
    with running_bench(folder, replace=espec) as running:
        text = running.read_text()
        for source in (ROOT / "python/examples/own_instruments/my_box.py", ROOT / "tests/python/home_made_boxes.py"):
            shutil.copy(source, running.parent)
        power = "voltage: 80 V, current: 250 A, power: 10 kW, voltage_uncertainty: 100 mV, current_uncertainty: 1 A"
        for name, role, kind, arguments, keys in [
            ("supply", "supply", "home_made_boxes.py:MySupply", "", power),
            ("load", "load", "my_box.py:MyLoad", "", power),
            ("meter", "meter", "my_box.py:MyMeter", "", "uncertainty: 5 mV"),
            ("chamber", "chamber", "home_made_boxes.py:MyChamber", "", "lowest: -40 degC, highest: 90 degC, uncertainty: 1 K"),
            ("thermometer", "thermometer", "home_made_boxes.py:MyThermometer", ", channel: 101", "uncertainty: 1.2 K"),
            ("ambient", "thermometer", "home_made_boxes.py:MyThermometer#2", ", channel: 102", "uncertainty: 1.2 K"),
            ("io", "io", "home_made_boxes.py:MyIo", "", "button: on, lights: on"),
        ]:
            old = line_of(text, name)
            text = text.replace(old, f'  {name}: {{ driver: python.{role}, endpoint: "python://{kind}", period: 100 ms, '
                                     f"with: {{ {address_in(old)}{arguments} }}, {keys} }}")  # fmt: skip
        bench = running.parent / "home.yaml"
        bench.write_text(text)
        yield bench


def test_a_bench_can_be_home_made_altogether(home_made, tmp_path):
    with Bench.load(home_made).session("home", out=tmp_path / "out", record="full") as rig:
        rig.start(soc=0.6, temperature=25 * degC)
        rig.set({"chamber.temperature_set": 30 * degC, "chamber.run": True})
        rig.supply.set(voltage=56 * V, current=10 * A, output=True)
        rig.wait_until("pack.current > 9 A", timeout=10)
        rig.wait_until("chamber.run and chamber.temperature_set > 29.9 degC and chamber.temperature > 24 degC", timeout=10)
        rig.wait_until("lights.color == blue and lights.level == 4", timeout=15)
        rig.check("current", rig["pack.current"], limits=(9 * A, 11 * A))
        rig.supply.set(output=False)
        rig.set({"io.button": True})
        rig.wait_until("io.button", timeout=5)
        rig.hold(3.6)
        rig.set({"io.button": False})
        rig.wait_until("not dut.online and lights.color == off", timeout=30)
    assert rig.verdict in ("pass", "invalid"), rig.explanation  # a busy machine may miss a tick
    told = rig.run.info["identification"]
    for maker in ("EA", "Chroma", "Keysight", "ESPEC"):
        assert any(maker in str(value) for value in told.values()), told
    assert rig.run.signals["supply.output"].to_numpy()[-1] == 0
    assert rig.run.signals["chamber.temperature_set"].to_numpy()[-1] == 25, "a chamber is safe at 25 degC, running"


@pytest.mark.parametrize(("keys", "text"), [("lights: 7", "lights of an IoReading are eight numbers from 0 to 1")])
def test_light_sensors_are_eight(home_made, keys, text):
    bench = home_made.parent / "seven.yaml"
    old = line_of(home_made.read_text(), "io")
    bench.write_text(home_made.read_text().replace(old, old.replace("with: { ", f"with: {{ {keys}, ")))
    done = subprocess.run([GTXRIG, "bench-check", bench], env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and text in done.stdout + done.stderr, done.stdout + done.stderr
