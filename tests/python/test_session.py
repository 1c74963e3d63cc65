"""A script on the virtual bench: what it reads like, and that every way out leaves a run and a safe bench."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from gtxrig import A, Bench, InputError, RigError, SessionOver, StepFailed, V, W, degC, hours, minutes, mV, open_run, unit

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bench():
    return Bench.load(seed=7)


def started(bench, out, **options):
    rig = bench.session(out=out, **options)
    return rig.start(soc=0.5, temperature=25 * degC)


def charge(rig, current=5 * A):
    rig.supply.set(voltage=57 * V, current=current, output=True)


# Written only for a step that reads it: else every tick would have something new to look at.
def test_a_step_can_wait_for_its_own_time(bench, tmp_path):
    with started(bench, tmp_path / "run") as rig:
        rig.hold(3)
        before = rig.time
        assert rig["script.time"].value == pytest.approx(3, abs=0.05)
        rig.wait_until("script.time >= 2 s", timeout=10)
        assert rig.time - before == pytest.approx(2, abs=0.05)
        rig.expect("script.time > 1 s", within=2)
        assert rig.time - before == pytest.approx(3, abs=0.1)
        rig.hold(2)
    times = rig.run.signals["script.time"].times()
    assert not ((times > before - 2.9) & (times < before - 0.1)).any()


def test_the_readme_script_finds_the_trip_of_the_pack(bench, tmp_path):
    with bench.session(out=tmp_path / "run") as rig:
        rig.start(state="standby", soc=0.97, temperature=25 * degC)
        charge(rig)
        rig.wait_until("pack.charge_refused", timeout=180 * minutes)
        trip = rig.at("pack.charge_refused", "pack.voltage")
        assert rig.check("ov_trip", trip, limits=(55.8 * V, 56.2 * V))
        rig.expect("dut.discharge_allowed", for_=10)
    assert rig.verdict == "pass", rig.sentence
    # The same number that the engine marks in the report by its own way.
    run = json.loads((tmp_path / "run" / "run.json").read_text())
    assert trip.value == run["trips"][0]["value"]
    assert trip.uncertainty.value == run["trips"][0]["uncertainty"]
    for name in ("run.sqlite", "report.html", "junit.xml", "can.log"):
        assert (tmp_path / "run" / name).stat().st_size > 0


def test_a_session_is_judged_again_bit_for_bit_and_is_the_same_each_time(bench, tmp_path):
    for name in ("first", "second"):
        with started(bench, tmp_path / name) as rig:
            charge(rig)
            rig.expect("pack.current > 4 A", within=5, for_=20)
        assert rig.verdict == "pass", rig.sentence
    gtxrig = os.environ["GTXRIG"]
    replayed = subprocess.run([gtxrig, "replay", str(tmp_path / "first")], capture_output=True, text=True, check=False)
    assert replayed.returncode == 0 and "identical" in replayed.stdout, replayed.stdout + replayed.stderr
    assert open_run(tmp_path / "first").digest() == open_run(tmp_path / "second").digest()


def test_a_pack_that_lived_and_lay_before_is_judged_as_such(tmp_path):
    with Bench.load().session(out=tmp_path / "run") as rig:
        rig.start(soc=0.5, temperature=25 * degC, age="2000 cycles", stored=720 * hours)
        rig.load.set(current=50 * A, input=True)
        rig.expect("pack.current < -49 A", within=5, for_=60)
    assert rig.verdict == "pass", rig.sentence
    with Bench.load().session() as rig, pytest.raises(InputError, match="did you mean 'label_500'"):
        rig.start(age="label_50")


def test_a_pack_with_another_threshold_fails_its_check_and_the_reference_sees_it_too(tmp_path):
    bench = Bench.load(overrides={"dut.firmware.pack_ov.threshold": 57 * V})
    with bench.session(out=tmp_path / "run") as rig:
        rig.start(soc=0.99, temperature=25 * degC)
        rig.supply.set(voltage=57.6 * V, current=5 * A, output=True)
        with pytest.raises(StepFailed) as failed:
            rig.wait_until("pack.charge_refused", timeout=60 * minutes)
            trip = rig.at("pack.charge_refused", "pack.voltage")
            check = rig.check("ov_trip", trip, limits=(55.8 * V, 56.2 * V))
            assert not check
            raise StepFailed(check.sentence)
        assert failed.value.message
    assert rig.verdict == "fail"
    assert any(finding["kind"] == "divergence" for finding in rig.result["findings"])


def test_an_expectation_that_fails_explains_itself_like_an_assertion(bench, tmp_path):
    with started(bench, tmp_path / "run") as rig:
        charge(rig)
        with pytest.raises(AssertionError, match=r"pack.current > 6 A") as failed:
            rig.expect("pack.current > 6 A", within=2)
        assert isinstance(failed.value, StepFailed)
        rig.expect("pack.current > 4 A", for_=1)
    assert rig.verdict == "fail"


def test_plain_numbers_where_a_unit_is_needed_are_a_type_error_that_says_which(bench, tmp_path):
    with started(bench, tmp_path / "run") as rig:
        with pytest.raises(TypeError, match=r"supply.voltage_set is voltage \(V\): write a unit \(V, mV"):
            rig.supply.set(voltage=57)
        with pytest.raises(TypeError, match="this is current"):
            rig.supply.set(voltage=57 * A)
        with pytest.raises(TypeError, match="truth value"):
            rig.supply.set(output=1)
        with pytest.raises(TypeError, match="timeout is a time"):
            rig.wait_until("pack.current > 1 A", timeout=5 * V)
        with pytest.raises(TypeError, match="write its limits with a unit"):
            rig.check("voltage", rig["pack.voltage"], limits=(50, 60))
        with pytest.raises(TypeError, match="temperature"):
            bench_two = Bench.load()
            bench_two.session(out=tmp_path / "two").start(temperature=25)
        before = rig.time
        assert rig["supply.output"].value == 0
        assert rig.time == before


def test_mistakes_in_names_and_texts_say_what_is_near_and_where_in_the_script(bench, tmp_path):
    with started(bench, tmp_path / "run") as rig:
        with pytest.raises(InputError, match="did you mean 'supply.voltage_set'") as wrong:
            rig.set({"supply.voltage_sett": 57 * V})
        assert wrong.value.diagnostics[0]["file"].startswith("test_session.py:")
        with pytest.raises(InputError, match="did you mean 'pack.voltage'"):
            rig.wait_until("pack.voltag > 50 V", timeout=1)
        with pytest.raises(RigError, match="outside the instrument's"):
            rig.supply.set(voltage=500 * V)
        with pytest.raises(AttributeError, match="it has .*supply"):
            rig.suply.set(voltage=1 * V)
        with pytest.raises(RigError, match="did not become true"):
            rig.at("pack.charge_refused", "pack.voltage")
    with pytest.raises(TypeError, match="start\\(\\) knows no 'sok'"):
        Bench.load().session(out=tmp_path / "three").start(sok=0.5)
    with pytest.raises(InputError, match="soc"):
        Bench.load().session(out=tmp_path / "four").start(soc=2.0)
    assert not (tmp_path / "four").exists()


def test_set_points_are_computed_from_expressions_too(bench, tmp_path):
    with started(bench, tmp_path / "run") as rig:
        rig.set({"supply.voltage_set": "pack.voltage + 2 V", "supply.current_set": 5 * A, "supply.output": True})
        rig.hold(5)
        assert rig["pack.current"] > 4 * A
        rig.ramp("supply.current_set", to=10 * A, rate=1 * unit("A/s"))
        rig.step(5)
        assert rig["pack.current"] > 9 * A
        assert 9 * W < rig.value("pack.voltage * pack.current")
        rig.expect("pack.voltage > 40 V")
    assert rig.verdict == "pass", rig.sentence


def test_time_passes_only_inside_calls(bench, tmp_path):
    with started(bench, tmp_path / "run") as rig:
        before = rig.time
        time.sleep(0.05)
        assert rig.time == before
        rig.step(3)
        assert rig.time == pytest.approx(before + 3 * rig.tick)
        rig.hold(0.5)
        assert rig.time == pytest.approx(before + 0.5 + 4 * rig.tick)


def test_watching_gives_the_values_of_each_period_until_it_is_over(bench, tmp_path):
    with started(bench, tmp_path / "run") as rig:
        charge(rig)
        begin = rig.time
        seen = list(rig.watch("pack.voltage", "pack.current", every=2, for_=10))
        assert len(seen) == 5 and rig.time == pytest.approx(begin + 10)
        assert seen[-1]["pack.current"] > 4 * A
        assert seen[0]["pack.voltage"].time < seen[1]["pack.voltage"].time
        with pytest.raises(InputError, match="did you mean"):
            next(rig.watch("pack.voltag"))


def test_a_watch_lasts_as_long_as_it_says_however_short_its_periods_are(bench):
    with started(bench, None, record="none") as rig:
        for every, for_, count in ((0.01, 1, 100), (0.015, 0.3, 20), (0.3, 1, 4), (1e-3, 0.02, 20)):
            begin = rig.time
            ends = [rig.time - begin for _ in rig.watch("pack.voltage", every=every, for_=for_)]
            assert len(ends) == count and ends[-1] == pytest.approx(for_)
            assert all(abs(end - number * every) < rig.tick for number, end in enumerate(ends[:-1], 1))
        begin = rig.time
        for number, _ in enumerate(rig.watch("pack.voltage", every=1), 1):
            rig.hold(0.2)  # the loop's own time is a part of the period
            if number == 5:
                break
        assert rig.time - begin == pytest.approx(5.2, abs=2 * rig.tick)


def test_an_exception_leaves_the_bench_safe_before_it_goes_on_and_the_run_says_why(bench, tmp_path):
    with pytest.raises(ZeroDivisionError), started(bench, tmp_path / "run") as rig:
        charge(rig)
        1 / 0
    assert rig.verdict == "error"
    assert "ZeroDivisionError" in rig.sentence
    run = json.loads((tmp_path / "run" / "run.json").read_text())
    assert any("read back" in event["text"] for event in run["events"])


def test_an_exception_with_half_a_character_in_it_goes_on_as_it_is_and_the_run_says_it(bench, tmp_path):
    with pytest.raises(ValueError, match="name") as raised, started(bench, tmp_path / "run"):
        raise ValueError("a name \udc80")
    assert raised.value.args == ("a name \udc80",)
    run = json.loads((tmp_path / "run" / "run.json").read_text())
    assert run["verdict"] == "error" and r"a name \udc80" in run["sentence"]


def test_a_trip_of_the_bench_ends_the_session_safe(tmp_path):
    bench = Bench.load()
    with pytest.raises(SessionOver) as over:
        with started(bench, tmp_path / "run", limits={"pack.voltage": (None, 53 * V)}) as rig:
            rig.supply.set(voltage=57 * V, current=50 * A, output=True)
            rig.hold(3600)
    assert over.value.way_out == "tripped"
    assert "pack.voltage" in str(over.value)
    assert rig.verdict == "aborted"


def test_after_its_end_a_session_answers_with_clear_errors(bench, tmp_path):
    with started(bench, tmp_path / "run") as rig:
        rig.expect("pack.voltage > 40 V")
    for call in (lambda: rig.hold(1), lambda: charge(rig), lambda: rig["pack.voltage"], rig.start):
        with pytest.raises(RigError, match="closed"):
            call()
    rig.close()
    assert rig.verdict == "pass"


def test_before_its_start_and_before_its_end_too(bench, tmp_path):
    rig = bench.session(out=tmp_path / "run")
    with pytest.raises(RigError, match="call start"):
        rig.hold(1)
    with pytest.raises(AttributeError, match="after start"):
        rig.supply.set(voltage=1 * V)
    with rig:
        rig.start()
        with pytest.raises(RigError, match="started already"):
            rig.start()
        with pytest.raises(RigError, match="not over yet"):
            assert rig.verdict
        rig.expect("pack.voltage > 40 V")


def test_one_bench_has_one_session_at_a_time(bench, tmp_path):
    with started(bench, tmp_path / "run") as rig:
        with pytest.raises(RigError, match="has the session 'script' open"):
            bench.session()
        rig.expect("pack.voltage > 40 V")
    bench.session()


def test_results_are_never_overwritten(bench, tmp_path):
    with started(bench, tmp_path / "run") as rig:
        rig.expect("pack.voltage > 40 V")
    with pytest.raises(RigError, match="not empty"):
        started(bench, tmp_path / "run")
    assert rig.verdict == "pass"


def test_a_start_that_came_to_nothing_keeps_nobody_from_the_bench(bench, tmp_path):
    (tmp_path / "file").write_text("")
    for trouble in ({"out": tmp_path}, {"out": tmp_path / "run"}):
        rig = bench.session(**trouble)
        with pytest.raises(RigError):
            rig.start(soc=0.5 if rig._out == str(tmp_path) else 5)
        with bench.session("next", record="none") as other:
            other.start()
            with pytest.raises(RigError, match="closed"):
                rig.start()
    rig = bench.session(record="none")
    with pytest.raises(InputError):
        rig.start(soc=5)
    rig.start(soc=0.5)  # again, with the mistake mended
    with pytest.raises(RigError, match="has the session 'script' open"):
        bench.session()
    rig.close()


def test_a_session_without_any_check_is_no_pass(bench, tmp_path):
    with started(bench, tmp_path / "run", reference=False) as rig:
        rig.hold(1)
    assert rig.verdict == "error"


def test_without_a_record_nothing_is_written_and_the_past_is_refused(bench, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with bench.session(record="none") as rig:
        rig.start()
        rig.expect("pack.voltage > 40 V")
        with pytest.raises(RigError, match="not recorded"):
            rig.at("pack.voltage > 40 V", "pack.voltage")
    assert rig.verdict == "pass"
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(RigError, match="not recorded"):
        assert rig.run


def test_a_guard_band_decides_near_a_limit(bench, tmp_path):
    with started(bench, tmp_path / "run") as rig:
        voltage = rig["pack.voltage"]
        lower = voltage - voltage.uncertainty + 1 * mV
        assert not rig.check("guarded", voltage, limits=(lower + 0 * V, None), rule="guard_band")
        assert rig.check("shared", voltage, limits=(lower, None))
        with pytest.raises(RigError, match="there is a check 'shared' already"):
            rig.check("shared", voltage)
        with pytest.raises(RigError, match="no decision rule"):
            rig.check("odd", voltage, rule="odd")
    assert rig.verdict == "fail"


def test_two_threads_on_one_session_are_told_apart(bench, tmp_path):
    with started(bench, tmp_path / "run") as rig:
        troubles = []

        def disturb():
            for _ in range(2000):
                try:
                    rig.value("pack.voltage")
                except RigError as error:
                    troubles.append(str(error))
                    return

        thread = threading.Thread(target=disturb)
        thread.start()
        for _ in range(50):
            try:
                rig.hold(100)
            except RigError as error:
                troubles.append(str(error))
        thread.join()
        assert troubles and all("another thread" in trouble for trouble in troubles)
        rig.expect("pack.voltage > 40 V")


def script(tmp_path, text):
    path = tmp_path / "script.py"
    path.write_text(textwrap.dedent(text))
    return [sys.executable, str(path)]


def record_of(folder):
    return json.loads((folder / "run.json").read_text())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_through_the_safe_way_out(tmp_path, number):
    command = script(
        tmp_path,
        f"""
        from gtxrig import Bench, A, V, hours
        with Bench.load().session(out={str(tmp_path / "run")!r}, record="events") as rig:
            rig.start(soc=0.2)
            rig.supply.set(voltage=52 * V, current=1 * A, output=True)
            print("charging", flush=True)
            while True:
                rig.hold(1000 * hours)
        """,
    )
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "charging\n"
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    assert ("KeyboardInterrupt" in errors) == (number == signal.SIGINT)
    assert process.returncode not in (0, -signal.SIGTERM, -signal.SIGHUP)
    run = record_of(tmp_path / "run")
    assert run["verdict"] == "aborted"
    assert any("read back" in event["text"] for event in run["events"])


@pytest.mark.parametrize(
    "ending", ["", "import sys; sys.exit(3)", "raise ValueError", "del rig; import gc; gc.collect()"]
)
def test_a_session_that_nobody_closes_is_made_safe_at_the_end(tmp_path, ending):
    command = script(
        tmp_path,
        f"""
        from gtxrig import Bench, A, V
        rig = Bench.load().session(out={str(tmp_path / "run")!r})
        rig.start()
        rig.supply.set(voltage=52 * V, current=1 * A, output=True)
        {ending}
        """,
    )
    subprocess.run(command, capture_output=True, timeout=60, check=False)
    run = record_of(tmp_path / "run")
    assert run["verdict"] == "aborted"
    assert any("read back" in event["text"] for event in run["events"])


def test_a_fork_in_the_middle_drives_nothing_and_does_not_end_the_parents_session(tmp_path):
    command = script(
        tmp_path,
        f"""
        import os, sys
        from gtxrig import Bench, RigError, A, V
        with Bench.load().session(out={str(tmp_path / "run")!r}) as rig:
            rig.start()
            child = os.fork()
            if child == 0:
                try:
                    rig.hold(1)
                except RigError as error:
                    print(error, flush=True)
                sys.exit(0)
            assert os.waitpid(child, 0)[1] == 0
            rig.expect("pack.voltage > 40 V")
        print(rig.verdict)
        """,
    )
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "of which this one is a fork" in done.stdout
    assert done.stdout.endswith("pass\n"), done.stdout + done.stderr
    assert record_of(tmp_path / "run")["verdict"] == "pass"
