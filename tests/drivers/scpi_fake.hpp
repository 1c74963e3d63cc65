#pragma once
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "tests/drivers/peer.hpp"

namespace rig::testing {

// A box of the simplest kind: what was set comes back, everything else is what the test says. Short forms only, exactly
// as the driver sends them.
class ScpiFake {
 public:
  // "*IDN?" -> "..." and so on; an answer of a query without an entry is what was set under its header.
  explicit ScpiFake(std::map<std::string, std::string> answers) : answers_(std::move(answers)) {}

  Script script() {
    return answer_lines([this](const std::string& line) { return hear(line); });
  }
  void answer(const std::string& query, const std::string& text) {
    const std::lock_guard lock(mutex_);
    answers_[query] = text;
  }
  // A level that is held lower than what is set, without a word.
  void clamp(const std::string& header, const std::string& value) {
    const std::lock_guard lock(mutex_);
    clamps_[header] = value;
  }
  // The commands, without the queries, since the last call.
  std::vector<std::string> take_commands() {
    const std::lock_guard lock(mutex_);
    return std::exchange(commands_, {});
  }
  std::vector<std::string> take_queries() {
    const std::lock_guard lock(mutex_);
    return std::exchange(queries_, {});
  }

 private:
  std::string hear(const std::string& line) {
    const std::lock_guard lock(mutex_);
    const std::size_t blank = line.find(' ');
    if (!line.ends_with('?')) {
      commands_.push_back(line);
      if (blank != std::string::npos) {
        const std::string header = line.substr(0, blank);
        answers_[header + "?"] = clamps_.contains(header) ? clamps_[header] : line.substr(blank + 1);
      }
      return {};
    }
    queries_.push_back(line);
    return answers_.contains(line) ? answers_[line] + "\n" : std::string{};
  }

  std::mutex mutex_;
  std::map<std::string, std::string> answers_;
  std::map<std::string, std::string> clamps_;
  std::vector<std::string> commands_, queries_;
};

}  // namespace rig::testing
