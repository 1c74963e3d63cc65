"""The loopback bench while its boxes are simulated on this machine."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GTXRIG = os.environ.get("GTXRIG", str(ROOT / "build/release/gtxrig"))


@contextlib.contextmanager
def running_bench(folder, replace=None):
    """Path of the bench file that names the simulated boxes; they end with the `with` statement. `replace`: texts of the file."""
    shutil.copytree(ROOT / "cases", folder / "cases")
    bench = folder / "cases/benches/running.yaml"
    far_end = folder / "cases/benches/loopback.yaml"
    for old, new in (replace or {}).items():
        assert old in far_end.read_text()
        far_end.write_text(far_end.read_text().replace(old, new))
    sim = subprocess.Popen(
        [GTXRIG, "sim", str(far_end), "--json", "--until-eof", "--out", str(bench)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        for line in sim.stdout:
            if line.strip() == "ready":
                break
        yield bench
    finally:
        sim.stdin.close()
        sim.wait(timeout=30)
