// To which row a divergence belongs; after the loop.
#include "rig/judge/conformance.hpp"

namespace rig {
namespace {

// Outputs of one event show within their latencies of each other.
constexpr Duration together = std::chrono::milliseconds(3500);

bool is_output_row(RowKind kind) { return kind == RowKind::contact || kind == RowKind::zero_limit; }

}  // namespace

std::size_t Conformance::row_of(const Divergence& d) const {
  return is_of_truth(d.fault) ? TruthCheck::row_of(truths_[d.check].spec(), d.fault, d.at, rules_) : d.row;
}

// Whether the divergent output claimed that its direction is blocked.
bool Conformance::says_blocked(const Divergence& d) const {
  return d.fault == Fault::out_of_range ? d.seen < d.lo : (d.seen != 0.0) != truths_[d.check].spec().inverted;
}

// The flag of a protection that the pack set when it acted.
const FlagLog::Entry* Conformance::flag_beside(const Divergence& d) const {
  for (const FlagLog::Entry& flag : flag_log_.all()) {
    if (truths_[flag.check].spec().direction == d.direction && flag.since - d.time < together &&
        d.time - flag.since < together) {
      return &flag;
    }
  }
  return nullptr;
}

// The protections that share the flag, and of these the faults that only service lets go.
std::uint32_t Conformance::sharing(const FlagLog::Entry& flag, std::size_t direction, bool latched_only) const {
  return rules_.mask(direction, [&](const RequirementRow& row) {
    return row.flag == truths_[flag.check].spec().signal && (row.latched || !latched_only);
  });
}

// The flag of faults, set before and standing still: the pack has taken something for a fault.
const FlagLog::Entry* Conformance::standing_fault(const Divergence& d) const {
  for (const FlagLog::Entry& flag : flag_log_.all()) {
    if (flag.since <= d.time && d.time < flag.until && sharing(flag, d.direction, true) != 0) {
      return &flag;
    }
  }
  return nullptr;
}

// The protection that the pack's flag names, of those that share it. The first that was due; else, where they are of
// inputs that the rig knows (faults, a cell that the pack tells), the nearest; else the first.
std::size_t Conformance::flagged_row(const Divergence& d) const {
  const FlagLog::Entry* beside = flag_beside(d);
  const FlagLog::Entry* flag = beside != nullptr ? beside : standing_fault(d);
  if (flag == nullptr) {
    return no_row;
  }
  const std::uint32_t all = sharing(*flag, d.direction, false);
  const std::uint32_t faults = sharing(*flag, d.direction, true);
  const std::uint32_t due = d.at.due[d.direction];
  const std::uint32_t told = rules_.mask(d.direction, [&](const RequirementRow& row) {
    return !row.latched && is_cell_input(row.input) && flag->at.told_cell(row.input).width() < infinity;
  });
  const std::uint32_t comparable = (all & told) != 0 ? all : faults;
  const std::size_t nearest = (due & all) == 0 ? rules_.nearest(d.direction, comparable, flag->at) : no_row;
  return nearest != no_row ? nearest : rules_.protection(d.direction, all, due, 0);
}

// A contact or a zero limit is often only the first to show what the whole pack did: when another output says the same
// within the outputs' latencies, the protection is wrong and not the contact (decision 0006). Of a block without a
// cause the flag names the protection; without any flag it is the silence inside the ratings that was broken.
std::size_t Conformance::culprit(std::size_t index) const {
  const Divergence& d = log_.all()[index];
  const std::size_t own = row_of(d);
  const bool limit = d.fault == Fault::out_of_range && rules_.row(own).kind == RowKind::zero_limit;
  const bool follower = is_output_row(rules_.row(own).kind);
  const bool without_cause = d.fault == Fault::no_cause && d.output <= Output::contact;
  if (!follower && !without_cause) {
    return own;
  }
  std::size_t flagged = no_row;
  std::size_t permission = no_row;
  bool accompanied = false;
  for (const auto& other : log_.all()) {
    const bool output = is_of_truth(other.fault) || rules_.row(row_of(other)).kind == RowKind::zero_limit;
    const bool same = output && &other != &d && other.direction == d.direction && other.time - d.time < together &&
                      d.time - other.time < together && other.output <= Output::flag &&
                      says_blocked(other) == says_blocked(d);
    accompanied = accompanied || (same && row_of(other) != own);
    if (same && rules_.row(row_of(other)).kind == RowKind::permission) {
      permission = row_of(other);
    }
    if (same && other.output == Output::flag && is_of_truth(other.fault) && flagged == no_row) {
      flagged = row_of(other);
    }
  }
  if (flagged == no_row && without_cause) {
    flagged = flagged_row(d);
  }
  if (flagged != no_row) {
    return flagged;
  }
  if (permission != no_row || rules_.row(own).kind == RowKind::permission) {
    return permission != no_row ? permission : own;
  }
  if (follower && !accompanied) {
    return own;
  }
  if (limit || d.output == Output::contact) {
    const TruthCheck::Spec any{.output = Output::path, .direction = d.direction, .masks = {~0u, ~0u}};
    const std::size_t spoken = TruthCheck::row_of(
        any, says_blocked(d) && d.at.causes[d.direction] == 0 ? Fault::no_cause : Fault::not_blocked, d.at, rules_);
    return without_cause && rules_.silence() != no_row ? rules_.silence() : spoken;
  }
  return without_cause && rules_.silence() != no_row ? rules_.silence() : own;
}

}  // namespace rig
