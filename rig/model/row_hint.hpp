#pragma once
#include <string>

#include "rig/model/bounds_signal.hpp"

namespace rig {

// Which requirement row sets the lower and the upper end of what a number may show: model.<signal>.row_lo and .row_hi,
// places in the requirements; -1: none by itself. One signal is bounded by many rows, and a report has to name one.
class RowHint {
 public:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  void declare(SignalTable& table, const std::string& signal) {
    const auto end = [&](const char* name) {
      return table.declare({.name = "model." + signal + "." + name,
                            .dimension = dimension::none,
                            .origin = Origin::model,
                            .source = "reference",
                            .help = "place of the requirement row that sets this end, -1: none by itself"});
    };
    lo_ = end("row_lo");
    hi_ = end("row_hi");
  }
  void restart() noexcept { set(none, none); }
  void set(std::size_t lo, std::size_t hi) noexcept {
    pending_ = pending_ || lo != row_lo_ || hi != row_hi_;
    row_lo_ = lo;
    row_hi_ = hi;
  }
  void publish(const Tick& tick, SignalTable& table) noexcept {
    if (pending_) {
      const auto number = [](std::size_t row) { return row == none ? -1.0 : static_cast<double>(row); };
      write_changed(table, lo_, number(row_lo_), tick.start);
      write_changed(table, hi_, number(row_hi_), tick.start);
      pending_ = false;
    }
  }

 private:
  SignalId lo_, hi_;
  std::size_t row_lo_ = none, row_hi_ = none;
  bool pending_ = true;
};

}  // namespace rig
