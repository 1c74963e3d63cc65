#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rig/core/units.hpp"
#include "rig/signal/pack_names.hpp"
#include "rig/signal/sample.hpp"

namespace rig {

// An index into the SignalTable; only the table makes valid ones.
struct SignalId {
  std::uint32_t index = 0xFFFFFFFFu;
  [[nodiscard]] bool valid() const noexcept { return index != 0xFFFFFFFFu; }
  friend bool operator==(const SignalId&, const SignalId&) = default;
};

// Who may write a signal. The record keeps measured, commanded and script columns without loss; replay recomputes
// model and judge columns and compares them bit for bit.
enum class Origin : std::uint8_t { measured, commanded, script, model, judge };
std::string_view origin_name(Origin origin);

struct SignalSpec {
  std::string name;  // instance(.part)+, lower case: "supply.voltage", "dut.protection.over_voltage"
  Dimension dimension{};
  Origin origin = Origin::measured;
  std::string source;  // who writes it: "supply (sim.supply)", "wiring", "reference" ...
  std::string help;    // one line for `gtxrig list signals`
  Uncertainty uncertainty{};
  Duration max_age{};               // older than this is stale; zero = never grows stale
  std::vector<std::string> labels;  // names of the values 0, 1, 2 ... of an enumeration, else empty
};

// All values of a tick in one dense row. Life: declare() each signal once, seal(), then only write() and read.
// Each name has one writer. write() never allocates and notes which signals changed since clear_changed().
class SignalTable {
 public:
  // Throws RigError for a bad name, a duplicate, or after seal().
  SignalId declare(SignalSpec spec);
  void seal();
  [[nodiscard]] bool sealed() const noexcept { return sealed_; }

  [[nodiscard]] std::optional<SignalId> find(std::string_view name) const;
  // find(), or RigError with the nearest known name.
  [[nodiscard]] SignalId require(std::string_view name) const;
  // While it lives, names that are declared and looked up are those of one pack.
  class Scope {
   public:
    Scope(SignalTable& table, PackNames names) : table_(table), before_(table.names_of_) { table.names_of_ = names; }
    ~Scope() { table_.names_of_ = before_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    SignalTable& table_;
    PackNames before_;
  };
  [[nodiscard]] const SignalSpec& spec(SignalId id) const noexcept { return specs_[id.index]; }
  [[nodiscard]] std::span<const SignalSpec> specs() const noexcept { return specs_; }
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] std::size_t size() const noexcept { return specs_.size(); }

  [[nodiscard]] const Sample& operator[](SignalId id) const noexcept { return row_[id.index]; }
  [[nodiscard]] std::span<const Sample> row() const noexcept { return row_; }

  void write(SignalId id, double value, TimePoint time, Quality quality = Quality::good) noexcept {
    Sample& sample = row_[id.index];
    sample.value = value;
    sample.time = time;
    sample.quality = quality;
    changed_[id.index >> 6] |= std::uint64_t{1} << (id.index & 63);
    next_age_ = std::min(next_age_, time + lifetime_[id.index]);
  }
  // Keeps value and time, changes only the quality (stale, invalid). Marks a change only when it is one.
  void set_quality(SignalId id, Quality quality) noexcept;
  // Marks as stale every good signal whose max_age has passed at `now`. Looks only when one can have: what write() put
  // down last tells when that is at the earliest.
  void age(TimePoint now) noexcept {
    if (now > next_age_) {
      age_all(now);
    }
  }
  // All samples back to `never`, for the next case.
  void reset() noexcept;

  // One bit per signal: written since clear_changed().
  [[nodiscard]] std::span<const std::uint64_t> changed() const noexcept { return changed_; }
  [[nodiscard]] bool changed(SignalId id) const noexcept {
    return (changed_[id.index >> 6] >> (id.index & 63) & 1) != 0;
  }
  void clear_changed() noexcept;

 private:
  static constexpr Duration ageless{std::int64_t{1} << 61};  // 73 years
  void age_all(TimePoint now) noexcept;

  std::vector<SignalSpec> specs_;
  std::vector<Sample> row_;
  std::vector<std::uint64_t> changed_;
  std::vector<std::uint32_t> ageing_;      // indexes of signals that can grow stale
  std::vector<Duration> lifetime_;         // max_age of each, or `ageless`
  TimePoint next_age_ = TimePoint::max();  // until then no good sample grows stale
  std::unordered_map<std::string, std::uint32_t> by_name_;
  PackNames names_of_;
  bool sealed_ = false;
};

}  // namespace rig
