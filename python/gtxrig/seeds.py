"""What a seed may be."""

from __future__ import annotations

from gtxrig.arguments import whole_number


def checked_seed(seed: object) -> int:
    """The seed as an int, of NumPy too. TypeError for what is no whole number, ValueError outside of 0 to 2**64 - 1."""
    return whole_number(seed, "the seed", 0, 2**64 - 1)
