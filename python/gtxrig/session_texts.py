"""What a script gives a session, as the engine reads it: the start state and limits."""

from __future__ import annotations

from collections.abc import Mapping

from gtxrig import _core
from gtxrig.units import Exponents, Quantity, describe, time_text, value_text

# Keys of `start` with what they are; see `gtxrig list schema case`.
_START: dict[str, str | None] = {
    "state": None, "soc": "ratio", "temperature": "degC", "cells": None, "cell_spread": "ratio",
    "leading_cell": None, "hot_cell": None, "since_full": "s", "stored": "s", "age": None, "time_of_day": "s",
}
RATIO: Exponents = (0, 0, 0, 0, False, False)
_POINT: Exponents = (0, 0, 0, 1, True, False)


def limit_text(limit: Quantity | None) -> str | None:
    if limit is None:
        return None
    if not isinstance(limit, Quantity):
        raise TypeError(f"a limit is a quantity with its unit or None, not {limit!r}")
    return limit.text


def limit_value(limit: Quantity | float | None, dimension: Exponents, name: str) -> float | None:
    if limit is None:
        return None
    if not isinstance(limit, Quantity):
        if dimension != RATIO:
            raise TypeError(
                f"{name} is {describe(dimension)}: write its limits with a unit ({_core.units_of(dimension)}), not {limit!r}"
            )
        return float(limit)
    if limit.dimension != dimension:
        raise TypeError(f"{name} is {describe(dimension)}, the limit is {describe(limit.dimension)}")
    return limit.value


def start_texts(start: Mapping[str, object]) -> dict[str, object]:
    texts: dict[str, object] = {}
    for key, value in start.items():
        if key not in _START:
            raise TypeError(f"start() knows no '{key}'; it knows {', '.join(_START)}")
        if value is None:
            continue
        kind = _START[key]
        if kind == "ratio":
            texts[key] = value_text(value, RATIO, key)
        elif kind == "degC":
            texts[key] = value_text(value, _POINT, key)
        elif kind == "s":
            texts[key] = value if isinstance(value, str) else time_text(value, key)  # type: ignore[arg-type]
        elif isinstance(value, Mapping):
            texts[key] = {k: v.text if isinstance(v, Quantity) else v for k, v in value.items()}
        else:
            texts[key] = value
    return texts
