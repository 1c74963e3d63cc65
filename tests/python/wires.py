"""Starts `gtxrig sim` for a test and ends it, whatever the test did."""

import json
import os
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCH = """bench: peers
simulated: {{ bench: {root}/cases/benches/virtual.yaml }}
instruments:
{instruments}
dut: {{ requirements: {root}/cases/gtx5000.yaml, dbc: {root}/cases/gtx5000.dbc, can: can }}
fixture: {{ maximum_voltage: 60 V, maximum_current: 250 A, maximum_power: 14 kW }}
limits: []
watch: [supply.voltage]
"""


class Farm:
    def __init__(self, endpoints):
        self.endpoints = endpoints
        self.control = Line(*self.address("control"))

    def address(self, name):
        host, port = self.endpoints[name].removeprefix("tcp://").rsplit(":", 1)
        return host, int(port)

    def path(self, name):
        return self.endpoints[name].removeprefix("serial://").split("?")[0]

    def ask(self, request):
        """One request to the control line; a refusal fails the test."""
        answer = json.loads(self.control.ask(request))
        assert answer["ok"], answer
        return answer

    def signal(self, name):
        return self.ask("state")["signals"][name]


class Line:
    """The barest client that there is, for what is not the subject of a test."""

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=10)
        self.file = self.socket.makefile("rb")

    def ask(self, text):
        self.socket.sendall(text.encode() + b"\n")
        return self.file.readline().decode().rstrip("\r\n")

    def tell(self, text):
        self.socket.sendall(text.encode() + b"\n")

    def close(self):
        self.file.close()
        self.socket.close()


@contextmanager
def farm(folder, instruments, *options):
    """`instruments`: name on the virtual bench -> mapping text in flow style."""
    lines = "\n".join(f"  {name}: {{ {text} }}" for name, text in instruments.items())
    bench = Path(folder) / "peers.yaml"
    bench.write_text(BENCH.format(root=ROOT, instruments=lines), encoding="utf-8")
    process = subprocess.Popen(
        [os.environ["GTXRIG"], "sim", str(bench), "--json", "--until-eof", "--out", str(bench) + ".running", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        first = process.stdout.readline()
        assert first, "the simulators did not start"
        endpoints = {name: entry["endpoint"] for name, entry in json.loads(first)["endpoints"].items()}
        assert process.stdout.readline() == "ready\n"
        running = Farm(endpoints)
        yield running
        running.control.close()
        process.stdin.close()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


TCP = 'endpoint: "tcp://127.0.0.1:0"'
SERIAL = 'endpoint: "serial:///dev/peer?baud=9600"'
