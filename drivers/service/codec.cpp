#include "drivers/service/codec.hpp"

#include <fmt/format.h>

#include "rig/core/error.hpp"

namespace rig::service {

std::string text_of(const Info& info) {
  std::string text;
  for (const std::uint8_t byte : info) {
    const bool printable = byte >= 0x20 && byte < 0x7F;
    text += printable ? static_cast<char>(byte) : ' ';
  }
  const auto begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

void read_cells(InfoCursor& in, Reading& reading) {
  const std::size_t cells = in.byte("number of cells");
  if (cells < 1 || cells > ServicePort::most_cells) {
    throw RigError(fmt::format("number of cells: expected 1 to {}, found {}", ServicePort::most_cells, cells));
  }
  reading.cell_count = cells;
  for (std::size_t i = 0; i < cells; ++i) {
    reading.cells[i] = in.word("cell voltage") / 1000.0;
  }
}

void read_temperatures(InfoCursor& in, int zero, std::optional<double>& fifth, std::optional<double>& sixth,
                       Reading& reading) {
  constexpr std::size_t at_cells = 4;
  const std::size_t count = in.byte("number of temperatures");
  for (std::size_t i = 0; i < count; ++i) {
    const double value = celsius(in.word("temperature"), zero);
    if (i < at_cells) {
      reading.temperatures[i] = value;
      reading.sensor_count = i + 1;
    } else if (i == at_cells) {
      fifth = value;
    } else if (i == at_cells + 1) {
      sixth = value;
    }
  }
}

Info ask_by_number(std::uint8_t pack) { return {static_cast<std::uint8_t>(pack == 0 ? 1 : pack)}; }

double celsius(std::uint16_t tenths, int zero) noexcept { return (static_cast<int>(tenths) - zero) / 10.0; }

void note_state(std::uint8_t state, PackState below, PackState above, PackStates& alarms) {
  alarms.set(below, state == 1);
  alarms.set(above, state == 2);
}

}  // namespace rig::service
