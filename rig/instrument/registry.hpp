#pragma once
#include <any>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <typeinfo>
#include <vector>

#include "rig/core/document.hpp"
#include "rig/core/fields.hpp"
#include "rig/core/timeline.hpp"
#include "rig/instrument/instrument.hpp"

namespace rig {

// What the instruments of one bench share, and the run's seed. Virtual instruments meet here in one world:
// context.shared<World>("world") makes it at the first call and returns the same one afterwards.
class BenchContext {
 public:
  explicit BenchContext(std::uint64_t seed) : seed_(seed) {}
  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
  // How the run's time lies on wall time; its scale stands before the first instrument is made.
  [[nodiscard]] const std::shared_ptr<Timeline>& timeline() const noexcept { return timeline_; }
  template <class T>
  std::shared_ptr<T> shared(const std::string& name) {
    auto& slot = shared_[name];
    if (!slot.has_value()) {
      slot = std::make_shared<T>();
    }
    return std::any_cast<std::shared_ptr<T>>(slot);
  }

 private:
  std::uint64_t seed_;
  std::shared_ptr<Timeline> timeline_ = std::make_shared<Timeline>();
  std::map<std::string, std::any> shared_;
};

// One driver: how to make it, and its parameters in three views. `parameters` is the instrument's mapping in the bench
// file without the key `driver`.
struct DriverEntry {
  std::string name;  // "vendor.family", "sim.kind"
  std::string help;
  // Empty when `parameters` has mistakes (they are in diagnostics).
  std::function<std::unique_ptr<Instrument>(const Node& parameters, BenchContext&, Diagnostics&)> make;
  std::function<Schema()> schema;
  std::function<std::vector<ListedValue>(const Node& parameters)> list;  // values after `parameters` were applied
};

// All drivers that are linked in. Drivers add themselves from static initialisers; a duplicate name is kept and
// reported by problems(), never thrown from there.
class DriverRegistry {
 public:
  static DriverRegistry& instance();
  void add(DriverEntry entry);
  [[nodiscard]] const DriverEntry* find(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }

 private:
  std::map<std::string, DriverEntry> entries_;
  std::vector<std::string> problems_;
};

// A driver class D has: `struct Parameters` with rig::Fields<D::Parameters>, a constructor
// D(const Parameters&, BenchContext&), and derives from a role.
template <class D>
struct DriverRegistration {
  DriverRegistration(const char* name, const char* help) {
    using P = typename D::Parameters;
    DriverRegistry::instance().add(
        {name, help,
         [](const Node& node, BenchContext& context, Diagnostics& diagnostics) -> std::unique_ptr<Instrument> {
           P parameters{};
           if (!node.is_null() && !read(node, parameters, diagnostics)) {
             return nullptr;
           }
           return std::make_unique<D>(parameters, context);
         },
         [] { return schema_of<P>(); },
         [](const Node& node) {
           P parameters{};
           Diagnostics ignored;
           if (!node.is_null()) {
             read(node, parameters, ignored);
           }
           std::vector<ListedValue> out;
           list_values("", parameters, out);
           return out;
         }});
  }
};

}  // namespace rig

// Registers a driver under its name: RIG_DRIVER(SimSupply, "sim.supply", "a supply of the virtual bench")
#define RIG_DRIVER(type, name, help)                                     \
  namespace {                                                            \
  const ::rig::DriverRegistration<type> type##_registration{name, help}; \
  }
