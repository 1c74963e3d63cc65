#!/usr/bin/env python3
"""Decodes random frames with cantools and writes what it finds to cantools_vectors.json.

The C++ tests read that file, so that the project's own DBC reader is held against an independent one; the test
tests/python/test_dbc.py says when the file no longer is what this script makes.

    python tests/dut/make_vectors.py
"""

import json
import random
from pathlib import Path

import cantools

ROOT = Path(__file__).resolve().parents[2]
VECTORS = Path(__file__).with_name("cantools_vectors.json")
DATABASES = ("cases/gtx5000.dbc", "tests/dut/awkward.dbc", "tests/dut/public_style.dbc")
FRAMES_PER_MESSAGE = 10


def decoded(message, data):
    """Name to number, or None where cantools does not know the page that the multiplexer selects."""
    try:
        values = message.decode(data, decode_choices=False, scaling=True)
    except cantools.database.errors.DecodeError:
        return None
    if any(value != value or abs(value) == float("inf") for value in values.values()):
        return None  # JSON has no NaN
    return values


def frames(message, draw):
    length = message.length
    fixed = [bytes(length), bytes([0xFF] * length), bytes([0x80] * length), bytes(range(1, length + 1))]
    for data in fixed:
        yield data
    while True:
        yield draw.randbytes(length)


def describe(message):
    return {
        "name": message.name,
        "id": message.frame_id,
        "extended": message.is_extended_frame,
        "length": message.length,
        "sender": message.senders[0],
        "cycle_time_ms": message.cycle_time or 0,
        "signals": {
            signal.name: {
                "unit": signal.unit or "",
                "minimum": float(signal.minimum or 0),
                "maximum": float(signal.maximum or 0),
                "labels": {str(value): str(text) for value, text in sorted((signal.choices or {}).items())},
            }
            for signal in message.signals
        },
    }


def vectors_of(path):
    database = cantools.database.load_file(ROOT / path, strict=True)
    draw = random.Random(5000)
    messages = []
    for message in database.messages:
        if message.name == "VECTOR__INDEPENDENT_SIG_MSG":
            continue
        entry = describe(message)
        entry["frames"] = []
        for data in frames(message, draw):
            values = decoded(message, data)
            if values is not None:
                encoded = message.encode(values, strict=False)
                entry["frames"].append({"data": data.hex(), "values": values, "encoded": encoded.hex()})
            if len(entry["frames"]) == FRAMES_PER_MESSAGE:
                break
        messages.append(entry)
    return {"dbc": path, "messages": messages}


def build():
    return [vectors_of(path) for path in DATABASES]


def rendered(vectors):
    """JSON with one line per message and per frame, so that a change can be reviewed."""

    def message_text(message):
        head = {key: value for key, value in message.items() if key != "frames"}
        lines = ",\n  ".join(json.dumps(frame, sort_keys=True) for frame in message["frames"])
        return f' {{"about": {json.dumps(head, sort_keys=True)},\n  "frames": [\n  {lines}]}}'

    databases = []
    for vector in vectors:
        messages = ",\n".join(message_text(message) for message in vector["messages"])
        databases.append(f'{{"dbc": {json.dumps(vector["dbc"])}, "messages": [\n{messages}]}}')
    return "[" + ",\n".join(databases) + "]\n"


if __name__ == "__main__":
    VECTORS.write_text(rendered(build()), encoding="utf-8")
