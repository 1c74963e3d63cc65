"""The virtual pack and the reference model without a bench."""

import numpy as np
import pytest

from gtxrig import (
    A,
    Bench,
    Dbc,
    InputError,
    K,
    Ohm,
    ReferenceModel,
    RigError,
    V,
    VirtualPack,
    degC,
    hours,
    load_requirements,
    mA,
    mV,
    minutes,
    percent,
)


NAN = float("nan")


def charged_pack(**options):
    pack = VirtualPack(**options)
    pack.preset(soc=0.97, temperature=25 * degC)
    return pack


def test_a_pack_that_is_charged_opens_by_itself_and_says_so():
    pack = charged_pack(seed=7)
    pack.charge(5 * A, voltage=57 * V)
    for _ in range(120):
        pack.advance(1 * minutes)
        if not pack.charge_switch:
            break
    assert not pack.charge_switch and pack.discharge_switch
    assert pack.charge_prohibited and not pack.discharge_prohibited
    assert abs(pack.current / A) < 1e-6
    pack.frames()
    pack.advance(2)
    frames = {frame.id: frame for frame in pack.frames()}
    limits = Dbc.load("builtin:cases/gtx5000.dbc").decode(0x351, frames[0x351].data)
    assert limits["ChargeCurrentLimit"] == 0.0 and limits["DischargeCurrentLimit"] > 0.0


def test_parameters_are_those_of_a_bench_and_change_it():
    plain, low = charged_pack(), charged_pack(parameters={"firmware.pack_ov.threshold": 55 * V, "firmware.cell_ov.threshold": 3.4 * V})
    for pack in (plain, low):
        pack.charge(5 * A, voltage=55.5 * V)
        pack.advance(40 * minutes)
    assert plain.charge_switch and not low.charge_switch


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"firmware.pack_ov.treshold": 57 * V}, "threshold"),
        ({"cells.capacity": 57 * V}, "parameters"),
        ({"cells.capacity_sigma": 5}, "capacity_sigma"),
        (["defects=[frozen_limit]"], "frozen_limits"),
    ],
)
def test_a_wrong_parameter_is_refused_with_the_right_one(parameters, said):
    with pytest.raises(InputError, match=said):
        VirtualPack(parameters)


def test_the_same_seed_gives_the_same_bits_and_another_seed_another_pack():
    def voltages(seed):
        pack = VirtualPack(seed=seed)
        pack.preset(soc=0.5, temperature=25 * degC)
        return pack.follow(np.full(30, -20.0), step=1.0)["cell_voltages"]

    assert voltages(3).tobytes() == voltages(3).tobytes()
    assert voltages(3).tobytes() != voltages(4).tobytes()


def test_follow_carries_what_it_is_given_and_returns_to_rest():
    pack = VirtualPack()
    pack.preset(soc=0.5, temperature=25 * degC)
    ran = pack.follow([10.0, -30.0, 0.0], step=2.0)
    assert ran["time"].tolist() == [2.0, 4.0, 6.0] and ran["cell_voltages"].shape == (3, 16)
    assert np.allclose(ran["current"], [10.0, -30.0, 0.0], atol=1e-9)
    assert not ran["voltage"].flags.writeable
    pack.advance(1)
    assert pack.current == 0 * A and pack.time == 7.0


def test_a_pack_that_is_off_starts_by_its_button_only():
    pack = VirtualPack()
    pack.preset(state="off", soc=0.5, temperature=25 * degC)
    pack.advance(30)
    assert not pack.discharge_switch and not pack.frames()
    pack.press_button()
    pack.advance(4)
    pack.press_button(False)
    pack.advance(30)
    assert pack.discharge_switch and pack.frames()


def test_a_pack_can_have_lived_and_lain_before():
    pack = VirtualPack()

    def sag(**start):
        pack.preset(soc=0.5, temperature=25 * degC, cell_spread=0.0, **start)
        before = pack.voltage
        pack.discharge(50 * A)
        pack.advance(1)
        return (before - pack.voltage).value

    young, old = sag(), sag(age="eol_60")
    assert 1.5 * young < old and young < sag(age="2000 cycles") < old
    pack.preset(soc=0.5, temperature=25 * degC, stored=4320 * hours)
    assert pack.soc < 0.49


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda p: p.charge(5), TypeError, "current is current"),
        (lambda p: p.charge(5 * V), TypeError, "this is voltage"),
        (lambda p: p.discharge(-5 * A), ValueError, "current lies between 0 and .*direction"),
        (lambda p: p.charge(1e6 * A), ValueError, "between 0 and"),
        (lambda p: p.charge(5 * A, 1e6 * V), ValueError, "voltage lies between 0 and"),
        (lambda p: p.charge(5 * A, NAN * V), ValueError, "voltage lies between 0 and"),
        (lambda p: p.follow([1.0], source=NAN * V), ValueError, "source lies between"),
        (lambda p: p.follow([1e9]), ValueError, "between"),
        (lambda p: p.follow(["1", "2"]), TypeError, "plain numbers"),
        (lambda p: p.advance("1"), TypeError, "time"),
        (lambda p: p.advance(NAN), ValueError, "finite"),
        (lambda p: p.advance(0.015), ValueError, "10 ms"),
        (lambda p: p.advance(0), ValueError, "10 ms"),
        (lambda p: p.follow([1.0, float("nan")]), ValueError, "index 1"),
        (lambda p: p.follow([[1.0]]), ValueError, "one dimension"),
        (lambda p: p.preset(soc=97), ValueError, "soc: .97.*above 1.*percentage"),
        (lambda p: p.preset(soc=NAN), ValueError, "finite"),
        (lambda p: p.preset(cell_spread=NAN), ValueError, "cell_spread"),
        (lambda p: p.preset(cell_spread=float("inf")), ValueError, "cell_spread"),
        (lambda p: p.preset(leading_cell=3, leading_by=NAN), ValueError, "leading_by"),
        (lambda p: p.preset(leading_cell=3, leading_by=5.0), ValueError, "leading_cell: .5.*above 1"),
        (lambda p: p.preset(leading_by=0.1), ValueError, "leading_cell, 1 to 16"),
        (lambda p: p.preset(hot_cell=3, hot_by=1e9 * K), ValueError, "hot_cell: .*above 40 K"),
        (lambda p: p.preset(hot_cell=3, hot_by=NAN * K), ValueError, "hot_by"),
        (lambda p: p.preset(temperature=NAN * degC), ValueError, "temperature"),
        (lambda p: p.preset(temperature=1e9 * degC), ValueError, "temperature: .*above 120"),
        (lambda p: p.preset(temperature=-300 * degC), ValueError, "temperature: .*below -60"),
        (lambda p: p.preset(stored=NAN * hours), ValueError, "stored"),
        (lambda p: p.preset(stored=-1 * hours), ValueError, "stored: .*below 0"),
        (lambda p: p.preset(since_full=-1 * hours), ValueError, "since_full: .*below 0"),
        *((lambda p, n=n: p.preset(leading_cell=n, leading_by=0.1), ValueError, "between 1 and 16") for n in (17, 0, -1, 99)),
        *((lambda p, n=n: p.preset(hot_cell=n, hot_by=1 * K), ValueError, "between 1 and 16") for n in (17, 0, -1, 99)),
        (lambda p: p.preset(temperature=25 * K), TypeError, "temperature"),
        (lambda p: p.preset(state="asleep"), RigError, "standby or off"),
        (lambda p: p.preset(age="old"), RigError, "age 'old'.*label_500"),
        (lambda p: p.preset(stored=30), TypeError, "stored"),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, said):
    with pytest.raises(error, match=said):
        call(VirtualPack())


# The reference


def reference():
    # The profile says what the manual leaves open, such as how far the pack's own temperature may be off.
    requirements = load_requirements(profile="builtin:cases/packs/virtual_gtx5000.yaml")
    model = ReferenceModel(requirements, uncertainty={"pack.voltage": 10 * mV, "pack.current": 50 * mA})
    model.restart(temperature=25 * degC, cells_equalised=True)
    return model


def healthy(voltage):
    return {"pack.voltage": voltage, "pack.current": 5 * A, "pack.charge_demand": True, "pack.discharge_demand": False,
            "pack.skin_temperature": 25 * degC, "dut.charge_allowed": True}  # fmt: skip


def test_a_session_begins_where_the_pack_can_alone():
    rig = Bench.load().session(record="none")
    with pytest.raises(InputError, match="below 0 s, the least"):
        rig.start(since_full=-1)


def test_a_pack_beyond_all_tables_is_no_crash():
    pack = VirtualPack()
    pack._core.preset("standby", None, float("nan"), None, None, 0.0, None, 0.0, None, 0.0, "")
    pack._core.connect(float("nan"), 5.0, 0.0, False)
    pack.advance(60)


def test_far_below_the_threshold_charging_must_stay_allowed_and_far_above_it_must_end():
    model = reference()
    for _ in range(1000):
        model.step(healthy(52 * V))
    may, must = model.may_must("dut.charge_allowed")
    assert may and must
    silent = {name: value for name, value in healthy(58 * V).items() if name != "dut.charge_allowed"}
    allowed = []
    for _ in range(800):
        model.step(silent)
        allowed.append(model.may_must("dut.charge_allowed")[0])
    # Within the delay of a conforming pack it may still be allowed; then it is a divergence, after which the model goes
    # on from what it sees.
    assert allowed[0] and 200 < allowed.index(False) < 700


def test_what_the_pack_says_can_come_as_its_frames():
    model, pack = reference(), VirtualPack(seed=7)
    pack.preset(soc=0.5, temperature=25 * degC)
    pack.charge(5 * A, voltage=57 * V)
    for _ in range(400):
        pack.advance(0.01)
        model.step(
            {"pack.voltage": pack.voltage, "pack.current": pack.current, "pack.charge_demand": True,
             "pack.discharge_demand": False},
            frames=pack.frames(),
        )  # fmt: skip
    assert model["dut.soc"] is not None and abs(model["dut.soc"].value - 0.5) < 0.02
    lowest, highest = model.bounds("dut.charge_current_limit")
    said = model["dut.charge_current_limit"]
    assert lowest is not None and highest is not None and lowest <= said <= highest


def test_many_ticks_at_once_are_the_same_as_one_by_one():
    voltages = np.linspace(52.0, 58.5, 4000)
    series = {"pack.voltage": voltages, "pack.current": np.full(4000, 5.0), "pack.charge_demand": np.ones(4000),
              "pack.skin_temperature": np.full(4000, 25.0), "dut.charge_allowed": np.ones(4000)}  # fmt: skip
    wanted = ["model.dut.charge_allowed.may", "model.dut.charge_allowed.must"]
    together = reference().run(series, wanted)
    model, single = reference(), []
    for voltage in voltages:
        model.step({"pack.voltage": float(voltage) * V, "pack.current": 5 * A, "pack.charge_demand": True,
                    "pack.skin_temperature": 25 * degC, "dut.charge_allowed": True})  # fmt: skip
        single.append([model._core.value(name) for name in wanted])
    assert np.array_equal(np.column_stack([together[name] for name in wanted]), np.array(single), equal_nan=True)
    assert set(together[wanted[1]]) == {0.0, 1.0}


def test_without_a_profile_the_bounds_are_those_of_the_manual_alone():
    plain, profiled = ReferenceModel(), reference()
    assert "pack.voltage" in plain.inputs and "model.dut.charge_allowed.may" in plain.outputs
    for model in (plain, profiled):
        model.step(healthy(52 * V))
    assert plain["model.rule.charge_ot.hi"] >= profiled["model.rule.charge_ot.hi"]


def test_a_cell_that_the_service_port_tells_has_to_be_protected_although_the_sum_is_low():
    def must_end(highest):
        model = reference()
        silent = {name: value for name, value in healthy(54 * V).items() if name != "dut.charge_allowed"}
        for i in range(3000):
            told = {"dut.cells.highest": highest, "dut.cells.lowest": 3.35 * V} if i % 100 == 0 else {}
            model.step((healthy(54 * V) if i < 2000 else silent) | told)
            if not model.may_must("dut.charge_allowed")[0]:
                return True
        return False

    assert must_end(3.70 * V)
    assert not must_end(3.60 * V)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda m: m.step({"pack.voltage": 57}), TypeError, "no unit"),
        (lambda m: m.step({"pack.voltage": 57 * A}), TypeError, "this is current"),
        (lambda m: m.step({"pack.voltag": 57 * V}), RigError, "pack.voltage"),
        (lambda m: m.step({"model.dut.charge_allowed.may": True}), RigError, "cannot be told"),
        (lambda m: m.step(step=0.0), ValueError, "tick"),
        (lambda m: m.step(frames=[(0x351, bytes(9))]), ValueError, "8 bytes"),
        (lambda m: m["pack.volts"], RigError, "pack.volt"),
        (lambda m: m.restart(since_full=5), TypeError, "since_full"),
        (lambda m: m.run({"pack.voltage": [1.0], "pack.current": [1.0, 2.0]}, []), ValueError, "one length"),
        (lambda m: m.run({"pack.voltage": [float("inf")]}, []), ValueError, "finite"),
        (lambda m: ReferenceModel(uncertainty={"dut.soc": 1 * percent}), RigError, "not measured"),
        (lambda m: ReferenceModel(uncertainty={"pack.voltage": 1 * Ohm}), TypeError, "resistance"),
        (lambda m: ReferenceModel(uncertainty={"pack.voltage": -1 * mV}), ValueError, "not negative"),
        (lambda m: ReferenceModel(uncertainty={"pack.voltage": float("inf") * V}), ValueError, "finite"),
        (lambda m: m.restart(temperature=NAN * degC), ValueError, "temperature is no finite"),
        (lambda m: m.restart(since_full=-1 * hours), ValueError, "not negative"),
        (lambda m: m.step({"io.button": 5}), ValueError, "truth value"),
    ],
)
def test_what_the_reference_cannot_take_is_refused(call, error, said):
    with pytest.raises(error, match=said):
        call(reference())


def test_hours_pass_in_a_moment():
    pack = VirtualPack()
    pack.preset(soc=0.9, temperature=25 * degC)
    pack.discharge(20 * A)
    pack.advance(2 * hours)
    assert 0.45 < pack.soc < 0.55


def test_cells_age_with_the_charge_that_was_drawn():
    def drop(**parameters):
        pack = VirtualPack({f"cells.{name}": value for name, value in parameters.items()})
        pack.preset(soc=0.9, temperature=25 * degC)
        pack.follow([-50.0] * 3600)
        voltage = pack.follow([0.0, -50.0], step=0.05)["voltage"]
        return voltage[0] - voltage[1]

    assert drop(resistance_growth=0.05) > 1.005 * drop(), "half a cycle adds a fortieth to the cells' part"
