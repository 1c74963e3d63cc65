#include "rig/model/reference_plant.hpp"

namespace rig {
namespace {

constexpr const char* correction_signal = "model.observer.correction";
constexpr const char* bias_signal = "model.observer.bias";
constexpr const char* resistance_signal = "model.observer.resistance";
constexpr const char* nis_signal = "model.observer.nis";
// A sample of the terminals and the current that belongs to it lie this close, s.
constexpr double sample_age = 0.1;
// Where a body diode may conduct, or the current has just jumped, nobody knows what of P is B, V.
constexpr double ambiguous = 0.3;
// Boxes that are read one after the other: a current that moved by more since the sample before may not be the one
// that flowed when the voltage was taken, A. A step of 15 A at 0.4 mOhm is twenty times the noise of a look.
constexpr double moved = 1.0;

bool is_judged(Interval range) { return range.hi < infinity; }

ObserverLimits limits_of(const Requirements& requirements) {
  ObserverLimits limits;
  limits.cells = requirements.cells;
  limits.path_resistance = requirements.path_resistance.interval();
  const auto take = [&](const char* signal, auto use) {
    const Interval range = judged_range(requirements, RowKind::plant, signal);
    if (is_judged(range)) {
      use(range);
    }
  };
  take(correction_signal, [&](Interval range) { limits.soc_per_cycle = range.hi; });
  take(bias_signal, [&](Interval range) { limits.bias = range.hi; });
  take(resistance_signal, [&](Interval range) { limits.resistance = range; });
  return limits;
}

}  // namespace

ReferencePlant::ReferencePlant(const Requirements& requirements) : observer_(limits_of(requirements)) {
  const auto range = [&](const char* signal) { return judged_range(requirements, RowKind::plant, signal); };
  voltage_judged_ = is_judged(range("pack.voltage"));
  correction_.judged = is_judged(range(correction_signal));
  bias_.judged = is_judged(range(bias_signal));
  resistance_.judged = is_judged(range(resistance_signal));
  nis_limit_ = range(nis_signal).hi;
  nis_.judged = nis_limit_ < infinity;
}

void ReferencePlant::declare(SignalTable& table) {
  const auto signal = [&](const std::string& name, Dimension dimension, const std::string& help) {
    return table.declare(
        {.name = name, .dimension = dimension, .origin = Origin::model, .source = "reference", .help = help});
  };
  const auto result = [&](Result& r, const std::string& name, Dimension dimension, const std::string& help) {
    r.id = signal("model." + name, dimension, help);
    r.bounds.declare(table, name, dimension);
  };
  voltage_.declare(table, "pack.voltage", dimension::voltage);
  soc_id_ = signal("model.observer.soc", dimension::none, "SOC of the mean cell by charge, corrected by the voltage");
  soc_u_id_ = signal("model.observer.soc_u", dimension::none, "its expanded uncertainty, k = 2");
  result(correction_, "observer.correction", dimension::none,
         "sum of what the voltage did to SOC since the start or the last full charge");
  result(bias_, "observer.bias", dimension::voltage, "lasting difference between the pack and the model, per cell");
  result(resistance_, "observer.resistance", dimension::resistance,
         "ohmic resistance per cell with its share of the joints, at this temperature, SOC and direction");
  result(nis_, "observer.nis", dimension::none, "innovation squared over its variance, mean of 60 s");
}

void ReferencePlant::restart(double uncounted) noexcept {
  uncounted_ = uncounted;
  observer_.restart();
  looks_ = 0;
  pending_ = false;
  voltage_.restart();
  for (Result* r : {&correction_, &bias_, &resistance_, &nis_}) {
    r->bounds.restart();
  }
}

void ReferencePlant::update(const ReferenceView& v, const ReferenceReports& reports) noexcept {
  const Measured& m = v.measured;
  if (m.reported_soc.fresh && reports.soc_tolerance() < infinity) {
    Interval told = widened(m.reported_soc.latest, reports.soc_tolerance());
    told.lo -= uncounted_;
    observer_.anchor(told);
  }
  const bool comparable = m.voltage.fresh && m.current.time >= m.voltage.time && v.battery.independent() &&
                          v.battery.own().width() < ambiguous;
  if (m.voltage.fresh) {
    const Interval current = v.histories.current.between(v.now - sample_age, v.now);
    voltage_.set(comparable && voltage_judged_ ? observer_.terminals(current) : Interval{});
  }
  const bool same_moment =
      m.current.time == m.voltage.time || m.current.value.width() - m.current.latest.width() < moved;
  observer_.step({v.now, v.elapsed, m.voltage.latest.middle(), m.current.latest.middle(), m.current.good,
                  comparable && same_moment, v.temperature.mean()});
  if (observer_.looks() != looks_) {
    looks_ = observer_.looks();
    take_results();
  }
}

void ReferencePlant::take_results() noexcept {
  const double allowance = observer_.allowance();
  correction_.set(observer_.correction(), {-allowance, allowance});
  bias_.set(observer_.bias(), observer_.bias_range());
  resistance_.set(observer_.resistance(), observer_.resistance_range());
  nis_.set(observer_.nis(), observer_.nis_full() ? Interval{-infinity, nis_limit_} : Interval{});
  pending_ = true;
}

void ReferencePlant::publish(const Tick& tick, SignalTable& table) noexcept {
  voltage_.publish(tick, table);
  for (Result* r : {&correction_, &bias_, &resistance_, &nis_}) {
    r->bounds.publish(tick, table);
  }
  if (!pending_) {
    return;
  }
  pending_ = false;
  table.write(soc_id_, observer_.soc(), tick.start, Quality::good);
  table.write(soc_u_id_, 2.0 * observer_.soc_sigma(), tick.start, Quality::good);
  for (const Result* r : {&correction_, &bias_, &resistance_, &nis_}) {
    table.write(r->id, r->value, tick.start, Quality::good);
  }
}

}  // namespace rig
