#pragma once
#include <memory>
#include <string>

#include "drivers/can/adapter_link.hpp"
#include "drivers/can/late_reads.hpp"
#include "drivers/can/slcan.hpp"
#include "drivers/can/stamp_clock.hpp"
#include "rig/core/timeline.hpp"
#include "rig/instrument/transport.hpp"

namespace rig::slcan {

struct Settings {
  char speed = '6';  // of the command S
  std::uint32_t bitrate = 500'000;
  bool listen_only = false;
  bool timestamps = false;  // frames are timed by the adapter, else by their arrival
};

// An adapter on a line.
class Link final : public can::AdapterLink {
 public:
  Link(std::unique_ptr<Transport> transport, std::shared_ptr<Timeline> timeline, const Settings& settings);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() override;

  [[nodiscard]] std::string endpoint() const { return transport_->endpoint(); }
  [[nodiscard]] bool is_local() const { return transport_->is_local(); }

 private:
  void begin() override;
  void end() noexcept override;
  void turn() override;
  [[nodiscard]] std::string more_trouble() const override;
  [[nodiscard]] std::uint32_t bitrate() const noexcept override { return settings_.bitrate; }
  void drain(WallTime until);
  enum class Need : std::uint8_t { acknowledged, tried };
  std::string command(std::string_view text, Need need);
  void hear(std::span<const std::byte> bytes, WallTime arrival) noexcept;
  void hear_text(WallTime arrival) noexcept;
  void hear_garbage(WallTime arrival) noexcept;
  void well_heard(WallTime arrival) noexcept;
  void look_at_delay(WallTime arrival) noexcept;
  void hear_late(WallTime from, WallTime until) noexcept;
  void take(const Frame& frame, WallTime arrival) noexcept;
  WallTime time_of(std::uint16_t stamp, WallTime arrival) noexcept;
  void settle_refusals(WallTime arrival) noexcept;
  void take_flags(unsigned flags) noexcept;
  void ask_flags(WallTime now);
  void say(WallTime now);

  std::unique_ptr<Transport> transport_;
  std::shared_ptr<Timeline> timeline_;
  Settings settings_;
  Parser parser_;
  // All but the counters are the thread's own.
  can::StampClock clock_;
  can::LateReads reads_;
  std::uint32_t stamp_us_ = 0;
  std::uint16_t last_stamp_ = 0;
  bool channel_open_ = false;
  bool stamped_ = false;
  bool has_flags_ = false;
  bool heard_since_asked_ = true;  // a frame or the flags, since these were last asked for
  bool was_silent_ = false;        // before what is being heard
  bool broke_silence_ = false;     // a frame did, in what is being heard
  unsigned garbled_in_a_row_ = 0;  // lines since a frame or the flags
  bool sent_since_flags_ = false;
  WallTime next_flags_{};
  WallTime asked_at_{};  // for flags that have not come yet
  WallTime begun_at_{};
  WallTime last_bytes_{};
  WallTime sure_at_{};                // when the flags were answered at once: what came until then came in time
  std::uint64_t refused_lately_ = 0;  // since the last frame
  WallTime last_frame_{};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::uint64_t> garbled_{0};
};

}  // namespace rig::slcan
