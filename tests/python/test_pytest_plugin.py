"""pytest as a runner of cases: what passes, what fails and what it says."""

import os
import subprocess
import sys
import textwrap
import xml.etree.ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CASE = """\
case: charging_stops
rows:
  - { name: slow, current: 5 A }
  - { name: fast, current: 40 A }
parameters: { current: 5 A }
start: { soc: 50 % }
steps:
  - name: charge
    set: { supply.voltage_set: 56 V, supply.current_set: $current, supply.output: on }
    expect:
      - { that: "pack.current > 4 A and pack.current < 20 A", within: 10 s }
always:
  - { reference: conforms }
"""


@pytest.fixture
def run(tmp_path):
    def call(*arguments, files=None):
        for name, text in (files or {}).items():
            (tmp_path / name).write_text(textwrap.dedent(text))
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "gtxrig.pytest_plugin", "-rA", *arguments],
            cwd=tmp_path, capture_output=True, text=True, timeout=300,
        )  # fmt: skip

    return call


def bench():
    return str(ROOT / "cases/benches/virtual.yaml")


def test_a_case_that_needs_what_the_bench_lacks_is_skipped_unless_it_is_named(run, tmp_path):
    files = {"case.yaml": CASE.replace("start:", "needs: [supply, climate_room]\nstart:")}
    done = run("--bench", bench(), "--rig-out", "out", files=files)
    assert "1 skipped" in done.stdout and "the bench has no 'climate_room'" in done.stdout, done.stdout
    named = run("--bench", bench(), "--rig-out", "out", "case.yaml")
    assert named.returncode != 0 and "the bench has no 'climate_room'" in named.stdout, named.stdout


def test_rows_of_a_case_are_tests_and_a_failure_reads_as_the_rig_explains_it(run, tmp_path):
    done = run("--bench", bench(), "--rig-out", "out", "--junitxml", "junit.xml", files={"case.yaml": CASE})
    assert "case.yaml::charging_stops[slow]" in done.stdout
    assert "1 failed, 1 passed" in done.stdout, done.stdout
    assert "pack.current > 4 A and pack.current < 20 A" in done.stdout
    assert "Traceback" not in done.stdout and "pytest_plugin.py" not in done.stdout
    root = xml.etree.ElementTree.parse(tmp_path / "junit.xml").getroot()
    properties = {
        case.get("name"): {p.get("name"): p.get("value") for p in case.iter("property")} for case in root.iter("testcase")
    }
    assert properties["charging_stops[slow]"]["verdict"] == "pass"
    assert properties["charging_stops[fast]"]["verdict"] == "fail"
    for told in properties.values():
        assert (tmp_path / told["run"] / "report.html").exists() and (tmp_path / told["record"]).exists()


def test_without_a_bench_yaml_files_are_left_alone(run):
    done = run(files={"case.yaml": CASE, "test_one.py": "def test_one(): pass\n"})
    assert "1 passed" in done.stdout and "charging_stops" not in done.stdout


def test_yaml_that_is_no_case_is_left_alone(run):
    done = run("--bench", bench(), files={"other.yaml": "name: x\n", "test_one.py": "def test_one(): pass\n"})
    assert "1 passed" in done.stdout


def test_a_mistake_in_a_case_is_an_error_with_its_line_and_the_others_still_run(run):
    done = run(
        "--bench", bench(), "--continue-on-collection-errors", "--rig-out", "out",
        files={"bad.yaml": CASE.replace("pack.current <", "pack.curent <"), "case.yaml": CASE},
    )  # fmt: skip
    assert "did you mean 'pack.current'" in done.stdout
    assert "bad.yaml:" in done.stdout
    assert done.returncode == 1 and "1 passed" in done.stdout


def test_a_python_test_passes_only_when_its_run_does(run, tmp_path):
    done = run(
        "--rig-out", "out",
        files={
            "test_bench.py": """
            from gtxrig import A, V

            def start(rig):
                rig.start(soc=0.5)
                rig.supply.set(voltage=56 * V, current=5 * A, output=True)

            def test_good(rig):
                start(rig)
                rig.expect("pack.current > 4 A", within=10)

            def test_caught_but_failed(rig):
                start(rig)
                try:
                    rig.expect("pack.current > 6 A", within=10)
                except AssertionError:
                    pass

            def test_nothing_checked(rig):
                pass

            def test_raises(rig):
                start(rig)
                assert 1 == 2, "of the script"

            def test_the_bench_is_free_again(bench, rig):
                start(rig)
                rig.expect("pack.voltage > 40 V")
            """
        },
    )
    assert "3 failed, 2 passed" in done.stdout, done.stdout
    assert "test_caught_but_failed" in done.stdout and "pack.current > 6 A" in done.stdout
    assert "of the script" in done.stdout and "the rig was never started" in done.stdout
    assert (tmp_path / "out/test_bench.py.test_good/report.html").exists()


def test_parameters_overrides_and_seed_reach_the_bench(run):
    good = CASE.split("rows:")[0] + CASE[CASE.index("parameters:") :]
    assert "1 passed" in run("--bench", bench(), "--rig-out", "a", files={"case.yaml": good}).stdout
    changed = run("--bench", bench(), "--rig-out", "b", "--rig-param", "current=40 A")
    assert "1 failed" in changed.stdout
    wrong = run("--bench", bench(), "--rig-set", "dut.firmware.pack_ov.treshold=57 V")
    assert "treshold" in wrong.stdout + wrong.stderr and wrong.returncode != 0


def test_several_workers_share_the_virtual_bench_and_one_folder(run, tmp_path):
    done = run("--bench", bench(), "--rig-out", "out", "-n", "2", files={"case.yaml": CASE})
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert len(os.listdir(tmp_path / "out")) == 2


def test_several_workers_on_a_bench_in_real_time_are_refused(run, tmp_path):
    done = run("--bench", bench(), "--rig-set", "clock=wall", "-n", "2", files={"case.yaml": CASE})
    assert done.returncode == 4, done.stdout + done.stderr
    assert "lives in real time" in done.stderr


def test_results_are_never_overwritten(run, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "something").write_text("")
    done = run("--bench", bench(), "--rig-out", "out", files={"case.yaml": CASE})
    assert "not empty" in done.stdout + done.stderr and done.returncode != 0


def test_yaml_above_the_root_of_pytest_is_none_of_its_business(run, tmp_path):
    for folder in ("root", "lab/tests"):
        (tmp_path / folder).mkdir(parents=True)
    files = {"root/pytest.ini": "[pytest]\n", "lab/docker-compose.yaml": "services: {}\n", "lab/beside.yaml": CASE,
             "lab/tests/test_one.py": "def test_one(): pass\n"}  # fmt: skip
    done = run("--bench", bench(), "-c", "root/pytest.ini", "--rootdir", "root", "lab/tests/test_one.py", files=files)
    assert done.returncode == 0 and "1 passed" in done.stdout and "beside" not in done.stdout, done.stdout + done.stderr
