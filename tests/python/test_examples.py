"""The examples do what they say, from a folder that has the project's cases."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAYS = {
    "over_voltage_threshold": ["seed 10: ", "Cpk"],
    "hysteresis": ["pass: stops at 56."],
    "capacity_and_resistance": ["pass: 10", "SOC 10%"],
    "find_a_defect": ["a healthy pack: pass", "lost_hysteresis: fail", "flag_without_fet: fail"],
    "compare_runs": ["pass ["],
}


def test_every_example_is_here():
    assert {path.stem for path in (ROOT / "python/examples").glob("*.py")} == set(SAYS)


@pytest.mark.parametrize("name", SAYS)
def test_an_example_runs_and_says_what_it_promises(name, tmp_path):
    os.symlink(ROOT / "cases", tmp_path / "cases")
    (tmp_path / "out").mkdir()
    done = subprocess.run(
        [sys.executable, str(ROOT / "python/examples" / f"{name}.py")], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for text in SAYS[name]:
        assert text in done.stdout, done.stdout
