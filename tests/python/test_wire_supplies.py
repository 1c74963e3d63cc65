"""PyVISA-py and sigrok-cli, which were not written here, talk to the simulated supplies and the meters."""

import re
import shutil
import subprocess
import time

import pytest
import pyvisa

from wires import TCP, Line, farm


@pytest.fixture
def visa():
    manager = pyvisa.ResourceManager("@py")
    yield manager
    manager.close()


def socket_of(visa, running, name):
    host, port = running.address(name)
    return visa.open_resource(f"TCPIP::{host}::{port}::SOCKET", read_termination="\n", write_termination="\n", timeout=5000)


def until(condition, seconds=20):
    """Waits for what takes rig time; the test fails when it never comes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_pyvisa_charges_the_pack_through_a_psb(tmp_path, visa):
    with farm(tmp_path, {"supply": f"driver: ea.psb, model: PSB 9080-360 3U, {TCP}"}) as running:
        psb = socket_of(visa, running, "supply")
        assert "PSB 9080-360 3U" in psb.query("*IDN?")
        assert psb.query("SYST:NOM:VOLT?") == "80.00 V"
        psb.write("VOLT 56.2")
        assert psb.query("SYST:ERR?").startswith("-201"), "nobody sets anything that he does not own"
        psb.write("SYST:LOCK ON")
        assert psb.query("SYST:LOCK:OWNER?") == "REMOTE"
        for command in ("SINK:CURR 0", "VOLT:PROT 60", "VOLT 56.2", "CURR 20", "OUTP ON"):
            psb.write(command)
        assert psb.query("OUTP?") == "ON"
        assert until(lambda: abs(running.signal("supply.current") - 20) < 0.5)
        volts, amps, watts = re.fullmatch(r"([\d.]+) V, ([\d.]+) A, (\d+) W", psb.query("MEAS:ARR?")).groups()
        assert float(amps) == pytest.approx(20, abs=0.5)
        assert float(watts) == pytest.approx(float(volts) * float(amps), rel=0.05)
        assert psb.query("SYST:ERR?") == '0,"No error"'
        psb.write("OUTP OFF")
        assert psb.query("OUTP?") == "OFF"
        assert until(lambda: running.signal("supply.current") == 0)
        assert float(psb.query("MEAS:VOLT?").split()[0]) > 40, "a pack stays at its voltage when the output is off"
        psb.close()


def test_a_psb_that_is_set_below_the_pack_sinks_by_itself(tmp_path, visa):
    with farm(tmp_path, {"supply": f"driver: ea.psb, {TCP}"}) as running:
        psb = socket_of(visa, running, "supply")
        for command in ("SYST:LOCK ON", "VOLT 40", "CURR 10", "SINK:CURR 5", "OUTP ON"):
            psb.write(command)
        assert until(lambda: float(psb.query("MEAS:CURR?").split()[0]) < -4)
        psb.write("SINK:CURR 0")
        assert until(lambda: abs(float(psb.query("MEAS:CURR?").split()[0])) < 0.2)
        psb.close()


def test_over_voltage_latches_until_its_cause_is_gone_and_it_is_acknowledged(tmp_path, visa):
    with farm(tmp_path, {"supply": f"driver: ea.psb, {TCP}"}) as running:
        psb = socket_of(visa, running, "supply")
        for command in ("SYST:LOCK ON", "VOLT 56", "CURR 5", "OUTP ON", "VOLT:PROT 45"):
            psb.write(command)
        assert until(lambda: psb.query("OUTP?") == "OFF")
        assert int(psb.query("STAT:QUES:COND?")) & 1
        psb.query("SYST:ALAR:COUN:OVOL?")
        psb.write("OUTP ON")
        assert psb.query("OUTP?") == "OFF", "the pack still stands above the limit"
        psb.write("VOLT:PROT 60")
        assert psb.query("SYST:ALAR:COUN:OVOL?") == "1"
        psb.write("OUTP ON")
        assert psb.query("OUTP?") == "ON"
        psb.close()


def test_the_error_queue_says_when_it_overflowed(tmp_path, visa):
    with farm(tmp_path, {"supply": f"driver: ea.psb, {TCP}"}) as running:
        psb = socket_of(visa, running, "supply")
        for _ in range(40):
            psb.write("NONSENSE 1")
        errors = [psb.query("SYST:ERR?") for _ in range(17)]
        assert errors[0] == '-113,"Undefined header"'
        assert errors[15] == '-350,"Queue overflow"'
        assert errors[16] == '0,"No error"'
        psb.close()


def test_the_watchdog_of_a_silent_client_switches_off(tmp_path, visa):
    with farm(tmp_path, {"supply": f"driver: ea.psb, {TCP}"}) as running:
        psb = socket_of(visa, running, "supply")
        for command in (
            "SYST:LOCK ON",
            "SYST:COMM:MON:TIM 1",
            "SYST:COMM:MON:ACT ON",
            "VOLT 56",
            "CURR 5",
            "OUTP ON",
        ):
            psb.write(command)
        assert psb.query("OUTP?") == "ON"
        assert until(lambda: running.signal("supply.output") == 0)
        assert psb.query("SYST:LOCK:OWNER?") == "NONE"
        psb.close()


def test_pyvisa_reads_meter_and_thermometer(tmp_path, visa):
    boxes = {
        "meter": f"driver: keysight.3446x, model: 34465A, {TCP}",
        "thermometer": f"driver: keysight.daq970a, {TCP}",
    }
    with farm(tmp_path, boxes) as running:
        meter = socket_of(visa, running, "meter")
        assert "34465A" in meter.query("*IDN?")
        meter.write("CONF:VOLT:DC 100")
        assert float(meter.query("READ?")) == pytest.approx(running.signal("meter.voltage"), abs=0.05)
        meter.write("CONF:VOLT:DC 10")
        assert float(meter.query("READ?")) > 9e37, "50 V in the 10 V range is an overload"
        daq = socket_of(visa, running, "thermometer")
        daq.write("CONF:TEMP TC,K,(@101)")
        assert float(daq.query("READ?")) == pytest.approx(25, abs=2)
        daq.write("UNIT:TEMP F,(@101)")
        assert float(daq.query("READ?")) == pytest.approx(77, abs=4)
        meter.close()
        daq.close()


def test_pyvisa_discharges_through_a_chroma_load(tmp_path, visa):
    with farm(tmp_path, {"load": f"driver: chroma.63200a, model: 63206A-150-600, {TCP}"}) as running:
        load = socket_of(visa, running, "load")
        for command in ("MODE CCH", "CURR:STAT:L1 30", "LOAD ON"):
            load.write(command)
        assert load.query("LOAD?") == "ON"
        assert load.query("LOAD:SHOR?") == "0"
        assert until(lambda: abs(running.signal("load.current") - 30) < 0.5)
        load.write("MODE CCL")
        assert load.query("LOAD?") == "OFF", "another range drops the load"
        load.write("CURR:STAT:L1 100")
        assert load.query("SYST:ERR?").startswith("-222"), "the low range ends at 60 A"
        load.close()


@pytest.mark.skipif(shutil.which("sigrok-cli") is None, reason="sigrok-cli is not installed")
def test_sigrok_knows_the_n5767a_and_switches_it(tmp_path):
    with farm(tmp_path, {"supply": f"driver: keysight.n5700, model: N5767A, {TCP}"}) as running:
        host, port = running.address("supply")
        driver = f"scpi-pps:conn=tcp-raw/{host}/{port}"

        def sigrok(*arguments):
            done = subprocess.run(
                ["sigrok-cli", "-d", driver, *arguments], capture_output=True, text=True, timeout=60, check=False
            )
            assert done.returncode == 0, done.stderr
            return done.stdout

        assert "N5767A" in sigrok("--scan")
        box = Line(host, port)  # libsigrok 0.5.2 has no current limit for this model
        box.tell("SYST:COMM:RLST REM")
        box.tell("CURR 10")
        assert box.ask("CURR?").startswith("9.99")
        box.close()
        sigrok("-g", "1", "--config", "voltage_target=55", "--set")
        assert until(lambda: running.signal("supply.voltage_set") == pytest.approx(55, abs=0.01))
        sigrok("-g", "1", "--config", "enabled=true", "--set")
        assert until(lambda: running.signal("supply.output") == 1)
        assert until(lambda: running.signal("supply.current") > 9.5)
        readings = sigrok("--samples", "2")
        amps = [float(value) for value in re.findall(r"([-\d.]+) A", readings)]
        assert amps and all(value == pytest.approx(10, abs=1) for value in amps), readings
        sigrok("-g", "1", "--config", "enabled=false", "--set")
        assert until(lambda: running.signal("supply.output") == 0)


def test_an_n5700_keeps_its_over_voltage_above_its_voltage(tmp_path):
    with farm(tmp_path, {"supply": f"driver: keysight.n5700, {TCP}"}) as running:
        box = Line(*running.address("supply"))
        for command in ("SYST:COMM:RLST REM", "VOLT 50", "VOLT:PROT 51"):
            box.tell(command)
        assert box.ask("SYST:ERR?").startswith("-221")
        box.tell("VOLT:PROT 54")
        box.tell("VOLT 53")
        assert box.ask("SYST:ERR?").startswith("-221")
        box.close()


def test_an_it6000c_sinks_what_its_negative_limit_allows(tmp_path):
    with farm(tmp_path, {"supply": f"driver: itech.it6000c, {TCP}"}) as running:
        box = Line(*running.address("supply"))
        for command in ("SYST:REM", "VOLT 40", "CURR:LIM:NEG -3", "OUTP 1"):
            box.tell(command)
        assert box.ask("OUTP?") == "1"
        assert until(lambda: float(box.ask("MEAS:CURR?")) < -2.5)
        box.close()
