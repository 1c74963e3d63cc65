"""The bench of a test: what the sessions came to that the test opened on it counts as the test's."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from gtxrig.bench import Bench
from gtxrig.session import Session


class WatchedBench(Bench):
    """A bench that remembers its sessions, and gives each a folder of its own where the test names none.

    Attributes:
        sessions: of the test, in order; those of the fixture ``rig`` are left to it.
        record: level of a session that says none.
        folder_of: the folder of a session by its name; None leaves it to the session.
    """

    sessions: list[Session]
    record: str
    folder_of: Callable[[str], str] | None

    @classmethod
    def of(cls, bench: Bench, record: str, folder_of: Callable[[str], str] | None) -> WatchedBench:
        watched = cls(bench._setup, bench.seed)
        watched.sessions, watched.record, watched.folder_of = [], record, folder_of
        return watched

    def session(self, name: str = "script", **options: Any) -> Session:
        options.setdefault("record", self.record)
        if self.folder_of is not None and options.get("out") is None and options["record"] != "none":
            options["out"] = self._unused(self.folder_of(str(name)))
        session = super().session(name, **options)
        self.sessions.append(session)
        return session

    def _unused(self, folder: str) -> str:
        number, wanted = 1, folder
        while os.path.exists(wanted) or any(session._out == wanted for session in self.sessions):
            number += 1
            wanted = f"{folder}_{number}"
        return wanted

    def take_ended(self) -> list[Session]:
        """Those that are over; each is handed out once."""
        ended = [session for session in self.sessions if session.closed]
        self.sessions = [session for session in self.sessions if not session.closed]
        return [session for session in ended if session.started]

    def abort_open(self) -> list[Session]:
        """Makes safe what a test left open, and says what that was."""
        left = [session for session in self.sessions if not session.closed and session.started]
        for session in left:
            session.abort("its test left it open")
        return left
