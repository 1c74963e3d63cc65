#include <charconv>

#include "drivers/sim/wire_scpi_supply.hpp"

namespace rig::sim {
namespace {

// TDK-Lambda GENESYS with the LAN option: SCPI on port 8003, slow and without flow control: what comes as the 21st
// command without a query between is lost. LAN manual IA672-04-01.
class TdkGenesysLan final : public ScpiSupplyBox {
 public:
  TdkGenesysLan(WireWorld& world, const WireBoxConfig& config)
      : ScpiSupplyBox(world, config, plate(config),
                      // 90 % of the calls within 55 ms, all within 85 ms; queries of SYST within 15 ms.
                      {.busy = std::chrono::milliseconds(10),
                       .spread = std::chrono::milliseconds(5),
                       .set_busy = std::chrono::milliseconds(40),
                       .ends = "\n\r"},
                      {.volt_decimals = 3,
                       .amp_decimals = 3,
                       .couples_over_voltage = true,
                       .owners = {"LOCal", "REMote", "LLO"}}) {
    add_owner("SYSTem:SET");
    add_output();
    const Duration measuring = std::chrono::milliseconds(40);
    add({"MEASure:VOLTage", [this](const ScpiCall&) { return fixed(stage().measured_volts(), 3); }, {}, measuring});
    add({"MEASure:CURRent", [this](const ScpiCall&) { return fixed(stage().measured_amps(), 3); }, {}, measuring});
    add({"INSTrument:SELect", [](const ScpiCall&) { return std::string("6"); },
         [](const ScpiCall& call) { (void)call.number(0, "", 0, 30); }, std::chrono::milliseconds(260)});
    const PowerPlate& p = stage().plate();
    add_level(
        "[SOURce:]VOLTage[:LEVel][:IMMediate][:AMPLitude]", "V", 3, [this] { return stage().voltage(); },
        [this](double v) { set_voltage(v); }, 0, 1.05 * p.volts);
    add_level(
        "[SOURce:]CURRent[:LEVel][:IMMediate][:AMPLitude]", "A", 3, [this] { return stage().current(); },
        [this](double v) { stage().set_current(v); }, 0, 1.05 * p.amps);
    add_level(
        "[SOURce:]VOLTage:PROTection[:LEVel]", "V", 2, [this] { return stage().over_voltage; },
        [this](double v) { set_over_voltage(v); }, 5, 1.1 * p.volts);
    add_level(
        "[SOURce:]VOLTage:LIMit:LOW", "V", 2, [this] { return under_limit(); },
        [this](double v) { set_under_limit(v); }, 0, 0.95 * p.volts);
    add({"[SOURce:]CURRent:PROTection:STATe", [this](const ScpiCall&) { return std::string(fold_back_ ? "1" : "0"); },
         [this](const ScpiCall& call) { fold_back_ = call.boolean(0); }});
  }
  [[nodiscard]] std::size_t most_clients() const override { return 1; }

 private:
  static PowerPlate plate(const WireBoxConfig& config) {
    PowerPlate p{.maker = "LAMBDA",
                 .model = config.text("model", "GEN80-125"),
                 .serial = "14K4573",
                 .firmware = "1U:4.3-LAN:2.1",
                 .volts = 80,
                 .amps = 125};
    const auto dash = p.model.find('-');
    if (p.model.starts_with("GEN") && dash != std::string::npos) {
      std::from_chars(p.model.data() + 3, p.model.data() + dash, p.volts);
      std::from_chars(p.model.data() + dash + 1, p.model.data() + p.model.size(), p.amps);
    }
    p.watts = p.volts * p.amps;
    return plate_of(config, p);
  }
  void admit(const ScpiCall& call) override {
    constexpr int most_sets = 20;
    if (++sets_ > most_sets) {
      throw ScpiFault{-363, "Input buffer overrun"};
    }
    ScpiSupplyBox::admit(call);
  }
  void answered() override { sets_ = 0; }
  void defaults() override { fold_back_ = false; }
  [[nodiscard]] std::uint32_t questionable_condition() const override {
    const Trip t = stage().trip();
    return (t == Trip::over_temperature ? 4u : 0u) | (t == Trip::over_voltage ? 16u : 0u) |
           (stage().output() ? 0u : 64u);
  }
  [[nodiscard]] std::uint32_t operation_condition() const override {
    const Regulation r = stage().regulation();
    return (r == Regulation::constant_voltage ? 1u : 0u) |
           (r == Regulation::constant_current || r == Regulation::constant_power ? 2u : 0u) |
           (stage().trip() == Trip::none ? 4u : 8u);
  }
  int sets_ = 0;
  bool fold_back_ = false;
};

RIG_WIRE_SIM(TdkGenesysLan, "tdk.genesys_lan", "TDK-Lambda GENESYS with LAN: SCPI over TCP")

}  // namespace
}  // namespace rig::sim
