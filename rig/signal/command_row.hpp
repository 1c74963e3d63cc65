#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rig/core/math.hpp"
#include "rig/core/units.hpp"

namespace rig {

struct CommandId {
  std::uint32_t index = 0xFFFFFFFFu;
  [[nodiscard]] bool valid() const noexcept { return index != 0xFFFFFFFFu; }
};

// A set-point that an instrument accepts: "supply.voltage_set", "supply.output" (boolean), "load.current_set".
struct CommandSpec {
  std::string name;
  Dimension dimension{};
  Interval range{};        // what the instrument can do; outside is refused, never clipped
  double safe = 0.0;       // the value that make_safe() leaves behind
  std::string instrument;  // "supply"
  std::string help;
  bool energises = false;  // boolean that switches power: nothing may set it before every watched signal is good
  // Once the way out has begun it stays at `safe`, whatever is wanted: a chamber, a button. Set-points without it keep
  // what the case asked for; they do nothing while the outputs are off.
  bool stays_safe = false;
};

// Names and places of all set-points. Declared once, then sealed; the signal of the same name carries the value that
// the instrument read back (confirmed).
class CommandTable {
 public:
  CommandId declare(CommandSpec spec);
  void seal() noexcept { sealed_ = true; }
  // Where a set-point stands before anybody asked for anything; without it at `safe`. Also after seal(), before rows
  // are made.
  void start_at(CommandId id, double value) noexcept { starts_[id.index] = value; }
  [[nodiscard]] std::span<const double> starts() const noexcept { return starts_; }
  [[nodiscard]] std::optional<CommandId> find(std::string_view name) const;
  [[nodiscard]] const CommandSpec& spec(CommandId id) const noexcept { return specs_[id.index]; }
  [[nodiscard]] std::span<const CommandSpec> specs() const noexcept { return specs_; }
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] std::size_t size() const noexcept { return specs_.size(); }

 private:
  std::vector<CommandSpec> specs_;
  std::vector<double> starts_;
  std::unordered_map<std::string, std::uint32_t> by_name_;
  bool sealed_ = false;
};

// One value per command. `version` grows with every change, so that instruments act only on news.
class CommandRow {
 public:
  CommandRow() = default;
  explicit CommandRow(const CommandTable& table);        // all where they start
  static CommandRow at_safe(const CommandTable& table);  // all at their safe values
  [[nodiscard]] double operator[](CommandId id) const noexcept { return values_[id.index]; }
  void set(CommandId id, double value) noexcept {
    if (values_[id.index] != value) {
      values_[id.index] = value;
      ++version_;
    }
  }
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }
  [[nodiscard]] std::span<const double> values() const noexcept { return values_; }
  // Same values as `other`, without allocating.
  void copy_from(const CommandRow& other) noexcept;

 private:
  std::vector<double> values_;
  std::uint64_t version_ = 1;
};

}  // namespace rig
