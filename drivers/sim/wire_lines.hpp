#pragma once
#include <functional>
#include <string>

#include "drivers/sim/wire_box.hpp"

namespace rig::sim {

// Boxes that take one line and answer one: everything but the ends of the lines is the box's.
class LineSession final : public WireSession {
 public:
  // `end` ends a request; LF and CR around it count for nothing.
  LineSession(char end, std::function<Answer(const std::string&)> answer) : end_(end), answer_(std::move(answer)) {}
  std::optional<Answer> take(std::string& inbox) override {
    const auto at = inbox.find(end_);
    if (at == std::string::npos) {
      return std::nullopt;
    }
    std::string line = inbox.substr(0, at);
    inbox.erase(0, at + 1);
    std::erase_if(line, [](char c) { return c == '\r' || c == '\n'; });
    return answer_(line);
  }

 private:
  char end_;
  std::function<Answer(const std::string&)> answer_;
};

}  // namespace rig::sim
