"""The rig for testing battery packs, inside a test bench's scripts.

Importing it is quick: numpy and all other packages are imported when something first needs them.
"""

from __future__ import annotations

from gtxrig._core import __version__
from gtxrig.errors import InputError, RigError

__all__ = ["InputError", "RigError", "__version__"]
