// The reference model by itself: what gtxrig/reference_model.py gives units and names to. Plain numbers in base units.
#include "rig/model/reference_model.hpp"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "python/src/arrays.hpp"
#include "python/src/bindings.hpp"
#include "python/src/looking.hpp"
#include "python/src/one_thread.hpp"
#include "rig/core/error.hpp"
#include "rig/dut/dbc.hpp"
#include "rig/dut/dut_port.hpp"

namespace rig::python {
namespace {

using Doubles = py::array_t<double, py::array::c_style | py::array::forcecast>;
using Columns = py::typing::Dict<py::str, py::array_t<double>>;
using Uncertainties = std::map<std::string, double>;
using Values = std::map<std::string, double>;
using Frame = std::tuple<std::uint32_t, bool, std::vector<std::uint8_t>>;  // id, extended, data

constexpr std::size_t look_after = 10'000;  // ticks between two looks for Ctrl-C

// What the rig itself measures, as the wiring of a bench names it, and what it reads at the pack's service port. What
// the pack says on CAN is declared by the pack's port.
struct Input {
  const char* name;
  Dimension dimension;
  const char* help;
};
const std::vector<Input>& rig_inputs() {
  static const std::vector<Input> inputs{
      {"pack.voltage", dimension::voltage, "at P+/P-"},
      {"pack.current", dimension::current, "into the pack, positive while charging"},
      {"pack.charge_demand", dimension::boolean, "a source is switched on"},
      {"pack.discharge_demand", dimension::boolean, "a load is switched on"},
      {"pack.skin_temperature", dimension::temperature, "of the case"},
      {"ambient.temperature", dimension::temperature, "of the air around the pack"},
      {"io.charge_prohibited", dimension::boolean, "dry contact NO1/COM1 is closed"},
      {"io.discharge_prohibited", dimension::boolean, "dry contact NO2/COM2 is closed"},
      {"io.button", dimension::boolean, "the start button is held down"},
      {"dut.cells.highest", dimension::voltage, "highest cell by the service port"},
      {"dut.cells.lowest", dimension::voltage, "lowest cell by the service port"},
      {"dut.cells.sum", dimension::voltage, "all cells together by the service port"}};
  return inputs;
}

class HeldReference {
 public:
  HeldReference(const Requirements& requirements, const Uncertainties& uncertainties)
      : requirements_(requirements), port_(read_dbc("builtin:cases/gtx5000.dbc")), model_(requirements_) {
    Uncertainties left = uncertainties;
    for (const Input& input : rig_inputs()) {
      SignalSpec spec{.name = input.name, .dimension = input.dimension, .source = "script", .help = input.help};
      if (const auto known = left.extract(spec.name)) {
        spec.uncertainty.absolute = known.mapped();
      }
      table_.declare(std::move(spec));
    }
    if (!left.empty()) {
      std::vector<std::string> names;
      for (const Input& input : rig_inputs()) {
        names.emplace_back(input.name);
      }
      throw RigError("'" + left.begin()->first + "' is not measured by the rig and has no uncertainty of its own", "",
                     suggestion(left.begin()->first, names));
    }
    port_.declare(table_);
    inputs_ = table_.size();
    model_.declare(table_);
    table_.seal();
    model_.bind(table_);
    restart(false, {}, {});
  }
  HeldReference(const HeldReference&) = delete;
  HeldReference& operator=(const HeldReference&) = delete;

  void restart(bool cells_equalised, std::optional<double> since_full, std::optional<double> temperature) {
    const OneThread::Inside inside(gate_);
    table_.reset();
    model_.restart({.cells_equalised = cells_equalised, .since_full = since_full, .temperature = temperature});
    port_.reset();
    now_ = TimePoint{};
    index_ = 0;
    listens_ = false;
  }

  // One tick in which `values` are news and `frames` came; all else is as it was.
  void step(double seconds, const Values& values, const std::vector<Frame>& frames) {
    const OneThread::Inside inside(gate_);
    const Duration step = duration_of(seconds);
    std::vector<std::pair<SignalId, double>> news;
    for (const auto& [name, value] : values) {
      news.emplace_back(input(name), checked(name, value));
    }
    heard_.clear();
    for (const auto& [id, extended, data] : frames) {
      CanFrame frame{.time = now_ + step, .id = id, .extended = extended};
      if (data.size() > frame.data.size()) {
        throw py::value_error("a frame has at most 8 bytes, not " + std::to_string(data.size()));
      }
      frame.length = static_cast<std::uint8_t>(data.size());
      std::copy(data.begin(), data.end(), frame.data.begin());
      heard_.push_back(frame);
    }
    listens_ = listens_ || !frames.empty();
    tick(step, news);
    heard_.clear();
  }

  // The same for arrays of one length: value i of each is the news of tick i. NaN: no news.
  Columns run(double seconds, const std::map<std::string, Doubles>& series, const std::vector<std::string>& wanted) {
    const Duration step = duration_of(seconds);
    std::vector<std::pair<SignalId, const double*>> sources;
    std::optional<py::ssize_t> length;
    for (const auto& [name, array] : series) {
      if (array.ndim() != 1 || (length && array.shape(0) != *length)) {
        throw py::value_error(name + ": all series have one dimension and one length");
      }
      length = array.shape(0);
      sources.emplace_back(input(name), array.data());
    }
    const auto count = static_cast<std::size_t>(length.value_or(0));
    std::vector<SignalId> outputs;
    for (const std::string& name : wanted) {
      outputs.push_back(table_.require(name));
    }
    std::vector<std::vector<double>> columns(outputs.size(), std::vector<double>(count));
    {
      const Unlocked no_gil;
      const OneThread::Inside inside(gate_);
      std::vector<std::pair<SignalId, double>> news;
      for (std::size_t i = 0; i < count; ++i) {
        if (i % look_after == 0) {
          look_at_signals();
        }
        news.clear();
        for (const auto& [id, data] : sources) {
          if (!std::isnan(data[i])) {
            news.emplace_back(id, checked(table_.spec(id).name, data[i]));
          }
        }
        tick(step, news);
        for (std::size_t o = 0; o < outputs.size(); ++o) {
          const Sample& sample = table_[outputs[o]];
          columns[o][i] = sample.good() ? sample.value : std::nan("");
        }
      }
    }
    Columns result;
    for (std::size_t o = 0; o < outputs.size(); ++o) {
      result[py::str(wanted[o])] = as_array(std::move(columns[o]));
    }
    return result;
  }

  [[nodiscard]] double value(const std::string& name) const {
    const OneThread::Inside inside(gate_);
    const Sample& sample = table_[table_.require(name)];
    return sample.good() ? sample.value : std::nan("");
  }
  using Exponents = std::tuple<int, int, int, int, bool, bool>;
  // (name, exponents, help, is it an input)
  [[nodiscard]] std::vector<std::tuple<std::string, Exponents, std::string, bool>> signals() const {
    std::vector<std::tuple<std::string, Exponents, std::string, bool>> list;
    for (std::size_t i = 0; i < table_.size(); ++i) {
      const SignalSpec& spec = table_.specs()[i];
      const Dimension d = spec.dimension;
      list.emplace_back(spec.name, Exponents{d.volt, d.ampere, d.second, d.kelvin, d.point, d.boolean}, spec.help,
                        i < inputs_);
    }
    return list;
  }
  [[nodiscard]] double now() const {
    const OneThread::Inside inside(gate_);
    return to_seconds(now_);
  }

 private:
  static Duration duration_of(double seconds) {
    if (!(seconds >= 1e-4) || seconds > 60.0) {
      throw py::value_error("a tick is from 0.1 ms to 60 s, not " + std::to_string(seconds) + " s");
    }
    return from_seconds(seconds);
  }
  [[nodiscard]] SignalId input(const std::string& name) const {
    const SignalId id = table_.require(name);
    if (id.index >= inputs_) {
      throw RigError("'" + name + "' is what the model says, it cannot be told", "",
                     "signals() lists what it looks at");
    }
    return id;
  }
  static double checked(const std::string& name, double value) {
    if (!std::isfinite(value)) {
      throw py::value_error(name + " is no finite number");
    }
    return value;
  }
  void tick(Duration step, const std::vector<std::pair<SignalId, double>>& news) {
    table_.clear_changed();
    now_ += step;
    for (const auto& [id, value] : news) {
      table_.write(id, value, now_);
    }
    const Tick tick{index_++, now_, step};
    hear(tick);
    table_.age(now_);
    model_.step(tick, table_);
    model_.publish(tick, table_);
  }

  void hear(const Tick& tick) {
    FrameBatch batch;
    for (const CanFrame& frame : heard_) {
      if (batch.frames().size() == FrameBatch::capacity) {
        port_.decode(tick, batch, table_);
        batch.clear();
      }
      batch.push(frame);
    }
    if (listens_) {
      port_.decode(tick, batch, table_);
    }
  }

  Requirements requirements_;  // outlives the model
  DutPort port_;
  SignalTable table_;
  ReferenceModel model_;
  std::size_t inputs_ = 0;
  TimePoint now_{};
  std::int64_t index_ = 0;
  std::vector<CanFrame> heard_;
  bool listens_ = false;
  mutable OneThread gate_{"this model is in use by another thread", "give each thread a model of its own"};
};

}  // namespace

void bind_reference_model(py::module_& module) {
  using R = HeldReference;
  py::class_<R>(module, "ReferenceModel", "The reference model in base units; use gtxrig.ReferenceModel.")
      .def("restart", &R::restart, py::arg("cells_equalised"), py::arg("since_full"), py::arg("temperature"))
      .def("step", &R::step, py::arg("seconds"), py::arg("values"), py::arg("frames"))
      .def("run", &R::run, py::arg("seconds"), py::arg("series"), py::arg("outputs"))
      .def("value", &R::value, py::arg("name"))
      .def("signals", &R::signals)
      .def_property_readonly("now", &R::now);
  module.def(
      "make_reference_model",
      [](const Requirements& requirements, const Uncertainties& uncertainties) {
        return std::make_unique<R>(requirements, uncertainties);
      },
      py::arg("requirements"), py::arg("uncertainties"));
}

}  // namespace rig::python
