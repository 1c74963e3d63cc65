#include "rig/judge/conformance.hpp"

#include <algorithm>

namespace rig {
namespace {

constexpr std::array<const char*, 2> direction_names{"charge", "discharge"};
constexpr std::size_t most_gaps = 64;
// As long as a LimitMonitor bridges; frames that come oftener make it shorter.
constexpr Duration longest_gap = std::chrono::seconds(1);
// What does not come is looked for this often.
constexpr Duration patrol = std::chrono::milliseconds(100);

std::size_t chatter_row_of(const Requirements& requirements) {
  for (std::size_t r = 0; r < requirements.rows.size(); ++r) {
    const auto& row = requirements.rows[r];
    if (row.kind == RowKind::chatter && row.range && row.range->can_fail()) {
      return r;
    }
  }
  return no_row;
}

}  // namespace

Conformance::Conformance(const Requirements& requirements, const SignalTable& table, Options options)
    : rules_(requirements),
      options_(std::move(options)),
      log_(table),
      beyond_(requirements, table),
      adapter_(table),
      link_(table, options_.system_error),
      chatter_row_(chatter_row_of(requirements)),
      lights_(requirements, table, wanted("lights.panel")),
      temperature_checked_(optional_signal(table, "model.temperature.cross_checked")),
      cells_checked_(optional_signal(table, "model.cells.cross_checked")),
      cells_told_(optional_signal(table, "model.highest_cell.hi")),
      longest_gap_(longest_gap),
      step_(optional_signal(table, "script.step")) {
  for (std::size_t d = 0; d < 2; ++d) {
    directions_.emplace_back(rules_, d, table, chatter_row_);
    states_.add(optional_signal(table, std::string("model.") + direction_names[d] + ".state"));
  }
  bind_truths(table);
  const auto frames =
      std::stable_partition(truths_.begin(), truths_.end(), [](const TruthCheck& check) { return check.sampled(); });
  sampled_ = static_cast<std::size_t>(frames - truths_.begin());
  bind_rows(table);
  gather_rare();
  spoilt_.reserve(most_gaps);
  for (const auto& check : periods_) {
    longest_gap_ = std::min(longest_gap_, check.shortest());
  }
}

void Conformance::gather_rare() {
  adapter_.add_to(rare_);
  link_.add_to(rare_);
  for (const DirectionWatch& direction : directions_) {
    direction.add_to(rare_);
  }
  for (const SignalGroup* group : {&states_, &any_truth_, &sent_numbers_, &any_period_, &any_order_, &any_parameter_}) {
    rare_.add(*group);
  }
}

bool Conformance::wanted(const std::string& signal) const {
  return options_.outputs.empty() ||
         std::find(options_.outputs.begin(), options_.outputs.end(), signal) != options_.outputs.end();
}

void Conformance::add_truth(TruthCheck::Spec spec, const SignalTable& table) {
  const bool twice = std::any_of(truths_.begin(), truths_.end(),
                                 [&](const TruthCheck& check) { return check.spec().signal == spec.signal; });
  TruthCheck check(std::move(spec), table);
  if (twice || !wanted(check.spec().signal) || !check.bound()) {
    return;
  }
  check.add_to(any_truth_);
  truths_.push_back(std::move(check));
}

void Conformance::bind_flags(std::size_t d, const SignalTable& table) {
  for (const std::size_t r : rules_.protections(d)) {
    const std::string& flag = rules_.row(r).flag;
    TruthCheck::Spec spec{.output = Output::flag, .direction = d, .signal = flag};
    spec.masks[d] = rules_.mask(d, [&](const RequirementRow& row) { return row.flag == flag; });
    add_truth(std::move(spec), table);
  }
}

// A flag of both directions, or of several alarms.
void Conformance::bind_shared(const SignalTable& table) {
  const auto& rows = rules_.requirements().rows;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (rows[r].shared_flag.empty()) {
      continue;
    }
    const bool alarm = rows[r].kind != RowKind::protection;
    TruthCheck::Spec spec{.output = Output::shared,
                          .direction = static_cast<std::size_t>(rows[r].direction),
                          .row = alarm ? r : no_row,
                          .signal = rows[r].shared_flag};
    for (std::size_t d = 0; d < 2; ++d) {
      spec.masks[d] = rules_.mask(d, [&](const RequirementRow& row) { return row.shared_flag == rows[r].shared_flag; });
    }
    add_truth(std::move(spec), table);
  }
}

void Conformance::bind_truths(const SignalTable& table) {
  const auto& rows = rules_.requirements().rows;
  for (std::size_t d = 0; d < 2; ++d) {
    const std::string name = direction_names[d];
    const auto spec = [&](Output output, const std::string& signal, std::size_t row, bool inverted) {
      TruthCheck::Spec s{.output = output, .direction = d, .row = row, .signal = signal, .inverted = inverted};
      s.masks[d] = rules_.mask(d, [](const RequirementRow&) { return true; });
      return s;
    };
    add_truth(spec(Output::path, "pack." + name + "_blocked", no_row, false), table);
    add_truth(spec(Output::permission, "dut." + name + "_allowed", no_row, true), table);
    bind_flags(d, table);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (rows[r].kind == RowKind::contact && static_cast<std::size_t>(rows[r].direction) == d) {
        add_truth(spec(Output::contact, rows[r].signal, r, false), table);
      }
    }
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (rows[r].kind == RowKind::alarm || rows[r].kind == RowKind::request) {
      add_truth({.output = Output::alarm,
                 .direction = static_cast<std::size_t>(rows[r].direction),
                 .row = r,
                 .signal = rows[r].flag},
                table);
    }
  }
  bind_shared(table);
}

void Conformance::bind_number(std::size_t r, const SignalTable& table) {
  const RequirementRow& row = rules_.row(r);
  const auto known = std::find_if(numbers_.begin(), numbers_.end(),
                                  [&](const NumberCheck& check) { return check.signal() == row.signal; });
  if (known != numbers_.end()) {
    known->add_row(r, row.kind);
    return;
  }
  NumberCheck check(row.signal, static_cast<std::size_t>(row.direction), table);
  if (check.bound()) {
    check.add_row(r, row.kind);
    if (row.signal.starts_with("dut.")) {
      check.add_to(sent_numbers_);
    } else {
      sampled_numbers_.push_back(numbers_.size());
    }
    numbers_.push_back(std::move(check));
  }
}

void Conformance::bind_rows(const SignalTable& table) {
  const Requirements& requirements = rules_.requirements();
  for (std::size_t r = 0; r < requirements.rows.size(); ++r) {
    const RequirementRow& row = requirements.rows[r];
    const bool is_number = row.kind == RowKind::sent_range || row.kind == RowKind::sent_power ||
                           row.kind == RowKind::zero_limit || row.kind == RowKind::sensing ||
                           row.kind == RowKind::plant || row.kind == RowKind::derating;
    if (is_number && wanted(row.signal)) {
      bind_number(r, table);
    } else if (row.kind == RowKind::period && PeriodCheck::can_fail(row) && wanted(row.signal)) {
      const PeriodCheck check(row, r, table);
      if (check.bound()) {
        check.add_to(any_period_);
        periods_.push_back(check);
      }
    } else if (row.kind == RowKind::order && row.range && row.range->can_fail() && wanted(row.then)) {
      OrderCheck check(row, r, requirements.latency, table);
      if (check.bound()) {
        check.add_to(any_order_);
        orders_.push_back(check);
      }
    } else if (row.kind == RowKind::alarm || row.kind == RowKind::request) {
      const SignalId lo = optional_signal(table, "model.rule." + row.rule + ".lo");
      const SignalId hi = optional_signal(table, "model.rule." + row.rule + ".hi");
      if (lo.valid() && hi.valid()) {
        flag_parameters_.push_back({r, lo, hi});
        flag_values_.emplace_back();
        any_parameter_.add(lo);
        any_parameter_.add(hi);
      }
    }
  }
}

void Conformance::observe_truth(const Tick& tick, std::size_t i, const SignalTable& s) noexcept {
  const TruthCheck::Spec& spec = truths_[i].spec();
  const bool was_shown = truths_[i].shown();
  truths_[i].observe(tick, s, directions_[spec.direction].state(), i, log_);
  if (spec.output != Output::flag || truths_[i].shown() == was_shown) {
    return;
  }
  if (was_shown) {
    flag_log_.cleared(i, tick.start);
  } else {
    flag_log_.set(i, tick.start, log_.look(s));
  }
}

void Conformance::observe_truths(const Tick& tick, const SignalTable& s, bool rare) noexcept {
  const bool all = rare && (first_ || states_.written(s));
  const std::size_t end = all || (rare && any_truth_.written(s)) ? truths_.size() : sampled_;
  bool any = false;
  for (std::size_t i = 0; i < end; ++i) {
    if (all || truths_[i].moved(s)) {
      observe_truth(tick, i, s);
      any = true;
    }
  }
  if (any) {
    undecided_ = std::any_of(truths_.begin(), truths_.end(), [](const auto& check) { return check.undecided(); });
  }
}

// All in their order when a frame came or at first, else only what the bench samples.
void Conformance::observe_numbers(const Tick& tick, const SignalTable& s, bool rare) noexcept {
  if (!first_ && !(rare && sent_numbers_.written(s))) {
    for (const std::size_t i : sampled_numbers_) {
      if (numbers_[i].written(s)) {
        numbers_[i].observe(tick, s, i, rules_, log_);
      }
    }
    return;
  }
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    if (first_ || numbers_[i].written(s)) {
      numbers_[i].observe(tick, s, i, rules_, log_);
    }
  }
}

// When the input of the rule that is concerned went beyond its threshold.
void Conformance::note_since() noexcept {
  for (; told_ < log_.all().size(); ++told_) {
    Divergence& d = log_.all()[told_];
    if (is_of_truth(d.fault)) {
      const std::size_t row = TruthCheck::row_of(truths_[d.check].spec(), d.fault, d.at, rules_);
      d.since = beyond_.since(row).value_or(TimePoint{});
    }
  }
}

bool Conformance::comes_with_a_frame(const Divergence& d) const noexcept {
  switch (d.fault) {
    case Fault::period:
    case Fault::jitter:
    case Fault::gaps:
    case Fault::order:
      return true;
    case Fault::out_of_range:
      return numbers_[d.check].signal().starts_with("dut.");
    case Fault::parameter:
    case Fault::chatter:
    case Fault::lights_pattern:
    case Fault::lights_level:
    case Fault::lights_time:
      return false;
    default:
      return !truths_[d.check].sampled();
  }
}

// Also what was found between the adapter's last sign of life and the moment at which it was missed, and what a pack
// that leaves the others showed first.
void Conformance::excuse() noexcept {
  any_proven_ = false;
  for (Divergence& d : log_.all()) {
    d.unheard = d.unheard || (adapter_.covers(d.time) && comes_with_a_frame(d));
    const bool alone = link_.covers(d.time) && is_of_truth(d.fault);
    d.excused = d.excused || d.unheard || alone;
    any_proven_ = any_proven_ || !d.excused;
  }
}

void Conformance::observe_rare(const Tick& tick, const SignalTable& s, bool patrols) noexcept {
  if (tick.missed > 0 || adapter_.unheard()) {
    for (PeriodCheck& period : periods_) {
      period.nobody_heard(tick.start);
    }
  }
  if (patrols || any_period_.written(s)) {
    looked_ = tick.start;
    for (std::size_t i = 0; i < periods_.size(); ++i) {
      periods_[i].observe(tick, s, i, log_);
    }
  }
  if (patrols && lights_.bound()) {
    lights_.observe(tick, s, log_);
  }
  if (patrols || any_order_.written(s)) {
    for (auto& order : orders_) {
      order.observe(tick, s, log_);
    }
  }
  if (first_ || any_parameter_.written(s)) {
    for (std::size_t i = 0; i < flag_parameters_.size(); ++i) {
      flag_values_[i] = {s[flag_parameters_[i].lo].value, s[flag_parameters_[i].hi].value};
    }
  }
}

MonitorState Conformance::observe(const Tick& tick, const SignalTable& s) noexcept {
  const bool patrols = first_ || tick.start - looked_ >= patrol;
  if (!patrols && tick.missed == 0 && !any_written(s)) {
    return state_;  // all that it looks at between two patrols was written by someone
  }
  const std::optional<Gap> gap = first_ ? std::nullopt : gap_before(tick);
  if (gap) {
    look_across(*gap, s);
  }
  const bool rare = patrols || gap || rare_.written(s);
  beyond_.observe(tick, s);
  if (rare) {
    adapter_.observe(tick, s);
    link_.observe(tick, s);
    for (auto& direction : directions_) {
      direction.observe(tick, s, log_);
    }
  }
  observe_truths(tick, s, rare);
  observe_numbers(tick, s, rare);
  if (rare) {
    observe_rare(tick, s, patrols);
  }
  temperature_was_checked_ = temperature_checked_.valid() && s[temperature_checked_].value != 0.0;
  if (cells_told_.valid()) {
    cells_were_told_ = cells_were_told_ || (s[cells_told_].good() && s[cells_told_].value < infinity);
    cells_were_checked_ = s[cells_checked_].value != 0.0;
  }
  first_ = false;
  if (gap) {
    note_turns(*gap, s);
    last_gap_ = gap;
  }
  if (last_gap_ && (gap || (rare && sent_numbers_.written(s)))) {
    note_turned_numbers(*last_gap_, s);
  }
  note_since();
  if (!log_.empty()) {
    excuse();
  }
  state_ = any_proven_ ? MonitorState::failed : undecided_ ? MonitorState::undecided : MonitorState::pending;
  return state_;
}

void Conformance::finish(TimePoint end) noexcept {
  for (auto& direction : directions_) {
    direction.finish(end);
  }
}

bool Conformance::decided() const noexcept {
  const auto judged = [](const auto& check) { return check.judged(); };
  return std::any_of(truths_.begin(), truths_.end(), judged) || std::any_of(numbers_.begin(), numbers_.end(), judged) ||
         std::any_of(periods_.begin(), periods_.end(), judged) || lights_.judged();
}

}  // namespace rig
