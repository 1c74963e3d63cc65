"""`tools/wheels.sh` makes a wheel that works where nothing of this machine is. Slow: it builds everything."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import gtxrig
with gtxrig.Bench.load(seed=7).session("wheel", record="none") as rig:
    rig.start(soc=0.5, temperature=25 * gtxrig.degC)
    rig.supply.set(voltage=56 * gtxrig.V, current=5 * gtxrig.A, output=True)
    rig.expect("pack.current > 4 A", within=10)
print(rig.verdict, gtxrig.__file__)
"""


def run(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True, timeout=3000, check=False, **options)
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
    return result.stdout


def test_a_wheel_drives_the_virtual_bench_in_an_environment_of_its_own(tmp_path):
    run("git", "clone", "--quiet", str(ROOT), str(tmp_path / "clone"))
    run("tools/wheels.sh", sys.executable, cwd=tmp_path / "clone")
    (wheel,) = (tmp_path / "clone" / "dist").glob("*.whl")
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    assert f"-{tag}-{tag}-manylinux" in wheel.name
    names = zipfile.ZipFile(wheel).namelist()
    assert any("libyaml-cpp" in name for name in names), "auditwheel put the libraries into it"
    assert not any(name.startswith(("rig/", "tests/")) for name in names)
    run(sys.executable, "-m", "venv", str(tmp_path / "venv"))
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    verdict, place = run(python, "-c", SCRIPT, cwd=tmp_path, env=environment).split()
    assert verdict == "pass" and place.startswith(str(tmp_path / "venv"))
