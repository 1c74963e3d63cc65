"""Quantities: numbers with units, so that 57 is never taken for volts when amperes were meant.

``57 * V``, ``25 * degC``, ``3 * minutes``, ``10 * mV / s``. Sums and comparisons need equal kinds; a temperature (degC) is a
point on a scale and a temperature difference (K) is not: ``25 * degC + 5 * K``. A quantity divided by a unit is a plain
float: ``trip / mV``.
"""

from __future__ import annotations

import math
from numbers import Real
from typing import Any, Final, NoReturn, TypeAlias, overload

from gtxrig import _core
from gtxrig.texts import whole

Exponents: TypeAlias = tuple[int, int, int, int, bool, bool]

_NONE: Final[Exponents] = (0, 0, 0, 0, False, False)
_TIME: Final[Exponents] = (0, 0, 1, 0, False, False)
_POINT: Final[Exponents] = (0, 0, 0, 1, True, False)
_DIFFERENCE: Final[Exponents] = (0, 0, 0, 1, False, False)


def describe(dimension: Exponents) -> str:
    """"voltage (V)" and the like, for messages."""
    return str(_core.describe_dimension(dimension))


class Quantity:
    """A number with its dimension. Immutable; ``str()`` shows it in its base unit.

    Attributes:
        value: in base units: V, A, W, Ohm, s, Hz, K (a temperature: degC), A*s, W*s.
        dimension: exponents of volt, ampere, second and kelvin; whether it is a point on a temperature scale; whether it is
            a truth value.
    """

    __slots__ = ("dimension", "value")
    __array_ufunc__ = None  # numpy leaves `array * V` to __rmul__, which says what is wrong

    value: float
    dimension: Exponents

    def __init__(self, value: float, dimension: Exponents = _NONE) -> None:
        object.__setattr__(self, "value", float(value))
        object.__setattr__(self, "dimension", dimension)

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Reads "12.5 V", "97 %", "10 mV/s"; :class:`gtxrig.RigError` for anything else."""
        value, dimension = _core.parse_quantity(text)
        return Quantity(value, dimension)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a quantity does not change")

    def __reduce__(self) -> tuple[Any, ...]:
        return Quantity, (self.value, self.dimension)

    # arithmetic

    def __mul__(self, other: float | Quantity) -> Quantity:
        if isinstance(other, Quantity):
            return _product(self, other, 1)
        number = number_of(other)
        if number is None:
            return NotImplemented
        return Quantity(self.value * number, self.dimension)

    def __rmul__(self, other: float) -> Quantity:
        number = number_of(other)
        if number is None:
            raise TypeError(f"cannot make a quantity of {type(other).__name__}; multiply single numbers with a unit")
        return Quantity(number * self.value, self.dimension)

    @overload
    def __truediv__(self, other: float) -> Quantity: ...
    @overload
    def __truediv__(self, other: Quantity) -> Any: ...
    def __truediv__(self, other: float | Quantity) -> Any:
        if isinstance(other, Quantity):
            if self.dimension == other.dimension:
                return self.value / other.value
            return _product(self, other, -1)
        number = number_of(other)
        if number is None:
            return NotImplemented
        return Quantity(self.value / number, self.dimension)

    def __add__(self, other: Quantity) -> Quantity:
        if not isinstance(other, Quantity):
            return _refuse(self, other, "added to")
        if self.dimension == _POINT and other.dimension == _DIFFERENCE:
            return Quantity(self.value + other.value, _POINT)
        if self.dimension == _DIFFERENCE and other.dimension == _POINT:
            return Quantity(self.value + other.value, _POINT)
        if self.dimension == _POINT and other.dimension == _POINT:
            raise TypeError("two temperatures cannot be added; a difference is in K")
        _same(self, other, "added to")
        return Quantity(self.value + other.value, self.dimension)

    def __radd__(self, other: object) -> Quantity:
        return _refuse(self, other, "added to")

    def __sub__(self, other: Quantity) -> Quantity:
        if not isinstance(other, Quantity):
            return _refuse(self, other, "subtracted from")
        if self.dimension == _POINT and other.dimension == _POINT:
            return Quantity(self.value - other.value, _DIFFERENCE)
        if self.dimension == _POINT and other.dimension == _DIFFERENCE:
            return Quantity(self.value - other.value, _POINT)
        _same(self, other, "subtracted from")
        return Quantity(self.value - other.value, self.dimension)

    def __rsub__(self, other: object) -> Quantity:
        return _refuse(self, other, "subtracted from")

    def __neg__(self) -> Quantity:
        return Quantity(-self.value, self.dimension)

    def __abs__(self) -> Quantity:
        return Quantity(abs(self.value), self.dimension)

    # comparison

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Quantity):
            return NotImplemented
        return self.dimension == other.dimension and self.value == other.value

    def __hash__(self) -> int:
        return hash((self.value, self.dimension))

    def __lt__(self, other: Quantity) -> bool:
        return self.value < _comparable(self, other)

    def __le__(self, other: Quantity) -> bool:
        return self.value <= _comparable(self, other)

    def __gt__(self, other: Quantity) -> bool:
        return self.value > _comparable(self, other)

    def __ge__(self, other: Quantity) -> bool:
        return self.value >= _comparable(self, other)

    # as text and number

    def __float__(self) -> float:
        if self.dimension == _NONE:
            return self.value
        raise TypeError(f"this is {describe(self.dimension)}; say in which unit: quantity / {_unit_name(self.dimension)}")

    def to(self, unit: Quantity) -> float:
        """The plain number in `unit`; a temperature in degC too, which has no division."""
        if unit.dimension != self.dimension:
            raise TypeError(f"this is {describe(self.dimension)}, the unit is of {describe(unit.dimension)}")
        return self.value / unit.value

    @property
    def text(self) -> str:
        """As expressions and case files write it; reads back to the same number."""
        return str(_core.format_quantity(self.value, self.dimension))

    def __str__(self) -> str:
        return str(_core.format_rounded(self.value, self.dimension))

    def __repr__(self) -> str:
        return f"<{self.text}>"


class Measured(Quantity):
    """A quantity that was measured.

    Attributes:
        uncertainty: expanded (k = 2), of the same kind; of a temperature in K.
        time: s since the start of the run at which it was true.
    """

    __slots__ = ("time", "uncertainty")

    uncertainty: Quantity
    time: float

    def __init__(self, value: float, dimension: Exponents, uncertainty: float, time: float) -> None:
        super().__init__(value, dimension)
        object.__setattr__(
            self, "uncertainty", Quantity(uncertainty, _DIFFERENCE if dimension == _POINT else dimension)
        )
        object.__setattr__(self, "time", time)

    def __reduce__(self) -> tuple[Any, ...]:
        return Measured, (self.value, self.dimension, self.uncertainty.value, self.time)

    # Uncertainties of different values are taken as independent: root sum of squares, to the first order.

    def _of(self, quantity: Quantity, uncertainty: float, other: object = None) -> Measured:
        time = max(self.time, other.time) if isinstance(other, Measured) else self.time
        return Measured(quantity.value, quantity.dimension, uncertainty, time)

    def __add__(self, other: Quantity) -> Measured:
        return self._of(super().__add__(other), math.hypot(self.uncertainty.value, _uncertainty(other)), other)

    def __sub__(self, other: Quantity) -> Measured:
        return self._of(super().__sub__(other), math.hypot(self.uncertainty.value, _uncertainty(other)), other)

    def __neg__(self) -> Measured:
        return self._of(super().__neg__(), self.uncertainty.value)

    def __abs__(self) -> Measured:
        return self._of(super().__abs__(), self.uncertainty.value)

    def __mul__(self, other: float | Quantity) -> Measured:
        result = super().__mul__(other)
        if not isinstance(result, Quantity):
            return result
        factor = other.value if isinstance(other, Quantity) else float(other)
        return self._of(result, math.hypot(self.uncertainty.value * factor, self.value * _uncertainty(other)), other)

    def __rmul__(self, other: float) -> Measured:
        return self._of(super().__rmul__(other), abs(float(other)) * self.uncertainty.value)

    def __truediv__(self, other: Any) -> Any:
        result = super().__truediv__(other)
        if not isinstance(result, Quantity):
            return result
        divisor = other.value if isinstance(other, Quantity) else float(other)
        spread = math.hypot(self.uncertainty.value / divisor, result.value * _uncertainty(other) / divisor)
        return self._of(result, spread, other)

    def __bool__(self) -> bool:
        return self.value != 0.0

    def __str__(self) -> str:
        if self.dimension[5]:
            return "on" if self.value else "off"
        return str(_core.format_measured(self.value, self.uncertainty.value, self.dimension))

    def __repr__(self) -> str:
        return f"<{self} at {self.time:.3f} s>"


def _uncertainty(value: object) -> float:
    return value.uncertainty.value if isinstance(value, Measured) else 0.0


def number_of(value: object) -> float | None:
    """A single real number, of NumPy too; None for anything else, truth values and arrays too."""
    if isinstance(value, (int, float, Real)) and not isinstance(value, bool):
        return float(value)
    return None


def truth_of(value: object) -> bool | None:
    """A truth value, of NumPy too; None for anything else."""
    kind = type(value)
    if kind is bool or (kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_")):
        return bool(value)
    return None


def _unit_name(dimension: Exponents) -> str:
    return str(_core.base_unit(dimension)) or "a quantity of its kind"


def _product(a: Quantity, b: Quantity, sign: int) -> Quantity:
    if a.dimension[4] or b.dimension[4]:
        raise TypeError("a temperature is a point on a scale and has no product; a difference in K has")
    exponents = tuple(x + sign * y for x, y in zip(a.dimension[:4], b.dimension[:4]))
    value = a.value * b.value if sign > 0 else a.value / b.value
    return Quantity(value, (exponents[0], exponents[1], exponents[2], exponents[3], False, False))


def _same(a: Quantity, b: Quantity, verb: str) -> None:
    if a.dimension != b.dimension:
        raise TypeError(f"{describe(b.dimension)} cannot be {verb} {describe(a.dimension)}")


def _refuse(quantity: Quantity, other: object, verb: str) -> NoReturn:
    raise TypeError(
        f"{other!r} has no unit and cannot be {verb} {describe(quantity.dimension)}; "
        f"write a unit: {_core.units_of(quantity.dimension)}"
    )


def _comparable(a: Quantity, b: object) -> float:
    if not isinstance(b, Quantity):
        raise TypeError(
            f"{b!r} has no unit, this is {describe(a.dimension)}; write a unit: {_core.units_of(a.dimension)}"
        )
    if a.dimension != b.dimension:
        raise TypeError(f"{describe(a.dimension)} cannot be compared with {describe(b.dimension)}")
    return b.value


def unit(text: str) -> Quantity:
    """One of any unit that the engine knows, such as "mV/s"."""
    value, dimension = _core.parse_unit(text)
    return Quantity(value, dimension)


V: Final = unit("V")
mV: Final = unit("mV")
A: Final = unit("A")
mA: Final = unit("mA")
W: Final = unit("W")
kW: Final = unit("kW")
Ohm: Final = unit("Ohm")
mOhm: Final = unit("mOhm")
Ah: Final = unit("Ah")
Wh: Final = unit("Wh")
kWh: Final = unit("kWh")
Hz: Final = unit("Hz")
degC: Final = unit("degC")
K: Final = unit("K")
percent: Final = unit("%")
s: Final = unit("s")
ms: Final = unit("ms")
seconds: Final = s
minutes: Final = unit("min")
hours: Final = unit("h")


def finite_text(value: Quantity, what: str) -> str:
    """The quantity as the engine reads it. ValueError for infinite ones and for those that are no number."""
    if not math.isfinite(value.value):
        raise ValueError(f"{what} is no finite number: {value!r}")
    return value.text


def time_text(value: float | Quantity, what: str) -> str:
    """A time as the engine reads it; a plain number is in seconds. TypeError for anything that is no time."""
    if not isinstance(value, Quantity):
        number = number_of(value)
        if number is None:
            raise TypeError(f"{what} is a time: a number of seconds, or a quantity such as 3 * minutes; not {value!r}")
        value = Quantity(number, _TIME)
    if value.dimension != _TIME:
        raise TypeError(f"{what} is a time, this is {describe(value.dimension)}")
    return finite_text(value, what)


def value_text(value: object, dimension: Exponents, what: str) -> str:
    """A value for a set-point or a key as the engine reads it. TypeError says which unit is missing.

    Texts go through as they are: they are expressions ("pack.voltage + 1 V") or words.
    """
    if isinstance(value, str):
        return whole(value)
    truth, number = truth_of(value), number_of(value)
    if truth is not None:
        if not dimension[5]:
            raise TypeError(f"{what} is {describe(dimension)}, not a truth value")
        return "on" if truth else "off"
    if isinstance(value, Quantity):
        if value.dimension != dimension:
            raise TypeError(f"{what} is {describe(dimension)}, this is {describe(value.dimension)}")
        return finite_text(value, what)
    if dimension == _NONE and number is not None:
        if not math.isfinite(number):
            raise ValueError(f"{what} is no finite number: {number!r}")
        return repr(number)
    if dimension[5]:
        raise TypeError(f"{what} is a truth value: True or False, not {value!r}")
    if number is not None:
        raise TypeError(f"{what} is {describe(dimension)}: write a unit ({_core.units_of(dimension)}), not {value!r}")
    raise TypeError(f"{what} is {describe(dimension)}, not {type(value).__name__}")
