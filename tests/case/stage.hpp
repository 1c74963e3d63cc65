#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "rig/case/script.hpp"
#include "tests/case/test_bench.hpp"

namespace rig {

inline constexpr Duration tick_step = std::chrono::milliseconds(100);

// A script on a bench that the test plays by hand, one tick of 100 ms after the other.
class Stage {
 public:
  explicit Stage(const std::string& yaml, std::size_t row = 0, OutsidePort* outside = nullptr) {
    Diagnostics diagnostics;
    program_ = bench_.load(yaml, diagnostics, row);
    EXPECT_EQ(diagnostics.render(), "");
    bench_.signals.seal();
    wanted_ = CommandRow(bench_.commands);
    for (const char* name : {"pack.charge_refused", "dut.charge_allowed", "dut.discharge_allowed"}) {
      write(name, 0);
    }
    write("pack.voltage", 54);
    write("pack.current", 0);
    script_ = std::make_unique<Script>(program_, bench_.signals, bench_.commands, outside);
  }

  // Samples of the next tick; time counts from the first tick.
  void write(const std::string& name, double value, Quality quality = Quality::good) {
    bench_.signals.write(bench_.signals.require(name), value, now(), quality);
  }
  void tick(int n = 1) {
    for (int i = 0; i < n; ++i) {
      script_->advance({index_, now(), tick_step}, bench_.signals, wanted_);
      ++index_;
    }
  }
  // As a tick that spans n base steps leaves it.
  void skip(int n) { index_ += n; }
  // The tick at which the script was done, counted from the first; -1 when it is not after `most` ticks.
  int run(
      int most, const std::function<void(int)>& before_tick = [](int) {}) {
    for (int i = 0; i < most; ++i) {
      before_tick(static_cast<int>(index_));
      tick();
      if (script_->done()) {
        return static_cast<int>(index_) - 1;
      }
    }
    return -1;
  }

  [[nodiscard]] TimePoint now() const { return TimePoint{tick_step * index_}; }
  [[nodiscard]] double wanted(const std::string& name) const {
    return wanted_[bench_.commands.find(name).value_or(CommandId{})];
  }
  [[nodiscard]] Sample signal(const std::string& name) const { return bench_.signals[bench_.signals.require(name)]; }
  [[nodiscard]] double step() const { return signal("script.step").value; }
  Script& script() { return *script_; }
  [[nodiscard]] const Program& program() const { return program_; }
  std::string fault() { return script_->faults().empty() ? "" : script_->text(script_->faults().front()).sentence; }

 private:
  TestBench bench_;
  Program program_;
  CommandRow wanted_;
  std::unique_ptr<Script> script_;
  std::int64_t index_ = 0;
};

inline std::string with_check(const std::string& steps, const std::string& more = "") {
  return "case: x\nsteps:\n" + steps + "always: [{ never: pack.voltage > 99 V }]\n" + more;
}

}  // namespace rig
