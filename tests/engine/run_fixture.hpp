#pragma once
// A case and a bench from texts, run on the toy instruments.
#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "rig/engine/run.hpp"

namespace rig::test {

std::string toy_bench_text();  // run_test.cpp has the instruments

class RunFixture : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              (std::string("gtxrig_") + info->name() + "_" + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    std::string path = (folder_ / name).string();
    std::ofstream(path) << text;
    return path;
  }

  // Everything before the first tick. `bench_more` is put behind the bench file.
  rig::Run& prepare(const std::string& case_text, const std::string& bench_more = {}) {
    diagnostics = {};
    run_.reset();
    std::string bench = toy_bench_text() + bench_more;
    bench.insert(bench.find("instruments:\n") + 13, more_instruments);
    setup_ = read_setup(write("bench.yaml", bench), {}, diagnostics);
    case_ = read_case(write("case.yaml", case_text), diagnostics);
    RunOrder order{.setup = &setup_, .test = &case_, .level = level};
    order.folder = (folder_ / ("run" + std::to_string(++runs_))).string();
    order.software = "test";
    order.outside = outside;
    order.clock = own_clock;
    run_ = std::make_unique<rig::Run>(order, diagnostics);
    return *run_;
  }
  RunResult execute(const std::string& case_text, const std::string& bench_more = {}) {
    prepare(case_text, bench_more);
    EXPECT_EQ(diagnostics.render(), "");
    return run_->execute(interrupts);
  }

 public:  // what a test turns
  Diagnostics diagnostics;
  std::atomic<int> interrupts{0};
  RecordLevel level = RecordLevel::full;
  OutsideWorkers outside;                             // who calls functions
  std::function<std::unique_ptr<Clock>()> own_clock;  // another one than the bench's
  std::string more_instruments;                       // "  name: { driver: ... }\n"

 private:
  std::filesystem::path folder_;
  rig::Setup setup_;
  Case case_;
  std::unique_ptr<rig::Run> run_;
  int runs_ = 0;
};

inline bool has_finding(const RunResult& result, FindingKind kind, const std::string& rule) {
  return std::any_of(result.findings.begin(), result.findings.end(),
                     [&](const Finding& f) { return f.kind == kind && f.rule == rule; });
}
inline std::string texts(const RunResult& result) {
  std::string all;
  for (const Finding& finding : result.findings) {
    all += finding.sentence + "\n";
  }
  return all;
}

}  // namespace rig::test
