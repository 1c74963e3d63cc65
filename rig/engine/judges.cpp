#include "rig/engine/judges.hpp"

#include <algorithm>
#include <iterator>

#include "rig/judge/expectation.hpp"
#include "rig/judge/limit_monitor.hpp"

namespace rig {
namespace {

std::string expectation_name(std::size_t index) { return "expect." + std::to_string(index); }
std::string watch_name(std::size_t index) { return "always." + std::to_string(index); }

// "conformance" of all packs, "conformance.pack_2" of one of them.
std::string conformance_name(const PackNames& names) {
  return names.position() == 0 ? "conformance" : "conformance.pack_" + std::to_string(names.position());
}

std::unique_ptr<Monitor> monitor_of(const CompiledExpectation& e, std::size_t index, const SignalTable& table) {
  return std::make_unique<Expectation>(ExpectationSpec{.name = expectation_name(index),
                                                       .that = e.that,
                                                       .within = e.within,
                                                       .stays = e.stays,
                                                       .after = e.after,
                                                       .step = e.step,
                                                       .step_name = e.step_name},
                                       table);
}

LimitSpec::Kind kind_of(WatchKind kind) {
  switch (kind) {
    case WatchKind::never:
      return LimitSpec::Kind::never;
    case WatchKind::always:
      return LimitSpec::Kind::always;
    case WatchKind::whenever:
      break;
  }
  return LimitSpec::Kind::whenever;
}

}  // namespace

void Judges::declare(const Program& program, const References& references, SignalTable& table) {
  const auto column = [&](const std::string& name, const std::string& help, Origin origin = Origin::judge) {
    table.declare({.name = "judge." + name,
                   .origin = origin,
                   .source = "judge",
                   .help = help,
                   .labels = {"idle", "pending", "passed", "failed", "undecided"}});
  };
  for (std::size_t i = 0; i < program.expectations.size(); ++i) {
    column(expectation_name(i), program.expectations[i].that.text());
  }
  // What stands at these places depends on what the script did, so they are no columns that can be judged again.
  for (std::size_t i = 0; i < program.places && !table.find("judge." + expectation_name(i)); ++i) {
    column(expectation_name(i), "what the script expects", Origin::script);
  }
  for (std::size_t i = 0; i < program.watches.size(); ++i) {
    column(watch_name(i), program.watches[i].condition.text());
  }
  if (program.reference) {
    for (const auto& reference : references.all()) {
      column(conformance_name(reference->names()), "the pack shows what a conforming pack may show");
    }
  }
}

Judges::Judges(const Program& program, const References& references, SignalTable& table)
    : step_(table.find("script.step").value_or(SignalId{})) {
  for (std::size_t i = 0; i < program.expectations.size(); ++i) {
    seat(monitor_of(program.expectations[i], i, table), table);
  }
  for (; places_ < program.places; ++places_) {
    seats_.push_back({nullptr, table.require("judge." + expectation_name(places_))});
  }
  for (std::size_t i = 0; i < program.watches.size(); ++i) {
    const CompiledWatch& w = program.watches[i];
    seat(std::make_unique<LimitMonitor>(LimitSpec{.name = watch_name(i),
                                                  .kind = kind_of(w.kind),
                                                  .condition = w.condition,
                                                  .then = w.then,
                                                  .within = w.within},
                                        table),
         table);
  }
  if (program.reference) {
    for (const auto& reference : references.all()) {
      seat_conformance(*program.reference, *reference, table);
    }
  }
}

void Judges::seat_conformance(const CompiledReference& wanted, const Reference& reference, SignalTable& table) {
  Conformance::Options options{
      .outputs = wanted.outputs, .name = conformance_name(reference.names()), .names = reference.names()};
  if (reference.names().position() > 0) {
    options.system_error = table.find("dut.alarm.system_error").value_or(SignalId{});
  }
  std::unique_ptr<Conformance> conformance;
  {
    const SignalTable::Scope scope(table, reference.names());
    conformance = std::make_unique<Conformance>(reference.requirements(), table, std::move(options));
  }
  conformances_.push_back(conformance.get());
  seat(std::move(conformance), table);
  seats_.back().may_stop = wanted.resync == Resync::stop;
}

void Judges::seat(std::unique_ptr<Monitor> monitor, const SignalTable& table) {
  const SignalId column = table.require("judge." + monitor->name());
  seats_.push_back({std::move(monitor), column});
}

void Judges::replace_expectations(std::vector<CompiledExpectation> expectations, const SignalTable& table) {
  for (std::size_t i = 0; i < places_; ++i) {
    Seat& seat = seats_[i];
    if (seat.monitor) {
      decided_before_ = decided_before_ || seat.monitor->decided();
      std::ranges::move(seat.monitor->findings(), std::back_inserter(before_));
      seat.monitor.reset();
    }
    if (i < expectations.size()) {
      seat.monitor = monitor_of(expectations[i], i, table);
    }
  }
}

std::vector<Finding> Judges::findings_in_place() const {
  std::vector<Finding> result;
  for (std::size_t i = 0; i < places_; ++i) {
    if (seats_[i].monitor) {
      std::ranges::move(seats_[i].monitor->findings(), std::back_inserter(result));
    }
  }
  return result;
}

void Judges::observe(const Tick& present, SignalTable& signals) noexcept {
  Tick tick = present;
  if (!step_.valid() || !signals[step_].good()) {
    tick.missed = 0;  // the case has not begun: a bench that is still getting ready spoils nothing
  }
  for (const Seat& seat : seats_) {
    if (!seat.monitor) {
      continue;
    }
    const MonitorState state = seat.monitor->observe(tick, std::as_const(signals));
    const auto number = static_cast<double>(state);
    const Sample& before = signals[seat.column];
    if (!before.good() || before.value != number) {
      signals.write(seat.column, number, tick.start);
    }
    wants_stop_ = wants_stop_ || (seat.may_stop && state == MonitorState::failed);
  }
}

void Judges::finish(TimePoint end) noexcept {
  for (const Seat& seat : seats_) {
    if (seat.monitor) {
      seat.monitor->finish(end);
    }
  }
}

bool Judges::any_decided() const noexcept {
  return decided_before_ || std::any_of(seats_.begin(), seats_.end(),
                                        [](const Seat& seat) { return seat.monitor && seat.monitor->decided(); });
}

bool Judges::own_decided() const noexcept {
  const auto own = [this](const Seat& seat) {
    return seat.monitor && seat.monitor->decided() &&
           std::find(conformances_.begin(), conformances_.end(), seat.monitor.get()) == conformances_.end();
  };
  return decided_before_ || std::any_of(seats_.begin(), seats_.end(), own);
}

std::vector<RuleResult> Judges::rule_results() const {
  std::vector<RuleResult> results;
  for (const Conformance* conformance : conformances_) {
    std::vector<RuleResult> more = conformance->results();
    if (results.empty()) {
      results = std::move(more);
    } else {
      // The rows are the same ones in the same order; what differs between one pack and all is what they demand.
      for (std::size_t r = 0; r < results.size(); ++r) {
        results[r].add(more[r]);
      }
    }
  }
  return results;
}

std::vector<Finding> Judges::findings() const {
  std::vector<Finding> result = before_;
  for (const Seat& seat : seats_) {
    if (seat.monitor) {
      std::ranges::move(seat.monitor->findings(), std::back_inserter(result));
    }
  }
  return result;
}

}  // namespace rig
