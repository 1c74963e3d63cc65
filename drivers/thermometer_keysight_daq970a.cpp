#include <array>

#include "drivers/scpi/session.hpp"
#include "drivers/transport/families.hpp"
#include "rig/instrument/wired.hpp"

// Keysight DAQ970A and 34970A with a multiplexer: one channel of it. SCPI over LAN (port 5025) and USBTMC. Commands
// from memory of the 34970A's manual, which the DAQ970A also takes.
namespace rig {
namespace {

enum class Probe : std::uint8_t { tc_k, tc_j, tc_t, tc_n, pt100, pt100_4w };

struct ProbeFacts {
  Probe probe;
  std::string_view word;
  std::string_view configuration;
  double uncertainty;  // K, box and probe, one year
};
// Thermocouples: 1.0 K of the box with its own reference junction, and class 1 wire (1.5 K); a PT100: 0.06 K and class
// A. From memory: take the calibration certificate.
constexpr std::array probes{
    ProbeFacts{Probe::tc_k, "tc_k", "TC,K", 1.8},     ProbeFacts{Probe::tc_j, "tc_j", "TC,J", 1.8},
    ProbeFacts{Probe::tc_t, "tc_t", "TC,T", 1.2},     ProbeFacts{Probe::tc_n, "tc_n", "TC,N", 1.8},
    ProbeFacts{Probe::pt100, "pt100", "RTD,85", 0.5}, ProbeFacts{Probe::pt100_4w, "pt100_4w", "FRTD,85", 0.25}};

const ProbeFacts& facts_of_probe(Probe probe) {
  for (const ProbeFacts& facts : probes) {
    if (facts.probe == probe) {
      return facts;
    }
  }
  return probes.front();
}

std::vector<ModelFacts> facts() {
  std::vector<ModelFacts> out;
  for (const ProbeFacts& probe : probes) {
    out.push_back(
        {std::string(probe.word), "-100 to 200 degC", "0.1 K", scpi::format_fixed(probe.uncertainty, 2) + " K"});
  }
  return out;
}

// The 34970A is older than two names of its maker.
constexpr std::array<std::string_view, 3> makers{"Keysight", "Agilent", "Hewlett-Packard"};

const scpi::Dialect dialect{};

class KeysightDaq970a final : public ThermometerBox {
 public:
  struct Parameters : WireParameters {
    std::string model = "DAQ970A";
    int channel = 101;
    Probe probe = Probe::tc_k;
  };
  KeysightDaq970a(const Parameters& p, Transport& link)
      : parameters_(p), session_(link, dialect, WallTime::duration{p.timeout.count()}) {}

  Identity connect() override {
    session_.start();
    Identity identity = session_.identify(makers, parameters_.model);
    session_.forget_errors();
    const std::string channel = channel_list();
    session_.tell("CONF:TEMP " + std::string(facts_of_probe(parameters_.probe).configuration) + "," + channel);
    session_.tell("UNIT:TEMP C," + channel);
    session_.check_errors("configuring channel " + std::to_string(parameters_.channel));
    // 25 degC and 77 degF are both believable readings: ask.
    const std::string unit = session_.ask("UNIT:TEMP? " + channel);
    if (!scpi::same_word(unit, "C")) {
      session_.reject("expected degrees Celsius, found unit " + unit);
    }
    return identity;
  }
  [[nodiscard]] Thermometer::Ratings ratings() const override {
    return {.uncertainty = {facts_of_probe(parameters_.probe).uncertainty, 0.0}};
  }
  Thermometer::Reading read() override {
    // The box has one scan list, whoever set it last: in one message nobody comes between.
    const scpi::Measured value = session_.measured("ROUT:SCAN " + channel_list() + ";:READ?", "C");  // 9.9E37: open
    return {.temperature = Celsius{value.value}, .valid = value.valid};
  }

 private:
  [[nodiscard]] std::string channel_list() const { return "(@" + std::to_string(parameters_.channel) + ")"; }

  Parameters parameters_;
  scpi::Scpi session_;
};

}  // namespace
}  // namespace rig

template <>
struct rig::Choices<rig::Probe> {
  static std::vector<std::pair<std::string, Probe>> names() {
    std::vector<std::pair<std::string, Probe>> out;
    for (const ProbeFacts& facts : probes) {
      out.emplace_back(facts.word, facts.probe);
    }
    return out;
  }
};
template <>
struct rig::Fields<rig::KeysightDaq970a::Parameters> {
  static void declare(Mapping<KeysightDaq970a::Parameters>& m) {
    using P = KeysightDaq970a::Parameters;
    declare_wire(m);
    m.optional("model", &P::model, "DAQ970A, DAQ973A, 34970A or 34972A");
    m.optional("channel", &P::channel, {.help = "slot and channel, 101 to 340", .minimum = 101.0, .maximum = 340.0});
    m.optional("probe", &P::probe, "what is connected there");
  }
};

namespace rig {
RIG_WIRED_THERMOMETER(KeysightDaq970a, "keysight.daq970a", "one channel of a Keysight DAQ970A or 34970A, SCPI")
RIG_BOX_FAMILY(KeysightDaq970a, "keysight.daq970a", "thermometer", "tcp, usbtmc", facts())
}  // namespace rig
