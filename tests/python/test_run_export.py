"""Other people's readers read what a run writes, and find the record's numbers in it."""

import json
import sys

import asammdf
import can
import gtxrig
import h5py
import numpy as np
import pandas
import pyarrow.parquet
import pytest
from recorded import recorded_run

NAMES = ["pack.voltage", "pack.current", "dut.soc", "dut.charge_allowed", "model.pack.voltage.lo"]


@pytest.fixture(scope="module")
def run():
    return gtxrig.open_run(recorded_run()[0])


def held_at(signal, ticks):
    """The slow way: what the rig knew of the signal at each of these ticks."""
    known = pandas.Series(signal.good_values(), index=signal.ticks())
    return known[~known.index.duplicated(keep="last")].reindex(ticks, method="ffill").to_numpy()


def test_pandas_has_the_signals_as_the_rig_knew_them(run):
    frame = run.to_pandas(NAMES)
    assert list(frame.columns) == NAMES and frame.index.name == "time_s" and frame.index.is_monotonic_increasing
    assert frame.attrs["units"]["pack.voltage"] == "V" and frame.attrs["run"]["seed"] == 7
    ticks = np.unique(np.concatenate([run.signals[name].ticks() for name in NAMES]))
    tick = run.info["tick_s"]
    assert tick > 0.01, "the case's own, longer than the bench's"
    assert np.allclose(frame.index, ticks * tick, rtol=0, atol=1e-9)
    # A series cannot tell "not good" from "nothing new" when it is filled forward: only good columns are compared.
    for name in ("pack.voltage", "pack.current"):
        assert np.array_equal(frame[name], held_at(run.signals[name], ticks), equal_nan=True)


def test_pandas_has_all_signals_when_none_is_chosen(run):
    assert list(run.to_pandas()) == list(run.signals)
    with pytest.raises(KeyError, match="did you mean 'pack.voltage'"):
        run.to_pandas(["pack.voltag"])
    with pytest.raises(TypeError, match="list of names"):
        run.to_pandas("pack.voltage")


def test_a_signal_that_is_named_twice_is_one_column(run, tmp_path):
    run.to_parquet(tmp_path / "twice.parquet", ["pack.voltage", "pack.voltage"])
    table = pytest.importorskip("pyarrow.parquet").read_table(tmp_path / "twice.parquet")
    assert table.column_names == ["time_s", "pack.voltage"]


def test_parquet_has_the_same_table_with_units_and_what_the_run_is(run, tmp_path):
    path = tmp_path / "run.parquet"
    run.to_parquet(path, NAMES)
    table = pyarrow.parquet.read_table(path)
    frame = run.to_pandas(NAMES)
    assert table.column_names == ["time_s", *NAMES]
    assert table.schema.field("pack.voltage").metadata[b"unit"] == b"V"
    about = json.loads(table.schema.metadata[b"gtxrig"])
    assert (about["verdict"], about["case"], about["seed"]) == (run.verdict, run.info.case, 7)
    for name in NAMES:
        assert np.array_equal(table[name].to_numpy(), frame[name].to_numpy(), equal_nan=True)
    assert np.array_equal(table["time_s"].to_numpy(), frame.index.to_numpy())


def test_hdf5_has_every_sample_and_frame(run, tmp_path):
    path = tmp_path / "run.h5"
    run.to_hdf5(path)
    with h5py.File(path) as file:
        assert set(file["signals"]) == set(run.signals)
        assert json.loads(file.attrs["gtxrig"])["case"] == run.info.case
        for name in NAMES:
            one, signal = file["signals"][name], run.signals[name]
            assert one.attrs["unit"] == signal.unit
            assert np.array_equal(one["time"], signal.times())
            assert np.array_equal(one["value"], signal.to_numpy(), equal_nan=True)
            assert np.array_equal(one["quality"], signal.quality)
        assert file["can/data"].shape == (len(run.can), 8)


def test_mdf_has_every_sample_with_units_and_invalidation_bits(run, tmp_path):
    path = tmp_path / "run.mf4"
    run.to_mdf(path, NAMES)
    with asammdf.MDF(path) as mdf:
        assert mdf.version.startswith("4")
        for name in NAMES:
            signal = run.signals[name]
            # asammdf leaves out what its invalidation bits call bad.
            read = mdf.get(name)
            good = signal.validity
            assert read.unit == signal.unit
            assert np.array_equal(read.samples, signal.to_numpy()[good])
            assert np.allclose(read.timestamps, np.maximum.accumulate(signal.times())[good], rtol=0, atol=0)
    with pytest.raises(ValueError, match=".mf4"):
        run.to_mdf(tmp_path / "run.dat")


def test_enumerations_keep_the_names_of_their_values(run, tmp_path):
    labels = run.signals["supply.regulation"].labels
    assert labels[:2] == ["off", "constant_voltage"]
    names = ["supply.regulation", "pack.voltage"]
    assert run.to_pandas(names).attrs["labels"] == {"supply.regulation": labels}
    run.to_parquet(tmp_path / "run.parquet", names)
    schema = pyarrow.parquet.read_schema(tmp_path / "run.parquet")
    assert json.loads(schema.field("supply.regulation").metadata[b"labels"]) == labels
    assert b"labels" not in schema.field("pack.voltage").metadata
    run.to_hdf5(tmp_path / "run.h5")
    with h5py.File(tmp_path / "run.h5") as file:
        assert list(file["signals/supply.regulation"].attrs["labels"]) == labels
        assert "labels" not in file["signals/pack.voltage"].attrs
    run.to_mdf(tmp_path / "run.mf4", names)
    signal = run.signals["supply.regulation"]
    with asammdf.MDF(tmp_path / "run.mf4") as mdf:
        good = signal.to_numpy()[signal.validity]
        assert len(set(good)) > 1 and np.array_equal(mdf.get("supply.regulation", raw=True).samples, good)
        assert [text.decode() for text in mdf.get("supply.regulation").samples] == [labels[int(value)] for value in good]
        assert mdf.get("pack.voltage").conversion is None


@pytest.mark.parametrize("ending", ["asc", "blf", "log"])
def test_python_can_reads_the_can_logs(run, tmp_path, ending):
    path = tmp_path / f"can.{ending}"
    {"asc": run.can.to_asc, "blf": run.can.to_blf, "log": run.can.to_candump}[ending](path)
    # A candump log does not say who sent a frame; times of ASC and candump are cut to µs, those of BLF to 10 µs or ns.
    messages = [m for m in can.LogReader(path) if not m.is_error_frame]
    frames = list(run.can)
    assert len(messages) == len(frames) > 1000
    for message, frame in zip(messages, frames, strict=True):
        assert (message.arbitration_id, message.is_extended_id, bytes(message.data)) == frame[1:3] + (frame.data,)
        assert message.timestamp == pytest.approx(frame.time, abs=2e-5)
        assert ending == "log" or message.is_rx is not frame.sent


def test_a_failed_export_leaves_nothing_and_spares_what_stood_there(run, tmp_path, monkeypatch):
    path = tmp_path / "run.parquet"
    path.write_bytes(b"before")

    def fail(*_, **__):
        raise OSError("the disk is full")

    monkeypatch.setattr(pyarrow.parquet, "write_table", fail)
    with pytest.raises(gtxrig.RigError, match="the disk is full"):
        run.to_parquet(path, NAMES)
    assert [file.name for file in tmp_path.iterdir()] == ["run.parquet"] and path.read_bytes() == b"before"
    with pytest.raises(gtxrig.RigError, match="folder"):
        run.to_hdf5(tmp_path / "absent" / "run.h5")
    with pytest.raises(gtxrig.RigError, match="folder"):
        run.to_hdf5(tmp_path)


@pytest.mark.parametrize(
    ("package", "export"),
    [("pandas", "to_pandas"), ("pyarrow", "to_parquet"), ("h5py", "to_hdf5"), ("asammdf", "to_mdf")],
)
def test_a_missing_package_says_how_to_get_it(run, tmp_path, monkeypatch, package, export):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=r"pip install gtxrig\[data\]"):
        getattr(run, export)(*[tmp_path / "x.mf4"][: export != "to_pandas"])
