#!/usr/bin/env python3
"""No healthy pack is accused, whatever a bench does to it: cases of random steps, against packs that `gtxrig healthy` draws.

GTXRIG names the binary, GTXRIG_WALKS how many cases (default 24), GTXRIG_FIRST_WALK where they begin (185: where most were accused before). The cases of a
number are always the same: what fails here is repeated with `gtxrig run`, as the output says. Standard library only.
"""

import os
import pathlib
import random
import subprocess
import tempfile
import unittest

GTXRIG = os.environ["GTXRIG"]
WALKS = int(os.environ.get("GTXRIG_WALKS", "24"))
FIRST = int(os.environ.get("GTXRIG_FIRST_WALK", "185"))

AMPERES = [1, 5, 20, 50, 75, 90, 97, 101, 110, 130]  # on both sides of ratings, alarms and protections
CHARGE_VOLTS = [52, 53, 54, 55, 55.68, 56, 56.5, 57, 58]
CHAMBER = [-20, -10, -2, 0, 5, 25, 40, 48, 52, 55, 60]


def step(rng, chamber):
    """What one step sets, and how long it lasts, s."""
    amperes = round(rng.choice([*AMPERES, rng.uniform(0.5, 120)]), 1)
    kind = rng.choices(["charge", "discharge", "rest"], [42, 42, 16])[0]
    sets = {"supply.output": "off", "load.input": "off"}
    if kind == "charge":
        sets = {"load.input": "off", "supply.voltage_set": f"{rng.choice(CHARGE_VOLTS)} V",
                "supply.current_set": f"{amperes} A", "supply.output": "on"}
    elif kind == "discharge":
        sets = {"supply.output": "off", "load.current_set": f"{amperes} A", "load.input": "on"}
    if chamber and rng.random() < 0.35:
        sets |= {"chamber.temperature_set": f"{rng.choice([*CHAMBER, rng.randint(-25, 62)])} degC", "chamber.run": "on"}
    return sets, rng.choice([0.3, 1, 3, 10, 30, 60, 120, 600, 1800, rng.uniform(0.2, 300)]) * (rng.choice([1, 1, 6]) if chamber else 1)


def walk(number):
    """A case as text; every fourth one moves the chamber too."""
    rng = random.Random(number)
    chamber = number % 4 == 3
    soc = rng.choice([5, 10, 20, 50, 80, 95, 100, rng.randint(0, 100)])
    celsius = rng.choice([25, 25, 0, 10, 45, 50, -10, rng.randint(-20, 55)])
    lines = [
        f"case: walk_{number}",
        f"title: Random walk {number}",
        "why: No healthy pack may be accused, whatever the bench does to it.",
        "verifies: [GTX-SIL-01]",
        f"needs: [supply, load{', chamber' if chamber else ''}]",
        f"start: {{ state: standby, soc: {soc} %, temperature: {celsius} degC, cells: {rng.choice(['equalised', 'drawn', 'drawn'])} }}",
        "pcs: defiant",
        "steps:",
        "  - name: standby",
        "    hold: 15 s",
    ]
    for i in range(rng.randint(6, 22)):
        sets, seconds = step(rng, chamber)
        values = ", ".join(f"{name}: {value}" for name, value in sets.items())
        lines += [f"  - name: step {i + 1}", f"    set: {{ {values} }}", f"    hold: {seconds:.2f} s"]
    lines += ["always:", "  - reference: conforms", "finally:", "  set: { supply.output: off, load.input: off }"]
    return "\n".join(lines) + "\n"


class RandomWalks(unittest.TestCase):
    def test_no_healthy_pack_is_accused(self):
        with tempfile.TemporaryDirectory(prefix="gtxrig-walks-") as folder:
            for number in range(FIRST, FIRST + WALKS):
                (pathlib.Path(folder) / f"walk_{number}.yaml").write_text(walk(number))
            result = subprocess.run([GTXRIG, "healthy", folder, "--packs", "2", "--first", "2"], capture_output=True,
                                    text=True, timeout=3600, check=False)
            said = result.stdout + result.stderr
            if result.returncode != 0:
                cases = {name: (pathlib.Path(folder) / f"{name}.yaml").read_text() for name in
                         (f"walk_{n}" for n in range(FIRST, FIRST + WALKS)) if f"{name}:" in said}
                self.fail(said + "\n" + "\n".join(cases.values()))
            self.assertIn(f"2 passed, 0 rejected; {2 * WALKS} runs", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
