"""YAML cases run from Python."""

import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from gtxrig import A, InputError, RigError, V, load_cases
from gtxrig.seeds import checked_seed

ROOT = Path(__file__).resolve().parents[2]
OVER_VOLTAGE = ROOT / "cases/over_voltage/pack_over_voltage_stops_charging.yaml"


def test_a_case_runs_and_shows_its_run(tmp_path):
    cases = load_cases(OVER_VOLTAGE, seed=3)
    case = cases["pack_over_voltage_stops_charging"]
    assert case.path == str(OVER_VOLTAGE) and "GTX-OV-01" in case.verifies
    result = case.run(tmp_path / "out")
    assert result.passed, result.explanation
    assert result.run.verdict == "pass"
    assert (tmp_path / "out/report.html").exists() and (tmp_path / "out/junit.xml").exists()


def test_a_pack_with_another_threshold_fails_with_an_explanation(tmp_path):
    result = load_cases(OVER_VOLTAGE, overrides={"dut.firmware.pack_ov.threshold": 57 * V})[0].run(tmp_path / "out")
    assert result.verdict == "fail"
    assert result.sentence in result.explanation and "report.html" in result.explanation


def test_all_cases_are_found_and_checked_before_anything_runs():
    cases = load_cases(ROOT / "cases", record="none")
    assert len(cases) > 60
    assert len({case.test_name for case in cases}) == len(cases)


def test_mistakes_are_told_with_their_line(tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(OVER_VOLTAGE.read_text().replace("pack.charge_refused", "pack.charge_refusd"))
    with pytest.raises(InputError, match="did you mean 'pack.charge_refused'") as error:
        load_cases(wrong)
    assert error.value.diagnostics[0]["line"] > 1
    with pytest.raises(KeyError, match="did you mean"):
        load_cases(OVER_VOLTAGE)["pack_over_voltage_stops_chargin"]
    with pytest.raises(RigError, match="has a parameter .no_such."):
        load_cases(OVER_VOLTAGE, parameters={"no_such": 1 * A})
    with pytest.raises(RigError, match="record level"):
        load_cases(OVER_VOLTAGE, record="most")


def test_ctrl_c_ends_a_case_aborted_and_safe(tmp_path):
    slow = tmp_path / "slow.yaml"
    slow.write_text("case: slow\nstart: { soc: 50 % }\nsteps: [ { hold: 100000 h } ]\nalways: [ { reference: conforms } ]\n")
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            f"""
            from gtxrig import load_cases
            case = load_cases({str(slow)!r}, record="events")[0]
            case.run({str(tmp_path / "out")!r})
            """
        )
    )
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while not (tmp_path / "out/run.sqlite").exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
    assert '"verdict": "aborted"' in (tmp_path / "out/run.json").read_text()


def test_a_seed_that_is_none_is_refused_in_words():
    case = load_cases(OVER_VOLTAGE, record="none")[0]
    for seed in (-1, 1.5, "3", True, None):
        with pytest.raises((TypeError, ValueError), match="the seed (is a whole number|lies between)"):
            load_cases(OVER_VOLTAGE, seed=seed)
        if seed is not None:
            with pytest.raises((TypeError, ValueError), match="the seed (is a whole number|lies between)"):
                case.run(seed=seed)
    with pytest.raises(ValueError, match="the seed lies between"):
        load_cases(OVER_VOLTAGE, seed=2**64)
    assert checked_seed(np.int64(7)) == 7 and checked_seed(2**64 - 1) == 2**64 - 1


def test_cases_are_picked_by_place_slice_and_name_and_say_which_they_are():
    cases = load_cases(ROOT / "cases/over_voltage", record="none")
    assert len(cases) > 3
    assert cases[0:2] == [cases[0], cases[1]] and cases[np.int64(0)] is cases[0] and cases[-1] is list(cases)[-1]
    assert repr(cases).startswith(f"<Cases: {len(cases)}, {cases[0].test_name}, ") and repr(cases).endswith(", ...>")
    with pytest.raises(TypeError, match="not by float"):
        cases[0.5]
