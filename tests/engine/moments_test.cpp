#include "rig/engine/moments.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace rig {
namespace {

// A pack at 5 A whose path opens: the terminals jump to the supply's 57 V at once, the refusal is known 0.15 s later.
class Watched {
 public:
  Watched() {
    voltage_ =
        signals_.declare({.name = "pack.voltage", .dimension = dimension::voltage, .uncertainty = {0.004, 1e-4}});
    current_ = signals_.declare({.name = "pack.current", .dimension = dimension::current});
    refused_ = signals_.declare({.name = "pack.charge_refused", .dimension = dimension::boolean});
    signals_.seal();
    moments_.emplace(signals_, 4);
  }

  void run(int ticks, double voltage, double current, bool refused) {
    for (; ticks > 0; --ticks, ++index_) {
      const TimePoint now{index_ * step};
      signals_.write(voltage_, voltage, now);
      signals_.write(current_, current, now);
      signals_.write(refused_, refused ? 1 : 0, now);
      moments_->look({index_, now, step}, signals_);
    }
  }
  [[nodiscard]] const std::vector<Moments::Refusal>& refusals() const { return moments_->refusals(); }

  static constexpr Duration step = std::chrono::milliseconds(10);

 private:
  SignalTable signals_;
  SignalId voltage_, current_, refused_;
  std::optional<Moments> moments_;
  std::int64_t index_ = 0;
};

}  // namespace

TEST(Moments, of_a_trip_hold_the_voltage_before_the_current_collapsed_and_its_moment) {
  Watched pack;
  pack.run(300, 55.9, 5, false);
  pack.run(100, 56.0, 5, false);
  pack.run(15, 57.0, 0, false);
  pack.run(100, 57.0, 0, true);
  ASSERT_EQ(pack.refusals().size(), 1u);
  const Moments::Refusal& trip = pack.refusals()[0];
  EXPECT_TRUE(trip.charge);
  ASSERT_TRUE(trip.known);
  EXPECT_DOUBLE_EQ(trip.voltage, 56.0);
  EXPECT_NEAR(trip.uncertainty, 0.0096, 1e-9);
  EXPECT_EQ(trip.time, TimePoint{399 * Watched::step});
}

TEST(Moments, of_a_path_that_was_blocked_before_it_was_asked_claim_no_trip_voltage) {
  Watched pack;
  pack.run(600, 55.5, 0, false);
  pack.run(15, 57.0, 0, false);
  pack.run(100, 57.0, 0, true);
  ASSERT_EQ(pack.refusals().size(), 1u);
  EXPECT_FALSE(pack.refusals()[0].known) << "57 V is what the supply is set to";
}

TEST(Moments, of_charging_are_not_taken_from_a_discharge_just_before) {
  Watched pack;
  pack.run(300, 55.0, -10, false);
  pack.run(15, 57.0, 0, false);
  pack.run(10, 57.0, 0, true);
  ASSERT_EQ(pack.refusals().size(), 1u);
  EXPECT_FALSE(pack.refusals()[0].known);
}

}  // namespace rig
