#include "rig/engine/row_recorder.hpp"

#include <algorithm>

namespace rig {

RowRecorder::RowRecorder(std::unique_ptr<Recorder> recorder, const CanBus* can)
    : recorder_(std::move(recorder)), can_(can) {
  frames_.reserve(2 * FrameBatch::capacity);
}

void RowRecorder::take(const FrameBatch& batch, bool sent) noexcept {
  for (const CanFrame& frame : batch.frames()) {
    RecordedFrame& out = frames_.emplace_back();
    out.time = frame.time;
    out.id = frame.id;
    out.extended = frame.extended;
    out.sent = sent;
    out.length = frame.length;
    std::copy(frame.data.begin(), frame.data.end(), out.data);
  }
}

void RowRecorder::push(const Tick& tick, SignalTable& signals, const CommandRow& wanted,
                       const CommandRow& admitted) noexcept {
  frames_.clear();
  if (can_ != nullptr && (recorder_ || !taps_.empty())) {
    take(can_->received(), false);
    take(can_->sent(), true);
  }
  for (const auto& tap : taps_) {
    for (const RecordedFrame& frame : frames_) {
      tap->push(frame);
    }
  }
  if (recorder_) {
    recorder_->push(tick, signals, wanted, admitted, frames_);
  }
  signals.clear_changed();
}

void RowRecorder::note_clock(const ClockEvent& event) noexcept {
  if (recorder_) {
    recorder_->note_clock(event);
  }
}

void RowRecorder::flush() {
  if (recorder_) {
    recorder_->flush();
  }
}

void RowRecorder::close() {
  if (recorder_) {
    recorder_->close();
  }
}

}  // namespace rig
