"""pytest runs YAML cases beside Python tests, on the bench that ``--bench`` names.

    pytest cases/ tests/ --bench cases/benches/virtual.yaml -n 2

Each row of a case is a test of its own. Python tests take the fixtures ``bench`` and ``rig``; a test passes only when every run
does that it made with them, and one that takes ``rig`` has to start it. The failure text is the rig's explanation; record and report of every test lie in the run's folder, and
JUnit properties name them. A run ends with its test, or with a set-up that fails: what a fixture does after ``yield`` is behind
it. With pytest-xdist every worker has a virtual bench of its own; a bench in real time, of which there is one, refuses that.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gtxrig.errors import RigError
from gtxrig.exits import ended_by
from gtxrig.seeds import checked_seed

if TYPE_CHECKING:
    from gtxrig import Bench, Session
    from gtxrig.cases import Case, CaseResult
    from gtxrig.pytest_bench import WatchedBench

_OUT: pytest.StashKey[str] = pytest.StashKey()
_NOT_SEARCHED = {"must_fail", "benches", "packs", "corners", "parts"}
_IS_CASE = re.compile(rb"^case:", re.MULTILINE)
_SESSION: pytest.StashKey[Session] = pytest.StashKey()
_FAILED: pytest.StashKey[bool] = pytest.StashKey()  # by the test itself
_WATCHED: pytest.StashKey[WatchedBench] = pytest.StashKey()
_PACKAGE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("gtxrig", "battery packs on a test bench")
    group.addoption("--bench", metavar="FILE", help="bench file; YAML cases are collected only when it is given")
    group.addoption("--rig-seed", type=_seed, default=1, metavar="N", help="seed of the virtual bench; default 1")
    group.addoption("--rig-set", action="append", default=[], metavar="PATH=VALUE", help="changes a value of the bench file")
    group.addoption("--rig-param", action="append", default=[], metavar="NAME=VALUE", help="changes a parameter of the cases")
    group.addoption("--rig-record", default="full", metavar="LEVEL", help="full (default), changes, events or none")
    group.addoption("--rig-out", metavar="DIR", help="results, one folder for each test; default runs/<UTC time>")


def _seed(text: str) -> int:
    try:
        return checked_seed(int(text) if re.fullmatch("[+-]?[0-9]+", text) else text)
    except (TypeError, ValueError) as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "gtxrig: a case in YAML")


def pytest_sessionstart(session: pytest.Session) -> None:
    """What no test could run with ends it all at once. Workers have been looked at by the process that starts them."""
    config = session.config
    if hasattr(config, "workerinput"):
        return
    spread = getattr(config.option, "dist", "no") != "no"  # -n sets it too
    if config.getoption("--bench") is not None and _bench(config).real_time and spread:
        raise pytest.UsageError(
            f"bench {config.getoption('--bench')} lives in real time, and there is one of it; leave -n, --dist and --tx away"
        )
    if config.getoption("--rig-out") is not None and not config.option.collectonly:
        try:
            _out(config)
        except RigError as error:
            raise pytest.UsageError(f"--rig-out: {error}") from None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Of pytest-xdist: all workers write below one folder."""
    node.workerinput["gtxrig_out"] = os.path.abspath(_out(node.config))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix != ".yaml" or parent.config.getoption("--bench") is None:
        return None
    if not _is_named(parent.config, file_path) and not _is_searched(parent.config, file_path):
        return None
    if not _IS_CASE.search(file_path.read_bytes()):
        return None
    return CaseFile.from_parent(parent, path=file_path)


def _arguments(config: pytest.Config) -> list[Path]:
    return [(config.invocation_params.dir / str(argument).split("::")[0]).resolve() for argument in config.args]


def _is_named(config: pytest.Config, path: Path) -> bool:
    return path.resolve() in _arguments(config)


def _is_searched(config: pytest.Config, path: Path) -> bool:
    """As `gtxrig run` does it: only folders below the one that was asked for are left out by their name.

    pytest shows the files beside its way to what was asked for too, also such as lie above its root: nobody asked for those.
    """
    path = path.resolve()
    above = [folder for folder in _arguments(config) if path.is_relative_to(folder)]
    if not above and path.is_relative_to(config.rootpath):
        above = [config.rootpath]
    return any(not _NOT_SEARCHED & set(path.relative_to(folder).parts) for folder in above)


class CaseFile(pytest.File):
    """A file with one case; its rows are separate tests."""

    def collect(self) -> Iterable[pytest.Item]:
        from gtxrig import load_cases

        option = self.config.getoption
        try:
            cases = load_cases(
                self.path, bench=option("--bench"), seed=option("--rig-seed"), overrides=option("--rig-set"),
                parameters=dict(text.partition("=")[::2] for text in option("--rig-param")), record=option("--rig-record"),
                searched=not _is_named(self.config, self.path),
            )
        except RigError as error:
            raise self.CollectError(str(error)) from None
        for case in cases:
            yield CaseItem.from_parent(self, name=case.test_name, case=case)
        for name, reason in cases.left_out:
            yield LeftOutItem.from_parent(self, name=name, reason=reason)


class CaseFailed(Exception):
    """A case did not pass; its text is the rig's explanation."""

    def __init__(self, result: CaseResult) -> None:
        super().__init__(result.explanation)


class CaseItem(pytest.Item):
    """One row of a case."""

    def __init__(self, *, case: Case, **more: Any) -> None:
        super().__init__(**more)
        self.case = case
        self.add_marker("gtxrig")

    def runtest(self) -> None:
        result = self.case.run(_folder(self))
        self.user_properties += [("verdict", result.verdict), ("record", result.record), ("run", result.folder)]
        if result.verdict == "aborted" and result.way_out == "aborted":
            raise KeyboardInterrupt
        if not result.passed:
            raise CaseFailed(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        return self.path, self.case.line - 1, self.case.test_name


class LeftOutItem(pytest.Item):
    """A case that needs an instrument which the bench lacks: skipped, with the reason."""

    def __init__(self, *, reason: str, **more: Any) -> None:
        super().__init__(**more)
        self.reason = reason
        self.add_marker("gtxrig")

    def runtest(self) -> None:
        pytest.skip(self.reason)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        return self.path, None, self.name


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Bench:
    """The bench of ``--bench``; the virtual one when it is not given. Runs on it are a part of the test, as that of `rig` is."""
    from gtxrig.pytest_bench import WatchedBench

    option = request.config.getoption
    below = _folder(request.node) if option("--rig-out") is not None else None
    folder_of = None if below is None else lambda name: os.path.join(below, name)
    watched = WatchedBench.of(_bench(request.config), option("--rig-record"), folder_of)
    request.node.stash[_WATCHED] = watched
    return watched


@pytest.fixture
def rig(request: pytest.FixtureRequest, bench: Bench) -> Iterator[Session]:
    """A session on the bench that is not started yet: ``rig.start(soc=0.5)``. The test passes only when its run does."""
    name = re.sub(r"[^a-z0-9_]+", "_", request.node.name.lower()).strip("_")[:100]
    record = request.config.getoption("--rig-record")
    session = bench.session(name, out=_folder(request.node) if record != "none" else None, record=record)
    request.node.stash[_WATCHED].sessions.remove(session)
    request.node.stash[_SESSION] = session
    yield session
    session.abort("its test is over")  # does nothing where the run has ended with the test


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, None]:
    """A set-up that fails after the start of the run ends the run: no test will."""
    outcome = yield
    if outcome.excinfo:
        _end(item, outcome.excinfo[1])
        _stop_if_told(outcome)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, None]:
    """The run is a part of the test: it ends here, and its verdict counts."""
    outcome = yield
    error = outcome.excinfo[1] if outcome.excinfo else None
    item.stash[_FAILED] = error is not None
    session = _end(item, error)
    ended = [session] if session is not None else []
    told = [_sentence(run) for run in ended + _take_ended(item) if run.verdict != "pass"]
    given = _session_of(item)
    if given is not None and not given.started and not given.closed:
        told.append(f"{given.name}: the rig was never started, so nothing was checked; call rig.start(), or leave `rig` away")
    if told and error is None:
        outcome.force_exception(_failure("\n".join(told)))
    _stop_if_told(outcome)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, None]:
    outcome = yield
    error = outcome.excinfo[1] if outcome.excinfo else None
    _judge_rest(item, outcome)
    session = _session_of(item)
    if isinstance(error, RigError) and session is not None and error.message == f"session '{session.name}' is closed":
        hint = "the run ends with its test, and its end leaves the bench safe: nothing is left to do after a fixture's yield"
        RigError.__init__(error, error.message, error.where, hint)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, Any, None]:
    """A failure is shown by the lines of the test, without those of this package, and names the report."""
    for entry in call.excinfo.traceback if call.excinfo is not None else ():
        if _is_inside(Path(entry.path)):
            entry.frame.f_globals["__tracebackhide__"] = _is_told  # pytest looks for it here too
    session = _session_of(item)
    outcome = yield
    report = outcome.get_result()
    if report.failed and session is not None and session.folder and session.closed and session.started:
        page = os.path.join(session.folder, "report.html")
        if page not in str(report.longrepr):
            report.sections.append(("gtxrig", f"{session.name}: {session.verdict}; report: {page}"))


def _stop_if_told(outcome: Any) -> None:
    """For pytest a SystemExit is a test that failed, and it goes on with the next one, which would switch on again."""
    if outcome.excinfo and ended_by() and isinstance(outcome.excinfo[1], SystemExit):
        code = outcome.excinfo[1].code
        outcome.force_exception(pytest.exit.Exception(ended_by(), code if isinstance(code, int) else 1))


def _is_told(error: pytest.ExceptionInfo[BaseException]) -> bool:
    """Its text says what happened; of any other exception the place within the package may matter."""
    return isinstance(error.value, RigError)


def _is_inside(path: Path) -> bool:
    # Sequences are the user's to read and change.
    return path.is_relative_to(_PACKAGE) and not path.is_relative_to(_PACKAGE / "sequences")


def _session_of(item: pytest.Item) -> Session | None:
    """That of the fixture `rig`, wherever it was asked for; a test suite may have a fixture `rig` of its own."""
    from gtxrig import Session

    session = item.stash.get(_SESSION, None) or getattr(item, "funcargs", {}).get("rig")
    return session if isinstance(session, Session) else None


def _end(item: pytest.Item, error: BaseException | None) -> Session | None:
    """Ends the run of the fixture `rig` where there is one; a skipped test has aborted its run."""
    session = _session_of(item)
    if session is None or not session.started:
        return None
    if isinstance(error, (pytest.skip.Exception, pytest.exit.Exception)):
        session.abort("its test was skipped" if isinstance(error, pytest.skip.Exception) else f"pytest ended: {error}")
    else:
        with contextlib.suppress(RigError):  # a thread was in the middle of a call: its verdict says so
            session.__exit__(type(error) if error else None, error, None)
    _note_properties(item, session)
    return session


def _take_ended(item: pytest.Item) -> list[Session]:
    """What is over of the runs that the test made on the fixture `bench`."""
    watched = item.stash.get(_WATCHED, None)
    ended = watched.take_ended() if watched is not None else []
    for session in ended:
        _note_properties(item, session)
    return ended


def _judge_rest(item: pytest.Item, outcome: Any) -> None:
    """What fixtures have ended by now is judged; what is still open is made safe, and nobody ended it."""
    watched = item.stash.get(_WATCHED, None)
    if watched is None:
        return
    told = [_sentence(session) for session in _take_ended(item) if session.verdict != "pass"]
    left = watched.abort_open()
    _take_ended(item)
    told += [f"session '{run.name}' was left open, and is aborted now; use it in a with statement, or close() it" for run in left]
    if told and not outcome.excinfo and not item.stash.get(_FAILED, False):
        outcome.force_exception(_failure("\n".join(told)))


def _note_properties(item: pytest.Item, session: Session) -> None:
    item.user_properties += [("verdict", session.verdict), ("record", session.result["record"]), ("run", session.folder)]


def _sentence(session: Session) -> str:
    return f"{session.name}: {session.verdict}. {session.explanation}"


def _failure(text: str) -> BaseException:
    return pytest.fail.Exception(text, pytrace=False)


def _bench(config: pytest.Config) -> Bench:
    from gtxrig import Bench
    from gtxrig.cases import VIRTUAL_BENCH

    try:
        return Bench.load(
            config.getoption("--bench") or VIRTUAL_BENCH,
            seed=config.getoption("--rig-seed"), overrides=config.getoption("--rig-set"),
        )
    except RigError as error:
        raise pytest.UsageError(str(error)) from None


def _out(config: pytest.Config) -> str:
    from gtxrig.output import new_folder

    if _OUT not in config.stash:
        handed = getattr(config, "workerinput", {}).get("gtxrig_out")
        config.stash[_OUT] = handed or new_folder(config.getoption("--rig-out"))
    return config.stash[_OUT]


def _folder(item: pytest.Item) -> str:
    name = re.sub(r"[^A-Za-z0-9_.-]+", "_", item.nodeid.replace("::", "/").replace("/", ".")).strip("._")
    return os.path.join(_out(item.config), name)
