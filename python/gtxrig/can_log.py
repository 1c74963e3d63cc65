"""The CAN frames of a recorded run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, NamedTuple

from gtxrig import _core
from gtxrig.optional import need, whole_file


class CanFrame(NamedTuple):
    """One frame; ``time`` is rig time in s, ``sent`` means by the rig, ``bus`` counts from 0."""

    time: float
    id: int
    extended: bool
    bus: int
    sent: bool
    data: bytes


class CanLog:
    """All frames that the rig saw and sent, in order. Read when they are first asked for."""

    def __init__(self, record: _core.Record) -> None:
        self._record = record
        self._arrays: dict[str, Any] | None = None

    def to_numpy(self) -> dict[str, Any]:
        """Read-only arrays of one length: time (s), id, bus, length, extended, sent; data has the shape (n, 8)."""
        if self._arrays is None:
            self._arrays = self._record.frames()
        return self._arrays

    def __len__(self) -> int:
        return len(self.to_numpy()["time"])

    def __getitem__(self, place: int) -> CanFrame:
        a = self.to_numpy()
        return CanFrame(
            float(a["time"][place]),
            int(a["id"][place]),
            bool(a["extended"][place]),
            int(a["bus"][place]),
            bool(a["sent"][place]),
            a["data"][place, : a["length"][place]].tobytes(),
        )

    def __iter__(self) -> Iterator[CanFrame]:
        return (self[place] for place in range(len(self)))

    def __repr__(self) -> str:
        return f"<CanLog of {self._record.path}>"

    def _message(self, frame: CanFrame) -> Any:
        return need("can", "a CAN log in this format").Message(
            timestamp=frame.time,
            arbitration_id=frame.id,
            is_extended_id=frame.extended,
            channel=frame.bus,
            is_rx=not frame.sent,
            data=frame.data,
        )

    def to_asc(self, path: str | os.PathLike[str]) -> None:
        """Writes a Vector ASC log through python-can; times are rig time in s."""
        writer_of = need("can.io.asc", "an ASC log").ASCWriter
        with whole_file(path) as beside:
            writer = writer_of(beside)
            try:
                # Else the first frame would be moved to 0 s: the log has to keep the times of the record.
                writer.log_event("Start of the run", timestamp=0.0)
                for frame in self:
                    writer.on_message_received(self._message(frame))
            finally:
                writer.stop()

    def to_blf(self, path: str | os.PathLike[str]) -> None:
        """Writes a Vector BLF log through python-can; times are rig time in s."""
        writer_of = need("can.io.blf", "a BLF log").BLFWriter
        with whole_file(path) as beside:
            writer = writer_of(beside)
            try:
                writer.start_timestamp = 0.0  # as above
                writer.stop_timestamp = 0.0
                for frame in self:
                    writer.on_message_received(self._message(frame))
            finally:
                writer.stop()

    def to_candump(self, path: str | os.PathLike[str]) -> None:
        """Writes a log of candump -l, as ``gtxrig run`` writes it; times are rig time, cut to µs."""
        with whole_file(path) as beside:
            self._record.write_candump(beside)
