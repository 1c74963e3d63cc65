"""Endurance: cycles with a capacity test between them, and how fast the capacity fades, in the manner of IEC 62620."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gtxrig.sequences import arguments
from gtxrig.sequences.capacity import Capacity, capacity, charge_fully
from gtxrig.session import Session
from gtxrig.units import A, Measured, Quantity, V, hours, minutes, percent


@dataclass(frozen=True)
class Endurance:
    """What the cycles did to the pack.

    Attributes:
        capacities: (full cycles done, what the capacity test gave), the first before any cycle.
        fade: part of the first capacity lost per full cycle, a line fitted through all tests, with what the uncertainties
            of the tests leave of it (k = 2).
        cycles: full cycles, counted by charge: two of half depth are one.
    """

    capacities: Sequence[tuple[float, Capacity]]
    fade: Measured
    cycles: float

    def remaining(self, cycles: float) -> Measured:
        """Part of the first capacity that the line leaves after so many cycles. Far beyond those done it is a guess."""
        lost = cycles * self.fade
        return Measured(1.0 - lost.value, lost.dimension, lost.uncertainty.value, lost.time)


def endurance(
    rig: Session,
    cycles: int = 20,
    current: Quantity = 50 * A,
    end_voltage: Quantity = 46.4 * V,
    rest: Quantity = 30 * minutes,
    test_every: int = 10,
    least: Quantity | None = None,
    name: str = "endurance",
) -> Endurance:
    """Cycles with `current` both ways, with a capacity test before, after every `test_every` cycles and at the end.

    The cycle life of a data sheet (500 cycles to 95 % by this pack's type label) is days of work for each percent: choose
    `cycles` so that the fade stands out of its own uncertainty, which the result says. On the virtual bench a pack ages by
    ``dut.cells.capacity_fade`` and ``dut.cells.resistance_growth``, which are 0 where nothing is said.

    Args:
        cycles: how many; each ends at `end_voltage` or where the pack ends it.
        rest: after each charge and each discharge.
        test_every: cycles between two capacity tests.
        least: checked at each test: the part of the first capacity that has to be left, such as ``95 * percent``.
        name: of the checks: ``<name>_0`` is the first capacity, ``<name>_remaining_<n>`` the part left after n cycles,
            ``<name>_fade`` the fade per full cycle, both reported only where no limit is given.
    """
    arguments.count(cycles=cycles, test_every=test_every)
    arguments.above_zero(A, current=current)
    arguments.above_zero(V, end_voltage=end_voltage)
    arguments.durations(rest=rest)
    arguments.check_name(name)
    if least is not None:
        arguments.ratio(least=least)
    first = capacity(rig, rest=rest, name=f"{name}_0")
    tests: list[tuple[float, Capacity]] = [(0.0, first)]
    begin = rig["pack.charge_out"]

    def done() -> float:
        return float(rig["pack.charge_out"].since(begin) / first.charge)

    for number in range(1, cycles + 1):
        charge_fully(rig, current=current, timeout=12 * hours)
        rig.hold(rest)
        rig.set({"load.current_set": current, "load.input": True})
        rig.wait_until(f"pack.voltage <= {end_voltage.text} or pack.discharge_refused", timeout=12 * hours)
        rig.set({"load.input": False})
        rig.hold(rest)
        if number % test_every == 0 or number == cycles:
            tested = capacity(rig, rest=rest, name=f"{name}_{number}")
            left = _ratio(tested.charge, first.charge)
            rig.check(f"{name}_remaining_{number}", left, limits=None if least is None else (least, None))
            tests.append((done(), tested))  # the test's own discharge is a cycle too, and it ended it
    fade = _fade(tests)
    rig.check(f"{name}_fade", fade)
    return Endurance(tuple(tests), fade, done())


def _ratio(part: Measured, whole: Measured) -> Measured:
    value = part.value / whole.value
    spread = abs(value) * math.hypot(part.uncertainty.value / part.value, whole.uncertainty.value / whole.value)
    return Measured(value, percent.dimension, spread, part.time)


def _fade(tests: Sequence[tuple[float, Capacity]]) -> Measured:
    # A straight line through all tests by least squares, relative to its own value at the begin.
    x = [cycles for cycles, _ in tests]
    y = [tested.charge.value for _, tested in tests]
    u = [tested.charge.uncertainty.value for _, tested in tests]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    spread = sum((a - mean_x) ** 2 for a in x)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y)) / spread
    start = mean_y - slope * mean_x
    slope_u = math.sqrt(sum(((a - mean_x) / spread * e) ** 2 for a, e in zip(x, u)))
    return Measured(-slope / start, percent.dimension, slope_u / start, tests[-1][1].charge.time)
