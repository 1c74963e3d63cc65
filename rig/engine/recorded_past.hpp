#pragma once
#include <optional>

#include "rig/core/gap.hpp"
#include "rig/record/reader.hpp"
#include "rig/signal/expression.hpp"

namespace rig {

// A value with what is known of it. Base units.
struct TakenValue {
  double value = 0.0;
  double uncertainty = 0.0;  // expanded, k = 2
  Dimension dimension{};
  TimePoint time{};        // the value's own
  std::optional<Gap> gap;  // of an event that may have been any time in it
};

// The value now, with the uncertainty that its inputs have now; nothing when its data is not good.
std::optional<TakenValue> measured_now(const Expression& value, const SignalTable& signals);

// What `value` was when `event` last became true, as `keep: ... at ...` of a case takes it (EventValue says how the
// physical moment is found), and nothing when it never became true. The expressions are compiled against `signals`, of
// whose run the record is; it may still be written. Throws RigError for a record without columns.
std::optional<TakenValue> measured_at(RunReader& record, const SignalTable& signals, const Expression& event,
                                      const Expression& value);

}  // namespace rig
