// A session as the package gtxrig drives it: texts and plain numbers in base units. Everything that a person sees
// (units, names, defaults) is in gtxrig/session.py.
#include <pybind11/stl.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <limits>

#include "python/src/checks.hpp"
#include "python/src/looking.hpp"
#include "python/src/one_thread.hpp"
#include "python/src/results.hpp"
#include "rig/cli/cli.hpp"
#include "rig/engine/session.hpp"

namespace rig::python {
namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;

// One step as a script says it.
struct StepTexts {
  std::string name, where;
  Texts set;
  std::vector<std::tuple<std::string, std::string, std::string>> ramp;  // what, to, rate
  std::optional<std::string> hold, until, timeout, every;
  std::optional<std::string> that, within, stays, after;
};

Step step_of(const StepTexts& texts) {
  const auto marked = [&](const std::string& text) {
    return MarkedText{text, {std::make_shared<const SourceText>(SourceText{texts.where, text}), 1, 1}};
  };
  const auto time = [&](const std::optional<std::string>& text) {
    return text ? std::optional(TimeText{marked(*text)}) : std::nullopt;
  };
  Step step;
  step.name = texts.name;
  step.mark = marked(texts.name).mark;
  for (const auto& [name, value] : texts.set) {
    step.set.push_back({marked(name), marked(value)});
  }
  for (const auto& [name, to, rate] : texts.ramp) {
    step.ramp.push_back({marked(name), {marked(to), marked(rate)}});
  }
  step.hold = time(texts.hold);
  step.timeout = time(texts.timeout);
  step.every = time(texts.every);
  if (texts.until) {
    step.until = marked(*texts.until);
  }
  if (texts.that) {
    step.expect.push_back({.that = marked(*texts.that),
                           .within = time(texts.within),
                           .stays = time(texts.stays),
                           .after = time(texts.after),
                           .mark = step.mark});
  }
  return step;
}

// (value, expanded uncertainty, exponents, time in s)
std::tuple<double, double, Exponents, double> as_tuple(const TakenValue& value) {
  return {value.value, value.uncertainty, exponents(value.dimension), to_seconds(value.time)};
}

// Holds a session for Python: one thread and one process at a time, and never a bench left energised.
class HeldSession {
 public:
  HeldSession(std::shared_ptr<const Setup> setup, const SessionOrder& order)
      : setup_(std::move(setup)), order_(order), session_(std::make_unique<Session>(order_)) {}
  HeldSession(const HeldSession&) = delete;
  HeldSession& operator=(const HeldSession&) = delete;
  ~HeldSession() {
    if (getpid() != owner_) {
      static_cast<void>(session_.release());  // its threads and its bench are the parent's
      return;
    }
    const py::gil_scoped_release no_gil;
    try {
      if (session_->begun()) {
        session_->finish(WayOut::aborted);
      }
    } catch (const std::exception&) {  // the bench is safe; the record says that it has no result
    }
    session_.reset();
  }

  // Runs without the GIL.
  template <class F>
  auto with(F&& use, OneThread::Inside::Other other = OneThread::Inside::Other::is_an_error) {
    if (getpid() != owner_) {
      throw RigError("this session belongs to the process " + std::to_string(owner_) + ", of which this one is a fork",
                     "", "begin a session of your own here");
    }
    const Unlocked no_gil;
    const OneThread::Inside inside(gate_, other);
    return use(*session_);
  }
  // For the calls that take long: looks at Python's signals, and whether another thread wants the end.
  Session::Look look() {
    return [this] {
      look_at_signals();
      if (program_ends_) {
        throw ProgramEnds();
      }
      if (stopped_) {
        throw SessionOver(WayOut::aborted, "The session was ended by another thread.");
      }
    };
  }
  // A call that takes long comes back soon, and so does every later one.
  void stop() noexcept { stopped_ = true; }
  void end_with_program() noexcept { program_ends_ = true; }
  // A call is under way: this comes from another thread, or from a signal handler in the middle of it.
  [[nodiscard]] bool busy() const noexcept { return getpid() == owner_ && gate_.busy(); }
  [[nodiscard]] bool busy_here() const noexcept { return getpid() == owner_ && gate_.mine(); }
  // For what needs neither the loop nor the bench.
  [[nodiscard]] Session& session() noexcept { return *session_; }
  [[nodiscard]] const Setup& setup() const noexcept { return *setup_; }
  [[nodiscard]] const SessionOrder& order() const noexcept { return order_; }

 private:
  std::shared_ptr<const Setup> setup_;
  SessionOrder order_;
  std::unique_ptr<Session> session_;
  const pid_t owner_ = getpid();
  std::atomic<bool> stopped_{false};
  std::atomic<bool> program_ends_{false};
  OneThread gate_{"this session is in use by another thread", "one thread at a time drives a bench"};
};

std::shared_ptr<HeldSession> make_session(const std::shared_ptr<const Setup>& setup, const std::string& text,
                                          std::uint64_t seed, std::optional<double> tick, const std::string& level,
                                          const std::string& folder) {
  SessionOrder order{
      .setup = setup.get(), .text = text, .seed = seed, .folder = folder, .software = "gtxrig " + cli::version()};
  if (tick) {
    order.tick = from_seconds(*tick);
  }
  order.level = level_of(level);
  const Unlocked no_gil;
  return std::make_shared<HeldSession>(setup, order);
}

// (name, exponents, help, names of its values)
std::vector<std::tuple<std::string, Exponents, std::string, std::vector<std::string>>> signals_of(HeldSession& held) {
  std::vector<std::tuple<std::string, Exponents, std::string, std::vector<std::string>>> list;
  for (const SignalSpec& spec : held.session().signals().specs()) {
    list.emplace_back(spec.name, exponents(spec.dimension), spec.help, spec.labels);
  }
  return list;
}

// (name, exponents, help, lowest, highest)
std::vector<std::tuple<std::string, Exponents, std::string, double, double>> commands_of(HeldSession& held) {
  std::vector<std::tuple<std::string, Exponents, std::string, double, double>> list;
  for (const CommandSpec& spec : held.session().commands().specs()) {
    list.emplace_back(spec.name, exponents(spec.dimension), spec.help, spec.range.lo, spec.range.hi);
  }
  return list;
}

ResultDict check(HeldSession& held, const std::string& id, double value, double uncertainty, const Exponents& dimension,
                 std::optional<double> time, std::optional<double> lower, std::optional<double> upper,
                 const std::string& rule) {
  TakenValue taken{value, uncertainty, dimension_of(dimension)};
  const DecisionRule decision = rule_of(rule);
  const MeasureResult result = held.with([&](Session& session) {
    taken.time = time ? TimePoint{from_seconds(*time)} : session.now();
    return session.check(id, taken, limits_of(lower, upper), decision);
  });
  return check_dict(result);
}

WayOut way_of(const std::string& name) {
  return name == "completed" ? WayOut::completed : name == "aborted" ? WayOut::aborted : WayOut::broken;
}

ResultDict finish(HeldSession& held, const std::string& way, const std::string& trouble) {
  using Other = OneThread::Inside::Other;
  const bool patient = way != "completed";
  if (patient) {
    held.stop();
  }
  const RunResult result = held.with(
      [&](Session& session) {
        RunResult ended = session.finish(way_of(way), trouble);
        write_results(held.order().folder, {&ended, 1}, held.order().level);
        return ended;
      },
      patient ? Other::is_waited_for : Other::is_an_error);
  return result_dict(result);
}

using FrameTuple = std::tuple<double, std::uint32_t, bool, int, bool, py::bytes>;

std::optional<FrameTuple> take_frame(FrameTap& tap) {
  RecordedFrame frame;
  if (!tap.take(frame)) {
    return std::nullopt;
  }
  return FrameTuple(to_seconds(frame.time), frame.id, frame.extended, frame.bus, frame.sent,
                    py::bytes(reinterpret_cast<const char*>(frame.data), frame.length));
}

}  // namespace

void bind_session(py::module_& module) {
  py::class_<Setup, std::shared_ptr<Setup>>(module, "Setup", "A bench file as read, with what its pack is judged by.")
      .def_property_readonly("name", [](const Setup& s) { return s.bench.name; })
      .def_property_readonly("path", [](const Setup& s) { return shown(s.bench.path); })
      .def_property_readonly("product", [](const Setup& s) { return s.requirements.product; })
      .def_property_readonly(
          "tick", [](const Setup& s) { return to_seconds(s.bench.tick); }, "Tick in s.")
      .def_property_readonly("real_time", [](const Setup& s) { return s.bench.clock == ClockKind::wall; });

  module.def(
      "read_setup",
      [](const PathArgument& path, const std::vector<std::string>& overrides, const std::string& profile) {
        const Unlocked no_gil;
        Diagnostics diagnostics;
        auto setup = std::make_shared<Setup>(read_setup(path.text, overrides, diagnostics, profile_text(profile)));
        diagnostics.throw_if_errors();
        return setup;
      },
      py::arg("path"), py::arg("overrides"), py::arg("profile") = "",
      "Reads a bench file with its requirements and profile.");

  py::class_<StepTexts>(module, "StepTexts", "One step as a script says it, all in texts.")
      .def_readwrite("name", &StepTexts::name)
      .def_readwrite("where", &StepTexts::where)
      .def_readwrite("set", &StepTexts::set)
      .def_readwrite("ramp", &StepTexts::ramp)
      .def_readwrite("hold", &StepTexts::hold)
      .def_readwrite("until", &StepTexts::until)
      .def_readwrite("timeout", &StepTexts::timeout)
      .def_readwrite("every", &StepTexts::every)
      .def_readwrite("that", &StepTexts::that)
      .def_readwrite("within", &StepTexts::within)
      .def_readwrite("stays", &StepTexts::stays)
      .def_readwrite("after", &StepTexts::after);
  module.def("make_step", [] { return StepTexts{}; });

  py::class_<FrameTap, std::shared_ptr<FrameTap>>(module, "FrameTap", "The bus of a session as it goes by.")
      .def("take", &take_frame, "(time, id, extended, bus, sent, data) of the next frame, or None.")
      .def_property_readonly("lost", &FrameTap::lost, "Frames that came while nobody took any.");

  py::class_<HeldSession, std::shared_ptr<HeldSession>>(module, "Session", "See gtxrig.Session.")
      .def("begin", [](HeldSession& held) { held.with([&](Session& s) { s.begin(held.look()); }); })
      .def(
          "run_step",
          [](HeldSession& held, const StepTexts& texts) {
            held.with([&](Session& s) { s.run_step(step_of(texts), held.look()); });
          },
          py::arg("step"))
      .def("turn",
           [](HeldSession& held, std::int64_t ticks) { held.with([&](Session& s) { s.turn(ticks, held.look()); }); })
      .def("value",
           [](HeldSession& held, const std::string& text) {
             return as_tuple(held.with([&](Session& s) { return s.value(text); }));
           })
      .def("at",
           [](HeldSession& held, const std::string& event, const std::string& text) {
             return as_tuple(held.with([&](Session& s) { return s.at(event, text); }));
           })
      .def("check", &check, py::arg("name"), py::arg("value"), py::arg("uncertainty"), py::arg("dimension"),
           py::arg("time"), py::arg("lower"), py::arg("upper"), py::arg("rule"))
      .def("fail", [](HeldSession& held, const std::string& text) { held.with([&](Session& s) { s.fail(text); }); })
      .def("listen", [](HeldSession& held) { return held.with([](Session& s) { return s.listen(); }); })
      .def("end_with_program", &HeldSession::end_with_program, "Calls come back soon, with SystemExit.")
      .def("finish", &finish, py::arg("way"), py::arg("trouble") = "",
           "Unless it is completed, stops a call of another thread first.")
      .def("signals", &signals_of)
      .def("commands", &commands_of)
      .def_property_readonly("now", [](HeldSession& held) { return to_seconds(held.session().now()); })
      .def_property_readonly("tick", [](HeldSession& held) { return to_seconds(held.session().run().tick()); })
      .def_property_readonly("busy", &HeldSession::busy, "A call is under way, in whatever thread.")
      .def_property_readonly("busy_here", &HeldSession::busy_here, "In this one, which a signal handler interrupts.")
      .def_property_readonly("begun", [](HeldSession& held) { return held.session().begun(); })
      .def_property_readonly("record", [](HeldSession& held) { return held.session().run().record(); });
  module.def("make_session", &make_session, py::arg("setup"), py::arg("text"), py::arg("seed"), py::arg("tick"),
             py::arg("level"), py::arg("folder"));
}

}  // namespace rig::python
