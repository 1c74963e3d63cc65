#pragma once
#include "drivers/sim/wire_scpi.hpp"
#include "drivers/sim/wire_supply.hpp"

namespace rig::sim {

// What SCPI supplies other than EA's have in common: digits instead of words, no units behind numbers, local and remote
// as states that a command changes, protections that OUTP:PROT:CLE clears.
class ScpiSupplyBox : public ScpiBox {
 public:
  void power_on(bool) final;
  void turn(WallTime now) override;
  bool fault(const std::string& kind, const std::vector<std::string>& arguments) override;

 protected:
  struct Profile {
    int volt_decimals = 3, amp_decimals = 3;
    bool couples_over_voltage = false;  // OVP at least 5 % above the voltage, the voltage at most 95 % of OVP
    std::vector<std::string> owners;    // words of local, remote, remote with a locked panel
  };
  ScpiSupplyBox(WireWorld& world, const WireBoxConfig& config, const PowerPlate& plate, ScpiManners manners,
                Profile profile);
  enum class Owner { local, remote, locked };
  // "SYSTem:COMMunicate:RLSTate": asks and tells the owner by its words.
  void add_owner(const std::string& pattern);
  void add_owner_switch(const std::string& pattern, Owner becomes);
  void add_output();
  void add_level(const std::string& pattern, const std::string& unit, int decimals, std::function<double()> get,
                 std::function<void(double)> set, double lowest, double highest);
  void add_measurements();
  void set_voltage(double volts);
  void set_over_voltage(double volts);
  void set_under_limit(double volts);

  [[nodiscard]] SupplyStage& stage() noexcept { return stage_; }
  [[nodiscard]] const SupplyStage& stage() const noexcept { return stage_; }
  [[nodiscard]] const Profile& profile() const noexcept { return profile_; }
  [[nodiscard]] double under_limit() const noexcept { return under_limit_; }
  LinkWatchdog watchdog_;
  virtual void defaults() {}  // of the model, at power-on and *RST
  void reset() final;
  void admit(const ScpiCall& call) override;
  void heard() override { watchdog_.feed(); }
  // Headers that set something and are taken in local mode too.
  std::vector<std::string> always_;

 private:
  SupplyStage stage_;
  Profile profile_;
  Owner owner_ = Owner::local;
  double under_limit_ = 0;
};

}  // namespace rig::sim
