#!/usr/bin/env python3
"""The drivers of real boxes against simulated ones on this machine, from outside: `gtxrig sim`, `bench-check`, `run`.

The same case files run on the virtual bench and over the wires; then a box is taken away in the middle of a case.
"""

import json
import signal
import subprocess
import time
import unittest

from loopback_bench import GTXRIG, LoopbackTest

# Protection cases that need no hours: boxes are taken away from them, and the second one runs to its end.
CHARGE, DISCHARGE = "over_current/charge_over_current_stops_charging", "over_current/discharge_over_current_stops_discharging"


class Loopback(LoopbackTest):
    def test_bench_check_finds_every_box_and_switches_nothing_on(self):
        result = self.gtxrig("bench-check", self.bench, "--json")
        found = json.loads(result.stdout)
        self.assertTrue(found["ok"], result.stdout + result.stderr)
        self.assertEqual(result.returncode, 0)
        models = {i["instrument"]: i.get("model") for i in found["instruments"]}
        self.assertIn("PSB 9080-360", models["supply"])
        self.assertIn("63210A", models["load"])
        self.assertEqual(self.state()["supply.output"], 0)

    def test_the_same_cases_have_the_same_verdicts_over_the_wires(self):
        self.assert_same_verdicts([DISCHARGE, "certification/internal_resistance"])
        identification = "".join(p.read_text() for p in (self.folder / "wired").rglob("run.json"))
        for word in ("serial 2830340017", "lateness of the loop", "time scale"):
            self.assertIn(word, identification)

    def disturb(self, name, case, disturbance):
        """Runs a case and does something while current flows: the session, and the case's result."""
        run = subprocess.Popen(
            [GTXRIG, "run", str(self.folder / "cases" / (case + ".yaml")), "--bench", str(self.bench), "--json", "--out",
             str(self.folder / name)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            deadline = time.monotonic() + 60
            while abs(self.current()) < 50 and time.monotonic() < deadline:
                time.sleep(0.05)
            disturbance(run)
            output, _ = run.communicate(timeout=120)
            self.await_off()
        finally:
            run.kill()
            self.control("fault all clear")
        session = json.loads(output)
        return session, session["cases"][0]

    def take_away(self, instrument, fault, case):
        """Does something to a box under current, and gives it back at the end of the case: the case's result."""
        session, result = self.disturb(f"{instrument}_{fault}", case, lambda run: self.assertTrue(
            self.control(f"fault {instrument} {fault}")["ok"]))
        self.assertNotEqual(session["exit_code"], 0)
        return result

    def current(self):
        state = self.state()
        return (state["supply.current"] or 0) - (state["load.current"] or 0)

    def await_off(self):
        """Nothing flows any more: switched off by the rig, or, where it cannot be reached, by the box's own watchdog."""
        deadline = time.monotonic() + 15
        while abs(self.current()) > 0.5 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertLess(abs(self.current()), 0.5)

    def test_whatever_is_taken_away_under_current_the_bench_ends_safe_and_the_pack_is_not_blamed(self):
        for instrument, fault, case in [
                ("supply", "garbage", CHARGE), ("supply", "closed", CHARGE), ("load", "garbage", DISCHARGE),
                ("meter", "silence", CHARGE), ("io", "closed", CHARGE), ("chamber", "silence", CHARGE),
                ("thermometer", "garbage", CHARGE), ("can", "silence", DISCHARGE), ("can", "closed", CHARGE),
                ("can", "garbage", CHARGE), ("can", "power_cycle", CHARGE)]:
            with self.subTest(instrument=instrument, fault=fault):
                result = self.take_away(instrument, fault, case)
                text = json.dumps(result, indent=1)
                self.assertIn(result["verdict"], ("aborted", "error", "invalid"), text)
                accusations = [f["sentence"] for f in result["findings"] if f["kind"] == "divergence"]
                self.assertEqual(accusations, [])
                self.assertTrue(any(instrument in f["sentence"] or (instrument == "can" and "CAN adapter" in f["sentence"])
                                    for f in result["findings"]), text)

    def test_a_rig_that_stood_for_a_while_does_not_blame_the_pack(self):
        def stand(run):
            run.send_signal(signal.SIGSTOP)
            time.sleep(3)
            run.send_signal(signal.SIGCONT)
        _, result = self.disturb("stood", CHARGE, stand)
        text = json.dumps(result, indent=1)
        self.assertIn(result["verdict"], ("aborted", "invalid"), text)
        self.assertEqual([f["sentence"] for f in result["findings"] if f["kind"] == "divergence"], [])

    def test_a_wrong_address_is_told_with_the_instrument_and_nothing_runs(self):
        result = self.gtxrig("run", self.folder / "cases" / (CHARGE + ".yaml"), "--bench", self.bench, "--out",
                             self.folder / "wrong", "--set", "instruments.supply.endpoint=tcp://127.0.0.1:1")
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertIn("supply", result.stdout)
        self.assertIn("127.0.0.1:1", result.stdout)

    def test_a_clock_that_does_not_wait_for_boxes_is_refused(self):
        result = self.gtxrig("run", self.folder / "cases" / (CHARGE + ".yaml"), "--bench", self.bench, "--out",
                             self.folder / "lockstep", "--set", "clock=lockstep")
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertIn("expected clock: wall", result.stderr)

    def test_a_time_scale_that_contradicts_the_running_boxes_is_refused(self):
        self.assertIn(f"time_scale: {self.SCALE}", self.bench.read_text())
        result = self.gtxrig("run", self.folder / "cases" / (CHARGE + ".yaml"), "--bench", self.bench, "--out",
                             self.folder / "scale", "--time-scale", "7")
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertIn(f"run with time scale {self.SCALE}, this bench with 7", result.stdout)

    def test_a_calibration_that_is_overdue_is_told(self):
        result = self.gtxrig("bench-check", self.bench, "--set", "instruments.meter.calibration_due=2020-01-31")
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertIn("its calibration was due on 2020-01-31", result.stdout + result.stderr)
        due = self.gtxrig("bench-check", self.bench, "--set", "instruments.meter.calibration_due=2999-12-31")
        self.assertEqual(due.returncode, 0, due.stdout + due.stderr)

    def test_a_wrong_model_is_told_with_what_was_found(self):
        result = self.gtxrig("bench-check", self.bench, "--set", "instruments.supply.model=PSB 9080-120 3U")
        self.assertEqual(result.returncode, 2)
        self.assertIn("PSB 9080-360", result.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
