"""python-can as an independent witness for the readers and the writer of CAN logs."""

import json
import os
import random
import subprocess

import can
import pytest

GTXRIG = os.environ.get("GTXRIG", "gtxrig")


def run(*arguments, stdin=None):
    return subprocess.run(
        [GTXRIG, "can", *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=120
    )


def decoded(*arguments, stdin=None, code=0):
    result = run("decode", *arguments, "--json", stdin=stdin)
    assert result.returncode == code, result.stderr
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return lines[:-1], lines[-1]


def frames(count, seed, fd=True):
    draw = random.Random(seed)
    time = 1436509052.0
    for _ in range(count):
        time += draw.random()
        extended = draw.random() < 0.3
        kind = draw.choice(["data", "data", "remote"] + (["fd"] if fd else []))
        length = draw.choice([12, 16, 20, 24, 32, 48, 64]) if kind == "fd" else draw.randint(0, 8)
        yield can.Message(
            timestamp=round(time, 6),
            arbitration_id=draw.randrange(1 << (29 if extended else 11)),
            is_extended_id=extended,
            is_remote_frame=kind == "remote",
            is_fd=kind == "fd",
            bitrate_switch=kind == "fd" and draw.random() < 0.5,
            dlc=length,
            data=draw.randbytes(length) if kind != "remote" else b"",
            channel="can%d" % draw.randrange(3),
            is_rx=draw.random() < 0.8,
        )


def same(line, message):
    number = int(line["id"], 16)
    return (
        line["t"] == pytest.approx(message.timestamp, abs=1e-6)
        and number == message.arbitration_id
        and (len(line["id"]) == 10) == message.is_extended_id
        and line.get("remote", False) == message.is_remote_frame
        and line.get("fd", False) == message.is_fd
        and bytes.fromhex(line["data"]) == (b"" if message.is_remote_frame else bytes(message.data))
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_log_that_python_can_wrote_is_read_frame_for_frame(tmp_path, seed):
    path = tmp_path / "bus.log"
    written = list(frames(500, seed))
    with can.CanutilsLogWriter(path) as log:
        for message in written:
            log(message)
    lines, summary = decoded(path)
    assert summary["frames"] == len(written)
    for line, message in zip(lines, written):
        assert same(line, message), (line, message)


@pytest.mark.parametrize("seed", [4, 5])
def test_an_asc_that_python_can_wrote_is_read_frame_for_frame(tmp_path, seed):
    path = tmp_path / "bus.asc"
    written = list(frames(300, seed))
    with can.ASCWriter(path) as log:
        for message in written:
            log(message)
    lines, summary = decoded(path)
    assert summary["frames"] == len(written)
    start = written[0].timestamp
    for line, message in zip(lines, written):
        message.timestamp -= start
        assert same(line, message), (line, message)


def test_python_can_reads_what_is_written_as_a_log(tmp_path):
    path, copy = tmp_path / "bus.asc", tmp_path / "copy.log"
    written = list(frames(300, 6))
    with can.ASCWriter(path) as log:
        for message in written:
            log(message)
    result = run("decode", path, "--as-log")
    assert result.returncode == 0, result.stderr
    copy.write_text(result.stdout, encoding="utf-8")
    read = list(can.CanutilsLogReader(copy))
    assert len(read) == len(written)
    for ours, theirs in zip(read, written):
        assert ours.arbitration_id == theirs.arbitration_id and ours.is_extended_id == theirs.is_extended_id
        assert ours.is_fd == theirs.is_fd and ours.is_remote_frame == theirs.is_remote_frame
        assert bytes(ours.data) == bytes(theirs.data) and ours.bitrate_switch == theirs.bitrate_switch


def test_what_was_read_is_written_again_byte_for_byte(tmp_path):
    path = tmp_path / "bus.log"
    with can.CanutilsLogWriter(path) as log:
        for message in frames(200, 7):
            log(message)
    again = run("decode", path, "--as-log").stdout
    assert again == run("decode", "-", "--as-log", stdin=again).stdout


def test_bad_lines_are_reported_and_the_rest_is_decoded(tmp_path):
    path = tmp_path / "bad.log"
    path.write_text(
        "(1.0) can0 356#7A13F2FE6B01\nnonsense\n(2.0) can0 356#7A13F2FE6B0\n(3.0) can0 356#7A13F2FE6B01\n(4.0) can0 3"
    )
    result = run("decode", path, "--json")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 2
    assert [line["t"] for line in lines[:-1]] == [1.0, 3.0]
    assert lines[-1]["bad_lines"] == 3
    assert [(e["line"], e["column"]) for e in lines[-1]["errors"]] == [(2, 9), (3, 26), (5, 12)]
    for place in (":2:9: error: expected", ":3:26: error: expected", ":5:12: error: expected"):
        assert str(path) + place in result.stderr


def test_an_empty_log_is_no_success(tmp_path):
    path = tmp_path / "empty.log"
    path.write_text("")
    lines, summary = decoded(path, code=2)
    assert lines == [] and summary["frames"] == 0
    assert "no frame" in run("decode", path).stderr


def test_a_missing_log_and_a_wrong_dialect_are_named(tmp_path):
    assert "there is no such file" in run("decode", tmp_path / "none.log").stderr
    result = run("decode", tmp_path / "none.log", "--dialect", "sofar_amas")
    assert result.returncode == 64 and "did you mean 'sofar_amass'?" in result.stderr
