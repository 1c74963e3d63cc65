"""The bus of a session as a bus of python-can."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from gtxrig import _core
from gtxrig.optional import need

_LOOK = 0.002  # s between two looks while nothing comes


def bus_of(tap: _core.FrameTap, over: Callable[[], bool], name: str) -> Any:
    """A ``can.BusABC`` that gives out what the tap holds; `over` tells that the session has ended."""
    can = need("can", "a bus of python-can")

    class SessionBus(can.BusABC):  # type: ignore[misc, name-defined]
        """Listens to the bus of a session."""

        def __init__(self) -> None:
            self.channel_info = f"session {name}"
            super().__init__(channel=name)

        def _recv_internal(self, timeout: float | None) -> tuple[Any, bool]:
            end = None if timeout is None else time.monotonic() + timeout
            while True:
                frame = tap.take()
                if frame is not None:
                    at, number, extended, bus, sent, data = frame
                    message = can.Message(
                        timestamp=at, arbitration_id=number, is_extended_id=extended, channel=bus, is_rx=not sent, data=data
                    )
                    return message, False
                if over() and end is None:
                    raise can.CanOperationError(f"session {name} is over, nothing more will come")
                if end is not None and time.monotonic() >= end:
                    return None, False
                time.sleep(_LOOK)

        def send(self, msg: Any, timeout: float | None = None) -> None:
            """Refused: what goes onto the bus is the bench's part, behind its send list."""
            raise can.CanOperationError(
                f"session {name} listens only; the rig sends what the set-points pcs.* and the bench's send list say"
            )

        @property
        def lost(self) -> int:
            """Frames that came while nobody took any."""
            return int(tap.lost)

    return SessionBus()
