"""What a careless script does with objects, threads, forks and the interpreter's end: an error at most, never a crash.

ctest's python_sanitized.bad_use runs the same under the address sanitizer.
"""

import copy
import gc
import json
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import weakref
from pathlib import Path

import gtxrig
import numpy as np
import pytest
from gtxrig import A, Bench, Dbc, ReferenceModel, RigError, V, VirtualPack, _core, degC, load_requirements

ROOT = Path(__file__).resolve().parents[2]
GTX_DBC = "builtin:cases/gtx5000.dbc"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """The folder of a short run."""
    out = tmp_path_factory.mktemp("recorded") / "run"
    with Bench.load().session(out=out) as rig:
        rig.start(soc=0.5)
        rig.hold(20)
        rig.expect("pack.voltage > 40 V")
    return out


def script(tmp_path, text, *, code=0):
    """What a program says that runs to its end."""
    path = tmp_path / "script.py"
    path.write_text(textwrap.dedent(text))
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


# What outlives what


def test_parts_outlive_the_whole_they_came_from(recorded):
    message = Dbc.load(GTX_DBC).message(0x351)
    signals = [signal for message in Dbc.load(GTX_DBC).messages for signal in message.signals]
    row = load_requirements().find("GTX-OV-01")
    rows = load_requirements().rows
    arrays = [array for signal in gtxrig.open_run(recorded).signals.values() for array in (signal.to_numpy(), signal.times())]
    frames = gtxrig.open_run(recorded).can
    pack = VirtualPack()
    cells = [pack.cell_voltages, pack.follow([1.0, 2.0])["cell_voltages"][1:, ::2]]
    del pack
    gc.collect()
    assert message.name and message.signals[0].name and all(signal.name for signal in signals)
    assert row.threshold["value"] > 0 and all(r.id and (r.threshold is None or r.threshold["source"] is not None) for r in rows)
    # tobytes() copies by memcpy(), which the sanitizer watches; into NumPy's own loops it cannot see.
    assert all(len(array.tobytes()) == array.nbytes for array in [*arrays, *cells]) and len(frames) > 0
    assert all(cell.min() > 2 for cell in cells)


def test_what_a_session_gave_out_outlives_it(tmp_path):
    rig = Bench.load().session(out=tmp_path / "run")
    rig.start(soc=0.5)
    core, tap, supply, watch = rig._core, rig._core.listen(), rig.supply, rig.watch("pack.voltage")
    next(watch)
    rig.expect("pack.voltage > 40 V")
    rig.close()
    seen = weakref.ref(rig)
    del rig
    gc.collect()
    for call in (lambda: supply.set(voltage=1 * V), lambda: next(watch), lambda: core.turn(1), lambda: core.value("pack.voltage"),
                 lambda: core.at("pack.voltage > 1 V", "pack.voltage"), core.listen, core.begin, lambda: core.finish("completed"),
                 lambda: core.run_step(_core.make_step()), lambda: core.check("a", 1, 0, (0, 0, 0, 0, False, False), None, None, None, "simple")):  # fmt: skip
        try:
            call()
        except RigError:
            pass
    assert core.signals() and core.commands() and core.now > 0 and core.tick > 0 and not core.begun and not core.busy
    while tap.take() is not None:
        pass
    del supply, watch, core
    gc.collect()
    assert seen() is None and tap.take() is None and tap.lost >= 0


def test_a_session_in_a_cycle_is_made_safe_when_it_is_collected(tmp_path):
    rig = Bench.load().session(out=tmp_path / "run")
    rig.start()
    rig.myself = [rig, rig._core]
    del rig
    gc.collect()
    assert json.loads((tmp_path / "run/run.json").read_text())["verdict"] == "aborted"


def test_nothing_of_the_engine_is_copied_pickled_or_made_without_its_constructor(recorded):
    pack, requirements, setup = _core.make_virtual_pack([], 1), load_requirements(), _core.read_setup("builtin:cases/benches/virtual.yaml", [])
    for made in (pack, requirements, requirements.rows[0], Dbc.load(GTX_DBC), setup, _core.open_record(str(recorded)), _core.make_step(),
                 _core.make_reference_model(requirements, {})):  # fmt: skip
        for way in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError):
                way(made)


def test_a_class_that_forgets_the_constructor_of_its_base_is_told_so(recorded):
    class Forgetful(_core.VirtualPack):
        def __init__(self):
            pass

    with pytest.raises(TypeError, match="constructor"):
        Forgetful()
    kinds = [kind for kind in vars(_core).values() if isinstance(kind, type)]
    assert len(kinds) >= 13
    for kind in kinds:
        for make in (kind, lambda kind=kind: kind.__new__(kind), lambda kind=kind: object.__new__(kind)):
            with pytest.raises(TypeError):
                make()


# Threads


def together(*works, rounds):
    """All at once; gives back what was raised. Only a second thread may be a reason for it."""
    raised, others = [], []
    ready = threading.Barrier(len(works))

    def run(work):
        ready.wait()
        for _ in range(rounds):
            try:
                work()
            except RigError as error:
                raised.append(str(error))
            except BaseException as error:
                others.append(error)
                return

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if others:
        raise others[0]
    assert all("another thread" in text for text in raised), set(raised)
    return raised


def refused_meanwhile(work, ask):
    """What was refused while `work` ran in another thread and this one asked, again and again until one of them was told so.

    Which of the two comes second is the scheduler's choice: it may be `work`, which then is over at once. On a busy machine
    `work` may also be over before this thread runs again: then they try once more.
    """
    refused = []

    def attempt(call):
        try:
            call()
        except RigError as error:
            refused.append(str(error))

    for _ in range(20):
        thread = threading.Thread(target=attempt, args=(work,))
        thread.start()
        while thread.is_alive() and not refused:
            attempt(ask)
        thread.join()
        if refused:
            break
    return refused


def test_a_pack_in_two_threads_says_so():
    pack = VirtualPack()
    refused = refused_meanwhile(lambda: pack.advance(10_000), lambda: pack.voltage)
    assert refused and "another thread" in refused[0]
    # Whatever meets: nothing breaks, and only a second thread is a reason for an error.
    together(lambda: pack.advance(60), pack.frames, lambda: pack.follow([1.0, -1.0]), lambda: pack.preset(soc=0.4),
             lambda: (pack.cell_voltages, pack.voltage, pack.charge_switch, pack.lights), rounds=40)  # fmt: skip
    pack.advance(1)
    assert 45 < pack.voltage / V < 58


def test_a_model_in_two_threads_says_so():
    model = ReferenceModel(load_requirements())
    series = {"pack.voltage": np.full(4000, 52.0)}
    frames = [(0x351, bytes(8))] * 20
    long = {"pack.voltage": np.full(200_000, 52.0)}
    refused = refused_meanwhile(lambda: model.run(long, []), lambda: model.may_must("dut.charge_allowed"))
    assert refused and "another thread" in refused[0]
    together(lambda: model.run(series, ["model.dut.charge_allowed.may"]), lambda: model.step({"pack.voltage": 52 * V}, frames=frames),
             lambda: model.may_must("dut.charge_allowed"), lambda: model.restart(temperature=25 * degC), rounds=40)  # fmt: skip


def test_a_record_may_be_read_by_all(recorded, tmp_path):
    run = gtxrig.open_run(recorded)
    record = run._record
    columns = range(len(record.columns()))
    assert not together(
        lambda: [record.values(i) for i in columns], lambda: [record.moments(i) for i in reversed(columns)], record.frames,
        record.gaps, record.damage, record.info, lambda: record.write_candump(str(tmp_path / "log")), run.digest, rounds=3,
    )  # fmt: skip


def test_a_session_in_many_threads_says_so(tmp_path):
    with Bench.load().session(out=tmp_path / "run") as rig:
        rig.start(soc=0.5)
        tap = rig._core.listen()

        def set_the_supply():
            rig.supply.set(voltage=50 * V, current=1 * A, output=True)

        together(lambda: rig.hold(5), lambda: rig["pack.voltage"], set_the_supply, tap.take, rig._core.signals, lambda: rig.time,
                 lambda: rig.value("pack.voltage * pack.current"), rig._core.listen, rounds=60)  # fmt: skip
        rig.expect("pack.voltage > 40 V")
    assert rig.verdict == "pass", rig.explanation


def test_arguments_may_change_while_they_are_used():
    pack, model = VirtualPack(), ReferenceModel(load_requirements())
    currents = np.zeros(300)
    data = bytearray(8)

    def change():
        currents[:] = np.random.default_rng().normal(size=300)

    dbc = Dbc.load(GTX_DBC)
    raised = together(lambda: pack.follow(currents), change, rounds=10)
    assert not raised
    together(lambda: dbc.decode(0x351, data), lambda: data.__setitem__(0, 3), rounds=200)
    together(lambda: model.run({"pack.voltage": currents}, []), change, rounds=10)


# In the middle of a call


@pytest.mark.parametrize("body", ["rig['pack.voltage']", "rig.close()", "rig.hold(1)", "rig.start()", "raise KeyError", "gc.collect()",
                                  "rig.abort(); rig = None"])  # fmt: skip
def test_a_signal_handler_uses_the_session_that_it_interrupts(tmp_path, body):
    said = script(
        tmp_path,
        f"""
        import gc, signal, gtxrig
        rig = gtxrig.Bench.load().session(out={str(tmp_path / "run")!r}, record="events")
        rig.start()
        def handler(*_):
            global rig
            {body}
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.2, 0.2)
        for _ in range(3):
            try:
                rig.hold(1800)
            except (gtxrig.RigError, KeyError, AttributeError):
                pass
        signal.setitimer(signal.ITIMER_REAL, 0)
        rig = None
        print("done")
        """,
    )
    assert said == "done\n"
    assert json.loads((tmp_path / "run/run.json").read_text())["verdict"] in ("aborted", "error")


# The end of the interpreter

STARTS = """
import threading, time, gtxrig, numpy
from gtxrig import A, V
begun = threading.Event()
def work():
    try:
        {work}
    except gtxrig.RigError as error:
        print(error, flush=True)
rig = None
{before}
threading.Thread(target=work, daemon=True).start()
assert begun.wait(60)
time.sleep(0.3)
"""


@pytest.mark.parametrize(
    ("before", "work"),
    [
        ("rig = gtxrig.Bench.load().session(out={out!r}, record='events'); rig.start(); rig.supply.set(voltage=52 * V, current=1 * A, output=True)",
         "begun.set(); rig.hold(1e8)"),
        ("pack = gtxrig.VirtualPack()", "begun.set(); pack.advance(1e9)"),
        ("pack = gtxrig.VirtualPack()", "begun.set(); pack.follow(numpy.zeros(10000000), 10)"),
        ("model = gtxrig.ReferenceModel(gtxrig.load_requirements())", "begun.set(); model.run({{'pack.voltage': numpy.zeros(10000000)}}, [])"),
        ("case = gtxrig.load_cases({case!r}, record='none')[0]", "begun.set(); case.run()"),
    ],
)  # fmt: skip
def test_the_program_ends_while_a_thread_is_at_work(tmp_path, before, work):
    case = tmp_path / "long.yaml"
    case.write_text("case: long\nsteps: [{ hold: 100000 h }]\nalways: [{ never: pack.voltage > 70 V }]\n")
    names = {"out": str(tmp_path / "run"), "case": str(case)}
    said = script(tmp_path, STARTS.format(before=before.format(**names), work=work.format(**names)))
    assert said == ""  # nothing is raised in the thread that it could catch by accident
    if "session" in before:
        run = json.loads((tmp_path / "run/run.json").read_text())
        assert run["verdict"] == "aborted"
        assert any("read back" in event["text"] for event in run["events"])


@pytest.mark.parametrize("last", ["pack", "run", "rig", "model", "bench", "cases"])
def test_objects_may_live_until_the_very_end(tmp_path, recorded, last):
    script(
        tmp_path,
        f"""
        import sys, gtxrig
        pack, model = gtxrig.VirtualPack(), gtxrig.ReferenceModel(gtxrig.load_requirements())
        run = gtxrig.open_run({str(recorded)!r})
        array = run.signals["pack.voltage"].to_numpy()
        bench = gtxrig.Bench.load()
        cases = gtxrig.load_cases({str(ROOT / "cases/over_voltage")!r}, record="none")
        rig = bench.session(record="none")
        rig.start()
        sys.kept = [{last}, array]
        class AtTheEnd:
            def __del__(self):
                self.kept
        late = AtTheEnd()
        late.kept = {last}
        late.myself = late
        """,
    )


# Forks


@pytest.mark.skipif("libasan" in os.environ.get("LD_PRELOAD", ""), reason="its allocator may be locked by the other thread in the child")
def test_forks_go_on_with_what_needs_no_bench(tmp_path, recorded):
    said = script(
        tmp_path,
        f"""
        import os, sys, threading, gtxrig
        pack = gtxrig.VirtualPack()
        run = gtxrig.open_run({str(recorded)!r})
        rig = gtxrig.Bench.load().session(record="none")
        rig.start()
        tap = rig._core.listen()
        stop = threading.Event()
        def drive():
            while not stop.is_set():
                try:
                    rig.hold(50)
                except gtxrig.RigError:
                    return
        thread = threading.Thread(target=drive)
        thread.start()
        children = []
        for _ in range(4):
            child = os.fork()
            if child == 0:
                pack.advance(10)
                assert len(run.signals["pack.voltage"]) > 0 and tap.lost >= 0
                for call in (lambda: rig.hold(1), rig.close, lambda: rig["pack.voltage"]):
                    try:
                        call()
                    except gtxrig.RigError:
                        pass
                other = gtxrig.Bench.load().session(record="none")
                other.start()
                other.expect("pack.voltage > 40 V")
                other.close()
                sys.exit(0)
            children.append(child)
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        stop.set()
        thread.join()
        rig.expect("pack.voltage > 40 V")
        rig.close()
        print(rig.verdict, codes)
        """,
    )
    assert said == "pass [0, 0, 0, 0]\n"


def test_ctrl_c_ends_a_pack_that_computes_for_long(tmp_path):
    path = tmp_path / "script.py"
    # A shell that starts the tests in the background makes its children deaf to Ctrl-C.
    path.write_text("import signal, gtxrig\nsignal.signal(signal.SIGINT, signal.default_int_handler)\npack = gtxrig.VirtualPack()\n"
                    "print('begun', flush=True)\npack.advance(1e9)\n")  # fmt: skip
    with subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        try:
            _, errors = process.communicate(timeout=120)
        finally:
            process.kill()
    assert "KeyboardInterrupt" in errors and process.returncode == -signal.SIGINT
