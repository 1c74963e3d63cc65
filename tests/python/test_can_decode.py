"""`gtxrig can decode` against published frames, against cantools, and against packs that deviate."""

import json
import os
import random
import subprocess
from pathlib import Path

import cantools
import pytest

ROOT = Path(__file__).resolve().parents[2]
GTXRIG = os.environ.get("GTXRIG", "gtxrig")

# A US5000 stack of six with V1.2 firmware (setfirelabs.com).
PYLON_V12 = {
    0x351: (
        "1402C012C012C201",
        {
            "ChargeVoltageLimit": 53.2,
            "ChargeCurrentLimit": 480.0,
            "DischargeCurrentLimit": 480.0,
            "DischargeVoltageLimit": 45.0,
        },
    ),
    0x355: ("58005E00", {"SOC": 88, "SOH": 94}),
    0x356: ("7A13F2FE6B01", {"Voltage": 49.86, "Current": -27.0, "Temperature": 36.3}),
    0x359: ("0000000006504E", {"ModuleCount": 6, "Prot_OverVoltage": 0, "Alarm_LowTemp": 0}),
    0x35C: ("C000", {"ChargeEnable": 1, "DischargeEnable": 1, "Req_ForceCharge1": 0, "Req_FullCharge": 0}),
    0x35E: ("50594C4F4E202020", {}),
}
# The same site with V1.3 firmware, which is neither dialect.
PYLON_V13 = {
    0x351: ("1002C012C012C201", {"ChargeVoltageLimit": 52.8, "ChargeCurrentLimit": 480.0}),
    0x355: ("540060000000", {"SOC": 84, "SOH": 96}),
    0x356: ("7B13E9FE6B01", {"Voltage": 49.87, "Current": -27.9, "Temperature": 36.3}),
    0x35A: ("0000000000000000", {}),
    0x35E: ("50594C4F4E202020", {}),
    0x35F: ("4C4901033C02AA00", {"NominalCapacity": 572}),
}
# SOFAR's sample: 64 cells in series (Battery-Emulator's SOFAR-CAN.cpp).
SOFAR = {
    0x351: (
        "C608FA00FA008007",
        {
            "ChargeVoltageLimit": 224.6,
            "ChargeCurrentLimit": 25.0,
            "DischargeCurrentLimit": 25.0,
            "DischargeVoltageLimit": 192.0,
        },
    ),
    0x355: ("31006400FFFFF600", {"SOC": 49, "SOH": 100, "SOC_HiRes": None, "RemainingCapacity": 24.6}),
    0x356: ("36081000D0000100", {"Voltage": 210.2, "Current": 1.6, "Temperature": 20.8, "CycleCount": 1}),
    0x30F: ("0003000000000000", {"RemoteCommand": 0, "EnDischarge": 1, "EnCharge": 1}),
    0x359: ("0000000004102710", {"ModuleCount": 4}),
    0x35E: ("414D415353000000", {}),
    0x35F: ("0000244E32000000", {"BatteryType": 0, "NominalCapacity": 50}),
}


def log_of(frames, rounds=3, form="({t:.6f}) can0 {id}#{data}"):
    lines = []
    for k in range(rounds):
        for n, (frame, data) in enumerate(frames):
            name = frame if isinstance(frame, str) else f"{frame:03X}"
            lines.append(form.format(t=k + 0.01 * n, id=name, data=data))
    return "\n".join(lines) + "\n"


def decode(text, *arguments, code=0):
    result = subprocess.run(
        [GTXRIG, "can", "decode", "-", "--json", *map(str, arguments)],
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == code, result.stderr
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return lines[:-1], lines[-1]


def plain(published):
    return [(frame, data) for frame, (data, _) in published.items()]


@pytest.mark.parametrize(
    ("published", "dialect"),
    [(PYLON_V12, "pylon_v12"), (PYLON_V13, "unknown"), (SOFAR, "sofar_amass")],
    ids=["pylon_v12", "pylon_v13", "sofar_amass"],
)
@pytest.mark.parametrize("chosen", [False, True])
def test_published_frames_have_the_published_values(published, dialect, chosen):
    if chosen and dialect == "unknown":
        pytest.skip("no such choice")
    lines, summary = decode(log_of(plain(published)), *(["--dialect", dialect] if chosen else []))
    assert summary["dialect"] == dialect
    for line in lines:
        assert line["dialect"] == dialect
        for name, value in published[int(line["id"], 16)][1].items():
            assert line["signals"][name] == value, (line["id"], name)
    assert summary["unknown"] == summary["short"] == summary["implausible"] == 0


def test_an_unknown_frame_is_kept_counted_and_shown():
    lines, summary = decode(log_of([*plain(PYLON_V12), (0x123, "0011"), ("18EB3410", "AA")], rounds=1))
    assert summary["unknown"] == 2 and summary["unknown_ids"] == {"0x123": 1, "0x18EB3410": 1}
    assert lines[-2]["name"] is None and lines[-2]["data"] == "0011" and lines[-2]["unknown"]


def test_short_frames_are_counted_and_their_signals_not_available():
    frames = dict(plain(PYLON_V12))
    frames[0x356] = "7A13F2FE"
    lines, summary = decode(log_of(frames.items()))
    assert summary["dialect"] == "pylon_v12" and summary["short"] == 3
    assert lines[2]["signals"] == {"Voltage": 49.86, "Current": -27.0, "Temperature": None}


@pytest.mark.parametrize("published", [PYLON_V12, SOFAR], ids=["pylon", "sofar"])
def test_a_pack_of_48_volts_that_counts_in_tenths_is_not_read_in_hundredths(published):
    frames = dict(plain(published))
    frames[0x351] = "1402C012C012C201"
    frames[0x356] = "F201" + frames[0x356][4:]
    lines, summary = decode(log_of(frames.items()))
    assert summary["dialect"] == "unknown" and "0.1 V" in summary["evidence"]["resembles"]
    assert [line["signals"]["Voltage"] for line in lines if line["id"] == "0x356"] == [None] * 3


def test_limits_in_hundredths_and_charge_in_tenths_are_not_taken_for_the_usual_units():
    frames = dict(plain(PYLON_V12))
    frames[0x351] = "EA15F401EE02D011"  # 5610 and 4560
    lines, summary = decode(log_of(frames.items()))
    assert summary["dialect"] == "unknown"
    assert [line["signals"]["ChargeVoltageLimit"] for line in lines if line["id"] == "0x351"] == [None] * 3
    frames = dict(plain(PYLON_V12))
    frames[0x355] = "6A035E00"
    lines, summary = decode(log_of(frames.items()))
    assert summary["dialect"] == "unknown"
    assert [line["signals"]["SOC"] for line in lines if line["id"] == "0x355"] == [None] * 3


@pytest.mark.parametrize("published", [PYLON_V12, SOFAR], ids=["pylon", "sofar"])
def test_numbers_with_the_high_byte_first_are_not_decoded(published):
    def swapped(data):
        return "".join(data[i + 2 : i + 4] + data[i : i + 2] for i in range(0, len(data), 4))

    frames = {frame: swapped(data) if frame in (0x351, 0x355, 0x356) else data for frame, data in plain(published)}
    lines, summary = decode(log_of(frames.items()))
    assert summary["dialect"] == "unknown" and summary["evidence"]["doubt"] == "the high byte comes first"
    assert all(line["signals"] == {} for line in lines if line["id"] in ("0x351", "0x355", "0x356"))


def test_identifiers_of_29_bits_with_the_pack_in_them_are_named_unknown():
    frames = [(f"{frame + pack * 0x1000:08X}", data) for frame, data in plain(SOFAR) for pack in (0, 1, 2)]
    lines, summary = decode(log_of(frames))
    assert summary["dialect"] == "unknown" and "29 bits" in summary["evidence"]["resembles"]
    assert summary["unknown"] == len(lines)


@pytest.mark.parametrize(
    "form",
    [
        "  can0  {id}   [{n}]  {spaced}",
        " ({t:010.6f})  can0  {id}   [{n}]  {spaced}",
        " ({t:010.6f})  can0  RX - -  {id}   [{n}]  {spaced}",
    ],
)
def test_what_candump_shows_on_the_console_decodes_the_same(form):
    text = "".join(
        form.format(
            t=0.01 * i,
            id=f"{frame:X}",
            n=len(data) // 2,
            spaced=" ".join(data[k : k + 2] for k in range(0, len(data), 2)),
        )
        + "\r\n"
        for i, (frame, data) in enumerate(plain(PYLON_V12))
    )
    lines, summary = decode(text)
    assert summary["dialect"] == "pylon_v12"
    for line in lines:
        for name, value in PYLON_V12[int(line["id"], 16)][1].items():
            assert line["signals"][name] == value
        assert (line["t"] is None) == ("{t" not in form)


# Each frame of the DBC, random bytes, plainly by the DBC.
def test_random_frames_decode_as_in_cantools():
    database = cantools.database.load_file(ROOT / "cases" / "gtx5000.dbc")
    draw = random.Random(7)
    frames = [(message, draw.randbytes(message.length)) for message in database.messages for _ in range(20)]
    text = log_of([(message.frame_id, data.hex().upper()) for message, data in frames], rounds=1)
    lines, summary = decode(text, "--dialect", "none")
    assert summary["frames"] == len(frames) == len(lines)
    for line, (message, data) in zip(lines, frames):
        expected = message.decode(data, decode_choices=False)
        assert line["name"] == message.name
        assert set(line["signals"]) == set(expected)
        for name, value in expected.items():
            unit = message.get_signal_by_name(name).unit
            assert line["signals"][name] == pytest.approx(value * (0.001 if unit == "mV" else 1.0), rel=1e-12), name


def test_a_DBC_that_contradicts_the_dialect_is_refused(tmp_path):
    dbc = (
        (ROOT / "cases" / "gtx5000.dbc")
        .read_text(encoding="utf-8")
        .replace(' SG_ SOH : 16|16@1+ (1,0) [0|100] "%" PCS\n', "")
    )
    path = tmp_path / "own.dbc"
    path.write_text(dbc, encoding="utf-8")
    result = subprocess.run(
        [GTXRIG, "can", "decode", "-", "--dbc", path, "--dialect", "pylon_v12"],
        input=log_of(plain(PYLON_V12)),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 2 and "dut.soh needs the signal 'SOH'" in result.stderr


def test_a_DBC_without_the_packs_frames_is_taken_plainly(tmp_path):
    path = tmp_path / "other.dbc"
    path.write_text(
        'VERSION ""\nBU_: A\nBO_ 256 Engine: 2 A\n SG_ Speed : 7|16@0+ (0.25,0) [0|0] "rpm" A\n', encoding="utf-8"
    )
    lines, summary = decode("(1.0) can0 100#0FA0\n", "--dbc", path)
    assert lines[0]["signals"] == {"Speed": 1000} and summary["dialect"] == "none"
