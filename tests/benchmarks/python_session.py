#!/usr/bin/env python3
"""How fast a script drives the virtual bench, beside the engine alone: PYTHONPATH=build/release/python python_session.py

Prints, of one run: ticks/s with one Python call for each tick; ticks/s of one long wait_until beside the same wait in a YAML
case, several turns each, and their ratio; the time of `import gtxrig` in a fresh interpreter.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gtxrig import A, Bench, V, hours, load_cases

CASE = """case: charge_to_the_end
start: { state: standby, soc: 50 % }
steps:
  - name: charge
    set: { supply.voltage_set: 57 V, supply.current_set: 5 A, supply.output: on }
  - name: wait
    until: pack.charge_refused
    timeout: 24 h
always: [ { reference: conforms } ]
"""
TURNS = 5


def one_call_each(record, folder):
    with Bench.load().session(record=record, out=folder if record != "none" else None) as rig:
        rig.start(soc=0.5)
        ticks = 200_000
        begin = time.perf_counter()
        for _ in range(ticks):
            rig.step()
        return ticks / (time.perf_counter() - begin)


def wait_in_python(record, folder):
    with Bench.load().session(record=record, out=folder if record != "none" else None) as rig:
        rig.start(soc=0.5)
        rig.supply.set(voltage=57 * V, current=5 * A, output=True)
        rig.wait_until("pack.charge_refused", timeout=24 * hours)
    return rig.result["ticks"] / rig.result["wall_seconds"]


def wait_in_yaml(record, folder, case):
    result = load_cases(case, record=record)[0].run(folder)
    return result.ticks / result.wall_seconds


def main():
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        case = folder / "case.yaml"
        case.write_text(CASE)
        for record in ("none", "full"):
            print(f"record {record}: {one_call_each(record, folder / f'step_{record}') / 1e3:.0f} k ticks/s with one call each")
            ratios = []
            for turn in range(TURNS):
                python = wait_in_python(record, folder / f"python_{record}_{turn}")
                yaml = wait_in_yaml(record, folder / f"yaml_{record}_{turn}", case)
                ratios.append(python / yaml)
                print(f"  wait_until {python / 1e6:.2f} M ticks/s, until in a case {yaml / 1e6:.2f} M ticks/s")
            print(f"  ratio, median of {TURNS}: {statistics.median(ratios):.3f}")
    # As of an installed package: its bytecode is there.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, "-c", "import gtxrig"], check=True, env=environment)
    times = []
    for _ in range(10):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True, env=environment)
        bare = time.perf_counter() - begin
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import gtxrig"], check=True, env=environment)
        times.append(time.perf_counter() - begin - bare)
    print(f"import gtxrig: {statistics.median(times) * 1e3:.0f} ms beyond a bare interpreter, median of 10")


if __name__ == "__main__":
    main()
