#!/usr/bin/env python3
"""Boxes that tell their readings only a few times a second, each in its own rhythm, accuse nobody and hide nothing."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

GTXRIG = os.environ["GTXRIG"]
CASES = pathlib.Path(__file__).resolve().parents[2] / "cases"
# The rhythms meet every 200 ms, every 600 ms and hardly ever.
RHYTHMS = [("50 ms", "200 ms", "20 ms"), ("150 ms", "200 ms", "100 ms"), ("200 ms", "70 ms", "300 ms")]


def slow(rhythm):
    names = ("supply", "load", "meter")
    return [part for name, period in zip(names, rhythm) for part in ("--set", f"instruments.{name}.reading_period={period}")]


class SlowBoxes(unittest.TestCase):
    def verdicts(self, files, *more):
        with tempfile.TemporaryDirectory() as out:
            result = subprocess.run([GTXRIG, "run", *(CASES / f for f in files), "--record", "none", "--out", out, "--json", *more],
                                    capture_output=True, text=True, check=False)
        return {(c["case"], c["row"]): (c["verdict"], c["sentence"]) for c in json.loads(result.stdout)["cases"]}

    def test_a_healthy_pack_passes(self):
        files = ["over_current", "over_voltage", "under_voltage", "limits", "ratings/nominal_charge_does_not_trip.yaml"]
        for seed, rhythm in enumerate(RHYTHMS, 8):
            for name, (verdict, sentence) in self.verdicts(files, *slow(rhythm), "--seed", str(seed)).items():
                self.assertEqual(verdict, "pass", f"{name} with {rhythm}: {sentence}")

    def test_a_pack_may_answer_before_the_reading_that_tells_why(self):
        # A discharge unlocks it at once, and the load tells its current 0.2 s later.
        answers = self.verdicts(["certification/overcharge_control_of_current.yaml"], "--seed", "37", *slow(RHYTHMS[0])[2:4])
        self.assertEqual({verdict for verdict, _ in answers.values()}, {"pass"}, answers)

    def test_what_is_wrong_is_found_all_the_same(self):
        for folder, defect in [
            ("over_current", "discharge_oc.threshold=93 A"),
            ("over_current", "charge_oc.threshold=107 A"),
            ("over_current", "discharge_oc2.threshold=240 A"),
            ("over_current", "discharge_oc2.delay=1500 ms"),
            ("over_voltage", "pack_ov.threshold=56.6 V"),
            ("over_voltage", "pack_ov.delay=4 s"),
        ]:
            for rhythm in RHYTHMS[:2]:
                found = self.verdicts([folder], *slow(rhythm), "--set", f"dut.firmware.{defect}")
                self.assertIn("fail", {verdict for verdict, _ in found.values()}, f"{defect} with {rhythm}")


if __name__ == "__main__":
    unittest.main()
