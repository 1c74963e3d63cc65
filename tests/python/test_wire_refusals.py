"""What the control line and the simulated boxes refuse, and how."""

import json
import socket

from wires import TCP, Line, farm


def test_a_wrong_unit_is_refused_where_no_unit_is_spoken(tmp_path):
    boxes = {"supply": f"driver: keysight.n5700, {TCP}", "load": f"driver: ea.elr, {TCP}"}
    with farm(tmp_path, boxes) as running:
        refusal = json.loads(running.control.ask("fault supply wrong_unit"))
        assert not refusal["ok"]
        assert "no unit" in refusal["error"] and "garbage" in refusal["error"]
        running.ask("fault load wrong_unit")
        line = Line(*running.address("load"))
        assert line.ask("MEAS:VOLT?").endswith(" mV")
        line.close()


def test_a_decimal_comma_is_not_ten(tmp_path):
    with farm(tmp_path, {"supply": f"driver: ea.psb, {TCP}"}) as running:
        line = Line(*running.address("supply"))
        line.tell("SYST:LOCK ON")
        line.tell("VOLT 10,5")
        assert line.ask("SYST:ERR?") == '-108,"Parameter not allowed"'
        assert line.ask("VOLT?") == "0.00 V"
        line.close()


def test_two_thermometers_of_one_scanner_are_one_box(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        endpoint = f'endpoint: "tcp://127.0.0.1:{free.getsockname()[1]}"'
    boxes = {
        "thermometer": f"driver: keysight.daq970a, channel: 101, {endpoint}",
        "ambient": f"driver: keysight.daq970a, channel: 102, {endpoint}",
    }
    with farm(tmp_path, boxes) as running:
        assert running.endpoints["thermometer"] == running.endpoints["ambient"]
        line = Line(*running.address("ambient"))
        assert len(line.ask("ROUT:SCAN (@101,102);:READ?").split(",")) == 2
        line.close()
