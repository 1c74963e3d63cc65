"""Sequences in the manner of the certification standards, written to be read, copied and changed.

Each is a function of a started :class:`gtxrig.Session`; it drives, checks under names of its own, and returns what it measured.
Where a step follows a standard only from memory its docstring says so: hold it against a bought copy before it counts.

    with Bench.load("lab.yaml").session("capacity") as rig:
        rig.start(soc=0.97, temperature=25 * degC)
        print(capacity(rig).charge)
"""

from __future__ import annotations

from gtxrig.sequences.bms import overcharge_control_of_current, overcharge_control_of_voltage, overheating_control
from gtxrig.sequences.capacity import Capacity, capacity, charge_fully
from gtxrig.sequences.endurance import Endurance, endurance
from gtxrig.sequences.resistance import Pulse, hppc, pulse, refit

__all__ = [
    "Capacity",
    "Endurance",
    "Pulse",
    "capacity",
    "charge_fully",
    "endurance",
    "hppc",
    "overcharge_control_of_current",
    "overcharge_control_of_voltage",
    "overheating_control",
    "pulse",
    "refit",
]
