#include "drivers/sim/wire_scpi.hpp"

#include <algorithm>

namespace rig::sim {
namespace {

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) {
    return {};
  }
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

// Cuts at `separator` where it stands outside of quotes and of channel lists: (@101,102).
std::vector<std::string> cut(std::string_view text, char separator) {
  std::vector<std::string> out;
  std::size_t begin = 0;
  char quote = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at == text.size() || (quote == 0 && text[at] == separator)) {
      out.push_back(trimmed(text.substr(begin, at - begin)));
      begin = at + 1;
    } else if (quote != 0) {
      quote = text[at] == quote ? char{0} : quote;
    } else if (text[at] == '"' || text[at] == '\'') {
      quote = text[at];
    } else if (text[at] == '(') {
      quote = ')';
    }
  }
  return out;
}

}  // namespace

// Messages end with the model's terminator; what is left over waits for its end.
class ScpiSession final : public WireSession {
 public:
  explicit ScpiSession(ScpiBox& box) : box_(box) {}
  std::optional<Answer> take(std::string& inbox) override {
    const auto end = inbox.find_first_of(box_.manners_.ends);
    if (end == std::string::npos) {
      return std::nullopt;
    }
    const std::string message = trimmed(std::string_view(inbox).substr(0, end));
    inbox.erase(0, end + 1);
    return message.empty() ? Answer{} : box_.execute(message);
  }
  [[nodiscard]] std::string with_wrong_unit(std::string bytes) const override {
    return box_.in_wrong_unit(std::move(bytes));
  }

 private:
  ScpiBox& box_;
};

std::unique_ptr<WireSession> ScpiBox::connect() { return std::make_unique<ScpiSession>(*this); }

Answer ScpiBox::execute(const std::string& message) {
  heard();
  Answer answer;
  answer.busy = manners_.busy +
                Duration{static_cast<std::int64_t>(random_.uniform() * static_cast<double>(manners_.spread.count()))};
  std::string path;
  for (const std::string& unit : cut(message, ';')) {
    if (!unit.empty()) {
      execute_unit(unit, path, answer.bytes, answer.busy);
    }
  }
  if (!answer.bytes.empty()) {
    answer.bytes += manners_.end;
  }
  return answer;
}

void ScpiBox::execute_unit(const std::string& unit, std::string& path, std::string& answers, Duration& busy) {
  const auto blank = std::min(unit.find_first_of(" \t"), unit.size());
  ScpiCall call;
  call.header = unit.substr(0, blank);
  call.query = call.header.ends_with('?');
  if (call.query) {
    call.header.pop_back();
  }
  const std::string rest = trimmed(std::string_view(unit).substr(blank));
  if (!rest.empty()) {
    call.parameters = cut(rest, ',');
  }
  // A unit without a leading colon goes on from where the one before was: "VOLT:PROT 60;LEV 5".
  if (call.header.starts_with(':')) {
    call.header.erase(0, 1);
  } else if (!call.header.starts_with('*')) {
    call.header = path + call.header;
  }
  if (!call.header.starts_with('*')) {
    const auto colon = call.header.rfind(':');
    path = colon == std::string::npos ? "" : call.header.substr(0, colon + 1);
  }
  try {
    const ScpiCommand* command = find(call.header, call.query);
    if (command == nullptr) {
      throw scpi_no_such_header;
    }
    if (call.parameters.size() > command->most) {
      throw scpi_too_many_parameters;
    }
    busy += command->busy;
    if (call.query) {
      answers += (answers.empty() ? "" : ";") + command->ask(call);
      answered();
    } else {
      busy += manners_.set_busy;
      admit(call);
      command->tell(call);
    }
  } catch (const ScpiFault& fault) {
    report(fault);
  }
}

const ScpiCommand* ScpiBox::find(const std::string& header, bool query) const {
  for (const ScpiCommand& command : commands_) {
    if ((query ? command.ask != nullptr : command.tell != nullptr) && scpi_matches(command.pattern, header)) {
      return &command;
    }
  }
  return nullptr;
}

void ScpiBox::report(const ScpiFault& fault) {
  standard_event_ |= fault.code <= -400   ? 0x04u
                     : fault.code <= -300 ? 0x08u
                     : fault.code <= -200 ? 0x10u
                     : fault.code <= -100 ? 0x20u
                                          : 0x08u;
  if (errors_.size() < manners_.queue) {
    errors_.push_back(fault);
  } else {
    errors_.back() = {-350, "Queue overflow"};  // what came last is lost, and that is told
  }
}

std::string ScpiBox::next_error() {
  if (errors_.empty()) {
    return "0,\"No error\"";
  }
  const ScpiFault fault = errors_.front();
  errors_.pop_front();
  return std::to_string(fault.code) + ",\"" + fault.text + "\"";
}

void ScpiBox::latch_status() noexcept {
  questionable_.latch(questionable_condition());
  operation_.latch(operation_condition());
}

std::uint32_t ScpiBox::status_byte() const noexcept {
  std::uint32_t byte = 0;
  byte |= errors_.empty() ? 0u : 0x04u;
  byte |= (questionable_.event & questionable_.enable) != 0 ? 0x08u : 0u;
  byte |= (standard_event_ & standard_enable_) != 0 ? 0x20u : 0u;
  byte |= (operation_.event & operation_.enable) != 0 ? 0x80u : 0u;
  byte |= (byte & service_enable_ & ~0x40u) != 0 ? 0x40u : 0u;
  return byte;
}

std::string ScpiBox::in_wrong_unit(std::string answer) const {
  // As if the panel had been set to milli: right digits, wrong unit.
  for (const char* unit : {" V", " A", " W"}) {
    for (auto at = answer.find(unit); at != std::string::npos; at = answer.find(unit, at + 3)) {
      answer.insert(at + 1, "m");
    }
  }
  return answer;
}

void ScpiBox::add_status(const std::string& node, ScpiStatus ScpiBox::*status,
                         std::uint32_t (ScpiBox::*condition)() const) {
  const std::string base = "STATus:" + node;
  add({base + ":CONDition", [this, condition](const ScpiCall&) { return std::to_string((this->*condition)()); }, {}});
  add({base + "[:EVENt]",
       [this, status](const ScpiCall&) { return std::to_string((this->*status).take_event()); },
       {}});
  add({base + ":ENABle", [this, status](const ScpiCall&) { return std::to_string((this->*status).enable); },
       [this, status](const ScpiCall& call) {
         (this->*status).enable = static_cast<std::uint32_t>(call.number(0, "", 0, 65535));
       }});
}

void ScpiBox::add_common(const std::string& identity) {
  const auto mask = [](std::uint32_t ScpiBox::*member, ScpiBox* box) {
    return
        [member, box](const ScpiCall& call) { box->*member = static_cast<std::uint32_t>(call.number(0, "", 0, 255)); };
  };
  add({"*IDN", [identity](const ScpiCall&) { return identity; }, {}});
  add({"*RST", {}, [this](const ScpiCall&) { reset(); }});
  add({"*CLS", {}, [this](const ScpiCall&) {
         errors_.clear();
         standard_event_ = 0;
         questionable_.clear();
         operation_.clear();
         cleared();
       }});
  add({"*OPC", [](const ScpiCall&) { return std::string("1"); }, [this](const ScpiCall&) { standard_event_ |= 1u; }});
  add({"*TST", [](const ScpiCall&) { return std::string("0"); }, {}});
  add({"*WAI", {}, [](const ScpiCall&) {}});
  add({"*ESR", [this](const ScpiCall&) { return std::to_string(std::exchange(standard_event_, 0u)); }, {}});
  add({"*ESE", [this](const ScpiCall&) { return std::to_string(standard_enable_); },
       mask(&ScpiBox::standard_enable_, this)});
  add({"*SRE", [this](const ScpiCall&) { return std::to_string(service_enable_); },
       mask(&ScpiBox::service_enable_, this)});
  add({"*STB", [this](const ScpiCall&) { return std::to_string(status_byte()); }, {}});
  add({"SYSTem:ERRor[:NEXT]", [this](const ScpiCall&) { return next_error(); }, {}});
  add({"SYSTem:ERRor:ALL",
       [this](const ScpiCall&) {
         std::string all = next_error();
         while (!errors_.empty()) {
           all += "," + next_error();
         }
         return all;
       },
       {}});
  add({"SYSTem:ERRor:COUNt", [this](const ScpiCall&) { return std::to_string(errors_.size()); }, {}});
  add({"SYSTem:VERSion", [](const ScpiCall&) { return std::string("1999.0"); }, {}});
  add_status("QUEStionable", &ScpiBox::questionable_, &ScpiBox::questionable_condition);
  add_status("OPERation", &ScpiBox::operation_, &ScpiBox::operation_condition);
}

}  // namespace rig::sim
