#include "tests/drivers/boxes.hpp"

#include <stdexcept>

namespace rig::testing {

std::unique_ptr<Box> make_box(const std::string& family, const std::string& parameters, Transport& link) {
  Diagnostics diagnostics;
  const std::string text = "{endpoint: '" + link.endpoint() + "', " + parameters + "}";
  const Node node = parse_yaml(std::make_shared<const SourceText>(SourceText{"test", text}), diagnostics);
  std::unique_ptr<Box> box = box_families().at(family).make(node, link, diagnostics);
  if (!box) {
    throw std::runtime_error("the test's parameters for " + family + " have mistakes: " + diagnostics.render());
  }
  return box;
}

}  // namespace rig::testing
