"""``Run.plot_html()``: the run as one interactive HTML file that needs nothing else."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterable
from importlib import resources
from typing import TYPE_CHECKING, Any

from gtxrig import plot_data
from gtxrig.optional import whole_file

if TYPE_CHECKING:
    from gtxrig.run import Run

BUCKETS = 5000  # what zooming in can still show of each signal: about 20,000 points

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body {{ font: 14px system-ui, sans-serif; margin: 1em; color: #222; background: #fff; }}
h1 {{ font-size: 1.2em; margin: 0 0 .2em; }} p {{ margin: .2em 0; color: #555; }}
canvas {{ width: 100%; display: block; cursor: crosshair; }}
</style></head><body><h1>{title}</h1><p>{sentence}</p>
<p>Drag to zoom, shift and drag to move, double-click for the whole run, point at a curve for its value.</p>
<div id="panels"></div><script id="data" type="application/json">{data}</script><script>{script}</script></body></html>
"""


def _curve(curve: plot_data.Curve | None) -> Any:
    if curve is None:
        return None
    values = [round(value, 9) if value == value else None for value in curve.values.tolist()]
    return {"t": [round(time, 6) for time in curve.times.tolist()], "v": values}


def write(run: Run, path: str | os.PathLike[str], names: Iterable[str] | None) -> None:
    panels = plot_data.panels(run, names, None, BUCKETS)
    end = plot_data.end_of(run)
    data = {
        "end": end,
        "marks": plot_data.marks(run, 0.0, end),
        "steps": [[step.begin_s, step.name] for step in run.steps],
        "panels": [
            {
                "name": panel.name,
                "unit": panel.unit,
                "axis": panel.axis,
                "value": _curve(panel.value),
                "low": _curve(panel.low),
                "high": _curve(panel.high),
                "limits": plot_data.merged(panel.limits),
                "trips": panel.trips,
            }
            for panel in panels
        ],
    }
    page = PAGE.format(
        title=html.escape(f"{run.info.title or run.info.case}: {run.verdict or run.state}"),
        sentence=html.escape(run.sentence),
        data=json.dumps(data, allow_nan=False).replace("<", "\\u003c"),  # no text may end the script element
        script=resources.files("gtxrig").joinpath("plot.js").read_text(encoding="utf-8"),
    )
    with whole_file(path) as beside, open(beside, "w", encoding="utf-8") as file:
        file.write(page)
