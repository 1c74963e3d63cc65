#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace rig {

// A physical dimension as exponents of volt, ampere, second and kelvin, which is all that a battery rig needs
// (W = V*A, Ohm = V/A, Wh = V*A*s, Hz = 1/s). `point` marks a temperature point (degC), which cannot be added to
// another; `boolean` marks a truth value.
struct Dimension {
  std::int8_t volt = 0;
  std::int8_t ampere = 0;
  std::int8_t second = 0;
  std::int8_t kelvin = 0;
  bool point = false;
  bool boolean = false;
  friend constexpr bool operator==(const Dimension&, const Dimension&) = default;
};

namespace dimension {
inline constexpr Dimension none{};
inline constexpr Dimension voltage{.volt = 1};
inline constexpr Dimension current{.ampere = 1};
inline constexpr Dimension power{.volt = 1, .ampere = 1};
inline constexpr Dimension energy{.volt = 1, .ampere = 1, .second = 1};
inline constexpr Dimension charge{.ampere = 1, .second = 1};
inline constexpr Dimension resistance{.volt = 1, .ampere = -1};
inline constexpr Dimension time{.second = 1};
inline constexpr Dimension frequency{.second = -1};
inline constexpr Dimension voltage_rate{.volt = 1, .second = -1};
inline constexpr Dimension current_rate{.ampere = 1, .second = -1};
inline constexpr Dimension temperature_difference{.kelvin = 1};
inline constexpr Dimension temperature_rate{.second = -1, .kelvin = 1};
inline constexpr Dimension temperature{.kelvin = 1, .point = true};
inline constexpr Dimension boolean{.boolean = true};
}  // namespace dimension

constexpr Dimension operator*(Dimension a, Dimension b) noexcept {
  return {.volt = static_cast<std::int8_t>(a.volt + b.volt),
          .ampere = static_cast<std::int8_t>(a.ampere + b.ampere),
          .second = static_cast<std::int8_t>(a.second + b.second),
          .kelvin = static_cast<std::int8_t>(a.kelvin + b.kelvin)};
}
constexpr Dimension operator/(Dimension a, Dimension b) noexcept {
  return {.volt = static_cast<std::int8_t>(a.volt - b.volt),
          .ampere = static_cast<std::int8_t>(a.ampere - b.ampere),
          .second = static_cast<std::int8_t>(a.second - b.second),
          .kelvin = static_cast<std::int8_t>(a.kelvin - b.kelvin)};
}

// "voltage (V)", "temperature (degC)", "a truth value" ... for messages.
std::string describe(Dimension d);
// The unit in which values of this dimension are stored and printed by default: "V", "A", "s", "degC", "" ...
std::string_view base_unit(Dimension d);

// A number with its dimension in the type. Values are in base units (V, A, s, K and products of them). There is no
// implicit way from or to double: write Volts{12.5} and v.value().
template <int V, int A, int S, int K>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(double value) noexcept : value_(value) {}
  [[nodiscard]] constexpr double value() const noexcept { return value_; }
  static constexpr Dimension dimension() { return {.volt = V, .ampere = A, .second = S, .kelvin = K}; }
  constexpr Quantity operator-() const noexcept { return Quantity{-value_}; }
  friend constexpr Quantity operator+(Quantity a, Quantity b) noexcept { return Quantity{a.value_ + b.value_}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) noexcept { return Quantity{a.value_ - b.value_}; }
  friend constexpr Quantity operator*(Quantity a, double b) noexcept { return Quantity{a.value_ * b}; }
  friend constexpr Quantity operator*(double a, Quantity b) noexcept { return Quantity{a * b.value_}; }
  friend constexpr Quantity operator/(Quantity a, double b) noexcept { return Quantity{a.value_ / b}; }
  friend constexpr auto operator<=>(Quantity, Quantity) = default;

 private:
  double value_ = 0.0;
};

template <int V1, int A1, int S1, int K1, int V2, int A2, int S2, int K2>
constexpr auto operator*(Quantity<V1, A1, S1, K1> a, Quantity<V2, A2, S2, K2> b) noexcept {
  return Quantity<V1 + V2, A1 + A2, S1 + S2, K1 + K2>{a.value() * b.value()};
}
template <int V1, int A1, int S1, int K1, int V2, int A2, int S2, int K2>
constexpr auto operator/(Quantity<V1, A1, S1, K1> a, Quantity<V2, A2, S2, K2> b) noexcept {
  return Quantity<V1 - V2, A1 - A2, S1 - S2, K1 - K2>{a.value() / b.value()};
}

using Ratio = Quantity<0, 0, 0, 0>;  // 0.97 is 97 %
using Volts = Quantity<1, 0, 0, 0>;
using Amps = Quantity<0, 1, 0, 0>;
using Seconds = Quantity<0, 0, 1, 0>;
using Kelvin = Quantity<0, 0, 0, 1>;  // a temperature difference
using Watts = Quantity<1, 1, 0, 0>;
using Ohms = Quantity<1, -1, 0, 0>;
using Coulombs = Quantity<0, 1, 1, 0>;
using Joules = Quantity<1, 1, 1, 0>;
using VoltsPerSecond = Quantity<1, 0, -1, 0>;
using AmpsPerSecond = Quantity<0, 1, -1, 0>;

// A temperature as a point on the scale. Celsius - Celsius = Kelvin, Celsius + Kelvin = Celsius, nothing else.
class Celsius {
 public:
  constexpr Celsius() = default;
  constexpr explicit Celsius(double degrees) noexcept : degrees_(degrees) {}
  [[nodiscard]] constexpr double value() const noexcept { return degrees_; }
  static constexpr Dimension dimension() { return dimension::temperature; }
  friend constexpr Kelvin operator-(Celsius a, Celsius b) noexcept { return Kelvin{a.degrees_ - b.degrees_}; }
  friend constexpr Celsius operator+(Celsius a, Kelvin b) noexcept { return Celsius{a.degrees_ + b.value()}; }
  friend constexpr Celsius operator-(Celsius a, Kelvin b) noexcept { return Celsius{a.degrees_ - b.value()}; }
  friend constexpr auto operator<=>(Celsius, Celsius) = default;

 private:
  double degrees_ = 0.0;
};

}  // namespace rig
