"""The package gtxrig as a script sees it before it does anything."""

import pickle
import subprocess
import sys
import tomllib
from pathlib import Path

import gtxrig
import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_package_the_module_and_pip_name_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert gtxrig.__version__ == project["version"]


def test_importing_it_imports_no_heavy_package():
    # What makes an import slow; numpy alone is a tenth of a second.
    script = "import sys, gtxrig; print(sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    for package in ("numpy", "pandas", "pyarrow", "h5py", "asammdf", "can", "matplotlib"):
        assert repr(package) not in loaded


def test_an_error_says_what_where_and_what_to_try_and_survives_pickling():
    error = gtxrig.RigError("the supply does not answer", where="supply", hint="check the cable")
    assert str(error) == "supply: the supply does not answer; check the cable"
    again = pickle.loads(pickle.dumps(error))
    assert (again.message, again.where, again.hint) == (error.message, "supply", "check the cable")
    assert str(again) == str(error)


def test_an_input_error_takes_its_place_from_the_first_error():
    warning = {"severity": "warning", "file": "a.yaml", "line": 1, "column": 1, "message": "odd", "hint": ""}
    mistake = {"severity": "error", "file": "a.yaml", "line": 3, "column": 7, "message": "wrong", "hint": "right"}
    error = gtxrig.InputError("the text", [warning, mistake])
    assert isinstance(error, gtxrig.RigError)
    assert (str(error), error.message, error.where, error.hint) == ("the text", "wrong", "a.yaml:3:7", "right")
    assert str(pickle.loads(pickle.dumps(error))) == "the text"


SUBINTERPRETER = """
import sys
interpreters = __import__("_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters")
{before}
made = interpreters.create()
interpreters.run_string(made, '''
try:
    import gtxrig
    print("imported")
except ImportError as error:
    print(error)
''')
interpreters.destroy(made)
import gtxrig
print(gtxrig.V)
"""


@pytest.mark.parametrize("before", ["", "import gtxrig"])
def test_a_subinterpreter_is_refused_and_does_the_main_one_no_harm(before):
    command = [sys.executable, "-c", SUBINTERPRETER.format(before=before)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "main interpreter only" in done.stdout and done.stdout.endswith("1 V\n")
