#pragma once
#include <cstdint>
#include <optional>

#include "rig/signal/signal_table.hpp"

namespace rig {

// Where the Script leaves work that is done outside of the loop, and looks whether it is done. None of it waits,
// allocates or throws.
class OutsidePort {
 public:
  enum class State : std::uint8_t { idle, busy, done, failed };
  // What a function gave back under one of its names.
  struct Given {
    double value = 0.0;
    double uncertainty = 0.0;  // expanded, k = 2
  };
  virtual ~OutsidePort() = default;
  // Begins with work `job` of the program, upon the samples as they stand. One at a time.
  virtual void begin(std::uint32_t job, const Tick& tick, const SignalTable& signals) noexcept = 0;
  // Of the work begun last. What failed has a finding of its own.
  [[nodiscard]] virtual State state() const noexcept = 0;
  // Of work that is done, by the place of its name.
  [[nodiscard]] virtual Given given(std::size_t place) const noexcept = 0;
};

}  // namespace rig
