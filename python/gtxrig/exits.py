"""Whatever ends the program, the sessions that are open are closed first, and so every bench is made safe."""

from __future__ import annotations

import atexit
import signal
import sys
import threading
import weakref
from typing import NoReturn, Protocol

from gtxrig import _core


class Open(Protocol):
    """What is open and can be left at once."""

    def abort(self) -> None: ...


_open: weakref.WeakSet[Open] = weakref.WeakSet()


def note_open(session: Open) -> None:
    """Closes this session when the program ends, also when SIGTERM or SIGHUP ends it."""
    _open.add(session)
    _take_signals()


def note_closed(session: Open) -> None:
    _open.discard(session)


def _take_signals() -> None:
    """SIGTERM and SIGHUP end the program by SystemExit, so that its sessions are closed; unless the script has a say in it."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _leave)


def _leave(number: int, frame: object) -> NoReturn:
    sys.exit(128 + number)


def _close_all() -> None:
    _core.leave()  # a thread that still drives a bench lets go of it
    for session in list(_open):
        session.abort()


atexit.register(_close_all)
