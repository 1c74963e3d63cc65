#pragma once
#include "rig/dut/dbc.hpp"

namespace rig {

// What is wrong with a DBC although every statement can be read: fields that leave their frame or lie on one another,
// names given twice, multiplexing without a selector.
void check_dbc(const Dbc& dbc, Diagnostics& diagnostics);

// False, with an error at the first byte that no text holds, for a binary file.
bool check_is_text(const std::shared_ptr<const SourceText>& source, Diagnostics& diagnostics);

}  // namespace rig
