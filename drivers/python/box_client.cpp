#include "drivers/python/box_client.hpp"

#include <array>
#include <filesystem>

#include "drivers/python/process_link.hpp"
#include "drivers/transport/printable.hpp"
#include "rig/core/files.hpp"
#include "rig/core/quantity.hpp"

namespace rig {
namespace {

constexpr std::string_view scheme = "python://";
constexpr std::size_t longest_line = 1u << 20;

struct ClassName {
  std::string file;
  std::string name;
};

// "python://my_box.py:MyLoad#2"; an empty name when it is none.
ClassName class_of(const MarkedText& endpoint) {
  const std::string_view text = endpoint.text;
  const std::size_t colon = text.rfind(':');
  if (!text.starts_with(scheme) || colon < scheme.size()) {
    return {};
  }
  std::string_view name = text.substr(colon + 1);
  name = name.substr(0, name.find('#'));
  const std::string file(text.substr(scheme.size(), colon - scheme.size()));
  if (!file.ends_with(".py") || name.empty()) {
    return {};
  }
  return {resolve_path(endpoint.mark.source ? endpoint.mark.source->name : "", file), std::string(name)};
}

// As a person means it: a quantity, on or off, else the text itself.
BoxClient::Json argument_json(const std::string& text) {
  if (text == "on" || text == "true" || text == "off" || text == "false") {
    return text == "on" || text == "true";
  }
  const auto parsed = parse_quantity(text);
  if (const auto* quantity = std::get_if<QuantityValue>(&parsed)) {
    const Dimension d = quantity->dimension;
    return {{"value", quantity->value}, {"dimension", {d.volt, d.ampere, d.second, d.kelvin, d.point, d.boolean}}};
  }
  return text;
}

}  // namespace

void check_python_class(const Node& node, const PythonBoxParameters& parameters, Diagnostics& diagnostics) {
  const SourceMark mark = parameters.endpoint.mark.source ? parameters.endpoint.mark : node.mark;
  const ClassName found = class_of(parameters.endpoint);
  if (found.name.empty()) {
    diagnostics.error(mark, "'" + parameters.endpoint.text + "' names no class",
                      "expected python://FILE.py:CLASS, such as python://my_box.py:MyLoad");
    return;
  }
  std::error_code error;
  if (!std::filesystem::is_regular_file(found.file, error)) {
    diagnostics.error(mark, "there is no file " + found.file, "it is looked for beside the bench file");
  }
}

BoxClient::BoxClient(const char* role, const PythonBoxParameters& parameters, Transport& link)
    : link_(link), timeout_(parameters.timeout.count()) {
  auto* process = dynamic_cast<ProcessLink*>(&link);
  if (process == nullptr) {
    throw RigError("this is no Python class", parameters.endpoint.text, "write python://my_box.py:MyLoad");
  }
  const ClassName found = class_of(parameters.endpoint);
  Json with = Json::object();
  for (const auto& [name, value] : parameters.with) {
    with[name] = argument_json(value.text);
  }
  process->set_up(
      Json{{"protocol", 1}, {"role", role}, {"file", found.file}, {"class", found.name}, {"with", with}}.dump());
}

BoxClient::Json BoxClient::call(const char* method, const Json& arguments, WallTime::duration timeout) {
  const WallTime deadline = WallTime::clock::now() + timeout;
  const std::uint64_t number = ++number_;
  link_.write(bytes_of(Json{{"number", number}, {"call", method}, {"with", arguments}}.dump() + "\n"), deadline);
  return answer_to(number, method, deadline);
}

BoxClient::Json BoxClient::answer_to(std::uint64_t number, const char* method, WallTime deadline) {
  std::array<std::byte, 4096> buffer{};
  while (true) {
    for (std::size_t end = held_.find('\n'); end != std::string::npos; end = held_.find('\n')) {
      const Json answer = Json::parse(held_.substr(0, end), nullptr, false);
      held_.erase(0, end + 1);
      // Of a call that nobody waits for any more, or the last words of a process that died.
      if (!answer.is_object() || !answer.contains("number") || answer["number"] != number) {
        continue;
      }
      if (answer.contains("trouble")) {
        throw LinkError(LinkTrouble::rejected, answer.at("trouble").get<std::string>(), link_.endpoint());
      }
      return answer.at("result");
    }
    if (held_.size() > longest_line) {
      throw LinkError(LinkTrouble::garbled, std::string(method) + "() was answered by more than 1 MB",
                      link_.endpoint());
    }
    const std::size_t got = link_.read(buffer, deadline);
    held_ += text_of(std::span(buffer).first(got));
  }
}

Identity BoxClient::identify(WallTime::duration within) {
  const Json told = call("connect", Json::object(), within);
  return {told.value("maker", ""), told.value("model", ""), told.value("serial", ""), told.value("firmware", "")};
}

void BoxClient::arm(const ArmLimits& limits) {
  call("arm",
       {{"over_voltage", limits.over_voltage},
        {"under_voltage", limits.under_voltage},
        {"over_current", limits.over_current}},
       timeout_);
}

// The other side answers when the box has read back that it is off. It has no longer than the pump's own cut.
void BoxClient::make_safe() { call("make_safe", Json::object(), IoPump::safe_within); }

}  // namespace rig
