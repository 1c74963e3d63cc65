"""Sequences measure what the virtual pack has, and find a pack that has it not."""

import pytest

from gtxrig import A, Ah, Bench, Measured, V, Wh, degC, mOhm, minutes, percent, unit
from gtxrig.sequences import (
    capacity,
    endurance,
    hppc,
    overcharge_control_of_current,
    overcharge_control_of_voltage,
    overheating_control,
    refit,
)


@pytest.fixture
def session(tmp_path):
    def make(name, seed=2, overrides=(), record="full", **start):
        rig = Bench.load(seed=seed, overrides=overrides).session(name, out=tmp_path / name, record=record)
        return rig.start(**{"temperature": 25 * degC, **start})

    return make


def test_capacity_is_what_the_pack_gives_and_a_small_pack_fails_it(session):
    with session("good", soc=0.97, record="changes") as rig:
        measured = capacity(rig, rated=100 * Ah)
    assert rig.verdict == "pass", rig.explanation
    assert 100 < measured.charge / Ah < 105
    assert 5000 < measured.energy / Wh < 5500
    with session("small", soc=0.97, record="changes", overrides={"dut.cells.capacity": 90 * Ah}) as rig:
        measured = capacity(rig, rated=100 * Ah)
    assert measured.charge / Ah < 95
    assert rig.verdict == "fail"
    assert any(finding["rule"] == "capacity" for finding in rig.result["findings"]), rig.explanation


def test_a_capacity_is_as_uncertain_as_the_one_before_it_in_the_same_session(session):
    with session("thrice", soc=0.97, record="changes") as rig:
        doubts = [capacity(rig, name=name).charge.uncertainty / Ah for name in ("first", "second", "third")]
    assert doubts[2] == pytest.approx(doubts[1], rel=0.1) and doubts[1] == pytest.approx(doubts[0], rel=0.1), doubts


def test_pulses_give_the_resistance_of_the_cells_and_the_refit_leaves_millivolts(session):
    with session("hppc", soc=0.6) as rig:
        pulses = hppc(rig, socs=(0.5,), start_soc=0.6, largest=25 * mOhm)
    assert rig.verdict == "pass", rig.explanation
    out, into = pulses
    assert out.current < -45 * A and into.current > 30 * A
    assert 8 * mOhm < out.resistance < 16 * mOhm
    rows = refit(rig.run, pulses)
    for one, row in zip(pulses, rows):
        assert row["rms"] < 0.005
        model = 16 * (row["r0"] + row["r1"] * (1 - pytest.importorskip("numpy").exp(-10 / row["tau"])))
        assert model == pytest.approx(one.resistance.value, rel=0.1)


def test_overcharge_control_of_voltage_and_current_are_found(session):
    with session("voltage", soc=0.9) as rig:
        trip = overcharge_control_of_voltage(rig, source=59 * V, observe=60 * unit("s"))
    assert rig.verdict == "pass", rig.explanation
    assert 55.5 * V < trip < 56.6 * V
    with session("current", soc=0.3) as rig:
        flowed = overcharge_control_of_current(rig, observe=10 * unit("s"))
    assert rig.verdict == "pass", rig.explanation
    assert flowed == pytest.approx(120 * A, abs=2) if isinstance(flowed, float) else 118 * A < flowed < 122 * A


def test_a_pack_that_does_not_stop_fails(session):
    with pytest.raises(AssertionError), session(
        "deaf", soc=0.97, overrides={"dut.firmware.pack_ov.threshold": 70 * V, "dut.firmware.cell_ov.threshold": 4.4 * V}
    ) as rig:
        overcharge_control_of_voltage(rig, source=57 * V, current=5 * A, observe=60 * unit("s"))
    assert rig.verdict == "fail"


def test_overheating_is_found_and_a_pack_that_charges_on_fails(session):
    with session("hot", soc=0.4, temperature=47 * degC) as rig:
        trip = overheating_control(rig, current=2 * A, observe=1 * minutes)
    assert rig.verdict == "pass", rig.explanation
    assert 51 * degC < trip < 57 * degC
    with pytest.raises(AssertionError), session(
        "deaf", soc=0.4, temperature=50 * degC, overrides={"dut.firmware.charge_ot.threshold": 90 * degC}
    ) as rig:
        overheating_control(rig, current=2 * A, timeout=4 * unit("h"))
    assert rig.verdict == "fail"


def test_endurance_finds_the_fade_of_a_pack_that_ages_and_none_of_one_that_does_not(session):
    options = {"test_every": 1, "rest": 5 * minutes, "least": 97 * percent}
    with session("young", soc=0.9, record="none") as rig:
        young = endurance(rig, cycles=1, **options)
    assert rig.verdict == "pass", rig.explanation
    assert abs(young.fade.value) < 1e-3
    with session("old", soc=0.9, record="none", overrides={"dut.cells.capacity_fade": 0.01}) as rig:
        old = endurance(rig, cycles=2, **options)
    # Two cycles and the tests' own: more than 3 % are gone at the end.
    assert rig.verdict == "fail" and "endurance_remaining_2" in rig.explanation, rig.explanation
    assert old.fade.value == pytest.approx(0.01, rel=0.15) and 0 < old.fade.uncertainty.value < 0.01
    assert len(old.capacities) == 3 and 3 < old.cycles < 4.2
    assert old.remaining(10).value == pytest.approx(0.9, abs=0.02)


def test_measured_values_carry_their_uncertainty_through_arithmetic():
    a = Measured(50.0, (1, 0, 0, 0, False, False), 0.3, 1.0)
    b = Measured(2.0, (0, 1, 0, 0, False, False), 0.04, 2.0)
    c = Measured(20.0, (1, 0, 0, 0, False, False), 0.4, 3.0)
    assert (a - c).value == 30.0 and (a - c).uncertainty == 0.5 * V and (a - c).time == 3.0
    assert (a + 1 * V).uncertainty == 0.3 * V
    power = a * b
    assert power.uncertainty.value == pytest.approx((0.3**2 * 4 + 0.04**2 * 2500) ** 0.5)
    resistance = a / b
    assert resistance.uncertainty.value == pytest.approx(25 * ((0.3 / 50) ** 2 + (0.04 / 2) ** 2) ** 0.5)
    assert (2 * a).uncertainty == 0.6 * V and (-a).value == -50.0
