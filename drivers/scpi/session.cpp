#include "drivers/scpi/session.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <thread>

#include "drivers/transport/printable.hpp"

namespace rig::scpi {
namespace {

constexpr std::size_t longest_answer = 1U << 20U;
constexpr std::size_t longest_queue = 32;
// Between an answer's terminator and the next answer, and in front of it: some boxes pad with these.
constexpr std::string_view padding{"\0\r\n ", 4};

// A query in a message: SIMSERV's has bytes that are no UTF-8, ESPEC's ends with CR.
std::string shown(std::string_view query) {
  const std::string quoted = printable(trimmed(query));
  return quoted.ends_with('"') ? quoted.substr(1, quoted.size() - 2) : quoted;
}

}  // namespace

void Scpi::start() noexcept {
  buffer_.clear();
  message_ended_ = false;
  dirty_ = false;
  sets_ = 0;
}

std::string Scpi::ask(std::string_view query) {
  const WallTime deadline = WallTime::clock::now() + timeout_;
  send(query, deadline);
  sets_ = 0;
  std::string answer = receive(query, deadline);
  refuse_code(query, answer);
  return answer;
}

void Scpi::refuse_code(std::string_view query, std::string_view answer) const {
  for (const auto& [code, meaning] : dialect_.codes) {
    if (same_word(answer, code)) {
      reject("'" + shown(query) + "' was answered with " + std::string(code) + ", " + std::string(meaning));
    }
  }
}

void Scpi::tell(std::string_view command) {
  if (dialect_.sets_before_query != 0 && sets_ >= dialect_.sets_before_query) {
    ask(dialect_.barrier);
  }
  const WallTime deadline = WallTime::clock::now() + timeout_;
  send(command, deadline);
  ++sets_;
  if (dialect_.sets_are_answered) {
    const std::string answer = receive(command, deadline);
    refuse_code(command, answer);
    if (!same_word(answer, dialect_.set_done)) {
      garbled(command, answer, std::string(dialect_.set_done));
    }
  }
}

void Scpi::send(std::string_view message, WallTime deadline) {
  if (dirty_) {
    throw LinkError(LinkTrouble::closed, "the last exchange failed and the link was not cleared since",
                    link_.endpoint());
  }
  if (dialect_.pace.count() > 0) {
    std::this_thread::sleep_until(last_sent_ + dialect_.pace);
  }
  last_sent_ = WallTime::clock::now();
  dirty_ = true;  // until the exchange is complete
  refuse_unasked();
  std::string line(message);
  line += dialect_.end_of_command;
  link_.write(bytes_of(line), deadline);
  dirty_ = false;
}

void Scpi::shout(std::string_view command) {
  constexpr auto within = std::chrono::milliseconds(50);
  dirty_ = true;
  std::string line(command);
  line += dialect_.end_of_command;
  link_.write(bytes_of(line), WallTime::clock::now() + within);
}

// An answer that came twice or too late would be taken for the next one, and the link be one behind from then on.
void Scpi::refuse_unasked() {
  std::array<std::byte, 4096> bytes{};
  const std::size_t count = link_.take_waiting(bytes);
  buffer_.append(reinterpret_cast<const char*>(bytes.data()), count);
  skip_padding();
  while (dialect_.unsolicited_bang && buffer_.starts_with('!')) {
    const std::size_t end = buffer_.find(dialect_.end_of_answer);
    if (end == std::string::npos) {
      return;  // its end is still to come
    }
    buffer_.erase(0, end + 1);
    skip_padding();
  }
  if (!buffer_.empty()) {
    throw LinkError(LinkTrouble::garbled, "an answer came that nobody asked for: " + printable(buffer_),
                    link_.endpoint(), "does another program talk to the box over the same line?");
  }
}

std::string Scpi::receive(std::string_view query, WallTime deadline) {
  dirty_ = true;
  std::string answer;
  while (!take_message(answer)) {
    if (buffer_.size() > longest_answer) {
      throw LinkError(LinkTrouble::garbled, shown(query) + " is answered without an end", link_.endpoint(),
                      "is this the port of the command interface?");
    }
    if (WallTime::clock::now() >= deadline && !buffer_.empty()) {
      throw LinkError(LinkTrouble::timeout, shown(query) + " got half an answer: " + printable(buffer_),
                      link_.endpoint(), "is the terminator the one that this model uses?");
    }
    try {
      fill(deadline);
    } catch (const LinkError& error) {
      if (error.trouble() != LinkTrouble::timeout) {
        throw;
      }
      throw LinkError(
          LinkTrouble::timeout,
          shown(query) + (buffer_.empty() ? " was not answered" : " got half an answer: " + printable(buffer_)),
          link_.endpoint(), "is the box on, and is its remote interface the one of the bench file?");
    }
  }
  dirty_ = false;
  return answer;
}

void Scpi::fill(WallTime deadline) {
  std::array<std::byte, 4096> bytes{};
  const std::size_t count = link_.read(bytes, deadline);
  buffer_.append(reinterpret_cast<const char*>(bytes.data()), count);
  message_ended_ = link_.at_message_end();
}

void Scpi::skip_padding() {
  const std::size_t begin = buffer_.find_first_not_of(padding);
  buffer_.erase(0, begin == std::string::npos ? buffer_.size() : begin);
}

// Moves one whole answer out of the buffer; false when there is none yet.
bool Scpi::take_message(std::string& out) {
  skip_padding();
  if (buffer_.size() >= 2 && buffer_[0] == '#' && buffer_[1] >= '1' && buffer_[1] <= '9') {
    return take_block(out);
  }
  if (buffer_ == "#" && !message_ended_) {
    return false;
  }
  const std::size_t end = buffer_.find(dialect_.end_of_answer);
  if (end == std::string::npos && (!message_ended_ || buffer_.empty())) {
    return false;
  }
  out = trimmed(std::string_view(buffer_).substr(0, end));
  buffer_.erase(0, end == std::string::npos ? end : end + 1);
  if (dialect_.unsolicited_bang && out.starts_with('!')) {
    return take_message(out);
  }
  return true;
}

// #512345<12345 bytes>: the bytes may be anything, terminators too.
bool Scpi::take_block(std::string& out) {
  const auto digits = static_cast<std::size_t>(buffer_[1] - '0');
  if (buffer_.size() < 2 + digits) {
    return false;
  }
  std::size_t length = 0;
  const char* const end = buffer_.data() + 2 + digits;
  const auto [stop, error] = std::from_chars(buffer_.data() + 2, end, length);
  if (error != std::errc{} || stop != end || length > longest_answer) {
    throw LinkError(LinkTrouble::garbled, "a block begins with " + printable(buffer_.substr(0, 2 + digits)),
                    link_.endpoint());
  }
  const std::size_t whole = 2 + digits + length;
  const bool ended = buffer_.size() > whole ? true : message_ended_ && buffer_.size() == whole;
  if (!ended) {
    return false;
  }
  out = buffer_.substr(2 + digits, length);
  buffer_.erase(0, whole);  // its terminator is padding now
  return true;
}

void Scpi::garbled(std::string_view query, std::string_view answer, const std::string& expected) {
  dirty_ = true;
  throw LinkError(LinkTrouble::garbled, shown(query) + ": expected " + expected + ", found " + printable(answer),
                  link_.endpoint(), "is this the model that the bench file names, in its default answer format?");
}

Measured Scpi::measured(std::string_view query, std::string_view unit) {
  const std::string answer = ask(query);
  const auto value = parse_measured(answer, unit);
  if (!value) {
    garbled(query, answer, unit.empty() ? "a number" : "a number in " + std::string(unit));
  }
  return *value;
}

double Scpi::number(std::string_view query, std::string_view unit) {
  const Measured value = measured(query, unit);
  if (!value.valid) {
    reject(shown(query) + ": the box has no value");
  }
  return value.value;
}

bool Scpi::truth(std::string_view query) {
  const std::string answer = ask(query);
  const auto value = parse_boolean(answer);
  if (!value) {
    garbled(query, answer, "ON, OFF, 1 or 0");
  }
  return *value;
}

long Scpi::integer(std::string_view query) {
  const std::string answer = ask(query);
  const auto value = parse_integer(answer);
  if (!value) {
    garbled(query, answer, "a whole number");
  }
  return *value;
}

std::vector<Measured> Scpi::list(std::string_view query, const std::vector<std::string_view>& units) {
  const std::string answer = ask(query);
  const std::vector<std::string> parts = split_list(answer);
  std::vector<Measured> out;
  if (parts.size() == units.size()) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (const auto value = parse_measured(parts[i], units[i])) {
        out.push_back(*value);
      }
    }
  }
  if (out.size() != units.size()) {
    garbled(query, answer, std::to_string(units.size()) + " numbers in their units, separated by commas");
  }
  return out;
}

void Scpi::set(std::string_view header, double value, int decimals, double step, std::string_view unit) {
  const std::string command = std::string(header) + " " + format_fixed(value, decimals);
  set_and_check(command, std::string(header) + "?", value, std::max(step, std::pow(10.0, -decimals)), unit);
}

void Scpi::set_and_check(const std::string& command, std::string_view query, double value, double step,
                         std::string_view unit) {
  tell(command);
  const double found = number(query, unit);
  if (std::abs(found - value) <= 0.5 * step * (1.0 + 1e-6)) {
    return;
  }
  std::string errors;
  for (const ErrorEntry& entry : drain_errors()) {
    errors += " (" + std::to_string(entry.code) + " " + entry.text + ")";
  }
  reject("'" + command + "' reads back as " + format_fixed(found, 4) + " " + std::string(unit) + errors,
         "is the value within the limits that are set in the box, and does the box belong to this interface?");
}

std::vector<ErrorEntry> Scpi::drain_errors() {
  std::vector<ErrorEntry> out;
  while (!dialect_.error_query.empty()) {
    const std::string answer = ask(dialect_.error_query);
    const auto entry = parse_error(answer);
    if (!entry) {
      garbled(dialect_.error_query, answer, "a number and a text");
    }
    if (entry->code == 0) {
      break;
    }
    out.push_back(*entry);
    const std::size_t n = out.size();
    if (n >= 3 && out[n - 2] == *entry && out[n - 3] == *entry) {
      reject("the error queue repeats " + std::to_string(entry->code) + " " + entry->text,
             "the condition stands: look at the box's front panel");
    }
    if (n >= longest_queue) {
      reject("the error queue does not end after " + std::to_string(n) + " entries, the last is " +
             std::to_string(entry->code) + " " + entry->text);
    }
  }
  return out;
}

void Scpi::check_errors(std::string_view after) {
  const std::vector<ErrorEntry> errors = drain_errors();
  if (errors.empty()) {
    return;
  }
  std::string text;
  for (const ErrorEntry& entry : errors) {
    text += (text.empty() ? "" : "; ") + std::to_string(entry.code) + " " + entry.text;
  }
  reject(std::string(after) + " left in the error queue: " + text);
}

void Scpi::forget_errors() {
  if (!dialect_.forget_errors.empty()) {
    tell(dialect_.forget_errors);
  }
}

Identity Scpi::identify(std::span<const std::string_view> makers, std::string_view model) {
  const std::string answer = ask(dialect_.identify);
  const auto identity = parse_identity(answer);
  if (!identity) {
    garbled(dialect_.identify, answer, "maker, model, serial number and firmware");
  }
  const std::string_view said = identity->maker;
  const bool same_maker = std::ranges::any_of(makers, [&](std::string_view maker) {
    return said.size() >= maker.size() && same_word(said.substr(0, maker.size()), maker);
  });
  if (!same_maker || (!model.empty() && !same_word(identity->model, model))) {
    std::string wanted;
    for (const std::string_view maker : makers) {
      wanted += (wanted.empty() ? "" : " or ") + std::string(maker);
    }
    wanted += (wanted.empty() || model.empty() ? "" : " ") + std::string(model);
    const std::string found = identity->maker + " " + identity->model;
    throw LinkError(
        LinkTrouble::mismatch,
        "expected " + wanted + ", found " + printable(found) + " (serial number " + printable(identity->serial) + ")",
        link_.endpoint(), "mend `model` or `endpoint` in the bench file, or the cabling");
  }
  return *identity;
}

void Scpi::reject(const std::string& what, const std::string& hint) const {
  throw LinkError(LinkTrouble::rejected, what, link_.endpoint(), hint);
}

}  // namespace rig::scpi
