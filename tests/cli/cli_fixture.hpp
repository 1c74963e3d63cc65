#pragma once
// Calls the command with streams of its own and a folder that goes away afterwards.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "rig/cli/cli.hpp"
#include "rig/core/files.hpp"
#include "tests/source_dir.hpp"

namespace rig::cli {

inline const std::string root = source_dir() + "/cases/";
inline const std::string over_voltage = root + "over_voltage/pack_over_voltage_stops_charging.yaml";
inline const std::string inside = root + "limits/limits_and_permissions_inside_the_ratings.yaml";

class Cli : public testing::Test {
 protected:
  static void SetUpTestSuite() { register_builtin_files(); }
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              (std::string("gtxrig_cli_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  int call(const Arguments& arguments) {
    std::ostringstream out_stream;
    std::ostringstream err_stream;
    Console console{out_stream, err_stream};
    const int code = run_program(arguments, console);
    out = out_stream.str();
    err = err_stream.str();
    return code;
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name)) << text;
    return path(name);
  }
  [[nodiscard]] nlohmann::json document() const { return nlohmann::json::parse(out); }

  std::string out, err;  // NOLINT(readability-identifier-naming): every test reads them

 private:
  std::filesystem::path folder_;
};

}  // namespace rig::cli
