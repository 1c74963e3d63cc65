#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "drivers/sim/wire_load.hpp"

namespace rig::sim {
namespace {

constexpr std::size_t frame_length = 26;
enum Status : std::uint8_t { done = 0x80, bad_sum = 0x90, out_of_range = 0xA0, cannot = 0xB0, unknown = 0xC0 };

// ITECH IT8500 and IT8500+ (BK 8500): frames of 26 bytes without any delimiter. After one bad byte both sides are out
// of step until the line has been silent.
class ItechIt8500 final : public WireBox {
 public:
  ItechIt8500(WireWorld& world, const WireBoxConfig& config) : stage_(world, config.instrument, plate(config)) {
    const std::string address = config.text("address", "0");
    std::from_chars(address.data(), address.data() + address.size(), address_);
  }
  std::unique_ptr<WireSession> connect() override;
  void power_on(bool) override {
    stage_.power_on();
    most_ = {stage_.plate().volts, stage_.plate().amps, stage_.plate().watts};
    remote_ = false;
    function_ = 0;
    amps_ = volts_ = watts_ = 0;
    write();
  }
  void turn(WallTime) override { stage_.watch(); }
  bool fault(const std::string& kind, const std::vector<std::string>& arguments) override {
    if (kind == "local") {
      remote_ = false;
      return true;
    }
    if (kind == "trip") {
      stage_.trip(!arguments.empty() && arguments[0] == "ot" ? Trip::over_temperature : Trip::over_current);
      return true;
    }
    return kind == "clear";
  }

  // Two frames at 9600 baud take 55 ms; what the box itself needs is small beside it.
  std::string answer(const std::string& frame) {
    if (byte(frame, 1) != address_ && byte(frame, 1) != 0xFF) {
      return {};
    }
    if (sum(frame) != byte(frame, frame_length - 1)) {
      return status(bad_sum);
    }
    const std::uint8_t command = byte(frame, 2);
    return reads(command) ? read(command) : status(tell(command, frame));
  }

 private:
  static PowerPlate plate(const WireBoxConfig& config) {
    struct Rating {
      const char* model;
      double amps, watts;
    };
    PowerPlate p{.maker = "ITECH",
                 .model = config.text("model", "IT8518C+"),
                 .serial = "602201013737",
                 .firmware = "2.10",
                 .volts = 120,
                 .amps = 240,
                 .watts = 5000,
                 .volt_step = 1e-3,
                 .amp_step = 1e-4,
                 .watt_step = 1e-3};
    for (const auto& [model, amps, watts] :
         {Rating{"IT8511+", 30, 150}, Rating{"IT8512+", 30, 300}, Rating{"IT8513C+", 120, 600},
          Rating{"IT8514C+", 240, 1500}, Rating{"IT8516C+", 240, 3000}}) {
      if (p.model == model) {
        p.amps = amps, p.watts = watts;
      }
    }
    return plate_of(config, p);
  }
  static std::uint8_t byte(const std::string& frame, std::size_t at) { return static_cast<std::uint8_t>(frame.at(at)); }
  static std::uint8_t sum(const std::string& frame) {
    unsigned total = 0;
    for (std::size_t i = 0; i + 1 < frame_length; ++i) {
      total += byte(frame, i);
    }
    return static_cast<std::uint8_t>(total & 0xFF);
  }
  static double number(const std::string& frame, double per_unit) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      value |= static_cast<std::uint32_t>(byte(frame, 3 + i)) << (8 * i);
    }
    return static_cast<double>(value) / per_unit;
  }
  static void put(std::string& frame, std::size_t at, std::size_t bytes, double value) {
    const auto whole = static_cast<std::uint32_t>(std::lround(std::max(value, 0.0)));
    for (std::size_t i = 0; i < bytes; ++i) {
      frame.at(at + i) = static_cast<char>(whole >> (8 * i) & 0xFF);
    }
  }
  [[nodiscard]] std::string begin(std::uint8_t command) const {
    std::string frame(frame_length, '\0');
    frame[0] = '\xAA';
    frame[1] = static_cast<char>(address_);
    frame[2] = static_cast<char>(command);
    return frame;
  }
  static std::string sealed(std::string frame) {
    frame[frame_length - 1] = static_cast<char>(sum(frame));
    return frame;
  }
  [[nodiscard]] std::string status(Status code) const {
    std::string frame = begin(0x12);
    frame[3] = static_cast<char>(code);
    return sealed(std::move(frame));
  }

  static bool reads(std::uint8_t command) {
    constexpr std::array<std::uint8_t, 14> all{0x01, 0x23, 0x25, 0x27, 0x29, 0x2B, 0x2D,
                                               0x2F, 0x57, 0x5E, 0x5F, 0x6A, 0x6B, 0x4F};
    return std::ranges::find(all, command) != all.end();
  }
  [[nodiscard]] std::uint8_t mode() const noexcept {
    return stage_.mode() == LoadMode::constant_voltage ? 1 : stage_.mode() == LoadMode::constant_power ? 2 : 0;
  }
  std::string read(std::uint8_t command) const {
    std::string f = begin(command);
    switch (command) {
      case 0x01:
        put(f, 3, 4, stage_.plate().amps * 1e4);
        put(f, 7, 4, stage_.plate().volts * 1e3);
        put(f, 11, 4, 100);
        put(f, 15, 4, stage_.plate().watts * 1e3);
        put(f, 19, 4, 4e6);
        put(f, 23, 2, 50);
        break;
      case 0x23:
        put(f, 3, 4, most_[0] * 1e3);
        break;
      case 0x25:
        put(f, 3, 4, most_[1] * 1e4);
        break;
      case 0x27:
        put(f, 3, 4, most_[2] * 1e3);
        break;
      case 0x29:
        put(f, 3, 1, mode());
        break;
      case 0x2B:
        put(f, 3, 4, amps_ * 1e4);
        break;
      case 0x2D:
        put(f, 3, 4, volts_ * 1e3);
        break;
      case 0x2F:
        put(f, 3, 4, watts_ * 1e3);
        break;
      case 0x5E:
        put(f, 3, 1, function_);
        break;
      case 0x5F:
        read_state(f);
        break;
      case 0x6A:
        f.replace(3, 5, (stage_.plate().model.substr(2) + "     ").substr(0, 5));
        f[8] = 0x10, f[9] = 0x02;  // firmware 2.10
        f.replace(10, 10, (stage_.plate().serial + "          ").substr(0, 10));
        break;
      case 0x6B:
        f.replace(3, 12, (stage_.plate().serial + "            ").substr(0, 12));
        break;
      default:
        break;
    }
    return sealed(std::move(f));
  }
  void read_state(std::string& f) const {
    put(f, 3, 4, stage_.measured_volts() * 1e3);
    put(f, 7, 4, stage_.measured_amps() * 1e4);
    put(f, 11, 4, stage_.measured_watts() * 1e3);
    f[15] = static_cast<char>((remote_ ? 0x04 : 0) | (stage_.input() ? 0x08 : 0) | (remote_ ? 0 : 0x10));
    const Trip t = stage_.trip();
    const Regulation r = stage_.regulation();
    put(f, 16, 2,
        (t == Trip::over_voltage ? 2 : 0) | (t == Trip::over_current ? 4 : 0) | (t == Trip::over_power ? 8 : 0) |
            (t == Trip::over_temperature ? 16 : 0) | (r == Regulation::constant_current ? 0x40 : 0) |
            (r == Regulation::constant_voltage ? 0x80 : 0) | (r == Regulation::constant_power ? 0x100 : 0));
  }
  Status tell(std::uint8_t command, const std::string& frame) {
    const std::uint8_t first = byte(frame, 3);
    if (command == 0x20) {
      remote_ = first == 1;
      return first <= 1 ? done : out_of_range;
    }
    if (!remote_) {
      return cannot;  // remote has to be set first
    }
    switch (command) {
      case 0x21:
        if (first > 1) {
          return out_of_range;
        }
        if (first == 1 && stage_.trip() != Trip::none && !stage_.clear_trip()) {
          return cannot;
        }
        return stage_.switch_input(first == 1) ? done : cannot;
      case 0x22:
        return limit(0, number(frame, 1e3), stage_.plate().volts);
      case 0x24:
        return limit(1, number(frame, 1e4), stage_.plate().amps);
      case 0x26:
        return limit(2, number(frame, 1e3), stage_.plate().watts);
      case 0x28:
        return set_mode(first);
      case 0x2A:
        return level(amps_, number(frame, 1e4), most_[1]);
      case 0x2C:
        return level(volts_, number(frame, 1e3), most_[0]);
      case 0x2E:
        return level(watts_, number(frame, 1e3), most_[2]);
      case 0x5D:
        function_ = first == 0 ? first : function_;  // neither short nor list nor battery test is simulated
        return first == 0 ? done : cannot;
      case 0x55:
      case 0x56:
      case 0x58:
        return done;
      default:
        return unknown;
    }
  }
  Status limit(std::size_t which, double value, double plate) {
    if (value > plate * (1 + 1e-9)) {
      return out_of_range;
    }
    most_.at(which) = value;
    write();
    return done;
  }
  Status level(double& to, double value, double most) {
    if (value > most * (1 + 1e-9)) {
      return out_of_range;
    }
    to = value;
    write();
    return done;
  }
  Status set_mode(std::uint8_t word) {
    if (word > 2) {
      return word == 3 ? cannot : out_of_range;  // constant resistance is not simulated
    }
    stage_.set_mode(word == 0   ? LoadMode::constant_current
                    : word == 1 ? LoadMode::constant_voltage
                                : LoadMode::constant_power);
    return done;
  }
  void write() noexcept {
    stage_.set_current(std::min(amps_, most_[1]));
    stage_.set_voltage(volts_);
    stage_.set_power(std::min(watts_, most_[2]));
  }

  LoadStage stage_;
  unsigned address_ = 0;
  bool remote_ = false;
  std::uint8_t function_ = 0;
  double amps_ = 0, volts_ = 0, watts_ = 0;
  std::array<double, 3> most_{};  // V, A, W that it keeps to whatever is set
};

class It8500Session final : public WireSession {
 public:
  explicit It8500Session(ItechIt8500& load) : load_(load) {}
  std::optional<Answer> take(std::string& inbox) override {
    const auto now = std::chrono::steady_clock::now();
    const auto silence = now - heard_;
    heard_ = inbox.size() == seen_ ? heard_ : now;
    if (silence > std::chrono::milliseconds(30) && seen_ > 0 && inbox.size() > seen_) {
      inbox.erase(0, seen_);  // half a frame before a pause: forgotten
    }
    if (inbox.size() < frame_length) {
      seen_ = inbox.size();
      return std::nullopt;
    }
    const std::string frame = inbox.substr(0, frame_length);
    inbox.erase(0, frame_length);
    seen_ = inbox.size();
    return Answer{frame[0] == '\xAA' ? load_.answer(frame) : std::string{}, std::chrono::milliseconds(20)};
  }

 private:
  ItechIt8500& load_;
  std::chrono::steady_clock::time_point heard_{};
  std::size_t seen_ = 0;
};

std::unique_ptr<WireSession> ItechIt8500::connect() { return std::make_unique<It8500Session>(*this); }

RIG_WIRE_SIM(ItechIt8500, "itech.it8500", "ITECH IT8500 and IT8500+: 26-byte frames on a pseudo-terminal")

}  // namespace
}  // namespace rig::sim
