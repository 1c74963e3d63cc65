"""`pip install .` of a fresh clone gives a package that works. Slow: it builds everything without the preset's build."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True, timeout=5400, **options)
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
    return result.stdout


def test_a_fresh_clone_installs_and_works(tmp_path):
    run("git", "clone", "--quiet", str(ROOT), str(tmp_path / "clone"))
    run(sys.executable, "-m", "venv", str(tmp_path / "venv"))
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", tmp_path / "clone")
    script = "import gtxrig; print(gtxrig.__version__, len(gtxrig.load_requirements().rows), gtxrig.__file__)"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    said = run(python, "-c", script, cwd=tmp_path, env=environment).split()
    assert said[0] == "0.1.0" and int(said[1]) > 50 and said[2].startswith(str(tmp_path / "venv"))
    installed = Path(said[2]).parent
    assert {"py.typed", "_core.pyi", "plot.js", "run.py"} <= {file.name for file in installed.iterdir()}
