#pragma once
#include <array>
#include <string>
#include <vector>

#include "rig/signal/expression.hpp"

namespace rig {

// What an expression saw at one moment, for the sentence of a finding: "pack.current 0.63 A, dut.soc 97.1 %". take()
// copies plain samples (no allocation); text() is for after the loop.
class Witness {
 public:
  Witness() = default;
  Witness(const Expression& expression, const SignalTable& signals);
  void take(const SignalTable& signals) noexcept;
  [[nodiscard]] bool taken() const noexcept { return taken_; }
  [[nodiscard]] std::string text() const;
  // The first input's name: the signal that the finding is about.
  [[nodiscard]] std::string signal() const { return inputs_.empty() ? std::string() : inputs_.front().name; }

 private:
  static constexpr std::size_t most = 8;
  struct Input {
    SignalId id{};
    std::string name;
    Dimension dimension{};
    std::vector<std::string> labels;
  };
  std::vector<Input> inputs_;
  std::array<Sample, most> samples_{};
  bool taken_ = false;
};

}  // namespace rig
