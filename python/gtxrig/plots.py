"""``Run.plot()``: the run as a matplotlib figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gtxrig import plot_data
from gtxrig.optional import need

if TYPE_CHECKING:
    from gtxrig.run import Run

BLUE, GREEN, RED, GREY = "#1f5fa8", "#7db58a", "#c0392b", "#888888"
BUCKETS = 1500  # more than a figure has pixels


def plot(run: Run, names: Iterable[str] | None, window: tuple[float, float] | None) -> Any:
    need("matplotlib.figure", "plot()")
    from gtxrig.run_figure import RunFigure

    panels = plot_data.panels(run, names, window, BUCKETS)
    begin, end = plot_data.window_of(window, plot_data.end_of(run))
    figure = RunFigure(figsize=(11, 1.2 + 1.9 * len(panels)), layout="constrained")
    axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)
    marks = plot_data.marks(run, begin, end)
    for axis, panel in zip(axes[:, 0], panels, strict=True):
        _draw(axis, panel)
        for time, _ in marks:
            axis.axvline(time, color=RED, linewidth=0.8, linestyle=":")
        for step in run.steps:
            if begin < step.begin_s < end:
                axis.axvline(step.begin_s, color=GREY, linewidth=0.4)
    axes[-1, 0].set_xlim(begin, end)
    axes[-1, 0].set_xlabel("time (s)")
    _label_marks(axes[0, 0], marks, begin, end)
    figure.suptitle(f"{run.info.title or run.info.case}: {run.verdict or run.state}", fontsize=11)
    return figure


def _draw(axis: Any, panel: plot_data.Panel) -> None:
    if panel.low is not None and panel.high is not None:
        import numpy as np

        from gtxrig.signals import held

        times = np.union1d(panel.low.times, panel.high.times)
        low = held(panel.low.times, panel.low.values, times)
        high = held(panel.high.times, panel.high.values, times)
        axis.fill_between(times, low, high, step="post", color=GREEN, alpha=0.35, linewidth=0, label="allowed")
    axis.step(panel.value.times, panel.value.values, where="post", color=BLUE, linewidth=1, label=panel.name)
    bottom, top = plot_data.extent(panel)
    axis.set_ylim(bottom, top)
    for value, label in plot_data.merged(panel.limits):
        if bottom <= value <= top:
            axis.axhline(value, color=RED, linewidth=0.8, linestyle="--")
            axis.annotate(label, (0, value), xycoords=("axes fraction", "data"), fontsize=6, color=RED,
                          xytext=(3, 1), textcoords="offset points")  # fmt: skip
    for time, value, _ in panel.trips:
        axis.plot([time], [value], marker="v", color=RED, markersize=6)
    axis.set_ylabel(panel.unit or panel.axis.replace(", ", "\n"), fontsize=None if panel.unit else 6)
    axis.set_title(panel.name, fontsize=8, loc="left", pad=2)
    axis.tick_params(labelsize=7)
    axis.grid(alpha=0.25)
    axis.margins(x=0)


def _label_marks(axis: Any, marks: list[tuple[float, str]], begin: float, end: float) -> None:
    ends: list[float] = []  # of each row of labels where its last one ends, as part of the axis
    for time, label in marks[:12]:
        place, width = (time - begin) / (end - begin), 0.01 + 0.0055 * len(label)
        left = min(place, max(1 - width, 0.0))
        row = next((row for row, taken in enumerate(ends) if taken <= left), len(ends))
        ends[row : row + 1] = [left + width]
        axis.annotate(label, (left, 1), xycoords="axes fraction", fontsize=7, color=RED,
                      xytext=(3, -9 - 9 * row), textcoords="offset points")  # fmt: skip
