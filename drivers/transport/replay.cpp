#include "drivers/transport/replay.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "drivers/transport/links.hpp"
#include "drivers/transport/printable.hpp"

namespace rig {
namespace {

std::optional<char> hex_byte(std::string_view two) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(two.data(), two.data() + two.size(), value, 16);
  if (two.size() != 2 || error != std::errc{} || end != two.data() + 2) {
    return std::nullopt;
  }
  return static_cast<char>(value);
}

std::optional<std::string> hex_bytes(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.front() == ' ') {
      text.remove_prefix(1);
      continue;
    }
    const auto byte = hex_byte(text.substr(0, 2));
    if (!byte) {
      return std::nullopt;
    }
    out += *byte;
    text.remove_prefix(2);
  }
  return out;
}

std::optional<std::string> quoted_bytes(std::string_view text) {
  constexpr std::string_view letters = "nrt0\\\"";
  constexpr std::string_view meant{"\n\r\t\0\\\"", 6};
  if (text.size() < 2 || text.back() != '"') {
    return std::nullopt;
  }
  text = text.substr(1, text.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    const char letter = i + 1 < text.size() ? text[++i] : ' ';
    if (letter == 'x') {
      const auto byte = hex_byte(text.substr(i + 1, 2));
      if (!byte) {
        return std::nullopt;
      }
      out += *byte;
      i += 2;
    } else if (const std::size_t which = letters.find(letter); which != std::string_view::npos) {
      out += meant[which];
    } else {
      return std::nullopt;
    }
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

ReplayLink::ReplayLink(std::string endpoint, const std::string& name, const std::string& transcript)
    : endpoint_(std::move(endpoint)) {
  std::istringstream stream(transcript);
  std::string raw;
  for (int number = 1; std::getline(stream, raw); ++number) {
    const std::string_view line = trimmed(raw);
    if (line.empty() || line.front() == '#') {
      continue;
    }
    const std::string place = name + ":" + std::to_string(number) + ":1";
    const std::string_view rest = trimmed(line.substr(1));
    Line entry{.kind = Kind::sent, .bytes = {}, .place = place, .text = std::string(line)};
    std::optional<std::string> bytes;
    if (line.front() == '>' || line.front() == '<') {
      entry.kind = line.front() == '>' ? Kind::sent : Kind::answered;
      bytes = rest.starts_with('"') ? quoted_bytes(rest) : hex_bytes(rest);
    } else if (line.front() == '!' && (rest == "timeout" || rest == "closed" || rest == "clear")) {
      entry.kind = rest == "timeout" ? Kind::timeout : rest == "closed" ? Kind::closed : Kind::clear;
      bytes = "-";
    }
    if (!bytes || bytes->empty()) {
      throw RigError("expected '> bytes', '< bytes', '! timeout', '! closed' or '! clear', found '" + raw + "'", place,
                     R"(bytes are hexadecimal (2A 49) or quoted ("*IDN?\n"))");
    }
    entry.bytes = std::move(*bytes);
    lines_.push_back(std::move(entry));
  }
}

void ReplayLink::open(WallTime) { open_ = true; }

void ReplayLink::need_open() const {
  if (!open_) {
    throw LinkError(LinkTrouble::closed, "the transcript is not open", endpoint_);
  }
}

std::string ReplayLink::expectation() const {
  const Line* line = next();
  return line == nullptr ? "the end of the transcript" : line->text + " (" + line->place + ")";
}

void ReplayLink::step(std::size_t bytes) {
  within_ += bytes;
  if (within_ >= lines_[at_].bytes.size()) {
    ++at_;
    within_ = 0;
  }
}

void ReplayLink::write(std::span<const std::byte> bytes, WallTime) {
  need_open();
  while (!bytes.empty()) {
    const Line* line = next();
    const std::string sent = text_of(bytes);
    if (line == nullptr || line->kind != Kind::sent) {
      throw LinkError(LinkTrouble::garbled, "expected " + expectation() + ", but " + printable(sent) + " was sent",
                      endpoint_, "is the transcript of this driver and this order of commands?");
    }
    const std::string_view wanted = std::string_view(line->bytes).substr(within_);
    const std::size_t length = std::min(wanted.size(), sent.size());
    if (wanted.substr(0, length) != std::string_view(sent).substr(0, length)) {
      throw LinkError(LinkTrouble::garbled,
                      line->place + ": expected " + printable(wanted) + ", but " + printable(sent) + " was sent",
                      endpoint_, "is the transcript of this driver and this order of commands?");
    }
    step(length);
    bytes = bytes.subspan(length);
  }
}

std::size_t ReplayLink::read(std::span<std::byte> into, WallTime) {
  need_open();
  const Line* line = next();
  if (line != nullptr && line->kind == Kind::closed) {
    ++at_;
    open_ = false;
    throw LinkError(LinkTrouble::closed, "the other side hung up", endpoint_);
  }
  if (line == nullptr || line->kind != Kind::answered) {
    const bool meant = line != nullptr && line->kind == Kind::timeout;
    const std::string what = meant ? "no answer" : "no answer: next is " + expectation();
    at_ += meant ? 1 : 0;
    throw LinkError(LinkTrouble::timeout, what, endpoint_);
  }
  const std::string_view left = std::string_view(line->bytes).substr(within_);
  const std::size_t count = std::min(left.size(), into.size());
  std::ranges::copy(bytes_of(left.substr(0, count)), into.begin());
  step(count);
  return count;
}

void ReplayLink::clear(WallTime) {
  const Line* line = next();
  if (line == nullptr || line->kind != Kind::clear) {
    throw LinkError(LinkTrouble::garbled, "the link is cleared, but next is " + expectation(), endpoint_);
  }
  ++at_;
  open_ = true;
}

std::optional<std::string> ReplayLink::left_over() const {
  const Line* line = next();
  return line == nullptr ? std::nullopt : std::optional<std::string>(expectation());
}

std::unique_ptr<Transport> make_replay(const Endpoint& endpoint) {
  std::ifstream file(endpoint.path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    throw LinkError(LinkTrouble::unreachable, "cannot read the transcript " + endpoint.path, endpoint.text,
                    "a path without a leading / is seen from the current folder");
  }
  return std::make_unique<ReplayLink>(endpoint.text, endpoint.path, text.str());
}

}  // namespace rig
