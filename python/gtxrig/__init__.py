"""The rig for testing battery packs, inside a test bench's scripts.

Importing it is quick: numpy and all other packages are imported when something first needs them.
"""

from __future__ import annotations

from gtxrig._core import Dbc, RequirementRow, Requirements, __version__, load_requirements
from gtxrig.errors import InputError, RigError
from gtxrig.run import Run, open_run
from gtxrig.signals import Envelope, Signal

__all__ = [
    "Dbc",
    "Envelope",
    "InputError",
    "RequirementRow",
    "Requirements",
    "RigError",
    "Run",
    "Signal",
    "__version__",
    "load_requirements",
    "open_run",
]
