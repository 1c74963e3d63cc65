"""A run whose steps a script writes while it goes on."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gtxrig import _core
from gtxrig.arguments import Single, expression_text, path_text, settings_of, whole_number
from gtxrig.check import Check, Limits, checked_value, question_of
from gtxrig.errors import InputError, RigError, SessionOver
from gtxrig.exits import note_open
from gtxrig.instrument import Instrument
from gtxrig.output import new_folder
from gtxrig.session_end import SessionEnd
from gtxrig.session_texts import period_ends, ramp_texts, session_head, session_text, time_or_none
from gtxrig.texts import whole
from gtxrig.units import Exponents, Measured, Quantity, time_text, value_text

if TYPE_CHECKING:
    from gtxrig.bench import Bench


class Session(SessionEnd, Single):
    """A run like any other: reference, judges, limits and recorder work in every tick, whatever the script does.

    Use it in a ``with`` statement; every way out of it leaves the bench safe, an exception before it goes on, Ctrl-C and the
    end of the program too. A call that another thread is in the middle of is ended by it, and the run is aborted. An ``assert``
    that fails in it is a finding with the verdict "fail"; after any other exception the verdict is "error". On a virtual bench rig time passes only inside calls, so that a script is deterministic; on a bench
    in real time it passes by itself.

    Args:
        name: lower case, of the record and the report.
        title, why, verifies: for the report; `verifies` are ids of requirements.
        reference: hold the pack against the reference model in every tick.
        always: more conditions that hold in every tick, such as ``{"never": "pack.current > 60 A"}``.
        limits: narrower limits than the bench's: ``{"pack.voltage": (48 * V, 57 * V)}``.
        pcs: "defiant" (set-points go as they are), "obedient" or "on_request" (as an inverter that obeys the pack).
        record: "full", "changes", "events" or "none".
        out: folder of the results; empty or new, by default runs/<UTC time>. Nothing is ever overwritten.
        tick: instead of the bench's.
    """

    def __init__(
        self,
        bench: Bench,
        setup: _core.Setup,
        name: str,
        *,
        title: str = "",
        why: str = "",
        verifies: Iterable[str] = (),
        reference: bool = True,
        always: Iterable[Mapping[str, str]] = (),
        limits: Mapping[str, tuple[Quantity | None, Quantity | None]] | None = None,
        pcs: str = "defiant",
        record: str = "full",
        out: str | os.PathLike[str] | None = None,
        tick: float | Quantity | None = None,
    ) -> None:
        super().__init__(name)
        self.bench = bench
        self._setup = setup
        self._head = session_head(name, title, why, verifies, reference, always, limits, pcs)
        if not isinstance(record, str):
            raise TypeError(f'record is "full", "changes", "events" or "none", not {record!r}')
        if record not in ("full", "changes", "events", "none"):
            raise RigError(f"there is no record level '{record}'", "", "full, changes, events or none")
        self._record = record
        self._out = path_text(out, "out") if out is not None else None
        self._tick = None if tick is None else Quantity.parse(time_text(tick, "tick")).value
        self._came_to_nothing = False  # start() failed before anything was connected; it may be called again
        self._commands: dict[str, Exponents] = {}
        self._instruments: dict[str, Instrument] = {}

    # life

    def __enter__(self) -> Session:
        return self

    def start(self, state: str = "standby", **start: object) -> Session:
        """Connects, puts the start state where an instrument can, arms, and waits until all watched signals are good.

        Args:
            state: "standby" or "off".
            soc: state of charge, 0.97 or ``97 * percent``.
            temperature: of pack and ambient, such as ``25 * degC``.
            cells: "equalised" or "drawn"; cell_spread, leading_cell, hot_cell, since_full, stored, age, time_of_day: as
                ``start:`` of a case.

        Raises:
            InputError: what the session says is wrong; nothing was switched on.
            SessionOver: the bench did not become ready.
        """
        self._require_open()
        if self._core is not None:
            raise RigError("this session has started already")
        text = session_text(self._head, {"state": state, **start})
        self._came_to_nothing = True  # unless all goes well
        folder = "" if self._record == "none" else new_folder(self._out)
        try:
            core = _core.make_session(self._setup, text, self.bench.seed, self._tick, self._record, folder)
        except BaseException:
            _remove_empty(folder)
            raise
        self._came_to_nothing = False
        self.folder = folder
        self._commands = {name: dimension for name, dimension, *_ in core.commands()}
        for command in self._commands:
            instrument = command.rsplit(".", 1)[0]
            self._instruments.setdefault(instrument, Instrument(self, instrument))
        self._core = core
        note_open(self)
        try:
            core.begin()
        except SessionOver:
            raise  # it had begun: there is a verdict to be made
        except BaseException:
            if not core.begun:
                self._let_go()
                self.folder = ""
                _remove_empty(folder)
            del core  # the traceback would keep the bench
            raise
        return self

    @property
    def started(self) -> bool:
        """True once start() has connected the bench."""
        return self._core is not None or bool(self._results)

    @property
    def closed(self) -> bool:
        """True once it was closed, in whatever way."""
        return self._closed

    # what it does

    def set(self, settings: Mapping[str, object] | None = None, **more: object) -> None:
        """Set-points by name, all at once, in force with the next tick: ``rig.set({"supply.voltage_set": 57 * V})``.

        A text is an expression that is computed at that moment: ``"pack.voltage + 1 V"``.

        Raises:
            TypeError: a plain number where a unit is needed; says which.
            InputError: no such set-point, or outside of what the instrument or the fixture can do; nothing has changed.
        """
        step = self._step("set")
        step.set = [(whole(name), self._text(name, value)) for name, value in settings_of(settings, more).items()]
        self._do(step)

    def ramp(self, name: str, to: Quantity | str, rate: Quantity | str) -> None:
        """Moves a set-point to `to` with `rate` (its unit per second) and returns when it is there."""
        self._live()
        step = self._step(f"ramp {name}")
        step.ramp = [ramp_texts(self._commands, name, to, rate)]
        self._do(step)

    def hold(self, duration: float | Quantity) -> None:
        """Lets time pass; a plain number is in seconds.

        As a step of a case it ends in the tick after: ``hold(1)`` takes 1.01 s where the tick is 10 ms. :meth:`step` counts ticks.
        """
        step = self._step("hold")
        step.hold = time_text(duration, "duration")
        self._do(step)

    def step(self, ticks: int = 1) -> None:
        """Lets so many ticks pass."""
        self._live().turn(whole_number(ticks, "the number of ticks", 1, 10**12))

    def wait_until(self, condition: str, timeout: float | Quantity, every: float | Quantity | None = None) -> None:
        """Waits until the condition is true, looked at in every tick (or every so often).

        Raises:
            StepFailed: it did not become true within `timeout`. The run has failed, and the script may go on.
        """
        step = self._step(f"wait until {condition}")
        step.until = expression_text(condition, "a condition")
        step.timeout = time_text(timeout, "timeout")
        step.every = time_or_none(every, "every")
        self._do(step)

    def expect(
        self,
        condition: str,
        within: float | Quantity | None = None,
        for_: float | Quantity | None = None,
        after: float | Quantity | None = None,
    ) -> None:
        """The condition must be true: at once, or `within` a time, and then stay so `for_` a time; not looked at before `after`.

        The first look is in the tick after; a `within` that is over by then, as 0 is, means that look.

        Raises:
            StepFailed: it was not so; the text says what was seen. The run has failed, and the script may go on.
        """
        step = self._step(f"expect {condition}")
        step.that = expression_text(condition, "a condition")
        step.within = time_or_none(within, "within")
        step.stays = time_or_none(for_, "for_")
        step.after = time_or_none(after, "after")
        self._do(step)

    def value(self, expression: str) -> Measured:
        """A signal or an expression now, with its uncertainty. RigError when its data is missing or too old."""
        return _measured(self._live().value(expression_text(expression, "a value")))

    __getitem__ = value

    def at(self, event: str, expression: str) -> Measured:
        """What `expression` was when `event` last became true; of a refusal, before the current collapsed.

        Raises:
            RigError: it has not become true in this session, or the session is not recorded.
        """
        return _measured(self._live().at(expression_text(event, "an event"), expression_text(expression, "a value")))

    def watch(
        self, *expressions: str, every: float | Quantity = 1, for_: float | Quantity | None = None
    ) -> Iterator[dict[str, Measured | None]]:
        """The values of each period while time passes, to print or to draw: ``for values in rig.watch("pack.voltage"): ...``

        Args:
            expressions: signals or expressions; a value is None while its data is missing or too old.
            every: the period, counted from where the loop begins; one that a slow loop has missed comes at once.
            for_: how long; without it until the loop is left.
        """
        for expression in expressions:
            self._known_or_none(expression)  # a mistake is told now, and not after the first period
        return self._watch(expressions, period_ends(expressions, every, for_))

    def _watch(self, expressions: tuple[str, ...], ends: Iterable[float]) -> Iterator[dict[str, Measured | None]]:
        begin = self._live().now
        for end in ends:
            # Up to a moment and not for a length, so that nothing adds up: neither ticks nor what the loop itself takes.
            ticks = round((begin + end - self._live().now) / self.tick)
            if ticks > 0:
                self._live().turn(ticks)
            yield {expression: self._known_or_none(expression) for expression in expressions}

    def _known_or_none(self, expression: str) -> Measured | None:
        try:
            return self.value(expression)
        except InputError:
            raise
        except RigError:
            self._live()
            return None

    def check(
        self,
        name: str,
        value: Quantity | float,
        limits: Limits | None = None,
        rule: str = "simple",
    ) -> Check:
        """Decides a value against its limits, with its uncertainty; it is in the record like the measures of a case.

        Args:
            name: lower case, once in a session.
            value: a :class:`Measured` brings its uncertainty along; a plain number only where there is no unit.
            limits: (lowest, highest), None for a side that is open; without limits it is reported only.
            rule: "simple", "guard_band" (limits narrowed by U) or "non_binary".

        A value outside is a finding and no exception: look at the result where the script depends on it.
        """
        value = checked_value(name, value)
        result = self._live().check(**question_of(name, value, limits, rule, None))
        return Check(name, value, result)

    def can_bus(self) -> Any:
        """The bus of the bench as python-can knows one, for its ``Notifier``, loggers and ``recv()``: listens, never sends.

        Frames come as they go by, received and sent, with rig time. Take them in one thread; many buses may listen.

        Raises:
            RigError: python-can is not installed, or the bench has no CAN adapter.
        """
        from gtxrig.can_bus import bus_of

        return bus_of(self._live().listen(), lambda: self._closed, self.name)

    # what it shows

    def __getattr__(self, name: str) -> Instrument:
        instruments = self.__dict__.get("_instruments", {})
        if name in instruments:
            return instruments[name]  # type: ignore[no-any-return]
        if not name.startswith("_") and self.__dict__.get("_core") is None:
            raise AttributeError(f"'{name}': instruments are there after start()")
        raise AttributeError(f"the bench has no instrument '{name}'; it has {', '.join(sorted(instruments))}")

    if not TYPE_CHECKING:  # else a type checker would take any attribute for known

        def __setattr__(self, name, value):
            if name in self.__dict__.get("_instruments", ()):
                raise AttributeError(f"an assignment sets nothing; write rig.{name}.set(...)")
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._instruments]

    @property
    def time(self) -> float:
        """Rig time in s; of a closed session that of its end."""
        return float(self._time if self._closed else self._live().now)

    @property
    def tick(self) -> float:
        """s."""
        return float(self._live().tick)

    @property
    def record_level(self) -> str:
        """"full", "changes", "events" or "none"; :meth:`at` needs one of the first two."""
        return self._record

    @property
    def signals(self) -> dict[str, str]:
        """Every signal of the bench with what it is."""
        return {name: text for name, _, text, *_ in self._live().signals()}

    @property
    def commands(self) -> dict[str, str]:
        """Every set-point of the bench with what it is."""
        return {name: text for name, _, text, *_ in self._live().commands()}

    def __repr__(self) -> str:
        state = "closed" if self._closed else "not started" if self._core is None else f"at {self._core.now:g} s"
        return f"<Session {self.name} on {self.bench.name}, {state}>"

    # parts

    def _require_open(self) -> None:
        if self._closed:
            raise RigError(f"session '{self.name}' is closed")

    def _live(self) -> _core.Session:
        self._require_open()
        if self._core is None:
            raise RigError(f"session '{self.name}' has not started", "", "call start() first")
        return self._core

    def _text(self, name: str, value: object) -> str:
        self._live()
        if name not in self._commands:
            return whole(str(value))  # the engine says what is near to the name
        return value_text(value, self._commands[name], name)

    def _step(self, name: str) -> _core.StepTexts:
        step = _core.make_step()
        step.name = whole(name)
        frame = sys._getframe(2)
        while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("gtxrig."):
            frame = frame.f_back
        step.where = whole(f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}")
        return step

    def _do(self, step: _core.StepTexts) -> None:
        self._live().run_step(step)


def _measured(values: tuple[float, float, Exponents, float]) -> Measured:
    value, uncertainty, dimension, time = values
    return Measured(value, dimension, uncertainty, time)


def _remove_empty(folder: str) -> None:
    """Nothing came of it; a folder that holds something stays."""
    with contextlib.suppress(OSError):
        os.rmdir(folder)
