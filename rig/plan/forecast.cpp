#include "rig/plan/forecast.hpp"

#include <algorithm>
#include <cmath>

#include "rig/core/quantity.hpp"
#include "rig/plan/cell_curve.hpp"
#include "rig/plan/nominal_signals.hpp"
#include "rig/signal/witness.hpp"

namespace rig {
namespace {

// Fine where things happen, coarse where they take hours. A supply that holds its voltage needs short steps, since the
// taper of a full pack settles within seconds; a pack in rest does not.
double pace(double elapsed, bool idle) {
  if (elapsed < 20) {
    return 0.1;
  }
  if (idle) {
    return std::clamp(elapsed / 100, 1.0, 600.0);
  }
  return elapsed < 3600 ? 1.0 : 5.0;
}

constexpr double longest_play = 72 * 3600.0;  // s of one step with power on; beyond, its time is its bound

constexpr double longest_search = 48 * 3600.0;  // s, to say what a timeout would have to be

class Player {
 public:
  explicit Player(const ForecastInput& input)
      : in_(input),
        pack_(input.start, input.requirements),
        nominal_(input, pack_),
        asked_(set_points_at_start(input.start, input.commands)) {}

  Forecast play() {
    for (std::size_t s = 0; s < in_.program.finally_begin; ++s) {
      step_ = &in_.program.steps[s];
      out_.steps.push_back(run_step());
      const StepForecast& done = out_.steps.back();
      out_.expected += done.expected;
      out_.known = out_.known && done.known && done.comes;
    }
    out_.longest = estimate(in_.program);
    out_.energy_in = pack_.energy_in;
    out_.energy_out = pack_.energy_out;
    out_.charge_in = pack_.charge_in;
    out_.charge_out = pack_.charge_out;
    if (in_.program.timeout) {
      out_.expected = std::min(out_.expected, *in_.program.timeout);
    }
    return out_;
  }

 private:
  struct Wait {
    const CompiledExpectation* that = nullptr;
    std::optional<double> since;
    bool done = false;
  };

  StepForecast run_step() {
    StepForecast result;
    result.name = step_->name;
    result.longest = step_->longest;
    begin();
    const double least = to_seconds(in_.tick);
    while (true) {
      const double dt = std::max(pace(elapsed_, idle_), least);
      advance(dt, true);
      if (finished()) {
        break;
      }
      if (!idle_ && elapsed_ > longest_play) {
        result.known = false;
        elapsed_ = to_seconds(step_->longest);
        break;
      }
      if (elapsed_ >= to_seconds(step_->longest) + least) {
        missed(result);
        break;
      }
    }
    result.expected = std::min(from_seconds(elapsed_), std::max(step_->longest, in_.tick));
    take_keeps();
    return result;
  }

  void begin() {
    elapsed_ = 0;
    came_ = !step_->until;
    seen_good_ = false;
    from_ = asked_;
    for (const SettingCode& setting : step_->settings) {
      from_.set(setting.command, setting.constant ? *setting.constant : value_of(setting.value, setting.command));
    }
    count_chamber_move();
    asked_ = from_;
    waits_.clear();
    for (const std::uint32_t i : step_->expectations) {
      waits_.push_back({&in_.program.expectations[i], std::nullopt, false});
    }
    events_.assign(step_->keeps.size(), false);
  }

  [[nodiscard]] double value_of(const Expression& expression, CommandId command) const {
    const Evaluation now = expression.evaluate(nominal_.table());
    const Interval range = in_.commands.spec(command).range;
    return now.quality == Quality::good ? std::clamp(now.value, range.lo, range.hi) : asked_[command];
  }

  void count_chamber_move() {
    const CommandId set = nominal_.commands().chamber_temperature;
    const CommandId run = nominal_.commands().chamber_run;
    if (!set.valid() || !run.valid() || from_[run] == 0) {
      return;
    }
    double to = from_[set];
    for (const RampCode& ramp : step_->ramps) {
      to = ramp.command.index == set.index ? value_of(ramp.to, set) : to;
    }
    const double turn = to - (chamber_at_ ? *chamber_at_ : pack_.air);
    const double way = std::abs(turn);
    chamber_at_ = to;
    if (way > 0.5) {
      ++out_.chamber_moves;
      const double soak = way > 2.0 ? planned_tau * exact_log(way / 2.0) : 0.0;
      out_.chamber_time += from_seconds(way / in_.chamber.towards(turn) + soak);
    }
  }

  // One stretch of time; `counts`: it belongs to the case, else it is looked ahead.
  void advance(double dt, bool counts) {
    before_events();
    elapsed_ += dt;
    move_ramps();
    const PlanDemand demand = nominal_.demand(asked_);
    idle_ = !demand.supply && !demand.load;
    pack_.step(dt, demand);
    nominal_.write(asked_, demand, elapsed_);
    watch();
    if (!counts) {
      return;
    }
    const double power = pack_.voltage * pack_.current;
    out_.highest_voltage = std::max(out_.highest_voltage, pack_.voltage);
    out_.highest_charge = std::max(out_.highest_charge, pack_.current);
    out_.highest_discharge = std::max(out_.highest_discharge, -pack_.current);
    out_.highest_power = std::max(out_.highest_power, std::abs(power));
    out_.supply_on += demand.supply ? from_seconds(dt) : Duration{};
    out_.load_on += demand.load ? from_seconds(dt) : Duration{};
  }

  void move_ramps() {
    for (const RampCode& ramp : step_->ramps) {
      const double from = from_[ramp.command];
      const double way = value_of(ramp.to, ramp.command) - from;
      const double along = std::min(std::abs(way), ramp.rate * elapsed_);
      asked_.set(ramp.command, way < 0 ? from - along : from + along);
    }
  }

  void watch() {
    if (step_->until && !came_) {
      const Evaluation now = step_->until->evaluate(nominal_.table());
      seen_good_ = seen_good_ || now.quality == Quality::good;
      came_ = now.is_true();
    }
    for (Wait& wait : waits_) {
      look(wait);
    }
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const KeepCode& keep = step_->keeps[i];
      events_[i] = events_[i] || (keep.event && keep.event->evaluate(nominal_.table()).is_true());
    }
  }

  // What cannot be seen takes as long as it may.
  void look(Wait& wait) const {
    const CompiledExpectation& e = *wait.that;
    const double after = to_seconds(e.after);
    const double within = to_seconds(e.within.value_or(Duration{}));
    const double stays = to_seconds(e.stays.value_or(Duration{}));
    if (wait.done || elapsed_ < after) {
      return;
    }
    const bool is_true = e.that.evaluate(nominal_.table()).is_true();
    wait.since = is_true ? wait.since.value_or(elapsed_) : std::optional<double>{};
    wait.done = (wait.since && elapsed_ - *wait.since >= stays) || elapsed_ >= after + within + stays;
  }

  // The last value before the event: when the current has collapsed the voltage is another one.
  void before_events() {
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const KeepCode& keep = step_->keeps[i];
      if (keep.event && !events_[i]) {
        nominal_.keep(keep);
      }
    }
  }

  void take_keeps() {
    for (const KeepCode& keep : step_->keeps) {
      if (!keep.event) {
        nominal_.keep(keep);
      }
    }
  }

  [[nodiscard]] bool finished() const {
    const bool held = !step_->hold || elapsed_ >= to_seconds(*step_->hold);
    const bool ramped = step_->until || std::all_of(step_->ramps.begin(), step_->ramps.end(), [&](const RampCode& r) {
                          return std::abs(value_of(r.to, r.command) - from_[r.command]) <= r.rate * elapsed_;
                        });
    return came_ && held && ramped && std::all_of(waits_.begin(), waits_.end(), [](const Wait& w) { return w.done; });
  }

  // The timeout is over. Looks ahead on a copy of the pack, which the later steps do not feel.
  void missed(StepForecast& result) {
    if (came_) {
      return;
    }
    result.known = seen_good_;
    result.comes = !seen_good_;
    if (!seen_good_) {
      return;
    }
    Witness witness(*step_->until, nominal_.table());
    witness.take(nominal_.table());
    result.seen = witness.text();
    const PackPlan pack = pack_;
    const CommandRow asked = asked_;
    const double reached = elapsed_;
    while (!came_ && elapsed_ < longest_search) {
      advance(5.0, false);
    }
    result.needed = came_ ? std::optional(from_seconds(elapsed_)) : std::nullopt;
    pack_ = pack;
    asked_ = asked;
    elapsed_ = reached;
  }

  const ForecastInput& in_;
  PackPlan pack_;
  NominalSignals nominal_;
  CommandRow asked_, from_;
  Forecast out_;
  const StepCode* step_ = nullptr;
  double elapsed_ = 0;
  bool came_ = false, seen_good_ = false, idle_ = true;
  std::optional<double> chamber_at_;
  std::vector<Wait> waits_;
  std::vector<bool> events_;
};

std::string time_text(Duration d) { return format_rounded(to_seconds(d), dimension::time, 2); }

}  // namespace

Forecast forecast(const ForecastInput& input) { return Player(input).play(); }

void warn_of_timeouts(const Program& program, const Forecast& forecast, Diagnostics& diagnostics) {
  for (std::size_t s = 0; s < forecast.steps.size(); ++s) {
    const StepForecast& step = forecast.steps[s];
    const StepCode& code = program.steps[s];
    if (!step.comes) {
      const std::string hint =
          step.needed ? "a healthy pack needs about " + time_text(*step.needed) + ": raise the timeout or the current"
                      : "with these set-points a healthy pack does not get there";
      diagnostics.warning(
          code.timeout_mark,
          "this timeout of " + time_text(code.timeout) + " will most likely be missed: after it " + step.seen, hint);
    }
  }
  if (program.timeout && !forecast.steps.empty()) {
    Duration sum{};
    for (const StepForecast& step : forecast.steps) {
      sum += step.known && step.comes ? step.expected : Duration{};
    }
    if (sum > *program.timeout) {
      diagnostics.warning(program.timeout_mark,
                          "the case's timeout of " + time_text(*program.timeout) +
                              " is shorter than its steps, about " + time_text(sum),
                          "raise it, or drop it: each step has a time of its own");
    }
  }
}

}  // namespace rig
