"""Function tests of the battery management system in the manner of IEC 62619, 8.2.

The steps are from memory and from reports of laboratories, not from the text of the standard; see each docstring.
"""

from __future__ import annotations

from gtxrig.sequences import arguments
from gtxrig.session import Session
from gtxrig.units import A, K, Measured, Quantity, V, degC, hours, minutes


def overcharge_control_of_voltage(
    rig: Session,
    current: Quantity = 50 * A,
    upper_limit: Quantity = 56.16 * V,
    source: Quantity | None = None,
    observe: Quantity = 1 * hours,
    name: str = "overcharge_voltage",
) -> Measured:
    """8.2.2: charges with the highest recommended current and a source set 10 % above the upper limit charging voltage.

    The BMS has to end it before the source's voltage is reached; the source then stays applied for `observe`, and no current
    may flow again. Start it at a low state of charge, at (25 +- 5) degC. A bench whose fixture ends below that voltage refuses
    it: give a lower `source`, and say so in the report.

    Returns:
        The terminal voltage at which the pack ended it.
    """
    arguments.above_zero(V, upper_limit=upper_limit)
    source = 1.1 * upper_limit if source is None else source
    arguments.above_zero(V, source=source)
    arguments.above_zero(A, current=current)
    arguments.durations(observe=observe)
    arguments.check_name(name)
    arguments.remembers(rig)
    rig.set({"supply.voltage_set": source, "supply.current_set": current, "supply.output": True})
    rig.wait_until("pack.charge_refused", timeout=6 * hours)
    trip = rig.at("pack.charge_refused", "pack.voltage")
    rig.check(name, trip, limits=(None, source))
    rig.expect("pack.current < 1 A", within=10, for_=observe)
    return trip


def overcharge_control_of_current(
    rig: Session,
    highest: Quantity = 100 * A,
    voltage: Quantity = 55 * V,
    observe: Quantity = 10 * minutes,
    name: str = "overcharge_current",
) -> Measured:
    """8.2.3: charges with 120 % of the highest charging current of the cells; the BMS has to end it.

    Which current is the highest one decides: for cells of 1 It it is 100 A. Against the 50 A of this pack's rating the literal
    manual (first stage above 100 A) does not pass; say in the report which one was taken.

    Returns:
        The current just before the pack ended it.
    """
    arguments.above_zero(A, highest=highest)
    arguments.above_zero(V, voltage=voltage)
    arguments.durations(observe=observe)
    arguments.check_name(name)
    arguments.remembers(rig)
    current = 1.2 * highest
    rig.set({"supply.voltage_set": voltage, "supply.current_set": current, "supply.output": True})
    rig.wait_until("pack.current > 0.9 * " + current.text, timeout=10)
    rig.wait_until("pack.charge_refused", timeout=5 * minutes)
    flowed = rig.at("pack.charge_refused", "pack.current")
    rig.check(name, flowed, limits=(None, current + 2 * A))
    rig.set({"supply.output": False})
    rig.hold(observe)
    return flowed


def overheating_control(
    rig: Session,
    current: Quantity = 20 * A,
    voltage: Quantity = 55 * V,
    highest: Quantity = 55 * degC,
    limits: tuple[Quantity, Quantity] = (51 * degC, 60 * degC),
    observe: Quantity = 10 * minutes,
    timeout: Quantity = 6 * hours,
    name: str = "overheating",
) -> Measured:
    """8.2.4: heats the pack while it charges, 5 K and more above its highest temperature; the BMS has to end the charging.

    The chamber is set 13 K above `highest`: a pack of this size takes two hours for 63 % of a step. Start it near the point
    of interest (45 degC), at a middle state of charge that the charging does not fill before it is hot.

    Args:
        highest: at which the cells may be charged.
        limits: between which the pack's own temperature has to lie when it ends the charging. The hottest cell decides, the
            pack tells the mean: some kelvin lie between them while the chamber heats.
        observe: how long the heat and the source stay applied after it; charging has to stay ended.

    Returns:
        The temperature that the pack told when it ended it.
    """
    arguments.above_zero(A, current=current)
    arguments.above_zero(V, voltage=voltage)
    arguments.of_kind(degC, highest=highest)
    arguments.limits(degC, limits=limits)
    arguments.durations(observe=observe, timeout=timeout)
    arguments.check_name(name)
    arguments.remembers(rig)
    rig.set({"supply.voltage_set": voltage, "supply.current_set": current, "supply.output": True})
    rig.wait_until("pack.current > 0.9 * " + current.text, timeout=10)
    rig.set({"chamber.temperature_set": highest + 13 * K, "chamber.run": True})
    rig.wait_until("pack.charge_refused", timeout=timeout)
    trip = rig.at("pack.charge_refused", "dut.temperature")
    rig.check(name, trip, limits=limits)
    rig.expect("pack.current < 1 A", within=10, for_=observe)
    rig.set({"supply.output": False, "chamber.temperature_set": 25 * degC})
    return trip
