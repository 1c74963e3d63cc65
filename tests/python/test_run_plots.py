"""The pictures of a run show the run: what is drawn is read back from the figure and from the page."""

import json
import re

import gtxrig
import numpy as np
import pytest
from matplotlib import pyplot
from recorded import recorded_run


@pytest.fixture(scope="module")
def run():
    return gtxrig.open_run(recorded_run()[0])


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


def test_beyond_the_end_of_the_run_nothing_is_drawn(run):
    end = run.info.end_s
    figure = run.plot(["pack.voltage", "dut.charge_current_limit"], window=(end - 10, end + 30))
    assert figure.axes[0].get_xlim() == (end - 10, end + 30)
    for axis, name in zip(figure.axes, ("pack.voltage", "dut.charge_current_limit")):
        assert line_of(axis, name).get_xdata()[-1] == end
    for window in ((end, end + 10), (-20.0, -10.0)):
        with pytest.raises(ValueError, match="nothing of it is in the window"):
            run.plot(["pack.voltage"], window=window)


def test_a_run_that_still_goes_on_is_drawn_as_far_as_it_is_known(tmp_path):
    with gtxrig.Bench.load(seed=7).session(out=tmp_path / "run") as rig:
        rig.start(soc=0.5)
        rig.hold(100)
        unfinished = gtxrig.open_run(tmp_path / "run")
        figure = unfinished.plot(["pack.voltage"])
        begin, end = figure.axes[0].get_xlim()
        assert unfinished.state == "running" and begin == 0 and 1 < end <= rig.time
        assert line_of(figure.axes[0], "pack.voltage").get_xdata()[-1] == end


def test_figures_go_with_their_last_user_and_a_notebook_shows_them(run):
    before = pyplot.get_fignums()
    figure = run.plot(["pack.voltage"])
    assert pyplot.get_fignums() == before
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_labels_of_one_moment_stand_below_each_other(run):
    from gtxrig import plots

    figure = run.plot(["pack.voltage"])
    axis = figure.axes[0]
    for text in list(axis.texts):
        text.remove()
    moments = [5.0, 5.0, 5.2, 50.0, 99.0, 99.9]
    plots._label_marks(axis, [(time, f"fail: a_check_of_number_{i}") for i, time in enumerate(moments)], 0.0, 100.0)
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in axis.texts]
    assert len(boxes) == len(moments)
    for i, box in enumerate(boxes):
        assert axis.bbox.x0 <= box.x0 and box.x1 <= axis.bbox.x1 and box.y0 >= axis.bbox.y0
        assert not any(box.overlaps(other) for other in boxes[:i])
    assert boxes[0].y0 == boxes[3].y0, "where there is room they stand in one row"


def test_marks_and_limits_are_labelled_once(run):
    from gtxrig import plot_data

    marks = plot_data.marks(run, 0.0, run.info.end_s)
    assert marks == sorted(set(marks)) and len(marks) > 0
    limits = [(57.0, "a"), (56.0, "b"), (57.0, "c"), (57.0, "a")]
    assert plot_data.merged(limits) == [(57.0, "a, c"), (56.0, "b")]


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


def test_every_axis_says_what_its_numbers_are_and_capacity_is_in_ampere_hours(run, tmp_path):
    names = ["dut.remaining_capacity", "pack.energy_in", "dut.soc", "dut.charge_allowed", "supply.regulation", "load.voltage"]
    figure = run.plot(names)
    assert [axis.get_ylabel() for axis in figure.axes] == [
        "Ah", "Wh", "plain number", "0 off\n1 on", "0 off\n1 constant_voltage\n2 constant_current\n3 constant_power", "V",
    ]  # fmt: skip
    drawn, envelope = line_of(figure.axes[0], names[0]).get_ydata(), run.signals[names[0]].envelope
    assert np.nanmax(drawn) == pytest.approx(np.nanmax(run.signals[names[0]].good_values()) / 3600) and 90 < np.nanmax(drawn) < 110
    assert envelope is not None and figure.axes[0].collections
    run.plot_html(tmp_path / "run.html", names)
    panel, *others = json.loads(re.search('json">(.*?)</script>', (tmp_path / "run.html").read_text()).group(1))["panels"]
    assert [other["axis"] for other in others][1:3] == ["plain number", "0 off, 1 on"]
    assert panel["unit"] == "Ah" and 90 < max(value for value in panel["value"]["v"] if value) < 110
    assert max(value for value in panel["high"]["v"] if value) < 200
