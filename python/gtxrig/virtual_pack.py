"""The virtual pack by itself: cells and firmware without a bench, for a script that only wants to know what it would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gtxrig import _core
from gtxrig.bench import override_texts
from gtxrig.can_log import CanFrame
from gtxrig.seeds import checked_seed
from gtxrig.units import A, K, Quantity, V, degC, describe, s

_SOURCE = 60 * V


def _base(value: Quantity, like: Quantity, what: str) -> float:
    if not isinstance(value, Quantity):
        raise TypeError(f"{what} is {describe(like.dimension)}, {value!r} has no unit")
    if value.dimension != like.dimension:
        raise TypeError(f"{what} is {describe(like.dimension)}, this is {describe(value.dimension)}")
    return value.value


def _positive(current: Quantity, what: str) -> float:
    value = _base(current, A, what)
    if not value >= 0:
        raise ValueError(f"{what} is not negative: charge() and discharge() say its direction; got {current}")
    return value


def _soc(value: float | Quantity | None) -> float | None:
    if value is None:
        return None
    soc = float(value)
    if not 0.0 <= soc <= 1.0:
        raise ValueError(f"a state of charge is from 0 to 1, not {soc}")
    return soc


class VirtualPack:
    """A GTX5000 of the virtual bench, without the bench: cells, heat, firmware and the frames that it sends.

    Its parameters are those below ``dut:`` of a bench file, by path: ``{"firmware.pack_ov.threshold": 57 * V,
    "defects": "[frozen_limits]", "cells.capacity": 90 * Ah}``; ``gtxrig list firmware`` and ``gtxrig list defects`` name them.
    What is connected to its terminals is ideal: a source without a limit of its own but the two given, a sink of constant
    current. Currents are positive while charging. The same seed and calls give the same bits.

    It shares no code with the reference model that judges packs (:class:`gtxrig.ReferenceModel`).

    Raises:
        InputError: a parameter that does not exist or lies outside its range.
    """

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
        cell_spread: float | None = None,
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
        """
        self._core.preset(
            state,
            _soc(soc),
            None if temperature is None else _base(temperature, degC, "temperature"),
            cell_spread,
            leading_cell,
            float(leading_by),
            hot_cell,
            0.0 if hot_by is None else _base(hot_by, K, "hot_by"),
            None if since_full is None else _base(since_full, s, "since_full"),
            0.0 if stored is None else _base(stored, s, "stored"),
            age,
        )
        self._voltage, self._source, self._load, self._button = 0.0, 0.0, 0.0, False
        self._connect()

    # what is done to it

    def charge(self, current: Quantity, voltage: Quantity = _SOURCE) -> None:
        """Connects a source of `voltage` that gives at most `current`, instead of what was connected."""
        self._voltage = _base(voltage, V, "voltage")
        self._source, self._load = _positive(current, "current"), 0.0
        self._connect()

    def discharge(self, current: Quantity) -> None:
        """Connects a sink of `current`, instead of what was connected."""
        self._source, self._load = 0.0, _positive(current, "current")
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
        self._core.advance(_base(time, s, "time") if isinstance(time, Quantity) else float(time))

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

        seconds = _base(step, s, "step") if isinstance(step, Quantity) else float(step)
        result = self._core.follow(np.asarray(currents, dtype=float), seconds, _base(source, V, "source"))
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
