"""The loopback bench for tests: `gtxrig sim` in the background, its control line, and runs against it.

GTXRIG names the binary. Standard library only.
"""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import unittest

GTXRIG = os.environ["GTXRIG"]
CASES = pathlib.Path(__file__).resolve().parents[2] / "cases"


class LoopbackTest(unittest.TestCase):
    SCALE = "2"  # rig time over wall time

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="gtxrig-loopback-"))
        shutil.copytree(CASES, cls.folder / "cases")
        cls.bench = cls.folder / "cases/benches/running.yaml"
        cls.sim = subprocess.Popen(
            [GTXRIG, "sim", str(cls.folder / "cases/benches/loopback.yaml"), "--time-scale", cls.SCALE, "--json",
             "--until-eof", "--out", str(cls.bench)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for line in cls.sim.stdout:
            if line.startswith("{"):
                cls.endpoints = {name: e["endpoint"] for name, e in json.loads(line)["endpoints"].items()}
            if line.strip() == "ready":
                break

    @classmethod
    def tearDownClass(cls):
        cls.sim.stdin.close()
        cls.sim.wait(timeout=20)
        cls.sim.stdout.close()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def control(self, text):
        host, port = self.endpoints["world"].removeprefix("tcp://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.sendall((text + "\n").encode())
            return json.loads(line.makefile().readline())

    def state(self):
        answer = self.control("state")
        return answer.get("signals", answer)

    def gtxrig(self, *arguments, **more):
        return subprocess.run([GTXRIG, *map(str, arguments)], capture_output=True, text=True, timeout=1500, **more)

    def run_cases(self, bench, out, cases, *more):
        files = [self.folder / "cases" / (case + ".yaml") for case in cases]
        result = self.gtxrig("run", *files, "--bench", bench, "--out", self.folder / out, "--json", *more)
        return json.loads(result.stdout)

    def assert_same_verdicts(self, cases):
        """The same case files on the virtual bench and over the wires; gives the session over the wires."""
        virtual = self.run_cases("builtin:cases/benches/virtual.yaml", "virtual", cases)
        wired = self.run_cases(self.bench, "wired", cases)
        verdicts = lambda session: [(c["case"], c["verdict"]) for c in session["cases"]]
        findings = [(c["case"], [f["sentence"] for f in c["findings"]]) for c in wired["cases"]]
        self.assertEqual(verdicts(wired), verdicts(virtual), findings)
        self.assertEqual(wired["exit_code"], 0)
        self.assertEqual(self.state()["supply.output"], 0)
        return wired
