"""What a script gives a session, as the engine reads it: the start state and limits."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gtxrig import _core
from gtxrig.arguments import mapping_of, texts_of
from gtxrig.check import limits_of
from gtxrig.texts import json_text, whole
from gtxrig.units import Exponents, Quantity, finite_text, time_text, value_text

# Keys of `start` with what they are; see `gtxrig list schema case`.
_START: dict[str, str | None] = {
    "state": None, "soc": "ratio", "temperature": "degC", "cells": None, "cell_spread": "ratio",
    "leading_cell": None, "hot_cell": None, "since_full": "s", "stored": "s", "age": None, "time_of_day": "s",
}
RATIO: Exponents = (0, 0, 0, 0, False, False)
_POINT: Exponents = (0, 0, 0, 1, True, False)


def session_head(
    name: object,
    title: str,
    why: str,
    verifies: Iterable[str],
    reference: bool,
    always: Iterable[Mapping[str, str]],
    limits: Mapping[str, tuple[Quantity | None, Quantity | None]] | None,
    pcs: str,
) -> dict[str, Any]:
    """A case without its steps, as a case file writes it."""
    if not isinstance(name, str):
        raise TypeError(f"the name of a session is a text, not {name!r}")
    head: dict[str, Any] = {"case": name}
    for key, text, usual in (("title", title, ""), ("why", why, ""), ("pcs", pcs, "defiant")):
        if not isinstance(text, str):
            raise TypeError(f"{key} is a text, not {text!r}")
        if text != usual:
            head[key] = text
    if verifies:
        head["verifies"] = texts_of(verifies, "ids of requirements")
    watch: list[Any] = [{"reference": "conforms"}] if reference else []
    if not isinstance(always, Iterable):
        raise TypeError(f'always is a list of conditions such as {{"never": "pack.current > 60 A"}}, not {always!r}')
    for item in [always] if isinstance(always, Mapping) else always:
        if not isinstance(item, Mapping):
            raise TypeError(f'always holds conditions such as {{"never": "pack.current > 60 A"}}, not {item!r}')
        watch.append(dict(item))
    if watch:
        head["always"] = watch
    limits = mapping_of(limits, 'limits are a mapping such as {"pack.voltage": (48 * V, 57 * V)}')
    if limits:
        head["limits"] = {key: [limit_text(limit, key) for limit in limits_of(pair, key)] for key, pair in limits.items()}
    return head


def session_text(head: Mapping[str, Any], start: Mapping[str, object]) -> str:
    return json_text({**head, "start": start_texts(start)})


def limit_text(limit: object, name: str) -> str | None:
    if limit is None:
        return None
    if not isinstance(limit, Quantity):
        raise TypeError(f"a limit is a quantity with its unit or None, not {limit!r}")
    return finite_text(limit, f"the limit of {name}")


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
            texts[key] = {k: finite_text(v, k) if isinstance(v, Quantity) else v for k, v in value.items()}
        else:
            texts[key] = value
    return texts


def check_start(**start: object) -> None:
    """ValueError for what no pack can begin with; :meth:`Session.start` and case files refuse the same."""
    for key, value in start_texts(start).items():
        trouble = _core.start_trouble(json_text({key: value}))
        if trouble:
            raise ValueError(f"{key}: {trouble}")


def time_or_none(value: float | Quantity | None, what: str) -> str | None:
    return None if value is None else time_text(value, what)


def ramp_texts(commands: Mapping[str, Exponents], name: str, to: object, rate: object) -> tuple[str, str, str]:
    """Set-point, aim and rate; of a set-point that is not there the engine says what is near to its name."""
    if not isinstance(name, str):
        raise TypeError(f'the name of a set-point is a text such as "supply.voltage_set", not {name!r}')
    if name not in commands:
        return whole(name), whole(str(to)), whole(str(rate))
    volt, ampere, second, kelvin, _, truth = commands[name]
    if truth:
        raise TypeError(f"{name} is on or off and has nothing between: set() it")
    return name, value_text(to, commands[name], name), value_text(rate, (volt, ampere, second - 1, kelvin, False, False), "rate")


def period_ends(expressions: Sequence[str], every: float | Quantity, for_: float | Quantity | None) -> Iterator[float]:
    """When each period of a watch ends, in s from its begin; the last one is shorter where they do not come out even."""
    if not expressions:
        raise TypeError('watch() wants something to look at, such as "pack.voltage"')
    period = Quantity.parse(time_text(every, "every")).value
    if not period > 0:
        raise ValueError(f"every is a time above 0; got {every}")
    if for_ is None:
        return (number * period for number in itertools.count(1))
    whole_time = Quantity.parse(time_text(for_, "for_")).value
    if whole_time < 0:
        raise ValueError(f"for_ is a time that is not negative; got {for_}")
    count = math.floor(whole_time / period + 1e-9)
    rest = whole_time - count * period
    ends = (number * period for number in range(1, count + 1))
    return itertools.chain(ends, [whole_time] if rest > 1e-9 * period else [])
