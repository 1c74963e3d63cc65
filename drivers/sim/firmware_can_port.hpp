#pragma once
#include <array>

#include "drivers/sim/can_frames.hpp"
#include "drivers/sim/firmware_due.hpp"
#include "rig/core/fields.hpp"
#include "rig/instrument/frame_batch.hpp"

namespace rig::sim {

struct CanParameters {
  DialectWord dialect = DialectWord::sofar_amass;
  Duration period = std::chrono::seconds(1);
  Duration spacing = std::chrono::milliseconds(5);
  bool enabled = true;
  Ratio voltage_scale{1.0};
  Ratio remaining_scale{1.0};
  Ratio current_scale{1.0};
  bool permissions_follow = true;
  std::int64_t full_charge_command = 3;
  Duration pcs_timeout{};            // zero: the pack works without an inverter
  std::int64_t irregular_frame = 0;  // its identifier; zero: none
  std::int64_t sent_every = 1;       // it is in each so-maniest set
  std::int64_t left_out_every = 0;   // it is missing in each so-maniest set; zero: in none
  Duration late_by{};                // every other time
  // Defects.
  bool swapped_limits = false, swapped_measurements = false;
  bool frozen_limits = false, frozen_measurements = false, frozen_soc = false;
  bool discharge_limit_in_fives = false;
  bool stuck_over_voltage = false, stuck_discharge_alarm = false, swapped_temperature_flags = false;
};

// Sends the frames of a set, one after the other at a fixed spacing; the next set begins one period after this one.
class CanPort {
 public:
  void configure(const CanParameters& parameters, std::uint64_t seed);
  void restart(double now) noexcept;
  [[nodiscard]] bool due(double now) const noexcept { return now >= next(); }
  // s of the world, when the next frame is due.
  [[nodiscard]] double next() const noexcept { return parameters_.enabled ? next_frame_ : never_due; }
  void send(double now, Telegram telegram) noexcept;
  FrameBatch& sent() noexcept { return sent_; }

 private:
  void spoil(Telegram& telegram) noexcept;
  [[nodiscard]] CanFrame frame(std::size_t slot, const Telegram& telegram) noexcept;
  void send(CanFrame frame) noexcept;

  CanParameters parameters_;
  double phase_ = 0, next_set_ = 0, next_frame_ = 0;
  std::size_t next_slot_ = 0;
  std::int64_t sets_ = 0;  // sent
  bool over_voltage_seen_ = false;
  std::array<bool, 3> held_{};
  std::array<CanFrame, 3> first_{};  // what a frozen frame repeats
  FrameBatch sent_;
};

}  // namespace rig::sim

namespace rig {
template <>
struct Fields<sim::CanParameters> {
  static void declare(Mapping<sim::CanParameters>& m);
};
}  // namespace rig
