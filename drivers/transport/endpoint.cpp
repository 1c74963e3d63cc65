#include "drivers/transport/endpoint.hpp"

#include <array>
#include <charconv>
#include <optional>

#include "drivers/python/process_link.hpp"
#include "drivers/transport/links.hpp"
#include "rig/instrument/pump.hpp"

namespace rig {
namespace {

constexpr const char* forms =
    "tcp://192.168.0.30:5025, serial:///dev/ttyUSB0?baud=9600&framing=8N1, usbtmc://2ec7:6000/SERIAL, "
    "python://my_box.py:MyLoad or replay://FILE";

[[noreturn]] void refuse(const std::string& text, const std::string& what, const std::string& hint) {
  throw RigError(what, "endpoint '" + text + "'", hint);
}

template <class Number>
std::optional<Number> number(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

void parse_tcp(Endpoint& out, std::string_view rest) {
  const std::size_t colon = rest.rfind(':');
  const bool bracketed = rest.starts_with('[');
  const std::size_t bracket = rest.find(']');
  if (colon == std::string_view::npos || colon == 0 ||
      (bracketed && (bracket == std::string_view::npos || colon < bracket))) {
    refuse(out.text, "expected a host and a port, found '" + std::string(rest) + "'",
           "SCPI boxes listen on 5025 (EA, Keysight), 30000 (ITECH) or 8003 (TDK-Lambda), Modbus on 502");
  }
  std::string_view host = rest.substr(0, colon);
  if (bracketed) {
    host = host.substr(1, bracket - 1);
  }
  const std::string_view port = rest.substr(colon + 1);
  const auto value = number<std::uint16_t>(port);
  if (!value || *value == 0) {
    refuse(out.text, "expected a port from 1 to 65535, found '" + std::string(port) + "'",
           "for example tcp://192.168.0.30:5025");
  }
  if (host.empty() || host.find_first_of(" /?[]") != std::string_view::npos ||
      (!bracketed && host.find(':') != std::string_view::npos)) {
    refuse(out.text, "expected a host name or an address, found '" + std::string(host) + "'",
           "an IPv6 address stands in brackets: tcp://[::1]:5025");
  }
  out.host = host;
  out.port = *value;
}

void parse_framing(Endpoint& out, std::string_view value) {
  constexpr std::array<std::pair<char, Parity>, 3> parities{
      {{'N', Parity::none}, {'E', Parity::even}, {'O', Parity::odd}}};
  if (value.size() == 3 && value[0] >= '7' && value[0] <= '8' && value[2] >= '1' && value[2] <= '2') {
    for (const auto& [letter, parity] : parities) {
      if (value[1] == letter) {
        out.serial.data_bits = static_cast<unsigned>(value[0] - '0');
        out.serial.parity = parity;
        out.serial.stop_bits = static_cast<unsigned>(value[2] - '0');
        return;
      }
    }
  }
  refuse(out.text, "expected a framing such as 8N1, 8E1 or 7E1, found '" + std::string(value) + "'",
         "data bits 7 or 8, parity N, E or O, stop bits 1 or 2");
}

void parse_serial(Endpoint& out, std::string_view rest) {
  const std::size_t question = rest.find('?');
  out.path = rest.substr(0, question);
  if (!out.path.starts_with('/') || out.path.size() < 2) {
    refuse(out.text, "expected the path of a device, found '" + out.path + "'",
           "for example serial:///dev/ttyUSB0?baud=9600, or a name under /dev/serial/by-id that survives replugging");
  }
  std::string_view options = question == std::string_view::npos ? std::string_view{} : rest.substr(question + 1);
  while (!options.empty()) {
    const std::string_view option = options.substr(0, options.find('&'));
    options = options.size() > option.size() ? options.substr(option.size() + 1) : std::string_view{};
    const std::size_t equals = option.find('=');
    const std::string_view key = option.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? std::string_view{} : option.substr(equals + 1);
    if (key == "baud") {
      const auto baud = number<unsigned>(value);
      if (!baud || *baud < 50 || *baud > 4000000) {
        refuse(out.text, "expected a baud rate, found '" + std::string(value) + "'", "for example baud=115200");
      }
      out.serial.baud = *baud;
    } else if (key == "framing") {
      parse_framing(out, value);
    } else {
      refuse(out.text, "expected baud=... or framing=..., found '" + std::string(option) + "'",
             "for example serial:///dev/ttyUSB0?baud=9600&framing=8N1");
    }
  }
}

void parse_usbtmc(Endpoint& out, std::string_view rest) {
  const std::size_t slash = rest.find('/');
  const std::string_view ids = rest.substr(0, slash);
  const std::size_t colon = ids.find(':');
  const auto vendor = number<std::uint16_t>(ids.substr(0, colon), 16);
  const auto product = number<std::uint16_t>(colon == std::string_view::npos ? "" : ids.substr(colon + 1), 16);
  if (!vendor || !product) {
    refuse(out.text, "expected two hexadecimal ids as lsusb prints them, found '" + std::string(ids) + "'",
           "for example usbtmc://2ec7:6000/SERIAL");
  }
  out.vendor = *vendor;
  out.product = *product;
  out.serial_number = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
}

}  // namespace

Endpoint parse_endpoint(const std::string& text) {
  Endpoint out;
  out.text = text;
  const std::size_t colon = text.find("://");
  const std::string scheme = text.substr(0, colon);
  if (colon == std::string::npos) {
    refuse(text, "expected an address that begins with tcp://, serial://, usbtmc:// or replay://, found '" + text + "'",
           std::string("write ") + forms);
  }
  const std::string_view rest = std::string_view(text).substr(colon + 3);
  if (scheme == "tcp") {
    out.kind = Endpoint::Kind::tcp;
    parse_tcp(out, rest);
  } else if (scheme == "serial") {
    out.kind = Endpoint::Kind::serial;
    parse_serial(out, rest);
  } else if (scheme == "usbtmc") {
    out.kind = Endpoint::Kind::usbtmc;
    parse_usbtmc(out, rest);
  } else if (scheme == "replay") {
    out.kind = Endpoint::Kind::replay;
    out.path = rest;
    if (out.path.empty()) {
      refuse(text, "expected the file of a transcript, found nothing", "for example replay://transcripts/supply.txt");
    }
  } else if (scheme == "python") {
    out.kind = Endpoint::Kind::python;
    out.path = rest;
  } else {
    refuse(text, "expected tcp, serial, usbtmc, python or replay before '://', found '" + scheme + "'",
           std::string("write ") + forms);
  }
  return out;
}

std::unique_ptr<Transport> make_transport(const std::string& endpoint) {
  const Endpoint parsed = parse_endpoint(endpoint);
  switch (parsed.kind) {
    case Endpoint::Kind::tcp:
      return make_tcp(parsed);
    case Endpoint::Kind::serial:
      return make_serial(parsed);
    case Endpoint::Kind::usbtmc:
      return make_usbtmc(parsed);
    case Endpoint::Kind::replay:
      return make_replay(parsed);
    case Endpoint::Kind::python:
      return std::make_unique<ProcessLink>(parsed.text);
  }
  return nullptr;
}

namespace {
// rig/ knows no transport; it makes links through this.
[[maybe_unused]] const bool registered = [] {
  transport_factory() = &make_transport;
  return true;
}();
}  // namespace

}  // namespace rig
