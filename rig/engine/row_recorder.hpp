#pragma once
#include <memory>
#include <vector>

#include "rig/engine/frame_tap.hpp"
#include "rig/instrument/can_bus.hpp"
#include "rig/record/recorder.hpp"

namespace rig {

// Stage 8 of a tick: gives the row and the tick's CAN frames to the Recorder. Without a Recorder (level none) it only
// opens the next row.
class RowRecorder {
 public:
  RowRecorder(std::unique_ptr<Recorder> recorder, const CanBus* can);
  void push(const Tick& tick, SignalTable& signals, const CommandRow& wanted, const CommandRow& admitted) noexcept;
  // Frames go there too from now on. Between two ticks only.
  void listen(std::shared_ptr<FrameTap> tap) {
    std::erase_if(taps_, [](const auto& held) { return held.use_count() == 1; });  // nobody listens there any more
    taps_.push_back(std::move(tap));
  }
  void note_clock(const ClockEvent& event) noexcept;
  [[nodiscard]] bool failed() const noexcept { return recorder_ && recorder_->failed(); }
  [[nodiscard]] std::int64_t dropped_rows() const noexcept { return recorder_ ? recorder_->dropped_rows() : 0; }
  // Waits until all rows so far are written. Not inside the loop.
  void flush();
  // Waits until all is written; throws RigError when something could not be.
  void close();

 private:
  void take(const FrameBatch& batch, bool sent) noexcept;
  std::unique_ptr<Recorder> recorder_;
  const CanBus* can_;
  std::vector<RecordedFrame> frames_;  // capacity reserved
  std::vector<std::shared_ptr<FrameTap>> taps_;
};

}  // namespace rig
