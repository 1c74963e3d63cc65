#include <array>
#include <map>
#include <mutex>

#include "drivers/scpi/ea.hpp"
#include "drivers/scpi/power_roles.hpp"

// EA-PSB 9000 and 10000: two quadrants, SCPI over LAN (port 5025) and USB (a virtual serial line). One box serves both
// roles, each an instrument of its own at the same endpoint.
//
// Set below the pack it sinks by itself, and at power-on its sink limits are those of its plate. So the sink limits are
// zero unless the load role holds the box, and only one role holds it at a time: the other has to be off first. Handing
// over is an exchange of its own, with the output off.
namespace rig {
namespace {

// 60 V models have a fixed over-voltage protection at 60.6 V that only a power cycle clears: not for a 56.2 V pack.
constexpr std::array models{
    scpi::ea::model("PSB 9080-120 3U", 80, 120, 5000),   scpi::ea::model("PSB 9080-240 3U", 80, 240, 10000),
    scpi::ea::model("PSB 9080-360 3U", 80, 360, 15000),  scpi::ea::model("PSB 10080-340 3U", 80, 340, 10000),
    scpi::ea::model("PSB 10080-510 3U", 80, 510, 15000), scpi::ea::model("PSB 10080-1000 4U", 80, 1000, 30000)};

scpi::PowerTable make_table() {
  scpi::PowerTable table = scpi::ea::table;
  table.models = models;
  return table;
}
const scpi::PowerTable table = make_table();
constexpr bool has_watchdog = !scpi::ea::table.watchdog_on.empty();

enum class Role : std::uint8_t { none, supply, load };

// Which role holds the box at the far end of a link. Both roles are served by the thread of that link; the lock is for
// the table of links only.
std::shared_ptr<Role> holder_of(const Transport& link) {
  static std::mutex mutex;
  static std::map<const Transport*, std::weak_ptr<Role>> holders;
  const std::lock_guard lock(mutex);
  std::shared_ptr<Role> holder = holders[&link].lock();
  if (!holder) {
    holder = std::make_shared<Role>(Role::none);
    holders[&link] = holder;
  }
  return holder;
}

// The levels that let energy flow one way only. Asked first: mostly they stand there, and making safe has 200 ms for
// both roles.
void close_sink(scpi::PowerBox& box) {
  scpi::Scpi& session = box.session();
  if (session.number("SINK:CURR?", "A") != 0.0) {
    session.set("SINK:CURR", 0.0, box.model().amp_decimals, box.model().amp_step, "A");
  }
  if (session.number("SINK:POW?", "W") != 0.0) {
    session.set("SINK:POW", 0.0, 0, box.model().watt_step, "W");
  }
}

// The output is off. A link that was opened anew may have lost the box; who has it now has its levels too.
void leave_closed(scpi::PowerBox& box) {
  try {
    close_sink(box);
  } catch (const LinkError& error) {
    if (error.trouble() != LinkTrouble::rejected) {
      throw;
    }
    box.session().tell("SYST:LOCK ON");
    if (scpi::same_word(box.session().ask("SYST:LOCK:OWNER?"), scpi::ea::table.owner)) {
      close_sink(box);
    }
  }
}

void refuse_held(scpi::PowerBox& box, const char* wanted, const char* other) {
  box.session().reject(std::string("the ") + wanted + " role wants the box while its " + other + " role holds it",
                       std::string("switch the ") + other + " off in a step before");
}

class EaPsbSupply final : public scpi::Supply {
 public:
  static constexpr bool link_watchdog = has_watchdog;
  struct Parameters : scpi::PowerParameters {};
  EaPsbSupply(const Parameters& p, Transport& link) : Supply(table, p, link), holder_(holder_of(link)) {}

  void arm(const ArmLimits& limits) override {
    armed_ = true;
    close_sink(box());
    Supply::arm(limits);
  }
  void make_safe() override {
    Supply::make_safe();  // there is one output: it is off for both roles
    *holder_ = Role::none;
    leave_closed(box());
  }
  // A bench that was only looked at gets its settings back as they were.
  void release() override {
    if (armed_) {
      leave_closed(box());
    }
    Supply::release();
  }
  void write(const PowerSupply::Setpoint& setpoint) override {
    if (setpoint.output && *holder_ == Role::load) {
      refuse_held(box(), "supply", "load");
    }
    if (setpoint.output && *holder_ == Role::none) {
      box().forget();  // the load role has set levels since
      box().look();
      close_sink(box());
      *holder_ = Role::supply;
    }
    if (*holder_ != Role::load) {
      Supply::write(setpoint);  // while the load holds the box its set-points are the load's; ours come when it is ours
    }
    if (!setpoint.output && *holder_ == Role::supply) {
      *holder_ = Role::none;
    }
  }
  SupplyReading read() override {
    if (*holder_ == Role::load) {
      box().forget();  // its levels are the load's now
    }
    SupplyReading reading = Supply::read();
    if (*holder_ == Role::load) {
      reading.current = Amps{0.0};
      reading.output = false;
      reading.regulation = Regulation::off;
    }
    return reading;
  }

 private:
  std::shared_ptr<Role> holder_;
  bool armed_ = false;
};

class EaPsbLoad final : public scpi::Load {
 public:
  static constexpr bool link_watchdog = has_watchdog;
  struct Parameters : scpi::PowerParameters {};
  EaPsbLoad(const Parameters& p, Transport& link) : Load(table, p, link), holder_(holder_of(link)) {}

  void arm(const ArmLimits& limits) override {
    armed_ = true;
    Load::arm(limits);
    close_sink(box());
    const scpi::PowerBox& power = box();
    const double highest = power.model().highest_ocp;
    box().session().set("SINK:CURR:PROT",
                        limits.over_current > 0 ? std::min(1.05 * limits.over_current, highest) : highest,
                        power.model().amp_decimals, power.model().amp_step, "A");
  }
  void make_safe() override {
    Load::make_safe();
    *holder_ = Role::none;
    leave_closed(box());
  }
  void release() override {
    if (armed_) {
      leave_closed(box());
    }
    Load::release();
  }
  void write(const ElectronicLoad::Setpoint& setpoint) override {
    if (setpoint.input && *holder_ == Role::supply) {
      refuse_held(box(), "load", "supply");
    }
    if (*holder_ == Role::load && !setpoint.input) {
      box().switch_to(false);
      close_sink(box());
      *holder_ = Role::none;
    }
    if (!setpoint.input) {
      return;  // its set-points are the supply's until the load takes over
    }
    if (*holder_ == Role::none) {
      *holder_ = Role::load;
      sink_current_.reset();
      sink_power_.reset();
      box().forget();  // the supply role has set levels since
      box().look();
    }
    put_sink(setpoint);
    if (!box().is_on()) {
      box().switch_to(true);
    }
    box().check_errors("the set-points of the sink");
  }
  LoadReading read() override {
    if (*holder_ != Role::load) {
      box().forget();  // its levels are the supply's now
    }
    LoadReading reading = Load::read();
    if (*holder_ != Role::load) {
      reading.current = Amps{0.0};
      reading.input = false;
      reading.regulation = Regulation::off;
    }
    return reading;
  }

 private:
  // It never gives anything: source current 0. It sinks while the terminals are above VOLT.
  void put_sink(const ElectronicLoad::Setpoint& setpoint) {
    scpi::PowerBox& b = box();
    const PowerModel& model = b.model();
    const bool by_current = setpoint.mode == LoadMode::constant_current;
    const bool by_power = setpoint.mode == LoadMode::constant_power;
    const bool by_voltage = setpoint.mode == LoadMode::constant_voltage;
    b.put_all({b.current(0.0),
               b.voltage(by_voltage ? setpoint.voltage.value() : 0.0),
               {"SINK:CURR", by_current ? setpoint.current.value() : model.amps, &sink_current_, model.amp_decimals,
                model.amp_step, "A"},
               {"SINK:POW", by_power ? setpoint.power.value() : model.watts, &sink_power_, 0, model.watt_step, "W"}});
  }

  std::shared_ptr<Role> holder_;
  bool armed_ = false;
  std::optional<double> sink_current_, sink_power_;
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::EaPsbSupply::Parameters> {
  static void declare(Mapping<EaPsbSupply::Parameters>& m) { scpi::declare_power(m, models); }
};
template <>
struct rig::Fields<rig::EaPsbLoad::Parameters> {
  static void declare(Mapping<EaPsbLoad::Parameters>& m) { scpi::declare_power(m, models); }
};

namespace rig {
RIG_WIRED_SUPPLY(EaPsbSupply, "ea.psb", "EA-PSB 9000 and 10000 as a supply, SCPI: LAN port 5025, USB")
RIG_WIRED_LOAD(EaPsbLoad, "ea.psb_load", "the same box as a load: one endpoint, two instruments")
RIG_BOX_FAMILY(EaPsbSupply, "ea.psb", "supply", "tcp, serial", facts_of(models))
RIG_BOX_FAMILY(EaPsbLoad, "ea.psb_load", "load", "tcp, serial", facts_of(models))
}  // namespace rig
