"""cantools as an independent witness for the project's DBC and for the vectors that its own reader is held against."""

import json
import sys
from pathlib import Path

import cantools
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "dut"))

import make_vectors  # noqa: E402


@pytest.fixture(scope="module")
def gtx5000():
    return cantools.database.load_file(ROOT / "cases" / "gtx5000.dbc", strict=True)


def test_the_committed_vectors_are_what_cantools_says_today():
    committed = json.loads(make_vectors.VECTORS.read_text(encoding="utf-8"))
    fresh = json.loads(make_vectors.rendered(make_vectors.build()))
    assert committed == fresh, "run: python tests/dut/make_vectors.py"


def test_every_message_has_vectors():
    committed = json.loads(make_vectors.VECTORS.read_text(encoding="utf-8"))
    assert [database["dbc"] for database in committed] == list(make_vectors.DATABASES)
    for database in committed:
        for message in database["messages"]:
            assert len(message["frames"]) == make_vectors.FRAMES_PER_MESSAGE, message["about"]["name"]


def test_the_vectors_reach_both_byte_orders_signs_and_every_page():
    database = cantools.database.load_file(ROOT / "tests" / "dut" / "awkward.dbc", strict=True)
    kinds = {(signal.byte_order, signal.is_signed) for message in database.messages for signal in message.signals}
    assert kinds == {(order, sign) for order in ("little_endian", "big_endian") for sign in (True, False)}
    committed = json.loads(make_vectors.VECTORS.read_text(encoding="utf-8"))
    (pages,) = (m for m in committed[1]["messages"] if m["about"]["name"] == "Multiplexed")
    assert {frame["values"]["Page"] for frame in pages["frames"]} == {0, 1, 2}


# Frames of public captures (a US5000 stack, and the sample of SOFAR's protocol), read by cantools alone. The sample is
# from a high-voltage stack, where 0x356 counts in 0.1 V; the DBC has the 0.01 V of low-voltage packs: 210.2 V are 21.02.
@pytest.mark.parametrize(
    ("message", "data", "expected"),
    [
        ("BMS_Limits", "1402C012C012C201", [53.2, 480.0, 480.0, 45.0]),
        ("BMS_Limits", "C608FA00FA008007", [224.6, 25.0, 25.0, 192.0]),
        ("BMS_SocSoh", "31006400FFFFF600", [49, 100, 655.35, 24.6]),
        ("BMS_Measurements", "36081000D0000100", [21.02, 1.6, 20.8, 1]),
    ],
)
def test_published_frames_read_the_same_in_cantools(gtx5000, message, data, expected):
    values = gtx5000.get_message_by_name(message).decode(bytes.fromhex(data))
    assert list(values.values()) == pytest.approx(expected)


def test_cyclic_frames_come_once_a_second_and_inquiries_never_by_themselves(gtx5000):
    for message in gtx5000.messages:
        # At or below 0x35F stand the frames that packs send by themselves, and the keep-alive.
        assert (message.cycle_time or 0) == (1000 if message.frame_id <= 0x35F else 0), message.name
