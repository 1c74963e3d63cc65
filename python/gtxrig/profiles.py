"""What is known of a pack, in Python: the reference's parameter set without a YAML file.

A profile takes the place of the requirements' defaults, row by row, so that a pack is judged by its own thresholds, delays,
resistance and thermal mass. What a key means, says the profile file of the virtual pack and ``gtxrig list schema profile``::

    mine = PackProfile(
        "my_pack", firmware="1.7",
        capacity=between(98 * Ah, 104 * Ah),
        rows=[ProfileRow("GTX-OV-01", threshold=known(56.1 * V), tolerance=known(0.1 * V), delay=between(1.5 * s, 2.5 * s))],
    )
    Bench.load(profile=mine)
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gtxrig.texts import whole
from gtxrig.units import Quantity

Told = Mapping[str, object]


def known(value: Quantity | float, origin: str = "measured", source: str = "") -> dict[str, object]:
    """One value; `origin` is manual, derived or measured (these can fail a pack) or default."""
    return {"value": value, "origin": origin, **({"source": source} if source else {})}


def between(
    low: Quantity | float, high: Quantity | float, origin: str = "measured", source: str = ""
) -> dict[str, object]:
    """A range in which the value lies."""
    return {"range": [low, high], "origin": origin, **({"source": source} if source else {})}


@dataclass
class ProfileRow:
    """What is known of one requirement; what is None stays as the requirements say."""

    row: str
    threshold: Told | None = None
    tolerance: Told | None = None
    delay: Told | None = None
    release: Iterable[Told] | None = None
    release_delay: Told | None = None
    lock: Told | None = None
    table: object = None
    slope: Told | None = None
    range: Told | None = None
    jitter: Told | None = None
    gaps: object = None


@dataclass
class PackProfile:
    """What is known of a pack type with one firmware; what is None stays as the requirements say."""

    pack: str
    firmware: str
    rows: list[ProfileRow] = field(default_factory=list)
    title: str | None = None
    dialect: str | None = None
    over_voltage_policy: str | None = None
    path_resistance: Told | None = None
    latency_path: Told | None = None
    latency_flag: Told | None = None
    latency_limit: Told | None = None
    latency_contact: Told | None = None
    latency_permission: Told | None = None
    capacity: Told | None = None
    thermal: Told | None = None


def profile_document(profile: object) -> str:
    """A profile as the engine reads it, one key a line; empty for None.

    Raises:
        TypeError: no mapping and no dataclass, or a value that no profile can hold; says where.
        ValueError: a mapping or a list that contains itself.
    """
    if profile is None:
        return ""
    try:
        told = _plain(profile, "profile")
    except RecursionError:
        raise ValueError("the profile contains itself; a profile is a tree of mappings and lists") from None
    if not isinstance(told, dict):
        raise TypeError(f"a profile is a mapping or a dataclass, not {type(profile).__name__}; a file is named by the bench")
    return whole(json.dumps(told, indent=1, ensure_ascii=False))


def _plain(value: object, where: str) -> object:
    if isinstance(value, Quantity):
        return value.text
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(k): _plain(v, f"{where}.{k}") for k, v in value.items() if v is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(v, f"{where}[{i}]") for i, v in enumerate(value)]
    if isinstance(value, (str, bool, int, float)):
        return value
    raise TypeError(f"{where}: a profile holds quantities, numbers, texts, lists and mappings, not {type(value).__name__}")
