#pragma once
#include <memory>
#include <optional>
#include <string>

#include "rig/core/child_process.hpp"
#include "rig/instrument/transport.hpp"

namespace rig {

// A process of Python that holds one object of a person's class, as a link: python://my_box.py:MyLoad. One line of JSON
// each way. The process is the guardian of its box: when this side is gone, whatever the reason, it makes the box safe
// by itself and ends.
class ProcessLink final : public Transport {
 public:
  explicit ProcessLink(std::string endpoint) : endpoint_(std::move(endpoint)) {}
  ProcessLink(const ProcessLink&) = delete;
  ProcessLink& operator=(const ProcessLink&) = delete;
  ~ProcessLink() override { ProcessLink::close(); }

  // What the process is told first, before open(). RigError when another instrument has set it up already.
  void set_up(const std::string& line);

  void open(WallTime deadline) override;
  void close() noexcept override;
  [[nodiscard]] bool is_open() const noexcept override { return child_.has_value(); }
  void write(std::span<const std::byte> bytes, WallTime deadline) override;
  std::size_t read(std::span<std::byte> into, WallTime deadline) override;
  // Answers carry numbers, so that one that comes late is told from the next; only a process that died is started anew.
  void clear(WallTime deadline) override;
  [[nodiscard]] std::string endpoint() const override { return endpoint_; }
  [[nodiscard]] bool is_local() const noexcept override { return true; }

 private:
  [[noreturn]] void throw_gone();
  std::string endpoint_;
  std::string set_up_;
  std::optional<ChildProcess> child_;
};

}  // namespace rig
