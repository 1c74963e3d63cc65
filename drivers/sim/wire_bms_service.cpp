#include <fmt/format.h>

#include <cmath>

#include "drivers/sim/wire_world.hpp"

namespace rig::sim {
namespace {

// The service port of a PACE board, V2.5: `~`, hexadecimal digits, `\r`. Answers at 9600 baud, a character in 1.04 ms.
class BmsService final : public WireBox {
 public:
  BmsService(WireWorld& world, const WireBoxConfig&) : world_(world) {}
  std::unique_ptr<WireSession> connect() override;
  void power_on(bool) override {}

  // One frame without its ends.
  std::string obey(const std::string& text) {
    const BoardReport board = world_.plant().firmware().board();
    if (!board.awake || text.size() < 16) {
      return {};
    }
    const unsigned version = hex(text, 0, 2), address = hex(text, 2, 2), command = hex(text, 6, 2);
    if (address != address_) {
      return {};
    }
    if (version != 0x25) {
      return sealed(address, 0x01, {});
    }
    if (hex(text, text.size() - 4, 4) != sum(text.substr(0, text.size() - 4))) {
      return sealed(address, 0x02, {});
    }
    switch (command) {
      case 0x42:
        return sealed(address, 0, analog(board));
      case 0x44:
        return sealed(address, 0, states(board));
      case 0xC1:
        return sealed(address, 0, text_of("P16S100A-GTX5000-1.0", 20));
      case 0xC2:
        return sealed(address, 0, text_of("VIRTUAL-1", 20));
      default:
        return sealed(address, 0x04, {});
    }
  }

 private:
  using Bytes = std::vector<unsigned>;
  static unsigned hex(const std::string& text, std::size_t at, std::size_t digits) {
    unsigned value = 0;
    for (const char c : text.substr(at, digits)) {
      const unsigned digit = c <= '9' ? static_cast<unsigned>(c - '0') : static_cast<unsigned>((c | 32) - 'a') + 10U;
      value = value * 16 + (digit & 15U);
    }
    return value;
  }
  static unsigned sum(const std::string& text) {
    unsigned total = 0;
    for (const char c : text) {
      total += static_cast<unsigned char>(c);
    }
    return (0x10000U - total % 0x10000U) % 0x10000U;
  }
  static std::string sealed(unsigned address, unsigned code, const Bytes& info) {
    const auto digits = static_cast<unsigned>(2 * info.size());
    const unsigned check = (16U - (digits % 16 + digits / 16 % 16 + digits / 256) % 16) % 16;
    std::string text = fmt::format("25{:02X}46{:02X}{:X}{:03X}", address, code, check, digits);
    for (const unsigned byte : info) {
      text += fmt::format("{:02X}", byte);
    }
    return "~" + text + fmt::format("{:04X}", sum(text)) + "\r";
  }
  static void put(Bytes& into, double value) {
    const auto whole = static_cast<unsigned>(std::lround(value)) & 0xFFFFU;
    into.push_back(whole >> 8);
    into.push_back(whole & 0xFFU);
  }
  static Bytes text_of(const std::string& text, std::size_t length) {
    Bytes bytes;
    for (std::size_t i = 0; i < length; ++i) {
      bytes.push_back(i < text.size() ? static_cast<unsigned char>(text[i]) : ' ');
    }
    return bytes;
  }

  static Bytes analog(const BoardReport& board) {
    Bytes out{0, 1, static_cast<unsigned>(cell_count)};
    for (const double cell : board.scan.cell) {
      put(out, 1000 * cell);
    }
    out.push_back(ntc_count + 2);
    for (const double sensor : board.sensors) {
      put(out, 10 * sensor + 2730);
    }
    put(out, 10 * board.scan.mean_temperature + 2730);  // FETs and air: no sensors of their own in this pack
    put(out, 10 * board.scan.mean_temperature + 2730);
    put(out, 100 * board.scan.current);
    put(out, 1000 * board.scan.pack_voltage);
    put(out, board.remaining / 36);
    out.push_back(3);
    put(out, board.full / 36);
    put(out, static_cast<double>(board.cycles));
    put(out, board.full / 36);
    return out;
  }

  static unsigned bits(std::initializer_list<bool> from_bit_0) {
    unsigned value = 0, place = 0;
    for (const bool on : from_bit_0) {
      value |= (on ? 1U : 0U) << place++;
    }
    return value;
  }
  static Bytes states(const BoardReport& board) {
    Bytes out{0, 1, static_cast<unsigned>(cell_count)};
    out.insert(out.end(), cell_count, 0U);
    out.push_back(ntc_count + 2);
    out.insert(out.end(), ntc_count + 2, 0U);
    out.insert(out.end(), 3, 0U);
    const Flags& p = board.protection;
    const Flags& a = board.alarm;
    const auto& v = board.voltage;
    out.push_back(bits({v.cell_ov, v.cell_uv, v.pack_ov, v.pack_uv, p.charge_oc, p.discharge_oc}));
    out.push_back(bits({p.charge_ot, p.discharge_ot, p.charge_ut, p.discharge_ut}));
    out.push_back(bits({false, board.charge_fet, board.discharge_fet}));
    out.push_back(0);
    out.push_back(0);
    out.push_back(board.bleeding & 0xFFU);
    out.push_back(board.bleeding >> 8 & 0xFFU);
    out.push_back(bits({a.over_voltage, a.under_voltage, false, false, a.charge_oc, a.discharge_oc}));
    out.push_back(bits({a.charge_ot, a.discharge_ot, a.charge_ut, a.discharge_ut}));
    return out;
  }

  WireWorld& world_;
  unsigned address_ = 0;
};

class BmsServiceSession final : public WireSession {
 public:
  explicit BmsServiceSession(BmsService& port) : port_(port) {}
  std::optional<Answer> take(std::string& inbox) override {
    const auto end = inbox.find('\r');
    if (end == std::string::npos) {
      return std::nullopt;
    }
    const auto begin = inbox.rfind('~', end);
    const std::string text = begin == std::string::npos ? std::string() : inbox.substr(begin + 1, end - begin - 1);
    inbox.erase(0, end + 1);
    const std::string answer = port_.obey(text);
    return Answer{answer, std::chrono::microseconds(1042 * (text.size() + answer.size()))};
  }

 private:
  BmsService& port_;
};

std::unique_ptr<WireSession> BmsService::connect() { return std::make_unique<BmsServiceSession>(*this); }

RIG_WIRE_SIM(BmsService, "bms.service", "service port of a PACE board: pseudo-terminal or TCP")

}  // namespace
}  // namespace rig::sim
