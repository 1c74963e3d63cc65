#include "rig/core/math.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace rig {
namespace {

// ln 2 in two parts: the upper one has so few bits that its product with an exponent is exact (fdlibm, e_exp.c).
constexpr double ln2_hi = 6.93147180369123816490e-01;
constexpr double ln2_lo = 1.90821492927058770002e-10;
constexpr double log2_e = 1.44269504088896338700e+00;
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

constexpr int nearest_int(double x) noexcept { return static_cast<int>(x + (x < 0 ? -0.5 : 0.5)); }

// 2^k for -1022 <= k <= 1023.
constexpr double power_of_two(int k) noexcept {
  return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

// Taylor coefficients 1/2!, 1/3!, ... are enough: the arguments below are small.
template <std::size_t N>
constexpr std::array<double, N> inverse_factorials() {
  std::array<double, N> result{};
  double factorial = 1;
  for (std::size_t i = 0; i < N; ++i) {
    factorial *= static_cast<double>(i < 2 ? 1 : i);
    result[i] = 1 / factorial;
  }
  return result;
}
constexpr auto one_over_factorial = inverse_factorials<19>();  // up to 18! < 2^53: each is exact before the division

double exp_polynomial(double r) noexcept {
  double sum = one_over_factorial[13];
  for (std::size_t i = 13; i-- > 0;) {
    sum = sum * r + one_over_factorial[i];
  }
  return sum;
}

// sin and cos for |r| <= pi/4 (a bit more through rounding).
double sin_polynomial(double r) noexcept {
  const double z = r * r;
  double sum = one_over_factorial[17];
  for (std::size_t i = 15; i >= 3; i -= 2) {
    sum = one_over_factorial[i] - z * sum;
  }
  return r - r * z * sum;
}
double cos_polynomial(double r) noexcept {
  const double z = r * r;
  double sum = one_over_factorial[18];
  for (std::size_t i = 16; i >= 2; i -= 2) {
    sum = one_over_factorial[i] - z * sum;
  }
  return 1 - z * sum;
}

}  // namespace

double exact_exp(double x) noexcept {
  if (x != x) {
    return x;
  }
  if (x > 709.782712893384) {
    return infinity;
  }
  if (x < -745.1332191019412) {
    return 0;
  }
  const int k = nearest_int(x * log2_e);
  const double r = (x - k * ln2_hi) - k * ln2_lo;
  // In two steps, because 2^1024 is no double and results below 2^-1022 must round once.
  const int half = k / 2;
  return exp_polynomial(r) * power_of_two(half) * power_of_two(k - half);
}

double exact_log(double x) noexcept {
  if (x != x || x < 0) {
    return not_a_number;
  }
  if (x == 0) {
    return -infinity;
  }
  if (x == infinity) {
    return x;
  }
  int k = 0;
  if (x < power_of_two(-1022)) {
    x *= power_of_two(54);
    k = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  k += static_cast<int>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0x000F'FFFF'FFFF'FFFFull) | 0x3FF0'0000'0000'0000ull);
  if (m > 1.4142135623730951) {
    m /= 2;
    ++k;
  }
  // log m = 2 artanh s with s = (m - 1) / (m + 1), |s| < 0.172.
  const double s = (m - 1) / (m + 1);
  const double z = s * s;
  double sum = 0;
  for (int i = 25; i >= 3; i -= 2) {
    sum = (sum + 1.0 / i) * z;
  }
  return k * ln2_hi + (k * ln2_lo + (2 * s + 2 * s * sum));
}

double exact_sin(double x) noexcept {
  constexpr double largest = 4e8;
  if (!(x >= -largest && x <= largest)) {
    return not_a_number;
  }
  // pi/2 in pieces of 25 bits: each product with a 28-bit count of quarter turns is exact.
  constexpr std::array pieces{0x1.921fb50000000p+0, 0x1.110b460000000p-26, 0x1.1a62630000000p-54, 0x1.8a2e030000000p-81,
                              0x1.c1cd129024e09p-107};
  constexpr double two_over_pi = 6.36619772367581382433e-01;
  const int turns = nearest_int(x * two_over_pi);
  double r = x;
  for (const double piece : pieces) {
    r -= turns * piece;
  }
  switch (static_cast<unsigned>(turns) & 3u) {
    case 0:
      return turns == 0 ? sin_polynomial(x) : sin_polynomial(r);
    case 1:
      return cos_polynomial(r);
    case 2:
      return -sin_polynomial(r);
    default:
      return -cos_polynomial(r);
  }
}

}  // namespace rig
