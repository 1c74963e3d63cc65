#include "rig/cli/mutant_ledger.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "rig/core/error.hpp"

namespace rig::cli {
namespace {

nlohmann::ordered_json line_of(const std::string& pack, const Finder& f) {
  return {{"pack", pack},
          {"found", f.found},
          {"theme", f.theme},
          {"case", f.test},
          {"requirement", f.requirement},
          {"kind", f.kind},
          {"rule", f.rule},
          {"sentence", f.sentence},
          {"impossible", f.impossible},
          {"runs", f.runs}};
}

Finder finder_of(const nlohmann::json& line) {
  return {.found = line.at("found"),
          .theme = line.at("theme"),
          .test = line.at("case"),
          .requirement = line.at("requirement"),
          .kind = line.at("kind"),
          .rule = line.at("rule"),
          .sentence = line.at("sentence"),
          .impossible = line.at("impossible"),
          .runs = line.at("runs")};
}

}  // namespace

MutantLedger::MutantLedger(const std::string& path, const std::string& key) : path_(path) {
  if (path.empty()) {
    return;
  }
  const bool begun = std::filesystem::exists(path);
  if (begun) {
    const std::size_t whole = read_lines(path, key);
    std::filesystem::resize_file(path, whole);
  }
  file_.open(path, std::ios::app);
  if (!begun || std::filesystem::file_size(path) == 0) {
    file_ << nlohmann::ordered_json{{"gtxrig", "mutants"}, {"key", key}}.dump() << "\n" << std::flush;
  }
  if (!file_) {
    throw RigError("cannot write this file", path);
  }
}

// Returns the length of the lines that are whole.
std::size_t MutantLedger::read_lines(const std::string& path, const std::string& key) {
  std::ifstream in(path);
  std::string line;
  std::size_t whole = 0;
  for (std::size_t number = 1; std::getline(in, line) && !in.eof(); ++number) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    const char* member = number == 1 ? "key" : "pack";
    if (!json.is_object() || !json.contains(member)) {
      throw RigError("line " + std::to_string(number) + " is no result of `gtxrig mutants`", path,
                     "name a file that it wrote, or one that does not exist");
    }
    if (number == 1 && json.at("key") != key) {
      throw RigError("these results are of other cases, another bench, seed or version", path,
                     "begin anew with another file");
    }
    if (number > 1) {
      known_[json.at("pack")] = finder_of(json);
    }
    whole += line.size() + 1;
  }
  taken_over_ = known_.size();
  return whole;
}

std::optional<Finder> MutantLedger::find(const std::string& pack) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(pack);
  return found == known_.end() ? std::nullopt : std::optional(found->second);
}

void MutantLedger::add(const std::string& pack, const Finder& finder) {
  const std::lock_guard lock(mutex_);
  known_[pack] = finder;
  if (!path_.empty()) {
    file_ << line_of(pack, finder).dump() << "\n" << std::flush;
    if (!file_) {
      throw RigError("cannot write this file", path_);
    }
  }
}

}  // namespace rig::cli
