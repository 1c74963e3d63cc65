"""Arguments of a wrong kind are told in the script's own words: what was expected, and what was found."""

import copy
import pickle

import numpy as np
import pytest
from recorded import CASE, ROOT, recorded_run

from gtxrig import A, Ah, Bench, Measured, Quantity, ReferenceModel, RigError, StepFailed, V, VirtualPack, load_cases, open_run, s
from gtxrig.bench import setting_text

OVER_VOLTAGE = ROOT / CASE


@pytest.fixture(scope="module")
def run():
    return open_run(recorded_run()[0])


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: load_cases(OVER_VOLTAGE, parameters=3), r"parameters are a mapping such as .*, not 3"),
        (lambda: load_cases(OVER_VOLTAGE, bench=3), "bench is a path, not 3"),
        (lambda: load_cases(3), "a case is a path, not 3"),
        (lambda: load_cases(OVER_VOLTAGE, record=None), 'record is "full", "changes", "events" or "none", not None'),
        (lambda: Bench.load(None), "the bench file is a path, not None"),
        (lambda: Bench.load(overrides={3: 4}), "overrides are named by paths"),
        (lambda: Bench.load(overrides={"dut.defects": None}), "dut.defects is a quantity, a number, a text, .*, not None"),
        (lambda: Bench.load().session(limits=3), r"limits are a mapping such as .*, not 3"),
        (lambda: Bench.load().session(always=3), r"always is a list of conditions such as .*, not 3"),
        (lambda: Bench.load().session(out=3), "out is a path, not 3"),
        (lambda: Bench.load().session().abort(3), "the reason is a text, not 3"),
        (lambda: open_run(None), "a record is a path, not None"),
        (lambda: Quantity("x"), "the value of a quantity is a number, not 'x'"),
        (lambda: Quantity(1, 3), "a dimension is that of a quantity"),
        (lambda: (57 * V).to(3), r"to\(\) takes a unit such as mV, not 3"),
        (lambda: VirtualPack().preset(age=3), "age is a text"),
        (lambda: ReferenceModel(uncertainty=3), "uncertainty is a mapping such as"),
        (lambda: ReferenceModel().step(3), "values are a mapping such as"),
        (lambda: ReferenceModel().step(frames=[1]), r"a frame is a CanFrame or \(id, data\)"),
        (lambda: ReferenceModel()[3], "a signal is named by a text"),
    ],
)
def test_it_says_what_was_expected_and_what_was_found(call, text):
    with pytest.raises(TypeError, match=text):
        call()


def test_a_rule_is_a_text():
    with Bench.load().session(record="none") as rig:
        rig.start()
        with pytest.raises(TypeError, match='the rule of odd is "simple", "guard_band" or "non_binary", not None'):
            rig.check("odd", 1 * V, rule=None)
        rig.expect("pack.voltage > 40 V")


def test_a_plot_says_what_it_can_draw(run):
    with pytest.raises(ValueError, match="no signal is named"):
        run.plot([])
    with pytest.raises(TypeError, match=r"signals has to be a list of names such as .*, not 3"):
        run.plot(3)
    with pytest.raises(TypeError, match=r"signals has to be a list of names such as .*, not 3"):
        run.to_pandas(3)
    for window in (3, (1, 2, 3), ("a", "b"), (None, 5)):
        with pytest.raises(TypeError, match=r"the window is \(from, to\), two numbers of seconds"):
            run.plot(["pack.voltage"], window=window)


def test_what_there_is_one_of_is_neither_copied_nor_pickled(run):
    for made, text in ((VirtualPack(), "make another one"), (ReferenceModel(), "make another one"), (run, rf"open_run\('{run.path}'\)")):
        for way in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match=text):
                way(made)


def test_values_of_a_bench_file_are_written_as_it_has_them():
    for value, text in (
        (57 * V, "57 V"), (Measured(57, V.dimension, 0.1, 0), "57 V"), (True, "on"), (np.bool_(False), "off"), (3, "3"), (np.int64(3), "3"),
        (0.5, "0.5"), (np.float64(0.5), "0.5"), ("[a, b]", "[a, b]"), (("a",), '["a"]'), (["a", 3, 57 * V], '["a", 3, 57 V]'),
        ({"b", "a"}, '["a", "b"]'), (np.array(["a", "b"]), '["a", "b"]'), ([], "[]"), ({"threshold": 57 * V, "on": True}, "{threshold: 57 V, on: on}"),
    ):  # fmt: skip
        assert setting_text(value, "x") == text
    for value in (None, b"a", object(), [None], 3j):
        with pytest.raises(TypeError, match="x is a quantity, a number, a text"):
            setting_text(value, "x")
    for defects in (("lost_hysteresis", "wandering_threshold"), {"lost_hysteresis"}, np.array(["lost_hysteresis"])):
        VirtualPack({"defects": defects})
    VirtualPack({"firmware.pack_ov": {"threshold": 57 * V}, "cells": {"capacity": 90 * Ah}})
    load_cases(OVER_VOLTAGE, parameters={"approach_current": 10 * A}, record="none")


def test_a_record_level_that_is_none_is_told_at_once():
    with pytest.raises(RigError, match="there is no record level 'most'; full, changes, events or none"):
        Bench.load().session(record="most")


def test_within_no_time_is_at_once():
    with Bench.load().session(record="none") as rig:
        rig.start()
        for nothing in (0, 0.0, 0 * s):
            rig.expect("pack.voltage > 40 V", within=nothing)
        with pytest.raises(StepFailed):
            rig.expect("pack.voltage > 90 V", within=0)
