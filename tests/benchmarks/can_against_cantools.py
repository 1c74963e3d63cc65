#!/usr/bin/env python3
"""Decodes the same frames of a pack with cantools and with the rig, in turn in one run, and compares ns of CPU per frame.

    .venv/bin/python tests/benchmarks/can_against_cantools.py [build/release/tests/rig_benchmarks]

Of each the fastest of several stretches counts, because other work on the machine only ever makes them slower. The
rig's decoder gives every signal of the DBC, as cantools does. Exit code 1 when it is not 100 times faster.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import cantools

ROOT = Path(__file__).resolve().parents[2]
WANTED = 100
STRETCHES = 5
# One set of a SOFAR pack, as in can_benchmark.cpp.
FRAMES = {
    0x351: "3102F401EE02C801",
    0x355: "310064002413F600",
    0x356: "A0141000D0000100",
    0x359: "0000000001102710",
    0x35A: "AAAAAAAAAAAAAAAA",
    0x35E: "414D415353000000",
    0x35F: "0000000164000000",
    0x30F: "0003000000000000",
}


def cantools_ns(database):
    frames = [(frame, bytes.fromhex(data)) for frame, data in FRAMES.items()]
    rounds = 200
    begin = time.process_time_ns()
    for _ in range(rounds):
        for frame, data in frames:
            database.decode_message(frame, data, decode_choices=False)
    return (time.process_time_ns() - begin) / (rounds * len(frames))


def rig_ns(binary):
    command = [binary, "--benchmark_filter=^can_decode", "--benchmark_min_time=0.1", "--benchmark_format=json"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {each["name"]: each["cpu_time"] / len(FRAMES) for each in report["benchmarks"]}


def main():
    binary = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build" / "release" / "tests" / "rig_benchmarks")
    database = cantools.database.load_file(ROOT / "cases" / "gtx5000.dbc")
    theirs, ours = float("inf"), {}
    for _ in range(STRETCHES):
        theirs = min(theirs, cantools_ns(database))
        for name, ns in rig_ns(binary).items():
            ours[name] = min(ours.get(name, float("inf")), ns)
    print(f"{'cantools':28} {theirs:10.1f} ns a frame")
    for name, ns in ours.items():
        print(f"{name:28} {ns:10.1f} ns a frame, {theirs / ns:8.1f} times as fast")
    return 0 if theirs / ours["can_decode_every_signal"] >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
