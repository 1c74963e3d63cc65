#include <fmt/format.h>

#include <array>
#include <optional>

#include "drivers/service/codec.hpp"
#include "drivers/transport/families.hpp"
#include "drivers/transport/printable.hpp"
#include "rig/instrument/wired.hpp"

// The service port of a battery pack (RS232 or RS485): each cell's voltage, temperatures, balancing, alarms. Frames of
// YD/T 1363 with the payload of PACE V2.5, Pylontech V3.3 or Seplos V2.0. Which of them a GTX5000 speaks is not public:
// `dialect: auto` finds out by asking. Reads only; no command here changes anything in the pack.
namespace rig {
namespace {

enum class ServiceDialect : std::uint8_t { automatic, pace, pylontech, seplos };

const service::Codec* codec_of(ServiceDialect dialect) {
  switch (dialect) {
    case ServiceDialect::pace:
      return &service::pace();
    case ServiceDialect::pylontech:
      return &service::pylontech();
    case ServiceDialect::seplos:
      return &service::seplos();
    case ServiceDialect::automatic:
      break;
  }
  return nullptr;
}

std::vector<ModelFacts> facts() {
  std::vector<ModelFacts> out;
  for (const char* name : {"pace", "pylontech", "seplos"}) {
    out.push_back({name, "up to 16 cells, 8 sensors", "1 mV, 0.1 K", "the pack's own"});
  }
  return out;
}

class BmsService final : public ServiceBox {
 public:
  struct Parameters : WireParameters {
    Parameters() { period = std::chrono::seconds(1); }
    ServiceDialect dialect = ServiceDialect::automatic;
    std::optional<std::uint8_t> address;
    std::string pack = "dut";
    int cells = 16;
    int sensors = 4;
  };
  BmsService(const Parameters& p, Transport& link)
      : parameters_(p),
        link_(link),
        timeout_(WallTime::duration{p.timeout.count()}),
        codec_(codec_of(p.dialect)),
        address_(p.address) {}

  Identity connect() override {
    if (codec_ == nullptr || !address_) {
      find_out();
    }
    read();  // that it is such a pack
    return {.maker = std::string(codec_->name),
            .model = parameters_.pack,
            .serial = told(codec_->identify_serial),
            .firmware = told(codec_->identify_version)};
  }
  [[nodiscard]] ServicePort::Ratings ratings() const override {
    return {.pack = parameters_.pack,
            .cells = static_cast<std::size_t>(parameters_.cells),
            .sensors = static_cast<std::size_t>(parameters_.sensors)};
  }
  ServicePort::Reading read() override {
    ServicePort::Reading reading = analog(*codec_, *address_);
    const service::Frame answer = ask(*codec_, *address_, service::ask_states, codec_->ask(*address_));
    understand([&] { codec_->states(answer.info, reading); }, answer);
    const auto cells = static_cast<std::size_t>(parameters_.cells);
    if (reading.cell_count != cells) {
      throw LinkError(LinkTrouble::mismatch,
                      fmt::format("the bench file says {} cells, the pack tells of {}", cells, reading.cell_count),
                      parameters_.endpoint.text, "mend `cells`, or is it another pack?");
    }
    return reading;
  }

 private:
  struct Candidate {
    const service::Codec* codec;
    std::uint8_t address;
  };

  // Asks in each dialect and at each usual address; the version in the answer and a payload that makes sense decide.
  void find_out() {
    std::string tried;
    for (const service::Codec* codec : {&service::pace(), &service::seplos(), &service::pylontech()}) {
      if (codec_ != nullptr && codec != codec_) {
        continue;
      }
      for (std::uint8_t address = 0; address <= 2; ++address) {
        const std::uint8_t at = parameters_.address.value_or(address);
        if (makes_sense({codec, at})) {
          codec_ = codec;
          address_ = at;
          return;
        }
        tried += fmt::format("{}{} at {}", tried.empty() ? "" : ", ", codec->name, at);
        if (parameters_.address) {
          break;
        }
      }
    }
    throw LinkError(LinkTrouble::mismatch, "nobody answers in a dialect that is known; tried " + tried,
                    parameters_.endpoint.text,
                    "check baud rate and pins; a pack that sleeps does not answer; else name `dialect` and `address`");
  }
  bool makes_sense(const Candidate& candidate) {
    try {
      const ServicePort::Reading reading = analog(*candidate.codec, candidate.address);
      double sum = 0.0;
      for (std::size_t i = 0; i < reading.cell_count; ++i) {
        sum += reading.cells[i];
      }
      // The cells in series are the pack: a payload of another dialect does not add up.
      return reading.cell_count > 1 && sum > 1.0 && std::abs(sum - reading.voltage) < 0.05 * sum;
    } catch (const LinkError&) {
      link_.clear(deadline());
      return false;
    }
  }

  ServicePort::Reading analog(const service::Codec& codec, std::uint8_t address) {
    const service::Frame answer = ask(codec, address, service::ask_analog, codec.ask(address));
    ServicePort::Reading reading;
    understand([&] { codec.analog(answer.info, reading); }, answer);
    return reading;
  }
  // What a pack does not tell is left empty.
  std::string told(std::uint8_t command) {
    if (command == 0) {
      return {};
    }
    try {
      return service::text_of(ask(*codec_, *address_, command, {}).info);
    } catch (const LinkError& error) {
      if (error.trouble() != LinkTrouble::rejected) {
        throw;
      }
      return {};
    }
  }

  service::Frame ask(const service::Codec& codec, std::uint8_t address, std::uint8_t command, service::Info info) {
    const std::string question =
        service::encode({.version = codec.version, .address = address, .code = command, .info = std::move(info)});
    const WallTime until = deadline();
    refuse_unasked();
    link_.write(std::as_bytes(std::span(question)), until);
    const std::string text = receive(until);
    service::Frame answer;
    try {
      answer = service::decode(text);
    } catch (const RigError& error) {
      throw LinkError(LinkTrouble::garbled, error.message() + "; received " + printable(text),
                      parameters_.endpoint.text);
    }
    if (answer.version != codec.version || answer.address != address) {
      throw LinkError(LinkTrouble::garbled,
                      fmt::format("expected an answer in version {:02X} of pack {}, found version {:02X} of pack {}",
                                  codec.version, address, answer.version, answer.address),
                      parameters_.endpoint.text);
    }
    if (answer.code != 0) {
      throw LinkError(LinkTrouble::rejected,
                      fmt::format("command {:02X}: {}", command, service::return_code_text(answer.code)),
                      parameters_.endpoint.text);
    }
    return answer;
  }

  // Answers do not say to which command they belong: one that came twice or too late would be taken for the next one.
  void refuse_unasked() {
    std::array<std::byte, 256> bytes{};
    const std::string text = text_of(std::span(bytes).first(link_.take_waiting(bytes)));
    if (text.find(service::frame_begin) != std::string::npos) {
      throw LinkError(LinkTrouble::garbled, "an answer came that nobody asked for: " + printable(text),
                      parameters_.endpoint.text, "does another program talk to the pack over the same line?");
    }
  }

  // From `~` to the end of a frame; what came before it is noise of a line that was plugged in.
  std::string receive(WallTime until) {
    std::string text;
    std::array<std::byte, 256> bytes{};
    while (true) {
      const std::size_t count = link_.read(bytes, until);
      for (std::size_t i = 0; i < count; ++i) {
        const char c = static_cast<char>(std::to_integer<unsigned char>(bytes[i]));
        if (c == service::frame_begin) {
          text.clear();
        }
        text += c;
        if (c == service::frame_end && text.front() == service::frame_begin) {
          return text;
        }
        if (text.size() > 2 * service::most_info + 32) {
          throw LinkError(LinkTrouble::garbled, "no frame in " + std::to_string(text.size()) + " characters",
                          parameters_.endpoint.text, "check the baud rate");
        }
      }
    }
  }
  template <class F>
  void understand(const F& read_it, const service::Frame& answer) {
    try {
      read_it();
    } catch (const RigError& error) {
      throw LinkError(LinkTrouble::garbled, fmt::format("{} ({} bytes of INFO)", error.message(), answer.info.size()),
                      parameters_.endpoint.text, "is it another dialect?");
    }
  }
  [[nodiscard]] WallTime deadline() const { return WallTime::clock::now() + timeout_; }

  Parameters parameters_;
  Transport& link_;
  WallTime::duration timeout_;
  const service::Codec* codec_;
  std::optional<std::uint8_t> address_;
};

}  // namespace
}  // namespace rig

template <>
struct rig::Choices<rig::ServiceDialect> {
  static std::vector<std::pair<std::string, ServiceDialect>> names() {
    using enum ServiceDialect;
    return {{"auto", automatic}, {"pace", pace}, {"pylontech", pylontech}, {"seplos", seplos}};
  }
};
template <>
struct rig::Fields<rig::BmsService::Parameters> {
  static void declare(Mapping<BmsService::Parameters>& m) {
    using P = BmsService::Parameters;
    declare_wire(m);
    m.optional("dialect", &P::dialect, "what the pack speaks; auto asks in each");
    m.optional("address", &P::address, "of the pack; without it 0, 1 and 2 are asked");
    m.optional("pack", &P::pack, "whose signals these are: their names begin with it");
    m.optional("cells", &P::cells, {.help = "cells in series", .minimum = 1.0, .maximum = 16.0});
    m.optional("sensors", &P::sensors, {.help = "sensors at the cells", .minimum = 0.0, .maximum = 8.0});
  }
};

namespace rig {
RIG_WIRED_SERVICE(BmsService, "bms.service", "the service port of a pack: PACE, Pylontech or Seplos frames")
RIG_BOX_FAMILY(BmsService, "bms.service", "service port", "serial, tcp", facts())
}  // namespace rig
