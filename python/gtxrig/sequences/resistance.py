"""Resistance by current pulses: one pulse, the pulse test over the state of charge (HPPC), and the cell model fitted to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gtxrig.run import Run
from gtxrig.sequences import arguments
from gtxrig.session import Session
from gtxrig.units import A, Ah, Measured, Ohm, Quantity, V, hours, s


@dataclass(frozen=True)
class Pulse:
    """One pulse.

    Attributes:
        soc: state of charge at its begin, 0 to 1, by the charge that was taken out.
        current: while it lasted; positive is charging.
        resistance: change of the terminal voltage over the whole pulse by the change of current.
        begin, end: rig time, s.
    """

    soc: float
    current: Measured
    resistance: Measured
    begin: float
    end: float


def pulse(rig: Session, current: Quantity, duration: Quantity = 10 * s, soc: float = float("nan")) -> Pulse:
    """Draws (`current` negative) or feeds `current` for `duration` from rest, and switches off again."""
    arguments.of_kind(A, current=current)
    arguments.above_zero(s, duration=duration)
    if current.value == 0:
        raise ValueError("current has to flow one way or the other, not 0 A")
    voltage_before, current_before = rig["pack.voltage"], rig["pack.current"]
    begin = rig.time
    if current.value < 0:
        rig.set({"load.current_set": -current, "load.input": True})
    else:
        rig.set({"supply.voltage_set": rig["pack.voltage"] + 3 * V, "supply.current_set": current, "supply.output": True})
    rig.hold(duration)
    voltage, flowing = rig["pack.voltage"], rig["pack.current"]
    end = rig.time
    rig.set({"load.input": False, "supply.output": False})
    return Pulse(soc, flowing, (voltage - voltage_before) / (flowing - current_before), begin, end)


def hppc(
    rig: Session,
    socs: Sequence[float] = (0.9, 0.7, 0.5, 0.3, 0.1),
    start_soc: float = 0.95,
    capacity: Quantity = 100 * Ah,
    discharge: Quantity = 50 * A,
    rest: Quantity = 1 * hours,
    largest: Quantity | None = None,
) -> list[Pulse]:
    """Pulses of 10 s out of and into the pack at states of charge from high to low, with a rest before each pair.

    Args:
        socs: falling; reached by drawing charge with 20 A.
        start_soc: where the pack stands at the begin.
        capacity: of the pack, to count the states of charge by.
        discharge: of the pulse out of the pack; the pulse into it has three quarters of it, as in the manual of the method.
        largest: limit for every resistance, such as ``25 * mOhm``; reported only when it is not given.
    """
    steps = arguments.falling(start_soc, socs)
    arguments.above_zero(Ah, capacity=capacity)
    arguments.above_zero(A, discharge=discharge)
    arguments.durations(rest=rest)
    if largest is not None:
        arguments.above_zero(Ohm, largest=largest)
    pulses: list[Pulse] = []
    soc = float(start_soc)
    for wanted in steps:
        before = rig["pack.charge_out"]
        if wanted < soc:
            target = before + (soc - wanted) * capacity
            rig.set({"load.current_set": 20 * A, "load.input": True})
            rig.wait_until(f"pack.charge_out >= {target.text}", timeout=8 * hours)
            rig.set({"load.input": False})
        soc = wanted
        rig.hold(rest)
        for direction, current in (("out", -discharge), ("in", 0.75 * discharge)):
            done = pulse(rig, current, soc=soc)
            limits = None if largest is None else (None, largest)
            rig.check(f"resistance_{direction}_{round(100 * soc)}", done.resistance, limits=limits)
            pulses.append(done)
            rig.hold(40)
    return pulses


def refit(run: Run, pulses: Iterable[Pulse], cells: int = 16) -> list[dict[str, float]]:
    """The cell model behind each pulse: a resistance at once and one behind a time constant, v = i (r0 + r1 (1 - exp(-t/tau))).

    Fitted by least squares to the recorded terminal voltage during the pulse. The change of the open-circuit voltage by the
    charge that flows is within r1.

    Returns:
        One dict for each pulse with `soc`, `current` (A), `r0` and `r1` (Ohm of one cell, with its share of busbars and
        switches), `tau` (s) and `rms` (V of the pack, what the fit leaves).
    """
    import numpy as np

    arguments.count(cells=cells)
    voltage, current = run.signals["pack.voltage"], run.signals["pack.current"]
    rows = []
    for one in pulses:
        inside = (voltage.times() > one.begin + 0.05) & (voltage.times() <= one.end)
        before = voltage.times() <= one.begin
        t = voltage.times()[inside] - one.begin
        rise = voltage.to_numpy()[inside] - voltage.to_numpy()[before][-1]
        amps = np.interp(voltage.times()[inside], current.times(), current.to_numpy())
        if len(t) < 10:
            raise ValueError(f"the pulse at {one.begin:g} s has {len(t)} samples; record with level full")
        best: tuple[float, float, float, float] | None = None
        for tau in np.geomspace(0.5, 60.0, 200):
            basis = np.column_stack([amps, amps * (1 - np.exp(-t / tau))])
            solved = np.linalg.lstsq(basis, rise, rcond=None)[0]
            rms = float(np.sqrt(np.mean((basis @ solved - rise) ** 2)))
            if best is None or rms < best[0]:
                best = (rms, float(solved[0]), float(solved[1]), float(tau))
        assert best is not None
        rms, r0, r1, tau = best
        rows.append(
            {"soc": one.soc, "current": one.current.value, "r0": r0 / cells, "r1": r1 / cells, "tau": tau, "rms": rms}
        )
    return rows
