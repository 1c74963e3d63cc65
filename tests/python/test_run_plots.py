"""The pictures of a run show the run: what is drawn is read back from the figure and from the page."""

import json
import re

import gtxrig
import matplotlib
import numpy as np
import pytest
from recorded import recorded_run

matplotlib.use("Agg")


@pytest.fixture(scope="module")
def run():
    return gtxrig.open_run(recorded_run()[0])


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    matplotlib.pyplot.close("all")


def line_of(axis, name):
    return next(line for line in axis.lines if line.get_label() == name)


def test_a_figure_has_the_value_the_envelope_the_limits_and_the_trip(run):
    figure = run.plot(["pack.voltage", "dut.charge_current_limit"])
    voltage, limit = figure.axes
    drawn = line_of(voltage, "pack.voltage").get_ydata()
    recorded = run.signals["pack.voltage"].good_values()
    assert np.nanmax(drawn) == np.nanmax(recorded) and np.nanmin(drawn) == np.nanmin(recorded)
    assert len(drawn) < len(recorded), "a figure does not hold every sample"
    assert voltage.get_ylabel() == "V" and limit.collections, "the envelope is an area"
    threshold = next(row.upper or row.lower for row in run.limits if row.label == "GTX-OV-01 threshold")
    assert any(np.allclose(line.get_ydata(), threshold) for line in voltage.lines)
    trip = next(trip for trip in run.trips if trip.signal == "pack.voltage")
    assert any(list(line.get_xdata()) == [trip.time_s] for line in voltage.lines)
    assert run.verdict in figure.get_suptitle()


def test_a_window_shows_that_part_and_what_held_at_its_begin(run):
    figure = run.plot(["pack.voltage"], window=(1000.0, 1010.0))
    assert figure.axes[0].get_xlim() == (1000.0, 1010.0)
    times = line_of(figure.axes[0], "pack.voltage").get_xdata()
    assert times[0] <= 1000.0 < times[1] and times[-1] == 1010.0


def test_thinning_keeps_every_spike_and_every_break():
    from gtxrig.plot_data import thinned

    times, values = np.arange(100000) * 0.01, np.zeros(100000)
    values[12345], values[67890], values[50000:50010] = 9.0, -9.0, np.nan
    thin = thinned(times, values, 100)
    assert len(thin.times) <= 410
    assert {9.0, -9.0} <= set(thin.values.tolist()) and np.isnan(thin.values).any()
    assert times[12345] in thin.times and times[67890] in thin.times and np.all(np.diff(thin.times) > 0)
    known = ~np.isnan(thin.values)
    assert np.array_equal(thin.values[known], values[np.searchsorted(times, thin.times)][known])


def test_the_page_needs_nothing_else_and_holds_the_numbers(run, tmp_path):
    path = tmp_path / "plot.html"
    run.plot_html(path, ["pack.voltage", "dut.charge_current_limit"])
    page = path.read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)\s*=|https?://|@import""", page)
    data = json.loads(re.search(r'<script id="data" type="application/json">(.*?)</script>', page).group(1))
    voltage, limit = data["panels"]
    assert (voltage["name"], voltage["unit"]) == ("pack.voltage", "V")
    known = [value for value in voltage["value"]["v"] if value is not None]
    assert max(known) == pytest.approx(np.nanmax(run.signals["pack.voltage"].good_values()))
    assert len(limit["low"]["t"]) == len(limit["low"]["v"]) > 1
    assert run.sentence.split(";")[0] in page and page.count("</script>") == 2


def test_wrong_wishes_are_named(run, tmp_path):
    with pytest.raises(KeyError, match="did you mean 'pack.voltage'"):
        run.plot(["pack.voltge"])
    with pytest.raises(ValueError, match="from < to"):
        run.plot(["pack.voltage"], window=(5, 5))
    with pytest.raises(TypeError, match="list of names"):
        run.plot_html(tmp_path / "x.html", "pack.voltage")
    assert list(tmp_path.iterdir()) == []
