#include "drivers/modbus/client.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "drivers/transport/endpoint.hpp"

namespace rig::modbus {
namespace {

void put_word(Bytes& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8U & 0xFFU));
  out.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}

Bytes body_of(std::uint8_t function, std::uint16_t address, std::size_t value) {
  Bytes body;
  body.reserve(8);
  body.push_back(function);
  put_word(body, address);
  put_word(body, value);
  return body;
}

std::string name_of(const Bytes& request) {
  const unsigned address = static_cast<unsigned>(request[1]) << 8U | request[2];
  return "function " + std::to_string(request[0]) + " at address " + std::to_string(address);
}

std::string meaning_of(unsigned exception) {
  switch (exception) {
    case 1:
      return "it does not know this function";
    case 2:
      return "it has no such address";
    case 3:
      return "it does not take this value or this count";
    case 4:
      return "it failed while doing it";
    case 5:
      return "it needs longer for it";
    case 6:
      return "it is busy";
    case 8:
      return "its memory is damaged";
    case 10:
      return "the gateway has no path to it";
    case 11:
      return "the gateway got no answer from it";
    default:
      return "a meaning that Modbus does not define";
  }
}

// 3.5 characters of 11 bits, never less than 1.75 ms (Modbus over serial line 1.02, 2.5.1.1). Bridges keep it by
// themselves.
WallTime::duration gap_on(const Transport& link, Framing framing) {
  if (framing == Framing::tcp || !link.endpoint().starts_with("serial:")) {
    return {};
  }
  const unsigned baud = parse_endpoint(link.endpoint()).serial.baud;
  return std::max<WallTime::duration>(std::chrono::microseconds(1750), std::chrono::microseconds(38'500'000 / baud));
}

}  // namespace

Client::Client(Transport& link, Framing framing, std::uint8_t unit, WallTime::duration timeout)
    : link_(link), framing_(framing), unit_(unit), timeout_(timeout), gap_(gap_on(link, framing)) {}

void Client::start() {
  inbox_.clear();
  dirty_ = false;
}

std::vector<bool> Client::bits(std::uint8_t function, std::uint16_t first, std::uint16_t count) {
  const Bytes answer = exchange(body_of(function, first, count));
  const std::size_t bytes = (count + 7U) / 8U;
  if (answer.size() != bytes + 2 || answer[1] != bytes) {
    garble(std::to_string(count) + " bits", answer);
  }
  std::vector<bool> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = (answer[2 + i / 8] >> (i % 8) & 1U) != 0;
  }
  return out;
}

std::vector<std::uint16_t> Client::words(std::uint8_t function, std::uint16_t first, std::uint16_t count) {
  const Bytes answer = exchange(body_of(function, first, count));
  if (answer.size() != 2U * count + 2 || answer[1] != 2U * count) {
    garble(std::to_string(count) + " registers", answer);
  }
  std::vector<std::uint16_t> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<std::uint16_t>(answer[2 + 2 * i] << 8U | answer[3 + 2 * i]);
  }
  return out;
}

void Client::put_one(std::uint8_t function, std::uint16_t address, std::uint16_t value) {
  const Bytes request = body_of(function, address, value);
  expect_echo(request, exchange(request));
}

void Client::put_coils(std::uint16_t first, const std::vector<bool>& values) {
  Bytes request = body_of(15, first, values.size());
  const std::size_t bytes = (values.size() + 7) / 8;
  request.push_back(static_cast<std::uint8_t>(bytes));
  request.resize(request.size() + bytes);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i]) {
      request[6 + i / 8] = static_cast<std::uint8_t>(request[6 + i / 8] | 1U << (i % 8));
    }
  }
  expect_echo(request, exchange(request));
}

void Client::put_registers(std::uint16_t first, std::span<const std::uint16_t> values) {
  Bytes request = body_of(16, first, values.size());
  request.push_back(static_cast<std::uint8_t>(2 * values.size()));
  for (const std::uint16_t value : values) {
    put_word(request, value);
  }
  expect_echo(request, exchange(request));
}

// A write is confirmed with its own address and value, or address and count.
void Client::expect_echo(const Bytes& request, const Bytes& answer) {
  const auto echo = std::span(request).first(5);
  if (!std::ranges::equal(answer, echo)) {
    garble("the echo " + hex_of(echo), answer);
  }
}

Bytes Client::exchange(const Bytes& body) {
  if (dirty_) {
    throw LinkError(LinkTrouble::closed, "the last exchange failed and the link was not cleared since",
                    link_.endpoint());
  }
  const WallTime deadline = WallTime::clock::now() + timeout_;
  std::this_thread::sleep_until(quiet_since_ + gap_);
  if (framing_ == Framing::rtu) {
    refuse_unasked();
  }
  dirty_ = true;
  ++asked_;
  try {
    Bytes answer = ask({.transaction = static_cast<std::uint16_t>(asked_), .unit = unit_, .body = body}, deadline);
    dirty_ = false;
    quiet_since_ = WallTime::clock::now();
    return answer;
  } catch (const LinkError& error) {
    // A late answer will be known by its transaction id; a refusal is an answer too.
    dirty_ = error.trouble() != LinkTrouble::rejected &&
             (framing_ == Framing::rtu || error.trouble() != LinkTrouble::timeout);
    quiet_since_ = WallTime::clock::now();
    if (error.trouble() == LinkTrouble::timeout) {
      throw LinkError(LinkTrouble::timeout, name_of(body) + " was not answered by unit " + std::to_string(unit_),
                      link_.endpoint(), "is `unit` right, and is the box on?");
    }
    throw;
  }
}

// RTU frames have no number: an answer that came twice or too late would be taken for the next one.
void Client::refuse_unasked() {
  take_in(link_.take_waiting(chunk_));
  if (!inbox_.empty()) {
    garble("nothing before a request", inbox_);
  }
}

void Client::take_in(std::size_t count) {
  for (const std::byte byte : std::span(chunk_).first(count)) {
    inbox_.push_back(std::to_integer<std::uint8_t>(byte));
  }
}

Bytes Client::framed(const Message& message) const {
  return framing_ == Framing::tcp ? frame_tcp(message) : frame_rtu(message);
}

void Client::send(const Bytes& frame, WallTime deadline) { link_.write(std::as_bytes(std::span(frame)), deadline); }

void Client::shout_coil(std::uint16_t address, bool on) {
  constexpr auto within = std::chrono::milliseconds(50);
  dirty_ = true;
  std::this_thread::sleep_until(quiet_since_ + gap_);
  ++asked_;
  send(framed({.transaction = static_cast<std::uint16_t>(asked_),
               .unit = unit_,
               .body = body_of(5, address, on ? 0xFF00 : 0x0000)}),
       WallTime::clock::now() + within);
  quiet_since_ = WallTime::clock::now();
}

Bytes Client::ask(const Message& request, WallTime deadline) {
  const Bytes frame = framed(request);
  send(frame, deadline);
  Message answer = receive(frame, deadline);
  while (framing_ == Framing::tcp && answer.transaction != request.transaction && is_late(answer.transaction)) {
    answer = receive(frame, deadline);
  }
  check(request, answer);
  return std::move(answer.body);
}

// One whole message, whatever parts it comes in.
Message Client::receive(const Bytes& request, WallTime deadline) {
  while (true) {
    Taken taken = framing_ == Framing::tcp ? take_tcp(inbox_) : take_rtu(inbox_);
    if (taken.message) {
      inbox_.erase(inbox_.begin(), inbox_.begin() + static_cast<std::ptrdiff_t>(taken.length));
      return std::move(*taken.message);
    }
    if (!taken.garbled.empty()) {
      garble(taken.garbled + " in the answer to " + hex_of(request), inbox_);
    }
    take_in(link_.read(chunk_, deadline));
  }
}

// An id that was given before the newest one; ids wrap, so only the last half of them counts.
bool Client::is_late(std::uint16_t transaction) const {
  const auto before = static_cast<std::uint16_t>(asked_ - transaction);
  return before != 0 && before < std::min<std::uint64_t>(asked_, 0x8000);
}

void Client::check(const Message& request, const Message& answer) {
  if (framing_ == Framing::tcp && answer.transaction != request.transaction) {
    garble("transaction " + std::to_string(request.transaction) + ", found " + std::to_string(answer.transaction),
           answer.body);
  }
  if (answer.unit != request.unit) {
    garble("an answer of unit " + std::to_string(request.unit) + ", found one of unit " + std::to_string(answer.unit),
           answer.body);
  }
  if (answer.body[0] == (request.body[0] | 0x80U) && answer.body.size() == 2) {
    const unsigned exception = answer.body[1];
    const bool by_gateway = exception == 10 || exception == 11;  // it knows no box of this number
    throw LinkError(LinkTrouble::rejected,
                    name_of(request.body) + " was answered with exception " + std::to_string(exception) + ": " +
                        meaning_of(exception),
                    link_.endpoint(),
                    by_gateway ? "is `unit` right? It is " + std::to_string(unit_) + " in the bench file"
                               : std::string("is it the model that the bench file names, with this firmware?"));
  }
  if (answer.body[0] != request.body[0]) {
    garble("an answer to " + name_of(request.body), answer.body);
  }
}

void Client::garble(const std::string& expected, std::span<const std::uint8_t> found) {
  dirty_ = true;
  throw LinkError(LinkTrouble::garbled, "expected " + expected + ", found " + hex_of(found), link_.endpoint(),
                  framing_ == Framing::tcp
                      ? "is `unit` right, and does the box speak Modbus TCP, not RTU, at this port?"
                      : "are `unit` and the settings of the line right?");
}

}  // namespace rig::modbus
