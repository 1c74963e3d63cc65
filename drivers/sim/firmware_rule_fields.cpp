#include "drivers/sim/firmware_options.hpp"
#include "drivers/sim/firmware_rules.hpp"

namespace rig {
using sim::by_default, sim::option;

void Fields<sim::VoltageRule>::declare(Mapping<sim::VoltageRule>& m) {
  using R = sim::VoltageRule;
  m.optional("threshold", &R::threshold, option("acts beyond", "manual 9.1-2, class relatives for cells", 0.0, 100.0));
  m.optional("delay", &R::delay, option("has to stand beyond for so long", "engineering default (LIBRE)", 0.0, 3600.0));
  m.optional("release", &R::release, option("lets go at this voltage", "engineering default (SEP)", 0.0, 100.0));
  m.optional("release_policy", &R::release_policy, option("what lets it go: voltage, current, soc or any of them"));
  m.optional("release_current", &R::release_current,
             option("reversed current that lets it go", "engineering default (ATL)", 0.0, 200.0));
  m.optional("release_soc", &R::release_soc, option("SOC that lets it go", "engineering default (ATL)", 0.0, 1.0));
  m.optional("release_delay", &R::release_delay,
             option("the release has to stand for so long", by_default, 0.0, 3600.0));
  m.optional("enabled", &R::enabled, option("the rule is evaluated at all"));
  m.optional("flag", &R::flag, option("raises its flag on CAN"));
  m.optional("fet", &R::fet, option("opens its FET"));
}

void Fields<sim::CurrentRule>::declare(Mapping<sim::CurrentRule>& m) {
  using R = sim::CurrentRule;
  m.optional("threshold", &R::threshold, option("acts beyond", "manual 9.1-2c; second stage SEP", 0.0, 1000.0));
  m.optional("delay", &R::delay, option("has to stand beyond for so long", "engineering default (SEP)", 0.0, 3600.0));
  m.optional("release_time", &R::release_time,
             option("tries again after so long", "engineering default (SEP)", 0.0, 86400.0));
  m.optional("release_policy", &R::release_policy, option("what lets it go: time, current or any of them"));
  m.optional("release_current", &R::release_current,
             option("reversed current that lets it go, also when locked", "engineering default (SEP)", 0.0, 200.0));
  m.optional("lock_after", &R::lock_after,
             option("stays off after so many trips", "engineering default (SEP)", 1.0, 16.0));
  m.optional("lock_window", &R::lock_window,
             option("trips within this time count for the lock", "engineering default (SEP)", 0.0, 864000.0));
  m.optional("enabled", &R::enabled, option("the rule is evaluated at all"));
  m.optional("flag", &R::flag, option("raises its flag on CAN"));
  m.optional("fet", &R::fet, option("opens its FET"));
}

void Fields<sim::TemperatureRule>::declare(Mapping<sim::TemperatureRule>& m) {
  using R = sim::TemperatureRule;
  m.optional("threshold", &R::threshold, option("acts beyond", "manual 9.1-2a, 9.1-2b", -60.0, 150.0));
  m.optional("delay", &R::delay, option("has to stand beyond for so long", "engineering default (FOX)", 0.0, 3600.0));
  m.optional("release", &R::release, option("lets go at this temperature", "engineering default (SEP)", -60.0, 150.0));
  m.optional("release_delay", &R::release_delay,
             option("the release has to stand for so long", by_default, 0.0, 3600.0));
  m.optional("enabled", &R::enabled, option("the rule is evaluated at all"));
  m.optional("flag", &R::flag, option("raises its flag on CAN"));
  m.optional("fet", &R::fet, option("opens its FET"));
}

void Fields<sim::FullFirst>::declare(Mapping<sim::FullFirst>& m) {
  using F = sim::FullFirst;
  m.optional("complete", &F::complete, option("full from here on, with tapering current", "manual 9.1-2d", 0.0, 100.0));
  m.optional("taper", &F::taper, option("current that counts as tapering", by_default, 0.0, 200.0));
  m.optional("delay", &F::delay, option("both have to stand for so long", by_default, 0.0, 3600.0));
  m.optional("threshold", &F::threshold, option("pack_ov protects beyond", by_default, 0.0, 100.0));
  m.optional("resume_soc", &F::resume_soc, option("charging is wanted again below", "class relatives", 0.0, 1.0));
  m.optional("resume_current", &F::resume_current,
             option("or at this discharge current", "class relatives", 0.0, 200.0));
}

}  // namespace rig
