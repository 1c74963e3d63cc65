#!/usr/bin/env python3
"""Cases that say how fine a tick they need (`tick:`) say the same on the fine tick of the bench (decision 0021).

With GTXRIG_FOLDERS only those folders of cases/, else all. Verdicts are the same, and each measured value agrees within the
uncertainties of both runs and a hundredth of itself (an estimate of the reference has no uncertainty here; a time may end a tick
later).
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

GTXRIG = os.environ["GTXRIG"]
CASES = pathlib.Path(__file__).resolve().parents[2] / "cases"
FOLDERS = os.environ.get("GTXRIG_FOLDERS", "").split() or sorted(p.name for p in CASES.iterdir() if p.is_dir())
NO_CASES = {"benches", "corners", "must_fail", "packs"}


def coarse_cases():
    files = [file for folder in FOLDERS if folder not in NO_CASES for file in sorted((CASES / folder).glob("*.yaml"))]
    return [file for file in files if re.search(r"^tick:", file.read_text(), re.MULTILINE)]


class CoarseTick(unittest.TestCase):
    def run_cases(self, files, *more):
        with tempfile.TemporaryDirectory() as out:
            result = subprocess.run([GTXRIG, "run", *files, "--record", "none", "--out", out, "--json", *more],
                                    capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout[-2000:] + result.stderr)
        return {(c["case"], c["row"]): c for c in json.loads(result.stdout)["cases"]}

    def test_fine_and_coarse_agree(self):
        files = coarse_cases()
        self.assertTrue(files)
        coarse, fine = self.run_cases(files), self.run_cases(files, "--tick", "10 ms")
        self.assertEqual(coarse.keys(), fine.keys())
        for key, one in coarse.items():
            other = fine[key]
            with self.subTest(case=key):
                self.assertLess(one["ticks"], 0.3 * other["ticks"], "its tick was not taken")
                self.assertEqual(one["verdict"], other["verdict"])
                self.assertAlmostEqual(one["duration_s"], other["duration_s"], delta=0.002 * other["duration_s"] + 5)
                ours, theirs = ({m["id"]: m for m in c["measures"]} for c in (one, other))
                self.assertEqual(ours.keys(), theirs.keys())
                for name, a in ours.items():
                    b = theirs[name]
                    self.assertEqual(a["verdict"], b["verdict"], name)
                    allowed = a["uncertainty"] + b["uncertainty"] + 0.01 * abs(b["value"])
                    self.assertLessEqual(abs(a["value"] - b["value"]), allowed, name)


if __name__ == "__main__":
    unittest.main()
