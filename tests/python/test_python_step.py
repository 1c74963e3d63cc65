"""A step of a case that calls a Python function, from the command and from the package."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from gtxrig import InputError, RigError, load_cases
from gtxrig.step import Step
from running_bench import GTXRIG, ROOT, running_bench

SAMPLE = ROOT / "python/examples/python_step"
TWICE = """\
kept = []
def f(step):
    kept.append(step)
    if len(kept) == 2:
        kept[0].check('late', 1)
"""
CASE = """\
case: calls
start: {{ soc: 60 %, temperature: 25 degC }}
parameters: {{ current: 20 A }}
steps:
  - {{ name: before, hold: 2 s }}
  - name: call
    python:
      call: {call}
      with: {{ {parameters} }}
      signals: [pack.voltage, dut.soc]
      history: 1 s
      {more}
      timeout: {timeout}
  - {{ name: after, hold: 1 s }}
always: [{{ never: pack.voltage > 70 V }}]
"""


def command(*arguments, **environment):
    """The command with this Python and this package for the functions of cases."""
    package = str(Path(sys.modules["gtxrig"].__file__).parents[1])
    env = {**os.environ, "GTXRIG_PYTHON": sys.executable, "PYTHONPATH": package, **environment}
    done = subprocess.run([GTXRIG, *map(str, arguments)], env=env, capture_output=True, text=True, timeout=120)
    return done


def write(folder, code, call="f.py:f", parameters="", timeout="20 s", more=""):
    (folder / "f.py").write_text(textwrap.dedent(code))
    case = folder / "case.yaml"
    case.write_text(CASE.format(call=call, parameters=parameters, timeout=timeout, more=more))
    return case


def run(folder, code, **case):
    return load_cases(write(folder, code, **case))[0].run(folder / "out")


def line_of(folder, text):
    """file:line:column of `text` in the case."""
    for number, line in enumerate((folder / "case.yaml").read_text().splitlines(), 1):
        if text in line:
            return f"case.yaml:{number}:{line.index(text) + 1}"
    raise AssertionError(text)


def test_the_sample_passes_with_the_command_and_its_checks_are_in_record_report_and_junit(tmp_path):
    done = command("run", SAMPLE / "pulse.yaml", "--out", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    folder = tmp_path / "out/python_step/pulse_resistance"
    told = json.loads((folder / "run.json").read_text())
    measures = {m["id"]: m for m in told["measures"]}
    assert measures["pulse_resistance"]["verdict"] == "pass" and measures["pulse_resistance"]["uncertainty"] > 0
    assert measures["resistance"]["value"] == measures["pulse_resistance"]["value"]
    assert "pulse_resistance" in (tmp_path / "out/report.html").read_text()
    assert any(d["kind"] == "function" and "def resistance" in d["text"] for d in told["documents"])


def test_the_command_and_the_package_write_the_same_record(tmp_path):
    assert command("run", SAMPLE / "pulse.yaml", "--out", tmp_path / "a").returncode == 0
    result = load_cases(SAMPLE / "pulse.yaml")[0].run(tmp_path / "b")
    assert result.passed, result.explanation
    told = [json.loads(p.read_text()) for p in (tmp_path / "a/python_step/pulse_resistance/run.json", tmp_path / "b/run.json")]
    assert told[0]["measures"] == told[1]["measures"] and told[0]["steps"] == told[1]["steps"]
    assert told[0]["documents"][-1] == told[1]["documents"][-1]  # the answer


def test_a_replay_needs_no_python_and_judges_the_same(tmp_path):
    result = run(tmp_path, "from gtxrig import V\ndef f(step):\n    step.check('low', step['pack.voltage'], limits=(58 * V, None))\n")
    assert result.verdict == "fail" and "low is" in result.sentence
    assert "low is" in (tmp_path / "out/junit.xml").read_text()
    again = command("replay", tmp_path / "out", "--json", GTXRIG_PYTHON="/nowhere/python", PATH="/nowhere")
    told = json.loads(again.stdout)
    assert again.returncode == 0 and told["verdict"] == "fail", again.stdout + again.stderr


def test_how_long_a_function_takes_does_not_show_in_the_run(tmp_path):
    ends = []
    for name, wait in (("quick", 0), ("slow", 0.7)):
        (tmp_path / name).mkdir()
        result = run(tmp_path / name, f"import time\ndef f(step):\n    time.sleep({wait})\n    step.check('t', step.time)\n")
        assert result.passed, result.explanation
        ends.append((result.ticks, [(s.name, s.begin_s) for s in result.run.steps]))
    assert ends[0] == ends[1]


def test_a_function_gets_parameters_with_units_values_with_uncertainty_and_the_past(tmp_path):
    result = run(
        tmp_path,
        """
        from gtxrig import A, V
        def f(step, current, share, deep, cells=16):
            assert current == 20 * A and share == 0.5 and deep is True and cells == 16
            assert step.signals == ["pack.voltage", "dut.soc"] and step.name == "call"
            past = step.history("pack.voltage")
            assert past.unit == "V" and len(past) > 5 and step.time - 1 <= past.times[0] <= past.times[-1] <= step.time
            assert (past.uncertainty > 0).all() and step["pack.voltage"].uncertainty > 0 * V
            step.check("seen", step["pack.voltage"] / cells, limits=(3 * V, 3.6 * V))
        """,
        parameters="current: $current, share: 50 %, deep: on",
    )
    assert result.passed, result.explanation


def test_what_a_function_gives_back_later_steps_can_use(tmp_path):
    case = write(tmp_path, "def f(step):\n    return {'u': step['pack.voltage'] * 2}\n", more="returns: { u: V }")
    case.write_text(case.read_text() + "measure: [{ id: twice, value: u / 2 - pack.voltage, limits: [-1 V, 1 V] }]\n")
    result = load_cases(case)[0].run(tmp_path / "out")
    assert result.passed, result.explanation
    assert result.run.signals["keep.u"].to_numpy()[-1] > 90


@pytest.mark.parametrize(
    ("body", "verdict", "text"),
    [
        ("assert 1 > 2, 'too few'", "fail", "f.py:f failed: AssertionError: too few (f.py:2)"),
        ("assert step.time < 0", "fail", "f.py:f failed: assert step.time < 0 (f.py:2)"),
        ("1 / 0", "error", "f.py:f raised ZeroDivisionError: division by zero (f.py:2)"),
        ("raise SystemExit(3)", "error", "f.py:f raised SystemExit: 3 (f.py:2)"),
        ("step['pack.curent']", "error", "the step does not see 'pack.curent'"),
        ("step.check('a', 3)\n    step.check('a', 3)", "error", "there is a check 'a' already"),
        ("step.check('A', 3)", "error", "'A' is no name for a check"),
        ("step.check('a', step['pack.voltage'], limits=(1, 2))", "error", "write its limits with a unit"),
        ("step.check('a', float('nan'))", "error", "no finite number"),
        ("return False", "error", "gave back False, and the step declares no `returns`"),
        ("import os; os._exit(7)", "error", "took its Python along: it ended with exit code 7"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "error", "it ended with signal 11"),
    ],
)
def test_what_goes_wrong_in_a_function_ends_the_steps_with_its_line(body, verdict, text, tmp_path):
    result = run(tmp_path, f"def f(step):\n    {body}\n")
    assert result.verdict == verdict, result.explanation
    assert any(text in finding["sentence"] for finding in result.findings), result.explanation
    assert [s["name"] for s in result.run.steps][-1] != "after"


def test_print_and_input_do_not_disturb_the_rig(tmp_path):
    code = "def f(step):\n    print('hello')\n    try:\n        input()\n    except EOFError:\n        step.check('eof', 1)\n"
    done = command("run", write(tmp_path, code), "--out", tmp_path / "out", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["verdict"] == "pass" and "hello" in done.stderr


def test_a_function_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path):
    code = """
        import os, subprocess, time
        def f(step):
            child = subprocess.Popen(["sleep", "60"])
            open("%s", "w").write(f"{os.getpid()} {child.pid}")
            while True:
                pass
    """ % (tmp_path / "pids")
    begin = time.monotonic()
    result = run(tmp_path, code, timeout="1 s")
    assert time.monotonic() - begin < 20
    assert result.verdict == "error" and "did not come back" in result.sentence, result.explanation
    for pid in (tmp_path / "pids").read_text().split():
        state = Path(f"/proc/{pid}/stat")
        assert not state.exists() or state.read_text().split()[2] == "Z"


@pytest.mark.parametrize(
    ("code", "case", "place", "text"),
    [
        ("def g(step): pass", {}, "f.py:f", "f.py has no function 'f'"),
        ("f = 3", {}, "f.py:f", "'f' in f.py is no function"),
        ("import nowhere_at_all\ndef f(step): pass", {}, "f.py:f", "No module named 'nowhere_at_all' (f.py:1)"),
        ("def f(step:\n", {}, "f.py:f", "cannot import f.py: SyntaxError"),
        ("raise SystemExit(1)", {}, "f.py:f", "cannot import f.py: SystemExit: 1 (f.py:1)"),
        ("def f(): pass", {}, "f.py:f", "'f' takes no step; its first argument is the step: def f(step, ...)"),
        ("async def f(step): pass", {}, "f.py:f", "is async or a generator"),
        ("def f(step, currents): pass", {"parameters": "current: 5 A"}, "current: 5 A",
         "'f' takes no parameter 'current'; did you mean 'currents'?"),
        ("def f(step, current): pass", {}, "f.py:f", "'f' wants the parameter 'current'; give it one under `with`"),
        ("", {"call": "g.py:f"}, "g.py:f", "there is no file g.py; looked for"),
        ("", {"call": "no_such.module:f"}, "no_such.module:f", "there is no module no_such.module"),
    ],
)
def test_a_function_that_cannot_be_called_is_found_before_the_run(code, case, place, text, tmp_path):
    path = write(tmp_path, code, **case)
    with pytest.raises(InputError) as error:
        load_cases(path)
    assert text in str(error.value) and line_of(tmp_path, place) in str(error.value)
    done = command("check", path)
    assert done.returncode == 2 and text in done.stderr and line_of(tmp_path, place) in done.stderr


def test_a_machine_without_python_says_so_before_the_run(tmp_path):
    path = write(tmp_path, "def f(step): pass")
    done = command("check", path, GTXRIG_PYTHON="/nowhere/python3")
    assert done.returncode == 2 and "no Python to call functions" in done.stderr and "GTXRIG_PYTHON" in done.stderr
    bare = command("run", path, "--out", tmp_path / "out", PYTHONPATH=str(tmp_path))
    if "gtxrig" not in subprocess.run([sys.executable, "-m", "pip", "list"], capture_output=True, text=True).stdout:
        assert bare.returncode == 2 and "needs the package gtxrig" in bare.stderr
    assert not (tmp_path / "out").exists()


def test_ctrl_c_ends_a_function_and_leaves_safely(tmp_path):
    path = write(tmp_path, "import time\ndef f(step):\n    print('there', flush=True)\n    time.sleep(600)\n", timeout="1000 s")
    env = {**os.environ, "GTXRIG_PYTHON": sys.executable}
    env["PYTHONPATH"] = str(Path(sys.modules["gtxrig"].__file__).parents[1])
    process = subprocess.Popen(
        [GTXRIG, "run", str(path), "--out", str(tmp_path / "out"), "--json"],
        env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    for line in process.stderr:
        if "there" in line:
            break
    process.send_signal(2)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 3 and json.loads(out)["verdict"] == "aborted"


def test_the_pytest_plugin_collects_such_a_case(tmp_path):
    shutil.copytree(SAMPLE, tmp_path / "cases")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "gtxrig.pytest_plugin", "cases", "--rig-out", "out", "--bench", str(ROOT / "cases/benches/virtual.yaml")],
        cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with running_bench(tmp_path_factory.mktemp("steps")) as bench:
        yield bench


def test_in_real_time_ticks_go_on_while_a_function_works(running, tmp_path):
    path = write(tmp_path, "import time\ndef f(step):\n    time.sleep(1.5)\n    step.check('t', step.time)\n")
    result = load_cases(path, bench=running)[0].run(tmp_path / "out")
    assert result.verdict in ("pass", "invalid"), result.explanation  # a busy machine may miss a tick
    (call,) = (step for step in result.run.steps if step.name == "call")
    assert 1.4 < call.end_s - call.begin_s < 10
    times = result.run.signals["meter.voltage"].times()
    assert ((times > call.begin_s) & (times < call.end_s)).sum() > 10


def test_in_real_time_a_limit_trips_while_a_function_hangs_and_the_function_is_ended(running, tmp_path):
    path = write(tmp_path, "def f(step):\n    while True:\n        pass\n", timeout="100 s")
    text = path.read_text().replace(
        "hold: 2 s }", "set: { load.mode: constant_current, load.current_set: 2 A, load.input: on } }"
    )
    text = text.replace("  - name: call", "  - { name: more, set: { load.current_set: 8 A }, hold: 20 ms }\n  - name: call")
    path.write_text(text + "limits: { pack.current: [-5 A, 5 A] }\n")
    begin = time.monotonic()
    result = load_cases(path, bench=running)[0].run(tmp_path / "out")
    assert result.verdict == "aborted", result.explanation
    assert time.monotonic() - begin < 60
    assert not any("f.py:f" in finding["sentence"] for finding in result.findings), result.explanation


def test_half_a_character_in_what_a_function_raises_is_spelled_out(tmp_path):
    result = run(tmp_path, "def f(step):\n    raise ValueError('a name \\udc80')")
    assert result.verdict == "error" and r"a name \udc80" in result.sentence


def test_a_step_that_is_over_checks_nothing_any_more(tmp_path):
    path = write(tmp_path, TWICE)
    again = path.read_text().replace("always:", path.read_text().split("steps:\n  - { name: before, hold: 2 s }\n")[1].split("  - { name: after")[0].replace("name: call", "name: again") + "always:")
    path.write_text(again)
    (case,) = load_cases(path)
    result = case.run(tmp_path / "out")
    assert result.verdict == "error" and "the step 'call' is over" in result.explanation, result.explanation


def test_a_step_finds_its_checks_by_name_without_a_search():
    class Name(str):
        compared = 0

        def __eq__(self, other):
            Name.compared += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    step = Step({"step": "many", "history": 0, "signals": []}, {"time": 0, "signals": []})
    for number in range(200):
        step.check(Name(f"check_{number}"), number)
    assert len(step.checks) == 200 and Name.compared < 200
    with pytest.raises(RigError, match="there is a check 'check_7' already"):
        step.check("check_7", 1)
