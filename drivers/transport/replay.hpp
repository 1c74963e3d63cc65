#pragma once
#include <optional>
#include <string>
#include <vector>

#include "rig/instrument/transport.hpp"

namespace rig {

// A transcript of a link as a link: what the rig sends must be what stands there, byte for byte, and what the box said
// then comes back, one line a read. Lines:
//   > "*IDN?\n"        the rig sends this; \n \r \t \0 \\ \" \xHH
//   < 41 42 43 0A      the box answers this; hexadecimal or quoted
//   ! timeout          the box says nothing: the read ends with `timeout`, at once
//   ! closed           the box hangs up
//   ! clear            the link is cleared here
//   # a comment
// Another byte than expected is LinkError `garbled` with the line; what was never reached, left_over() tells.
class ReplayLink final : public Transport {
 public:
  // Throws RigError with file:line.
  ReplayLink(std::string endpoint, const std::string& name, const std::string& transcript);

  void open(WallTime deadline) override;
  void close() noexcept override { open_ = false; }
  [[nodiscard]] bool is_open() const noexcept override { return open_; }
  void write(std::span<const std::byte> bytes, WallTime deadline) override;
  std::size_t read(std::span<std::byte> into, WallTime deadline) override;
  void clear(WallTime deadline) override;
  [[nodiscard]] std::string endpoint() const override { return endpoint_; }
  [[nodiscard]] bool is_local() const noexcept override { return true; }

  // The first line that nothing has used yet; nothing when the transcript was played to its end.
  [[nodiscard]] std::optional<std::string> left_over() const;

 private:
  enum class Kind : std::uint8_t { sent, answered, timeout, closed, clear };
  struct Line {
    Kind kind;
    std::string bytes;
    std::string place;
    std::string text;
  };
  [[nodiscard]] const Line* next() const { return at_ < lines_.size() ? &lines_[at_] : nullptr; }
  [[nodiscard]] std::string expectation() const;
  void need_open() const;
  void step(std::size_t bytes);

  std::string endpoint_;
  std::vector<Line> lines_;
  std::size_t at_ = 0;      // the line
  std::size_t within_ = 0;  // bytes of it that were used
  bool open_ = false;
};

}  // namespace rig
