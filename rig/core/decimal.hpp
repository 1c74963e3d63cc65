#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace rig {

// A decimal number as text: 0.digits * 10^exponent, without rounding. Units are factors like 1/1000 or 3600, which a
// double cannot always hold; multiplying and dividing the digits instead makes "3.3 mV" the same double as 0.0033 and
// lets every double be printed in every unit and read back.
struct Decimal {
  bool negative = false;
  std::string digits;  // no leading or trailing zeros; empty is zero
  int exponent = 0;

  static Decimal shortest(double finite);  // the fewest digits that read back to the same double
  static Decimal precise(double finite);   // its true value to 30 digits
  // Digits with an optional point; the caller has checked the form.
  static Decimal of(bool negative, const std::string& digits, std::size_t point, int exponent10);

  [[nodiscard]] Decimal times(std::uint32_t factor) const;
  [[nodiscard]] Decimal over(std::uint32_t divisor) const;  // to 40 significant digits
  [[nodiscard]] Decimal shifted(int powers_of_ten) const;
  [[nodiscard]] Decimal rounded(std::size_t significant) const;  // half away from zero

  // The nearest double; nothing when it would overflow, or vanish although it is not zero.
  [[nodiscard]] std::optional<double> to_double() const;
  [[nodiscard]] std::string text() const;  // "-12.5", "3.1e-09"; zero is "0"

 private:
  void trim();
};

}  // namespace rig
