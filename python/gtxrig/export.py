"""A run's data for other programs. Whatever is written is whole or not there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gtxrig.arguments import names_of
from gtxrig.optional import need, whole_file

if TYPE_CHECKING:
    from gtxrig.run import Run
    from gtxrig.signals import Signal


def chosen(run: Run, names: Iterable[str] | None) -> list[Signal]:
    """The signals of these names, each once; all of them for None."""
    return [run.signals[name] for name in (run.signals if names is None else names_of(names))]


def scalars(run: Run) -> dict[str, Any]:
    """What identifies the run, as JSON can hold it."""
    info = {name: value for name, value in run.info.items() if not isinstance(value, dict)}
    return {**info, **{name: dict(value) for name, value in run.info.items() if isinstance(value, dict)}}


def about(signal: Signal) -> dict[str, Any]:
    """What its numbers mean: for the attributes of a column; ``labels`` only where its values 0, 1, 2 ... have names."""
    told: dict[str, Any] = {"unit": signal.unit, "kind": signal.kind, "origin": signal.origin, "help": signal.help}
    return {**told, "labels": signal.labels} if signal.labels else told


def table(run: Run, signals: list[Signal]) -> tuple[Any, dict[str, Any]]:
    """Times of the ticks (s) in which any of the signals changed, and each signal as the rig knew it then."""
    import numpy as np

    ticks = np.unique(np.concatenate([signal.ticks() for signal in signals] or [np.empty(0, np.int64)]))
    columns = {}
    for signal in signals:
        place = np.searchsorted(signal.ticks(), ticks, side="right") - 1
        values = signal.good_values()
        if len(values) == 0:
            columns[signal.name] = np.full(len(ticks), np.nan)
        else:
            columns[signal.name] = np.where(place >= 0, values[np.maximum(place, 0)], np.nan)
    return ticks * run.info["tick_s"], columns


def to_pandas(run: Run, names: Iterable[str] | None) -> Any:
    pandas = need("pandas", "to_pandas()")
    signals = chosen(run, names)
    times, columns = table(run, signals)
    frame = pandas.DataFrame(columns, index=pandas.Index(times, name="time_s"))
    frame.attrs = {
        "units": {signal.name: signal.unit for signal in signals},
        "labels": {signal.name: signal.labels for signal in signals if signal.labels},
        "run": scalars(run),
    }
    return frame


def to_parquet(run: Run, path: str | os.PathLike[str], names: Iterable[str] | None) -> None:
    pyarrow = need("pyarrow", "to_parquet()")
    parquet = need("pyarrow.parquet", "to_parquet()")
    signals = chosen(run, names)
    times, columns = table(run, signals)
    fields = [pyarrow.field("time_s", pyarrow.float64(), metadata={"unit": "s"})]
    for signal in signals:
        told = {key: value if isinstance(value, str) else json.dumps(value) for key, value in about(signal).items()}
        fields.append(pyarrow.field(signal.name, pyarrow.float64(), metadata=told))
    schema = pyarrow.schema(fields, metadata={"gtxrig": json.dumps(scalars(run))})
    with whole_file(path) as beside:
        parquet.write_table(pyarrow.table([times, *columns.values()], schema=schema), beside, compression="zstd")


def to_hdf5(run: Run, path: str | os.PathLike[str], names: Iterable[str] | None) -> None:
    h5py = need("h5py", "to_hdf5()")
    signals = chosen(run, names)
    # Made in memory: libhdf5 ends the interpreter when the disk is full as it closes a file.
    with h5py.File("run.h5", "w", driver="core", backing_store=False, block_size=2**20) as file:
        file.attrs["gtxrig"] = json.dumps(scalars(run))
        group = file.create_group("signals", track_order=True)
        for signal in signals:
            one = group.create_group(signal.name)
            one.attrs.update(about(signal))
            for name, array in (("time", signal.times()), ("value", signal.to_numpy()), ("quality", signal.quality)):
                packed = {"compression": "gzip", "compression_opts": 1, "shuffle": True} if len(array) > 64 else {}
                one.create_dataset(name, data=array, **packed)
        can = file.create_group("can")
        for name, array in run.can.to_numpy().items():
            can.create_dataset(name, data=array)
        file.flush()
        image = file.id.get_file_image()
    with whole_file(path) as beside, open(beside, "wb") as whole:
        whole.write(image)


def to_mdf(run: Run, path: str | os.PathLike[str], names: Iterable[str] | None) -> None:
    asammdf = need("asammdf", "to_mdf()")
    import numpy as np

    channels = []
    for signal in chosen(run, names):
        # A master channel never runs backwards; samples that came late are held to the latest time, as in the report.
        times = np.maximum.accumulate(signal.times()) if len(signal) > 0 else signal.times()
        channels.append(
            asammdf.Signal(
                samples=np.array(signal.to_numpy()),
                timestamps=np.array(times),
                name=signal.name,
                unit=signal.unit,
                comment=signal.help,
                invalidation_bits=~signal.validity,
                conversion=_texts_of_values(signal),
            )
        )
    if os.path.splitext(path)[1].lower() != ".mf4":
        raise ValueError(f"an MDF file of version 4 has the extension .mf4, not {os.fspath(path)}")
    with whole_file(path) as beside, asammdf.MDF(version="4.10") as mdf:
        for channel in channels:
            mdf.append(channel, comment=channel.name)
        mdf.header.comment = f"gtxrig {run.info['software']}: {json.dumps(scalars(run))}"
        mdf.save(beside, overwrite=True, compression=1)


def _texts_of_values(signal: Signal) -> dict[str, Any] | None:
    """The names of an enumeration as asammdf takes a conversion from value to text; samples stay numbers."""
    if not signal.labels:
        return None
    told: dict[str, Any] = {"default": b""}
    for value, label in enumerate(signal.labels):
        told[f"val_{value}"], told[f"text_{value}"] = value, label.encode()
    return told
