#include "rig/cli/python_worker.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <set>

#include "drivers/python/interpreter.hpp"
#include "rig/core/child_process.hpp"
#include "rig/core/quantity.hpp"
#include "rig/engine/outside_answer.hpp"

namespace rig::cli {
namespace {
using Json = nlohmann::ordered_json;
using Moment = std::chrono::steady_clock::time_point;

constexpr int protocol = 1;
// Imports of scientific packages take their seconds on a busy machine.
constexpr auto start_limit = std::chrono::seconds(60);
constexpr std::size_t longest_answer = 64u << 20;

// Lines of JSON to and from a Python that runs gtxrig.function_server.
class PythonProcess {
 public:
  PythonProcess() : wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake_ < 0) {
      throw RigError("the system gives no event descriptor for a program");
    }
    try {
      child_.emplace(python_command("function_server"), python_environment());
    } catch (const RigError& error) {
      ::close(wake_);
      throw RigError(std::string("no Python to call functions of a case: ") + error.what(), {},
                     "install python3 with the package gtxrig, or name another one in GTXRIG_PYTHON");
    }
  }
  PythonProcess(const PythonProcess&) = delete;
  PythonProcess& operator=(const PythonProcess&) = delete;
  ~PythonProcess() {
    child_.reset();
    ::close(wake_);
  }

  // Throws OutsideTooLate, and RigError when it has gone.
  std::string ask(const std::string& line, std::chrono::nanoseconds limit) {
    const Moment deadline = std::chrono::steady_clock::now() + limit;
    send(line + "\n", deadline);
    return receive(deadline);
  }
  void cancel() noexcept {
    cancelled_.store(true, std::memory_order_release);
    const std::uint64_t one = 1;
    static_cast<void>(::write(wake_, &one, sizeof one));
  }
  void stop() noexcept { child_->stop(); }
  [[nodiscard]] std::string ending() noexcept { return child_->ending(); }

 private:
  // Until the socket is ready for `events`.
  void wait(short events, Moment deadline) {
    while (!cancelled_.load(std::memory_order_acquire)) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) {
        throw OutsideTooLate("did not come back in time");
      }
      std::array<pollfd, 2> waited{{{child_->descriptor(), events, 0}, {wake_, POLLIN, 0}}};
      const auto most = static_cast<int>(std::min<std::int64_t>(left.count(), 1000));
      if (poll(waited.data(), waited.size(), most) > 0 && waited[0].revents != 0) {
        return;
      }
    }
    throw OutsideTooLate("was given up");
  }
  void send(std::string_view text, Moment deadline) {
    while (!text.empty()) {
      wait(POLLOUT, deadline);
      const ssize_t sent = ::send(child_->descriptor(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        gone();
      }
      text.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : 0);
    }
  }
  std::string receive(Moment deadline) {
    std::array<char, 65536> buffer{};
    for (std::size_t end = held_.find('\n'); end == std::string::npos; end = held_.find('\n')) {
      wait(POLLIN, deadline);
      const ssize_t got = ::recv(child_->descriptor(), buffer.data(), buffer.size(), 0);
      if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        gone();
      }
      held_.append(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
      if (held_.size() > longest_answer) {
        throw RigError("answered more than 64 MB");
      }
    }
    const std::size_t end = held_.find('\n');
    std::string line = held_.substr(0, end);
    held_.erase(0, end + 1);
    return line;
  }
  [[noreturn]] void gone() {
    // Its end of the socket is closed a moment before the process is.
    for (int i = 0; i < 100 && child_->ending().empty(); ++i) {
      poll(nullptr, 0, 10);
    }
    const std::string ending = child_->ending();
    throw RigError("took its Python along: it ended with " + (ending.empty() ? "a closed pipe" : ending));
  }

  std::optional<ChildProcess> child_;
  std::string held_;  // read, and no whole line yet
  int wake_;
  std::atomic<bool> cancelled_{false};
};

std::string jobs_text(const std::vector<const OutsideCode*>& jobs) {
  auto list = Json::array();
  for (const OutsideCode* job : jobs) {
    auto parameters = Json::array();
    for (const auto& p : job->parameters) {
      parameters.push_back(
          {{"name", p.name}, {"value", p.value.value}, {"dimension", dimension_json(p.value.dimension)}});
    }
    auto signals = Json::array();
    for (const auto& seen : job->signals) {
      signals.push_back({{"name", seen.name}, {"dimension", dimension_json(seen.dimension)}});
    }
    auto returns = Json::array();
    for (const auto& given : job->returns) {
      returns.push_back({{"name", given.name}, {"dimension", dimension_json(given.dimension)}});
    }
    list.push_back({{"call", job->call},
                    {"file", job->file},
                    {"module", job->module},
                    {"function", job->function},
                    {"step", job->step},
                    {"history", to_seconds(job->history)},
                    {"parameters", parameters},
                    {"signals", signals},
                    {"returns", returns}});
  }
  return Json{{"protocol", protocol}, {"jobs", list}}.dump();
}

// What Python says of each function.
Json introduced(PythonProcess& python, const std::vector<const OutsideCode*>& jobs) {
  const std::string& name = python_choice().interpreter;
  try {
    Json answer = Json::parse(python.ask(jobs_text(jobs), start_limit));
    if (answer.at("protocol") != protocol || answer.at("jobs").size() != jobs.size()) {
      throw RigError("it is of another version");
    }
    return answer.at("jobs");
  } catch (const OutsideTooLate&) {
    throw RigError("the modules of the functions were not imported within a minute", name);
  } catch (const std::exception& error) {
    const std::string ending = python.ending();
    throw RigError("this Python does not speak the rig's language: " +
                       (ending.empty() ? std::string(error.what()) : "gtxrig.function_server ended with " + ending),
                   name,
                   "it needs the package gtxrig of this version: `pip install .`, or name another one in "
                   "GTXRIG_PYTHON");
  }
}

class PythonWorker final : public OutsideWorker {
 public:
  explicit PythonWorker(const Program& program) {
    std::vector<const OutsideCode*> jobs;
    for (const OutsideCode& job : program.outside) {
      jobs.push_back(&job);
    }
    const Json told = introduced(python_, jobs);
    std::set<std::string> files;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (told[i].contains("trouble")) {
        throw RigError(told[i]["trouble"].get<std::string>(), jobs[i]->mark.where(), told[i].value("hint", ""));
      }
      files.insert(told[i].value("file", ""));
    }
    files.erase("");
    files_.assign(files.begin(), files.end());
  }
  std::string work(const std::string& request, std::chrono::nanoseconds limit) override {
    try {
      return python_.ask(request, limit);
    } catch (...) {
      python_.stop();  // whatever it still does belongs to nothing any more
      throw;
    }
  }
  void cancel() noexcept override { python_.cancel(); }
  [[nodiscard]] std::vector<std::string> files() const override { return files_; }

 private:
  PythonProcess python_;
  std::vector<std::string> files_;
};

SourceMark place_of(const OutsideCode& job, const std::string& parameter) {
  for (const auto& p : job.parameters) {
    if (p.name == parameter) {
      return p.mark;
    }
  }
  return job.mark;
}

}  // namespace

std::unique_ptr<OutsideWorker> start_python(const Program& program) { return std::make_unique<PythonWorker>(program); }

void check_functions(const std::vector<const Program*>& programs, Diagnostics& diagnostics) {
  std::vector<const OutsideCode*> jobs;
  std::set<std::pair<std::string, std::string>> seen;
  for (const Program* program : programs) {
    for (const OutsideCode& job : program->outside) {
      // A step in a loop, or of another row of parameters, is asked about once.
      if (seen.emplace(job.mark.where(), job.call).second) {
        jobs.push_back(&job);
      }
    }
  }
  if (jobs.empty()) {
    return;
  }
  try {
    PythonProcess python;
    const Json told = introduced(python, jobs);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (told[i].contains("trouble")) {
        diagnostics.error(place_of(*jobs[i], told[i].value("parameter", "")), told[i]["trouble"].get<std::string>(),
                          told[i].value("hint", ""));
      }
    }
  } catch (const RigError& error) {
    diagnostics.error(jobs.front()->mark, error.what());
  }
}

}  // namespace rig::cli
