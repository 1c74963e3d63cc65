"""Quantities: numbers with units, so that 57 is never taken for volts when amperes were meant.

``57 * V``, ``25 * degC``, ``3 * minutes``, ``10 * mV / s``. Sums and comparisons need equal kinds; a temperature (degC) is a
point on a scale and a temperature difference (K) is not: ``25 * degC + 5 * K``. A quantity divided by a unit is a plain
float: ``trip / mV``. A ratio stands for a plain number in sums and comparisons.
"""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias, overload

from gtxrig import _core
from gtxrig.errors import RigError
from gtxrig.texts import whole

Exponents: TypeAlias = tuple[int, int, int, int, bool, bool]

_NONE: Final[Exponents] = (0, 0, 0, 0, False, False)
_TIME: Final[Exponents] = (0, 0, 1, 0, False, False)
_POINT: Final[Exponents] = (0, 0, 0, 1, True, False)
_HIGHEST_EXPONENT: Final = 127
_DIFFERENCE: Final[Exponents] = (0, 0, 0, 1, False, False)


def describe(dimension: Exponents) -> str:
    """"voltage (V)" and the like, for messages."""
    return str(_core.describe_dimension(dimension))


class Quantity:
    """A number with its dimension. Immutable; ``str()`` shows it rounded, as people write it: "100 Ah", "3 min".

    Attributes:
        value: in base units: V, A, W, Ohm, s, Hz, K (a temperature: degC), C (A*s), J (W*s).
        dimension: exponents of volt, ampere, second and kelvin; whether it is a point on a temperature scale; whether it is
            a truth value.
    """

    __slots__ = ("dimension", "value")
    __array_ufunc__ = None  # numpy leaves `array * V` to __rmul__, which says what is wrong

    value: float
    dimension: Exponents

    def __init__(self, value: float, dimension: Exponents = _NONE) -> None:
        if not isinstance(dimension, tuple) or len(dimension) != len(_NONE):
            raise TypeError(f"a dimension is that of a quantity, such as (57 * V).dimension, not {dimension!r}")
        try:
            object.__setattr__(self, "value", float(value))
        except (TypeError, ValueError):
            raise TypeError(f'the value of a quantity is a number, not {value!r}; a text is read by parse("57 V")') from None
        object.__setattr__(self, "dimension", dimension)

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Reads "12.5 V", "97 %", "10 mV/s"; :class:`gtxrig.RigError` for anything else."""
        if not isinstance(text, str):
            raise TypeError(f'parse() takes a text such as "12.5 V", not {text!r}')
        value, dimension = _core.parse_quantity(whole(text))
        return Quantity(value, dimension)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a quantity does not change")

    def __reduce__(self) -> tuple[Any, ...]:
        return Quantity, (self.value, self.dimension)

    # arithmetic

    # Each result carries the uncertainty of what was measured in it, on whichever side it stands.

    def __mul__(self, other: float | Quantity) -> Quantity:
        factor = _with_unit(other)
        if factor is None:
            return NotImplemented
        plain = not isinstance(other, Quantity)  # scales a temperature too: 25 * degC
        result = Quantity(self.value * factor.value, self.dimension) if plain else _product(self, factor, 1)
        return _combined(result, (self, factor.value), (factor, self.value))

    def __rmul__(self, other: float) -> Quantity:
        factor = _with_unit(other)
        if factor is None:
            raise TypeError(f"cannot make a quantity of {type(other).__name__}; multiply single numbers with a unit")
        return self * other

    @overload
    def __truediv__(self, other: float) -> Quantity: ...
    @overload
    def __truediv__(self, other: Quantity) -> Any: ...
    def __truediv__(self, other: float | Quantity) -> Any:
        divisor = _with_unit(other)
        if divisor is None:
            return NotImplemented
        if isinstance(other, Quantity) and self.dimension == other.dimension and not isinstance(other, Measured):
            return self.value / other.value
        if not isinstance(other, Quantity):
            result = Quantity(self.value / divisor.value, self.dimension)
        elif self.dimension == divisor.dimension:
            result = Quantity(self.value / divisor.value)
        else:
            result = _product(self, divisor, -1)
        return _combined(result, (self, 1 / divisor.value), (divisor, -result.value / divisor.value))

    def __rtruediv__(self, other: float) -> Any:
        number = _with_unit(other)
        return NotImplemented if number is None else number / self

    def __add__(self, other: float | Quantity) -> Quantity:
        term = _term(self, other, "added to")
        if self.dimension == _POINT and term.dimension == _POINT:
            raise TypeError("two temperatures cannot be added; a difference is in K")
        dimension = _POINT if {self.dimension, term.dimension} == {_POINT, _DIFFERENCE} else self.dimension
        if dimension != _POINT:
            _same(self, term, "added to")
        return _combined(Quantity(self.value + term.value, dimension), (self, 1.0), (term, 1.0))

    def __radd__(self, other: object) -> Quantity:
        if other == 0 and type(other) is int:  # where sum() begins
            return self
        return _term(self, other, "added to") + self

    def __sub__(self, other: float | Quantity) -> Quantity:
        term = _term(self, other, "subtracted from")
        dimension = self.dimension
        if self.dimension == _POINT and term.dimension in (_POINT, _DIFFERENCE):
            dimension = _DIFFERENCE if term.dimension == _POINT else _POINT
        else:
            _same(self, term, "subtracted from")
        return _combined(Quantity(self.value - term.value, dimension), (self, 1.0), (term, -1.0))

    def __rsub__(self, other: object) -> Quantity:
        return _term(self, other, "subtracted from") - self

    def __neg__(self) -> Quantity:
        return Quantity(-self.value, self.dimension)

    def __abs__(self) -> Quantity:
        return Quantity(abs(self.value), self.dimension)

    def __round__(self, digits: int = 0) -> Quantity:
        """Rounded in its base unit."""
        return _combined(Quantity(round(self.value, digits), self.dimension), (self, 1.0))

    # comparison

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Quantity):
            return NotImplemented
        return self.dimension == other.dimension and self.value == other.value

    def __hash__(self) -> int:
        return hash((self.value, self.dimension))

    def __lt__(self, other: float | Quantity) -> bool:
        return self.value < _comparable(self, other)

    def __le__(self, other: float | Quantity) -> bool:
        return self.value <= _comparable(self, other)

    def __gt__(self, other: float | Quantity) -> bool:
        return self.value > _comparable(self, other)

    def __ge__(self, other: float | Quantity) -> bool:
        return self.value >= _comparable(self, other)

    # as text and number

    def __bool__(self) -> bool:
        """False for 0, as of a plain number."""
        return self.value != 0.0

    def __float__(self) -> float:
        if self.dimension == _NONE:
            return self.value
        raise TypeError(f"this is {describe(self.dimension)}; say in which unit: quantity / {_unit_name(self.dimension)}")

    def to(self, unit: Quantity) -> float:
        """The plain number in `unit`; a temperature in degC too, which has no division."""
        if not isinstance(unit, Quantity):
            raise TypeError(f"to() takes a unit such as mV, not {unit!r}")
        if unit.dimension != self.dimension:
            raise TypeError(f"this is {describe(self.dimension)}, the unit is of {describe(unit.dimension)}")
        return self.value / unit.value

    @property
    def text(self) -> str:
        """As expressions and case files write it; reads back to the same number."""
        return str(_core.format_quantity(self.value, self.dimension))

    def __str__(self) -> str:
        return str(_core.format_rounded(self.value, self.dimension))

    def __format__(self, spec: str) -> str:
        """``f"{trip:.2f}"``: the number in the unit that ``str()`` shows, with it; ``f"{trip:>12}"``: that text."""
        if self.dimension[5] or not (spec and (spec[-1] in "eEfFgG" or "." in spec)):
            return format(str(self), spec)
        shown = str(_core.format_rounded(self.value, self.dimension)).partition(" ")[2]
        try:
            return f"{self.to(unit(shown)):{spec}} {shown}"
        except RigError:  # none, or of more than one part
            name = str(_core.base_unit(self.dimension))
            return f"{self.value:{spec}} {name}".rstrip()

    def __repr__(self) -> str:
        return f"<{self.text}>"


class Measured(Quantity):
    """A quantity that was measured.

    What is computed of it is measured too, with the uncertainty to the first order. Two readings count as independent (root
    sum of squares), even where one instrument took both; only a reading with itself is known to be the same: ``v - v`` has
    no uncertainty, ``v + v`` that of ``2 * v``. What a counter such as ``pack.charge_out`` counted between two readings says
    :meth:`since`. Divided by a unit, or by any quantity of its kind that was not measured, it is a plain float.

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

    def since(self, earlier: Measured) -> Measured:
        """What a counter counted since an `earlier` reading, with the uncertainty of that alone.

        The doubt of a counter grows with what it counts and is the worst case of one instrument, so what had gathered
        before is in both readings and falls out: it is the difference of theirs.

        Raises:
            ValueError: a counter does not know less, the more it counts: `earlier` is the later one, or of no counter.
        """
        if not isinstance(earlier, Measured):
            raise TypeError(f"since() takes an earlier reading of the same counter, not {earlier!r}")
        _same(self, earlier, "subtracted from")
        doubt = self.uncertainty.value - earlier.uncertainty.value
        if doubt < 0:
            raise ValueError(f"{earlier!r} is no earlier reading of the counter that stands at {self!r}")
        return Measured(self.value - earlier.value, self.dimension, doubt, self.time)

    if TYPE_CHECKING:  # what Quantity does, with the kind of its results

        def __add__(self, other: float | Quantity) -> Measured: ...
        def __sub__(self, other: float | Quantity) -> Measured: ...
        def __mul__(self, other: float | Quantity) -> Measured: ...
        def __rmul__(self, other: float) -> Measured: ...

    def __neg__(self) -> Measured:
        return Measured(-self.value, self.dimension, self.uncertainty.value, self.time)

    def __abs__(self) -> Measured:
        return Measured(abs(self.value), self.dimension, self.uncertainty.value, self.time)

    def __str__(self) -> str:
        if self.dimension[5]:
            return "on" if self.value else "off"
        return str(_core.format_measured(self.value, self.uncertainty.value, self.dimension))

    def __repr__(self) -> str:
        return f"<{self} at {self.time:.3f} s>"


def _combined(result: Quantity, *parts: tuple[Quantity, float]) -> Quantity:
    """The result with the uncertainty of its parts: each with how much the result moves when it does."""
    measured = [(part, slope) for part, slope in parts if isinstance(part, Measured)]
    if not measured:
        return result
    slopes: dict[int, float] = {}
    for part, slope in measured:
        slopes[id(part)] = slopes.get(id(part), 0.0) + slope
    doubts = {id(part): part.uncertainty.value for part, _ in measured}
    uncertainty = math.hypot(*(slope * doubts[part] for part, slope in slopes.items()))
    return Measured(result.value, result.dimension, uncertainty, max(part.time for part, _ in measured))


def _with_unit(value: object) -> Quantity | None:
    """A plain number is a ratio."""
    if isinstance(value, Quantity):
        return value
    number = number_of(value)
    return None if number is None else Quantity(number)


def _term(quantity: Quantity, other: object, verb: str) -> Quantity:
    """What stands beside a quantity in a sum; a plain number only where there is no unit."""
    if isinstance(other, Quantity):
        return other
    number = number_of(other)
    if number is None or quantity.dimension != _NONE:
        _refuse(quantity, other, verb)
    return Quantity(number)


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
    if any(abs(exponent) > _HIGHEST_EXPONENT for exponent in exponents):
        raise ValueError(f"a unit has powers up to {_HIGHEST_EXPONENT}, this one would have more: {a!r} and {b!r}")
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
    number = number_of(b)
    if number is not None and a.dimension == _NONE:
        return number
    if not isinstance(b, Quantity):
        raise TypeError(
            f"{b!r} has no unit, this is {describe(a.dimension)}; write a unit: {_core.units_of(a.dimension)}"
        )
    if a.dimension != b.dimension:
        raise TypeError(f"{describe(a.dimension)} cannot be compared with {describe(b.dimension)}")
    return b.value


def unit(text: str) -> Quantity:
    """One of any unit that the engine knows, such as "mV/s"."""
    if not isinstance(text, str):
        raise TypeError(f'a unit is a text such as "mV/s", not {text!r}')
    value, dimension = _core.parse_unit(whole(text))
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
