"""The virtual pack by itself: cells and firmware without a bench, for a script that only wants to know what it would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gtxrig import _core
from gtxrig.arguments import Single, whole_number
from gtxrig.bench import override_texts
from gtxrig.can_log import CanFrame
from gtxrig.seeds import checked_seed
from gtxrig.session_texts import RATIO, check_start
from gtxrig.units import A, K, Quantity, V, degC, describe, finite_text, s, time_text, value_text

_SOURCE = 60 * V
# Far beyond what a bench for this pack has; what is more than that is a slip, such as a unit mistaken.
_HIGHEST_CURRENT = 10_000 * A
_HIGHEST_VOLTAGE = 1_000 * V


def _base(value: object, like: Quantity, what: str) -> float:
    if not isinstance(value, Quantity):
        raise TypeError(f"{what} is {describe(like.dimension)}, {value!r} has no unit")
    if value.dimension != like.dimension:
        raise TypeError(f"{what} is {describe(like.dimension)}, this is {describe(value.dimension)}")
    return value.value


def _between_zero(value: Quantity, highest: Quantity, what: str, hint: str = "") -> float:
    number = _base(value, highest, what)
    if not 0 <= number <= highest.value:
        raise ValueError(f"{what} lies between 0 and {highest}{hint}; got {value}")
    return number


def _current(value: Quantity) -> float:
    return _between_zero(value, _HIGHEST_CURRENT, "current", ": charge() and discharge() say its direction")


def _seconds(value: object, what: str) -> float:
    return Quantity.parse(time_text(value, what)).value  # type: ignore[arg-type]


def _apart(which: str, cell: object, by: str, is_given: bool) -> dict[str, object] | None:
    """One cell that differs, as a case writes it."""
    if cell is None:
        if is_given:
            raise ValueError(f"{which}_by says how far a cell stands apart: say which one with {which}_cell, 1 to 16")
        return None
    return {"cell": whole_number(cell, f"{which}_cell", 1, 16), "by": by}


class VirtualPack(Single):
    """A GTX5000 of the virtual bench, without the bench: cells, heat, firmware and the frames that it sends.

    Its parameters are those below ``dut:`` of a bench file, by path: ``{"firmware.pack_ov.threshold": 57 * V,
    "defects": "[frozen_limits]", "cells.capacity": 90 * Ah}``; ``gtxrig list firmware`` and ``gtxrig list defects`` name them.
    What is connected to its terminals is ideal: a source without a limit of its own but the two given, a sink of constant
    current. Currents are positive while charging. The same seed and calls give the same bits.

    It shares no code with the reference model that judges packs (:class:`gtxrig.ReferenceModel`).

    Raises:
        InputError: a parameter that does not exist or lies outside its range.
    """

    _why_single = "make another one with the same parameters and seed"

    def __init__(self, parameters: Mapping[str, object] | Iterable[str] = (), *, seed: int = 1) -> None:
        self._core = _core.make_virtual_pack(override_texts(parameters), checked_seed(seed))
        self._voltage, self._source, self._load, self._button = 0.0, 0.0, 0.0, False
        self._connect()

    def preset(
        self,
        *,
        state: str = "standby",
        soc: float | Quantity | None = None,
        temperature: Quantity | None = None,
        cell_spread: float | Quantity | None = None,
        leading_cell: int | None = None,
        leading_by: float | Quantity = 0.0,
        hot_cell: int | None = None,
        hot_by: Quantity | None = None,
        since_full: Quantity | None = None,
        stored: Quantity | None = None,
        age: str = "bol",
    ) -> None:
        """Puts it at rest since long, nothing connected, at time 0.

        Args:
            state: "standby" or "off".
            soc: true state of charge, mean of the cells, 0 to 1.
            temperature: of cells and ambient.
            cell_spread: factor on the drawn spread of the cells' states of charge; 0 makes them equal.
            leading_cell: 1 to 16, this one stands apart by `leading_by` (0 to 1).
            hot_cell: 1 to 16, this one is hotter by `hot_by` (K).
            since_full: what its month timer stands at.
            stored: so long it lay like this before.
            age: what a life before has left of it: "bol", "label_500", "eol_60", or between them, "2000 cycles".

        Raises:
            TypeError: a value of another kind, or without its unit.
            ValueError: no pack can begin like this; says what is possible. It stays as it was.
            RigError: there is no such state or age.
        """
        for text, what in ((state, "state"), (age, "age")):
            if not isinstance(text, str):
                raise TypeError(f'{what} is a text such as "standby" or "bol", not {text!r}')
        for value, like, what in (
            (temperature, degC, "temperature"), (hot_by, K, "hot_by"), (since_full, s, "since_full"), (stored, s, "stored")
        ):  # fmt: skip
            if value is not None:
                _base(value, like, what)
        check_start(
            soc=soc, temperature=temperature, cell_spread=cell_spread, since_full=since_full, stored=stored,
            leading_cell=_apart("leading", leading_cell, value_text(leading_by, RATIO, "leading_by"), bool(float(leading_by))),
            hot_cell=_apart("hot", hot_cell, "0 K" if hot_by is None else finite_text(hot_by, "hot_by"), hot_by is not None),
        )  # fmt: skip
        self._core.preset(
            state,
            None if soc is None else float(soc),
            None if temperature is None else temperature.value,
            None if cell_spread is None else float(cell_spread),
            leading_cell,
            float(leading_by),
            hot_cell,
            0.0 if hot_by is None else hot_by.value,
            None if since_full is None else since_full.value,
            0.0 if stored is None else stored.value,
            age,
        )
        self._voltage, self._source, self._load, self._button = 0.0, 0.0, 0.0, False
        self._connect()

    # what is done to it

    def charge(self, current: Quantity, voltage: Quantity = _SOURCE) -> None:
        """Connects a source of `voltage` that gives at most `current`, instead of what was connected."""
        volts, amps = _between_zero(voltage, _HIGHEST_VOLTAGE, "voltage"), _current(current)
        self._voltage, self._source, self._load = volts, amps, 0.0
        self._connect()

    def discharge(self, current: Quantity) -> None:
        """Connects a sink of `current`, instead of what was connected."""
        self._source, self._load = 0.0, _current(current)
        self._connect()

    def disconnect(self) -> None:
        """Takes source and sink away."""
        self._source = self._load = 0.0
        self._connect()

    def press_button(self, pressed: bool = True) -> None:
        """Holds the start button down, or lets go of it."""
        self._button = bool(pressed)
        self._connect()

    def advance(self, time: float | Quantity) -> None:
        """Lets time pass, in whole multiples of 10 ms; a plain number is in seconds."""
        self._core.advance(_seconds(time, "time"))

    def follow(self, currents: Any, step: float | Quantity = 1.0, source: Quantity = _SOURCE) -> dict[str, Any]:
        """Carries a profile of current, each value for `step`.

        Args:
            currents: A, shape (n,), positive charges.
            step: s, a whole multiple of 10 ms.
            source: what charges it has this voltage.

        Returns:
            Read-only arrays of n values at the end of each step: ``time`` (s), ``voltage`` (V, terminals), ``current`` (A, what
            really flowed: a pack that has opened carries none), ``soc`` (true mean, 0 to 1), ``temperature`` (degC, mean of the
            cells); ``cell_voltages`` (V) has the shape (n, 16).
        """
        import numpy as np

        amps = np.asarray(currents)
        if amps.dtype.kind not in "iuf" and amps.size:  # texts that look like numbers too
            raise TypeError(f"the currents are plain numbers in A, not an array of {amps.dtype}")
        if amps.size and (np.abs(amps[np.isfinite(amps)]) > _HIGHEST_CURRENT.value).any():
            raise ValueError(f"the currents lie between {-_HIGHEST_CURRENT} and {_HIGHEST_CURRENT}")
        volts = _between_zero(source, _HIGHEST_VOLTAGE, "source")
        result = self._core.follow(amps.astype(float, copy=False), _seconds(step, "step"), volts)
        self.disconnect()
        return dict(result)

    def _connect(self) -> None:
        self._core.connect(self._voltage, self._source, self._load, self._button)

    # what it is like

    @property
    def time(self) -> float:
        """s since preset()."""
        return float(self._core.now)

    @property
    def voltage(self) -> Quantity:
        """True, at its terminals."""
        return Quantity(self._core.voltage, V.dimension)

    @property
    def current(self) -> Quantity:
        """True, positive while charging."""
        return Quantity(self._core.current, A.dimension)

    @property
    def soc(self) -> float:
        """True, mean of the cells, 0 to 1. What the pack believes is in its frames."""
        return float(self._core.soc)

    @property
    def temperature(self) -> Quantity:
        """True, mean of the cells."""
        return Quantity(self._core.temperature, degC.dimension)

    @property
    def skin_temperature(self) -> Quantity:
        """True, of the case."""
        return Quantity(self._core.skin_temperature, degC.dimension)

    @property
    def cell_voltages(self) -> Any:
        """V, shape (16,): what a sense wire sees."""
        return self._core.cell_voltages

    @property
    def cell_temperatures(self) -> Any:
        """degC, shape (16,)."""
        return self._core.cell_temperatures

    @property
    def cell_socs(self) -> Any:
        """0 to 1, shape (16,)."""
        return self._core.cell_socs

    @property
    def charge_switch(self) -> bool:
        """The FETs that pass a charging current are closed."""
        return bool(self._core.charge_fet)

    @property
    def discharge_switch(self) -> bool:
        """The FETs that pass a discharging current are closed."""
        return bool(self._core.discharge_fet)

    @property
    def charge_prohibited(self) -> bool:
        """The dry contact that prohibits charging is closed."""
        return bool(self._core.charge_prohibited)

    @property
    def discharge_prohibited(self) -> bool:
        """The dry contact that prohibits discharging is closed."""
        return bool(self._core.discharge_prohibited)

    @property
    def lights(self) -> tuple[float, ...]:
        """L1 to L6, blue of L7, red of L7: 0 dark to 1 full."""
        return tuple(self._core.lights)

    def frames(self) -> list[CanFrame]:
        """What it has sent on CAN since the last call, at most about a day of it; decode with :class:`gtxrig.Dbc`."""
        return [CanFrame(time, id_, extended, 0, False, data) for time, id_, extended, data in self._core.take_frames()]

    def __repr__(self) -> str:
        return f"<VirtualPack at {self.time:.2f} s, {self.voltage}, {100 * self.soc:.1f} %>"
