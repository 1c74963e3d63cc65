// gtxrig can encode: the frame that a message's values make.
#include <fmt/format.h>

#include <charconv>

#include "rig/canlog/candump.hpp"
#include "rig/cli/can_commands.hpp"
#include "rig/cli/can_view.hpp"
#include "rig/cli/printing.hpp"
#include "rig/core/diagnostic.hpp"
#include "rig/core/error.hpp"
#include "rig/dut/dbc_encode.hpp"

namespace rig::cli {
namespace {

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig can encode MESSAGE [SIGNAL=VALUE ...] [--dbc FILE] [--json]";
  usage.text =
      "Prints the frame of a message as candump -L writes it. Values are in the DBC's units; signals that are not "
      "given\n"
      "have their start value or all bits 0, and a selector takes the value that the given signals need. Nothing is "
      "sent.\n"
      "Exit code: 0, 2 for a value that does not fit or a name that is not there.";
  usage.examples =
      "  gtxrig can encode BMS_Measurements Voltage=49.86 Current=-27 Temperature=36.3\n"
      "  cansend vcan0 $(gtxrig can encode BMS_Limits ChargeVoltageLimit=56 | cut -d' ' -f3)\n";
  usage.positional = "message";
  usage.most = -1;
  auto add = usage.options.add_options();
  add("dbc", po::value<std::string>()->value_name("FILE"), "the DBC with the message; default: the built-in one");
  add("json", "the frame as one JSON object");
  add("help", "this text");
  return usage;
}

SignalValue signal_value(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw UsageError{"'" + text + "' is no SIGNAL=VALUE"};
  }
  SignalValue value{text.substr(0, equals), 0.0};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + equals + 1, end, value.value);
  if (error != std::errc{} || stop != end) {
    throw UsageError{"'" + text + "': the value has to be a number in the DBC's unit"};
  }
  return value;
}

LoggedFrame frame_of(const Dbc& dbc, const std::vector<std::string>& words) {
  const DbcMessage* message = dbc.find(std::string_view(words.front()));
  if (message == nullptr) {
    std::vector<std::string> names;
    for (const DbcMessage& each : dbc.messages) {
      names.push_back(each.name);
    }
    throw RigError("no message is named '" + words.front() + "'", dbc.source ? dbc.source->name : "",
                   suggestion(words.front(), names));
  }
  std::vector<SignalValue> values;
  for (std::size_t i = 1; i < words.size(); ++i) {
    values.push_back(signal_value(words[i]));
  }
  const std::vector<std::uint8_t> data = encode(*message, values);
  LoggedFrame frame;
  if (data.size() > frame.payload.size()) {
    throw RigError(
        fmt::format("message {} has {} bytes, a frame at most {}", message->name, data.size(), frame.payload.size()));
  }
  frame.has_time = true;
  frame.time_digits = 6;
  frame.channel = "can0";
  frame.id = message->id;
  frame.extended = message->extended;
  frame.fd = data.size() > 8;
  frame.length = static_cast<std::uint8_t>(data.size());
  std::copy(data.begin(), data.end(), frame.payload.begin());
  return frame;
}

}  // namespace

int can_encode_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const auto words = list_of(*map, "message");
  if (words.empty()) {
    throw UsageError{"which message? for example BMS_Measurements Voltage=49.86"};
  }
  const bool as_json = map->count("json") != 0;
  try {
    const LoggedFrame frame = frame_of(read_dbc(text_of(*map, "dbc", own_dbc)), words);
    if (as_json) {
      std::string data;
      for (const std::uint8_t byte : frame.data()) {
        data += fmt::format("{:02X}", byte);
      }
      console.out << fmt::format(R"({{"id": "0x{:0{}X}", "extended": {}, "fd": {}, "data": "{}"}})", frame.id,
                                 frame.extended ? 8 : 3, frame.extended, frame.fd, data)
                  << "\n";
    } else {
      console.out << candump_line(frame) << "\n";
    }
    return exit_code::passed;
  } catch (const RigError& error) {
    return print_mistake(error.what(), as_json, console);
  }
}

}  // namespace rig::cli
