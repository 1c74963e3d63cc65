// The virtual pack by itself, without a bench: what gtxrig/virtual_pack.py gives units and names to. Plain numbers in
// base units.
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <cmath>
#include <limits>

#include "drivers/sim/world.hpp"
#include "python/src/arrays.hpp"
#include "python/src/bindings.hpp"
#include "python/src/looking.hpp"
#include "python/src/one_thread.hpp"
#include "rig/case/case_fields.hpp"
#include "rig/core/error.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::python {
namespace {

using Doubles = py::array_t<double, py::array::c_style | py::array::forcecast>;
using Columns = py::typing::Dict<py::str, py::array_t<double>>;
// (time in s, id, extended, data)
using Frame = std::tuple<double, std::uint32_t, bool, py::bytes>;

constexpr double no_limit = 1e6;             // A/s, V/s: what is connected follows at once
constexpr std::int64_t look_after = 50'000;  // steps of the world between two looks for Ctrl-C

Node node_of(const std::vector<std::string>& assignments) {
  Diagnostics diagnostics;
  Node root = parse_yaml(std::make_shared<const SourceText>(SourceText{"parameters", "{}"}), diagnostics);
  for (const std::string& assignment : assignments) {
    set_path(root, assignment, "parameters", diagnostics);
  }
  diagnostics.throw_if_errors();
  return root;
}

double cell_voltage(const sim::World& world, std::size_t i) {
  return world.cells().cell_voltage(i, world.node().pack_current);
}

class VirtualPack {
 public:
  VirtualPack(const std::vector<std::string>& parameters, std::uint64_t seed) : context_(seed) {
    const DriverEntry* entry = DriverRegistry::instance().find("sim.pack");
    if (entry == nullptr) {
      throw RigError("the driver sim.pack is not linked in");
    }
    Diagnostics diagnostics;
    pack_ = entry->make(node_of(parameters), context_, diagnostics);
    diagnostics.throw_if_errors();
    world_ = context_.shared<sim::World>("world");
    world_->supply.voltage_slew = world_->supply.current_slew = world_->load.current_slew = no_limit;
    world_->supply.response = 0.0;  // an ideal source has no capacitor that a load dump would charge
    world_->load.rated_current = world_->load.rated_power = std::numeric_limits<double>::max();
    preset({});
  }

  void preset(const StartState& start) {
    const OneThread::Inside inside(gate_);
    if (!pack_->preset(start)) {
      throw RigError("the virtual pack cannot be put into the state '" + start.state + "', age '" + start.age + "'", "",
                     "standby or off; bol, label_500, eol_60 or \"2000 cycles\", up to 6000");
    }
    frames_.clear();
    world_->firmware().sent().clear();
    index_ = 0;
    turn();
  }

  void connect(double voltage, double source_current, double load_current, bool button) {
    const OneThread::Inside inside(gate_);
    join(voltage, source_current, load_current, button);
  }

  void advance(double seconds) {
    const Unlocked no_gil;
    const OneThread::Inside inside(gate_);
    advance_steps(steps_of(seconds));
  }

  // The current of each step, and what stood at the end of it.
  Columns follow(const Doubles& currents, double step, double source_voltage) {
    if (currents.ndim() != 1) {
      throw py::value_error("the currents have to have one dimension");
    }
    const std::int64_t steps = steps_of(step);
    const auto count = static_cast<std::size_t>(currents.shape(0));
    for (std::size_t i = 0; i < count; ++i) {
      if (!std::isfinite(currents.data()[i])) {
        throw py::value_error("the current at index " + std::to_string(i) + " is no finite number");
      }
    }
    std::vector<double> time(count), voltage(count), current(count), soc(count), temperature(count);
    std::vector<double> cells(count * sim::cell_count);
    {
      const Unlocked no_gil;
      const OneThread::Inside inside(gate_);
      for (std::size_t i = 0; i < count; ++i) {
        const double wanted = currents.data()[i];
        join(source_voltage, std::max(wanted, 0.0), std::max(-wanted, 0.0), false);
        advance_steps(steps);
        time[i] = to_seconds(world_->now());
        voltage[i] = world_->node().voltage;
        current[i] = world_->node().pack_current;
        soc[i] = world_->cells().mean_soc();
        temperature[i] = world_->cells().temperature();
        for (std::size_t c = 0; c < sim::cell_count; ++c) {
          cells[i * sim::cell_count + c] = cell_voltage(*world_, c);
        }
      }
    }
    Columns result;
    result["time"] = as_array(std::move(time));
    result["voltage"] = as_array(std::move(voltage));
    result["current"] = as_array(std::move(current));
    result["soc"] = as_array(std::move(soc));
    result["temperature"] = as_array(std::move(temperature));
    result["cell_voltages"] = as_array(std::move(cells)).attr("reshape")(count, sim::cell_count);
    return result;
  }

  // What `of` says of its world.
  template <class F>
  auto ask(F of) const {
    const OneThread::Inside inside(gate_);
    return of(*world_);
  }
  template <class F>
  [[nodiscard]] py::array_t<double> ask_cells(F of) const {
    const OneThread::Inside inside(gate_);
    std::vector<double> values(sim::cell_count);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = of(*world_, i);
    }
    return as_array(std::move(values));
  }

  // What it sent since the last call.
  std::vector<Frame> take_frames() {
    const OneThread::Inside inside(gate_);
    std::vector<Frame> result;
    for (const CanFrame& frame : frames_) {
      result.emplace_back(to_seconds(frame.time), frame.id, frame.extended,
                          py::bytes(reinterpret_cast<const char*>(frame.data.data()), frame.length));
    }
    frames_.clear();
    return result;
  }

 private:
  static std::int64_t steps_of(double seconds) {
    const double steps = seconds / to_seconds(sim::world_step);
    if (!(steps > 0.5) || steps > 1e12 || std::abs(steps - std::round(steps)) > 1e-6) {
      throw py::value_error("time passes in whole multiples of 10 ms, more than none; got " + std::to_string(seconds) +
                            " s");
    }
    return static_cast<std::int64_t>(std::round(steps));
  }

  void join(double voltage, double source_current, double load_current, bool button) {
    world_->supply.set = {Volts{voltage}, Amps{source_current}, Watts{std::numeric_limits<double>::max()},
                          source_current > 0.0};
    world_->load.set = {};
    world_->load.set.mode = LoadMode::constant_current;
    world_->load.set.current = Amps{load_current};
    world_->load.set.input = load_current > 0.0;
    world_->pack(0).button = button;
  }

  void advance_steps(std::int64_t steps) {
    for (std::int64_t i = 0; i < steps; ++i) {
      turn();
      if (index_ % look_after == 0) {
        look_at_signals();
      }
    }
  }

  void turn() {
    world_->advance_to({index_, TimePoint{index_ * sim::world_step}, sim::world_step});
    ++index_;
    FrameBatch& sent = world_->firmware().sent();
    if (!sent.frames().empty()) {
      frames_.insert(frames_.end(), sent.frames().begin(), sent.frames().end());
      if (frames_.size() > most_frames) {
        frames_.erase(frames_.begin(), frames_.begin() + most_frames / 2);
      }
      sent.clear();
    }
  }

  static constexpr std::ptrdiff_t most_frames = 200'000;  // a day's; who never takes them must not fill the memory
  BenchContext context_;
  std::unique_ptr<Instrument> pack_;
  std::shared_ptr<sim::World> world_;
  std::vector<CanFrame> frames_;
  std::int64_t index_ = 0;
  mutable OneThread gate_{"this pack is in use by another thread", "give each thread a pack of its own"};
};

// What is wrong with a start as a case writes it, "" when nothing is: the rules stand once, with the case's fields.
std::string start_trouble(const std::string& text) {
  Diagnostics diagnostics;
  const Node node = parse_yaml(std::make_shared<const SourceText>(SourceText{"start", text}), diagnostics);
  StartClause start;
  read(node, start, diagnostics);
  for (const Diagnostic& found : diagnostics.all()) {
    if (found.severity == Severity::error) {
      return found.message + (found.hint.empty() ? "" : "; " + found.hint);
    }
  }
  return "";
}

void preset(VirtualPack& pack, const std::string& state, std::optional<double> soc, std::optional<double> temperature,
            std::optional<double> cell_spread, std::optional<int> leading_cell, double leading_by,
            std::optional<int> hot_cell, double hot_by, std::optional<double> since_full, double stored,
            const std::string& age) {
  StartState start;
  start.state = state;
  start.soc = soc;
  start.temperature = temperature;
  start.cell_spread = cell_spread;
  start.leading_cell = leading_cell;
  start.leading_by = leading_by;
  start.hot_cell = hot_cell;
  start.hot_by = hot_by;
  start.since_full = since_full;
  start.stored = stored;
  start.age = age;
  pack.preset(start);
}

}  // namespace

void bind_virtual_pack(py::module_& module) {
  using P = VirtualPack;
  py::class_<P>(module, "VirtualPack", "The virtual pack in base units; use gtxrig.VirtualPack.")
      .def("preset", &preset, py::arg("state"), py::arg("soc"), py::arg("temperature"), py::arg("cell_spread"),
           py::arg("leading_cell"), py::arg("leading_by"), py::arg("hot_cell"), py::arg("hot_by"),
           py::arg("since_full"), py::arg("stored"), py::arg("age"))
      .def("connect", &P::connect, py::arg("voltage"), py::arg("source_current"), py::arg("load_current"),
           py::arg("button"))
      .def("advance", &P::advance, py::arg("seconds"))
      .def("follow", &P::follow, py::arg("currents"), py::arg("step"), py::arg("source_voltage"))
      .def("take_frames", &P::take_frames)
      .def_property_readonly("now", [](const P& p) { return p.ask([](auto& w) { return to_seconds(w.now()); }); })
      .def_property_readonly("voltage", [](const P& p) { return p.ask([](auto& w) { return w.node().voltage; }); })
      .def_property_readonly("current", [](const P& p) { return p.ask([](auto& w) { return w.node().pack_current; }); })
      .def_property_readonly("soc", [](const P& p) { return p.ask([](auto& w) { return w.cells().mean_soc(); }); })
      .def_property_readonly("temperature",
                             [](const P& p) { return p.ask([](auto& w) { return w.cells().temperature(); }); })
      .def_property_readonly("skin_temperature",
                             [](const P& p) { return p.ask([](auto& w) { return w.cells().skin_temperature(); }); })
      .def_property_readonly("cell_voltages", [](const P& p) { return p.ask_cells(cell_voltage); })
      .def_property_readonly(
          "cell_temperatures",
          [](const P& p) { return p.ask_cells([](auto& w, std::size_t i) { return w.cells().cell_temperature(i); }); })
      .def_property_readonly(
          "cell_socs",
          [](const P& p) { return p.ask_cells([](auto& w, std::size_t i) { return w.cells().cell_soc(i); }); })
      .def_property_readonly("charge_fet",
                             [](const P& p) { return p.ask([](auto& w) { return w.firmware().charge_fet(); }); })
      .def_property_readonly("discharge_fet",
                             [](const P& p) { return p.ask([](auto& w) { return w.firmware().discharge_fet(); }); })
      .def_property_readonly("charge_prohibited",
                             [](const P& p) { return p.ask([](auto& w) { return w.firmware().charge_contact(); }); })
      .def_property_readonly("discharge_prohibited",
                             [](const P& p) { return p.ask([](auto& w) { return w.firmware().discharge_contact(); }); })
      .def_property_readonly("lights", [](const P& p) {
        return p.ask([](auto& w) {
          const sim::Lights& lights = w.firmware().lights();
          std::vector<double> levels(lights.level.begin(), lights.level.end());
          levels.push_back(lights.run);
          levels.push_back(lights.alarm);
          return levels;
        });
      });
  module.def("start_trouble", &start_trouble, py::arg("text"));
  module.def(
      "make_virtual_pack",
      [](const std::vector<std::string>& parameters, std::uint64_t seed) {
        return std::make_unique<P>(parameters, seed);
      },
      py::arg("parameters"), py::arg("seed"));
}

}  // namespace rig::python
