"""Finished runs: what they found, and their data."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from gtxrig import _core
from gtxrig.arguments import Single, path_text
from gtxrig.can_log import CanLog
from gtxrig.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Iterable

    import matplotlib.figure
    import pandas

Path = str | os.PathLike[str]


class Row(dict[str, Any]):
    """A dict whose keys are attributes too: ``finding.rule`` is ``finding["rule"]``. The keys are those of run.json."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"no '{name}'; {_core.suggestion(name, list(self))}") from None


class Run(Single):
    """One run, from its record. Times are in s of rig time, values in base units (V, A, s, degC, ratios as 0..1).

    Attributes:
        path: of the record.
        state: "complete"; "running" when it was killed (or still runs) and "failed" are no results.
        verdict: "pass", "fail", "invalid", ...; "" while running.
        sentence: the cause in one sentence, or what was shown.
        info: case, suite, title, seed, tick_s, end_s, software, level, bench, identification, environment ...
        findings: what was wrong, in order of time.
        measurements: every measure, with value, uncertainty (k = 2), unit, lower, upper and verdict.
        checks: the measurements that have a limit.
        rules: what each requirement row came to.
        events, steps, trips, limits: as recorded.
        signals: the recorded columns by name.
        can: the CAN frames.
    """

    def __init__(self, path: Path) -> None:
        self._record = _core.open_record(path_text(path, "a record"))
        self._why_single = f"another process opens it by its path, open_run({self._record.path!r})"
        info = self._record.info()
        tables = {name: [Row(row) for row in rows] for name, rows in info.items() if isinstance(rows, list)}
        self.path: str = self._record.path
        self.state: str = self._record.state
        self.failure: str = self._record.failure
        self.verdict: str = info["verdict"]
        self.sentence: str = info["sentence"]
        self.info = Row((name, value) for name, value in info.items() if not isinstance(value, list))
        self.info["bench"] = next((row.name for row in tables["documents"] if row.kind == "bench"), "")
        for name in ("identification", "environment"):
            self.info[name] = Row((row.key, row.value) for row in tables[name])
        self.documents: list[Row] = tables["documents"]
        self.findings: list[Row] = tables["findings"]
        self.measurements: list[Row] = tables["measures"]
        self.checks: list[Row] = [m for m in self.measurements if m.lower is not None or m.upper is not None]
        self.rules: list[Row] = tables["rules"]
        self.events: list[Row] = tables["events"]
        self.steps: list[Row] = tables["steps"]
        self.trips: list[Row] = tables["trips"]
        self.limits: list[Row] = tables["limits"]
        self.kept: list[Row] = tables["kept"]
        self.signals = Signals(self._record, self.info["tick_s"])
        self.can = CanLog(self._record)

    @property
    def damage(self) -> list[str]:
        """A sentence for each part of the record that could not be read so far; the rest stays readable."""
        return self._record.damage()

    @property
    def gaps(self) -> list[tuple[int, int, int]]:
        """(first tick, last tick, rows) of what the recorder had to drop."""
        return self._record.gaps()

    def digest(self) -> str:
        """A fingerprint of all but the wall-clock times: equal for two runs of one case with one seed."""
        return _core.record_digest(self.path)

    def to_pandas(self, signals: Iterable[str] | None = None) -> pandas.DataFrame:
        """One frame: a row for each tick in which a signal changed, a column for each signal, as the rig knew it then.

        The index is rig time in s. A value holds until the next; NaN is "nothing known" or "not good". ``attrs`` has
        "units" and, of enumerations, "labels" (by signal; the names of 0, 1, 2 ...), and "run" (the scalars of ``info``).
        ``signals`` chooses; default: all, the model's too.
        """
        from gtxrig import export

        return export.to_pandas(self, signals)

    def to_parquet(self, path: Path, signals: Iterable[str] | None = None) -> None:
        """The table of ``to_pandas()`` as Parquet; units and labels (JSON) in the fields' metadata, the run's info in the schema's."""
        from gtxrig import export

        export.to_parquet(self, path, signals)

    def to_hdf5(self, path: Path, signals: Iterable[str] | None = None) -> None:
        """HDF5: /signals/NAME has time, value and quality of each sample, the attribute unit and, of an enumeration, labels; /can
        the frames.
        """
        from gtxrig import export

        export.to_hdf5(self, path, signals)

    def to_mdf(self, path: Path, signals: Iterable[str] | None = None) -> None:
        """ASAM MDF 4.10 (.mf4): each signal with its own times, its unit or labels, and invalidation bits where it is not good."""
        from gtxrig import export

        export.to_mdf(self, path, signals)

    def plot(
        self, signals: Iterable[str] | None = None, window: tuple[float, float] | None = None
    ) -> matplotlib.figure.Figure:
        """A matplotlib figure, one axis for each signal: value, envelope, limits, trips and steps.

        ``signals``: default is what the report shows. ``window``: (from, to) in s; default is all. A notebook shows the
        figure; elsewhere its ``savefig()`` does, for pyplot does not know it.
        """
        from gtxrig import plots

        figure: matplotlib.figure.Figure = plots.plot(self, signals, window)
        return figure

    def plot_html(self, path: Path, signals: Iterable[str] | None = None) -> None:
        """The same as one HTML file that needs nothing else: drag to zoom, double-click for all, point for values."""
        from gtxrig import plot_html

        plot_html.write(self, path, signals)

    def __repr__(self) -> str:
        return f"<Run {self.info['suite']}/{self.info['case']} seed {self.info['seed']}: {self.verdict or self.state}>"


def open_run(path: Path) -> Run:
    """Opens a record: ``run.sqlite`` or the folder of a run.

    Raises RigError that names the path for what is absent, no record of gtxrig, of another version, or too damaged to
    be opened. Where only parts are damaged the rest can be read, and ``Run.damage`` names them.
    """
    return Run(path)
