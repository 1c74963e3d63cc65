"""The set-points of one instrument of a session."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from gtxrig.errors import RigError

if TYPE_CHECKING:
    from gtxrig.session import Session


class Instrument:
    """The set-points of one instrument: ``rig.supply.set(voltage=57 * V, current=5 * A, output=True)``.

    `voltage` stands for ``supply.voltage_set``. What it measures is a signal: ``rig["supply.voltage"]``.
    """

    def __init__(self, session: Session, name: str) -> None:
        self._session = weakref.ref(session)
        self._name = name

    def set(self, **settings: object) -> None:
        """Set-points without the instrument's name, all at once; see :meth:`Session.set`."""
        session = self._session()
        if session is None:
            raise RigError("the session of this instrument is gone")
        known = session._commands
        session.set(
            {
                f"{self._name}.{key}_set" if f"{self._name}.{key}_set" in known else f"{self._name}.{key}": value
                for key, value in settings.items()
            }
        )

    def __repr__(self) -> str:
        session = self._session()
        known = [] if session is None else [c for c in session._commands if c.rsplit(".", 1)[0] == self._name]
        return f"<{self._name}: {', '.join(known)}>"
