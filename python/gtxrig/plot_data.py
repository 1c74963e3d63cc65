"""What the plots of a run show, thinned to what a picture can hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gtxrig.arguments import names_of
from gtxrig.units import number_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gtxrig.run import Run
    from gtxrig.signals import Signal

    Floats = NDArray[np.float64]


# What people speak of instead of base units, as the report does, and how many of these one of those is.
_SPOKEN = {"C": ("Ah", 1 / 3600), "J": ("Wh", 1 / 3600)}


@dataclass
class Curve:
    """A line of which each value holds until the next time; NaN breaks it."""

    times: Floats
    values: Floats


@dataclass
class Panel:
    """One signal with everything that is drawn about it, in ``unit``; ``axis`` says what the numbers are where there is none."""

    name: str
    unit: str
    axis: str
    value: Curve
    low: Curve | None = None
    high: Curve | None = None
    limits: list[tuple[float, str]] = field(default_factory=list)
    trips: list[tuple[float, float, str]] = field(default_factory=list)


def thinned(times: Floats, values: Floats, buckets: int) -> Curve:
    """At most about 4 samples a bucket: its first, lowest, highest and last, so that no spike is lost."""
    import numpy as np

    if len(times) <= 4 * buckets:
        return Curve(times, values)
    edges = np.searchsorted(times, np.linspace(times[0], times[-1], buckets + 1)[:-1])
    edges = np.unique(edges)
    ends = np.append(edges[1:], len(times))
    lowest = np.minimum.reduceat(np.where(np.isnan(values), np.inf, values), edges)
    highest = np.maximum.reduceat(np.where(np.isnan(values), -np.inf, values), edges)
    bucket = np.repeat(np.arange(len(edges)), ends - edges)
    keep = np.zeros(len(times), bool)
    keep[edges] = keep[ends - 1] = True
    for extreme in (lowest, highest):
        _, first = np.unique(np.where(values == extreme[bucket], bucket, -1), return_index=True)
        keep[first] = True
    breaks = np.isnan(values)
    keep[1:] |= breaks[1:] & ~breaks[:-1]
    keep[:-1] |= breaks[:-1] & ~breaks[1:]
    return Curve(times[keep], values[keep])


def default_names(run: Run) -> list[str]:
    """Terminal voltage and current, and what the reference has an envelope for, where anything moved."""
    names = [name for name in ("pack.voltage", "pack.current") if name in run.signals]
    for name, signal in run.signals.items():
        if f"model.{name}.lo" in run.signals and name not in names and _moves(signal):
            names.append(name)
    return names or [name for name, signal in run.signals.items() if signal.origin == "measured"][:6]


def _moves(signal: Signal) -> bool:
    values = signal.to_numpy()[signal.validity]
    return len(values) > 0 and bool(values.max() > values.min())


def end_of(run: Run) -> float:
    """s; of a run that was killed or still runs, whose record says no end, that of its last sample."""
    if run.info.end_s > 0:
        return float(run.info.end_s)
    return max((float(signal.arrivals[-1]) for signal in run.signals.values() if len(signal.arrivals) > 0), default=0.0)


def window_of(window: object, last: float) -> tuple[float, float]:
    """(from, to) in s; the whole run for None."""
    if window is None:
        return 0.0, last
    ends = [number_of(end) for end in window] if isinstance(window, (tuple, list)) else []
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        raise TypeError(f"the window is (from, to), two numbers of seconds, not {window!r}")
    return ends[0], ends[1]


def panels(
    run: Run, names: Iterable[str] | None, window: tuple[float, float] | None, buckets: int
) -> list[Panel]:
    wanted = default_names(run) if names is None else names_of(names)
    if not wanted:
        raise ValueError("there is nothing to plot: " + ("the record holds no samples" if names is None else "no signal is named"))
    last = end_of(run)
    begin, end = window_of(window, last)
    if not begin < end:
        raise ValueError(f"the window has to be (from, to) with from < to, not ({begin}, {end})")
    if end <= 0 or begin >= last:
        raise ValueError(f"the run lasts from 0 to {last:g} s: nothing of it is in the window ({begin}, {end})")
    return [_panel(run, run.signals[name], begin, min(end, last), buckets) for name in wanted]


def _axis(signal: Signal) -> str:
    """Of a signal without a unit what its numbers are."""
    if signal.unit:
        return ""
    if signal.labels:
        first = ", ".join(f"{value} {label}" for value, label in enumerate(signal.labels[:4]))
        return first + (", ..." if len(signal.labels) > 4 else "")
    return "0 off, 1 on" if signal.kind == "a truth value" else "plain number"


def _panel(run: Run, signal: Signal, begin: float, end: float, buckets: int) -> Panel:
    import numpy as np

    def curve(times: Any, values: Any) -> Curve:
        times = np.maximum.accumulate(times) if len(times) > 0 else times
        first = max(int(np.searchsorted(times, begin, side="right")) - 1, 0)
        last = int(np.searchsorted(times, end, side="right"))
        thin = thinned(times[first:last], values[first:last], buckets)
        if len(thin.times) == 0:
            return thin
        # The last value holds until the end of window or run, whichever is first.
        return Curve(np.append(thin.times, end), np.append(thin.values, thin.values[-1]))

    unit, factor = _SPOKEN.get(signal.unit, (signal.unit, 1.0))
    panel = Panel(signal.name, unit, _axis(signal), curve(signal.times(), factor * signal.good_values()))
    envelope = signal.envelope
    if envelope is not None:
        claims = np.isfinite(envelope.low) & np.isfinite(envelope.high)
        panel.low = curve(envelope.times, np.where(claims, factor * envelope.low, np.nan))
        panel.high = curve(envelope.times, np.where(claims, factor * envelope.high, np.nan))
    for limit in run.limits:
        if limit.signal == signal.name:
            for edge in (limit.lower, limit.upper):
                if edge is not None:
                    panel.limits.append((factor * edge, limit.label or limit.kind))
    for trip in run.trips:
        if trip.signal == signal.name and begin <= trip.time_s <= end and trip.value is not None:
            panel.trips.append((trip.time_s, factor * trip.value, trip.label))
    return panel


def extent(panel: Panel) -> tuple[float, float]:
    """(lowest, highest) to show: the value decides, a wide envelope or a limit far away would flatten it."""
    import numpy as np

    for curves in ([panel.value], [panel.low, panel.high]):
        values = np.concatenate([curve.values for curve in curves if curve is not None] or [np.empty(0)])
        values = values[np.isfinite(values)]
        if len(values) > 0:
            low, high = float(values.min()), float(values.max())
            room = (high - low) * 0.12 or max(abs(low) * 0.01, 0.5)
            return low - room, high + room
    return 0.0, 1.0


def marks(run: Run, begin: float, end: float) -> list[tuple[float, str]]:
    """(s, label) of the trips and findings, in order, each once: vertical lines in every panel."""
    moments = [(trip.time_s, trip.label) for trip in run.trips]
    moments += [(finding.time_s, f"{finding.verdict}: {finding.rule}") for finding in run.findings]
    return sorted({(time, label) for time, label in moments if begin <= time <= end})


def merged(limits: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """One label for all limits at one value."""
    labels: dict[float, list[str]] = {}
    for value, label in limits:
        if label not in labels.setdefault(value, []):
            labels[value].append(label)
    return [(value, ", ".join(names)) for value, names in labels.items()]
