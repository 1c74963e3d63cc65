"""What a session says of a checked value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gtxrig.units import Quantity


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
