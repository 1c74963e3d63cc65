"""What a session shows when it is over."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from gtxrig.errors import RigError

if TYPE_CHECKING:
    from gtxrig.run import Run


class SessionResult:
    """Verdict, findings and record of a session; RigError while it is not over.

    Attributes:
        name: of the session.
        folder: of its results; "" where nothing is recorded.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = ""
        self._closed = False
        self._results: list[dict[str, Any]] = []  # of its end, once that was made
        self._run: Run | None = None

    @property
    def verdict(self) -> str:
        """"pass", "fail", "invalid", "error" or "aborted"; after the session was closed."""
        return str(self._ended()["verdict"])

    @property
    def sentence(self) -> str:
        """The cause in one sentence, or what was shown; after the session was closed."""
        return str(self._ended()["sentence"])

    @property
    def result(self) -> dict[str, Any]:
        """verdict, way_out, sentence, findings, ticks, wall_seconds, record; after the session was closed."""
        return dict(self._ended())

    @property
    def explanation(self) -> str:
        """The sentence and every other finding, for people; after the session was closed."""
        lines = [self.sentence]
        lines += [f"  {f['time']:.3f} s: {f['sentence']}" for f in self._ended()["findings"] if f["sentence"] != lines[0]]
        if self.folder:
            lines.append(f"  report: {os.path.join(self.folder, 'report.html')}")
        return "\n".join(lines)

    @property
    def run(self) -> Run:
        """The run with its signals; after the session was closed."""
        if self._run is None:
            record = self._ended()["record"]
            if not record:
                raise RigError("this session was not recorded", "", 'record="full" or "changes"')
            from gtxrig.run import open_run

            self._run = open_run(record)
        return self._run

    def _ended(self) -> dict[str, Any]:
        if self._results:
            return self._results[0]
        if self._closed:
            raise RigError(f"session '{self.name}' never began, so there is no result")
        raise RigError(f"session '{self.name}' is not over yet", "", "the verdict is made when the with statement ends")
