#pragma once
#include <cstddef>
#include <memory>

#include "rig/core/document.hpp"

namespace rig {

// The part of `source` from byte `begin` of its first line on, read as YAML. False when there were mistakes, which are
// then in `diagnostics`; a text without content gives a null node.
bool parse_tree(const std::shared_ptr<const SourceText>& source, std::size_t begin, Node& out,
                Diagnostics& diagnostics);

}  // namespace rig
