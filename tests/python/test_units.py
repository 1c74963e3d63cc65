"""Quantities: what is added, compared and passed on must be of one kind."""

import pickle

import pytest

from gtxrig import A, K, Measured, Quantity, RigError, V, degC, hours, minutes, mV, percent, unit


def test_a_number_times_a_unit_is_a_quantity_in_base_units():
    assert (57 * V).value == 57.0
    assert (250 * mV).value == 0.25
    assert 3 * minutes == 180 * unit("s")
    assert (97 * percent).value == 0.97


def test_products_have_the_units_of_their_factors():
    assert (50 * V) * (2 * A) == 100 * unit("W")
    assert (10 * mV) / (1 * unit("s")) == 0.01 * unit("V/s")
    assert (3 * hours) / minutes == 180.0


def test_what_is_not_of_one_kind_is_neither_added_nor_compared():
    with pytest.raises(TypeError, match=r"current \(A\) cannot be added to voltage \(V\)"):
        57 * V + 1 * A
    with pytest.raises(TypeError, match="cannot be compared"):
        assert 57 * V > 1 * A
    with pytest.raises(TypeError, match="write a unit: V"):
        57 * V + 1
    with pytest.raises(TypeError, match="write a unit"):
        assert 57 * V > 56
    assert 57 * V != 57 * A


def measured(value, unit_, doubt):
    return Measured(value, unit_.dimension, doubt, 1.5)


def test_what_is_computed_of_a_measured_value_carries_its_uncertainty_on_either_side():
    v, i = measured(52.0, V, 0.01), measured(5.0, A, 0.05)
    for result, doubt in (
        (52.755 * V - v, 0.01), (v - 52.755 * V, 0.01), (1 * V + v, 0.01), (v + 1 * V, 0.01), ((5 * A) * v, 0.05), (v * (5 * A), 0.05),
        (2 * v, 0.02), (v * 2, 0.02), (v / 2, 0.005), ((52 * V) / i, 52 * 0.05 / 25), (v / (5 * A), 0.002), (1 / v, 0.01 / 52**2),
        ((104 * V) / v, 2 * 0.01 / 52), (v / measured(104.0, V, 0.02), (0.005**2 + 0.005**2) ** 0.5 / 52), (-v, 0.01), (abs(-v), 0.01),
        (round(v, 1), 0.01), (sum([v, v]), 0.02), (v - v, 0.0), (v / v, 0.0), (v * v, 2 * 52 * 0.01),
    ):  # fmt: skip
        assert isinstance(result, Measured), result
        assert result.uncertainty.value == pytest.approx(doubt), result
        assert result.time == 1.5
    assert type(v / mV) is float and v / mV == 52000.0
    assert 0.9 < v / measured(52.0, V, 0.1) < 1.1
    assert (measured(25.0, degC, 0.3) - 20 * degC).uncertainty == 0.3 * K


def test_what_a_counter_counted_is_as_uncertain_as_that_alone():
    before, after = measured(3600.0, unit("Ah"), 36.0), measured(7200.0, unit("Ah"), 72.0)
    assert after.since(before).uncertainty.value == 36.0
    assert after.since(before).value == 3600.0
    with pytest.raises(ValueError, match="no earlier reading"):
        before.since(after)
    with pytest.raises(TypeError, match="earlier reading"):
        after.since(5 * A)


def test_a_quantity_is_written_rounded_and_summed_as_numbers_are():
    assert f"{57 * V:.2f}" == "57.00 V"
    assert f"{57 * V:>8}" == "    57 V"
    assert f"{25 * degC:.1f}" == "25.0 degC"
    assert f"{97 * percent:.2f}" == "0.97"
    assert f"{3 * V / (4 * A) / V:.2e}".startswith("7.50e-01")
    assert round(57.26 * V, 1) == 57.3 * V
    assert sum([1 * V, 2 * V]) == 3 * V
    assert 97 * percent < 1 and 97 * percent + 0.01 == 98 * percent
    with pytest.raises(TypeError, match="write a unit"):
        sum([1 * V], 1)


def test_what_is_no_unit_is_told_in_words():
    with pytest.raises(TypeError, match="a unit is a text"):
        unit(5)
    with pytest.raises(RigError, match="no unit"):
        unit("\udcff")
    product = 1 * V
    with pytest.raises(ValueError, match="powers up to 127"):
        for _ in range(200):
            product = product * V


def test_a_temperature_is_a_point_and_its_difference_is_none():
    assert 25 * degC + 5 * K == 30 * degC
    assert 25 * degC - 20 * degC == 5 * K
    assert (-10 * degC).value == -10.0
    with pytest.raises(TypeError, match="two temperatures"):
        25 * degC + 5 * degC
    with pytest.raises(TypeError, match="point on a scale"):
        (25 * degC) * (2 * V)


def test_a_plain_number_comes_out_only_when_the_unit_is_said():
    with pytest.raises(TypeError, match="say in which unit"):
        float(57 * V)
    assert (57 * V) / mV == 57000.0
    assert (25 * degC).to(degC) == 25.0
    assert float(97 * percent) == 0.97


def test_texts_read_back_to_the_same_number():
    for quantity in (0.1 * V, 1e-5 * A, -40 * degC, 12345.678 * unit("Wh"), 1 / 3 * percent, 2.5 * unit("mV/s")):
        assert Quantity.parse(quantity.text) == quantity
    with pytest.raises(RigError, match="no quantity"):
        Quantity.parse("12 parsec")


def test_a_measured_value_shows_two_digits_of_its_uncertainty():
    measured = Measured(56.0337, (1, 0, 0, 0, False, False), 0.0097, 12.5)
    assert str(measured) == "56.0337 V +-0.0097 V"
    assert measured.uncertainty == 9.7 * mV
    assert measured + 1 * V == 57.0337 * V


def test_a_quantity_does_not_change_and_goes_through_pickle():
    quantity = 57 * V
    with pytest.raises(AttributeError):
        quantity.value = 3
    assert pickle.loads(pickle.dumps(quantity)) == quantity
    measured = Measured(1.0, (1, 0, 0, 0, False, False), 0.1, 2.0)
    assert pickle.loads(pickle.dumps(measured)).uncertainty == 0.1 * V


def test_numpy_arrays_do_not_silently_become_quantities():
    numpy = pytest.importorskip("numpy")
    with pytest.raises(TypeError, match="single numbers"):
        numpy.array([1.0, 2.0]) * V


def test_nothing_of_a_unit_is_false():
    for nothing in (0 * V, -0.0 * A, Quantity(0.0), Measured(0, V.dimension, 0.1, 0)):
        assert not nothing
    assert 1 * mV and Measured(-1, V.dimension, 0.1, 0)
