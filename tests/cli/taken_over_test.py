#!/usr/bin/env python3
"""Boxes of a real-time run that somebody else uses as well, and a key that is held down: the bench ends safe, and says why."""

import json
import signal
import socket
import subprocess
import time
import unittest

from loopback_bench import GTXRIG, LoopbackTest

CHARGE = "over_current/charge_over_current_stops_charging"


class TakenOver(LoopbackTest):
    def start(self, out):
        """A case under way with current flowing."""
        run = subprocess.Popen(
            [GTXRIG, "run", str(self.folder / "cases" / (CHARGE + ".yaml")), "--bench", str(self.bench), "--json", "--out",
             str(self.folder / out)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        deadline = time.monotonic() + 60
        while (self.state()["supply.current"] or 0) < 50 and time.monotonic() < deadline:
            time.sleep(0.02)
        return run

    def tell_supply(self, *commands):
        """What another program on its second connection says."""
        host, port = self.endpoints["supply"].removeprefix("tcp://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            for command in (*commands, "*IDN?"):
                line.sendall((command + "\n").encode())
            line.makefile().readline()

    def test_a_supply_that_somebody_else_uses_ends_the_run_and_the_sentence_says_how(self):
        # Of a lost lock the status tells, or the next set-point that it refuses: whichever is asked for first.
        for commands, says in [(["OUTP OFF"], ["its output is off although it was switched on"]),
                               (["SYST:LOCK OFF"], ["no longer in remote control", "Invalid while in local"]),
                               (["SYSTEM:COMMUNICATE:MONITORING:ACTION OFF"], ["watchdog is off"]),
                               (["CURR 40"], ["CURR stands at 40.00 A"])]:
            with self.subTest(commands=commands):
                run = self.start("taken_" + commands[0].replace(" ", "_").replace(":", "_"))
                try:
                    self.tell_supply(*commands)
                    output, _ = run.communicate(timeout=120)
                finally:
                    run.kill()
                case = json.loads(output)["cases"][0]
                told = json.dumps(case)
                self.assertTrue(any(text in told for text in says), told)
                self.assertNotEqual(case["verdict"], "pass")
                self.assertEqual(self.state()["supply.output"], 0)

    def test_signals_in_quick_succession_do_not_cut_off_the_switching_off(self):
        for number, times in [(signal.SIGINT, 5), (signal.SIGQUIT, 1)]:
            with self.subTest(signal=number):
                run = self.start(f"signal_{number}")
                try:
                    for _ in range(times):
                        run.send_signal(number)
                        time.sleep(0.003)
                    output, _ = run.communicate(timeout=60)
                finally:
                    run.kill()
                self.assertEqual(run.returncode, 3, output)
                self.assertEqual(self.state()["supply.output"], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
