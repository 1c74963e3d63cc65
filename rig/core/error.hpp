#pragma once
#include <stdexcept>
#include <string>
#include <utility>

namespace rig {

// The one error outside the loop: what happened, where (file:line:column, instrument, signal), what to try.
class RigError : public std::runtime_error {
 public:
  explicit RigError(const std::string& what, std::string where = {}, std::string hint = {})
      : std::runtime_error(text(what, where, hint)), message_(what), where_(std::move(where)), hint_(std::move(hint)) {}
  // The parts of what(); for those who show them apart.
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const std::string& where() const noexcept { return where_; }
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

 private:
  static std::string text(const std::string& what, const std::string& where, const std::string& hint) {
    return (where.empty() ? "" : where + ": ") + what + (hint.empty() ? "" : "; " + hint);
  }
  std::string message_;
  std::string where_;
  std::string hint_;
};

}  // namespace rig
