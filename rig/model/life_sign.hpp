#pragma once
#include <utility>

#include "rig/model/measured_value.hpp"
#include "rig/signal/light_words.hpp"
#include "rig/signal/signal_group.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

// Whether a pack is on, by what the bench has of it: its frames on CAN; of one that shares the first one's bus its
// service port, where a pack that is off does not answer, or else its lights.
class LifeSign {
 public:
  void bind(const SignalTable& table) {
    kind_ = Kind::none;
    for (const auto& [name, kind] : {std::pair{"dut.online", Kind::frames}, std::pair{"lights.panel", Kind::lights},
                                     std::pair{"dut.board.voltage", Kind::board}}) {
      const auto id = table.find(name);
      if (id && kind_ == Kind::none) {
        id_ = *id;
        kind_ = kind;
      }
    }
    link_ = table.find("dut.link").value_or(SignalId{});
  }
  [[nodiscard]] bool known() const noexcept { return kind_ != Kind::none; }
  void add_to(SignalGroup& group) const {
    group.add(id_);
    group.add(link_);
  }
  void read(const SignalTable& table, MeasuredTruth& out) const noexcept {
    if (kind_ == Kind::none) {
      return;
    }
    const Sample& sample = table[id_];
    const Truth now = seen(sample);
    out.time = now == Truth::unknown ? out.time : to_seconds(sample.time);
    out.value = now;
    if (link_.valid() && table[link_].quality == Quality::invalid) {
      out.value = Truth::unknown;  // a pack that nobody hears is not silent
    }
  }

 private:
  enum class Kind : std::uint8_t { none, frames, board, lights };
  [[nodiscard]] Truth seen(const Sample& sample) const noexcept {
    if (kind_ == Kind::board) {
      return sample.good() ? Truth::yes : sample.quality == Quality::stale ? Truth::no : Truth::unknown;
    }
    if (!sample.good()) {
      return Truth::unknown;
    }
    return kind_ == Kind::frames ? (sample.value != 0.0 ? Truth::yes : Truth::no) : lit(sample.value);
  }
  // A pack that starts or stops decides nothing yet, or nothing more. One that is dark may also be over-discharged.
  static Truth lit(double panel) noexcept {
    switch (static_cast<PanelPattern>(static_cast<int>(panel))) {
      case PanelPattern::unknown:
      case PanelPattern::other:
        return Truth::unknown;
      case PanelPattern::dark:
      case PanelPattern::coding:
      case PanelPattern::sweep_up:
      case PanelPattern::sweep_down:
        return Truth::no;
      default:
        return Truth::yes;
    }
  }

  Kind kind_ = Kind::none;
  SignalId id_, link_;
};

}  // namespace rig
