"""Whatever ends the program, the sessions that are open are closed first, and so every bench is made safe."""

from __future__ import annotations

import atexit
import contextlib
import signal
import sys
import threading
import weakref
from typing import NoReturn, Protocol

from gtxrig import _core


class Open(Protocol):
    """What is open and can be left at once."""

    def abort(self) -> None: ...
    def end_with_program(self) -> None: ...


_open: weakref.WeakKeyDictionary[Open, threading.Thread] = weakref.WeakKeyDictionary()  # who opened it
_told_to_end = False  # by SIGTERM or SIGHUP
_comes_before_threads = False


def note_open(session: Open) -> None:
    """Closes this session when the program ends, also when SIGTERM or SIGHUP ends it."""
    _open[session] = threading.current_thread()
    _take_signals()
    _come_before_threads()


def note_closed(session: Open) -> None:
    _open.pop(session, None)


def _take_signals() -> None:
    """SIGTERM and SIGHUP end the program by SystemExit, so that its sessions are closed; unless the script has a say in it."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _leave)


def _leave(number: int, frame: object) -> NoReturn:
    global _told_to_end
    _told_to_end = True
    if threading.active_count() > 1:  # for which the script may wait on its way out
        for session in list(_open):
            session.end_with_program()
    sys.exit(128 + number)


def _come_before_threads() -> None:
    """Python waits for its threads before atexit, and a thread may be in a call for hours."""
    global _comes_before_threads
    register = getattr(threading, "_register_atexit", None)  # what Python's own executors use
    if _comes_before_threads or register is None:
        return
    _comes_before_threads = True
    with contextlib.suppress(RuntimeError):  # the main thread is over already
        # Executors wait at the same moment, and the last that came is the first to be called.
        import concurrent.futures.thread  # noqa: F401

        register(_main_thread_ends)


def _main_thread_ends() -> None:
    """What the main thread has opened and left open; all, when the program is told to end. Other threads may finish theirs."""
    if _told_to_end or getattr(sys, "last_type", None) is KeyboardInterrupt:
        _close_all()
        return
    for session, thread in list(_open.items()):
        if thread is threading.main_thread():
            session.end_with_program()
            session.abort()


def _close_all() -> None:
    _core.leave()  # a thread that still drives a bench lets go of it
    for session in list(_open):
        session.abort()


atexit.register(_close_all)
