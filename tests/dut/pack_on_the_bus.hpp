#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

#include "rig/dut/dut_port.hpp"
#include "tests/source_dir.hpp"

namespace rig::test {

inline Dbc project_dbc() { return read_dbc(source_dir() + "/cases/gtx5000.dbc"); }

inline TimePoint at(double seconds) { return TimePoint{from_seconds(seconds)}; }

// A DutPort with its table, fed by hand. Each call is a tick.
class PackOnTheBus {
 public:
  explicit PackOnTheBus(DutOptions options = {}, const Dbc& dbc = project_dbc()) : port(dbc, options) {
    port.declare(table);
    table.seal();
  }

  CanFrame frame(std::uint32_t id, std::initializer_list<int> bytes) const {
    CanFrame result{.time = now, .id = id, .length = static_cast<std::uint8_t>(bytes.size())};
    std::size_t i = 0;
    for (const int byte : bytes) {
      result.data[i++] = static_cast<std::uint8_t>(byte);
    }
    return result;
  }
  void hear(std::uint32_t id, std::initializer_list<int> bytes) { hear(frame(id, bytes)); }
  void hear(const CanFrame& heard) {
    FrameBatch batch;
    batch.push(heard);
    port.decode({.start = now}, batch, table);
  }
  void silence() {
    port.decode({.start = now}, FrameBatch{}, table);
    table.age(now);
  }
  void say_amass() { hear(0x35E, {'A', 'M', 'A', 'S', 'S', 0, 0, 0}); }
  void say_pylon() { hear(0x35E, {'P', 'Y', 'L', 'O', 'N', ' ', ' ', ' '}); }

  const Sample& operator[](std::string_view name) const { return table[table.require("dut." + std::string(name))]; }
  double value(std::string_view name) const { return (*this)[name].value; }
  Quality quality(std::string_view name) const { return (*this)[name].quality; }
  bool is_good(std::string_view name) const { return quality(name) == Quality::good; }
  // A good sample with this value.
  bool is(std::string_view name, double expected) const { return is_good(name) && value(name) == expected; }

  SignalTable table;
  DutPort port;
  TimePoint now = at(10.0);
};

}  // namespace rig::test
