"""One run of the command for the tests that read records: made once, by the binary under test."""

import atexit
import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

ROOT = Path(__file__).resolve().parents[2]
GTXRIG = os.environ.get("GTXRIG", "gtxrig")
CASE = "cases/over_voltage/pack_over_voltage_stops_charging.yaml"


def command(*arguments, code=0):
    result = subprocess.run([GTXRIG, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert result.returncode == code, result.stdout + result.stderr
    return result


@cache
def recorded_run():
    """(folder of the run, what `gtxrig run --json` said of it)"""
    out = Path(mkdtemp(prefix="gtxrig-recorded-"))
    atexit.register(shutil.rmtree, out, ignore_errors=True)
    said = json.loads(command("run", CASE, "--seed", 7, "--out", out / "a", "--json").stdout)
    result = said["cases"][0]
    return next((out / "a").rglob("run.sqlite")).parent, result
