"""A box that is switched off and on: what it was told is gone, and its sockets are closed."""

import pytest
import serial
from wires import SERIAL, TCP, Line, farm


def test_a_power_cycle_loses_the_settings_and_the_socket(tmp_path):
    with farm(tmp_path, {"supply": f"driver: ea.psb, {TCP}"}) as running:
        line = Line(*running.address("supply"))
        for command in ("SYST:LOCK ON", "SINK:CURR 0", "VOLT 56", "CURR 20", "OUTP ON"):
            line.tell(command)
        assert line.ask("OUTP?") == "ON"
        running.ask("fault supply power_cycle")
        assert line.file.readline() == b"", "the connection has ended"
        line.close()
        again = Line(*running.address("supply"))
        assert [again.ask(q) for q in ("OUTP?", "VOLT?", "CURR?", "SYST:LOCK?")] == ["OFF", "0.00 V", "0.0 A", "OFF"]
        assert again.ask("SINK:CURR?") == "360.0 A", "as from the factory"
        again.close()


def test_a_serial_cable_outlives_a_power_cycle(tmp_path):
    with farm(tmp_path, {"supply": f"driver: tdk.genesys, model: GEN80-125, {SERIAL}"}) as running:
        with serial.Serial(running.path("supply"), 9600, timeout=3) as line:

            def ask(text):
                line.write(text.encode() + b"\r")
                return line.read_until(b"\r").decode().rstrip("\r")

            assert [ask(text) for text in ("ADR 6", "RMT 1", "PV 50")] == ["OK"] * 3
            running.ask("fault supply power_cycle")
            assert ask("ADR 6") == "OK"
            assert ask("PV?") == "0.0000"


def test_a_meter_forgets_its_range(tmp_path):
    with farm(tmp_path, {"meter": f"driver: keysight.3446x, {TCP}"}) as running:
        line = Line(*running.address("meter"))
        line.tell("CONF:VOLT:DC 100")
        assert "1.00000000E+02" in line.ask("CONF?")
        line.close()
        running.ask("fault meter power_cycle")
        line = Line(*running.address("meter"))
        assert "1.00000000E+03" in line.ask("CONF?")
        line.close()


@pytest.mark.parametrize("driver", ["chroma.63200a", "ea.elr"])
def test_a_load_is_off_after_a_power_cycle(tmp_path, driver):
    state, on = ("LOAD?", "LOAD ON") if driver == "chroma.63200a" else ("INP?", "INP ON")
    with farm(tmp_path, {"load": f"driver: {driver}, {TCP}"}) as running:
        line = Line(*running.address("load"))
        for command in ("SYST:LOCK ON", on):
            line.tell(command)
        assert line.ask(state) == "ON"
        line.close()
        running.ask("fault load power_cycle")
        line = Line(*running.address("load"))
        assert line.ask(state) == "OFF"
        line.close()
