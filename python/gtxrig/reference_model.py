"""The reference model by itself: what may a conforming pack show, given what was measured and what it said?"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from gtxrig import _core
from gtxrig.arguments import Single, mapping_of, whole_number
from gtxrig.can_log import CanFrame
from gtxrig.units import Exponents, Quantity, degC, describe, finite_text, number_of, s, truth_of


class ReferenceModel(Single):
    """The model that judges packs, fed by a script instead of a bench.

    Inputs are what the rig measures (``pack.voltage``, ``pack.current``, ``pack.charge_demand``, ``pack.skin_temperature``,
    ``io.*``) and what the pack says (``dut.*``), the latter as values or as CAN frames; ``dut.cells.highest``, ``.lowest`` and
    ``.sum`` are what its service port tells of single cells. Outputs are intervals and truths that
    a conforming pack keeps: ``model.<signal>.lo`` and ``.hi`` for numbers, ``model.<signal>.may`` and ``.must`` for truths, and
    ``model.rule.*``. It predicts no trajectory and shares no code with :class:`gtxrig.VirtualPack`.

    Args:
        requirements: as :func:`gtxrig.load_requirements` gives them, with a profile laid over or not, or their file; the
            GTX5000's by default. Without a profile much of what the manual leaves open stays open: infinite bounds.
        uncertainty: expanded (k = 2) uncertainty of what the rig measures, such as ``{"pack.voltage": 10 * mV}``; what is
            not named has none.

    Raises:
        RigError: the uncertainty of something that the rig does not measure.
    """

    _why_single = "make another one of the same requirements and uncertainty"

    def __init__(
        self,
        requirements: _core.Requirements | str | os.PathLike[str] | None = None,
        uncertainty: Mapping[str, Quantity] | None = None,
    ) -> None:
        if requirements is None:
            requirements = _core.load_requirements()
        elif not isinstance(requirements, _core.Requirements):
            requirements = _core.load_requirements(requirements)
        self._product = requirements.product
        uncertainty = mapping_of(uncertainty, 'uncertainty is a mapping such as {"pack.voltage": 10 * mV}')
        plain = {name: self._uncertainty(name, value) for name, value in uncertainty.items()}
        self._core = _core.make_reference_model(requirements, plain)
        self._dimensions: dict[str, Exponents] = {name: dimension for name, dimension, *_ in self._core.signals()}
        for name, value in uncertainty.items():
            self._check(name, value, difference=True)

    @staticmethod
    def _uncertainty(name: str, value: object) -> float:
        if not isinstance(value, Quantity):
            raise TypeError(f"the uncertainty of {name} carries a unit, {value!r} has none")
        if not 0 <= value.value < float("inf"):
            raise ValueError(f"the uncertainty of {name} is finite and not negative; got {value}")
        return value.value

    def _check(self, name: str, value: object, difference: bool = False) -> float:
        dimension = self._dimensions.get(name)
        if dimension is None:
            self._core.value(name)  # says which name comes near
            raise KeyError(name)
        if difference and dimension[4]:
            dimension = (*dimension[:4], False, dimension[5])
        if isinstance(value, Quantity):
            if value.dimension != dimension:
                raise TypeError(f"{name} is {describe(dimension)}, this is {describe(value.dimension)}")
            return value.value
        truth = truth_of(value)
        number = number_of(value) if truth is None else float(truth)
        if number is not None and dimension[5] and number not in (0.0, 1.0):
            raise ValueError(f"{name} is a truth value: True or False, not {value!r}")
        if number is not None and dimension[:4] == (0, 0, 0, 0):
            return number
        raise TypeError(f"{name} is {describe(dimension)}, {value!r} has no unit")

    def restart(
        self,
        *,
        cells_equalised: bool = False,
        since_full: Quantity | None = None,
        temperature: Quantity | None = None,
    ) -> None:
        """Forgets everything; time is 0 again.

        Args:
            cells_equalised: no cell stands apart.
            since_full: since the SOC was last at 97 %.
            temperature: at which the pack was soaked.
        """
        plain = []
        for value, like, what in ((since_full, s, "since_full"), (temperature, degC, "temperature")):
            if value is not None and (not isinstance(value, Quantity) or value.dimension != like.dimension):
                raise TypeError(f"{what} is {describe(like.dimension)}, not {value!r}")
            if value is not None:
                finite_text(value, what)
            if what == "since_full" and value is not None and value.value < 0:
                raise ValueError(f"since_full is a time that is not negative; got {value}")
            plain.append(None if value is None else value.value)
        self._core.restart(bool(cells_equalised), plain[0], plain[1])

    def step(
        self,
        values: Mapping[str, object] | None = None,
        step: float = 0.01,
        frames: Iterable[CanFrame | tuple[int, bytes]] = (),
    ) -> None:
        """One tick.

        Args:
            values: what is new, by signal, with units; what is not named stays as it was and grows old as on a bench.
            step: s since the tick before.
            frames: what the pack sent since then; :class:`gtxrig.can_log.CanFrame` or (id, data).

        Raises:
            RigError: no such signal, or one that the model itself says.
            TypeError: a plain number where a unit is needed; says which.
        """
        values = mapping_of(values, 'values are a mapping such as {"pack.voltage": 52 * V}')
        plain = {name: self._check(name, value) for name, value in values.items()}
        heard = [_heard(frame) for frame in frames]
        self._core.step(float(step), plain, heard)

    def run(self, series: Mapping[str, Any], outputs: Iterable[str], step: float = 0.01) -> dict[str, Any]:
        """Many ticks at once, at the engine's speed.

        Args:
            series: arrays of one length n by signal, in base units (V, A, degC, 0 to 1); NaN says that there was no news.
            outputs: the signals to return.
            step: s from tick to tick.

        Returns:
            A read-only array of n values for each of `outputs`, NaN where it was not good.
        """
        import numpy as np

        arrays = {name: np.asarray(values, dtype=float) for name, values in series.items()}
        return dict(self._core.run(float(step), arrays, list(outputs)))

    def __getitem__(self, name: str) -> Quantity | None:
        """A signal now; None while it is not known."""
        if not isinstance(name, str):
            raise TypeError(f'a signal is named by a text such as "dut.soc", not by {name!r}')
        value = self._core.value(name)
        return None if value != value else Quantity(value, self._dimensions[name])

    def bounds(self, signal: str) -> tuple[Quantity | None, Quantity | None]:
        """Between which values a conforming pack's `signal` lies now: ``bounds("dut.charge_current_limit")``."""
        return self[f"model.{signal}.lo"], self[f"model.{signal}.hi"]

    def may_must(self, signal: str) -> tuple[bool, bool]:
        """Whether a truth such as "dut.charge_allowed" may be, and whether it must be, true now."""
        may, must = self[f"model.{signal}.may"], self[f"model.{signal}.must"]
        return may is None or may.value != 0.0, must is not None and must.value != 0.0

    @property
    def time(self) -> float:
        """s since restart()."""
        return float(self._core.now)

    @property
    def inputs(self) -> dict[str, str]:
        """What it looks at, or could: name and meaning."""
        return {name: text for name, _, text, is_input in self._core.signals() if is_input}

    @property
    def outputs(self) -> dict[str, str]:
        """What it says: name and meaning."""
        return {name: text for name, _, text, is_input in self._core.signals() if not is_input}

    def __repr__(self) -> str:
        return f"<ReferenceModel of {self._product}, at {self.time:g} s>"


def _heard(frame: object) -> tuple[int, bool, list[int]]:
    """Identifier, whether it has 29 bits, and bytes."""
    if isinstance(frame, CanFrame):
        return frame.id, frame.extended, list(frame.data)
    if not isinstance(frame, tuple) or len(frame) != 2 or not isinstance(frame[1], (bytes, bytearray, memoryview)):
        raise TypeError(f"a frame is a CanFrame or (id, data) such as (0x351, bytes(8)), not {frame!r}")
    return whole_number(frame[0], "the id of a frame", 0, 2**29 - 1), False, list(frame[1])
