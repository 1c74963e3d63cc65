// Cases in YAML, read, checked and run as the command does it; see gtxrig/cases.py.
#include <pybind11/stl.h>

#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "drivers/python/interpreter.hpp"
#include "python/src/looking.hpp"
#include "python/src/results.hpp"
#include "rig/cli/selection.hpp"
#include "rig/cli/session_runner.hpp"

namespace rig::python {
namespace {

constexpr auto look_period = std::chrono::milliseconds(50);

// Runs `work` on a thread of its own while this one looks at Python's signals; Ctrl-C stops the run safely first.
template <class F>
auto interruptible(F&& work) {
  const Unlocked no_gil;
  std::atomic<int> interrupts{0};
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::optional<std::invoke_result_t<F, const std::atomic<int>&>> result;
  std::exception_ptr thrown;
  std::thread worker([&] {
    try {
      result = work(interrupts);
    } catch (...) {
      thrown = std::current_exception();
    }
    const std::lock_guard lock(mutex);
    done = true;
    changed.notify_all();
  });
  std::exception_ptr interrupted;
  std::unique_lock lock(mutex);
  while (!changed.wait_for(lock, look_period, [&] { return done; })) {
    lock.unlock();
    try {
      look_at_signals();
    } catch (const ProgramEnds&) {  // thrown by every look from now on, and one is enough
      interrupts += interrupted ? 0 : 1;
      interrupted = std::current_exception();
    } catch (...) {
      interrupted = interrupted ? interrupted : std::current_exception();
      ++interrupts;
    }
    lock.lock();
  }
  lock.unlock();
  worker.join();
  if (interrupted || thrown) {
    std::rethrow_exception(interrupted ? interrupted : thrown);
  }
  return std::move(*result);
}

// Cases on a bench, all read and checked; each can be run once and again.
class Cases {
 public:
  Cases(const std::vector<std::string>& paths, const std::string& bench, const std::vector<std::string>& overrides,
        const std::vector<std::string>& parameters, std::uint64_t seed, std::optional<double> tick,
        const std::string& level, const std::string& profile, bool searched) {
    cli::Selection selection{
        .paths = paths, .bench = bench, .overrides = overrides, .parameters = parameters, .seed = seed};
    if (tick) {
      selection.tick = from_seconds(*tick);
    }
    selection.level = level_of(level);
    selection.searched = searched;
    selection.profile = profile_text(profile);
    const Unlocked no_gil;
    Diagnostics diagnostics;
    loaded_ = cli::load(selection, diagnostics);
    diagnostics.throw_if_errors();
    warnings_ = diagnostics.render();
    level_ = level;
  }
  [[nodiscard]] std::size_t size() const { return loaded_->orders.size(); }
  [[nodiscard]] const RunOrder& order(std::size_t i) const { return loaded_->orders.at(i); }
  [[nodiscard]] const std::string& warnings() const { return warnings_; }
  [[nodiscard]] bool real_time() const { return loaded_->setup.bench.clock == ClockKind::wall; }

  [[nodiscard]] const std::string& level() const { return level_; }
  // Name and reason of each.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> left_out() const {
    std::vector<std::pair<std::string, std::string>> list;
    for (const LeftOut& l : loaded_->left_out) {
      list.emplace_back(l.case_name, l.reason);
    }
    return list;
  }

  ResultDict run(std::size_t i, const std::string& folder, std::optional<std::uint64_t> seed) {
    RunOrder order = loaded_->orders.at(i);
    order.folder = folder;
    order.seed = seed.value_or(order.seed);
    return result_dict(interruptible([&](const std::atomic<int>& interrupts) {
      Diagnostics diagnostics;
      Run run(order, diagnostics);
      diagnostics.throw_if_errors();
      RunResult result = run.execute(interrupts);
      write_results(folder, {&result, 1}, order.level);
      return result;
    }));
  }

 private:
  std::unique_ptr<cli::Session> loaded_;
  std::string warnings_;
  std::string level_;
};

}  // namespace

void bind_cases(py::module_& module) {
  module.def(
      "use_python",
      [](const std::string& interpreter, const std::string& search) {
        python_choice() = {interpreter, search};
      },
      py::arg("interpreter"), py::arg("search"),
      "Which Python runs functions of cases and own instruments, and where this package is.");
  module.def(
      "find_cases", [](const std::vector<std::string>& paths) { return cli::find_cases(paths); },
      "The case files below these paths, sorted.");
  py::class_<Cases>(module, "Cases", "See gtxrig.load_cases.")
      .def("__len__", &Cases::size)
      .def_property_readonly("warnings", &Cases::warnings)
      .def_property_readonly("real_time", &Cases::real_time)
      .def_property_readonly("level", &Cases::level)
      .def_property_readonly("left_out", &Cases::left_out)
      .def(
          "describe",
          [](const Cases& cases, std::size_t i) {
            const RunOrder& order = cases.order(i);
            ResultDict dict;
            dict["name"] = order.test->name.text;
            dict["row"] = order.row == nullptr ? "" : order.row->name;
            dict["title"] = order.test->title;
            dict["why"] = order.test->why;
            dict["path"] = order.test->files.front();
            dict["line"] = order.test->mark.line;
            py::list verifies;
            for (const MarkedText& id : order.test->verifies) {
              verifies.append(id.text);
            }
            dict["verifies"] = verifies;
            return dict;
          },
          py::arg("index"))
      .def("run", &Cases::run, py::arg("index"), py::arg("folder"), py::arg("seed") = py::none());
  module.def(
      "make_cases",
      [](const std::vector<std::string>& paths, const std::string& bench, const std::vector<std::string>& overrides,
         const std::vector<std::string>& parameters, std::uint64_t seed, std::optional<double> tick,
         const std::string& level, const std::string& profile, bool searched) {
        return std::make_unique<Cases>(paths, bench, overrides, parameters, seed, tick, level, profile, searched);
      },
      py::arg("paths"), py::arg("bench"), py::arg("overrides"), py::arg("parameters"), py::arg("seed"), py::arg("tick"),
      py::arg("level"), py::arg("profile") = "", py::arg("searched") = false);
}

}  // namespace rig::python
