"""The tutorial does what it says: its Python blocks run in their order."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_block_of_the_tutorial_runs(tmp_path):
    text = (ROOT / "docs/python.md").read_text()
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 6
    os.symlink(ROOT / "cases", tmp_path / "cases")
    os.symlink(ROOT / "python", tmp_path / "python")
    (tmp_path / "out").mkdir()
    script = tmp_path / "tutorial.py"
    script.write_text("\n".join(blocks))
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("first/report.html", "fails.parquet", "fails.png", "fails.html", "hppc/run.sqlite"):
        assert (tmp_path / "out" / name).stat().st_size > 0
