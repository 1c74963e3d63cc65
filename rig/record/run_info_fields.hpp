#pragma once
#include <concepts>
#include <type_traits>

#include "rig/record/run_info.hpp"

// The fields of each row, once: for_each_field(row, f) calls f("name", row.member). The tables of run.sqlite, run.json
// and record_digest() are made from this, so a field added here is in all of them. Types: std::string, double, bool,
// std::int64_t, std::uint64_t, TimePoint, Duration, RecordLevel and std::optional of them.
namespace rig {

template <class T, class Row>
concept ConstOr = std::same_as<std::remove_const_t<T>, Row>;

template <ConstOr<FindingRow> R, class F>
void for_each_field(R& r, F&& f) {
  f("kind", r.kind);
  f("verdict", r.verdict);
  f("time", r.time);
  f("since", r.since);
  f("rule", r.rule);
  f("signal", r.signal);
  f("expected", r.expected);
  f("seen", r.seen);
  f("manual", r.manual);
  f("causes", r.causes);
  f("evidence", r.evidence);
  f("step", r.step);
  f("sentence", r.sentence);
  f("consequential", r.consequential);
}

template <ConstOr<MeasureRow> R, class F>
void for_each_field(R& r, F&& f) {
  f("id", r.id);
  f("title", r.title);
  f("value", r.value);
  f("uncertainty", r.uncertainty);
  f("unit", r.unit);
  f("lower", r.lower);
  f("upper", r.upper);
  f("decision", r.decision);
  f("verdict", r.verdict);
  f("manual", r.manual);
}

template <ConstOr<RuleRow> R, class F>
void for_each_field(R& r, F&& f) {
  f("requirement", r.requirement);
  f("rule", r.rule);
  f("title", r.title);
  f("manual", r.manual);
  f("verdict", r.verdict);
  f("evidence", r.evidence);
  f("parameter", r.parameter);
  f("unit", r.unit);
  f("found_lower", r.found_lower);
  f("found_upper", r.found_upper);
  f("allowed_lower", r.allowed_lower);
  f("allowed_upper", r.allowed_upper);
  f("margin", r.margin);
  f("may_share", r.may_share);
  f("must_reached", r.must_reached);
  f("vacuity", r.vacuity);
  f("divergence", r.divergence);
  f("diverged", r.diverged);
  f("causes", r.causes);
}

template <ConstOr<EventRow> R, class F>
void for_each_field(R& r, F&& f) {
  f("time", r.time);
  f("kind", r.kind);
  f("text", r.text);
}

template <ConstOr<StepRow> R, class F>
void for_each_field(R& r, F&& f) {
  f("name", r.name);
  f("begin", r.begin);
  f("end", r.end);
}

template <ConstOr<TripRow> R, class F>
void for_each_field(R& r, F&& f) {
  f("time", r.time);
  f("signal", r.signal);
  f("label", r.label);
  f("value", r.value);
  f("uncertainty", r.uncertainty);
  f("unit", r.unit);
}

template <ConstOr<LimitRow> R, class F>
void for_each_field(R& r, F&& f) {
  f("signal", r.signal);
  f("kind", r.kind);
  f("label", r.label);
  f("lower", r.lower);
  f("upper", r.upper);
  f("unit", r.unit);
}

template <ConstOr<KeptRow> R, class F>
void for_each_field(R& r, F&& f) {
  f("name", r.name);
  f("value", r.value);
  f("unit", r.unit);
  f("time", r.time);
}

template <ConstOr<DocumentRow> R, class F>
void for_each_field(R& r, F&& f) {
  f("kind", r.kind);
  f("name", r.name);
  f("fingerprint", r.fingerprint);
  f("text", r.text);
}

template <ConstOr<KeyValueRow> R, class F>
void for_each_field(R& r, F&& f) {
  f("key", r.key);
  f("value", r.value);
}

// The scalar fields of RunInfo; the wall-clock ones are for_each_wall_field().
template <ConstOr<RunInfo> R, class F>
void for_each_field(R& r, F&& f) {
  f("case", r.case_name);
  f("suite", r.suite);
  f("title", r.title);
  f("why", r.why);
  f("row", r.row);
  f("verifies", r.verifies);
  f("verdict", r.verdict);
  f("sentence", r.sentence);
  f("seed", r.seed);
  f("tick", r.tick);
  f("end", r.end);
  f("software", r.software);
  f("level", r.level);
}

template <ConstOr<RunInfo> R, class F>
void for_each_wall_field(R& r, F&& f) {
  f("started_unix_ns", r.started_unix_ns);
  f("stopped_unix_ns", r.stopped_unix_ns);
}

// The tables of RunInfo: f("findings", info.findings) ...
template <ConstOr<RunInfo> R, class F>
void for_each_table(R& r, F&& f) {
  f("steps", r.steps);
  f("findings", r.findings);
  f("measures", r.measures);
  f("rules", r.rules);
  f("events", r.events);
  f("trips", r.trips);
  f("limits", r.limits);
  f("kept", r.kept);
  f("documents", r.documents);
  f("identification", r.identification);
  f("environment", r.environment);
}

}  // namespace rig
