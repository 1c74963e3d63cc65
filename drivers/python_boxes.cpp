// Instruments that are Python classes of the person who has the bench: a home-made box, or one that nobody wrote a
// driver for. The class runs in a process of its own; see python/gtxrig/boxes.py for what it looks like.
#include "drivers/python/box_client.hpp"
#include "drivers/transport/families.hpp"

namespace rig {
namespace {
using Json = BoxClient::Json;

Regulation regulation_of(const Json& json) {
  const auto word = json.at("regulation").get<std::string>();
  return word == "constant_voltage"   ? Regulation::constant_voltage
         : word == "constant_current" ? Regulation::constant_current
         : word == "constant_power"   ? Regulation::constant_power
                                      : Regulation::off;
}

std::vector<ModelFacts> as_the_bench_file_says() {
  return {{"any", "as the bench file says", "", "as the bench file says"}};
}

double number(const Json& json, const char* key) { return json.at(key).get<double>(); }
bool truth(const Json& json, const char* key) { return json.at(key).get<bool>(); }

// The half of a box that no role changes.
template <class Base>
class PythonBox : public Base {
 public:
  PythonBox(const char* role, const PythonBoxParameters& parameters, Transport& link)
      : client_(role, parameters, link) {}
  Identity connect() override { return client_.connect(); }
  void arm(const ArmLimits& limits) override { client_.arm(limits); }
  void make_safe() override { client_.make_safe(); }
  void release() override { client_.release(); }
  void recover() override { client_.recover(); }

 protected:
  BoxClient client_;
};

struct PowerParameters : PythonBoxParameters {
  Volts voltage;
  Amps current;
  Watts power;
  Volts voltage_uncertainty;
  Amps current_uncertainty;
  [[nodiscard]] SupplyRatings ratings() const {
    return {voltage, current, power, {voltage_uncertainty.value(), 0}, {current_uncertainty.value(), 0}};
  }
};

class PythonSupply final : public PythonBox<SupplyBox> {
 public:
  using Parameters = PowerParameters;
  PythonSupply(const Parameters& p, Transport& link) : PythonBox("supply", p, link), parameters_(p) {}
  [[nodiscard]] SupplyRatings ratings() const override { return parameters_.ratings(); }
  SupplyReading read() override {
    const Json r = client_.read();
    return {.voltage = Volts{number(r, "voltage")},
            .current = Amps{number(r, "current")},
            .regulation = regulation_of(r),
            .output = truth(r, "output"),
            .valid = truth(r, "valid")};
  }
  void write(const PowerSupply::Setpoint& s) override {
    client_.write({{"voltage", s.voltage.value()},
                   {"current", s.current.value()},
                   {"power", s.power.value()},
                   {"output", s.output}});
  }

 private:
  Parameters parameters_;
};

class PythonLoad final : public PythonBox<LoadBox> {
 public:
  using Parameters = PowerParameters;
  PythonLoad(const Parameters& p, Transport& link) : PythonBox("load", p, link), parameters_(p) {}
  [[nodiscard]] SupplyRatings ratings() const override { return parameters_.ratings(); }
  LoadReading read() override {
    const Json r = client_.read();
    return {.voltage = Volts{number(r, "voltage")},
            .current = Amps{number(r, "current")},
            .regulation = regulation_of(r),
            .input = truth(r, "input"),
            .valid = truth(r, "valid")};
  }
  void write(const ElectronicLoad::Setpoint& s) override {
    static constexpr const char* modes[] = {"constant_current", "constant_power", "constant_voltage"};
    client_.write({{"mode", modes[static_cast<std::size_t>(s.mode)]},
                   {"current", s.current.value()},
                   {"power", s.power.value()},
                   {"voltage", s.voltage.value()},
                   {"input", s.input}});
  }

 private:
  Parameters parameters_;
};

struct ChamberParameters : PythonBoxParameters {
  Celsius lowest;
  Celsius highest;
  Kelvin uncertainty;
};

class PythonChamber final : public PythonBox<ChamberBox> {
 public:
  using Parameters = ChamberParameters;
  PythonChamber(const Parameters& p, Transport& link) : PythonBox("chamber", p, link), parameters_(p) {}
  [[nodiscard]] ChamberRatings ratings() const override {
    return {.lowest = parameters_.lowest,
            .highest = parameters_.highest,
            .uncertainty = {parameters_.uncertainty.value(), 0}};
  }
  ChamberReading read() override {
    const Json r = client_.read();
    return {.temperature = Celsius{number(r, "temperature")},
            .set = Celsius{number(r, "set")},
            .run = truth(r, "run"),
            .valid = truth(r, "valid")};
  }
  void write(const Chamber::Setpoint& s) override {
    client_.write({{"temperature", s.temperature.value()}, {"run", s.run}});
  }

 private:
  Parameters parameters_;
};

struct MeterParameters : PythonBoxParameters {
  Volts uncertainty;
};

class PythonMeter final : public PythonBox<MeterBox> {
 public:
  using Parameters = MeterParameters;
  PythonMeter(const Parameters& p, Transport& link) : PythonBox("meter", p, link), uncertainty_(p.uncertainty) {}
  void make_safe() override {}
  [[nodiscard]] Meter::Ratings ratings() const override { return {.voltage_uncertainty = {uncertainty_.value(), 0}}; }
  Meter::Reading read() override {
    const Json r = client_.read();
    return {.voltage = Volts{number(r, "voltage")}, .valid = truth(r, "valid")};
  }

 private:
  Volts uncertainty_;
};

struct ThermometerParameters : PythonBoxParameters {
  Kelvin uncertainty;
};

class PythonThermometer final : public PythonBox<ThermometerBox> {
 public:
  using Parameters = ThermometerParameters;
  PythonThermometer(const Parameters& p, Transport& link)
      : PythonBox("thermometer", p, link), uncertainty_(p.uncertainty) {}
  void make_safe() override {}
  [[nodiscard]] Thermometer::Ratings ratings() const override { return {.uncertainty = {uncertainty_.value(), 0}}; }
  Thermometer::Reading read() override {
    const Json r = client_.read();
    return {.temperature = Celsius{number(r, "temperature")}, .valid = truth(r, "valid")};
  }

 private:
  Kelvin uncertainty_;
};

struct IoParameters : PythonBoxParameters {
  bool button = false;
  bool lights = false;
  Ratio light_uncertainty{0.1};
};

// Contacts, and a button and light sensors where the bench file says that there are some.
class PythonIo final : public PythonBox<IoBox> {
 public:
  using Parameters = IoParameters;
  PythonIo(const Parameters& p, Transport& link) : PythonBox("io", p, link), parameters_(p) {}
  [[nodiscard]] DigitalIo::Fittings fittings() const override {
    return {.lights = parameters_.lights,
            .button = parameters_.button,
            .light = {.absolute = parameters_.lights ? parameters_.light_uncertainty.value() : 0.0}};
  }
  Reading read() override {
    const Json r = client_.read();
    Reading reading;
    reading.contacts = {.charge_prohibited = truth(r, "charge_prohibited"),
                        .discharge_prohibited = truth(r, "discharge_prohibited"),
                        .valid = truth(r, "valid")};
    reading.button = truth(r, "button");
    if (parameters_.lights) {
      const Json& lights = r.at("lights");
      reading.lights.fresh = true;
      reading.lights.valid = reading.contacts.valid && lights.is_array();  // Python looks after their number and range
      if (reading.lights.valid) {
        reading.lights.level = lights.get<std::array<double, DigitalIo::light_count>>();
      }
    }
    return reading;
  }
  void press(bool down) override { client_.write({{"button", down}}); }

 private:
  Parameters parameters_;
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::PowerParameters> {
  static void declare(Mapping<PowerParameters>& m) {
    using P = PowerParameters;
    declare_python_box(m);
    m.required("voltage", &P::voltage, "the highest that the box can do");
    m.required("current", &P::current, "the highest that the box can do");
    m.required("power", &P::power, "the highest that the box can do");
    m.required("voltage_uncertainty", &P::voltage_uncertainty,
               {.help = "of its reading, expanded (k = 2)", .minimum = 0, .maximum = 100});
    m.required("current_uncertainty", &P::current_uncertainty,
               {.help = "of its reading, expanded (k = 2)", .minimum = 0, .maximum = 100});
  }
};
template <>
struct rig::Fields<rig::ChamberParameters> {
  static void declare(Mapping<ChamberParameters>& m) {
    using P = ChamberParameters;
    declare_python_box(m);
    m.required("lowest", &P::lowest, "temperature of the air");
    m.required("highest", &P::highest, "temperature of the air");
    m.required("uncertainty", &P::uncertainty, {.help = "of its own sensor (k = 2)", .minimum = 0, .maximum = 50});
  }
};
template <>
struct rig::Fields<rig::MeterParameters> {
  static void declare(Mapping<MeterParameters>& m) {
    declare_python_box(m);
    m.required("uncertainty", &MeterParameters::uncertainty,
               {.help = "of its reading, expanded (k = 2)", .minimum = 0, .maximum = 100});
  }
};
template <>
struct rig::Fields<rig::ThermometerParameters> {
  static void declare(Mapping<ThermometerParameters>& m) {
    declare_python_box(m);
    m.required("uncertainty", &ThermometerParameters::uncertainty,
               {.help = "of its reading, expanded (k = 2)", .minimum = 0, .maximum = 50});
  }
};
template <>
struct rig::Fields<rig::IoParameters> {
  static void declare(Mapping<IoParameters>& m) {
    declare_python_box(m);
    m.optional("button", &IoParameters::button, "it can press the pack's button; default off");
    m.optional("lights", &IoParameters::lights, "it has light sensors in front of all eight lamps; default off");
    m.optional("light_uncertainty", &IoParameters::light_uncertainty,
               {.help = "of their reading from 0 dark to 1 full; default 0.1", .minimum = 0, .maximum = 0.5});
  }
};

namespace rig {
RIG_WIRED_SUPPLY(PythonSupply, "python.supply", "a supply that is a Python class of yours")
RIG_WIRED_LOAD(PythonLoad, "python.load", "a load that is a Python class of yours")
RIG_WIRED_CHAMBER(PythonChamber, "python.chamber", "a chamber that is a Python class of yours")
RIG_WIRED_METER(PythonMeter, "python.meter", "a voltmeter that is a Python class of yours")
RIG_WIRED_THERMOMETER(PythonThermometer, "python.thermometer", "a thermometer that is a Python class of yours")
RIG_WIRED_IO(PythonIo, "python.io", "contacts and a button that are a Python class of yours")
RIG_BOX_FAMILY(PythonSupply, "python.supply", "supply", "python", as_the_bench_file_says())
RIG_BOX_FAMILY(PythonLoad, "python.load", "load", "python", as_the_bench_file_says())
RIG_BOX_FAMILY(PythonChamber, "python.chamber", "chamber", "python", as_the_bench_file_says())
RIG_BOX_FAMILY(PythonMeter, "python.meter", "meter", "python", as_the_bench_file_says())
RIG_BOX_FAMILY(PythonThermometer, "python.thermometer", "thermometer", "python", as_the_bench_file_says())
RIG_BOX_FAMILY(PythonIo, "python.io", "io", "python", as_the_bench_file_says())
}  // namespace rig
