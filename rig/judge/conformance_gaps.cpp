// Ticks that were missed, and what of the comparison hangs on them.
#include <fmt/format.h>

#include "rig/core/quantity.hpp"
#include "rig/judge/conformance.hpp"

namespace rig {

void Conformance::spoil(Spoilt::Why why, std::size_t index, const Gap& gap, const SignalTable& s) noexcept {
  const bool known = !spoilt_.empty() && spoilt_.back().gap == gap;
  if (!known && spoilt_.size() < spoilt_.capacity()) {
    spoilt_.push_back({why, index, gap, step_.valid() && s[step_].good() ? s[step_].value : -1.0});
  }
}

// What a pack shows stays for a while: an event at least for the delay of its release, a flag until the next frame. So
// only a gap in which a whole event, or a frame, may have come and gone hides something by its length.
void Conformance::look_across(const Gap& gap, const SignalTable& s) noexcept {
  if (gap.length() > longest_gap_) {
    spoil(Spoilt::Why::too_long, 0, gap, s);
  } else if (const std::size_t row = beyond_.may_have_acted(gap, s); row != no_row) {
    spoil(Spoilt::Why::may_have_acted, row, gap, s);
  }
}

// An answer that changed in the gap came at a moment that nobody knows: too early, in time or too late. The reference
// allows for that and accuses nobody; but neither did it see that the pack was in time.
void Conformance::note_turns(const Gap& gap, const SignalTable& s) noexcept {
  for (std::size_t i = 0; i < truths_.size(); ++i) {
    if (truths_[i].turned_at(gap.to)) {
      spoil(Spoilt::Why::truth_turned, i, gap, s);
    }
  }
  for (std::size_t i = 0; i < orders_.size(); ++i) {
    if (orders_[i].came_together_at(gap.to)) {
      spoil(Spoilt::Why::order, i, gap, s);
    }
  }
}

// Also of one that had to wait for its ends.
void Conformance::note_turned_numbers(const Gap& gap, const SignalTable& s) noexcept {
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    if (numbers_[i].turned_at(gap.to)) {
      spoil(Spoilt::Why::number_turned, i, gap, s);
    }
  }
}

Finding Conformance::describe_gap(std::size_t index) const {
  const Spoilt& spoilt = spoilt_[index];
  Finding f;
  f.kind = FindingKind::stale;
  f.verdict = Verdict::invalid;
  f.time = spoilt.gap.to;
  f.since = spoilt.gap.from;
  f.gap = spoilt.gap;
  f.rule = "reference";
  f.seen = gap_text(spoilt.gap);
  f.step = spoilt.step >= 0 ? fmt::format("{:.0f}", spoilt.step) : "";
  const auto seconds = [](double s) { return format_rounded(s, dimension::time); };
  switch (spoilt.why) {
    case Spoilt::Why::too_long:
      f.expected = fmt::format("a look at the pack at least every {}", seconds(to_seconds(longest_gap_)));
      f.sentence = fmt::format("What the pack did could not be judged; {}", f.seen);
      break;
    case Spoilt::Why::may_have_acted: {
      const RequirementRow& row = rules_.row(spoilt.index);
      f.rule = row.id;
      f.expected = fmt::format("a look at the pack more often than {} acts, {}", row.rule,
                               seconds(present(row.delay, row).interval().lo));
      f.sentence = fmt::format("Whether {} acted could not be judged ({}); {}", row.rule, row.id, f.seen);
      break;
    }
    case Spoilt::Why::truth_turned:
      f.signal = truths_[spoilt.index].spec().signal;
      f.expected = fmt::format("{} seen when it turns", f.signal);
      f.sentence = fmt::format("Whether {} turned in time could not be judged; {}", f.signal, f.seen);
      break;
    case Spoilt::Why::number_turned:
      f.signal = numbers_[spoilt.index].signal();
      f.expected = fmt::format("{} seen when it changes", f.signal);
      f.sentence = fmt::format("Whether {} changed in time could not be judged; {}", f.signal, f.seen);
      break;
    case Spoilt::Why::order: {
      const RequirementRow& row = rules_.row(orders_[spoilt.index].row());
      f.rule = row.id;
      f.signal = row.first;
      f.expected = fmt::format("{} seen before {}", row.first, row.then);
      f.sentence =
          fmt::format("Whether {} came before {} could not be judged ({}); {}", row.first, row.then, row.id, f.seen);
      break;
    }
  }
  return f;
}

}  // namespace rig
