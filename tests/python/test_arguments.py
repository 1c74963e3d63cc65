"""What a script gives is looked at where it gives it: numbers of all packages are taken, and slips are told in its own words."""

import copy
import math
import pickle
from fractions import Fraction

import numpy as np
import pytest

from gtxrig import A, Bench, InputError, ReferenceModel, RigError, V, degC, load_requirements, minutes, mV, s, unit


@pytest.fixture
def rig():
    with Bench.load(seed=7).session(record="none") as rig:
        rig.start(soc=0.5, temperature=25 * degC)
        yield rig


# Copies


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, pickle.dumps])
def test_what_stands_for_a_bench_is_not_copied_and_a_try_does_no_harm(rig, way):
    for single in (rig, rig.bench, rig.supply):
        with pytest.raises(TypeError, match="neither copied nor pickled"):
            way(single)
    rig.expect("pack.voltage > 40 V")
    rig.close()
    assert rig.verdict == "pass"


# Assignments


def test_an_assignment_that_would_set_nothing_says_what_does(rig):
    with pytest.raises(AttributeError, match=r"rig\.supply\.set\(voltage=\.\.\.\)"):
        rig.supply.voltage = 57 * V
    with pytest.raises(AttributeError, match=r"rig\.supply\.set"):
        rig.supply = True
    with pytest.raises(AttributeError, match=r'rig\["supply\.voltage"\]'):
        assert rig.supply.voltage
    with pytest.raises(TypeError, match="supply.voltage_set is given twice"):
        rig.supply.set(voltage=50 * V, voltage_set=51 * V)
    rig.my_own_note = "allowed"


# Texts


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_text_is_no_condition_no_value_and_no_set_point(rig, text):
    for call in (lambda: rig.expect(text), lambda: rig.wait_until(text, timeout=1), lambda: rig.value(text),
                 lambda: rig.at(text, "pack.voltage"), lambda: rig.set({text: 5 * V}), lambda: rig.supply.set(voltage=text),
                 lambda: rig.ramp("supply.voltage_set", to=text, rate=1 * V / s),
                 lambda: rig.ramp("supply.voltage_set", to=5 * V, rate=text), lambda: rig.watch(text)):  # fmt: skip
        with pytest.raises(InputError):
            call()


def test_what_is_no_text_is_told_so(rig):
    for call in (lambda: rig.wait_until(None, timeout=1), lambda: rig.expect(lambda: True), lambda: rig[5], lambda: rig.at(5, "pack.voltage"),
                 lambda: rig.set({5: 5 * V}), lambda: rig.ramp(5, 5 * V, 1 * V / s), lambda: rig.check(5, 5 * V), lambda: rig.watch(5)):  # fmt: skip
        with pytest.raises(TypeError, match="a text"):
            call()
    with pytest.raises(TypeError, match="set-points are a mapping"):
        rig.set(5)


def test_half_a_character_in_a_text_is_a_mistake_like_any_other(rig):
    for call in (lambda: rig.expect("\udc80"), lambda: rig["\udc80"], lambda: rig.set({"\udc80": 1 * V}), lambda: rig.supply.set(voltage="\udc80")):  # fmt: skip
        with pytest.raises(InputError):
            call()


# Numbers


def test_numbers_of_numpy_are_numbers(rig):
    assert np.int64(50) * V == V * np.float32(50) == Fraction(50) * V == 50 * V
    assert (100 * V) / np.int16(2) == 50 * V
    assert (V * np.float32(0.1)).value == float(np.float32(0.1))  # and goes on in double precision
    rig.supply.set(voltage=np.int64(50) * V, current=np.float32(3) * A, output=np.bool_(True))
    begin = rig.time
    rig.hold(np.float32(0.5))
    rig.step(np.int64(3))
    assert rig.time > begin and rig["supply.output"].value == 1
    assert rig.check("ratio", np.float32(0.5), limits=(np.int8(0), np.float64(1)))
    assert (rig["pack.voltage"] * np.int64(2)).uncertainty == rig["pack.voltage"].uncertainty * 2
    with Bench.load(seed=np.int64(3)).session(record="none") as other:
        other.start(soc=np.float32(0.5))
        assert other.bench.seed == 3
    model = ReferenceModel()
    model.step({"dut.soc": np.float32(0.5), "dut.charge_allowed": np.bool_(True)})
    for array in (np.array([1.0]), np.array(1.0), [1.0]):
        with pytest.raises(TypeError):
            V * array
        with pytest.raises(TypeError):
            rig.hold(array)
    with pytest.raises(TypeError, match="truth value"):
        rig.supply.set(voltage=np.bool_(True))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_finite_number_is_told_so(rig, value):
    for call in (lambda: rig.supply.set(voltage=value * V), lambda: rig.hold(value), lambda: rig.hold(value * minutes),
                 lambda: rig.ramp("supply.voltage_set", to=5 * V, rate=value * V / s), lambda: rig.check("odd", value * V, limits=(1 * V, None)),
                 lambda: rig.check("odd", value), lambda: rig.expect("pack.voltage > 1 V", within=value),
                 lambda: Bench.load().session(limits={"pack.voltage": (value * V, None)})):  # fmt: skip
        with pytest.raises(ValueError, match="is no finite number"):
            call()


def test_ticks_are_counted_from_one(rig):
    for ticks in (0, -1, 10**30):
        with pytest.raises(ValueError, match="number of ticks lies between"):
            rig.step(ticks)
    for ticks in (1.5, True, "3", None):
        with pytest.raises(TypeError, match="number of ticks is a whole number"):
            rig.step(ticks)


def test_a_seed_is_looked_at_when_the_bench_is_loaded():
    for seed in (-1, 2**64, 10**30):
        with pytest.raises(ValueError, match="seed lies between"):
            Bench.load(seed=seed)
    for seed in (1.5, True, "7", None):
        with pytest.raises(TypeError, match="seed is a whole number"):
            Bench.load(seed=seed)
    with Bench.load(seed=2**64 - 1).session(record="none") as rig:
        rig.start()


# Names and limits


def test_a_ramp_needs_a_set_point_that_is_there_and_can_move(rig):
    with pytest.raises(InputError, match="did you mean 'supply.voltage_set'"):
        rig.ramp("supply.voltage_sett", to=5 * V, rate=1 * V / s)
    with pytest.raises(TypeError, match="supply.output is on or off"):
        rig.ramp("supply.output", to=True, rate=1 * unit("V/s"))


@pytest.mark.parametrize("name", ["", "C 5", "Upper", "a\0b", "é", "\udc80", "x" * 101])
def test_checks_are_named_as_measures_of_cases_are(rig, name):
    with pytest.raises(RigError, match="name for a check|name of a check"):
        rig.check(name, 1 * V)


def test_a_check_takes_a_number_and_two_limits(rig):
    for value in (True, None, "1 V", np.array(1.0)):
        with pytest.raises(TypeError, match="takes a quantity or a number"):
            rig.check("odd", value)
    for limits in (2 * V, (None, 2 * V, 3 * V), 5, "ab"):
        with pytest.raises(TypeError, match=r"are \(lowest, highest\)"):
            rig.check("odd", 1 * V, limits=limits)
    with pytest.raises(ValueError, match="is not a number"):
        rig.check("odd", 1 * V, limits=(math.nan * V, None))
    assert rig.check("odd", 1 * V, limits=[0 * V, math.inf * V])  # none of the above has taken the name


def test_what_a_session_is_made_with_is_looked_at_at_once(capfd):
    bench = Bench.load()
    for options, text in (({"limits": {"pack.voltage": 48 * V}}, "lowest, highest"), ({"limits": {"pack.voltage": (1, 2)}}, "with its unit"),
                          ({"always": ["x"]}, "conditions such as"), ({"tick": "1 ms"}, "tick is a time"), ({"record": None}, "record is"),
                          ({"name": 5}, "name of a session"), ({"title": 5}, "title is a text"), ({"verifies": [5]}, "ids of requirements"),
                          ):  # fmt: skip
        with pytest.raises(TypeError, match=text):
            bench.session(**options)
    assert capfd.readouterr().err == ""  # a session that was never made has nothing to end


def test_one_text_is_a_list_of_one(tmp_path):
    bench = Bench.load(overrides="dut.firmware.pack_ov.threshold=57 V")
    with bench.session(verifies="GTX-OV-01", out=tmp_path / "run") as rig:
        rig.start()
        rig.expect("pack.voltage > 40 V")
    assert rig.run.info["verifies"] == "GTX-OV-01"
    with pytest.raises(TypeError, match="overrides are texts"):
        Bench.load(overrides=[5])


# Watching


def test_a_watch_says_at_once_what_is_wrong(rig):
    begin = rig.time
    with pytest.raises(InputError, match="did you mean 'pack.voltage'"):
        rig.watch("pack.voltag")
    with pytest.raises(TypeError, match="something to look at"):
        rig.watch()
    for every in (0, -1):
        with pytest.raises(ValueError, match="every is a time above 0"):
            rig.watch("pack.voltage", every=every)
    with pytest.raises(ValueError, match="not negative"):
        rig.watch("pack.voltage", for_=-1)
    assert rig.time == begin


def test_a_watch_counts_its_periods(rig):
    for every, for_, count in ((0.1, 1, 10), (0.3, 0.9, 3), (0.3, 1, 4), (2, 1, 1), (1, 0, 0)):
        assert len(list(rig.watch("pack.voltage", every=every, for_=for_))) == count


# Representations


def test_what_is_printed_says_what_it_is():
    requirements = load_requirements()
    assert repr(requirements).startswith("<Requirements of ") and repr(requirements.find("GTX-OV-01")).startswith("<RequirementRow GTX-OV-01: ")
    assert "ReferenceModel" in repr(ReferenceModel("builtin:cases/gtx5000.yaml")) and repr(10 * mV) == "<0.01 V>"
