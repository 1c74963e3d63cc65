#include "drivers/sim/wire_farm.hpp"

#include <algorithm>

#include "rig/core/error.hpp"

namespace rig::sim {
namespace {

// A port that the bench file names; a pseudo-terminal and port 0 are new ones each time.
bool has_place(const std::string& endpoint) {
  const std::string address = endpoint.substr(0, endpoint.find('?'));
  return !address.starts_with("serial:") && !address.ends_with(":0");
}

}  // namespace

WireFarm::WireFarm(std::vector<FarInstrument> far_end, const std::vector<WireCable>& cables,
                   const WireWorld::Options& options)
    : world_(std::move(far_end), options) {
  // The control line exists even where the bench names none: people want it too.
  WireCable control{"control", control_driver, "tcp://127.0.0.1:0", {}};
  for (const WireCable& cable : cables) {
    control = cable.driver == control_driver ? cable : control;
  }
  auto box = std::make_unique<WireControl>(world_);
  control_ = box.get();
  for (const WireCable& cable : cables) {
    if (cable.driver != control_driver) {
      add(cable, options.seed);
    }
  }
  auto server = std::make_unique<WireServer>(world_, *box, make_wire_port(control.endpoint, control.instrument));
  stands_.push_back({{control.instrument, control.driver, control.endpoint}, {}, std::move(box), std::move(server)});
}

WireFarm::~WireFarm() { stop(); }

// The same box, named by the same endpoint: the load role of a two-quadrant supply, whose driver has the name with
// "_load" behind it, and another channel. Port 0 is a port of each one's own, and so a box.
bool WireFarm::shares_box(const WireCable& cable, std::uint64_t seed) {
  for (Stand& stand : stands_) {
    const bool is_role = cable.driver == stand.names.driver + "_load";
    if (stand.names.endpoint == cable.endpoint &&
        (is_role || (cable.driver == stand.names.driver && has_place(cable.endpoint) &&
                     stand.box->also_serves({cable.instrument, cable.parameters, seed})))) {
      stand.also.push_back({cable.instrument, cable.driver, cable.endpoint});
      control_->add(cable.instrument, *stand.server);
      return true;
    }
  }
  return false;
}

void WireFarm::refuse_taken(const WireCable& cable) const {
  for (const Stand& stand : stands_) {
    if (has_place(cable.endpoint) && stand.names.endpoint == cable.endpoint) {
      throw RigError("'" + stand.names.instrument + "' (" + stand.names.driver + ") stands at " + cable.endpoint +
                         " already, and this is no other role or channel of it",
                     cable.instrument, "give each box an endpoint of its own, and each channel of a box its number");
    }
  }
}

void WireFarm::add(const WireCable& cable, std::uint64_t seed) {
  if (!world_.has(cable.instrument) && !cable.driver.ends_with("_load")) {
    throw RigError("the virtual bench has no instrument of this name", cable.instrument,
                   "the cables of a bench lead to the instruments of the same names under `simulated:`");
  }
  if (shares_box(cable, seed)) {
    return;
  }
  refuse_taken(cable);
  const auto& known = wire_sims();
  const auto entry = known.find(cable.driver);
  if (entry == known.end()) {
    std::vector<std::string> names;
    for (const auto& [name, sim] : known) {
      names.push_back(name);
    }
    throw RigError("nothing simulates the boxes of driver '" + cable.driver + "'", cable.instrument,
                   suggestion(cable.driver, names));
  }
  std::unique_ptr<WireBox> box = entry->second.make(world_, {cable.instrument, cable.parameters, seed});
  world_.attach(*box);
  auto server = std::make_unique<WireServer>(world_, *box, make_wire_port(cable.endpoint, cable.instrument));
  control_->add(cable.instrument, *server);
  stands_.push_back({{cable.instrument, cable.driver, cable.endpoint}, {}, std::move(box), std::move(server)});
}

void WireFarm::start() {
  world_.start();
  for (const Stand& stand : stands_) {
    stand.server->start();
  }
}

// The servers first: none may meet a world that is gone.
void WireFarm::stop() noexcept {
  for (const Stand& stand : stands_) {
    stand.server->stop();
  }
  world_.stop();
}

std::vector<WireFarm::Served> WireFarm::served() const {
  std::vector<Served> out;
  for (const Stand& stand : stands_) {
    const std::string real = stand.server->port().endpoint();
    out.push_back({stand.names.instrument, stand.names.driver, real});
    for (const Served& role : stand.also) {
      out.push_back({role.instrument, role.driver, real});
    }
  }
  return out;
}

}  // namespace rig::sim
