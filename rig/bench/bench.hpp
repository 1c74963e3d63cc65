#pragma once
#include <array>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "rig/bench/bench_config.hpp"
#include "rig/bench/energy_counters.hpp"
#include "rig/dut/dut_port.hpp"
#include "rig/dut/pcs_port.hpp"
#include "rig/instrument/can_bus.hpp"
#include "rig/instrument/registry.hpp"
#include "rig/lights/light_watch.hpp"
#include "rig/signal/command_row.hpp"
#include "rig/signal/expression.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

// How an instrument answered when its link was opened.
struct ConnectResult {
  std::string instrument;
  std::optional<LinkReport> link;  // nothing for an instrument without a link
  std::string trouble;             // empty when it is there and is the right one
};

// A limit of the bench, compiled.
struct BenchLimit {
  std::string name;
  TripCause cause = TripCause::other;
  Expression never;
  Duration stays{};  // trips when it has held for so long
};

// Everything that stands on the bench: instruments, the pack's CAN port, the wiring, what the fixture stands, and the
// order in which power is taken away.
//
// Order of calls: constructor (instruments are made and declare their signals; nothing is switched on), others declare
// into signals(), seal(); then per run preset(), arm(), and for each tick sample() and apply(). make_safe() at any
// moment, also first and also twice. Driven by one thread.
class Bench {
 public:
  // Mistakes of the bench file go to `diagnostics`; the bench may be used only when there were none.
  Bench(const BenchConfig& config, std::uint64_t seed, Diagnostics& diagnostics);
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  [[nodiscard]] SignalTable& signals() noexcept { return signals_; }
  // Ranges are already narrowed to what the fixture stands.
  [[nodiscard]] const CommandTable& commands() const noexcept { return commands_; }
  void seal();

  // Opens and identifies everything; nothing is switched on. try_connect() goes on after a failure; connect() throws
  // one RigError that names each instrument that is missing or wrong.
  std::vector<ConnectResult> try_connect();
  void connect();
  // The links as they are now. Not inside the loop.
  [[nodiscard]] std::vector<ConnectResult> links() const;
  // DutPort::dialect_trouble(); empty on a bench without a bus to the pack.
  [[nodiscard]] std::string dialect_trouble() const { return port_ ? port_->dialect_trouble() : std::string(); }
  [[nodiscard]] Timeline& timeline() noexcept { return *context_.timeline(); }

  // Puts the start state at once where an instrument can. False when none could: a real bench is brought there by
  // conditioning steps.
  bool preset(const StartState& state);
  void arm();

  // The world as it stands at tick.start: instruments, the pack's frames, wiring, ages.
  void sample(const Tick& tick) noexcept;
  // From here on `row` is in force. Also sends what the PCS has to say.
  void apply(const Tick& tick, const CommandRow& row) noexcept;
  // A frame by hand, with the next apply(). False when the send list does not name it, or before arm().
  bool send(const CanFrame& frame) noexcept { return can_ != nullptr && can_->send(frame); }
  // Switches everything off in the order named for the cause, then all others, the pack last.
  void make_safe(TripCause cause) noexcept;
  [[nodiscard]] bool is_safe() const noexcept;
  // The instruments that have not confirmed it.
  [[nodiscard]] std::vector<std::string> not_safe() const;

  [[nodiscard]] std::span<const BenchLimit> limits() const noexcept { return limits_; }
  // Signals that must be good before anything is energised: those under `watch:` and those that a limit looks at.
  [[nodiscard]] std::span<const SignalId> watched() const noexcept { return watched_; }
  [[nodiscard]] const CanBus* can() const noexcept { return can_; }
  [[nodiscard]] const BenchConfig& config() const noexcept { return config_; }
  // For `--set` and messages: "40 V (fixture: maximum_voltage)".
  [[nodiscard]] bool is_fixture_bound(CommandId id) const noexcept { return fixture_bound_[id.index]; }

 private:
  struct Wire {
    SignalId signal;
    Expression value;
  };
  struct Owned {
    std::string name;
    std::unique_ptr<Instrument> instrument;
  };
  void add_instrument(const InstrumentConfig& config, BenchContext& context, CommandTable& rated,
                      Diagnostics& diagnostics);
  void add_port(Diagnostics& diagnostics);
  void narrow_commands(const CommandTable& rated);
  void add_wiring(Diagnostics& diagnostics);
  void add_lights();
  void add_limits(Diagnostics& diagnostics);
  void add_watched(Diagnostics& diagnostics);
  void watch(SignalId id);
  void derive() noexcept;
  void hear_pack(const Tick& tick) noexcept;
  void order_safety();
  [[nodiscard]] std::vector<Instrument*> order_for(const std::string& cause);

  BenchConfig config_;
  BenchContext context_;
  SignalTable signals_;
  CommandTable commands_;
  std::vector<bool> fixture_bound_;
  std::vector<Owned> instruments_;
  std::uint64_t applied_ = 0;  // version of the set-points that the instruments have
  std::unique_ptr<Instrument> pack_;
  std::unique_ptr<DutPort> port_;
  PcsPort pcs_;
  CanBus* can_ = nullptr;
  SignalId can_alive_;
  std::uint64_t overflow_ = 0;      // of the adapter's batches, as of the last tick
  std::set<std::string> unusable_;  // wired signals whose mistake was reported already
  std::vector<Wire> wires_;
  EnergyCounters counters_;
  std::vector<LightWatch> lights_;  // of each pack that has its own
  std::vector<BenchLimit> limits_;
  std::vector<SignalId> watched_;
  std::array<std::vector<Instrument*>, trip_cause_count> safe_orders_;
};

}  // namespace rig
