"""The set-points of one instrument of a session."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, NoReturn

from gtxrig.arguments import Single
from gtxrig.errors import RigError

if TYPE_CHECKING:
    from gtxrig.session import Session


class Instrument(Single):
    """The set-points of one instrument: ``rig.supply.set(voltage=57 * V, current=5 * A, output=True)``.

    `voltage` stands for ``supply.voltage_set``. What it measures is a signal: ``rig["supply.voltage"]``.
    """

    _session: weakref.ref[Session]
    _name: str

    def __init__(self, session: Session, name: str) -> None:
        object.__setattr__(self, "_session", weakref.ref(session))
        object.__setattr__(self, "_name", name)

    def set(self, **settings: object) -> None:
        """Set-points without the instrument's name, all at once; see :meth:`Session.set`."""
        session = self._session()
        if session is None:
            raise RigError("the session of this instrument is gone")
        named: dict[str, object] = {}
        for key, value in settings.items():
            name = f"{self._name}.{key}_set" if f"{self._name}.{key}_set" in session._commands else f"{self._name}.{key}"
            if name in named:
                raise TypeError(f"{name} is given twice: '{key}' is another way to write it")
            named[name] = value
        session.set(named)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"an assignment sets nothing; write rig.{self._name}.set({name}=...)")

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f'{self._name} has set() only; a signal is read by its name: rig["{self._name}.{name}"]')

    def __repr__(self) -> str:
        session = self._session()
        known = [] if session is None else [c for c in session._commands if c.rsplit(".", 1)[0] == self._name]
        return f"<{self._name}: {', '.join(known)}>"
