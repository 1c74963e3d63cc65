#pragma once
// The whole reference with a table of a test's own: signals are written by name, and a tick is one call.
#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>

#include "rig/model/reference_model.hpp"
#include "tests/profiled_requirements.hpp"

namespace rig {

class ModelBench : public testing::Test {
 protected:
  explicit ModelBench(Duration step) : step_(step) {}
  // A bench with these signals; `requirements_` is as it shall be.
  void begin(std::initializer_list<const char*> signals, const ReferenceStart& start = {}) {
    model_ = std::make_unique<ReferenceModel>(requirements_);
    for (const char* name : signals) {
      table_.declare({.name = name, .source = "test"});
    }
    model_->declare(table_);
    table_.seal();
    model_->bind(table_);
    model_->restart(start);
  }
  void write(const char* name, double value, double time) {
    table_.write(table_.require(name), value, TimePoint{from_seconds(time)});
  }
  void tick(double time) {
    const Tick tick{index_++, TimePoint{from_seconds(time)}, step_};
    model_->step(tick, table_);
    model_->publish(tick, table_);
    table_.clear_changed();
  }
  [[nodiscard]] double of(const char* name) const { return table_[table_.require(name)].value; }

  Requirements requirements_ = profiled_requirements();
  SignalTable table_;
  std::unique_ptr<ReferenceModel> model_;
  std::int64_t index_ = 0;

 private:
  Duration step_;
};

}  // namespace rig
