"""What a seed may be."""

from __future__ import annotations

import operator


def checked_seed(seed: object) -> int:
    """The seed as an int.

    Raises:
        TypeError: it is no number, has a fraction, or does not lie in 0 to 2**64 - 1.
    """
    try:
        number = operator.index(seed)  # type: ignore[arg-type]  # numpy's integers too
    except TypeError:
        number = -1
    if isinstance(seed, bool) or number < 0:
        raise TypeError(f"a seed is a number that is not negative, not {seed!r}")
    if number >= 2**64:
        raise TypeError(f"a seed is a number that is not negative and below 2**64, not {seed!r}")
    return number
