"""How a session ends: the ways out of its block and of the program, each of which leaves the bench safe."""

from __future__ import annotations

import contextlib
import threading
from types import TracebackType

from gtxrig import _core
from gtxrig.errors import RigError, SessionOver, StepFailed
from gtxrig.exits import ended_by, note_closed
from gtxrig.session_result import SessionResult
from gtxrig.texts import whole


class SessionEnd(SessionResult):
    """The ends of a session, and what it shows then."""

    def __init__(self, name: str) -> None:
        self._core: _core.Session | None = None
        self._time = 0.0  # of its end, s
        self._ends = threading.RLock()  # one thread makes the end; a signal handler in its midst may ask for it too
        super().__init__(name)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._leave_block(kind, error)
        except BaseException:  # Ctrl-C before the end began
            with contextlib.suppress(RigError):
                self._finish("aborted", "")
            raise

    def _leave_block(self, kind: type[BaseException] | None, error: BaseException | None) -> None:
        if kind is None or issubclass(kind, (StepFailed, SessionOver)):
            if self._core is None or not self._core.busy or self._core.busy_here:
                self.close()
                return
            # What drives the bench must not outlive the block.
            self.abort("its block ended while another thread was in the middle of a call")
            if kind is None:
                raise RigError(
                    f"session '{self.name}' was aborted: its block ended while another thread was in the middle of a call", "",
                    "wait for the thread before the block ends; a timeout of asyncio does not stop the thread",
                )
            return
        if issubclass(kind, AssertionError) and error is not None and self._note(error):
            with contextlib.suppress(RigError):
                self.close()
            self.abort(f"its block ended by {kind.__name__}")  # where close() could not
            return
        if self._closed:
            return  # also where a generator is dropped with the interpreter, which imports nothing any more
        if issubclass(kind, KeyboardInterrupt):
            way, trouble = "aborted", ""
        elif issubclass(kind, (SystemExit, GeneratorExit)):
            way, trouble = "aborted", ended_by() or f"its block ended by {kind.__name__}"
        else:
            import traceback

            way, trouble = "broken", "".join(traceback.format_exception_only(kind, error)).strip()
        with contextlib.suppress(RigError):  # the exception that goes on says more
            self._finish(way, trouble)

    def _note(self, error: BaseException) -> bool:
        """An assertion of the script is a finding like one of the rig's; False where it comes too late for one."""
        if self._core is None or self._core.busy:
            return False
        from gtxrig.loading import failed_text

        with contextlib.suppress(RigError):
            self._core.fail(whole(failed_text(error)))
            return True
        return False

    def close(self) -> None:
        """Ends the run: the bench safe and confirmed, the verdict made, record and report written. Twice does no harm.

        Raises:
            RigError: a call is under way, or the results could not be written; the bench is safe then.
        """
        self._finish("completed", "")

    def abort(self, reason: str = "the script called abort()") -> None:
        """As :meth:`close`, with the verdict "aborted". Any thread may: a call of another one ends with SessionOver first.

        Args:
            reason: for the record and the report, what follows "The run was stopped: ".
        """
        if not isinstance(reason, str):
            raise TypeError(f"the reason is a text, not {reason!r}")
        self._finish("aborted", reason)

    def end_with_program(self) -> None:
        """Calls of other threads end soon, safe and silently; one of this thread is ended by what its signal handler raises."""
        if self._core is not None and not self._core.busy_here:
            self._core.end_with_program()

    def _finish(self, way: str, trouble: str) -> None:
        with self._ends:
            if self._closed:
                return
            if self._core is not None and (self._core.busy_here or (way == "completed" and self._core.busy)):
                raise RigError(
                    f"session '{self.name}' is in the middle of a call", "",
                    "raise an exception to end the call" if self._core.busy_here else "abort() ends it from another thread",
                )
            try:
                self._end(way, trouble)
            except BaseException as error:  # Ctrl-C before the engine was asked, or when it was done; or a thread came in between
                if self._can_end():
                    with contextlib.suppress(Exception):
                        self._end("aborted", "" if isinstance(error, KeyboardInterrupt) else trouble)
                if way == "completed" or not isinstance(error, Exception):
                    raise  # else what is under way already says more
            finally:
                if not self._can_end():
                    self._let_go()

    def _can_end(self) -> bool:
        """The engine drives the bench still: nobody has ended this, or what should have done it failed."""
        return self._core is not None and not self._results and (self._core.begun or self._core.busy)

    def _end(self, way: str, trouble: str) -> None:
        if self._core is not None and self._can_end():
            # In one go: Python looks at Ctrl-C as soon as a call of its own comes back, and what it gave would be lost.
            self._results.extend(map(self._core.finish, (way,), (whole(trouble),)))

    def _let_go(self) -> None:
        """Over: the bench is free for others, its links are closed and its boxes unlocked."""
        if self._core is not None:
            self._time = self._core.now
        self._core = None
        self._closed = True
        note_closed(self)

    def __del__(self) -> None:
        if not getattr(self, "_closed", True):
            self._finish("aborted", "the script let go of its session without closing it")
