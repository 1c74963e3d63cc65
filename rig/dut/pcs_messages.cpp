#include "rig/dut/pcs_messages.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace rig {
namespace {

constexpr std::uint32_t highest_standard = 0x7FF;
constexpr std::uint32_t highest_extended = 0x1FFFFFFF;

std::optional<std::uint32_t> hex(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<CanIdentifier> parse_identifier(std::string_view text) {
  const auto id = hex(text);
  if (!id || (text.size() != 3 && text.size() != 8)) {
    return std::nullopt;
  }
  const bool extended = text.size() == 8;
  return *id <= (extended ? highest_extended : highest_standard) ? std::optional(CanIdentifier{*id, extended})
                                                                 : std::nullopt;
}

// Pairs of hex digits, with dots or blanks between them where that reads better.
bool parse_data(std::string_view text, CanFrame& frame) {
  frame.length = 0;
  while (!text.empty()) {
    if (text.front() == '.' || text.front() == ' ') {
      text.remove_prefix(1);
      continue;
    }
    const auto byte = text.size() < 2 ? std::nullopt : hex(text.substr(0, 2));
    if (!byte || frame.length == frame.data.size()) {
      return false;
    }
    frame.data[frame.length++] = static_cast<std::uint8_t>(*byte);
    text.remove_prefix(2);
  }
  return true;
}

bool refuse(const Node& node, const std::string& found, const char* expected, Diagnostics& diagnostics) {
  diagnostics.error(node.mark, "'" + found + "' is no CAN " + expected,
                    "3 hex digits name an identifier of 11 bits, 8 one of 29: \"305#0000000000000000\", "
                    "\"18FF50E5#01.02\", at most 8 bytes");
  return false;
}

void check_message(const Node& node, const PcsMessage& message, Diagnostics& diagnostics) {
  if (message.period <= Duration{} && !message.reply_to) {
    diagnostics.error(node.mark, "this frame is never sent", "give it a `period` or the frame that it is a `reply_to`");
  }
  if (message.counter && *message.counter >= message.frame.value.length) {
    diagnostics.error(node.mark, fmt::format("the counter's byte {} is not in a frame of {} bytes", *message.counter,
                                             message.frame.value.length));
  }
  if (message.dialect.text != "any" && !parse_dialect(message.dialect.text)) {
    const std::vector<std::string> words{"any", "sofar_amass", "pylon_v12"};
    diagnostics.error(message.dialect.mark, "there is no dialect '" + message.dialect.text + "'",
                      suggestion(message.dialect.text, words));
  }
}

void check_names(const Node& node, const PcsConfig& config, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < config.sends.size(); ++i) {
    const std::string& name = config.sends[i].first;
    if (name == "silent" || name == "flood" || name == "frames") {
      diagnostics.error(node.mark, "'pcs." + name + "' is a name of the rig's own", "choose another one");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (config.sends[j].first == name) {
        diagnostics.error(node.mark, "two frames are named '" + name + "'");
      }
    }
  }
}

}  // namespace

std::string identifier_text(const CanIdentifier& id) { return fmt::format("{:0{}X}", id.id, id.extended ? 8 : 3); }

PcsConfig default_pcs() {
  PcsMessage keep_alive;
  keep_alive.frame.value = {.id = keep_alive_frame, .length = 8};
  keep_alive.period = std::chrono::seconds(1);
  keep_alive.dialect.text = dialect_name(Dialect::pylon_v12);
  PcsConfig config;
  config.sends.emplace_back("keep_alive", std::move(keep_alive));
  return config;
}

std::vector<CanIdentifier> send_list(const PcsConfig& config) {
  std::vector<CanIdentifier> list;
  for (const auto& [name, message] : config.sends) {
    list.push_back({message.frame.value.id, message.frame.value.extended});
  }
  if (config.flood) {
    list.push_back({config.flood->value.id, config.flood->value.extended});
  }
  for (const IdentifierText& id : config.may_send) {
    list.push_back(id.value);
  }
  return list;
}

bool Codec<IdentifierText>::read(const Node& node, IdentifierText& out, Diagnostics& diagnostics) {
  std::string text;
  if (!detail::read_string(node, text, diagnostics)) {
    return false;
  }
  const auto id = parse_identifier(text);
  if (!id) {
    return refuse(node, text, "identifier", diagnostics);
  }
  out.value = *id;
  return true;
}

Schema Codec<IdentifierText>::schema() {
  return nlohmann::json{{"type", {"string", "integer"}}, {"pattern", "^([0-7][0-9A-Fa-f]{2}|[01][0-9A-Fa-f]{7})$"}};
}

void Codec<IdentifierText>::list(const std::string& path, const IdentifierText& v, std::vector<ListedValue>& out,
                                 const FieldOptions& o) {
  out.push_back({path, identifier_text(v.value), "", o.help, o.origin});
}

bool Codec<FrameText>::read(const Node& node, FrameText& out, Diagnostics& diagnostics) {
  std::string text;
  if (!detail::read_string(node, text, diagnostics)) {
    return false;
  }
  const auto mark = text.find('#');
  const auto id = parse_identifier(std::string_view(text).substr(0, mark));
  CanFrame frame;
  if (mark == std::string::npos || !id || !parse_data(std::string_view(text).substr(mark + 1), frame)) {
    return refuse(node, text, "frame", diagnostics);
  }
  frame.id = id->id;
  frame.extended = id->extended;
  out.value = frame;
  return true;
}

Schema Codec<FrameText>::schema() {
  return nlohmann::json{{"type", "string"},
                        {"pattern", "^([0-7][0-9A-Fa-f]{2}|[01][0-9A-Fa-f]{7})#([0-9A-Fa-f]{2}[. ]?){0,8}$"}};
}

void Codec<FrameText>::list(const std::string& path, const FrameText& v, std::vector<ListedValue>& out,
                            const FieldOptions& o) {
  std::string text = identifier_text({v.value.id, v.value.extended}) + "#";
  for (std::size_t i = 0; i < v.value.length; ++i) {
    text += fmt::format("{:02X}", v.value.data[i]);
  }
  out.push_back({path, text, "", o.help, o.origin});
}

void Fields<PcsMessage>::declare(Mapping<PcsMessage>& m) {
  m.required("frame", &PcsMessage::frame, "identifier and data as candump writes them, \"305#0000000000000000\"");
  m.optional("period", &PcsMessage::period,
             {.help = "it is sent so often; without it only as a reply", .minimum = 1e-3, .maximum = 3600});
  m.optional("reply_to", &PcsMessage::reply_to, "it answers this frame of the pack, in the tick in which that came");
  m.optional("counter", &PcsMessage::counter,
             {.help = "this byte counts up from frame to frame", .minimum = 0, .maximum = 7});
  m.optional("dialect", &PcsMessage::dialect, "only to a pack that speaks it: any, sofar_amass, pylon_v12");
  m.check(check_message);
}

void Fields<PcsConfig>::declare(Mapping<PcsConfig>& m) {
  m.required("sends", &PcsConfig::sends, "the frames that the PCS sends, by name");
  m.optional("flood", &PcsConfig::flood, "the frame that `pcs.flood` fills the bus with; a low identifier wins it");
  m.optional("may_send", &PcsConfig::may_send, "more identifiers that a person may send by hand");
  m.check(check_names);
}

}  // namespace rig
