"""Own instruments: a class of yours is a supply, a load, a chamber, a meter, a thermometer or contacts of a bench.

A bench file names it, beside itself::

    load: { driver: python.load, endpoint: "python://my_box.py:MyLoad", with: { port: /dev/ttyUSB0 },
            voltage: 60 V, current: 20 A, power: 600 W, voltage_uncertainty: 20 mV, current_uncertainty: 50 mA }

and the file has a class::

    from gtxrig.boxes import Load, LoadReading, LoadSetpoint

    class MyLoad(Load):
        def __init__(self, port): ...
        def read(self): return LoadReading(voltage=... * V, current=... * A, input=True)
        def write(self, wanted): ...
        def make_safe(self): ...

The object lives in a process of its own, behind a thread of the rig that asks it: it may wait, and the loop never does. What
raises or takes longer than ``timeout`` makes the readings invalid, which trips an energised bench. ``make_safe()`` has 200 ms; it
is called from another thread when a call before it hangs, and also when the rig's process is gone, whatever the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gtxrig.units import A, K, Quantity, V, W, degC, describe

Regulation = Literal["off", "constant_voltage", "constant_current", "constant_power"]
Mode = Literal["constant_current", "constant_power", "constant_voltage"]


@dataclass(frozen=True)
class Identity:
    """Who the box is; into the record."""

    maker: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""


@dataclass(frozen=True)
class ArmLimits:
    """The bench's limits, for the box's own protections."""

    over_voltage: Quantity
    under_voltage: Quantity
    over_current: Quantity


@dataclass(frozen=True)
class SupplyReading:
    """What a supply reads back; the current flows out of it. `valid` is false for what is no measurement."""

    voltage: Quantity
    current: Quantity
    output: bool
    regulation: Regulation = "off"
    valid: bool = True


@dataclass(frozen=True)
class SupplySetpoint:
    """What a supply is to do; write the output last."""

    voltage: Quantity
    current: Quantity
    power: Quantity
    output: bool


@dataclass(frozen=True)
class LoadReading:
    """What a load reads back; the current flows into it."""

    voltage: Quantity
    current: Quantity
    input: bool
    regulation: Regulation = "off"
    valid: bool = True


@dataclass(frozen=True)
class LoadSetpoint:
    """What a load is to do; write the input last."""

    mode: Mode
    current: Quantity
    power: Quantity
    voltage: Quantity
    input: bool


@dataclass(frozen=True)
class ChamberReading:
    """Air, active set-point and whether it runs."""

    temperature: Quantity
    set: Quantity
    run: bool
    valid: bool = True


@dataclass(frozen=True)
class ChamberSetpoint:
    """What a chamber is to do."""

    temperature: Quantity
    run: bool


@dataclass(frozen=True)
class MeterReading:
    """The voltage at the pack's terminals."""

    voltage: Quantity
    valid: bool = True


@dataclass(frozen=True)
class ThermometerReading:
    """A temperature."""

    temperature: Quantity
    valid: bool = True


@dataclass(frozen=True)
class IoReading:
    """The pack's dry contacts (closed is true), whether its button is held down, and light sensors in front of its lamps.

    `lights` are eight numbers from 0 dark to 1 full: L1 to L6, L7 blue, L7 red; the bench file says ``lights: on``.
    """

    charge_prohibited: bool
    discharge_prohibited: bool
    button: bool = False
    valid: bool = True
    lights: Sequence[float] | None = None


class Box:
    """What every own instrument can have beside the methods of its role."""

    def connect(self) -> Identity | None:
        """Finds the box and says who it is; switches nothing on or off. Also called after a call that failed."""
        return None

    def arm(self, limits: ArmLimits) -> None:
        """The box's own protections, from the bench's limits."""

    def release(self) -> None:
        """Back to its front panel; it is off by then."""


class _Switched(Box):
    def make_safe(self) -> None:
        """Off. Must work first, twice and in every state, within 200 ms; what read() says then has to agree."""
        raise NotImplementedError("make_safe() is missing")


class Supply(_Switched):
    """Derive from it and write read(), write() and make_safe()."""

    def read(self) -> SupplyReading:
        """What it measures now."""
        raise NotImplementedError("read() is missing")

    def write(self, wanted: SupplySetpoint) -> None:
        """New set-points."""
        raise NotImplementedError("write() is missing")


class Load(_Switched):
    """Derive from it and write read(), write() and make_safe()."""

    def read(self) -> LoadReading:
        """What it measures now."""
        raise NotImplementedError("read() is missing")

    def write(self, wanted: LoadSetpoint) -> None:
        """New set-points."""
        raise NotImplementedError("write() is missing")


class Chamber(_Switched):
    """Derive from it and write read(), write() and make_safe(), which is 25 degC and running: a pack cools down with the fan on."""

    def read(self) -> ChamberReading:
        """What it measures now."""
        raise NotImplementedError("read() is missing")

    def write(self, wanted: ChamberSetpoint) -> None:
        """New set-points."""
        raise NotImplementedError("write() is missing")


class Meter(Box):
    """Derive from it and write read()."""

    def read(self) -> MeterReading:
        """What it measures now."""
        raise NotImplementedError("read() is missing")


class Thermometer(Box):
    """Derive from it and write read()."""

    def read(self) -> ThermometerReading:
        """What it measures now."""
        raise NotImplementedError("read() is missing")


class Io(_Switched):
    """Derive from it and write read() and, with a button, press() and make_safe(), which lets the button go."""

    def read(self) -> IoReading:
        """What it sees now."""
        raise NotImplementedError("read() is missing")

    def press(self, down: bool) -> None:
        """Holds the button down, or lets it go."""
        raise NotImplementedError("press() is missing")

    def make_safe(self) -> None:
        """Lets the button go."""
        self.press(False)


ROLES: dict[str, type[Box]] = {
    "supply": Supply, "load": Load, "chamber": Chamber, "meter": Meter, "thermometer": Thermometer, "io": Io,
}
READINGS: dict[str, type] = {
    "supply": SupplyReading, "load": LoadReading, "chamber": ChamberReading, "meter": MeterReading,
    "thermometer": ThermometerReading, "io": IoReading,
}
_UNITS = {"voltage": V, "current": A, "power": W, "temperature": degC, "set": degC}


def plain(role: str, reading: object) -> dict[str, object]:
    """A reading in base units, as the engine takes it.

    Raises:
        TypeError: no reading of this role, or a value without its unit.
        ValueError: a value that is no finite number.
    """
    kind = READINGS[role]
    if not isinstance(reading, kind):
        raise TypeError(f"read() gives a {kind.__name__}, not {reading!r}")
    told: dict[str, object] = {}
    for name, value in vars(reading).items():
        if name in _UNITS:
            dimension = _UNITS[name].dimension
            if not isinstance(value, Quantity):
                raise TypeError(f"{name} of a {kind.__name__} is {describe(dimension)}: write a unit, not {value!r}")
            if value.dimension != dimension:
                raise TypeError(f"{name} of a {kind.__name__} is {describe(dimension)}, this is {describe(value.dimension)}")
            if not abs(value.value) < float("inf"):
                raise ValueError(f"{name} of a {kind.__name__} is no finite number; say valid=False for what was not measured")
            told[name] = value.value
        elif name == "regulation":
            if value not in ("off", "constant_voltage", "constant_current", "constant_power"):
                raise ValueError(f"regulation of a {kind.__name__} cannot be {value!r}")
            told[name] = value
        elif name == "lights":
            told[name] = None if value is None else _levels(value)
        elif not isinstance(value, bool):
            raise TypeError(f"{name} of a {kind.__name__} is True or False, not {value!r}")
        else:
            told[name] = value
    return told


def _levels(lights: Sequence[float]) -> list[float]:
    levels = [float(level) for level in lights]
    if len(levels) != 8 or not all(0 <= level <= 1 for level in levels):
        raise ValueError(f"lights of an IoReading are eight numbers from 0 to 1, L1 to L6, L7 blue and L7 red, not {lights!r}")
    return levels


def is_safe(role: str, reading: object) -> bool:
    """What a reading after make_safe() has to say."""
    if isinstance(reading, SupplyReading):
        return not reading.output
    if isinstance(reading, LoadReading):
        return not reading.input
    if isinstance(reading, ChamberReading):
        return reading.run and abs(reading.set - 25 * degC) < 0.1 * K
    if isinstance(reading, IoReading):
        return not reading.button
    return True


def setpoint_of(role: str, told: dict[str, object]) -> object:
    """Set-points as the engine gives them, as a box takes them."""
    values: dict[str, object] = {
        name: value * _UNITS[name] if name in _UNITS and isinstance(value, (int, float)) else value
        for name, value in told.items()
    }
    if role == "supply":
        return SupplySetpoint(**values)  # type: ignore[arg-type]
    if role == "load":
        return LoadSetpoint(**values)  # type: ignore[arg-type]
    if role == "chamber":
        return ChamberSetpoint(**values)  # type: ignore[arg-type]
    return bool(values["button"])
