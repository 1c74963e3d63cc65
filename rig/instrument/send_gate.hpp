#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "rig/instrument/frame_batch.hpp"

namespace rig {

// An identifier as the bus carries it: 11 bits, or 29 when extended.
struct CanIdentifier {
  std::uint32_t id = 0;
  bool extended = false;
  friend bool operator==(const CanIdentifier&, const CanIdentifier&) = default;
};

// What may go out on a bus: nothing until the gate is opened, then only the identifiers of the bench's send list. A
// frame that a script or a mistake made up never reaches an inverter or another pack on the same cable.
class SendGate {
 public:
  // Allocates: not inside the loop.
  void open(std::vector<CanIdentifier> list) { list_ = std::move(list); }
  // For who stands at the far end of a wire, where a frame has passed a gate already.
  void open_to_all() noexcept { open_to_all_ = true; }
  [[nodiscard]] bool admits(const CanFrame& frame) const noexcept {
    return open_to_all_ ||
           std::find(list_.begin(), list_.end(), CanIdentifier{frame.id, frame.extended}) != list_.end();
  }

 private:
  std::vector<CanIdentifier> list_;
  bool open_to_all_ = false;
};

}  // namespace rig
