#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rig/core/document.hpp"
#include "rig/core/fields.hpp"
#include "rig/instrument/box.hpp"

// What the drivers of real boxes can do, for `gtxrig drivers`, and how one of their boxes is made without a bench, for
// tests.
namespace rig {

struct ModelFacts {
  std::string name;
  std::string range;       // "0 to 80 V, 0 to 65 A, 5200 W"
  std::string resolution;  // "0.01 V, 0.01 A"
  std::string accuracy;    // "0.04 V, 0.065 A"
};

struct BoxFamily {
  std::string role;   // "supply", "load", "meter" ...
  std::string links;  // "tcp, usbtmc"
  std::vector<ModelFacts> models;
  // It switches off by itself when nobody speaks to it any more, and the driver arms that: its class says
  // `static constexpr bool link_watchdog = true`.
  bool watchdog = false;
  // Returns null when the parameters have mistakes. Empty for what is no Box.
  std::function<std::unique_ptr<Box>(const Node& parameters, Transport&, Diagnostics&)> make;
};

std::map<std::string, BoxFamily>& box_families();

template <class B>
struct BoxFamilyRegistration {
  BoxFamilyRegistration(const char* name, const char* role, const char* links, std::vector<ModelFacts> models) {
    constexpr bool watchdog = requires { requires B::link_watchdog; };
    box_families().emplace(
        name, BoxFamily{role, links, std::move(models), watchdog,
                        [](const Node& node, Transport& link, Diagnostics& diagnostics) -> std::unique_ptr<Box> {
                          typename B::Parameters parameters{};
                          if (!read(node, parameters, diagnostics)) {
                            return nullptr;
                          }
                          return std::make_unique<B>(parameters, link);
                        }});
  }
};

// Of an instrument that is no Box, such as a CAN adapter: shown, but made by the registry of drivers only.
template <>
struct BoxFamilyRegistration<void> {
  BoxFamilyRegistration(const char* name, const char* role, const char* links, std::vector<ModelFacts> models) {
    box_families().emplace(name, BoxFamily{role, links, std::move(models), false, {}});
  }
};

}  // namespace rig

// Beside RIG_WIRED_...: RIG_BOX_FAMILY(EaElr, "ea.elr", "load", "tcp, serial", facts_of(models))
#define RIG_BOX_FAMILY(type, name, role, links, ...)                                      \
  namespace {                                                                             \
  const ::rig::BoxFamilyRegistration<type> type##_family{name, role, links, __VA_ARGS__}; \
  }
