#include "rig/engine/recorded_past.hpp"

#include <algorithm>
#include <map>

#include "rig/case/event_value.hpp"
#include "rig/core/error.hpp"

namespace rig {
namespace {

// What EventValue remembers, and a second before it.
constexpr Duration history = std::chrono::seconds(6);

// Companions <name>.u of the inputs, with what they tell now.
std::vector<KnownUncertainty> known_uncertainties(const Expression& value, const SignalTable& signals) {
  std::vector<KnownUncertainty> known;
  for (const SignalId input : value.inputs()) {
    const auto companion = signals.find(signals.spec(input).name + ".u");
    if (companion && signals.spec(input).origin != Origin::model) {
      known.push_back({input, signals[*companion].value});
    }
  }
  return known;
}

// Columns of a record, walked forwards: after go_to(tick) the table's samples are those of that tick.
class Past {
 public:
  Past(RunReader& record, const SignalTable& like) : record_(record) {
    for (const SignalSpec& spec : like.specs()) {
      table_.declare(spec);
    }
    table_.seal();
  }
  void need(SignalId id) {
    if (!columns_.contains(id.index)) {
      columns_[id.index] = {record_.read(table_.spec(id).name), 0};
    }
  }
  void need(const Expression& expression) {
    for (const SignalId id : expression.inputs()) {
      need(id);
      if (const auto companion = table_.find(table_.spec(id).name + ".u")) {
        need(*companion);
      }
    }
  }
  [[nodiscard]] SignalTable& table() noexcept { return table_; }

  // All ticks at which an input of the expression was written, in order.
  [[nodiscard]] std::vector<std::int64_t> changes(const Expression& expression) const {
    std::vector<std::int64_t> ticks;
    for (const SignalId id : expression.inputs()) {
      const auto& more = columns_.at(id.index).data.ticks;
      ticks.insert(ticks.end(), more.begin(), more.end());
    }
    std::ranges::sort(ticks);
    ticks.erase(std::unique(ticks.begin(), ticks.end()), ticks.end());
    return ticks;
  }
  void rewind() {
    for (auto& [index, column] : columns_) {
      column.next = 0;
    }
    table_.reset();
  }
  void go_to(std::int64_t tick) {
    for (auto& [index, column] : columns_) {
      const ColumnData& data = column.data;
      for (; column.next < data.size() && data.ticks[column.next] <= tick; ++column.next) {
        const std::size_t i = column.next;
        table_.write({index}, data.values[i], data.times[i], data.qualities[i]);
      }
    }
  }

 private:
  struct Column {
    ColumnData data;
    std::size_t next = 0;
  };
  RunReader& record_;
  SignalTable table_;
  std::map<std::uint32_t, Column> columns_;
};

struct Rise {
  std::int64_t tick = 0;
  TimePoint time{};  // the event's own
};

// Missed ticks in which the event may have been: it showed at `rise`, and the value beside it was looked at at `seen`.
std::optional<Gap> gap_at(RunReader& record, std::int64_t rise, TimePoint seen) {
  const Duration step = record.info().tick;
  for (const ClockEvent& event : record.clock_events()) {
    const Gap gap{TimePoint{(event.tick - event.missed - 1) * step}, TimePoint{event.tick * step}, event.missed};
    if (event.missed > 0 && (event.tick == rise || (seen >= gap.from && seen < gap.to))) {
      return gap;
    }
  }
  return std::nullopt;
}

std::optional<Rise> last_rise(Past& past, const Expression& event) {
  std::optional<Rise> rise;
  std::optional<bool> before;
  for (const std::int64_t tick : past.changes(event)) {
    past.go_to(tick);
    const Evaluation now = event.evaluate(past.table());
    if (now.quality != Quality::good) {
      continue;  // whether it rose is seen when the data is back
    }
    if (now.value != 0 && before && !*before) {
      rise = {tick, now.time};
    }
    before = now.value != 0;
  }
  return rise;
}

}  // namespace

std::optional<TakenValue> measured_now(const Expression& value, const SignalTable& signals) {
  const Evaluation now = value.evaluate(signals);
  if (now.quality != Quality::good) {
    return std::nullopt;
  }
  return TakenValue{now.value, value.uncertainty(signals, known_uncertainties(value, signals)), value.dimension(),
                    now.time, std::nullopt};
}

std::optional<TakenValue> measured_at(RunReader& record, const SignalTable& signals, const Expression& event,
                                      const Expression& value) {
  if (record.info().level < RecordLevel::changes) {
    throw RigError("the record holds no columns, so nothing can be looked up in the past", record.path(),
                   "record with level full or changes");
  }
  Past past(record, signals);
  past.need(event);
  past.need(value);
  const auto current = signals.find("pack.current");
  if (current) {
    past.need(*current);
  }
  const auto rise = last_rise(past, event);
  if (!rise) {
    return std::nullopt;
  }
  past.rewind();
  EventValue values;
  const Duration step = record.info().tick;
  for (std::int64_t tick = std::max<std::int64_t>(0, rise->tick - history / step); tick <= rise->tick; ++tick) {
    past.go_to(tick);
    const TimePoint at{tick * step};
    const auto now = values.due(at) ? measured_now(value, past.table()) : std::nullopt;
    if (now) {
      const Sample flow = current ? past.table()[*current] : Sample{};
      values.push({now->value, now->uncertainty, flow.good() ? flow.value : 0.0, now->time,
                   current ? flow.time : now->time, at});
    }
  }
  const auto found = values.at(rise->time);
  if (!found) {
    return std::nullopt;
  }
  return TakenValue{found->value, found->uncertainty, value.dimension(), found->time,
                    gap_at(record, rise->tick, found->tick)};
}

}  // namespace rig
