"""pytest: a run whose test was skipped, never ran or failed ends as what it was, and a mistake is told once, at the start."""

import json
import subprocess
import sys
import textwrap
import xml.etree.ElementTree
from pathlib import Path

import pytest

BENCH = str(Path(__file__).resolve().parents[2] / "cases/benches/virtual.yaml")
CASE = "case: rests\nstart: { soc: 50 % }\nsteps: [ { hold: 1 s } ]\nalways: [ { reference: conforms } ]\n"


@pytest.fixture
def run(tmp_path):
    def call(*arguments, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(textwrap.dedent(text))
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "gtxrig.pytest_plugin", "-rA", *arguments],
            cwd=tmp_path, capture_output=True, text=True, timeout=300,
        )  # fmt: skip

    return call


def properties_of(junit):
    root = xml.etree.ElementTree.parse(junit).getroot()
    return {case.get("name"): {p.get("name"): p.get("value") for p in case.iter("property")} for case in root.iter("testcase")}


def test_runs_on_the_bench_of_a_test_are_its_own(run, tmp_path):
    done = run(
        "--rig-out", "out", "--junitxml", "junit.xml",
        test_bench="""
        import pytest
        from gtxrig import StepFailed, V

        def test_good(bench):
            for name in ("one", "one"):
                with bench.session(name) as rig:
                    rig.start(soc=0.5)
                    rig.expect("pack.voltage > 40 V")

        def test_caught(bench):
            with bench.session("caught") as rig:
                rig.start(soc=0.5)
                with pytest.raises(StepFailed):
                    rig.expect("pack.voltage > 90 V")

        def test_left_open(bench):
            rig = bench.session("left")
            rig.start(soc=0.5)

        @pytest.fixture
        def started(bench):
            with bench.session("of_fixture") as rig:
                rig.start(soc=0.5)
                yield rig

        def test_fixture(started):
            started.expect("pack.voltage > 40 V")

        def test_asserts(rig):
            rig.start(soc=0.5)
            assert rig["pack.voltage"] < 1 * V

        def test_never_started(rig):
            pass
        """,
    )  # fmt: skip
    outcome = done.stdout
    for name in ("test_good", "test_fixture"):
        assert f"PASSED test_bench.py::{name}" in outcome, outcome
    assert "ERROR test_bench.py::test_left_open" in outcome and "session 'left' was left open" in outcome, outcome
    assert "FAILED test_bench.py::test_caught" in outcome and "\ncaught: fail. in step 'expect pack.voltage > 90 V'" in outcome, outcome
    assert "FAILED test_bench.py::test_never_started" in outcome and "the rig was never started" in outcome, outcome
    properties = properties_of(tmp_path / "junit.xml")
    assert properties["test_good"]["verdict"] == "pass"
    assert properties["test_good"]["run"].startswith(str(tmp_path / "out")) or properties["test_good"]["run"].startswith("out")
    assert (tmp_path / "out/test_bench.py.test_good/one_2/report.html").exists()
    assert properties["test_left_open"]["verdict"] == "aborted"
    assert properties["test_asserts"]["verdict"] == "fail"


def test_a_run_whose_test_never_ran_is_no_pass(run, tmp_path):
    done = run(
        "--rig-out", "out", "--junitxml", "junit.xml",
        test_bench="""
        import pytest

        @pytest.fixture
        def broken(rig):
            rig.start(soc=0.5)
            raise OSError("of the fixture")

        @pytest.fixture
        def skips(rig):
            rig.start(soc=0.5)
            pytest.skip("not this pack")

        def test_broken(broken): pass
        def test_skips(skips): pass

        def test_skips_itself(rig):
            rig.start(soc=0.5)
            pytest.skip("not now")

        def test_asks_late(request):
            rig = request.getfixturevalue("rig")
            rig.start(soc=0.5)
            rig.check("late", rig["pack.voltage"], limits=(None, 0 * rig["pack.voltage"]))
        """,
    )  # fmt: skip
    assert "1 failed, 2 skipped, 1 error" in done.stdout, done.stdout
    told = properties_of(tmp_path / "junit.xml")
    verdicts = {name: properties["verdict"] for name, properties in told.items()}
    assert verdicts == {"test_broken": "error", "test_skips": "aborted", "test_skips_itself": "aborted", "test_asks_late": "fail"}
    for properties in told.values():
        written = json.loads((tmp_path / properties["run"] / "run.json").read_text(encoding="utf-8"))
        assert written["verdict"] == properties["verdict"]


def test_a_failed_step_shows_the_lines_of_the_test_alone_and_the_report(run, tmp_path):
    test = """
        def test_waits(rig):
            rig.start(soc=0.5)
            rig.wait_until("pack.voltage > 70 V", timeout=1)
        """
    done = run("--rig-out", "out", test_bench=test)
    assert "1 failed" in done.stdout and "test_bench.py:4: " in done.stdout, done.stdout
    assert "session.py" not in done.stdout and "report: " in done.stdout, done.stdout
    assert (tmp_path / "out/test_bench.py.test_waits/report.html").exists()
    assert "session.py" in run("--rig-out", "again", "--full-trace").stdout


def test_a_fixture_that_uses_the_rig_after_its_test_is_told_that_the_run_is_over(run):
    done = run(
        "--rig-record", "none",
        test_bench="""
        import pytest

        @pytest.fixture
        def charged(rig):
            rig.start(soc=0.5)
            yield rig
            rig.supply.set(output=False)

        def test_charged(charged): pass
        """,
    )  # fmt: skip
    assert "1 passed, 1 error" in done.stdout and "the run ends with its test" in done.stdout, done.stdout


def test_a_folder_that_is_not_empty_is_one_mistake_before_any_test(run, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/something").write_text("")
    done = run("--rig-out", "out", test_bench="def test_one(rig): rig.start()\ndef test_two(rig): rig.start()\n")
    assert done.returncode == 4 and (done.stdout + done.stderr).count("not empty") == 1, done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [("--bench", "nowhere.yaml"), ("--bench", BENCH, "--rig-set", "nothing=3")])
def test_a_bench_that_cannot_be_read_is_one_mistake_before_any_test(run, tmp_path, arguments):
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(CASE)
    done = run(*arguments, test_bench="def test_one(rig): rig.start()\ndef test_two(rig): rig.start()\n")
    told = done.stdout + done.stderr
    assert done.returncode == 4 and told.count("ERROR") == 1 and ("nowhere.yaml: there is no such file" in told or "'nothing'" in told), told


@pytest.mark.parametrize("seed", ["-3", "1.5", str(2**64)])
def test_a_seed_that_is_none_is_told_in_words(run, seed):
    done = run(f"--rig-seed={seed}", test_bench="def test_one(rig): pass\n")
    assert done.returncode == 4 and "argument --rig-seed: the seed " in done.stderr, done.stdout + done.stderr


def test_workers_without_n_are_refused_in_real_time_too(run, tmp_path):
    (tmp_path / "case.yaml").write_text(CASE)
    done = run("--bench", BENCH, "--rig-set", "clock=wall", "--tx", "2*popen", "--dist", "load")
    assert done.returncode == 4 and "lives in real time" in done.stderr, done.stdout + done.stderr


def test_only_folders_below_the_one_that_was_asked_for_are_left_out(run, tmp_path):
    for folder in ("parts/suite", "parts/suite/packs"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "rests.yaml").write_text(CASE)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")  # else its folder would be the root
    found = run("--bench", BENCH, "--collect-only", "-q", "parts/suite")
    assert "parts/suite/rests.yaml::rests" in found.stdout and "packs/" not in found.stdout, found.stdout
    assert "rests" not in run("--bench", BENCH, "--collect-only", "-q").stdout
    named = run("--bench", BENCH, "--collect-only", "-q", "parts/suite/packs/rests.yaml")
    assert "packs/rests.yaml::rests" in named.stdout, named.stdout


def test_sigterm_ends_the_tests_and_not_one_of_them(run, tmp_path):
    done = run(
        "--rig-out", "out",
        test_bench="""
        import os, signal

        def test_one(rig):
            rig.start(soc=0.5)
            os.kill(os.getpid(), signal.SIGTERM)
            rig.hold(1e9)

        def test_two(rig):
            rig.start(soc=0.5)
            rig.expect("pack.voltage > 40 V")
        """,
    )  # fmt: skip
    assert done.returncode == 143 and "Exit: SIGTERM ended the program" in done.stdout and "test_two" not in done.stdout, done.stdout
    written = json.loads((tmp_path / "out/test_bench.py.test_one/run.json").read_text(encoding="utf-8"))
    assert written["verdict"] == "aborted"
