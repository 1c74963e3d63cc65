"""What scripts give, looked at before the engine sees it, so that a mistake is told in the script's own words."""

from __future__ import annotations

import operator
import os
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from gtxrig.texts import whole


def whole_number(value: object, what: str, lowest: int, highest: int) -> int:
    """An int, of NumPy too. TypeError for anything else, a truth value too; ValueError outside of the bounds."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise TypeError(f"{what} is a whole number, not {value!r}")
    if not lowest <= number <= highest:
        raise ValueError(f"{what} lies between {lowest} and {highest}; got {number}")
    return number


def expression_text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f'{what} is a text such as "pack.voltage > 50 V", not {value!r}')
    return whole(value)


def path_text(value: object, what: str) -> str:
    """The path as a text; TypeError for anything that is none."""
    try:
        return os.fsdecode(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{what} is a path, not {value!r}") from None


def mapping_of(value: object, what: str) -> Mapping[Any, Any]:
    """A mapping, empty for None; `what` says what it holds and shows one."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError(f"{what}, not {value!r}")
    return value


def texts_of(value: Iterable[str] | str, what: str) -> list[str]:
    """A list of texts; a single text is a list of one and no list of letters."""
    texts = [value] if isinstance(value, str) else list(value) if isinstance(value, Iterable) else [value]
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"{what} are texts, not {text!r}")
    return [whole(text) for text in texts]


def names_of(names: object) -> list[str]:
    """Names of signals, each once. TypeError for anything but a list of names."""
    if isinstance(names, str):
        raise TypeError("signals has to be a list of names, not one str")
    if not isinstance(names, Iterable):
        raise TypeError(f'signals has to be a list of names such as ["pack.voltage"], not {names!r}')
    return list(dict.fromkeys(names))


def settings_of(settings: Mapping[str, object] | None, more: Mapping[str, object]) -> dict[str, object]:
    together = {**mapping_of(settings, 'set-points are a mapping such as {"supply.voltage_set": 57 * V}'), **more}
    for name in together:
        if not isinstance(name, str):
            raise TypeError(f'the name of a set-point is a text such as "supply.voltage_set", not {name!r}')
    return together


class Single:
    """Base of what there is one of: two copies would be moved by whoever moves one of them."""

    _why_single = "it stands for the bench"  # ends the sentence that refuses a copy

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        name = type(self).__name__
        raise TypeError(f"{'an' if name[0] in 'AEIOU' else 'a'} {name} is neither copied nor pickled: {self._why_single}")
