"""A value against its limits: what is asked, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional, Union

from gtxrig.session_texts import limit_value
from gtxrig.units import Measured, Quantity

# (lowest, highest), None for a side that is open.
Limits = tuple[Optional[Union[Quantity, float]], Optional[Union[Quantity, float]]]


def question_of(name: str, value: Quantity, limits: Limits | None, rule: str, now: float | None) -> dict[str, Any]:
    """What is decided, in base units, as the engine's ``check`` and ``decide`` take it.

    Args:
        now: s, the time of a value that brings none along.

    Raises:
        TypeError: a limit of another dimension than the value's, or without its unit.
    """
    lower, upper = (None, None) if limits is None else limits
    measured = value if isinstance(value, Measured) else None
    return {
        "name": name,
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
        self._passed = bool(result["verdict"] == "pass")

    def __bool__(self) -> bool:
        return self._passed

    def __repr__(self) -> str:
        return f"<{self.name}: {self.value}, {self.decision}>"
