#pragma once
#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "tests/drivers/bus_stand.hpp"
#include "tests/drivers/peer.hpp"
#include "tests/drivers/wire_script.hpp"

namespace rig::testing {

// An adapter that takes what it is told; a command that is to be refused or overheard is named.
class SlcanAdapter {
 public:
  std::string refused, unheard;
  std::string flags;  // answer to F, such as "F00"; an adapter that has none acknowledges it
  // What it says instead when it is asked for them again; empty: the same.
  std::string flags_later;
  std::string at_open;  // said by itself behind the acknowledgement of O
  // Said behind the acknowledgement of a frame.
  std::string behind_frame;

  Script script() {
    return [this](PeerSide& side, int) {
      while (!side.is_over()) {
        std::string line = side.read_until('\r');
        if (line.empty()) {
          return;
        }
        line.pop_back();
        note(line);
        answer(side, line);
      }
    };
  }
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  bool heard(const std::string& line) {
    const std::vector<std::string> all = lines();
    return std::find(all.begin(), all.end(), line) != all.end();
  }

 private:
  void note(const std::string& line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(line);
  }
  void answer(PeerSide& side, const std::string& line) {
    if (line == unheard) {
      return;
    }
    if (line == refused) {
      side.send("\a");
    } else if (line == "V") {
      side.send("V1013\r");
    } else if (line == "N") {
      side.send("NA123\r");
    } else if (line == "F" && !flags_later.empty() && asked_) {
      side.send(flags_later);
    } else if (line == "F" && !flags.empty()) {
      asked_ = true;
      side.send(flags + "\r");
    } else {
      side.send("\r");
    }
    if (line == "O" || line == "L") {
      side.send_bytewise(at_open);
    } else if (line.starts_with('t')) {
      side.send(behind_frame);
    }
  }
  bool asked_ = false;
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

class SlcanBus : public BusStand {
 public:
  explicit SlcanBus(const std::string& endpoint, const std::string& more = "")
      : BusStand("can.slcan", "endpoint: '" + endpoint + "'" + more) {}
};

}  // namespace rig::testing
