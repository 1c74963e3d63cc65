#!/usr/bin/env python3
"""What `gtxrig bench-check` says of the boxes it finds, and of a bench that somebody else uses."""

import json
import pathlib
import socket
import subprocess
import threading
import unittest

from loopback_bench import GTXRIG, LoopbackTest

CASE = "certification/internal_resistance"  # a short one with current


class BenchCheck(LoopbackTest):
    def check(self, *more):
        result = self.gtxrig("bench-check", self.bench, "--json", *more)
        return result.returncode, json.loads(result.stdout)

    def run_case(self, out, *more):
        return self.gtxrig("run", self.folder / "cases" / (CASE + ".yaml"), "--bench", self.bench, "--out",
                           self.folder / out, *more)

    def instrument(self, found, name):
        return next(i for i in found["instruments"] if i["instrument"] == name)

    def test_a_bench_in_use_is_left_alone(self):
        run = subprocess.Popen(
            [GTXRIG, "run", str(self.folder / "cases" / (CASE + ".yaml")), "--bench", str(self.bench), "--json", "--out",
             str(self.folder / "used")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            while run.poll() is None and not self.state()["load.input"]:
                pass
            other = str(self.bench).replace("running", "other")
            pathlib.Path(other).write_text(self.bench.read_text().replace("127.0.0.1", "localhost"))
            for command in (["bench-check", self.bench], ["bench-check", other], ["rt-check", "--bench", self.bench]):
                result = self.gtxrig(*command)
                self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
                self.assertIn(f"in use by process {run.pid}", result.stderr)
            self.assertEqual(self.state()["load.input"], 1)
            session = json.loads(run.communicate(timeout=300)[0])
        finally:
            run.kill()
        self.assertEqual(session["cases"][0]["verdict"], "pass", session["cases"][0]["findings"])

    def test_a_box_without_a_reading_says_so(self):
        self.assertTrue(self.control("fault meter trip")["ok"])
        try:
            code, found = self.check()
            text = self.gtxrig("bench-check", self.bench)
        finally:
            self.control("fault meter clear")
        self.assertEqual(code, 2)
        meter = self.instrument(found, "meter")
        self.assertEqual((meter["state"], meter["no_reading"]), ("no reading", ["meter.voltage is not valid"]))
        self.assertIn("meter: it answers, but meter.voltage is not valid", text.stderr)
        for other in ("supply", "can", "ambient"):
            self.assertEqual(self.instrument(found, other)["state"], "ok")

    def test_a_box_that_is_not_there_shows_no_set_point_as_its_state(self):
        code, found = self.check("--set", "instruments.supply.endpoint=tcp://127.0.0.1:1")
        self.assertEqual(code, 2)
        self.assertIn("tcp://127.0.0.1:1", self.instrument(found, "supply")["trouble"])
        supply = {row["signal"]: row["value"] for row in found["signals"] if row["signal"].startswith("supply.")}
        self.assertIn("supply.voltage_set", supply)
        self.assertEqual(set(supply.values()), {"never read"})

    def test_an_output_that_is_on_is_told(self):
        host, port = self.endpoints["supply"].removeprefix("tcp://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            lines = line.makefile()
            for command in ("SYST:LOCK ON", "SINK:CURR 0", "OUTP ON"):
                line.sendall((command + "\n").encode())
            line.sendall(b"OUTP?\n")
            self.assertEqual(lines.readline(), "ON\n")
            code, found = self.check()
            line.sendall(b"OUTP OFF\n")
        self.assertEqual(code, 0)
        supply = self.instrument(found, "supply")
        self.assertEqual((supply["state"], supply["is_on"]), ("ok, but on", True))
        self.assertFalse(self.instrument(found, "load")["is_on"])

    def test_the_name_of_a_box_does_not_paint_the_terminal(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=pretend, args=(server,), daemon=True).start()
            endpoint = f"tcp://127.0.0.1:{server.getsockname()[1]}"
            result = self.gtxrig("bench-check", self.bench, "--set", f"instruments.meter.endpoint={endpoint}")
            self.assertNotIn("\x1b", result.stdout + result.stderr)
            self.assertIn("\\x1B[31m", result.stdout)

    def test_a_date_that_is_none_is_refused_with_its_place(self):
        for date in ("soon", "28.11.2026", "2026-13-45", "2026-2-3"):
            bench = self.bench.with_name("dated.yaml")
            text = self.bench.read_text().replace("model: 34465A", f'model: 34465A, calibration_due: "{date}"')
            bench.write_text(text)
            line = next(i for i, row in enumerate(text.splitlines(), 1) if date in row)
            result = self.gtxrig("bench-check", bench)
            self.assertEqual(result.returncode, 2)
            self.assertRegex(result.stderr, rf"dated.yaml:{line}:\d+: error: '{date}' is no day of the calendar")

    def test_a_run_wants_calibrated_boxes_or_a_word(self):
        overdue = ["--set", "instruments.meter.calibration_due=2020-01-31"]
        result = self.run_case("overdue", *overdue)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertIn("the calibration of meter was due on 2020-01-31", result.stdout)
        self.assertIn("--allow-overdue", result.stdout)
        allowed = self.run_case("allowed", "--allow-overdue", *overdue)
        self.assertEqual(allowed.returncode, 0, allowed.stdout + allowed.stderr)
        record = "".join(path.read_text() for path in (self.folder / "allowed").rglob("run.json"))
        self.assertIn("overdue, which the user allowed: meter since 2020-01-31", record)


def pretend(server):
    """A meter with an odd serial number, for one client."""
    client, _ = server.accept()
    with client, client.makefile("rwb") as lines:
        for line in lines:
            if b"?" in line:
                lines.write(b"Keysight Technologies,34465A,\x1b[31mRED,1\n" if b"IDN" in line
                            else b'0,"No error"\n' if b"ERR" in line else b"+5.30000000E+01\n")
                lines.flush()


if __name__ == "__main__":
    unittest.main(verbosity=2)
