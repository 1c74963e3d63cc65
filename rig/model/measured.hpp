#pragma once
#include <string>
#include <vector>

#include "rig/model/life_sign.hpp"
#include "rig/model/measured_value.hpp"
#include "rig/requirement/requirement.hpp"
#include "rig/signal/signal_group.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

// All that the reference may know of one tick. There is no place in it for a set-point, a firmware state or the truth
// of a plant.
struct Measured {
  MeasuredValue voltage;                                           // P+/P-, by the rig
  MeasuredValue current;                                           // by the rig, charging positive
  MeasuredTruth charge_demand;                                     // a source that is switched on, read back
  MeasuredTruth discharge_demand;                                  // a load that is switched on, read back
  MeasuredValue skin_temperature;                                  // of the case, by the rig, degC
  MeasuredValue ambient_temperature;                               // of the air, by the rig, degC
  MeasuredValue reported_voltage, reported_current, reported_soc;  // by the pack
  MeasuredValue reported_temperature;                              // by the pack, degC
  MeasuredTruth button;                                            // is pressed, read back
  MeasuredValue reported_remaining, reported_soh;                  // by the pack, A*s and 0..1
  MeasuredTruth over_voltage, under_voltage;                       // protections, by the pack
  MeasuredValue highest_cell, lowest_cell, cell_sum;               // by the pack's service port
  MeasuredTruth online;                                            // frames come; unknown while nobody listens
  struct Outputs {
    MeasuredTruth allowed;             // what the pack says it permits
    MeasuredValue limit;               // current limit as sent
    MeasuredTruth prohibited;          // dry contact
    std::vector<MeasuredTruth> flags;  // one for each flag of the direction's rules
  };
  Outputs charge, discharge;
  std::vector<MeasuredTruth> flags;  // alarms and requests

  // Where the current may be now, A: what was switched after its last reading moves it already, and a pack may answer
  // before the next one.
  [[nodiscard]] Interval current_now() const noexcept;

  // What has been read again in this tick; the rest is as it was.
  bool electrical_read = true;  // terminals and demands
  bool reports_read = true;     // what the pack says of itself, temperatures, the button
  bool outputs_read = true;     // charge, discharge
  bool flags_read = true;
};

// Reads a Measured from the table's row, and of it only what was written. Signals that the bench does not have stay
// unknown.
class MeasuredReader {
 public:
  // The flags of both directions, and those of alarms and requests.
  void bind(const SignalTable& table, const std::vector<std::string>& charge_flags,
            const std::vector<std::string>& discharge_flags, const std::vector<std::string>& flags);
  void restart() noexcept;
  void read(const SignalTable& table) noexcept;
  // Nothing was written since the last read(), and nothing is fresh any more.
  [[nodiscard]] bool quiet() const noexcept { return quiet_; }
  [[nodiscard]] const Measured& measured() const noexcept { return measured_; }

 private:
  struct Number {
    SignalId id;
    Interval since;  // where it has been from the last sample on
    double last_value = 0.0;
    TimePoint last_time{};
    bool has_last = false;
  };
  void number(Number& source, const SignalTable& table, MeasuredValue& out) noexcept;
  static void truth(SignalId id, const SignalTable& table, MeasuredTruth& out) noexcept;
  static Number find(const SignalTable& table, const std::string& name);

  struct Direction {
    SignalId allowed, prohibited;
    Number limit;
    std::vector<SignalId> flags;
  };
  void bind_groups();
  void read_electrical(const SignalTable& table) noexcept;
  void read_slow(const SignalTable& table) noexcept;
  void read_outputs(const SignalTable& table) noexcept;
  void read_contacts(const SignalTable& table) noexcept;
  void age_electrical() noexcept;
  void age_slow() noexcept;
  void age_outputs() noexcept;

  Number voltage_, current_, skin_temperature_, ambient_temperature_;
  Number reported_voltage_, reported_current_, reported_soc_, reported_temperature_;
  Number reported_remaining_, reported_soh_;
  Number highest_cell_, lowest_cell_, cell_sum_;
  SignalId charge_demand_, discharge_demand_, button_, over_voltage_, under_voltage_;
  LifeSign life_;
  Direction charge_, discharge_;
  std::vector<SignalId> flags_;
  SignalGroup electrical_, slow_, outputs_, alarms_;
  bool outputs_written_ = true;
  bool quiet_ = false;
  bool everything_ = true;  // the first tick reads all
  Measured measured_;
};

}  // namespace rig
