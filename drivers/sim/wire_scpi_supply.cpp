#include "drivers/sim/wire_scpi_supply.hpp"

namespace rig::sim {

ScpiSupplyBox::ScpiSupplyBox(WireWorld& world, const WireBoxConfig& config, const PowerPlate& plate,
                             ScpiManners manners, Profile profile)
    : ScpiBox(std::move(manners), config.seed),
      always_{"*CLS", "*OPC", "*WAI", "*ESE", "*SRE", "*RST"},
      stage_(world, config.instrument, plate),
      profile_(std::move(profile)) {
  add_common(plate.maker + "," + plate.model + "," + plate.serial + "," + plate.firmware);
}

void ScpiSupplyBox::power_on(bool) {
  owner_ = Owner::local;
  watchdog_ = {};
  clear_errors();
  reset();
}

void ScpiSupplyBox::reset() {
  stage_.power_on();
  under_limit_ = 0;
  defaults();
}

void ScpiSupplyBox::turn(WallTime now) {
  if (stage_.output() && watchdog_.expired(now)) {
    stage_.trip(Trip::watchdog);
  }
  stage_.watch();
  latch_status();
}

bool ScpiSupplyBox::fault(const std::string& kind, const std::vector<std::string>& arguments) {
  if (kind == "local") {
    owner_ = Owner::local;  // the front panel took it; whatever is on stays on
    return true;
  }
  if (kind == "trip") {
    const std::string why = arguments.empty() ? "ovp" : arguments.front();
    stage_.trip(why == "ocp" ? Trip::over_current : why == "ot" ? Trip::over_temperature : Trip::over_voltage);
    return true;
  }
  return kind == "clear";
}

void ScpiSupplyBox::admit(const ScpiCall& call) {
  for (const std::string& free : always_) {
    if (scpi_matches(free, call.header)) {
      return;
    }
  }
  if (owner_ == Owner::local) {
    throw ScpiFault{-201, "Invalid while in local"};
  }
}

void ScpiSupplyBox::add_owner(const std::string& pattern) {
  always_.push_back(pattern);
  add({pattern,
       [this](const ScpiCall&) {
         std::string brief;
         for (const char c : profile_.owners.at(static_cast<std::size_t>(owner_))) {
           brief += c >= 'a' && c <= 'z' ? "" : std::string(1, c);
         }
         return brief;
       },
       [this](const ScpiCall& call) { owner_ = static_cast<Owner>(call.word(0, profile_.owners)); }});
}

void ScpiSupplyBox::add_owner_switch(const std::string& pattern, Owner becomes) {
  always_.push_back(pattern);
  add({pattern, {}, [this, becomes](const ScpiCall&) { owner_ = becomes; }});
}

void ScpiSupplyBox::add_output() {
  add({"OUTPut[:STATe]", [this](const ScpiCall&) { return std::string(stage_.output() ? "1" : "0"); },
       [this](const ScpiCall& call) {
         if (!stage_.switch_output(call.boolean(0))) {
           throw scpi_settings_conflict;
         }
       }});
  add({"OUTPut:PROTection:CLEar", {}, [this](const ScpiCall&) { stage_.clear_trip(); }});
}

void ScpiSupplyBox::add_level(const std::string& pattern, const std::string& unit, int decimals,
                              std::function<double()> get, std::function<void(double)> set, double lowest,
                              double highest) {
  add({pattern,
       [get = std::move(get), lowest, highest, decimals](const ScpiCall& call) {
         if (!call.parameters.empty()) {
           return fixed(call.word(0, {"MINimum", "MAXimum"}) == 0 ? lowest : highest, decimals);
         }
         return fixed(get(), decimals);
       },
       [set = std::move(set), lowest, highest, unit](const ScpiCall& call) {
         set(call.number(0, unit, lowest, highest));
       }});
}

void ScpiSupplyBox::add_measurements() {
  for (const char* how : {"MEASure", "FETCh"}) {
    const std::string base = std::string(how) + "[:SCALar]:";
    add({base + "VOLTage[:DC]",
         [this](const ScpiCall&) { return fixed(stage_.measured_volts(), profile_.volt_decimals); },
         {}});
    add({base + "CURRent[:DC]",
         [this](const ScpiCall&) { return fixed(stage_.measured_amps(), profile_.amp_decimals); },
         {}});
    add({base + "POWer[:DC]", [this](const ScpiCall&) { return fixed(stage_.measured_watts(), 1); }, {}});
  }
}

void ScpiSupplyBox::set_voltage(double volts) {
  if (profile_.couples_over_voltage && (volts > 0.95 * stage_.over_voltage + 1e-9 || volts < under_limit_)) {
    throw scpi_settings_conflict;
  }
  stage_.set_voltage(volts);
}

void ScpiSupplyBox::set_over_voltage(double volts) {
  if (profile_.couples_over_voltage && volts < 1.05 * stage_.voltage() - 1e-9) {
    throw scpi_settings_conflict;
  }
  stage_.over_voltage = volts;
}

void ScpiSupplyBox::set_under_limit(double volts) {
  if (volts > 0.95 * stage_.voltage() + 1e-9 && volts > 0) {
    throw scpi_settings_conflict;
  }
  under_limit_ = volts;
}

}  // namespace rig::sim
