#include "drivers/sim/wire_ea.hpp"

namespace rig::sim {
namespace {
const ScpiFault not_remote{-201, "Invalid while in local"};
}

EaBox::EaBox(std::uint64_t seed, PowerPlate plate)
    // 8 ms plus or minus 4 over LAN; the manual names none.
    : ScpiBox({.busy = std::chrono::milliseconds(4), .spread = std::chrono::milliseconds(8), .queue = 16}, seed) {
  add_common(plate.maker + ", " + plate.model + ", " + plate.serial + ", " + plate.firmware);
  add_ownership();
  add_monitoring();
  add_nominals(plate);
}

// Queries are answered always; to set something one has to own the box.
void EaBox::admit(const ScpiCall& call) {
  if (scpi_matches("*RST", call.header) && owner_ != Owner::local) {
    owner_ = Owner::remote;
    return;
  }
  for (const char* free : {"*CLS", "*OPC", "*WAI", "*ESE", "*SRE", "SYSTem:LOCK",
                           "SYSTem:COMMunicate:MONitoring:ACTion", "SYSTem:COMMunicate:MONitoring:TIMeout"}) {
    if (scpi_matches(free, call.header)) {
      return;
    }
  }
  if (owner_ != Owner::remote) {
    throw not_remote;
  }
}

void EaBox::add_ownership() {
  const auto lock = [this](const ScpiCall& call) {
    const bool wanted = call.boolean(0);
    if (owner_ == Owner::local) {
      throw not_remote;  // the front panel has it and does not give it
    }
    owner_ = wanted ? Owner::remote : Owner::none;
    timed_out_ = false;
    if (!wanted) {
      switch_off();
    }
  };
  add({"SYSTem:LOCK", [this](const ScpiCall&) { return std::string(owner_ == Owner::remote ? "ON" : "OFF"); }, lock});
  add({"SYSTem:LOCK:OWNer",
       [this](const ScpiCall&) {
         return std::string(owner_ == Owner::remote ? "REMOTE" : owner_ == Owner::local ? "LOCAL" : "NONE");
       },
       {}});
}

void EaBox::add_monitoring() {
  add({"SYSTem:COMMunicate:MONitoring:ACTion",
       [this](const ScpiCall&) { return std::string(watchdog_.armed ? "ON" : "OFF"); },
       [this](const ScpiCall& call) { watchdog_.armed = call.boolean(0); }});
  add({"SYSTem:COMMunicate:MONitoring:TIMeout",
       [this](const ScpiCall&) { return fixed(to_seconds(watchdog_.timeout), 0) + " s"; },
       [this](const ScpiCall& call) { watchdog_.timeout = from_seconds(call.number(0, "S", 1, 36000)); }});
}

void EaBox::add_nominals(const PowerPlate& plate) {
  const auto constant = [this](const char* pattern, std::string text) {
    add({pattern, [text = std::move(text)](const ScpiCall&) { return text; }, {}});
  };
  constant("SYSTem:NOMinal:VOLTage", fixed(plate.volts, 2) + " V");
  constant("SYSTem:NOMinal:CURRent", fixed(plate.amps, 1) + " A");
  constant("SYSTem:NOMinal:POWer", fixed(plate.watts, 0) + " W");
}

void EaBox::add_level(const std::string& pattern, std::string unit, int decimals, std::function<double()> get,
                      std::function<void(double)> set, std::function<double()> lowest,
                      std::function<double()> highest) {
  add({pattern, [get = std::move(get), unit, decimals](const ScpiCall&) { return fixed(get(), decimals) + " " + unit; },
       [set = std::move(set), lowest = std::move(lowest), highest = std::move(highest), unit](const ScpiCall& call) {
         set(call.number(0, unit, lowest(), highest()));
       }});
}

void EaBox::power_on(bool) {
  owner_ = Owner::none;
  watchdog_ = {};
  timed_out_ = false;
  clear_errors();
  stage_power_on();
}

// Nobody spoke for too long: the box leaves remote control, and its output goes off.
void EaBox::turn(WallTime now) {
  if (owner_ == Owner::remote && watchdog_.expired(now)) {
    owner_ = Owner::none;
    timed_out_ = true;
    switch_off();
  }
  if (watch()) {
    report({-200, "Execution error: alarm"});
  }
  latch_status();
}

std::uint32_t EaBox::ownership_bits() const noexcept {
  return (owner_ == Owner::local ? 1u << 9 : 0u) | (owner_ == Owner::remote ? 1u << 10 : 0u);
}

std::uint32_t EaBox::link_bits() const noexcept { return timed_out_ ? 1u << 7 : 0u; }

bool EaBox::fault(const std::string& kind, const std::vector<std::string>& arguments) {
  if (kind == "local") {
    owner_ = Owner::local;
    switch_off();
    return true;
  }
  if (kind == "trip") {
    const std::string why = arguments.empty() ? "ovp" : arguments.front();
    trip_stage(why == "ocp"   ? Trip::over_current
               : why == "opp" ? Trip::over_power
               : why == "ot"  ? Trip::over_temperature
                              : Trip::over_voltage);
    report({-200, "Execution error: alarm"});
    return true;
  }
  if (kind == "clear" && owner_ == Owner::local) {
    owner_ = Owner::none;
  }
  return kind == "clear";
}

}  // namespace rig::sim
