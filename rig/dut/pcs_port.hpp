#pragma once
#include <string>
#include <vector>

#include "rig/dut/pcs_messages.hpp"
#include "rig/instrument/can_bus.hpp"

namespace rig {

// The inverter's (PCS) part on the pack's CAN: sends its frames, cyclic or as replies, and disturbs the bus where a
// case asks for it. At their safe values all commands leave an ordinary PCS.
//
// Commands: pcs.silent (it sends nothing: lost), pcs.flood (frames/s); for each frame of the bench file
// pcs.<frame>.missing, pcs.<frame>.short_by (bytes), and with a counter pcs.<frame>.stale (the counter stands still).
// Signals: pcs.frames (count of what was handed to the adapter).
//
// Order of calls: declare() once, then per tick apply(), which neither allocates nor throws; restart() between cases.
class PcsPort {
 public:
  explicit PcsPort(const PcsConfig& config);

  void declare(Declarations& out);
  // `heard`: what the pack sent in this tick. Late ticks skip periods, they never send bursts.
  void apply(const Tick& tick, const CommandRow& row, const FrameBatch& heard, Dialect dialect, CanBus& bus) noexcept;
  void sample(const Tick& tick, SignalTable& out) const noexcept;
  void restart() noexcept;
  [[nodiscard]] const std::vector<CanIdentifier>& send_list() const noexcept { return send_list_; }

 private:
  struct Line {
    std::string name;
    CanFrame frame;
    Duration period{};
    std::optional<CanIdentifier> reply_to;
    std::optional<std::size_t> counter;
    Dialect only = Dialect::unknown;
    CommandId missing, short_by, stale;
    std::optional<TimePoint> next;
    std::uint8_t count = 0;
  };

  [[nodiscard]] static bool due(Line& line, const Tick& tick, const FrameBatch& heard) noexcept;
  void send(Line& line, const Tick& tick, const CommandRow& row, CanBus& bus) noexcept;
  void flood(const Tick& tick, double rate, CanBus& bus) noexcept;

  std::vector<Line> lines_;
  std::optional<CanFrame> flood_frame_;
  std::vector<CanIdentifier> send_list_;
  CommandId silent_, flood_;
  SignalId frames_;
  double owed_ = 0.0;  // frames of the flood that no tick has sent yet
  std::uint64_t sent_ = 0;
};

}  // namespace rig
