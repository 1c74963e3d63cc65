#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/core/document.hpp"
#include "rig/core/time.hpp"
#include "rig/core/units.hpp"
#include "rig/instrument/transport.hpp"

// What stands at the far end of a wire. Nothing here is shared with the drivers at the near end: a mistake that both
// made would cancel itself.
namespace rig::sim {

class WireWorld;
struct WireBoxConfig;

// What a box says to one message, and for how long it is busy with it (wall time: boxes do not get faster when the
// plant does).
struct Answer {
  std::string bytes;
  Duration busy{};
};

// One connection to a box. Called under the world's lock.
class WireSession {
 public:
  virtual ~WireSession() = default;
  // Takes one message from the front of what has arrived; nothing when there is no whole one yet.
  virtual std::optional<Answer> take(std::string& inbox) = 0;
  // What the box says without being asked (frames of a CAN adapter).
  virtual void speak(std::string& out) { (void)out; }
  // False for most: the line then sleeps until somebody asks.
  [[nodiscard]] virtual bool speaks() const { return false; }
  // What the fault "wrong_unit" makes of an answer; unchanged where the protocol knows no units.
  [[nodiscard]] virtual std::string with_wrong_unit(std::string bytes) const { return bytes; }
};

// A simulated box: the manners of a model in front of a virtual instrument. Called under the world's lock.
class WireBox {
 public:
  virtual ~WireBox() = default;
  virtual std::unique_ptr<WireSession> connect() = 0;
  // All settings lost, everything off. `soaked`: a case begins, and a chamber stands where the case wants it.
  virtual void power_on(bool soaked) = 0;
  // After each turn of the world: protections and link watchdogs.
  virtual void turn(WallTime) {}
  // "trip", "local" and others that only the box can do; false when it knows no such fault. "clear" takes them back.
  virtual bool fault(const std::string& kind, const std::vector<std::string>& arguments) {
    (void)kind, (void)arguments;
    return false;
  }
  // Can the fault "wrong_unit" be done to its answers?
  [[nodiscard]] virtual bool has_units() const { return false; }
  // Takes on another instrument of the bench that is a part of this box, such as a second channel; false when it is
  // none.
  virtual bool also_serves(const WireBoxConfig& other) {
    (void)other;
    return false;
  }
  // How many clients it takes at a time; the next one is refused.
  [[nodiscard]] virtual std::size_t most_clients() const { return 4; }
};

// Which instrument of the bench a box is, and its keys in the bench file. They are the driver's, so the simulator takes
// what it knows of them and leaves the rest alone.
struct WireBoxConfig {
  std::string instrument;
  Node parameters;
  std::uint64_t seed = 1;

  [[nodiscard]] std::string text(const char* key, const std::string& otherwise) const;
  // In base units. Throws RigError when it is no such quantity.
  [[nodiscard]] double quantity(const char* key, Dimension dimension, double otherwise) const;
};

// The simulators by the name of the driver that drives such a box.
struct WireSimEntry {
  std::string help;
  std::function<std::unique_ptr<WireBox>(WireWorld&, const WireBoxConfig&)> make;
};
std::map<std::string, WireSimEntry>& wire_sims();

template <class Box>
struct WireSimRegistration {
  WireSimRegistration(const char* driver, const char* help) {
    wire_sims().emplace(driver, WireSimEntry{help, [](WireWorld& world, const WireBoxConfig& config) {
                                               return std::make_unique<Box>(world, config);
                                             }});
  }
};

}  // namespace rig::sim

// Registers the simulator of the boxes that a driver drives: RIG_WIRE_SIM(EaPsb, "ea.psb", "EA-PSB, SCPI over TCP")
#define RIG_WIRE_SIM(type, driver, help)                                     \
  namespace {                                                                \
  const ::rig::sim::WireSimRegistration<type> type##_wire_sim{driver, help}; \
  }
