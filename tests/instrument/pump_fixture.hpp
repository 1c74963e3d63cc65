#pragma once
// A link and a box for the thread of a link: the link can hang and be gone, the box notes what it is asked and can
// refuse.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "rig/instrument/box_station.hpp"
#include "rig/instrument/pump.hpp"

namespace rig::pump_test {
using namespace std::chrono_literals;

inline WallTime now() { return std::chrono::steady_clock::now(); }

// A link on which an exchange can be made to hang: it then ends by being cut, and by nothing else.
class HangingLink final : public Transport {
 public:
  void open(WallTime) override { open_ = true; }
  void close() noexcept override { open_ = false; }
  [[nodiscard]] bool is_open() const noexcept override { return open_; }
  void write(std::span<const std::byte>, WallTime) override {}
  std::size_t read(std::span<std::byte>, WallTime) override {
    while (hangs) {
      if (now() >= cut()) {
        throw LinkError(LinkTrouble::cut, "cut", endpoint());
      }
      std::this_thread::yield();
    }
    return 1;
  }
  void clear(WallTime) override {
    ++cleared;
    if (gone) {
      const std::lock_guard lock(mutex);
      tries.push_back(now());
      throw LinkError(LinkTrouble::refused, "nobody there", endpoint());
    }
  }
  [[nodiscard]] std::string endpoint() const override { return "test://link"; }
  [[nodiscard]] bool is_local() const noexcept override { return true; }

  std::atomic<bool> hangs{false};
  std::atomic<int> cleared{0};
  std::atomic<bool> gone{false};
  std::mutex mutex;
  std::vector<WallTime> tries;  // to clear it while it was gone

 private:
  bool open_ = false;
};

// Notes what it is asked; can refuse.
class NotingBox final : public SupplyBox {
 public:
  explicit NotingBox(Transport& link) : link_(link) {}
  Identity connect() override { return {"maker", "model", "serial", "firmware"}; }
  [[nodiscard]] SupplyRatings ratings() const override { return {}; }
  SupplyReading read() override {
    exchange("read");
    SupplyReading reading;
    reading.voltage = Volts{50.0 + 0.001 * static_cast<double>(++readings_)};
    if (const double odd = shows_instead; odd != 0.0) {
      reading.voltage = Volts{odd};
    }
    reading.output = output;
    return reading;
  }
  void write(const PowerSupply::Setpoint& setpoint) override {
    exchange(setpoint.output ? "on" : "off", setpoint.output);
  }
  void arm(const ArmLimits&) override { exchange("arm"); }
  void check_armed() override {
    note("check");
    if (disarmed) {
      throw LinkError(LinkTrouble::rejected, "its protections are gone", link_.endpoint());
    }
  }
  void make_safe() override { exchange("safe", false); }
  void shout_off() override { note("shout"); }
  void recover() override { note("recover"); }

  // Waits until `what` was done so often.
  void await(const std::string& what, int times = 1) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return std::count(done_.begin(), done_.end(), what) >= times; });
  }
  [[nodiscard]] int count(const std::string& what) {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(std::count(done_.begin(), done_.end(), what));
  }
  std::atomic<int> fails{0};  // so many exchanges fail
  std::atomic<LinkTrouble> failure{LinkTrouble::garbled};
  std::atomic<bool> output{false};
  std::atomic<bool> disarmed{false};
  std::atomic<double> shows_instead{0.0};                                    // V; 0: what it has
  std::function<void(const std::string&)> tell = [](const std::string&) {};  // what was done, on the link's thread

 private:
  void exchange(const std::string& what, std::optional<bool> switched = {}) {
    note("begin " + what);
    std::byte byte{};
    link_.read({&byte, 1}, now() + 1h);
    if (fails.load() > 0) {
      fails = std::max(0, fails - 1);
      throw LinkError(failure, "an answer that is none", link_.endpoint());
    }
    output = switched.value_or(output);
    note(what);
  }
  void note(const std::string& what) {
    tell(what);
    const std::lock_guard lock(mutex_);
    done_.push_back(what);
    changed_.notify_all();
  }
  Transport& link_;
  int readings_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> done_;
};

class PumpTest : public testing::Test {
 public:
  PumpTest() { pump_.attach(station_); }
  ~PumpTest() override {
    link_->hangs = false;
    pump_.detach(station_);
  }
  PumpTest(const PumpTest&) = delete;
  PumpTest& operator=(const PumpTest&) = delete;

 protected:
  using TestStation = BoxStation<NotingBox, PowerSupply::Setpoint, SupplyReading>;
  static constexpr PowerSupply::Setpoint on{Volts{50}, Amps{5}, Watts{100}, true};

  // Polls as the loop does until `wanted` holds of the newest reading.
  template <class F>
  SupplyReading poll_until(F&& wanted) {
    SupplyReading reading;
    WallTime taken;
    do {
      std::this_thread::yield();
    } while (!station_.poll(reading, taken) || !wanted(reading));
    return reading;
  }
  void await_safe() {
    while (!station_.is_safe()) {
      std::this_thread::yield();
    }
  }

  HangingLink* link_ = new HangingLink;
  IoPump pump_{std::unique_ptr<Transport>(link_)};
  NotingBox box_{*link_};
  TestStation station_{box_, pump_, 1ms};
};

}  // namespace rig::pump_test
