#!/usr/bin/env python3
"""How long a record of 1 GB takes to open, and one signal of it to be taken: long_record.py FOLDER [PYTHONPATH[@FOLDER]...]

Makes the record in FOLDER when it is not there (a quarter of an hour: a pack that is charged and discharged for days). Then, in a
fresh interpreter each time and turn by turn for each PYTHONPATH (default: build/release/python), so that two builds stand beside
each other, also with a record of its own for one of them (PYTHONPATH@FOLDER, of the same samples): the time of open_run(), of the values of one signal and of its times, and the processor time of the first two. What is printed is the
median and the least of the turns; the file is in the system's cache after the first.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BYTES = 1_000_000_000
TURNS = 7
SIGNAL = "pack.voltage"

MEASURE = """
import json, sys, time
import numpy, gtxrig
begin, work = time.perf_counter(), time.process_time()
run = gtxrig.open_run(sys.argv[1])
opened = time.perf_counter()
values = run.signals[sys.argv[2]].to_numpy()
taken, worked = time.perf_counter(), time.process_time()
times = run.signals[sys.argv[2]].times()
timed = time.perf_counter()
assert len(values) == len(times)
print(json.dumps([opened - begin, taken - opened, timed - taken, worked - work, len(values), float(values.sum()), float(times.sum())]))
"""


def make(folder):
    from gtxrig import A, Bench, V, hours

    with Bench.load(seed=1).session(out=folder, reference=False) as rig:
        rig.start(soc=0.5)
        while sum(file.stat().st_size for file in folder.glob("run.sqlite*")) < BYTES:
            rig.set({"load.input": False})
            rig.supply.set(voltage=57 * V, current=10 * A, output=True)
            rig.hold(1 * hours)
            rig.supply.set(output=False)
            rig.load.set(mode="constant_current", current=10 * A, input=True)
            rig.hold(1 * hours)
        rig.expect("pack.voltage > 40 V")


def main():
    folder = Path(sys.argv[1])
    paths = sys.argv[2:] or [str(ROOT / "build/release/python")]
    if not (folder / "run.sqlite").exists():
        make(folder)
    print(f"{folder / 'run.sqlite'}: {(folder / 'run.sqlite').stat().st_size / 1e9:.2f} GB, {os.cpu_count()} cores")
    seen = {path: [] for path in paths}
    for turn in range(TURNS + 1):
        for path in paths:
            build, _, own = path.partition("@")
            command = [sys.executable, "-c", MEASURE, own or str(folder), SIGNAL]
            told = subprocess.run(command, env={**os.environ, "PYTHONPATH": build}, capture_output=True, text=True, check=True)
            if turn > 0:
                seen[path].append(json.loads(told.stdout))
    assert len({tuple(row[4:]) for rows in seen.values() for row in rows}) == 1, "not the same data"
    for path, rows in seen.items():
        print(f"{path}: {rows[0][4]} samples of {SIGNAL}")
        for name, column in (("open_run", 0), ("values", 1), ("times", 2)):
            figures = [1e3 * row[column] for row in rows]
            print(f"  {name:8} median {statistics.median(figures):7.1f} ms, least {min(figures):7.1f} ms")
        both = [1e3 * (row[0] + row[1]) for row in rows]
        print(f"  open and values: median {statistics.median(both):7.1f} ms, least {min(both):7.1f} ms, "
              f"processor {1e3 * statistics.median(row[3] for row in rows):7.1f} ms")


if __name__ == "__main__":
    main()
