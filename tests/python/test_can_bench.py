"""`gtxrig can dump`, `can encode` and `replay LOG` as a bench engineer uses them."""

import json
import os
import random
import subprocess
from pathlib import Path

import can
import cantools
import pytest
from wires import SERIAL, farm

ROOT = Path(__file__).resolve().parents[2]
GTXRIG = os.environ.get("GTXRIG", "gtxrig")
VIRTUAL = ROOT / "cases" / "benches" / "virtual.yaml"


def run(*arguments, stdin=None):
    command = [GTXRIG, *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120)


def test_dump_shows_the_virtual_pack_and_finds_out_its_dialect():
    result = run("can", "dump", VIRTUAL, "--count", 16, "--json")
    assert result.returncode == 0, result.stderr
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert lines[-1]["frames"] == 16 and lines[-1]["dialect"] == "sofar_amass"
    voltages = [line["signals"]["Voltage"] for line in lines[:-1] if line["id"] == "0x356"]
    assert voltages and all(40 < volts < 58 for volts in voltages)


def test_a_dump_as_a_log_is_read_by_python_can_and_by_decode(tmp_path):
    result = run("can", "dump", VIRTUAL, "--count", 9, "--as-log")
    assert result.returncode == 0, result.stderr
    path = tmp_path / "bus.log"
    path.write_text(result.stdout, encoding="utf-8")
    read = list(can.CanutilsLogReader(path))
    assert len(read) == 9 and {0x351, 0x356} <= {message.arbitration_id for message in read}
    assert "dialect: sofar_amass" in run("can", "decode", path).stdout


def test_a_dump_without_colours_has_none_and_names_an_adapter_that_is_missing():
    assert "\x1b" not in run("can", "dump", VIRTUAL, "--count", 1).stdout
    result = run("can", "dump", "--driver", "can.slcan", "--set", "endpoint=serial:///dev/not_there", "--seconds", 1)
    assert result.returncode == 2 and "there is no device /dev/not_there" in result.stderr
    assert run("can", "dump").returncode == 64


@pytest.mark.parametrize("name", ["cases/gtx5000.dbc", "tests/dut/awkward.dbc", "tests/dut/public_style.dbc"])
def test_random_values_are_encoded_as_in_cantools(name):
    database = cantools.database.load_file(ROOT / name)
    draw = random.Random(11)
    for message in database.messages:
        if message.name == "VECTOR__INDEPENDENT_SIG_MSG" or any(s.length > 53 for s in message.signals):
            continue
        while True:
            data = draw.randbytes(message.length)
            if message.is_multiplexed():  # a page that exists
                data = bytes([draw.randrange(4), draw.randrange(4)]) + data[2:]
            try:
                values = message.decode(data, decode_choices=False)
            except cantools.database.errors.DecodeError:
                continue
            if all(value == value and abs(value) < 1e300 for value in values.values()):
                break
        words = [f"{signal}={value!r}" for signal, value in values.items()]
        result = run("can", "encode", message.name, *words, "--dbc", ROOT / name, "--json")
        assert result.returncode == 0, result.stderr
        frame = json.loads(result.stdout)
        assert bytes.fromhex(frame["data"]) == message.encode(values, strict=False), message.name
        assert int(frame["id"], 16) == message.frame_id and frame["extended"] == message.is_extended_frame


def test_encode_says_what_does_not_fit():
    result = run("can", "encode", "BMS_Limits", "ChargeVoltageLimit=7000")
    assert result.returncode == 2 and "does not fit into its 16 bits (0 to 6553.5)" in result.stderr
    assert "did you mean 'BMS_Limits'" in run("can", "encode", "BMS_Limit").stderr


PACK = [("351", "3102F401EE02C801"), ("355", "32006400FFFFF401"), ("356", "A0140000FA000100")]
PACK += [("35E", "414D415353000000"), ("30F", "0003000000000000")]


def log_of(frames):
    return "".join(f"({s}.{n:06}) can0 {i}#{d}\n" for s in range(10) for n, (i, d) in enumerate(frames))


def test_a_log_is_judged_by_what_the_pack_says_and_nothing_checked_is_no_pass():
    result = run("replay", "-", "--json", stdin=log_of(PACK))
    report = json.loads(result.stdout)
    assert result.returncode == 0 and report["verdict"] == "pass" and report["dialect"] == "sofar_amass"
    assert 0 < report["tested"] < report["not_tested"]
    assert all(rule["why_not"] for rule in report["rules"] if not rule["tested"])
    greedy = [("351", "31025802EE02C801"), *PACK[1:]]  # permits 60 A
    result = run("replay", "-", "--json", stdin=log_of(greedy))
    report = json.loads(result.stdout)
    assert result.returncode == 1
    assert [rule["requirement"] for rule in report["rules"] if rule["verdict"] == "fail"] == ["GTX-OC-03"]
    result = run("replay", "-", "--json", stdin=log_of([("123", "00")]))
    assert result.returncode == 2 and json.loads(result.stdout)["verdict"] == "error"


def test_a_line_that_cannot_be_read_keeps_a_log_from_passing():
    result = run("replay", "-", stdin=log_of(PACK) + "(10.0) can0 35\n")
    assert result.returncode == 2 and ":51:13: error: expected" in result.stderr


def test_send_lets_out_what_the_bench_names_and_refuses_the_rest_before_anything_is_sent():
    result = run("can", "send", VIRTUAL, "305#0000000000000000", "001#", "--count", 3, "--period", 20, "--json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == {"sent": 6, "wanted": 6}
    result = run("can", "send", VIRTUAL, "305#00", "123#00")
    assert result.returncode == 2 and not result.stdout
    assert "does not let 123 out; its send list has 305, 001" in result.stderr and "may_send" in result.stderr
    result = run("can", "send", VIRTUAL, "12345#00")
    assert result.returncode == 2 and "'12345#00' is no CAN frame" in result.stderr
    assert run("can", "send", VIRTUAL).returncode == 64


def test_what_is_sent_by_hand_arrives_over_slcan_at_the_simulated_pack(tmp_path):
    with farm(tmp_path, {"can": f"driver: can.slcan, {SERIAL}"}) as running:
        bench = tmp_path / "peers.yaml.running"
        before = running.ask("state")["truth"]["keep_alives"]
        result = run("can", "send", bench, "305#0000000000000000", "--count", 5, "--period", 100)
        assert result.returncode == 0, result.stderr
        assert running.ask("state")["truth"]["keep_alives"] == before + 5
