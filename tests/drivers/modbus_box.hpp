#pragma once
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "tests/drivers/peer.hpp"

namespace rig::testing {

// A box of registers and coils behind Modbus TCP, as plain as can be: what is written stands there, and what a test
// wants otherwise it says.
class ModbusBox {
 public:
  using Registers = std::map<int, int>;
  explicit ModbusBox(Registers registers, Registers coils = {})
      : registers_(std::move(registers)), coils_(std::move(coils)) {}

  Script script() {
    return [this](PeerSide& side, int) {
      while (!side.is_over()) {
        const std::string head = side.read_exactly(7);
        if (head.size() == 7) {
          const std::string body = side.read_exactly(static_cast<std::size_t>(word(head, 4)) - 1);
          side.send_bytewise(body.empty() ? "" : reply(head, body));
        }
      }
    };
  }
  void set(int address, int value) {
    const std::lock_guard lock(mutex_);
    registers_[address] = value;
  }
  int at(int address) {
    const std::lock_guard lock(mutex_);
    return registers_[address];
  }
  int coil(int address) {
    const std::lock_guard lock(mutex_);
    return coils_[address];
  }
  // What is written to `from` appears at `to` as well; while a `follow` is cut, it does not.
  void follow(int from, int to) {
    const std::lock_guard lock(mutex_);
    follows_[from] = to;
  }
  void unfollow(int from) {
    const std::lock_guard lock(mutex_);
    follows_.erase(from);
  }
  // Coils that stay as they are.
  void stick(int coil) {
    const std::lock_guard lock(mutex_);
    stuck_.push_back(coil);
  }
  // Called with every register that is written, after it was.
  void on_write(std::function<void(Registers&, int address)> what) { on_write_ = std::move(what); }
  // Every write as "2782=0".
  std::vector<std::string> take_writes() {
    const std::lock_guard lock(mutex_);
    return std::exchange(writes_, {});
  }

 private:
  static int word(const std::string& s, std::size_t at) {
    return static_cast<unsigned char>(s[at]) << 8 | static_cast<unsigned char>(s[at + 1]);
  }
  static std::string words(int value) { return {static_cast<char>(value >> 8), static_cast<char>(value)}; }
  std::string reply(const std::string& head, const std::string& body) {
    const std::lock_guard lock(mutex_);
    const std::string answer = answer_to(body);
    return head.substr(0, 4) + words(static_cast<int>(answer.size()) + 1) + head[6] + answer;
  }
  std::string answer_to(const std::string& body) {
    const int function = static_cast<unsigned char>(body[0]);
    const int first = word(body, 1);
    const int count = word(body, 3);
    if (function == 3 || function == 1) {
      const Registers& space = function == 3 ? registers_ : coils_;
      std::string data(function == 3 ? 0U : static_cast<std::size_t>(count + 7) / 8, '\0');
      for (int i = 0; i < count; ++i) {
        const auto found = space.find(first + i);
        if (found == space.end()) {
          return {static_cast<char>(function | 0x80), 2};
        }
        if (function == 3) {
          data += words(found->second);
        } else if (found->second != 0) {
          data[static_cast<std::size_t>(i) / 8] |= static_cast<char>(1 << (i % 8));
        }
      }
      return std::string{static_cast<char>(function), static_cast<char>(data.size())} + data;
    }
    if (function == 5) {
      writes_.push_back(std::to_string(first) + "=" + std::to_string(count));
      if (std::find(stuck_.begin(), stuck_.end(), first) == stuck_.end()) {
        coils_[first] = count == 0xFF00 ? 1 : 0;
      }
      return body;
    }
    const int values = function == 16 ? count : 1;
    for (int i = 0; i < values; ++i) {
      write(first + i, word(body, function == 16 ? 6 + 2 * static_cast<std::size_t>(i) : 3));
    }
    return body.substr(0, 5);
  }
  void write(int address, int value) {
    writes_.push_back(std::to_string(address) + "=" + std::to_string(value));
    registers_[address] = value;
    if (follows_.contains(address)) {
      registers_[follows_[address]] = value;
    }
    if (on_write_) {
      on_write_(registers_, address);
    }
  }

  std::mutex mutex_;
  Registers registers_, coils_;
  std::map<int, int> follows_;
  std::vector<int> stuck_;
  std::vector<std::string> writes_;
  std::function<void(Registers&, int)> on_write_;
};

}  // namespace rig::testing
