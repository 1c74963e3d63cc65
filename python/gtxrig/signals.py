"""Signals of a recorded run as NumPy arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from gtxrig import _core
from gtxrig.errors import RigError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GOOD = 1
QUALITIES = ("never", "good", "stale", "invalid")


class Envelope(NamedTuple):
    """What the reference allows a signal, as it changed: each value holds until the next time.

    Attributes:
        times: (n,) s, when an edge changed, in order.
        low, high: (n,) in the signal's unit; NaN where the reference says nothing. Of a truth value: 1 in ``low`` is
            "has to be true", 0 in ``high`` is "has to be false".
    """

    times: Floats
    low: Floats
    high: Floats

    def at(self, times: Floats) -> tuple[Floats, Floats]:
        """The edges that held at each of these times (s); NaN before the first."""
        return held(self.times, self.low, times), held(self.times, self.high, times)


def held(known: Floats, values: Floats, times: Floats) -> Floats:
    """The values that held at ``times``: of each the last with ``known <= time``, NaN before the first."""
    import numpy as np

    place = np.searchsorted(known, times, side="right") - 1
    if len(values) == 0:
        return np.full(len(place), np.nan)
    return np.where(place >= 0, values[np.maximum(place, 0)], np.nan)


def _sealed(array: NDArray[Any]) -> Any:
    array.setflags(write=False)
    return array


class Signal:
    """One recorded column. Its samples are decoded once, when they are first asked for, values apart from their times; all
    arrays are read-only.

    Attributes:
        name: "pack.voltage".
        unit: the unit of all its values, "V"; "" for a ratio or a truth value.
        kind: the same in words, "voltage (V)".
        origin: who may write it: measured, commanded, script, model or judge.
        source, help: who wrote it, and what it is.
        labels: names of the values 0, 1, 2 ... of an enumeration, else empty.
        uncertainty: (absolute, relative), expanded (k = 2): U(x) = absolute + relative * |x|, in the unit.
    """

    def __init__(self, signals: Signals, column: int, spec: dict[str, Any]) -> None:
        self._signals = signals
        self._column = column
        self._values: Floats | None = None
        self._envelope: Envelope | None = None
        self._moments: tuple[NDArray[np.int64], Floats, NDArray[np.uint8]] | None = None
        self.name: str = spec["name"]
        self.unit: str = spec["unit"]
        self.kind: str = spec["kind"]
        self.origin: str = spec["origin"]
        self.source: str = spec["source"]
        self.help: str = spec["help"]
        self.labels: list[str] = spec["labels"]
        self.uncertainty: tuple[float, float] = spec["uncertainty"]

    def _read_moments(self) -> tuple[NDArray[np.int64], Floats, NDArray[np.uint8]]:
        if self._moments is None:
            moments = self._signals.record.moments(self._column)
            if self._values is not None and len(self._values) != len(moments[0]):
                raise RigError("the record changed while it was open", self._signals.record.path, "open it again")
            self._moments = moments
        return self._moments

    def ticks(self) -> NDArray[np.int64]:
        """(n,) the tick at which each sample arrived; times the run's base step that is rig time."""
        return self._read_moments()[0]

    def times(self) -> Floats:
        """(n,) s of rig time: the moment for which each value holds at its source, not that of its arrival."""
        return self._read_moments()[1]

    def to_numpy(self) -> Floats:
        """(n,) the values in ``unit``, the bad ones included: see ``validity``."""
        if self._values is None:
            values = self._signals.record.values(self._column)
            if self._moments is not None and len(self._moments[0]) != len(values):
                raise RigError("the record changed while it was open", self._signals.record.path, "open it again")
            self._values = values
        return self._values

    @property
    def quality(self) -> NDArray[np.uint8]:
        """(n,) places in ``gtxrig.signals.QUALITIES``: 0 never, 1 good, 2 stale, 3 invalid."""
        return self._read_moments()[2]

    @property
    def validity(self) -> NDArray[np.bool_]:
        """(n,) True where the value was good; nothing judges on the others."""
        valid: NDArray[np.bool_] = _sealed(self.quality == GOOD)
        return valid

    def good_values(self) -> Floats:
        """(n,) the values, NaN where they were not good."""
        import numpy as np

        good: Floats = _sealed(np.where(self.quality == GOOD, self.to_numpy(), np.nan))
        return good

    @property
    def arrivals(self) -> Floats:
        """(n,) s of rig time: when the rig had each sample."""
        import numpy as np

        arrived: Floats = _sealed(np.asarray(self.ticks() * self._signals.tick, dtype=np.float64))
        return arrived

    @property
    def envelope(self) -> Envelope | None:
        """What the reference allows this signal, computed once; None where it was not recorded."""
        if self._envelope is not None:
            return self._envelope
        for low, high in (("lo", "hi"), ("must", "may")):
            names = (f"model.{self.name}.{low}", f"model.{self.name}.{high}")
            if names[0] in self._signals and names[1] in self._signals:
                self._envelope = _envelope(self._signals[names[0]], self._signals[names[1]])
                break
        return self._envelope

    def __len__(self) -> int:
        return len(self.to_numpy())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        import numpy as np

        return np.array(self.to_numpy(), dtype=dtype) if copy else np.asarray(self.to_numpy(), dtype=dtype)

    def __repr__(self) -> str:
        return f"<Signal {self.name}: {self.kind}, {self.origin}>"


def _envelope(low: Signal, high: Signal) -> Envelope:
    import numpy as np

    times = np.union1d(low.arrivals, high.arrivals)
    edges = [held(edge.arrivals, edge.good_values(), times) for edge in (low, high)]
    return Envelope(_sealed(times), _sealed(edges[0]), _sealed(edges[1]))


class Signals(Mapping[str, Signal]):
    """The signals of a run by name, in the record's order. An unknown name is a KeyError that names the nearest."""

    def __init__(self, record: _core.Record, tick: float) -> None:
        self.record = record
        self.tick = tick
        self._by_name = {spec["name"]: Signal(self, place, spec) for place, spec in enumerate(record.columns())}

    def __getitem__(self, name: str) -> Signal:
        try:
            return self._by_name[name]
        except KeyError:
            pass
        if not isinstance(name, str):
            raise TypeError(f"a signal is named by a str, not by {type(name).__name__}")
        if not self._by_name:
            raise KeyError(f"no signal '{name}': the record holds no samples (see info['level'])")
        raise KeyError(f"no signal '{name}'; {_core.suggestion(name, list(self._by_name))}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __repr__(self) -> str:
        return f"<Signals: {len(self)}>"
