#include "rig/cli/can_printing.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <iterator>

namespace rig::cli {
namespace {
constexpr std::uint32_t name_id = 0x35E;

std::string json_string(std::string_view text) {
  return nlohmann::json(std::string(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string number_text(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? fmt::format("{}", *value) : "null";
}

std::string_view label_of(const DecodedSignal& decoded) {
  for (const DbcLabel& label : decoded.signal->labels) {
    if (decoded.value && static_cast<double>(label.value) == *decoded.value) {
      return label.text;
    }
  }
  return {};
}

bool is_raised(std::string_view label) { return label == "raised" || label == "active"; }

// The characters of 0x35E, which the DBC has as eight numbers.
bool holds_text(const LoggedFrame& frame, const DecodedFrame& decoded) {
  return frame.id == name_id && !frame.extended && decoded.has_meaning;
}
std::string text_of_name(const LoggedFrame& frame) {
  std::string text;
  for (const std::uint8_t byte : frame.data()) {
    text += byte == 0 ? ' ' : (byte < 0x20 || byte > 0x7E ? '?' : static_cast<char>(byte));
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string data_text(const LoggedFrame& frame, std::string_view between) {
  std::string text;
  for (const std::uint8_t byte : frame.data()) {
    text += fmt::format("{}{:02X}", text.empty() ? "" : between, byte);
  }
  return text;
}

void add_signals(const DecodedFrame& decoded, std::string& out) {
  const auto to = std::back_inserter(out);
  out += "{";
  std::string_view between;
  for (const DecodedSignal& each : decoded.signals) {
    fmt::format_to(to, "{}\"{}\": {}", between, each.signal->name, number_text(each.value));
    between = ", ";
  }
  out += "}";
}

void add_list(std::string_view key, const std::vector<std::string>& list, std::string& out) {
  if (list.empty()) {
    return;
  }
  out += fmt::format(", \"{}\": [", key);
  std::string_view between;
  for (const std::string& item : list) {
    out += between;
    out += json_string(item);
    between = ", ";
  }
  out += "]";
}

std::vector<std::string> raised_names(const DecodedFrame& decoded) {
  std::vector<std::string> names;
  for (const DecodedSignal& each : decoded.signals) {
    if (is_raised(label_of(each))) {
      names.push_back(each.signal->name);
    }
  }
  return names;
}

// What is said of a frame only where it is so.
void add_particulars(const LoggedFrame& frame, const DecodedFrame& decoded, std::string& out) {
  if (holds_text(frame, decoded)) {
    out += ", \"text\": " + json_string(text_of_name(frame));
  }
  add_list("raised", raised_names(decoded), out);
  if (frame.remote) {
    out += fmt::format(", \"remote\": true, \"length\": {}", frame.length);
  }
  if (frame.error) {
    out += ", \"error\": true";
  } else if (decoded.message == nullptr) {
    out += ", \"unknown\": true";
  }
  if (frame.fd) {
    out += fmt::format(", \"fd\": true, \"bit_rate_switch\": {}, \"sender_passive\": {}", frame.bit_rate_switch,
                       frame.sender_passive);
  }
  if (frame.direction != LoggedFrame::Direction::untold) {
    out +=
        frame.direction == LoggedFrame::Direction::sent ? ", \"direction\": \"sent\"" : ", \"direction\": \"received\"";
  }
  if (decoded.is_short && !frame.remote && !frame.error) {
    out += ", \"short\": true";
  }
  add_list("implausible", decoded.implausible, out);
}

// The terminal's colours, or nothing.
struct Paint {
  bool on = false;
  [[nodiscard]] std::string operator()(std::string_view code, std::string_view text) const {
    return on ? fmt::format("\x1B[{}m{}\x1B[0m", code, text) : std::string(text);
  }
};
constexpr std::string_view cyan = "36", red = "31", yellow = "33", dim = "2";

std::string signal_text(const DecodedSignal& each) {
  const std::string_view label = label_of(each);
  if (!label.empty()) {
    return fmt::format("{} {}", each.signal->name, label);
  }
  if (!each.value) {
    return fmt::format("{} -", each.signal->name);
  }
  return fmt::format("{} {}{}{}", each.signal->name, *each.value, each.unit.empty() ? "" : " ", each.unit);
}

// Flags that are at rest say little to people: of 32 pairs of alarms only what is raised is shown.
bool is_at_rest(const DecodedSignal& each) {
  const std::string_view label = label_of(each);
  return label == "normal" || label == "no_change" || label == "cleared";
}

std::string signals_text(const LoggedFrame& frame, const DecodedFrame& decoded, const Paint& paint) {
  if (holds_text(frame, decoded)) {
    return "'" + text_of_name(frame) + "'";
  }
  std::string out;
  std::size_t resting = 0;
  for (const DecodedSignal& each : decoded.signals) {
    if (is_at_rest(each)) {
      ++resting;
      continue;
    }
    const std::string text = signal_text(each);
    out += (out.empty() ? "" : ", ") + (is_raised(label_of(each)) ? paint(yellow, text) : text);
  }
  if (resting > 0) {
    out += fmt::format("{}{} flags at rest", out.empty() ? "" : ", ", resting);
  }
  return out;
}
}  // namespace

std::string id_text(const LoggedFrame& frame) { return fmt::format("0x{:0{}X}", frame.id, frame.extended ? 8 : 3); }

std::string time_text(const LoggedFrame& frame) {
  if (!frame.has_time) {
    return {};
  }
  std::int64_t unit = 1;
  for (int i = frame.time_digits; i < 9; ++i) {
    unit *= 10;
  }
  return fmt::format("{}.{:0{}}", frame.time_ns / 1'000'000'000, frame.time_ns % 1'000'000'000 / unit,
                     frame.time_digits);
}

std::string frame_json(const LoggedFrame& frame, const DecodedFrame& decoded, std::string_view dialect) {
  const std::string time = time_text(frame);
  std::string out = fmt::format(R"({{"t": {}, "id": "{}", "name": )", time.empty() ? "null" : time, id_text(frame));
  out += decoded.message == nullptr || frame.error ? "null" : json_string(decoded.message->name);
  out += ", \"signals\": ";
  add_signals(decoded, out);
  out += fmt::format(R"(, "dialect": "{}", "channel": {}, "data": "{}")", dialect, json_string(frame.channel),
                     data_text(frame, ""));
  add_particulars(frame, decoded, out);
  out += "}";
  return out;
}

std::string frame_line(const LoggedFrame& frame, const DecodedFrame& decoded, bool colours) {
  const Paint paint{colours};
  const std::string time = time_text(frame);
  std::string out = time.empty() ? "" : paint(dim, "(" + time + ")") + " ";
  out += frame.channel + "  " + id_text(frame) + "  ";
  if (frame.error) {
    return out + paint(red, "error frame ") + data_text(frame, " ");
  }
  if (decoded.message == nullptr) {
    return out + paint(yellow, "unknown") + fmt::format("  [{}]  {}", frame.length, data_text(frame, " "));
  }
  out += paint(cyan, decoded.message->name) + "  ";
  if (frame.remote) {
    return out + fmt::format("request of {} bytes", frame.length);
  }
  out += decoded.has_meaning ? signals_text(frame, decoded, paint)
                             : "not decoded in this dialect  " + data_text(frame, " ");
  if (decoded.is_short) {
    out += "  " + paint(red, fmt::format("short: {} bytes", frame.length));
  }
  for (const std::string& reason : decoded.implausible) {
    out += "  " + paint(red, "implausible: " + reason);
  }
  return out;
}

}  // namespace rig::cli
