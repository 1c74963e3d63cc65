#pragma once
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "reports/html_report.hpp"
#include "rig/core/random.hpp"
#include "rig/record/recorder.hpp"

namespace rig::test {

// A made-up session that looks like real ones: a slow approach to over-voltage, a trip, a release. Shared by the tests
// of all report formats.
class SampleRun {
 public:
  SampleRun(std::string folder, bool conforming, std::uint64_t seed) : folder_(std::move(folder)), good_(conforming) {
    info_.seed = seed;
    info_.tick = step;
    fill_head();
  }

  RunForReport make() {
    declare();
    RunWriter writer(folder_, info_);
    Recorder recorder(writer, signals_, commands_, {});
    const CommandRow row(commands_);
    for (std::int64_t i = 0; i * step <= end; ++i) {
      sample(i);
      const Tick tick{i, TimePoint{i * step}, step};
      recorder.push(tick, signals_, row, row, frames(tick));
      signals_.clear_changed();
    }
    recorder.close();
    fill_result();
    writer.finish(info_);
    return {info_, writer.path()};
  }

  static constexpr Duration step{10'000'000};
  static constexpr Duration trip{std::int64_t{1780} * 1'000'000'000};
  static constexpr Duration release{std::int64_t{1860} * 1'000'000'000};
  static constexpr Duration end{std::int64_t{1900} * 1'000'000'000};

 private:
  static constexpr double threshold = 56.0;
  static TimePoint at(double seconds) { return TimePoint{from_seconds(seconds)}; }

  void declare() {
    const auto volts = [&](const char* name, Origin origin = Origin::measured) {
      return signals_.declare({.name = name, .dimension = dimension::voltage, .origin = origin});
    };
    const auto amps = [&](const char* name, Origin origin = Origin::measured) {
      return signals_.declare({.name = name, .dimension = dimension::current, .origin = origin});
    };
    const auto truth = [&](const char* name, Origin origin = Origin::measured) {
      return signals_.declare({.name = name, .dimension = dimension::boolean, .origin = origin});
    };
    voltage_ = volts("pack.voltage");
    dut_voltage_ = volts("dut.voltage");
    current_ = amps("pack.current");
    dut_current_ = amps("dut.current");
    temperature_ = signals_.declare({.name = "pack.skin_temperature", .dimension = dimension::temperature});
    limit_ = amps("dut.charge_current_limit");
    limit_lo_ = amps("model.dut.charge_current_limit.lo", Origin::model);
    limit_hi_ = amps("model.dut.charge_current_limit.hi", Origin::model);
    dut_lo_ = volts("model.dut.voltage.lo", Origin::model);
    dut_hi_ = volts("model.dut.voltage.hi", Origin::model);
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string name =
          std::vector<std::string>{"pack.charge_blocked", "dut.protection.pack_ov", "io.charge_prohibited"}[i];
      seen_[i] = truth(name.c_str());
      may_[i] = truth(("model." + name + ".may").c_str(), Origin::model);
      must_[i] = truth(("model." + name + ".must").c_str(), Origin::model);
    }
    quiet_[0] = truth("pack.discharge_blocked");
    quiet_[1] = truth("model.pack.discharge_blocked.may", Origin::model);
    quiet_[2] = truth("model.pack.discharge_blocked.must", Origin::model);
    signals_.seal();
    commands_.seal();
  }

  // Straight up to the threshold, a jump to the supply's set voltage when the FET opens, then down under load.
  [[nodiscard]] double true_voltage(double t) const {
    const double tripped = to_seconds(trip);
    if (t < tripped) {
      return 53.2 + (threshold - 53.2) * t / tripped + 0.02;
    }
    if (t < to_seconds(release) - 20) {
      return good_ ? 57.0 : std::min(57.0, threshold + 0.02 + (t - tripped) * 0.02);
    }
    return 55.2 - (t - to_seconds(release)) * 0.01;
  }
  [[nodiscard]] double true_current(double t) const {
    if (t >= to_seconds(release) - 20) {
      return -5;
    }
    return t >= to_seconds(trip) && (good_ || t > to_seconds(trip) + 12) ? 0 : 5;
  }

  void sample(std::int64_t i) {
    const TimePoint now{i * step};
    const double t = to_seconds(now);
    const double tripped = to_seconds(trip), released = to_seconds(release);
    if (i % 2 == 0) {
      signals_.write(voltage_, round_to(true_voltage(t) + random_.normal() * 0.002, 1000), now);
      signals_.write(current_, round_to(true_current(t) + random_.normal() * 0.003, 1000), now);
    }
    if (i % 100 == 30) {
      const double v = true_voltage(t - 0.05);
      signals_.write(dut_voltage_, round_to(v + 0.03, 100), now);
      signals_.write(dut_current_, round_to(true_current(t - 0.05), 10), now);
      signals_.write(dut_lo_, v - 0.15, now);
      signals_.write(dut_hi_, v + 0.15, now);
      signals_.write(limit_, good_ && t > tripped && t < released ? 0 : 50, now);
      signals_.write(temperature_, 25 + t * 0.001 + random_.normal() * 0.05, now);
      signals_.write(seen_[1], good_ && t > tripped && t < released ? 1 : 0, now);
    }
    signals_.write(limit_lo_, t > tripped - 20 && t < released + 1 ? 0 : 45, now);
    signals_.write(limit_hi_, t > tripped + 3 && t < released - 3 ? 0 : 50, now);
    const bool act = t > tripped && t < released;
    signals_.write(seen_[0], act && (good_ || t > tripped + 12) ? 1 : 0, now);
    signals_.write(seen_[2], act && good_ && t > tripped + 0.4 ? 1 : 0, now);
    for (std::size_t k = 0; k < 3; ++k) {
      signals_.write(may_[k], t > tripped - 20 && t < released + 1 ? 1 : 0, now);
      signals_.write(must_[k], t > tripped + 2.9 && t < released - 3 ? 1 : 0, now);
      signals_.write(quiet_[k], 0, now);
    }
  }
  static double round_to(double v, double per_unit) {
    return static_cast<double>(static_cast<std::int64_t>(v * per_unit + (v < 0 ? -0.5 : 0.5))) / per_unit;
  }

  std::span<const RecordedFrame> frames(const Tick& tick) {
    frame_ = {.time = tick.start + Duration{1234}, .id = 0x351, .length = 8};
    return {&frame_, tick.index % 100 == 30 ? 1u : 0u};
  }

  void fill_head() {
    info_.case_name = good_ ? "pack_over_voltage_stops_charging" : "pack_over_voltage_stops_charging_late";
    info_.suite = "protection";
    info_.title = "Pack over-voltage stops charging and leaves discharging allowed";
    info_.why = "Above 56 V the cells stand above 3.5 V each; charging on ages them and can vent them.";
    info_.verifies = "GTX-OV-01, GTX-OV-02, GTX-DRY-01";
    info_.software = "gtxrig 0.1.0";
    info_.started_unix_ns = 1'795'515'388'000'000'000;
    info_.documents = {{"bench", "virtual.yaml", "a1b2c3d4e5f60718", "instruments: ..."},
                       {"case", info_.case_name + ".yaml", "0011223344556677", "case: ..."},
                       {"requirements", "builtin:cases/gtx5000.yaml", "8899aabbccddeeff", ""}};
    info_.identification = {{"pack serial", "GTX5000-0042"}, {"pack firmware", "1.07"}};
  }

  void fill_result() {
    const double tripped = to_seconds(trip), released = to_seconds(release);
    info_.verdict = good_ ? "pass" : "fail";
    info_.end = TimePoint{end};
    info_.stopped_unix_ns = info_.started_unix_ns + 2'345'000'000;
    info_.sentence = good_ ? "Charging stopped at 56.01 V, 0.3 s after the threshold; discharging stayed allowed."
                           : "Charging went on for 12 s above 56.2 V where it must stop within 2.9 s (manual 9.1-2d).";
    info_.steps = {{"approach", at(0), at(tripped)},
                   {"charging is refused, discharging is not", at(tripped), at(released - 20)},
                   {"release", at(released - 20), TimePoint{end}}};
    info_.limits = {{"pack.voltage", "requirement", "GTX-OV-01 latest 56.2 V", std::nullopt, 56.2, "V"},
                    {"pack.voltage", "requirement", "GTX-OV-01 earliest 55.8 V", std::nullopt, 55.8, "V"},
                    {"pack.voltage", "bench", "bench limit", std::nullopt, 58.4, "V"},
                    {"pack.current", "bench", "bench limit", std::nullopt, 80, "A"}};
    info_.trips = {
        {at(good_ ? tripped : tripped + 12), "pack.voltage", "charging refused", good_ ? 56.01 : 56.26, 0.012, "V"}};
    info_.kept = {{"trip_voltage", 56.01, "V", at(tripped)}};
    info_.measures = {{.id = "trip_voltage",
                       .title = "voltage at which charging stops",
                       .value = good_ ? 56.01 : 56.26,
                       .uncertainty = 0.012,
                       .unit = "V",
                       .lower = 55.8,
                       .upper = 56.2,
                       .decision = "guard band",
                       .verdict = info_.verdict,
                       .manual = "9.1-2d"}};
    info_.rules = {{.requirement = "GTX-OV-01",
                    .rule = "pack_ov",
                    .title = "Over-voltage stops charging",
                    .manual = "9.1-2d",
                    .verdict = info_.verdict,
                    .evidence = "independent",
                    .parameter = "threshold",
                    .unit = "V",
                    .found_lower = 55.98,
                    .found_upper = 56.03,
                    .allowed_lower = 55.8,
                    .allowed_upper = 56.2,
                    .margin = good_ ? 0.17 : -0.06,
                    .may_share = 0.013,
                    .must_reached = true},
                   {.requirement = "GTX-OV-04",
                    .rule = "cell_ov",
                    .title = "Cell over-voltage stops charging",
                    .manual = "9.1-2c",
                    .verdict = "not tested",
                    .evidence = "self-reported",
                    .vacuity = "not tested: must never reached"}};
    info_.events = {{at(0), "step", "approach"}, {at(tripped), "step", "charging is refused, discharging is not"}};
    if (!good_) {
      info_.findings = {{.kind = "divergence",
                         .verdict = "fail",
                         .time = at(tripped + 2.9),
                         .since = at(tripped),
                         .rule = "GTX-OV-01",
                         .signal = "pack.charge_blocked",
                         .expected = "charging stopped within 2.9 s above 56.2 V",
                         .seen = "charging went on at 56.08 V, 5.00 A",
                         .manual = "9.1-2d",
                         .causes = "pack_ov or cell_ov",
                         .evidence = "independent",
                         .step = "charging is refused, discharging is not",
                         .sentence = info_.sentence},
                        {.kind = "divergence",
                         .verdict = "fail",
                         .time = at(tripped + 3),
                         .rule = "GTX-DRY-01",
                         .signal = "io.charge_prohibited",
                         .sentence = "The contact stayed open.",
                         .consequential = true}};
    }
  }

  std::string folder_;
  bool good_;
  RunInfo info_;
  Random random_{17};
  SignalTable signals_;
  CommandTable commands_;
  SignalId voltage_, dut_voltage_, current_, dut_current_, temperature_, limit_, limit_lo_, limit_hi_, dut_lo_, dut_hi_;
  SignalId seen_[3], may_[3], must_[3], quiet_[3];
  RecordedFrame frame_;
};

inline RunForReport broken_run() {
  RunInfo info;
  info.case_name = "under_voltage_stops_discharging";
  info.suite = "protection";
  info.verdict = "error";
  info.seed = 1;
  info.level = RecordLevel::none;
  info.sentence = "supply did not answer within 200 ms at 10.0.0.7:8003";
  info.findings = {
      {.kind = "instrument", .verdict = "error", .time = TimePoint{Duration{200'000'000}}, .sentence = info.sentence}};
  return {info, ""};
}

}  // namespace rig::test
