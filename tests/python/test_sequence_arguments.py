"""A sequence finds what is wrong with its arguments before its first step, and not after a discharge of hours."""

import pytest

from gtxrig import A, Ah, Bench, K, RigError, V, degC, mOhm, minutes, percent, sequences
from gtxrig.sequences import overcharge_control_of_current, overcharge_control_of_voltage, overheating_control

WRONG = [
    ("capacity", {"rated": 100}, TypeError, r"rated is charge .*write a unit"),
    ("capacity", {"rated": 100 * A}, TypeError, "rated is charge .*this is current"),
    ("capacity", {"rated": -100 * Ah}, ValueError, "rated has to be above zero"),
    ("capacity", {"end_voltage": None}, TypeError, "end_voltage is voltage"),
    ("capacity", {"rest": -1 * minutes}, ValueError, "rest has to be a time that is not negative"),
    ("capacity", {"rest": 5 * V}, TypeError, "rest is .*this is voltage"),
    ("capacity", {"name": "The Capacity"}, ValueError, "name has to be lower case"),
    ("charge_fully", {"cut_off": 5}, TypeError, "cut_off is current .*write a unit"),
    ("charge_fully", {"current": "20 A"}, TypeError, "current is current .*not '20 A'"),
    ("hppc", {"socs": ()}, ValueError, "socs has to name at least one"),
    ("hppc", {"socs": (0.3, 0.9)}, ValueError, "states of charge fall, not 0.9 after 0.3"),
    ("hppc", {"socs": (0.9, 0.5), "start_soc": 0.6}, ValueError, "states of charge fall, not 0.9 after 0.6"),
    ("hppc", {"socs": (90, 50)}, ValueError, r"socs\[0\] has to lie between 0 and 1"),
    ("hppc", {"socs": (0.5, 0.499)}, ValueError, "the same percent"),
    ("hppc", {"largest": 25 * A}, TypeError, "largest is resistance"),
    ("hppc", {"discharge": -50 * A}, ValueError, "discharge has to be above zero"),
    ("hppc", {"capacity": float("nan") * Ah}, ValueError, "capacity is no finite number"),
    ("pulse", {"current": 0 * A}, ValueError, "current has to flow"),
    ("pulse", {"current": 20 * A, "duration": 0 * minutes}, ValueError, "duration has to be above zero"),
    ("endurance", {"cycles": 1.5}, TypeError, "cycles has to be a whole number"),
    ("endurance", {"test_every": 0}, ValueError, "test_every has to be at least one"),
    ("endurance", {"least": 95}, ValueError, "least has to lie between 0 and 1"),
    ("endurance", {"least": 95 * A}, TypeError, "least is .*this is current"),
    ("overcharge_control_of_voltage", {"source": 60}, TypeError, "source is voltage"),
    ("overcharge_control_of_voltage", {"observe": "1 h"}, TypeError, "observe is .*not '1 h'"),
    ("overcharge_control_of_current", {"highest": 0 * A}, ValueError, "highest has to be above zero"),
    ("overheating_control", {"highest": 55 * K}, TypeError, "highest is temperature"),
    ("overheating_control", {"limits": (60 * degC, 51 * degC)}, ValueError, r"limits has to be \(lowest, highest\)"),
    ("overheating_control", {"limits": 60 * degC}, TypeError, r"limits has to be \(lowest, highest\)"),
]


@pytest.fixture(scope="module")
def rig():
    with Bench.load(seed=2).session(record="none") as rig:
        yield rig.start(soc=0.5)


@pytest.mark.parametrize(("sequence", "given", "error", "says"), WRONG)
def test_a_wrong_argument_is_named_before_the_first_step(rig, sequence, given, error, says):
    before = rig.time
    with pytest.raises(error, match=says):
        getattr(sequences, sequence)(rig, **given)
    assert rig.time == before and rig["supply.output"].value == 0 and rig["load.input"].value == 0


def test_states_of_charge_may_be_percent_and_any_iterable():
    assert sequences.arguments.falling(95 * percent, iter([90 * percent, 0.5])) == [0.9, 0.5]
    sequences.arguments.durations(rest=40, observe=0 * minutes)
    sequences.arguments.limits(mOhm, limits=(None, 25 * mOhm))


@pytest.mark.parametrize("record", ["events", "none"])
@pytest.mark.parametrize("sequence", [overcharge_control_of_voltage, overcharge_control_of_current, overheating_control])
def test_a_sequence_that_looks_back_refuses_a_session_that_forgets(tmp_path, sequence, record):
    with Bench.load().session(record=record, out=None if record == "none" else tmp_path / "run") as rig:
        rig.start(soc=0.5)
        begin = rig.time
        with pytest.raises(RigError, match=f"looks up what was when the pack acted, and the session has record='{record}'"):
            sequence(rig)
        assert rig.time == begin
        rig.expect("pack.voltage > 40 V")
