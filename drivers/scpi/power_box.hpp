#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "drivers/scpi/power_table.hpp"
#include "rig/instrument/box.hpp"

namespace rig::scpi {

// What supplies and loads that speak SCPI have in common: whose they are, what has tripped, on and off, and levels that
// are read back.
class PowerBox {
 public:
  // As often as that trips, ownership and regulation are looked at; voltage and current come with every reading.
  static constexpr std::chrono::milliseconds status_period{100};
  // So often, and as a twentieth of the time on the link, one of the things is asked that no status tells: whose it is,
  // whether its watchdog runs, whether its levels are those that were set.
  static constexpr std::chrono::milliseconds chore_period{200};

  PowerBox(const PowerTable& table, const std::string& model, Transport& link, WallTime::duration timeout);

  Identity connect();
  // Voltage 0, then the protections, then the watchdog; the box is off.
  void arm(const ArmLimits& limits, std::chrono::seconds watchdog);
  // Asks whether that still stands.
  void check_armed();
  void make_safe();
  void shout_off();
  void release();

  struct Values {
    Measured voltage, current;
  };
  Values measure();
  // Throws when something tripped or somebody took the box away. Looks at most once a `status_period`.
  void watch();
  [[nodiscard]] bool is_on() const noexcept { return on_; }
  [[nodiscard]] Regulation regulation() const noexcept { return on_ ? regulation_ : Regulation::off; }

  void switch_to(bool on);
  // Set and read back, unless it stands there already.
  struct Level {
    std::string_view header;
    double value = 0.0;
    std::optional<double>* last = nullptr;
    int decimals = 2;
    double step = 0.01;
    std::string_view unit;
  };
  void put(const Level& level);
  // Falling ones first: boxes refuse what is outside of a limit that is about to move.
  void put_all(std::vector<Level> levels);
  Level voltage(double value) {
    return {table_.voltage, value, &voltage_, model_.volt_decimals, model_.volt_step, "V"};
  }
  Level current(double value) { return {table_.current, value, &current_, model_.amp_decimals, model_.amp_step, "A"}; }
  Level power(double value) { return {table_.power, value, &power_, model_.watt_decimals, model_.watt_step, "W"}; }
  void check_errors(std::string_view after) { session_.check_errors(after); }

  [[nodiscard]] Scpi& session() noexcept { return session_; }
  [[nodiscard]] const PowerModel& model() const noexcept { return model_; }
  [[nodiscard]] const PowerTable& table() const noexcept { return table_; }
  void look();  // watch(), now
  // A current that has gone by itself: before anybody sees it, trips and levels are looked at, for it may be the box's
  // own doing.
  void look_when_gone(double current);
  // Nothing that the box holds is known any longer: somebody else has set it.
  void forget() noexcept;

 private:
  void claim();
  [[nodiscard]] bool names_owner(std::string_view answer) const;
  void check_owner();
  void check_watchdog();
  void check_level(const Level& level);
  void do_chore();
  [[nodiscard]] bool becomes(bool on, std::chrono::milliseconds within);
  [[nodiscard]] std::string query_of(std::string_view header) const { return std::string(header) + "?"; }

  const PowerTable& table_;
  const PowerModel& model_;
  Scpi session_;
  bool on_ = false;
  Regulation regulation_ = Regulation::off;
  WallTime status_due_{};
  WallTime chore_due_{};
  double last_current_ = 0.0;  // A, of the last reading
  unsigned chore_ = 0;
  // What arm() has set.
  std::optional<double> over_voltage_, over_current_;
  bool watchdog_ = false;
  bool ours_ = false;                                // taken here, so it is given back here
  std::optional<double> voltage_, current_, power_;  // what the box holds, as far as we know
};

}  // namespace rig::scpi
