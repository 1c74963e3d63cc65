#include "rig/engine/outside_desk.hpp"

#include <sys/eventfd.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <cmath>

#include "rig/core/error.hpp"

namespace rig {
namespace {
using Json = nlohmann::ordered_json;

// How long a wait in lockstep goes on without a look at who wants to stop.
constexpr auto look_period = std::chrono::milliseconds(20);

Json value_json(double value) { return std::isfinite(value) ? Json(value) : Json(); }

constexpr const char* quality_names[] = {"never", "good", "stale", "invalid"};

}  // namespace

OutsideDesk::OutsideDesk(const Program& program, const SignalTable& signals, std::unique_ptr<OutsideWorker> worker,
                         Turning turning, double scale)
    : program_(program),
      signals_(signals),
      worker_(std::move(worker)),
      turning_(turning),
      scale_(scale),
      jobs_(program.outside.size()),
      taken_(taken_ids(program)) {
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    const OutsideCode& code = program.outside[i];
    jobs_[i].seen.resize(code.signals.size());
    jobs_[i].past.resize(code.most_samples == 0 ? 0 : code.signals.size());
    for (Past& past : jobs_[i].past) {
      past.samples.resize(code.most_samples);
    }
    if (!jobs_[i].past.empty()) {
      with_history_.push_back(i);
    }
  }
  outcomes_.reserve(jobs_.size());
  documents_.reserve(jobs_.size());
  wake_ = eventfd(0, EFD_CLOEXEC);
  if (wake_ < 0) {
    throw RigError("the system gives no event descriptor for the thread beside the loop");
  }
  thread_ = std::thread([this] { run(); });
}

OutsideDesk::~OutsideDesk() {
  close();
  ::close(wake_);
}

// A sample that is not good is a gap; whoever needs to know sees it by the times.
void OutsideDesk::observe(const SignalTable& signals) noexcept {
  for (const std::uint32_t number : with_history_) {
    Job& job = jobs_[number];
    if (job.begun) {
      continue;
    }
    const OutsideCode& code = program_.outside[number];
    for (std::size_t i = 0; i < job.past.size(); ++i) {
      Past& past = job.past[i];
      const Sample& now = signals[code.signals[i].signal];
      const bool fresh = past.count == 0 || now.time - past.back().time >= std::max(code.every, OutsideCode::fastest);
      if (now.good() && fresh) {
        past.samples[past.next] = now;
        past.next = (past.next + 1) % past.samples.size();
        past.count = std::min(past.count + 1, past.samples.size());
      }
    }
  }
}

void OutsideDesk::begin(std::uint32_t number, const Tick& tick, const SignalTable& signals) noexcept {
  Job& job = jobs_[number];
  const OutsideCode& code = program_.outside[number];
  for (std::size_t i = 0; i < job.seen.size(); ++i) {
    const Sample& now = signals[code.signals[i].signal];
    const SignalId companion = code.signals[i].uncertainty;
    const double told = companion.valid() && signals[companion].good() ? signals[companion].value : 0.0;
    job.seen[i] = {now, companion.valid() ? told : signals.spec(code.signals[i].signal).uncertainty.at(now.value)};
  }
  job.time = tick.start;
  job.begun = true;
  under_way_.store(number, std::memory_order_relaxed);
  state_.store(State::busy, std::memory_order_release);
  wake();
}

void OutsideDesk::wait(const std::atomic<int>& interrupts) noexcept {
  if (turning_ == Turning::real_time || state() != State::busy) {
    return;
  }
  std::unique_lock lock(mutex_);
  while (state() == State::busy && interrupts.load(std::memory_order_relaxed) == 0) {
    done_.wait_for(lock, look_period);
  }
}

void OutsideDesk::give_up() noexcept {
  if (state() == State::busy) {
    gave_up_.store(true, std::memory_order_release);
    worker_->cancel();
  }
}

void OutsideDesk::close() noexcept {
  if (thread_.joinable()) {
    worker_->cancel();
    stopping_.store(true, std::memory_order_release);
    wake();
    thread_.join();
    worker_.reset();
  }
}

void OutsideDesk::wake() noexcept {
  const std::uint64_t one = 1;
  static_cast<void>(::write(wake_, &one, sizeof one));
}

void OutsideDesk::run() noexcept {
  while (!stopping_.load(std::memory_order_acquire)) {
    std::uint64_t count = 0;
    if (::read(wake_, &count, sizeof count) < 0 && errno != EINTR) {
      return;
    }
    if (state() == State::busy) {
      do_job(under_way_.load(std::memory_order_relaxed));
    }
  }
}

void OutsideDesk::do_job(std::uint32_t number) {
  const TimePoint time = jobs_[number].time;
  const OutsideCode& code = program_.outside[number];
  std::string line;
  try {
    const std::string request = request_of(number);
    const std::chrono::nanoseconds limit{std::llround(static_cast<double>(code.limit.count()) / scale_)};
    const Json answer = Json::parse(worker_->work(request, limit));
    line = answered_text(number, time, answer);
  } catch (const OutsideTooLate& late) {
    line = unanswered_text(number, time, OutsideTrouble::late, late.what());
  } catch (const std::exception& error) {
    line = unanswered_text(number, time, OutsideTrouble::broken, error.what());
  }
  if (gave_up_.load(std::memory_order_acquire)) {
    const std::lock_guard lock(mutex_);
    state_.store(State::failed, std::memory_order_release);  // whoever gave it up has the finding
    done_.notify_all();
    return;
  }
  finish(number, line);
}

void OutsideDesk::finish(std::uint32_t number, const std::string& line) {
  outcomes_.push_back(outcome_of(program_, line, taken_));
  documents_.push_back(answer_row(program_, number, line));
  const std::lock_guard lock(mutex_);
  state_.store(outcomes_.back().failure ? State::failed : State::done, std::memory_order_release);
  done_.notify_all();
}

std::string OutsideDesk::request_of(std::uint32_t number) const {
  const Job& job = jobs_[number];
  const OutsideCode& code = program_.outside[number];
  auto signals = Json::array();
  for (std::size_t i = 0; i < job.seen.size(); ++i) {
    const SignalSpec& spec = signals_.spec(code.signals[i].signal);
    const Seen& seen = job.seen[i];
    Json entry{
        {"value", value_json(seen.now.value)},   {"uncertainty", value_json(seen.uncertainty)},
        {"time", to_seconds(seen.now.time)},     {"quality", quality_names[static_cast<std::size_t>(seen.now.quality)]},
        {"absolute", spec.uncertainty.absolute}, {"relative", spec.uncertainty.relative}};
    auto times = Json::array();
    auto values = Json::array();
    const Past none;
    const Past& past = job.past.empty() ? none : job.past[i];
    for (std::size_t k = past.count; k > 0; --k) {
      const Sample& sample = past.samples[(past.next + past.samples.size() - k) % past.samples.size()];
      if (sample.time >= job.time - code.history) {
        times.push_back(to_seconds(sample.time));
        values.push_back(value_json(sample.value));
      }
    }
    entry["times"] = std::move(times);
    entry["values"] = std::move(values);
    signals.push_back(std::move(entry));
  }
  return Json{{"job", number}, {"time", to_seconds(job.time)}, {"signals", std::move(signals)}}.dump();
}

}  // namespace rig
