"""The rig for testing battery packs, inside a test bench's scripts.

Importing it is quick: numpy and all other packages are imported when something first needs them.
"""

from __future__ import annotations

from gtxrig._core import Dbc, RequirementRow, Requirements, __version__, load_requirements
from gtxrig.bench import Bench
from gtxrig.cases import Case, CaseResult, Cases, load_cases
from gtxrig.check import Check
from gtxrig.errors import InputError, RigError, SessionOver, StepFailed
from gtxrig.instrument import Instrument
from gtxrig.reference_model import ReferenceModel
from gtxrig.run import Run, open_run
from gtxrig.session import Session
from gtxrig.signals import Envelope, Signal
from gtxrig.step import History, Step
from gtxrig.units import (
    A,
    Ah,
    Hz,
    K,
    Measured,
    Ohm,
    Quantity,
    V,
    W,
    Wh,
    degC,
    hours,
    kW,
    kWh,
    mA,
    minutes,
    mOhm,
    ms,
    mV,
    percent,
    s,
    seconds,
    unit,
)
from gtxrig.virtual_pack import VirtualPack

__all__ = [
    "A",
    "Ah",
    "Bench",
    "Case",
    "CaseResult",
    "Cases",
    "Check",
    "Dbc",
    "Envelope",
    "History",
    "Hz",
    "InputError",
    "Instrument",
    "K",
    "Measured",
    "Ohm",
    "Quantity",
    "ReferenceModel",
    "RequirementRow",
    "Requirements",
    "RigError",
    "Run",
    "Session",
    "SessionOver",
    "Signal",
    "Step",
    "StepFailed",
    "V",
    "VirtualPack",
    "W",
    "Wh",
    "__version__",
    "degC",
    "hours",
    "kW",
    "kWh",
    "load_cases",
    "load_requirements",
    "mA",
    "mOhm",
    "mV",
    "minutes",
    "ms",
    "open_run",
    "percent",
    "s",
    "seconds",
    "unit",
]
