"""Types and docstrings of the package: what an editor tells a person has to be true."""

import inspect
import subprocess
import sys
from pathlib import Path

import gtxrig

ROOT = Path(__file__).resolve().parents[2]


def test_the_stubs_are_those_of_the_module(tmp_path):
    result = subprocess.run([ROOT / "tools" / "stubs.sh", tmp_path], capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stdout + result.stderr
    committed = ROOT / "python" / "gtxrig" / "_core.pyi"
    assert (tmp_path / "_core.pyi").read_text() == committed.read_text(), "run tools/stubs.sh and commit its result"


def test_mypy_has_nothing_to_say(tmp_path):
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path, "python/gtxrig"],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout


def test_mypy_finds_a_wrong_use(tmp_path):
    # Else the check above could pass because nothing has a type.
    script = tmp_path / "script.py"
    script.write_text("import gtxrig\nvolts: int = gtxrig.open_run('x').signals['pack.voltage'].unit\n")
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path, script],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert result.returncode == 1 and 'variable has type "int"' in result.stdout, result.stdout


def test_everything_that_is_offered_has_a_docstring():
    missing = []
    for name in gtxrig.__all__:
        thing = getattr(gtxrig, name)
        if not inspect.isclass(thing) and not inspect.isroutine(thing):
            continue
        if not inspect.getdoc(thing):
            missing.append(name)
        for member, value in vars(thing).items() if inspect.isclass(thing) else ():
            if member.startswith("_") or not (inspect.isroutine(value) or isinstance(value, property)):
                continue
            # The plain fields of bound structs are named by what they are.
            if not inspect.getdoc(getattr(thing, member)) and thing.__module__ != "gtxrig._core":
                missing.append(f"{name}.{member}")
    assert missing == []
