#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "rig/core/math.hpp"
#include "rig/requirement/row.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

enum class Fault : std::uint8_t {
  not_blocked,     // had to be blocked, or shown, by now
  no_cause,        // blocked or shown, and nothing permits it
  not_followed,    // the event was adopted, this output did not follow
  released_early,  // let go before any cause allows it
  not_released,    // all causes demand the release
  out_of_range,
  period,
  jitter,
  gaps,
  parameter,
  chatter,
  order,
  lights_pattern,
  lights_level,
  lights_time
};
constexpr bool is_of_truth(Fault fault) noexcept { return fault <= Fault::not_released; }

enum class Output : std::uint8_t { path, permission, contact, flag, alarm, shared };

inline constexpr std::size_t no_row = static_cast<std::size_t>(-1);

// What stood in the table when the pack diverged; texts are made of it after the loop.
struct Circumstances {
  Interval battery, hottest, coldest;
  Interval highest_cell, lowest_cell;  // as the pack tells them; everything where it tells none
  double current = 0, voltage = 0, soc = 0;
  bool temperature_checked = false;
  bool cells_checked = false;
  std::array<std::uint32_t, 2> causes{}, due{};
  std::array<double, 2> state{};
  double step = -1;
  [[nodiscard]] Interval told_cell(RuleInput input) const noexcept {
    return input == RuleInput::highest_cell ? highest_cell : lowest_cell;
  }
  // Where the input of a rule was, in its unit; of a cell that the pack does not tell the average.
  [[nodiscard]] Interval input(RuleInput input, int cells) const noexcept;
};

// What the panel showed, as values of lights.*.
struct LightsSeen {
  double panel = 0, run = 0, color = 0, top = 0, level = 0;
};

struct Divergence {
  Fault fault;
  std::size_t row;
  TimePoint time{};
  TimePoint since{};      // when the input went beyond the row's threshold, if it is
  std::size_t check = 0;  // index in its list
  Output output = Output::path;
  std::size_t direction = 0;
  double seen = 0, lo = 0, hi = 0;
  bool unheard = false;  // it may be for want of frames that the adapter did not bring, or not in time
  bool excused = false;  // unheard, or the pack has left the others: it may be right
  LightsSeen lights{};
  Circumstances at;
};

// Keeps what diverged, in order. Room is made beforehand: nothing is allocated in the loop.
class DivergenceLog {
 public:
  explicit DivergenceLog(const SignalTable& table);
  void add(const Tick& tick, Divergence divergence, const SignalTable& signals) noexcept;
  // What stands in the table now.
  [[nodiscard]] Circumstances look(const SignalTable& signals) const noexcept;
  // For what is known only behind the checks.
  [[nodiscard]] std::vector<Divergence>& all() noexcept { return divergences_; }
  [[nodiscard]] const std::vector<Divergence>& all() const noexcept { return divergences_; }
  [[nodiscard]] bool empty() const noexcept { return divergences_.empty(); }

 private:
  struct Bounds {
    SignalId lo, hi;
  };
  SignalId current_, voltage_, soc_, step_, temperature_checked_, cells_checked_;
  Bounds battery_, hottest_, coldest_, highest_cell_, lowest_cell_;
  std::array<SignalId, 2> causes_, due_, state_;
  std::vector<Divergence> divergences_;
};

inline SignalId optional_signal(const SignalTable& table, const std::string& name) {
  return table.find(name).value_or(SignalId{});
}

}  // namespace rig
