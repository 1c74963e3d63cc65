"""
The engine of gtxrig. Use it through the package gtxrig.
"""
from __future__ import annotations
import collections.abc
import numpy
import numpy.typing
import os
import typing
import typing_extensions
__all__: list[str] = ['Cases', 'Dbc', 'DbcMessage', 'DbcSignal', 'FrameTap', 'Record', 'ReferenceModel', 'RequirementRow', 'Requirements', 'Session', 'Setup', 'StepTexts', 'VirtualPack', 'base_unit', 'decide', 'describe_dimension', 'find_cases', 'format_measured', 'format_quantity', 'format_rounded', 'leave', 'load_requirements', 'make_cases', 'make_reference_model', 'make_session', 'make_step', 'make_virtual_pack', 'open_record', 'parse_quantity', 'parse_unit', 'read_setup', 'record_digest', 'start_trouble', 'suggestion', 'units_of', 'use_python']
class Cases:
    """
    See gtxrig.load_cases.
    """
    def __len__(self) -> int:
        ...
    def describe(self, index: typing.SupportsInt | typing.SupportsIndex) -> dict[str, typing.Any]:
        ...
    def run(self, index: typing.SupportsInt | typing.SupportsIndex, folder: str, seed: typing.SupportsInt | typing.SupportsIndex | None = None) -> dict[str, typing.Any]:
        ...
    @property
    def left_out(self) -> list[tuple[str, str]]:
        ...
    @property
    def level(self) -> str:
        ...
    @property
    def real_time(self) -> bool:
        ...
    @property
    def warnings(self) -> str:
        ...
class Dbc:
    """
    A CAN database, read and used by the rig's own codec.
    """
    @staticmethod
    def load(path: str | os.PathLike[str]) -> Dbc:
        """
        Reads a file, or 'builtin:cases/gtx5000.dbc'. Raises InputError with every mistake and its place.
        """
    def __repr__(self) -> str:
        ...
    def decode(self, which: typing.SupportsInt | typing.SupportsIndex | str, data: typing_extensions.Buffer, extended: bool = False) -> dict[str, float]:
        """
        The physical values of a frame by signal, in the DBC's units. What the frame does not hold, because it is
        short or its multiplexer chose others, is not in the dict.
        """
    def decode_many(self, which: typing.SupportsInt | typing.SupportsIndex | str, data: typing.Any, extended: bool = False) -> dict[str, numpy.typing.NDArray[numpy.float64]]:
        """
        Many frames of one message at once: data is uint8 of the shape (frames, bytes); the result has an array
        of float64 for each signal, NaN where a frame does not hold it.
        """
    def encode(self, which: typing.SupportsInt | typing.SupportsIndex | str, values: collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex], extended: bool = False) -> bytes:
        """
        The frame's bytes for physical values by signal. Raises RigError for an unknown signal and for a value
        that does not fit; signals that are not given have their GenSigStartValue, or 0.
        """
    def message(self, which: typing.SupportsInt | typing.SupportsIndex | str, extended: bool = False) -> DbcMessage:
        """
        By id or name; KeyError when there is none.
        """
    @property
    def comment(self) -> str:
        ...
    @property
    def messages(self) -> list[DbcMessage]:
        ...
    @property
    def version(self) -> str:
        ...
class DbcMessage:
    """
    A message of a DBC.
    """
    def __repr__(self) -> str:
        ...
    @property
    def comment(self) -> str:
        ...
    @property
    def cycle_time_s(self) -> float:
        """
        GenMsgCycleTime in s; 0: not cyclic.
        """
    @property
    def extended(self) -> bool:
        ...
    @property
    def id(self) -> int:
        """
        Without the marker bit of extended ids.
        """
    @property
    def length(self) -> int:
        """
        Bytes.
        """
    @property
    def name(self) -> str:
        ...
    @property
    def sender(self) -> str:
        ...
    @property
    def signals(self) -> list[DbcSignal]:
        ...
class DbcSignal:
    """
    A signal of a DBC message.
    """
    @property
    def comment(self) -> str:
        ...
    @property
    def factor(self) -> float:
        ...
    @property
    def labels(self) -> dict[int, str]:
        """
        Texts of values (VAL_) by raw value.
        """
    @property
    def maximum(self) -> float:
        ...
    @property
    def minimum(self) -> float:
        """
        minimum = maximum: the file gives no range.
        """
    @property
    def name(self) -> str:
        ...
    @property
    def offset(self) -> float:
        ...
    @property
    def unit(self) -> str:
        ...
class FrameTap:
    """
    The bus of a session as it goes by.
    """
    def take(self) -> tuple[float, int, bool, int, bool, bytes] | None:
        """
        (time, id, extended, bus, sent, data) of the next frame, or None.
        """
    @property
    def lost(self) -> int:
        """
        Frames that came while nobody took any.
        """
class Record:
    """
    A run.sqlite that is read.
    """
    def columns(self) -> list[dict[str, typing.Any]]:
        """
        One dict for each column, in the record's order.
        """
    def damage(self) -> list[str]:
        """
        A sentence for each part that could not be read so far.
        """
    def frames(self) -> dict[str, numpy.ndarray]:
        """
        The CAN frames as a dict of read-only arrays; data has the shape (frames, 8).
        """
    def gaps(self) -> list[tuple[int, int, int]]:
        """
        (first tick, last tick, rows) of what the recorder had to drop.
        """
    def info(self) -> dict[str, typing.Any]:
        """
        What run.json holds, as a dict.
        """
    def moments(self, column: typing.SupportsInt | typing.SupportsIndex) -> tuple[numpy.typing.NDArray[numpy.int64], numpy.typing.NDArray[numpy.float64], numpy.typing.NDArray[numpy.uint8]]:
        """
        What belongs to them, as read-only arrays of the same length: index of the tick of arrival (int64), own
        time in s (float64), quality (uint8: never, good, stale, invalid).
        """
    def values(self, column: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
        """
        The values of the column's kept samples in the base unit, a read-only array of float64.
        """
    def write_candump(self, path: str) -> None:
        """
        The frames as a log of candump -l.
        """
    @property
    def failure(self) -> str:
        """
        Why it failed.
        """
    @property
    def path(self) -> str:
        ...
    @property
    def state(self) -> str:
        """
        'complete', 'running' (it was killed, or runs still) or 'failed'.
        """
class ReferenceModel:
    """
    The reference model in base units; use gtxrig.ReferenceModel.
    """
    def restart(self, cells_equalised: bool, since_full: typing.SupportsFloat | typing.SupportsIndex | None, temperature: typing.SupportsFloat | typing.SupportsIndex | None) -> None:
        ...
    def run(self, seconds: typing.SupportsFloat | typing.SupportsIndex, series: collections.abc.Mapping[str, typing.Annotated[numpy.typing.ArrayLike, numpy.float64]], outputs: collections.abc.Sequence[str]) -> dict[str, numpy.typing.NDArray[numpy.float64]]:
        ...
    def signals(self) -> list[tuple[str, tuple[int, int, int, int, bool, bool], str, bool]]:
        ...
    def step(self, seconds: typing.SupportsFloat | typing.SupportsIndex, values: collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex], frames: collections.abc.Sequence[tuple[typing.SupportsInt | typing.SupportsIndex, bool, collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]]]) -> None:
        ...
    def value(self, name: str) -> float:
        ...
    @property
    def now(self) -> float:
        ...
class RequirementRow:
    """
    One row. Numbers are dicts with value (or lower and upper), unit, origin (manual,
    derived, default, measured) and source; None where the row has none.
    """
    def __repr__(self) -> str:
        ...
    @property
    def allowed_threshold(self) -> tuple[float, float]:
        """
        Where the threshold of a conforming pack may lie: (lowest, highest), in the base unit.
        """
    @property
    def delay(self) -> dict[str, typing.Any] | None:
        ...
    @property
    def flag(self) -> str:
        ...
    @property
    def id(self) -> str:
        ...
    @property
    def kind(self) -> str:
        ...
    @property
    def manual(self) -> str:
        ...
    @property
    def range(self) -> dict[str, typing.Any] | None:
        ...
    @property
    def release_delay(self) -> dict[str, typing.Any] | None:
        ...
    @property
    def rule(self) -> str:
        ...
    @property
    def signal(self) -> str:
        ...
    @property
    def statement(self) -> str:
        ...
    @property
    def threshold(self) -> dict[str, typing.Any] | None:
        ...
    @property
    def tolerance(self) -> dict[str, typing.Any] | None:
        ...
class Requirements:
    """
    The requirements of one product as data.
    """
    def __repr__(self) -> str:
        ...
    def find(self, id: str) -> RequirementRow | None:
        """
        The row with this id, or None.
        """
    @property
    def cells(self) -> int:
        ...
    @property
    def product(self) -> str:
        ...
    @property
    def rows(self) -> list[RequirementRow]:
        ...
    @property
    def title(self) -> str:
        ...
class Session:
    """
    See gtxrig.Session.
    """
    def at(self, arg0: str, arg1: str) -> tuple[float, float, tuple[int, int, int, int, bool, bool], float]:
        ...
    def begin(self) -> None:
        ...
    def check(self, name: str, value: typing.SupportsFloat | typing.SupportsIndex, uncertainty: typing.SupportsFloat | typing.SupportsIndex, dimension: tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, bool, bool], time: typing.SupportsFloat | typing.SupportsIndex | None, lower: typing.SupportsFloat | typing.SupportsIndex | None, upper: typing.SupportsFloat | typing.SupportsIndex | None, rule: str) -> dict[str, typing.Any]:
        ...
    def commands(self) -> list[tuple[str, tuple[int, int, int, int, bool, bool], str, float, float]]:
        ...
    def end_with_program(self) -> None:
        """
        Calls come back soon, with SystemExit.
        """
    def fail(self, arg0: str) -> None:
        ...
    def finish(self, way: str, trouble: str = '') -> dict[str, typing.Any]:
        """
        Unless it is completed, stops a call of another thread first.
        """
    def listen(self) -> FrameTap:
        ...
    def run_step(self, step: StepTexts) -> None:
        ...
    def signals(self) -> list[tuple[str, tuple[int, int, int, int, bool, bool], str, list[str]]]:
        ...
    def turn(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def value(self, arg0: str) -> tuple[float, float, tuple[int, int, int, int, bool, bool], float]:
        ...
    @property
    def begun(self) -> bool:
        ...
    @property
    def busy(self) -> bool:
        """
        A call is under way, in whatever thread.
        """
    @property
    def busy_here(self) -> bool:
        """
        In this one, which a signal handler interrupts.
        """
    @property
    def now(self) -> float:
        ...
    @property
    def record(self) -> str:
        ...
    @property
    def tick(self) -> float:
        ...
class Setup:
    """
    A bench file as read, with what its pack is judged by.
    """
    @property
    def name(self) -> str:
        ...
    @property
    def path(self) -> str:
        ...
    @property
    def product(self) -> str:
        ...
    @property
    def real_time(self) -> bool:
        ...
    @property
    def tick(self) -> float:
        """
        Tick in s.
        """
class StepTexts:
    """
    One step as a script says it, all in texts.
    """
    after: str | None
    every: str | None
    hold: str | None
    name: str
    stays: str | None
    that: str | None
    timeout: str | None
    until: str | None
    where: str
    within: str | None
    @property
    def ramp(self) -> list[tuple[str, str, str]]:
        ...
    @ramp.setter
    def ramp(self, arg0: collections.abc.Sequence[tuple[str, str, str]]) -> None:
        ...
    @property
    def set(self) -> list[tuple[str, str]]:
        ...
    @set.setter
    def set(self, arg0: collections.abc.Sequence[tuple[str, str]]) -> None:
        ...
class VirtualPack:
    """
    The virtual pack in base units; use gtxrig.VirtualPack.
    """
    def advance(self, seconds: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
    def connect(self, voltage: typing.SupportsFloat | typing.SupportsIndex, source_current: typing.SupportsFloat | typing.SupportsIndex, load_current: typing.SupportsFloat | typing.SupportsIndex, button: bool) -> None:
        ...
    def follow(self, currents: typing.Annotated[numpy.typing.ArrayLike, numpy.float64], step: typing.SupportsFloat | typing.SupportsIndex, source_voltage: typing.SupportsFloat | typing.SupportsIndex) -> dict[str, numpy.typing.NDArray[numpy.float64]]:
        ...
    def preset(self, state: str, soc: typing.SupportsFloat | typing.SupportsIndex | None, temperature: typing.SupportsFloat | typing.SupportsIndex | None, cell_spread: typing.SupportsFloat | typing.SupportsIndex | None, leading_cell: typing.SupportsInt | typing.SupportsIndex | None, leading_by: typing.SupportsFloat | typing.SupportsIndex, hot_cell: typing.SupportsInt | typing.SupportsIndex | None, hot_by: typing.SupportsFloat | typing.SupportsIndex, since_full: typing.SupportsFloat | typing.SupportsIndex | None, stored: typing.SupportsFloat | typing.SupportsIndex, age: str) -> None:
        ...
    def take_frames(self) -> list[tuple[float, int, bool, bytes]]:
        ...
    @property
    def cell_socs(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
    @property
    def cell_temperatures(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
    @property
    def cell_voltages(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
    @property
    def charge_fet(self) -> bool:
        ...
    @property
    def charge_prohibited(self) -> bool:
        ...
    @property
    def current(self) -> float:
        ...
    @property
    def discharge_fet(self) -> bool:
        ...
    @property
    def discharge_prohibited(self) -> bool:
        ...
    @property
    def lights(self) -> list[float]:
        ...
    @property
    def now(self) -> float:
        ...
    @property
    def skin_temperature(self) -> float:
        ...
    @property
    def soc(self) -> float:
        ...
    @property
    def temperature(self) -> float:
        ...
    @property
    def voltage(self) -> float:
        ...
def base_unit(arg0: tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, bool, bool]) -> str:
    ...
def decide(name: str, value: typing.SupportsFloat | typing.SupportsIndex, uncertainty: typing.SupportsFloat | typing.SupportsIndex, dimension: tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, bool, bool], time: typing.SupportsFloat | typing.SupportsIndex, lower: typing.SupportsFloat | typing.SupportsIndex | None, upper: typing.SupportsFloat | typing.SupportsIndex | None, rule: str) -> dict[str, typing.Any]:
    """
    Decides a value against limits in base units, as a case's measure is decided.
    """
def describe_dimension(arg0: tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, bool, bool]) -> str:
    ...
def find_cases(arg0: collections.abc.Sequence[str]) -> list[str]:
    """
    The case files below these paths, sorted.
    """
def format_measured(arg0: typing.SupportsFloat | typing.SupportsIndex, arg1: typing.SupportsFloat | typing.SupportsIndex, arg2: tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, bool, bool]) -> str:
    ...
def format_quantity(arg0: typing.SupportsFloat | typing.SupportsIndex, arg1: tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, bool, bool]) -> str:
    ...
def format_rounded(arg0: typing.SupportsFloat | typing.SupportsIndex, arg1: tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, bool, bool]) -> str:
    ...
def leave() -> None:
    """
    The program ends: calls in other threads come back with SystemExit, and this waits for them.
    """
def load_requirements(path: str | os.PathLike[str] = 'builtin:cases/gtx5000.yaml', profile: str | os.PathLike[str] | None = None) -> Requirements:
    """
    Reads requirements, and with a profile puts its measured values in place of defaults. Raises InputError
    with every mistake and its place.
    """
def make_cases(paths: collections.abc.Sequence[str], bench: str, overrides: collections.abc.Sequence[str], parameters: collections.abc.Sequence[str], seed: typing.SupportsInt | typing.SupportsIndex, tick: typing.SupportsFloat | typing.SupportsIndex | None, level: str, profile: str = '', searched: bool = False) -> Cases:
    ...
def make_reference_model(requirements: Requirements, uncertainties: collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex]) -> ReferenceModel:
    ...
def make_session(setup: Setup, text: str, seed: typing.SupportsInt | typing.SupportsIndex, tick: typing.SupportsFloat | typing.SupportsIndex | None, level: str, folder: str) -> Session:
    ...
def make_step() -> StepTexts:
    ...
def make_virtual_pack(parameters: collections.abc.Sequence[str], seed: typing.SupportsInt | typing.SupportsIndex) -> VirtualPack:
    ...
def open_record(path: str | os.PathLike[str]) -> Record:
    """
    Raises RigError for what is no record of gtxrig.
    """
def parse_quantity(arg0: str) -> tuple[float, tuple[int, int, int, int, bool, bool]]:
    ...
def parse_unit(arg0: str) -> tuple[float, tuple[int, int, int, int, bool, bool]]:
    ...
def read_setup(path: str | os.PathLike[str], overrides: collections.abc.Sequence[str], profile: str = '') -> Setup:
    """
    Reads a bench file with its requirements and profile.
    """
def record_digest(path: str) -> str:
    """
    A fingerprint of all but the wall-clock times: equal for two runs of one case with one seed.
    """
def start_trouble(text: str) -> str:
    ...
def suggestion(word: str, known: collections.abc.Sequence[str]) -> str:
    """
    "did you mean 'x'?" or "known: a, b"; empty without candidates.
    """
def units_of(arg0: tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, bool, bool]) -> str:
    ...
def use_python(interpreter: str, search: str) -> None:
    """
    Which Python runs functions of cases and own instruments, and where this package is.
    """
__version__: str
