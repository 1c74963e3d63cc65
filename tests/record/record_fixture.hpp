#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "rig/core/error.hpp"
#include "rig/record/reader.hpp"
#include "rig/record/recorder.hpp"

namespace rig::test {

inline constexpr Duration ten_ms{10'000'000};

inline Tick tick_at(std::int64_t index, std::int64_t steps = 1) {
  return {index, TimePoint{ten_ms * index}, ten_ms * steps};
}

inline RunInfo some_info(RecordLevel level = RecordLevel::full) {
  RunInfo info;
  info.case_name = "a_case";
  info.tick = ten_ms;
  info.seed = 0xFFFFFFFFFFFFFFFFu;
  info.level = level;
  return info;
}

// A folder of its own for each test, removed at the end.
class RecordTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("gtxrig_" + std::to_string(getpid()) + "_" + test->test_suite_name() + "_" + test->name());
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string folder() const { return folder_.string(); }
  [[nodiscard]] std::string file() const { return (folder_ / "run.sqlite").string(); }

  std::filesystem::path folder_;
};

// Two signals, a model column and a set-point: enough for most questions.
struct SmallTable {
  SignalTable signals;
  CommandTable commands;
  SignalId voltage, flag, model;
  CommandId set;
  CommandRow wanted, admitted;

  SmallTable() {
    voltage = signals.declare({.name = "pack.voltage", .dimension = dimension::voltage, .uncertainty = {0.004, 0}});
    flag = signals.declare({.name = "dut.flag", .dimension = dimension::boolean, .labels = {"open", "closed"}});
    model =
        signals.declare({.name = "model.pack.voltage.lo", .dimension = dimension::voltage, .origin = Origin::model});
    signals.seal();
    set = commands.declare({.name = "supply.voltage_set", .dimension = dimension::voltage, .instrument = "supply"});
    commands.seal();
    wanted = CommandRow(commands);
    admitted = CommandRow(commands);
  }
  void push(Recorder& recorder, const Tick& tick, std::span<const RecordedFrame> frames = {}) {
    recorder.push(tick, signals, wanted, admitted, frames);
    signals.clear_changed();
  }
};

inline std::vector<char> bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void write_bytes(const std::string& path, const std::vector<char>& bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

template <class F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const RigError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace rig::test
