#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/core/time.hpp"
#include "rig/instrument/start_state.hpp"
#include "rig/signal/command_row.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

// What an instrument declares: the signals that it writes and the set-points that it accepts. Names are given without
// the instance: "voltage" becomes "supply.voltage".
class Declarations {
 public:
  Declarations(std::string instance, std::string driver, SignalTable& signals, CommandTable& commands)
      : instance_(std::move(instance)),
        subject_(instance_),
        driver_(std::move(driver)),
        signals_(signals),
        commands_(commands) {}
  SignalId signal(const std::string& part, SignalSpec spec);     // fills name and source
  CommandId command(const std::string& part, CommandSpec spec);  // fills name and instrument
  // The same instrument declaring what it tells of another thing: a pack's service port tells of the pack.
  [[nodiscard]] Declarations about(const std::string& thing) const {
    Declarations other = *this;
    other.subject_ = thing;
    return other;
  }
  [[nodiscard]] const std::string& instance() const noexcept { return instance_; }

 private:
  std::string instance_;
  std::string subject_;  // what the names begin with
  std::string driver_;
  SignalTable& signals_;
  CommandTable& commands_;
};

// What arm() may rely on: the bench's limits, for the instrument's own protections.
struct ArmLimits {
  double over_voltage = 0.0;   // V
  double under_voltage = 0.0;  // V
  double over_current = 0.0;   // A
};

// Who a box says it is; goes into the record.
struct Identity {
  std::string maker;
  std::string model;
  std::string serial;
  std::string firmware;
};

// What is known of an instrument's link, for bench-check, the record and messages.
struct LinkReport {
  std::string endpoint;
  bool is_local = false;  // the far end is on this machine
  Identity identity;      // empty before connect()
  std::string trouble;    // why the last exchange failed; empty when none did
  std::string calibration_due;
};

// A box on the bench, real or virtual; nobody can ask which.
//
// Order of calls: declare() once; then per case: preset() and put_start() or not, connect(), arm(), and for every tick
// sample() then apply(); make_safe() at any moment, also first and also twice. sample/apply/make_safe run inside the
// loop: no allocation, no lock, no exception. declare(), connect() and arm() may throw RigError.
class Instrument {
 public:
  virtual ~Instrument() = default;
  virtual void declare(Declarations& out) = 0;
  // Opens the link and identifies the box; switches nothing on or off. Virtual instruments have nothing to open.
  virtual void connect() {}
  // Nothing for an instrument without a link. Not inside the loop.
  [[nodiscard]] virtual std::optional<LinkReport> link() const { return std::nullopt; }
  // Puts the start state at once, if the instrument can. An instrument that cannot returns false; one that has nothing
  // to do with it returns false too. At least one instrument of the bench has to return true.
  virtual bool preset(const StartState&) { return false; }
  // After preset(): where its set-points stand at the begin of the case when that is not their safe value.
  virtual void put_start(const StartState&, CommandTable&) const {}
  virtual void arm(const ArmLimits&) {}
  virtual void sample(const Tick& tick, SignalTable& out) noexcept = 0;
  virtual void apply(const Tick& tick, const CommandRow& row) noexcept = 0;
  // apply() with this row will switch it off: that goes before anything is switched on, which may be the same box in
  // another role.
  [[nodiscard]] virtual bool switches_off(const CommandRow&) const noexcept { return false; }
  // Output off, input off. Must work in every state.
  virtual void make_safe() noexcept = 0;
  // After make_safe(): has the read-back confirmed it?
  [[nodiscard]] virtual bool is_safe() const noexcept { return true; }
};

}  // namespace rig
