#pragma once
#include <string>
#include <vector>

#include "drivers/sim/wire_control.hpp"

namespace rig::sim {

// One cable of a bench: the instrument, its driver, and where the bench file says that its box is.
struct WireCable {
  std::string instrument;
  std::string driver;
  std::string endpoint;  // "tcp://127.0.0.1:0": any free port
  Node parameters;
};

// All simulated boxes of a bench with their servers and the control line. Nothing is served before start().
class WireFarm {
 public:
  static constexpr const char* control_driver = "sim.remote_world";

  WireFarm(std::vector<FarInstrument> far_end, const std::vector<WireCable>& cables, const WireWorld::Options& options);
  ~WireFarm();
  WireFarm(const WireFarm&) = delete;
  WireFarm& operator=(const WireFarm&) = delete;

  void start();
  void stop() noexcept;
  struct Served {
    std::string instrument;
    std::string driver;
    std::string endpoint;  // the real one
  };
  [[nodiscard]] std::vector<Served> served() const;
  [[nodiscard]] WireWorld& world() noexcept { return world_; }
  [[nodiscard]] WireControl& control() noexcept { return *control_; }

 private:
  void add(const WireCable& cable, std::uint64_t seed);
  bool shares_box(const WireCable& cable, std::uint64_t seed);
  void refuse_taken(const WireCable& cable) const;
  struct Stand {
    Served names;              // with the endpoint as the bench file has it
    std::vector<Served> also;  // other roles or channels of the same box
    std::unique_ptr<WireBox> box;
    std::unique_ptr<WireServer> server;
  };
  WireWorld world_;
  std::vector<Stand> stands_;
  WireControl* control_ = nullptr;
};

}  // namespace rig::sim
