#pragma once
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "drivers/transport/endpoint.hpp"
#include "drivers/transport/families.hpp"
#include "rig/instrument/box.hpp"

namespace rig::testing {

// A box of a family with its parameters, "model: GEN80-65, address: 6", at the far end of a link.
std::unique_ptr<Box> make_box(const std::string& family, const std::string& parameters, Transport& link);

template <class Role>
std::unique_ptr<Role> make_box_as(const std::string& family, const std::string& parameters, Transport& link) {
  std::unique_ptr<Box> box = make_box(family, parameters, link);
  auto* const role = dynamic_cast<Role*>(box.get());
  if (role == nullptr) {
    throw std::runtime_error(family + " has another role");
  }
  std::unique_ptr<Role> owned(role);
  static_cast<void>(box.release());
  return owned;
}

}  // namespace rig::testing
