#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "rig/instrument/transport.hpp"

namespace rig {

enum class Parity : std::uint8_t { none, even, odd };

// How a serial line is set; the default is what most boxes are shipped with.
struct SerialSettings {
  unsigned baud = 9600;
  unsigned data_bits = 8;
  Parity parity = Parity::none;
  unsigned stop_bits = 1;
};

// Where a box is, as the bench file writes it:
//   tcp://192.168.0.30:5025                          also a name, or an IPv6 address in brackets
//   serial:///dev/ttyUSB0?baud=9600&framing=8N1
//   usbtmc://2ec7:6000/SERIAL                        without /SERIAL: the only one of its kind
//   replay://path/of/a/transcript
//   python://my_box.py:MyLoad                        a class of the person who has the bench
struct Endpoint {
  enum class Kind : std::uint8_t { tcp, serial, usbtmc, replay, python };
  Kind kind = Kind::tcp;
  std::string text;
  std::string host;  // tcp
  std::uint16_t port = 0;
  std::string path;  // serial: the device; replay: the file; python: file and class
  SerialSettings serial;
  std::uint16_t vendor = 0;  // usbtmc
  std::uint16_t product = 0;
  std::string serial_number;
};

// Throws RigError that says what was expected, what was found and what to try.
Endpoint parse_endpoint(const std::string& text);

// A closed link to the endpoint; nothing is touched until open(). Throws RigError when the text is none.
std::unique_ptr<Transport> make_transport(const std::string& endpoint);

}  // namespace rig
