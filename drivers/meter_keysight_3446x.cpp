#include <array>

#include "drivers/scpi/session.hpp"
#include "drivers/transport/families.hpp"
#include "rig/instrument/wired.hpp"

// Keysight Truevolt 34460A, 34461A, 34465A and 34470A: SCPI over LAN (port 5025) and USBTMC.
namespace rig {
namespace {

// Their 100 V range, one year, 23 +-5 degC: from memory of the data sheets, so take the calibration certificate. The
// range is fixed, because auto-range changes the time that a reading takes.
struct MeterModel {
  std::string_view name;
  double relative;  // of the reading
  double absolute;  // V, of the 100 V range
};
constexpr std::array models{MeterModel{"34460A", 90e-6, 0.0010}, MeterModel{"34461A", 45e-6, 0.0006},
                            MeterModel{"34465A", 40e-6, 0.0006}, MeterModel{"34470A", 38e-6, 0.0004}};

const MeterModel* find(std::string_view name) {
  for (const MeterModel& model : models) {
    if (scpi::same_word(model.name, name)) {
      return &model;
    }
  }
  return nullptr;
}

std::vector<ModelFacts> facts() {
  std::vector<ModelFacts> out;
  for (const MeterModel& model : models) {
    out.push_back({std::string(model.name), "-100 to 100 V", "0.1 mV",
                   scpi::format_fixed(model.relative * 1e6, 0) + " ppm + " +
                       scpi::format_fixed(model.absolute * 1e3, 1) + " mV"});
  }
  return out;
}

constexpr std::array<std::string_view, 2> makers{"Keysight", "Agilent"};  // the maker changed its name

const scpi::Dialect dialect{};

class Keysight3446x final : public MeterBox {
 public:
  struct Parameters : WireParameters {
    std::string model;
  };
  Keysight3446x(const Parameters& p, Transport& link)
      : model_(*find(p.model)), session_(link, dialect, WallTime::duration{p.timeout.count()}) {}

  Identity connect() override {
    session_.start();
    Identity identity = session_.identify(makers, model_.name);
    session_.forget_errors();
    // One power-line cycle: 20 ms that average the mains out. 10 MOhm whatever the range.
    for (const char* command : {"CONF:VOLT:DC 100", "VOLT:DC:NPLC 1", "VOLT:DC:IMP:AUTO OFF", "TRIG:SOUR IMM"}) {
      session_.tell(command);
    }
    session_.check_errors("configuring");
    return identity;
  }
  void release() override { session_.tell("SYST:LOC"); }
  [[nodiscard]] Meter::Ratings ratings() const override {
    return {.voltage_uncertainty = {model_.absolute, model_.relative}, .highest = Volts{120.0}};
  }
  Meter::Reading read() override {
    const scpi::Measured value = session_.measured("READ?", "V");
    return {.voltage = Volts{value.value}, .valid = value.valid};
  }

 private:
  const MeterModel& model_;
  scpi::Scpi session_;
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::Keysight3446x::Parameters> {
  static void declare(Mapping<Keysight3446x::Parameters>& m) {
    using P = Keysight3446x::Parameters;
    declare_wire(m);
    m.required("model", &P::model, "34460A, 34461A, 34465A or 34470A");
    m.check([](const Node& node, const P& p, Diagnostics& d) {
      if (find(p.model) == nullptr) {
        d.error(node.mark, "this driver does not know the model '" + p.model + "'", "34460A, 34461A, 34465A or 34470A");
      }
    });
  }
};

namespace rig {
RIG_WIRED_METER(Keysight3446x, "keysight.3446x", "Keysight 34460A to 34470A, SCPI: LAN port 5025, USBTMC")
RIG_BOX_FAMILY(Keysight3446x, "keysight.3446x", "meter", "tcp, usbtmc", facts())
}  // namespace rig
