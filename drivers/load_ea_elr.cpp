#include <array>

#include "drivers/scpi/ea.hpp"
#include "drivers/scpi/power_roles.hpp"

// EA-ELR 9000 and 10000: loads that feed the energy back. SCPI over LAN (port 5025) and USB (a virtual serial line).
namespace rig {
namespace {

constexpr std::array models{
    scpi::ea::model("ELR 9080-170", 80, 170, 3500),     scpi::ea::model("ELR 9080-340", 80, 340, 7000),
    scpi::ea::model("ELR 9080-510", 80, 510, 10500),    scpi::ea::model("ELR 9080-170 3U", 80, 170, 3500),
    scpi::ea::model("ELR 9080-340 3U", 80, 340, 7000),  scpi::ea::model("ELR 9080-510 3U", 80, 510, 10500),
    scpi::ea::model("ELR 10080-510 2U", 80, 510, 10000)};

scpi::PowerTable make_table() {
  scpi::PowerTable table = scpi::ea::table;
  table.models = models;
  table.output = "INP";
  return table;
}
const scpi::PowerTable table = make_table();

class EaElr final : public scpi::Load {
 public:
  static constexpr bool link_watchdog = !scpi::ea::table.watchdog_on.empty();
  struct Parameters : scpi::PowerParameters {};
  EaElr(const Parameters& p, Transport& link) : Load(table, p, link) {}
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::EaElr::Parameters> {
  static void declare(Mapping<EaElr::Parameters>& m) { scpi::declare_power(m, models); }
};

namespace rig {
RIG_WIRED_LOAD(EaElr, "ea.elr", "EA-ELR 9000 and 10000, SCPI: LAN port 5025, USB")
RIG_BOX_FAMILY(EaElr, "ea.elr", "load", "tcp, serial", facts_of(models))
}  // namespace rig
