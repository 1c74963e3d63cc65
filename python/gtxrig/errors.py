"""The exceptions of gtxrig. The engine raises them too, see python/src/errors.cpp."""

from __future__ import annotations

from typing import Any


class RigError(Exception):
    """Something went wrong outside the loop; ``str()`` is the text that the command ``gtxrig`` would show.

    Attributes:
        message: what happened.
        where: file:line:column, instrument, signal or path; empty when there is no such place.
        hint: what to try; may be empty.
    """

    def __init__(self, message: str, where: str = "", hint: str = "") -> None:
        super().__init__((f"{where}: " if where else "") + message + (f"; {hint}" if hint else ""))
        self.message = message
        self.where = where
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        # Also between processes (pytest-xdist): the composed text must not become the message.
        return type(self), (self.message, self.where, self.hint)


class InputError(RigError):
    """Mistakes in a file that a person wrote; ``str()`` shows each with its line and a caret, as the command does.

    Attributes:
        diagnostics: every mistake as a dict with severity ("error", "warning"), file, line, column (from 1; line 0 is
            the document as a whole), message and hint.
        message, where, hint: those of the first error.
    """

    def __init__(self, text: str, diagnostics: list[dict[str, Any]] | None = None) -> None:
        super().__init__(text)
        self.diagnostics = diagnostics or []
        for first in self.diagnostics:
            if first["severity"] == "error":
                self.message = first["message"]
                self.where = first["file"] + (f":{first['line']}:{first['column']}" if first["line"] > 0 else "")
                self.hint = first["hint"]
                break

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.diagnostics)


class StepFailed(RigError, AssertionError):
    """A step of a session did not come to its end: a wait that timed out, or an expectation that failed.

    The text is the rig's explanation. The run has failed; the script may catch this and go on.
    """


class SessionOver(RigError):
    """The run is over and the bench is safe: the bench tripped, a set-point was refused, the record failed.

    Attributes:
        way_out: "tripped", "refused", "diverged", "not_ready", "record_failed", "aborted" ...
    """

    def __init__(self, message: str, way_out: str = "") -> None:
        super().__init__(message)
        self.way_out = way_out

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.way_out)
