#include "rig/core/decimal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace rig {
namespace {

// "-1.25e-07" as std::to_chars writes it.
Decimal of_scientific(const std::string& text) {
  const bool negative = text.front() == '-';
  const std::size_t e = text.find('e');
  std::string digits = text.substr(negative ? 1 : 0, e - (negative ? 1 : 0));
  std::erase(digits, '.');
  return Decimal::of(negative, digits, 1, std::stoi(text.substr(e + 1)));
}

}  // namespace

void Decimal::trim() {
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) {
    digits.clear();
    exponent = 0;
    negative = false;  // "-0" is 0
    return;
  }
  digits.erase(0, first);
  exponent -= static_cast<int>(first);
  digits.erase(digits.find_last_not_of('0') + 1);
}

Decimal Decimal::shortest(double finite) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), finite, std::chars_format::scientific);
  return of_scientific({buffer.data(), end.ptr});
}

Decimal Decimal::precise(double finite) {
  std::array<char, 60> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), finite, std::chars_format::scientific, 29);
  return of_scientific({buffer.data(), end.ptr});
}

Decimal Decimal::of(bool negative, const std::string& digits, std::size_t point, int exponent10) {
  Decimal result{negative, digits, static_cast<int>(point) + exponent10};
  result.trim();
  return result;
}

Decimal Decimal::times(std::uint32_t factor) const {
  std::string product;
  std::uint64_t carry = 0;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    carry += static_cast<std::uint64_t>(*digit - '0') * factor;
    product.push_back(static_cast<char>('0' + carry % 10));
    carry /= 10;
  }
  int grown = 0;
  for (; carry > 0; carry /= 10, ++grown) {
    product.push_back(static_cast<char>('0' + carry % 10));
  }
  std::reverse(product.begin(), product.end());
  Decimal result{negative, std::move(product), exponent + grown};
  result.trim();
  return result;
}

Decimal Decimal::over(std::uint32_t divisor) const {
  constexpr std::size_t enough = 40;
  std::string quotient;
  std::uint64_t rest = 0;
  std::size_t significant = 0;
  for (std::size_t i = 0; i < digits.size() || (rest != 0 && significant < enough); ++i) {
    rest = rest * 10 + (i < digits.size() ? static_cast<std::uint64_t>(digits[i] - '0') : 0);
    quotient.push_back(static_cast<char>('0' + rest / divisor));
    rest %= divisor;
    significant += (significant > 0 || quotient.back() != '0') ? 1 : 0;
  }
  if (rest != 0) {
    quotient.push_back('1');  // so that what was cut off cannot turn into a tie
  }
  Decimal result{negative, std::move(quotient), exponent};
  result.trim();
  return result;
}

Decimal Decimal::shifted(int powers_of_ten) const {
  Decimal result = *this;
  if (!digits.empty()) {
    result.exponent += powers_of_ten;
  }
  return result;
}

Decimal Decimal::rounded(std::size_t significant) const {
  if (digits.size() <= significant) {
    return *this;
  }
  Decimal result{negative, "0" + digits.substr(0, significant), exponent + 1};
  if (digits[significant] >= '5') {
    std::size_t i = result.digits.size() - 1;
    for (; result.digits[i] == '9'; --i) {
      result.digits[i] = '0';
    }
    ++result.digits[i];
  }
  result.trim();
  return result;
}

std::optional<double> Decimal::to_double() const {
  if (digits.empty()) {
    return 0.0;
  }
  const std::string text = (negative ? "-0." : "0.") + digits + "e" + std::to_string(exponent);
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) || value == 0) {
    return std::nullopt;
  }
  return value;
}

std::string Decimal::text() const {
  if (digits.empty()) {
    return "0";
  }
  std::string result = negative ? "-" : "";
  const int size = static_cast<int>(digits.size());
  if (exponent < -4 || exponent > 16) {
    result += digits.substr(0, 1) + (size > 1 ? "." + digits.substr(1) : "");
    const int power = exponent - 1;
    result += (power < 0 ? "e-" : "e+") + std::to_string(std::abs(power));
  } else if (exponent <= 0) {
    result += "0." + std::string(static_cast<std::size_t>(-exponent), '0') + digits;
  } else if (exponent >= size) {
    result += digits + std::string(static_cast<std::size_t>(exponent - size), '0');
  } else {
    result +=
        digits.substr(0, static_cast<std::size_t>(exponent)) + "." + digits.substr(static_cast<std::size_t>(exponent));
  }
  return result;
}

}  // namespace rig
