// How a Bench comes into being: everything that may find a mistake, before anything is switched on.
#include <algorithm>

#include "rig/bench/bench.hpp"
#include "rig/bench/wiring.hpp"
#include "rig/core/error.hpp"

namespace rig {
namespace {

// A mistake that surfaces as an exception is one more line beside the others.
template <class F>
void guarded(const SourceMark& mark, Diagnostics& diagnostics, F&& action) {
  try {
    action();
  } catch (const RigError& error) {
    diagnostics.error(mark, error.what());
  }
}

std::optional<double> fixture_maximum(const FixtureConfig& fixture, Dimension dimension) {
  if (dimension == dimension::voltage) {
    return fixture.maximum_voltage.value();
  }
  if (dimension == dimension::current) {
    return fixture.maximum_current.value();
  }
  if (dimension == dimension::power) {
    return fixture.maximum_power.value();
  }
  return std::nullopt;
}

}  // namespace

Bench::Bench(const BenchConfig& config, std::uint64_t seed, Diagnostics& diagnostics)
    : config_(config), context_(seed), pcs_(config.pcs) {
  context_.timeline()->set_scale(config.time_scale.value());
  for (Duration* wall : {&config_.ready_within, &config_.safe_within, &config_.stale_grace}) {
    // These wait for instruments, whose links live in wall time.
    *wall = from_seconds(to_seconds(*wall) * config.time_scale.value());
  }
  for (const std::string& problem : DriverRegistry::instance().problems()) {
    diagnostics.error(config.mark, problem);
  }
  CommandTable rated;
  for (const InstrumentConfig& instrument : config.instruments.items) {
    add_instrument(instrument, context_, rated, diagnostics);
  }
  if (!config.dut.pack.driver.empty()) {
    add_instrument(config.dut.pack, context_, rated, diagnostics);
  }
  guarded(config.mark, diagnostics, [&] {
    Declarations declarations("pcs", "pcs", signals_, rated);
    pcs_.declare(declarations);
  });
  narrow_commands(rated);
  const bool all_made =
      instruments_.size() == config.instruments.items.size() && (pack_ != nullptr || config.dut.pack.driver.empty());
  add_port(diagnostics);
  if (all_made) {  // else their signals are missing, and each use of one would be a mistake of its own
    add_wiring(diagnostics);
    guarded(config.dut.mark, diagnostics, [&] { counters_.declare(signals_); });
    guarded(config.dut.mark, diagnostics, [&] { add_lights(); });
    add_limits(diagnostics);
    add_watched(diagnostics);
  }
  order_safety();
}

void Bench::add_instrument(const InstrumentConfig& config, BenchContext& context, CommandTable& rated,
                           Diagnostics& diagnostics) {
  const DriverRegistry& registry = DriverRegistry::instance();
  const DriverEntry* entry = registry.find(config.driver);
  if (entry == nullptr) {
    const auto names = registry.names();
    diagnostics.error(config.driver_mark, "there is no driver '" + config.driver + "'",
                      suggestion(config.driver, names));
    return;
  }
  guarded(config.driver_mark, diagnostics, [&] {
    auto instrument = entry->make(config.parameters, context, diagnostics);
    if (!instrument) {
      return;  // its mistakes stand in `diagnostics`
    }
    Declarations declarations(config.name, config.driver, signals_, rated);
    instrument->declare(declarations);
    if (config.name == "dut") {
      pack_ = std::move(instrument);
    } else {
      instruments_.push_back({config.name, std::move(instrument)});
    }
  });
}

// The same set-points in the same places, but with ranges that the fixture stands.
void Bench::narrow_commands(const CommandTable& rated) {
  for (CommandSpec spec : rated.specs()) {
    const auto maximum = fixture_maximum(config_.fixture, spec.dimension);
    fixture_bound_.push_back(maximum && *maximum < spec.range.hi);
    if (maximum) {
      spec.range = intersect(spec.range, {-*maximum, *maximum});
      spec.safe = std::clamp(spec.safe, spec.range.lo, spec.range.hi);
    }
    commands_.declare(std::move(spec));
  }
  commands_.seal();
}

void Bench::add_port(Diagnostics& diagnostics) {
  const DutRigKeys& keys = config_.dut.rig;
  const auto dialect = parse_dialect(keys.dialect.text);
  if (!dialect) {
    const std::vector<std::string> words{"auto", "sofar_amass", "pylon_v12"};
    diagnostics.error(keys.dialect.mark, "there is no dialect '" + keys.dialect.text + "'",
                      suggestion(keys.dialect.text, words));
    return;
  }
  std::vector<std::string> buses;
  for (const Owned& owned : instruments_) {
    if (auto* bus = dynamic_cast<CanBus*>(owned.instrument.get())) {
      buses.push_back(owned.name);
      can_ = owned.name == keys.can.text ? bus : can_;
    }
  }
  if (can_ == nullptr) {
    diagnostics.error(keys.can.mark, "'" + keys.can.text + "' is no CAN adapter of this bench",
                      suggestion(keys.can.text, buses));
    return;
  }
  guarded(keys.dbc.mark, diagnostics, [&] {
    const Dbc dbc = read_dbc(keys.dbc.text);
    port_ = std::make_unique<DutPort>(
        dbc, DutOptions{.dialect = *dialect,
                        .max_age = keys.max_age,
                        .full_charge_command = static_cast<std::uint8_t>(keys.full_charge_command),
                        .arrival_delay = can_->arrival_delay()});
    port_->declare(signals_);
    can_alive_ = signals_.declare({.name = "dut.link",
                                   .dimension = dimension::boolean,
                                   .origin = Origin::measured,
                                   .source = keys.can.text,
                                   .help = "the CAN adapter is there; invalid, with its last sign of life, when not; "
                                           "stale while frames of it got lost or came late"});
  });
}

void Bench::add_wiring(Diagnostics& diagnostics) {
  for (const auto& [name, text] : config_.wiring) {
    ExpressionScope scope;
    scope.signals = &signals_;
    scope.reported = unusable_;
    scope.parameters["lead_resistance"] = {config_.fixture.lead_resistance.value(), dimension::resistance};
    auto expression = Expression::compile(text, scope, diagnostics);
    if (!expression) {
      unusable_.insert(name);
      continue;
    }
    const auto uncertainty = wired_uncertainty(*expression, signals_);
    if (!uncertainty) {
      diagnostics.error(text.mark, "only sums of signals with constant factors can be wired",
                        "their uncertainty is known before the run; write the rest where it is used");
      unusable_.insert(name);
      continue;
    }
    guarded(text.mark, diagnostics, [&, &wire_name = name, &wire_text = text] {
      const SignalId id = signals_.declare({.name = wire_name,
                                            .dimension = expression->dimension(),
                                            .origin = Origin::measured,
                                            .source = "wiring",
                                            .help = wire_text.text,
                                            .uncertainty = *uncertainty});
      wires_.push_back({id, *expression});
    });
  }
}

// Of the first pack, and of those beside it that have light sensors of their own.
void Bench::add_lights() {
  for (int position = 1; position <= std::max(1, config_.dut.rig.packs); ++position) {
    const SignalTable::Scope scope(signals_, PackNames(position));
    lights_.emplace_back().declare(signals_);
  }
}

void Bench::add_limits(Diagnostics& diagnostics) {
  for (const LimitConfig& limit : config_.limits) {
    ExpressionScope scope;
    scope.signals = &signals_;
    scope.reported = unusable_;
    auto expression = Expression::compile(limit.never, scope, diagnostics);
    if (!expression) {
      continue;
    }
    if (!expression->dimension().boolean) {
      diagnostics.error(limit.never.mark, "a limit is a condition, this is " + describe(expression->dimension()),
                        "write it like \"pack.voltage > 60 V\"");
      continue;
    }
    for (const SignalId id : expression->inputs()) {
      watch(id);
    }
    limits_.push_back({limit.name, limit.cause, std::move(*expression), limit.stays});
  }
}

void Bench::add_watched(Diagnostics& diagnostics) {
  const auto names = signals_.names();
  for (const MarkedText& name : config_.watch) {
    if (const auto id = signals_.find(name.text)) {
      watch(*id);
    } else if (!unusable_.contains(name.text)) {
      diagnostics.error(name.mark, "the bench has no signal '" + name.text + "'", suggestion(name.text, names));
    }
  }
}

void Bench::watch(SignalId id) {
  if (std::find(watched_.begin(), watched_.end(), id) == watched_.end()) {
    watched_.push_back(id);
  }
}

std::vector<Instrument*> Bench::order_for(const std::string& cause) {
  std::vector<Instrument*> order;
  const auto add = [&](Instrument* instrument) {
    if (std::find(order.begin(), order.end(), instrument) == order.end()) {
      order.push_back(instrument);
    }
  };
  const auto find = [&](const std::string& key) {
    return std::find_if(config_.safe_order.begin(), config_.safe_order.end(),
                        [&](const auto& entry) { return entry.first == key; });
  };
  auto named = find(cause);
  named = named == config_.safe_order.end() ? find("default") : named;
  if (named != config_.safe_order.end()) {
    for (const MarkedText& name : named->second) {
      for (const Owned& owned : instruments_) {
        if (owned.name == name.text) {
          add(owned.instrument.get());
        }
      }
    }
  }
  for (const Owned& owned : instruments_) {
    add(owned.instrument.get());
  }
  if (pack_) {
    add(pack_.get());
  }
  return order;
}

void Bench::order_safety() {
  for (std::size_t cause = 0; cause < trip_cause_count; ++cause) {
    safe_orders_[cause] = order_for(std::string(trip_cause_name(static_cast<TripCause>(cause))));
  }
}

}  // namespace rig
