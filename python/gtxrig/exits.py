"""Whatever ends the program, the runs that are open are ended first, and so every bench is made safe.

SIGTERM and SIGHUP end a Python program at once, with no way out through its code. So importing this package in the main thread,
the only one that can, gives them a handler, unless the script has a say in them. While a run is open it ends the program by
SystemExit; else the program dies of the signal as if there were none.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import threading
import weakref
from collections.abc import Iterator
from types import FrameType
from typing import Protocol

from gtxrig import _core


class Open(Protocol):
    """What is open and can be left at once."""

    def abort(self, reason: str) -> None: ...
    def end_with_program(self) -> None: ...


_ENDING = (signal.SIGTERM, signal.SIGHUP)
_open: weakref.WeakKeyDictionary[Open, threading.Thread] = weakref.WeakKeyDictionary()  # who opened it
_told_to_end = 0  # the number of the signal
_closing = False
_comes_before_threads = False


def note_open(run: Open) -> None:
    """Ends this run when the program ends, also when SIGTERM or SIGHUP ends it."""
    _open[run] = threading.current_thread()
    take_signals()
    _come_before_threads()


def note_closed(run: Open) -> None:
    _open.pop(run, None)


class OpenCase:
    """A case while it runs, in a ``with`` statement: the engine makes its bench safe when its call raises or `leave()` comes."""

    def __enter__(self) -> OpenCase:
        note_open(self)
        return self

    def __exit__(self, *_: object) -> None:
        note_closed(self)

    def abort(self, reason: str) -> None:
        """Its call has come back by then."""

    def end_with_program(self) -> None:
        """Its call comes back when the engine is left, see `_leave`."""


def take_signals() -> None:
    """SIGTERM and SIGHUP leave through the safe way out from now on; does nothing outside of the main thread."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in _ENDING:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _leave)


def ended_by() -> str:
    """"SIGTERM ended the program": a SystemExit that comes by is the signal's; empty while none of them came."""
    return f"{signal.Signals(_told_to_end).name} ended the program" if _told_to_end else ""


def _why() -> str:
    """For the runs that are open at the end of the program; empty for Ctrl-C, which is the user."""
    if ended_by():
        return ended_by()
    error = None if hasattr(sys, "ps1") else getattr(sys, "last_value", None)  # a prompt's last error may be long ago
    if isinstance(error, KeyboardInterrupt):
        return ""
    return "the program ended without closing it" + (f", by {type(error).__name__}: {error}" if error is not None else "")


def _leave(number: int, frame: FrameType | None) -> None:
    global _told_to_end
    if _closing:
        return  # everything is on its way to be safe
    if not _open:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
        return
    _told_to_end = number
    if threading.active_count() > 1:  # for which the script may wait on its way out
        runs = list(_open.items())
        for run, _ in runs:
            run.end_with_program()
        elsewhere = [run for run, thread in runs if isinstance(run, OpenCase) and thread is not threading.current_thread()]
        if elsewhere and not _is_in_package(frame):
            _core.leave()
    sys.exit(128 + number)


def _is_in_package(frame: FrameType | None) -> bool:
    """The main thread may be in the middle of a call into the engine, for whose end `leave()` would wait for ever."""
    while frame is not None:
        if str(frame.f_globals.get("__name__")).startswith("gtxrig."):
            return True
        frame = frame.f_back
    return False


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
    for run, thread in list(_open.items()):
        if thread is threading.main_thread():
            run.end_with_program()
            run.abort(_why())


def _close_all() -> None:
    with undisturbed():
        _core.leave()  # a thread that still drives a bench lets go of it
        for run in list(_open):
            run.abort(_why())


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """No signal that would end the program cuts off what is done in the ``with`` statement; for what is short and safe."""
    global _closing
    if _closing or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {}
    _closing = True
    try:
        for number in (signal.SIGINT, *_ENDING):
            before[number] = signal.signal(number, signal.SIG_IGN)
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:  # one that was not set from Python cannot be set again either
                signal.signal(number, handler)
        _closing = False


class _Fork(threading.local):
    """Holds SIGTERM and SIGHUP back around a fork: Python forgets in the child what came before it looks, and they would be lost."""

    mask: set[signal.Signals | int] | None = None

    def begins(self) -> None:
        self.mask = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)

    def is_over(self) -> None:
        if self.mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, self.mask)

    def is_here(self) -> None:
        """The runs are the parent's. What ends a child ends it as if the package were not there, until it opens one of its own."""
        global _told_to_end, _closing
        _open.clear()
        _told_to_end, _closing = 0, False
        for number in _ENDING:
            if signal.getsignal(number) is _leave:
                signal.signal(number, signal.SIG_DFL)
        self.is_over()


take_signals()
_fork = _Fork()
os.register_at_fork(before=_fork.begins, after_in_parent=_fork.is_over, after_in_child=_fork.is_here)
atexit.register(_close_all)
