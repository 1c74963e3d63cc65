"""Capacity and energy, as IEC 62620 and 61960 measure them (0.2 It at 25 degC), with this pack's voltages."""

from __future__ import annotations

from dataclasses import dataclass

from gtxrig.sequences import arguments
from gtxrig.session import Session
from gtxrig.units import A, Ah, Measured, Quantity, V, hours


@dataclass(frozen=True)
class Capacity:
    """What came out of the pack.

    Attributes:
        charge: at the terminals; ``charge / Ah`` is a plain number, ``charge.value`` is in C (A*s).
        energy: at the terminals, ``energy / Wh``; ``energy.value`` is in J (W*s).
        end: "voltage", or "pack" when its own protection came first: a weak cell takes the pack's capacity with it.
    """

    charge: Measured
    energy: Measured
    end: str


def charge_fully(
    rig: Session, current: Quantity = 20 * A, voltage: Quantity = 55.9 * V, cut_off: Quantity = 5 * A,
    timeout: Quantity = 8 * hours,
) -> None:
    """Constant current, then constant voltage down to `cut_off` (0.05 It); a pack that stops it earlier is full as well."""
    arguments.above_zero(A, current=current, cut_off=cut_off)
    arguments.above_zero(V, voltage=voltage)
    arguments.durations(timeout=timeout)
    rig.set({"supply.voltage_set": voltage, "supply.current_set": current, "supply.output": True})
    nearly = voltage - 0.1 * V
    rig.wait_until(
        f"pack.charge_refused or (pack.voltage > {nearly.text} and pack.current < {cut_off.text})", timeout=timeout
    )
    rig.set({"supply.output": False})


def capacity(
    rig: Session,
    current: Quantity = 20 * A,
    end_voltage: Quantity = 45.6 * V,
    rest: Quantity = 1 * hours,
    rated: Quantity | None = None,
    name: str = "capacity",
) -> Capacity:
    """Charges fully, rests, and discharges with `current` to `end_voltage` or to the pack's own end.

    Args:
        current: of the discharge; 20 A is 0.2 It of 100 Ah.
        rest: between charge and discharge.
        rated: checked as the lower limit, such as ``100 * Ah``; reported only when it is not given.
        name: of the check; ``<name>_energy`` is reported beside it.
    """
    arguments.above_zero(A, current=current)
    arguments.above_zero(V, end_voltage=end_voltage)
    arguments.durations(rest=rest)
    arguments.check_name(name)
    if rated is not None:
        arguments.above_zero(Ah, rated=rated)
    charge_fully(rig)
    rig.hold(rest)
    charge_before, energy_before = rig["pack.charge_out"], rig["pack.energy_out"]
    rig.set({"load.current_set": current, "load.input": True})
    rig.wait_until(f"pack.voltage <= {end_voltage.text} or pack.discharge_refused", timeout=12 * hours)
    end = "pack" if rig["pack.discharge_refused"] else "voltage"
    rig.set({"load.input": False})
    charge = rig["pack.charge_out"].since(charge_before)
    energy = rig["pack.energy_out"].since(energy_before)
    rig.check(name, charge, limits=None if rated is None else (rated, None))
    rig.check(f"{name}_energy", energy)
    return Capacity(charge, energy, end)
