#include <algorithm>

#include "drivers/sim/reading.hpp"
#include "drivers/sim/world.hpp"
#include "rig/instrument/registry.hpp"
#include "rig/instrument/service_port.hpp"

namespace rig::sim {
namespace {

// The service port of the virtual pack, already understood. The protocol on the wire is that of wire_bms_service.cpp.
class SimService final : public ServicePort {
 public:
  struct Parameters {
    Duration reading_period = std::chrono::seconds(1);
    std::string pack = "dut";
    std::int64_t position = 1;
  };
  SimService(const Parameters& p, BenchContext& context)
      : parameters_(p),
        world_(context.shared<World>("world")),
        pack_(world_->stand_at(p.position)),
        clock_(p.reading_period) {}

 protected:
  [[nodiscard]] Ratings ratings() const override {
    return {
        .pack = parameters_.pack, .cells = cell_count, .sensors = ntc_count, .max_age = 5 * parameters_.reading_period};
  }

 private:
  Reading measure(const Tick& tick) noexcept override {
    world_->advance_to(tick);
    Reading reading;
    reading.time = tick.start;
    reading.fresh = clock_.due(tick.start);
    if (!reading.fresh) {
      return reading;
    }
    const BoardReport board = world_->pack(pack_).firmware().board();
    if (!board.awake) {
      reading.fresh = false;  // a pack that sleeps does not answer
      return reading;
    }
    reading.cells = board.scan.cell;
    reading.cell_count = cell_count;
    std::copy(board.sensors.begin(), board.sensors.end(), reading.temperatures.begin());
    reading.sensor_count = ntc_count;
    reading.voltage = board.scan.pack_voltage;
    reading.current = board.scan.current;
    reading.remaining = board.remaining;
    reading.full = board.full;
    reading.cycles = static_cast<double>(board.cycles);
    reading.balancing = board.bleeding;
    reading.charge_switch = board.charge_fet;
    reading.discharge_switch = board.discharge_fet;
    using enum PackState;
    reading.protection = states_of(board.protection);
    reading.protection.set(pack_ov, board.voltage.pack_ov);
    reading.protection.set(pack_uv, board.voltage.pack_uv);
    reading.protection.set(cell_ov, board.voltage.cell_ov);
    reading.protection.set(cell_uv, board.voltage.cell_uv);
    reading.alarm = states_of(board.alarm);
    reading.alarm.set(cell_ov, board.alarm.over_voltage);
    reading.alarm.set(cell_uv, board.alarm.under_voltage);
    return reading;
  }
  static PackStates states_of(const Flags& flags) noexcept {
    using enum PackState;
    PackStates states;
    states.set(charge_oc, flags.charge_oc);
    states.set(discharge_oc, flags.discharge_oc);
    states.set(charge_ot, flags.charge_ot);
    states.set(charge_ut, flags.charge_ut);
    states.set(discharge_ot, flags.discharge_ot);
    states.set(discharge_ut, flags.discharge_ut);
    return states;
  }

  Parameters parameters_;
  std::shared_ptr<World> world_;
  std::size_t pack_;
  ReadingClock clock_;
};

}  // namespace
}  // namespace rig::sim

template <>
struct rig::Fields<rig::sim::SimService::Parameters> {
  static void declare(Mapping<sim::SimService::Parameters>& m) {
    using P = sim::SimService::Parameters;
    m.optional("reading_period", &P::reading_period,
               {.help = "the port is asked so often", .minimum = 0.05, .maximum = 60.0});
    m.optional("position", &P::position, sim::position_option());
    m.optional("pack", &P::pack, "whose signals these are: their names begin with it");
  }
};

namespace rig::sim {
RIG_DRIVER(SimService, "sim.service", "the service port of the virtual pack: every cell as its board sees it")
}
