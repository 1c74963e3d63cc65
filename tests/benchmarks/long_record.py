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
time.sleep(0.3)  # numpy's BLAS threads spin for a while after the import

def take():
    begin, work = time.perf_counter(), time.process_time()
    run = gtxrig.open_run(sys.argv[1])
    opened = time.perf_counter()
    values = run.signals[sys.argv[2]].to_numpy()
    return run, values, [opened - begin, time.perf_counter() - opened, time.process_time() - work]

run, values, first = take()
begin = time.perf_counter()
times = run.signals[sys.argv[2]].times()
timed = time.perf_counter() - begin
assert len(values) == len(times)
sums = [len(values), float(values.sum()), float(times.sum())]
del run, values, times
begin = time.perf_counter()
ones = numpy.ones(sums[0])
filled = time.perf_counter() - begin
del ones
run, values, again = take()
print(json.dumps({"first": first, "again": again, "times": timed, "ones": filled, "sums": sums}))
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
    assert len({tuple(row["sums"]) for rows in seen.values() for row in rows}) == 1, "not the same data"
    for path, rows in seen.items():
        print(f"{path}: {rows[0]['sums'][0]} samples of {SIGNAL}")
        for name in ("first", "again"):
            for what, figure in (("open_run", lambda taken: taken[0]), ("values", lambda taken: taken[1]),
                                 ("both", lambda taken: taken[0] + taken[1]), ("processor", lambda taken: taken[2])):
                tell(f"{name:6} {what}", [figure(row[name]) for row in rows])
        tell("times", [row["times"] for row in rows])
        tell("numpy.ones of that length", [row["ones"] for row in rows])


def tell(name, seconds):
    print(f"  {name:26} median {1e3 * statistics.median(seconds):7.1f} ms, least {1e3 * min(seconds):7.1f} ms")


if __name__ == "__main__":
    main()
