"""What a function sees that a step of a case calls: ``python: { call: pulse.py:resistance, signals: [pack.voltage] }``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gtxrig import _core
from gtxrig.check import Check, Limits, checked_value, question_of
from gtxrig.errors import RigError
from gtxrig.units import Exponents, Measured, Quantity, describe, number_of, truth_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class History:
    """Samples of a signal up to the step's begin, as far back as the step says; where data was missing there are none.

    Attributes:
        times: (n,) s since the start of the run, each sample's own moment, in order.
        values: (n,) in `unit`.
        uncertainty: (n,) expanded (k = 2), of the same kind; of a temperature in K.
        unit: the base unit of the values, such as "V"; "" for a ratio or a truth value.
    """

    __slots__ = ("times", "uncertainty", "unit", "values")

    def __init__(self, times: Floats, values: Floats, uncertainty: Floats, unit: str) -> None:
        self.times = times
        self.values = values
        self.uncertainty = uncertainty
        self.unit = unit

    def __repr__(self) -> str:
        return f"<{len(self)} samples in {self.unit or 'no unit'}>"

    def __len__(self) -> int:
        return len(self.times)


class Step:
    """The step that calls a function: the signals that it named as they stood when it began, and its checks.

    Attributes:
        name: of the step.
        time: s since the start of the run, when the step began.
        signals: the names that it can be asked for.
        is_over: its function has come back; nothing can be checked any more.
    """

    def __init__(self, job: Mapping[str, Any], request: Mapping[str, Any]) -> None:
        self.name = str(job["step"])
        self.time = float(request["time"])
        self.checks: list[dict[str, Any]] = []
        self._checked: set[str] = set()
        self.is_over = False
        self._history = float(job["history"])
        self._kinds: dict[str, Exponents] = {s["name"]: exponents_of(s["dimension"]) for s in job["signals"]}
        self._seen: dict[str, Mapping[str, Any]] = dict(zip(self._kinds, request["signals"]))
        self.signals = list(self._seen)

    def __getitem__(self, signal: str) -> Measured:
        """A signal as it stood when the step began, with its uncertainty.

        Raises:
            RigError: the step does not name it, or its data was missing or too old.
        """
        seen = self._known(signal)
        if seen["quality"] != "good":
            raise RigError(f"{signal} is not known at {self.time:g} s: its data is {seen['quality']}")
        return Measured(seen["value"], self._kinds[signal], seen["uncertainty"], seen["time"])

    def quality(self, signal: str) -> str:
        """"good", "stale", "invalid", or "never" where no sample came yet."""
        return str(self._known(signal)["quality"])

    def history(self, signal: str) -> History:
        """The samples of a signal before the step.

        Raises:
            RigError: the step does not name it, or asks for no ``history``.
        """
        import numpy as np

        seen = self._known(signal)
        if not self._history:
            raise RigError("this step sees signals only as they stand", "", "give it `history: 60 s`")
        values = np.array(seen["values"], dtype=np.float64)
        times = np.array(seen["times"], dtype=np.float64)
        uncertainty = seen["absolute"] + seen["relative"] * np.abs(values)
        return History(times, values, uncertainty, str(_core.base_unit(self._kinds[signal])))

    def check(
        self,
        name: str,
        value: Quantity | float,
        limits: Limits | None = None,
        rule: str = "simple",
    ) -> Check:
        """Decides a value against its limits, with its uncertainty; it is in the record like the measures of the case.

        Args:
            name: lower case, once in a case.
            value: a :class:`Measured` brings its uncertainty along; a plain number only where there is no unit.
            limits: (lowest, highest), None for a side that is open; without limits it is reported only.
            rule: "simple", "guard_band" (limits narrowed by U) or "non_binary".

        A value outside is a finding and no exception: look at the result where the function depends on it.
        """
        if self.is_over:
            raise RigError(f"the step '{self.name}' is over", "", "check() with the step that the function was called with this time")
        value = checked_value(name, value)
        check = question_of(name, value, limits, rule, self.time)
        if name in self._checked:
            raise RigError(f"there is a check '{name}' already")
        result = _core.decide(**check)
        self.checks.append(check)
        self._checked.add(name)
        return Check(name, value, result)

    def _known(self, signal: str) -> Mapping[str, Any]:
        if signal not in self._seen:
            near = _core.suggestion(signal, self.signals)
            raise RigError(f"the step does not see '{signal}'", "", near or "name it under `signals` of the step")
        return self._seen[signal]


def exponents_of(listed: list[Any]) -> Exponents:
    """A dimension as the engine writes it in JSON."""
    volt, ampere, second, kelvin, point, truth = listed
    return (int(volt), int(ampere), int(second), int(kelvin), bool(point), bool(truth))


def argument_of(value: float, dimension: Exponents) -> Quantity | float | bool:
    """A parameter of a case as a function gets it: a quantity, a plain number where there is no unit, or a bool."""
    if dimension[5]:
        return value != 0.0
    return Quantity(value, dimension) if any(dimension) else value


def returned_value(name: str, value: object, dimension: Exponents) -> dict[str, float]:
    """What a function gives back under a name that the step declares.

    Raises:
        TypeError: of another kind than the step says, or without its unit.
        ValueError: no finite number.
    """
    truth, number = truth_of(value), number_of(value)
    if truth is not None and dimension[5]:
        value = Quantity(float(truth), dimension)
    elif number is not None and not any(dimension):
        value = Quantity(number)
    if not isinstance(value, Quantity):
        raise TypeError(f"'{name}' is {describe(dimension)} for the step, this is {value!r}")
    if value.dimension != dimension:
        raise TypeError(f"'{name}' is {describe(dimension)} for the step, this is {describe(value.dimension)}")
    if not abs(value.value) < float("inf"):
        raise ValueError(f"'{name}' is no finite number")
    uncertainty = value.uncertainty.value if isinstance(value, Measured) else 0.0
    return {"value": value.value, "uncertainty": uncertainty}
