"""gtxrig.Dbc against cantools: two codecs of different people that have to give the same numbers."""

import os
from pathlib import Path

import cantools
import gtxrig
import numpy as np
import pytest

PATH = Path(__file__).resolve().parents[2] / "cases" / "gtx5000.dbc"
# A million takes half a minute: GTXRIG_FRAMES=1000000 pytest tests/python/test_dbc_codec.py
FRAMES = int(os.environ.get("GTXRIG_FRAMES", "100000"))


@pytest.fixture(scope="module")
def ours():
    return gtxrig.Dbc.load(str(PATH))


@pytest.fixture(scope="module")
def theirs():
    return cantools.database.load_file(PATH, strict=True)


def test_both_read_the_same_messages(ours, theirs):
    def names(messages, identity):
        return {identity(m): (m.name, m.length, [s.name for s in m.signals]) for m in messages}

    assert {k: (n, size, sorted(s)) for k, (n, size, s) in names(ours.messages, lambda m: m.id).items()} == {
        k: (n, size, sorted(s)) for k, (n, size, s) in names(theirs.messages, lambda m: m.frame_id).items()
    }


def test_files_are_given_as_paths_too_and_show_what_they_are(ours):
    again = gtxrig.Dbc.load(PATH)
    assert repr(again) == f"<Dbc, {len(ours.messages)} messages>"
    assert repr(again.message(0x351)).startswith(f"<DbcMessage {ours.message(0x351).name}, 0x351, 8 bytes")
    requirements = gtxrig.load_requirements(PATH.with_name("gtx5000.yaml"), None)
    assert len(requirements.rows) == len(gtxrig.load_requirements().rows)
    for load in (gtxrig.Dbc.load, gtxrig.load_requirements):
        with pytest.raises(TypeError, match="str, bytes or os.PathLike"):
            load(5)
        with pytest.raises(gtxrig.RigError):
            load("no such \udc80 file")


def test_both_decode_random_frames_alike(ours, theirs):
    random = np.random.default_rng(6)
    count = FRAMES // len(theirs.messages) + 1
    compared = 0
    for message in theirs.messages:
        data = random.integers(0, 256, (count, message.length), dtype=np.uint8)
        many = ours.decode_many(message.frame_id, data, message.is_extended_frame)
        for place, row in enumerate(data):
            expected = message.decode(row.tobytes(), decode_choices=False, scaling=True)
            for name, value in expected.items():
                assert many[name][place] == pytest.approx(value, rel=1e-12, abs=1e-12), (message.name, name, row)
            compared += 1
        one = ours.decode(message.frame_id, data[0].tobytes(), message.is_extended_frame)
        assert one == {name: values[0] for name, values in many.items() if not np.isnan(values[0])}
    assert compared >= FRAMES


def test_both_encode_what_the_other_decodes(ours, theirs):
    random = np.random.default_rng(7)
    for message in theirs.messages:
        for _ in range(50):
            data = random.integers(0, 256, message.length, dtype=np.uint8).tobytes()
            values = message.decode(data, decode_choices=False)
            mine = ours.encode(message.name, values)
            assert message.decode(mine, decode_choices=False) == pytest.approx(values)


def test_mistakes_are_named(ours, tmp_path):
    with pytest.raises(KeyError, match="no standard message with id 1"):
        ours.decode(1, b"")
    name = ours.messages[0].name
    with pytest.raises(KeyError, match=f"did you mean '{name}'"):
        ours.message(name + "x")
    with pytest.raises(gtxrig.RigError):
        ours.encode(name, {"no_such_signal": 1.0})
    with pytest.raises(ValueError, match="shape"):
        ours.decode_many(name, np.zeros(8, np.uint8))
    with pytest.raises(TypeError, match="uint8.*not an array of float64"):
        ours.decode_many(name, np.full((2, 8), 1.5))
    for beyond in (300, -1):
        with pytest.raises(ValueError, match="between 0 and 255"):
            ours.decode_many(name, np.full((2, 8), beyond))
    same = [ours.decode_many(name, np.full((2, 8), 3, kind)) for kind in (np.uint8, np.int64)]
    assert all(np.array_equal(same[0][signal], same[1][signal], equal_nan=True) for signal in same[0])
    with pytest.raises(TypeError):
        ours.decode(name, "text")
    broken = tmp_path / "broken.dbc"
    broken.write_text('VERSION ""\nBO_ 256 A: 8 X\n SG_ s : 0|8@2+ (1,0) [0|0] "" X\n')
    with pytest.raises(gtxrig.InputError) as caught:
        gtxrig.Dbc.load(str(broken))
    assert caught.value.diagnostics[0]["line"] == 3 and f"{broken}:3:" in caught.value.where
    assert str(caught.value).count("^") >= 1


def test_requirements_are_read_as_data():
    requirements = gtxrig.load_requirements()
    row = requirements.find("GTX-OV-01")
    assert requirements.find("GTX-XX-99") is None
    assert (row.kind, row.threshold["unit"], row.threshold["origin"]) == ("protection", "V", "manual")
    low, high = row.allowed_threshold
    assert low < row.threshold["value"] < high
    with pytest.raises(gtxrig.RigError, match="no-such-file"):
        gtxrig.load_requirements("no-such-file.yaml")
