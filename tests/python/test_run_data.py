"""Records through the package: the numbers of the command, as arrays and as files that others read."""

import json
import shutil
import sqlite3
import threading

import gtxrig
import numpy as np
import pytest
from recorded import command, recorded_run


@pytest.fixture(scope="module")
def folder():
    return recorded_run()[0]


@pytest.fixture(scope="module")
def run(folder):
    return gtxrig.open_run(folder)


def test_a_run_says_what_the_command_said(run):
    said = recorded_run()[1]
    assert (run.verdict, run.sentence, run.info.seed) == (said["verdict"], said["sentence"], said["seed"])
    assert run.info.end_s == said["duration_s"]
    assert [dict(row) for row in run.measurements] == said["measures"]
    assert [dict(row) for row in run.rules] == said["rules"]
    assert [dict(row) for row in run.findings] == said["findings"]
    assert run.state == "complete" and run.damage == [] and run.gaps == []


def test_a_run_holds_what_run_json_holds(run, folder):
    written = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    for table, rows in (("events", run.events), ("steps", run.steps), ("trips", run.trips), ("limits", run.limits)):
        assert [dict(row) for row in rows] == written[table], table
        assert rows, table
    assert {name: run.info[name] for name in ("case", "tick_s", "level", "software")} == {
        name: written[name] for name in ("case", "tick_s", "level", "software")
    }


def test_signals_are_read_only_arrays_that_are_decoded_once(run):
    signal = run.signals["pack.voltage"]
    values, times = signal.to_numpy(), signal.times()
    assert values.dtype == times.dtype == np.float64 and len(values) == len(times) == len(signal.validity) > 1000
    assert signal.to_numpy() is values and signal.times() is times
    assert (signal.unit, signal.origin) == ("V", "measured")
    computed = (signal.validity, signal.arrivals, signal.good_values())
    for array in (values, times, signal.quality, signal.ticks(), *computed):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    assert np.all(np.diff(signal.ticks()) > 0) and np.all(signal.arrivals - times >= -1e-9)
    assert np.array_equal(np.asarray(signal), values)


def test_an_envelope_is_computed_once_and_read_only(run):
    envelope = run.signals["pack.voltage"].envelope
    assert run.signals["pack.voltage"].envelope is envelope and len(envelope.times) > 1
    for array in (envelope.times, envelope.low, envelope.high):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_the_arrays_outlive_the_run(folder):
    values = gtxrig.open_run(folder).signals["pack.voltage"].to_numpy()
    assert 45 < values.mean() < 58


def test_the_reported_trip_voltage_is_found_in_the_arrays(run):
    trip = next(trip for trip in run.trips if trip.signal == "pack.voltage")
    signal = run.signals["pack.voltage"]
    before = signal.times() <= trip.time_s
    assert signal.to_numpy()[before][-200:].max() == pytest.approx(trip.value, abs=0.05)


def test_a_healthy_pack_stays_inside_its_envelope(run):
    signal = run.signals["dut.charge_current_limit"]
    envelope = signal.envelope
    assert len(envelope.times) == len(envelope.low) == len(envelope.high) > 1
    low, high = envelope.at(signal.arrivals)
    known = ~np.isnan(low) & ~np.isnan(high) & signal.validity
    assert known.any() and np.all(low[known] <= high[known])
    assert run.signals["supply.voltage"].envelope is None


def test_an_unknown_signal_is_a_key_error_that_names_the_nearest(run):
    with pytest.raises(KeyError, match="did you mean 'pack.voltage'"):
        run.signals["pack.voltag"]
    with pytest.raises(TypeError, match="int"):
        run.signals[3]
    assert "pack.voltag" not in run.signals and run.signals.get("pack.voltag") is None
    assert list(run.signals)[:3] == [signal.name for signal in run.signals.values()][:3]


def test_two_threads_read_one_record(run, folder):
    names = [signal.name for signal in run.signals.values() if signal.origin == "measured"]
    fresh = gtxrig.open_run(folder)
    found = {}

    def read(part):
        for name in part:
            found[name] = fresh.signals[name].to_numpy()

    threads = [threading.Thread(target=read, args=(names[i::4],)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == set(names)
    for name in names:
        assert np.array_equal(found[name], run.signals[name].to_numpy(), equal_nan=True)


def test_the_same_seed_gives_the_same_digest(run, tmp_path):
    shutil.copy(run.path, tmp_path / "run.sqlite")
    assert gtxrig.open_run(tmp_path).digest() == run.digest()


def test_what_is_no_record_is_an_error_that_names_it(tmp_path):
    text = tmp_path / "text.sqlite"
    text.write_text("no database\n" * 1000)
    foreign = tmp_path / "foreign.sqlite"
    with sqlite3.connect(foreign) as database:
        database.execute("CREATE TABLE meta(key, value)")
    empty = tmp_path / "empty.sqlite"
    empty.touch()
    for path in (tmp_path / "absent", text, foreign, empty, tmp_path):
        with pytest.raises(gtxrig.RigError) as caught:
            gtxrig.open_run(path)
        assert str(tmp_path) in str(caught.value)
    with pytest.raises(TypeError):
        gtxrig.open_run(3)


@pytest.mark.parametrize("share", [0.0001, 0.02, 0.1, 0.35, 0.7, 0.95, 0.999])
def test_a_truncated_record_never_lacks_samples_in_silence(folder, tmp_path, share):
    whole = (folder / "run.sqlite").read_bytes()
    (tmp_path / "run.sqlite").write_bytes(whole[: int(len(whole) * share)])
    reference = gtxrig.open_run(folder)
    try:
        cut = gtxrig.open_run(tmp_path)
        lost = len(reference.can) - len(cut.can)
        for name, signal in cut.signals.items():
            assert np.isin(signal.ticks(), reference.signals[name].ticks()).all()
            lost += len(reference.signals[name]) - len(signal)
        assert lost == 0 or cut.damage
    except gtxrig.RigError as error:
        assert str(tmp_path) in str(error)


def test_damaged_blocks_are_named_and_left_out(folder, tmp_path):
    shutil.copy(folder / "run.sqlite", tmp_path)
    with sqlite3.connect(tmp_path / "run.sqlite") as database:
        column = database.execute("SELECT id FROM columns WHERE name = 'pack.voltage'").fetchone()[0]
        database.execute("UPDATE samples SET data = zeroblob(length(data)) WHERE id = ?", (3 * 65536 + column,))
    database.close()
    damaged, whole = gtxrig.open_run(tmp_path), gtxrig.open_run(folder)
    kept = damaged.signals["pack.voltage"]
    assert 0 < len(kept) < len(whole.signals["pack.voltage"])
    assert len(damaged.damage) == 1 and "pack.voltage" in damaged.damage[0]
    assert np.isin(kept.ticks(), whole.signals["pack.voltage"].ticks()).all()


def crc32c(data, seed=0):
    crc = ~seed & 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return ~crc & 0xFFFFFFFF


def varint(number):
    more, last = divmod(number, 128)
    return bytes([last]) if more == 0 else bytes([last | 128]) + varint(more)


def first_format(rows, row_count, *series):
    """A column as the first format stored it, not compressed: differences, zigzag, all lowest bytes first, and so on."""
    marks = np.zeros(row_count, dtype=np.uint8)
    marks[rows] = 1
    raw = b"\0" + varint(len(rows)) + np.packbits(marks, bitorder="little").tobytes()
    for words in series:
        change = np.diff(words.view(np.int64), prepend=0)
        zigzag = ((change << 1) ^ (change >> 63)).view(np.uint64)
        lanes = [(zigzag >> np.uint64(8 * lane)).astype(np.uint8).tobytes() for lane in range(8)]
        raw += varint(len(words)) + b"\0\xff" + b"".join(lanes)
    return b"\0" + varint(len(raw)) + raw


@pytest.mark.parametrize("name", ["pack.voltage", "dut.soc"])
def test_a_record_of_the_first_format_is_read_as_it_was(folder, tmp_path, name):
    today = gtxrig.open_run(folder)
    signal = today.signals[name]
    ticks, quality = signal.ticks(), signal.quality.astype(np.int64)
    bits = signal.to_numpy().view(np.int64)
    ages = np.rint(ticks * today.info["tick_s"] * 1e9 - signal.times() * 1e9).astype(np.int64)
    shutil.copy(folder / "run.sqlite", tmp_path)
    with sqlite3.connect(tmp_path / "run.sqlite") as database:
        column = database.execute("SELECT id FROM columns WHERE name = ?", (name,)).fetchone()[0]
        for block, first, rows in database.execute("SELECT block, first_tick, row_count FROM blocks").fetchall():
            of = (ticks >= first) & (ticks < first + rows)
            number = block * 65536 + column
            blob = first_format(ticks[of] - first, rows, bits[of], ages[of], quality[of])
            checksum = crc32c(blob, crc32c(b"s" + number.to_bytes(8, "little")))
            database.execute("UPDATE samples SET crc = ?, data = ? WHERE id = ?", (checksum, blob, number))
        database.execute("PRAGMA user_version = 1")
    database.close()
    old = gtxrig.open_run(tmp_path)
    again = old.signals[name]
    assert np.array_equal(again.to_numpy().view(np.int64), bits) and np.array_equal(again.times(), signal.times())
    assert np.array_equal(again.quality, signal.quality) and np.array_equal(again.ticks(), ticks)
    assert old.damage == [] and old.digest() == today.digest()


@pytest.mark.parametrize("blob", [
    bytes([0, 1, 1]),  # of the first format, not compressed, one byte: written in every row, and then nothing
    bytes([2, 0, 0, 0]),  # written in every row, and then no values
])
def test_a_block_that_does_not_decode_in_spite_of_its_checksum_leaves_no_hole(folder, tmp_path, blob):
    shutil.copy(folder / "run.sqlite", tmp_path)
    with sqlite3.connect(tmp_path / "run.sqlite") as database:
        column = database.execute("SELECT id FROM columns WHERE name = 'pack.voltage'").fetchone()[0]
        number = 2 * 65536 + column
        checksum = crc32c(blob, crc32c(b"s" + number.to_bytes(8, "little")))
        database.execute("UPDATE samples SET crc = ?, data = ? WHERE id = ?", (checksum, blob, number))
    database.close()
    whole = gtxrig.open_run(folder).signals["pack.voltage"]
    broken = gtxrig.open_run(tmp_path)
    kept = broken.signals["pack.voltage"]
    left = np.isin(whole.ticks(), kept.ticks())
    assert 0 < left.sum() < len(whole) and len(broken.damage) == 1 and "block 2 of pack.voltage" in broken.damage[0]
    for taken, all_of_it in ((kept.to_numpy(), whole.to_numpy()), (kept.times(), whole.times()), (kept.quality, whole.quality)):
        assert np.array_equal(taken, all_of_it[left], equal_nan=True)


def test_the_can_log_is_the_commands(run, folder, tmp_path):
    run.can.to_candump(tmp_path / "can.log")
    assert (tmp_path / "can.log").read_bytes() == (folder / "can.log").read_bytes()
    decoded = command("can", "decode", tmp_path / "can.log", "--json").stdout
    assert decoded.count("\n") >= 10


@pytest.fixture
def damaged(folder, tmp_path):
    """Changes a copy of the record by SQL and opens it."""

    def change(sql):
        path = tmp_path / "run.sqlite"
        shutil.copy(folder / "run.sqlite", path)
        with sqlite3.connect(path) as database:
            database.execute(sql)
        database.close()
        return gtxrig.open_run(path)

    return change


def test_texts_of_a_record_that_are_no_utf_8_show_where(damaged):
    broken = damaged("update steps set name = cast(x'ff41' as text)")
    assert {step.name for step in broken.steps} == {"\ufffdA"}
    assert "\ufffdA" in damaged("update columns set name = cast(x'ff41' as text) where id = 0").signals


def test_a_record_without_its_head_is_refused_with_its_name(damaged):
    with pytest.raises(gtxrig.RigError, match=r"run\.sqlite: the record does not say whether it is complete"):
        damaged("delete from meta")
