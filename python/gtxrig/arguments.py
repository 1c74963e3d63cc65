"""What scripts give, looked at before the engine sees it, so that a mistake is told in the script's own words."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from typing import NoReturn

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


def texts_of(value: Iterable[str] | str, what: str) -> list[str]:
    """A list of texts; a single text is a list of one and no list of letters."""
    texts = [value] if isinstance(value, str) else list(value) if isinstance(value, Iterable) else [value]
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"{what} are texts, not {text!r}")
    return [whole(text) for text in texts]


def settings_of(settings: Mapping[str, object] | None, more: Mapping[str, object]) -> dict[str, object]:
    if settings is not None and not isinstance(settings, Mapping):
        raise TypeError(f'set-points are a mapping such as {{"supply.voltage_set": 57 * V}}, not {settings!r}')
    together = {**(settings or {}), **more}
    for name in together:
        if not isinstance(name, str):
            raise TypeError(f'the name of a set-point is a text such as "supply.voltage_set", not {name!r}')
    return together


class Single:
    """Base of what stands for a bench: there is one of each, and a copy would end what the other one drives."""

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} is neither copied nor pickled: it stands for the bench")
