"""What a sequence is given, looked at before its first step: a mistake shows at once and not after hours."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gtxrig.errors import RigError
from gtxrig.session import Session
from gtxrig.units import Quantity, describe, percent, s, value_text


def remembers(rig: Session) -> None:
    """RigError for a session whose record has no samples: what the sequence wants to look up would not be there."""
    if rig.record_level not in ("full", "changes"):
        raise RigError(
            f"this sequence looks up what was when the pack acted, and the session has record={rig.record_level!r}", "",
            'record="full" or "changes"',
        )


def of_kind(unit: Quantity, **given: object) -> None:
    """TypeError for what is not a quantity like `unit`, ValueError for what is no finite number."""
    for name, value in given.items():
        if isinstance(value, (str, bool)):
            raise TypeError(f"{name} is {describe(unit.dimension)}, not {value!r}")
        value_text(value, unit.dimension, name)


def above_zero(unit: Quantity, **given: object) -> None:
    """As `of_kind`, and ValueError for what is not above zero."""
    of_kind(unit, **given)
    for name, value in given.items():
        if isinstance(value, Quantity) and value.value <= 0:
            raise ValueError(f"{name} has to be above zero, not {value}")


def durations(**given: object) -> None:
    """Times that are not negative; a plain number is in seconds."""
    for name, value in given.items():
        time = value if isinstance(value, (Quantity, str, bool)) or not isinstance(value, (int, float)) else value * s
        of_kind(s, **{name: time})
        if isinstance(time, Quantity) and time.value < 0:
            raise ValueError(f"{name} has to be a time that is not negative, not {value}")


def ratio(**given: object) -> None:
    """Parts of a whole: 0 to 1, or 0 % to 100 %."""
    for name, value in given.items():
        of_kind(percent, **{name: value})
        number = value.value if isinstance(value, Quantity) else float(value)  # type: ignore[arg-type]
        if not 0 <= number <= 1:
            raise ValueError(f"{name} has to lie between 0 and 1 (100 %), not {value}")


def limits(unit: Quantity, **given: object) -> None:
    """(lowest, highest) of one kind, in this order; None for a side that is open."""
    for name, pair in given.items():
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise TypeError(f"{name} has to be (lowest, highest), not {pair!r}")
        known = [edge for edge in pair if edge is not None]
        for edge in known:
            of_kind(unit, **{name: edge})
        if len(known) == 2 and known[0] > known[1]:
            raise ValueError(f"{name} has to be (lowest, highest), not ({known[0]}, {known[1]})")


def count(**given: object) -> None:
    """Whole numbers from 1."""
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name} has to be a whole number, not {value!r}")
        if value < 1:
            raise ValueError(f"{name} has to be at least one, not {value}")


def check_name(name: object) -> None:
    """The name of a check, as the record takes it."""
    if not isinstance(name, str) or not re.fullmatch("[a-z0-9_]{1,80}", name):
        raise ValueError(f"name has to be lower case letters, digits and '_', not {name!r}")


def falling(start: float | Quantity, socs: Iterable[float | Quantity]) -> list[float]:
    """States of charge that fall from `start`, each with a percent of its own: the checks are named by it."""
    given = list(socs)
    if not given:
        raise ValueError("socs has to name at least one state of charge")
    ratio(start_soc=start, **{f"socs[{place}]": soc for place, soc in enumerate(given)})
    steps = [float(soc) for soc in given]
    for before, soc in zip([float(start), *steps], steps):
        if soc > before:
            raise ValueError(f"socs: states of charge fall, not {soc} after {before}")
    for before, soc in zip(steps, steps[1:]):
        if round(100 * before) == round(100 * soc):
            raise ValueError(f"socs: {before} and {soc} are the same percent, by which their checks are named")
    return steps
