#pragma once
#include <array>
#include <cstddef>

#include "rig/core/math.hpp"

namespace rig {

// The extended Kalman filter of the observer: the mean cell as SOC, two polarisations, hysteresis, a bias of the
// voltage and what stands ohmically in series beside the resistance of the table (joints, another lot). Uncertainty of
// the model is told where it arises: polarisation follows a resistance known to some per cent, hysteresis a loop known
// to a third, the bias wanders with SOC as the error of a table does.
class ObserverFilter {
 public:
  enum State : std::size_t { soc, v1, v2, loop, bias, joint };
  static constexpr std::size_t states = 6;

  struct Move {
    double seconds = 1.0;
    double charge = 0.0;          // of full capacity, charging positive
    double charge_sigma = 0.0;    // of it beyond what the capacity's own uncertainty gives
    double current = 0.0;         // A, mean over the time
    double current_sigma = 0.0;   // A, of it when it was not measured
    double r1 = 0.0, r2 = 0.0;    // Ohm
    double slow_spread = 0.0;     // relative, of these
    double joint_variance = 0.0;  // Ohm^2, by which what stands beside the table may have changed
  };
  struct Look {
    double voltage = 0.0;   // V per cell
    double celsius = 25.0;  // degC
    double current = 0.0;   // A
    double ohmic = 0.0;     // V, that it drops in the resistance of the table
    double noise = 0.0;     // V, standard deviation of all that is in no state
    double most = 0.0;      // A, of the current that the polarisation may still remember
    double r1 = 0.0, r2 = 0.0;
    double doubt = 0.0;     // Ohm, by which the joints may have changed at once; 0 when no current tells
    double soc_gain = 1.0;  // share of the gain that SOC takes: 0 when its budget is used up
    double untold = 0.0;    // V, that the voltage may be off as evidence of a SOC that nobody has told; 0 when told
  };
  struct Outcome {
    double nis = 0.0;             // innovation squared over its variance
    double soc_correction = 0.0;  // what the voltage did to SOC
    bool plateau = false;         // voltage says almost nothing about SOC here
  };

  // joint_sigma, Ohm: of all that stands ohmically beside the table.
  void start(double soc_mean, double soc_sigma, double joint_sigma) noexcept;
  void predict(const Move& move) noexcept;
  Outcome update(const Look& look) noexcept;

  // Innovation squared over its variance, before anything is corrected.
  [[nodiscard]] double surprise(const Look& look) const noexcept;
  // SOC that was found by other means than the tangent.
  void place_soc(double mean, double sigma) noexcept;
  // The bias as at the start: what it took may have been SOC's.
  void forget_bias() noexcept;
  // Takes back a part of a correction that nothing pays for.
  void move_soc(double by) noexcept { x_[soc] += by; }

  [[nodiscard]] double value(State s) const noexcept { return x_[s]; }
  [[nodiscard]] double variance(State s) const noexcept { return p_[s * states + s]; }
  // Of the voltage that is predicted at this current, V^2, without the look's own noise.
  [[nodiscard]] double voltage_variance(double current) const noexcept;
  // The same, but of all that is no SOC.
  [[nodiscard]] double variance_beside_soc(double current) const noexcept;
  // What the curve lies below and above the place of SOC, as far as this many standard deviations of SOC reach, V.
  [[nodiscard]] Interval curve_within(double deviations) const noexcept;
  // V per cell at no current through the ohmic part, with all states but the joints.
  [[nodiscard]] double electromotive(double celsius) const noexcept;
  // The same beside the curve: what is no SOC, V.
  [[nodiscard]] double beside_curve(double celsius) const noexcept;

  // Below this slope (V per unit of SOC, 1 mV per %) SOC takes a hundredth of its gain.
  static constexpr double plateau_slope = 0.1;
  static constexpr double plateau_gain = 0.01;
  // A bias beyond any budget is told by its row and carried no further, V.
  static constexpr double widest_bias = 15e-3;
  static constexpr double joint_limit = 3e-3;  // Ohm per cell

 private:
  [[nodiscard]] double expected(const Look& look) const noexcept;
  void place(State state, double mean, double sigma) noexcept;
  [[nodiscard]] double bend() const noexcept;
  void hold(State state, double most) noexcept;
  void bound(const Look& look) noexcept;
  std::array<double, states> x_{};
  std::array<double, states * states> p_{};
};

}  // namespace rig
