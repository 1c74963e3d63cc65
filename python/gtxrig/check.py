"""A value against its limits: what is asked, and what came of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Optional, Union

from gtxrig import _core
from gtxrig.texts import whole
from gtxrig.units import Exponents, Measured, Quantity, describe, finite_text, number_of

# (lowest, highest), None for a side that is open.
Limits = tuple[Optional[Union[Quantity, float]], Optional[Union[Quantity, float]]]


def checked_value(name: str, value: object) -> Quantity:
    """What a check takes: a quantity, or a plain number where there is no unit."""
    if isinstance(value, Quantity):
        return value
    number = number_of(value)
    if number is None:
        raise TypeError(f"check '{name}' takes a quantity or a number, not {value!r}")
    return Quantity(number)


def limits_of(limits: object, name: str) -> tuple[Any, Any]:
    """Lowest and highest, None for a side that is open."""
    pair = (None, None) if limits is None else limits
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise TypeError(f"the limits of {name} are (lowest, highest), None for a side that is open; not {limits!r}")
    return pair[0], pair[1]


def limit_value(limit: object, dimension: Exponents, name: str) -> float | None:
    """In the value's base unit."""
    if limit is None:
        return None
    if not isinstance(limit, Quantity):
        number = number_of(limit)
        if number is None or any(dimension):
            raise TypeError(
                f"{name} is {describe(dimension)}: write its limits with a unit ({_core.units_of(dimension)}), not {limit!r}"
            )
        limit = Quantity(number)
    if limit.dimension != dimension:
        raise TypeError(f"{name} is {describe(dimension)}, the limit is {describe(limit.dimension)}")
    if math.isnan(limit.value):
        raise ValueError(f"a limit of {name} is not a number: {limit!r}")
    return limit.value


def question_of(name: str, value: Quantity, limits: Limits | None, rule: str, now: float | None) -> dict[str, Any]:
    """What is decided, in base units, as the engine's ``check`` and ``decide`` take it.

    Args:
        now: s, the time of a value that brings none along.

    Raises:
        TypeError: a limit of another dimension than the value's, or without its unit.
        ValueError: a value that is no finite number.
    """
    if not isinstance(name, str):
        raise TypeError(f"the name of a check is a text, not {name!r}")
    if not isinstance(rule, str):
        raise TypeError(f'the rule of {name} is "simple", "guard_band" or "non_binary", not {rule!r}')
    finite_text(value, name)
    lower, upper = limits_of(limits, name)
    measured = value if isinstance(value, Measured) else None
    return {
        "name": whole(name),
        "value": value.value,
        "uncertainty": 0.0 if measured is None else measured.uncertainty.value,
        "dimension": value.dimension,
        "time": now if measured is None else measured.time,
        "lower": limit_value(lower, value.dimension, name),
        "upper": limit_value(upper, value.dimension, name),
        "rule": rule,
    }


class Check:
    """What came of a value against its limits; true when it is accepted.

    Attributes:
        name, value: as given.
        verdict: "pass" or "fail", as ``run.checks`` has it.
        decision: "pass", "conditional pass", "conditional fail" or "fail".
        conformance: probability that the true value lies inside the limits.
        sentence: what is wrong, empty when nothing is.
    """

    def __init__(self, name: str, value: Quantity, result: Mapping[str, Any]) -> None:
        self.name = name
        self.value = value
        self.decision = str(result["decision"])
        self.conformance = float(result["conformance"])
        self.sentence = str(result["sentence"])
        self.verdict = str(result["verdict"])

    def __bool__(self) -> bool:
        return self.verdict == "pass"

    def __repr__(self) -> str:
        return f"<{self.name}: {self.value}, {self.decision}>"
