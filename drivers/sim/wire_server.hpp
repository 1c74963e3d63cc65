#pragma once
#include <atomic>
#include <list>
#include <memory>
#include <string>
#include <thread>

#include "drivers/sim/wire_faults.hpp"
#include "drivers/sim/wire_port.hpp"
#include "drivers/sim/wire_world.hpp"

namespace rig::sim {

// Serves one box on one port, with a thread of its own. A box has one processor: it works on one message at a time,
// whoever sent it, and is busy for as long as the answer says.
class WireServer {
 public:
  // Binds at once, so that the endpoint is known before anything runs. Throws RigError.
  WireServer(WireWorld& world, WireBox& box, std::unique_ptr<WirePort> port);
  ~WireServer();
  WireServer(const WireServer&) = delete;
  WireServer& operator=(const WireServer&) = delete;

  void start();
  void stop() noexcept;
  [[nodiscard]] const WirePort& port() const noexcept { return *port_; }
  [[nodiscard]] WireBox& box() noexcept { return box_; }
  // What happens to the link from now on. Under the world's lock.
  void set_fault(LinkFaults faults) noexcept;
  // The box is switched off and on: it forgets its settings, sockets end, a serial cable stays. Under the world's lock.
  void power_cycle();

 private:
  struct Line {
    FileHandle handle;
    std::unique_ptr<WireSession> session;
    std::string inbox;
    std::string held;  // an answer that "merge" keeps back
    bool open = true;
  };
  void serve();
  LinkFaults follow_fault();
  void lose_power();
  void take_in(LinkFault fault);
  void listen_to(Line& line);
  void work(Line& line);
  void send(Line& line, const LinkFaults& faults, const std::string& answer);
  void speak(Line& line);
  bool wait(Duration wall);  // false when the server has to stop
  [[nodiscard]] int nap() const;

  WireWorld& world_;
  WireBox& box_;
  std::unique_ptr<WirePort> port_;
  // Under the world's lock.
  LinkFaults faults_;
  bool power_lost_ = false;
  std::list<Line> lines_;
  WakePipe wake_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace rig::sim
