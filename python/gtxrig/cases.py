"""Cases in YAML, run from Python: checked and judged as ``gtxrig run`` does it."""

from __future__ import annotations

import operator
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from gtxrig import _core
from gtxrig.arguments import mapping_of, path_text
from gtxrig.bench import override_texts, profile_text, setting_text
from gtxrig.errors import RigError
from gtxrig.exits import OpenCase
from gtxrig.output import new_folder
from gtxrig.seeds import checked_seed
from gtxrig.units import Quantity, time_text

if TYPE_CHECKING:
    from gtxrig.run import Run

VIRTUAL_BENCH = "builtin:cases/benches/virtual.yaml"

# Functions of cases are called by a process of this Python with this package.
_core.use_python(
    os.environ.get("GTXRIG_PYTHON") or sys.executable, os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
)


class Case:
    """One line of a report: a case, or one row of a case with parameters.

    Attributes:
        name, row, title, why: as the file says; `row` is empty for a case without rows.
        verifies: ids of the requirements.
        path, line: where it stands.
    """

    def __init__(self, loaded: _core.Cases, index: int) -> None:
        self._loaded = loaded
        self._index = index
        told: Mapping[str, Any] = loaded.describe(index)
        self.name = str(told["name"])
        self.row = str(told["row"])
        self.title = str(told["title"])
        self.why = str(told["why"])
        self.verifies: list[str] = list(told["verifies"])
        self.path = str(told["path"])
        self.line = int(told["line"])

    @property
    def test_name(self) -> str:
        """"case" or "case[row]"."""
        return f"{self.name}[{self.row}]" if self.row else self.name

    def run(self, out: str | os.PathLike[str] | None = None, seed: int | None = None) -> CaseResult:
        """Runs it once; the GIL is free meanwhile, and Ctrl-C, SIGTERM and SIGHUP leave safely first, in whatever thread it runs.

        Args:
            out: folder of the results, empty or new; by default runs/<UTC time>.
            seed: instead of that of the loaded cases.

        Raises:
            TypeError, ValueError: a seed that is none.
            RigError: the run could not begin; nothing was switched on. What happens during a run is its verdict.
        """
        seed = None if seed is None else checked_seed(seed)
        folder = new_folder(None if out is None else path_text(out, "out")) if self._loaded.level != "none" else ""
        with OpenCase():
            result = self._loaded.run(self._index, folder, seed)
        return CaseResult(self, result, folder)

    def __repr__(self) -> str:
        return f"<Case {self.test_name} ({self.path})>"


class CaseResult:
    """What came of a case.

    Attributes:
        verdict: "pass", "fail", "invalid", "error" or "aborted".
        sentence: the cause in one sentence, or what was shown.
        findings: dicts with kind, verdict, time (s), rule, step and sentence, in order of time.
        folder: of record and report; empty when nothing was recorded.
    """

    def __init__(self, case: Case, result: Mapping[str, Any], folder: str) -> None:
        self.case = case
        self.verdict = str(result["verdict"])
        self.sentence = str(result["sentence"])
        self.findings: list[dict[str, Any]] = list(result["findings"])
        self.way_out = str(result["way_out"])
        self.ticks = int(result["ticks"])
        self.wall_seconds = float(result["wall_seconds"])
        self.record = str(result["record"])
        self.folder = folder

    @property
    def passed(self) -> bool:
        """True for the verdict "pass" alone."""
        return self.verdict == "pass"

    @property
    def explanation(self) -> str:
        """Verdict and every finding, as a person wants to read it."""
        lines = [f"{self.case.test_name}: {self.verdict}. {self.sentence}"]
        for finding in self.findings:
            if finding["sentence"] != self.sentence:
                step = f" in step '{finding['step']}'" if finding["step"] else ""
                lines.append(f"  {finding['time']:.3f} s{step}: {finding['sentence']}")
        if self.folder:
            lines.append(f"  report: {os.path.join(self.folder, 'report.html')}")
        return "\n".join(lines)

    @property
    def run(self) -> Run:
        """The run with its signals."""
        if not self.record:
            raise RigError("this case was not recorded", "", 'record="full" or "changes"')
        from gtxrig.run import open_run

        return open_run(self.record)

    def __repr__(self) -> str:
        return f"<{self.case.test_name}: {self.verdict}>"


class Cases:
    """Cases that were read and checked together; a sequence of :class:`Case`, sorted by path."""

    def __init__(self, loaded: _core.Cases) -> None:
        self._loaded = loaded
        self._cases = [Case(loaded, i) for i in range(len(loaded))]

    @property
    def warnings(self) -> str:
        """What the check found that is no mistake, as the command shows it."""
        return str(self._loaded.warnings)

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """Name and reason of each case of a searched folder that the bench cannot run, for want of an instrument."""
        return list(self._loaded.left_out)

    @property
    def real_time(self) -> bool:
        """True on a bench with ``clock: wall``: one case at a time."""
        return bool(self._loaded.real_time)

    def __len__(self) -> int:
        return len(self._cases)

    def __iter__(self) -> Iterator[Case]:
        return iter(self._cases)

    @overload
    def __getitem__(self, key: SupportsIndex | str) -> Case: ...
    @overload
    def __getitem__(self, key: slice) -> list[Case]: ...
    def __getitem__(self, key: SupportsIndex | str | slice) -> Case | list[Case]:
        """By place, several with a slice, or by test name: ``cases["pack_over_voltage_stops_charging"]``."""
        if isinstance(key, slice):
            return self._cases[key]
        if not isinstance(key, str):
            try:
                return self._cases[operator.index(key)]
            except TypeError:
                raise TypeError(f"a case is named by its place or its test name, not by {type(key).__name__}") from None
        for case in self._cases:
            if case.test_name == key:
                return case
        raise KeyError(_core.suggestion(key, [case.test_name for case in self._cases]) or key)

    def __repr__(self) -> str:
        names = [case.test_name for case in self._cases[:3]] + ["..."] * (len(self) > 3)
        return f"<Cases: {len(self)}{', ' * bool(names)}{', '.join(names)}>"


def load_cases(
    *paths: str | os.PathLike[str],
    bench: str | os.PathLike[str] = VIRTUAL_BENCH,
    seed: int = 1,
    overrides: Mapping[str, object] | Iterable[str] = (),
    parameters: Mapping[str, object] | None = None,
    tick: float | Quantity | None = None,
    record: str = "full",
    profile: object = None,
    searched: bool = False,
) -> Cases:
    """Reads and checks cases on a bench, all of them, before anything runs.

    Args:
        paths: files, or folders that are searched as ``gtxrig run`` does.
        bench: the bench file; by default the virtual bench that the package carries.
        overrides: values of the bench file to change, as for :meth:`Bench.load`.
        parameters: other defaults for parameters of the cases: ``{"approach_current": 10 * A}``.
        tick: instead of the bench's; a plain number is in seconds.
        record: "full", "changes", "events" or "none".
        profile: what is known of this pack, instead of the profile that the bench names, as for :meth:`Bench.load`.
        searched: files among the paths were found by a search, and not asked for: one that needs an instrument which the
            bench lacks is left out, as those of a folder are (:attr:`Cases.left_out`), and is no mistake.

    Raises:
        TypeError, ValueError: a seed that is none, or another argument that cannot be one.
        InputError: mistakes in bench and cases, all of them.
        RigError: a record level that does not exist.
    """
    seed = checked_seed(seed)
    if not isinstance(record, str):
        raise TypeError(f'record is "full", "changes", "events" or "none", not {record!r}')
    changed = mapping_of(parameters, 'parameters are a mapping such as {"approach_current": 10 * A}')
    told = [f"{name}={setting_text(value, f'the parameter {name}')}" for name, value in changed.items()]
    seconds = None if tick is None else Quantity.parse(time_text(tick, "tick")).value
    return Cases(
        _core.make_cases(
            [path_text(path, "a case") for path in paths], path_text(bench, "bench"), override_texts(overrides), told, seed, seconds, record,
            profile_text(profile), searched,
        )
    )
