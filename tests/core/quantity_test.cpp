#include "rig/core/quantity.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "rig/core/math.hpp"
#include "rig/core/random.hpp"

namespace rig {
namespace {

QuantityValue good(std::string_view text) {
  const auto parsed = parse_quantity(text);
  if (const auto* error = std::get_if<QuantityError>(&parsed)) {
    ADD_FAILURE() << text << ": " << error->message;
    return {};
  }
  return std::get<QuantityValue>(parsed);
}
QuantityError bad(std::string_view text) {
  const auto parsed = parse_quantity(text);
  if (const auto* value = std::get_if<QuantityValue>(&parsed)) {
    ADD_FAILURE() << text << " was read as " << value->value;
    return {};
  }
  return std::get<QuantityError>(parsed);
}
void expect_reads(std::string_view text, double value, Dimension dimension) {
  const QuantityValue got = good(text);
  EXPECT_EQ(got.value, value) << text;
  EXPECT_EQ(got.dimension, dimension) << text;
}

TEST(Quantity, reads_every_unit_that_the_rig_knows) {
  using namespace dimension;
  expect_reads("12.5 V", 12.5, voltage);
  expect_reads("3.3 mV", 0.0033, voltage);
  expect_reads("1.2 kV", 1200, voltage);
  expect_reads("7 uV", 7e-6, voltage);
  expect_reads("-3 A", -3, current);
  expect_reads("3.3 mA", 0.0033, current);
  expect_reads("0.1 kA", 100, current);
  expect_reads("2 W", 2, power);
  expect_reads("2 mW", 0.002, power);
  expect_reads("3.5 kW", 3500, power);
  expect_reads("1 Wh", 3600, energy);
  expect_reads("5.12 kWh", 18432000, energy);
  expect_reads("1 J", 1, energy);
  expect_reads("1 kJ", 1000, energy);
  expect_reads("100 Ah", 360000, charge);
  expect_reads("500 mAh", 1800, charge);
  expect_reads("5 C", 5, charge);
  expect_reads("2 Ohm", 2, resistance);
  expect_reads("0.7 mOhm", 0.0007, resistance);
  expect_reads("50 uOhm", 50e-6, resistance);
  expect_reads("10 mF", 0.01, charge / voltage);
  expect_reads("470 uF", 470e-6, charge / voltage);
  expect_reads("1.5 s", 1.5, time);
  expect_reads("20 ms", 0.02, time);
  expect_reads("20 us", 20e-6, time);
  expect_reads("20 ns", 20e-9, time);
  expect_reads("1.5 min", 90, time);
  expect_reads("1.5 h", 5400, time);
  expect_reads("2 d", 172800, time);
  expect_reads("5 K", 5, temperature_difference);
  expect_reads("5 mK", 0.005, temperature_difference);
  expect_reads("-20 degC", -20, temperature);
  expect_reads("97 %", 0.97, none);
  expect_reads("50 Hz", 50, frequency);
  expect_reads("1 kHz", 1000, frequency);
  expect_reads("3 1", 3, none);
}

TEST(Quantity, reads_the_signs_that_people_type) {
  expect_reads("2 \u03a9", 2, dimension::resistance);
  expect_reads("2 m\u03a9", 0.002, dimension::resistance);
  expect_reads("2 m\u2126", 0.002, dimension::resistance);
  expect_reads("2 \u00b5V", 2e-6, dimension::voltage);
  expect_reads("25 \u00b0C", 25, dimension::temperature);
}

TEST(Quantity, reads_composite_units) {
  expect_reads("10 mV/s", 0.01, dimension::voltage_rate);
  expect_reads("60 K/min", 1, dimension::temperature_rate);
  expect_reads("2 A/s", 2, dimension::current_rate);
  expect_reads("3 W / K", 3, dimension::power / dimension::temperature_difference);
  expect_reads("2 V*A*h", 7200, dimension::energy);
  expect_reads("6 V/A/s", 6, dimension::resistance / dimension::time);
  expect_reads("36 %/h", 0.0001, dimension::frequency);
  expect_reads("5 1/s", 5, dimension::frequency);
}

TEST(Quantity, reads_the_forms_of_a_number) {
  expect_reads("  +1.5e3   V  ", 1500, dimension::voltage);
  expect_reads("12.5V", 12.5, dimension::voltage);
  expect_reads(".5 V", 0.5, dimension::voltage);
  expect_reads("5. V", 5, dimension::voltage);
  expect_reads("1E-2V", 0.01, dimension::voltage);
  expect_reads("0.97", 0.97, dimension::none);
  expect_reads("0 V", 0, dimension::voltage);
  EXPECT_FALSE(std::signbit(good("-0 V").value));
}

TEST(Quantity, scales_without_rounding_twice) {
  for (int thousandths = 0; thousandths < 20000; ++thousandths) {
    const std::string digits = std::to_string(thousandths);
    const double direct = std::stod(digits + "e-3");
    ASSERT_EQ(good(digits + " mV").value, direct);
    ASSERT_EQ(good(digits + " %").value, std::stod(digits + "e-2"));
  }
}

TEST(Quantity, refuses_what_is_no_finite_number) {
  for (const char* text : {"", " ", "V", "nan V", "inf V", "-inf", "1e400 V", "1e309", "1e-400 V", "1e999999999 kV",
                           "0x10 V", "--1 V", "1.2.3 V", "1_000 V", "+ V", "e5"}) {
    bad(text);
  }
  bad(std::string(1000, '9') + " V");
}

TEST(Quantity, says_where_and_why_it_refuses) {
  EXPECT_EQ(bad("12 v").offset, 3u);
  EXPECT_EQ(bad("12 v").message, "unknown unit 'v', did you mean 'V'?");
  EXPECT_EQ(bad("12 mV/x").offset, 6u);
  EXPECT_EQ(bad("12 V/").offset, 5u);
  EXPECT_EQ(bad("12 V//s").offset, 5u);
  EXPECT_EQ(bad("12 K/degC").offset, 5u);
  EXPECT_EQ(bad("1 degC/min").offset, 2u);
  EXPECT_EQ(bad("12,5 V").offset, 2u);
  EXPECT_NE(bad("12,5 V").message.find("point"), std::string::npos);
  EXPECT_EQ(bad("12 V 3").offset, 3u);
  bad("1 V/s/s/s/s/s/s/s/s/s");
  bad("1 d*d*d*d*d");
}

TEST(Quantity, knows_units_alone) {
  EXPECT_EQ(parse_unit("Ah")->factor, 3600);
  EXPECT_EQ(parse_unit("mV")->factor, 0.001);
  EXPECT_EQ(parse_unit("mV/s")->dimension, dimension::voltage_rate);
  EXPECT_FALSE(parse_unit("").has_value());
  EXPECT_FALSE(parse_unit("parsec").has_value());
  EXPECT_EQ(units_of(dimension::voltage), "V, mV, kV, uV");
  EXPECT_EQ(units_of(dimension::temperature), "degC");
  EXPECT_EQ(units_of(dimension::power / dimension::temperature_difference), "W/K");
}

TEST(Quantity, prints_the_shortest_text) {
  EXPECT_EQ(format_quantity(12.5, dimension::voltage), "12.5 V");
  EXPECT_EQ(format_quantity(0.0033, dimension::voltage, "mV"), "3.3 mV");
  EXPECT_EQ(format_quantity(-0.0, dimension::voltage), "0 V");
  EXPECT_EQ(format_quantity(0.97, dimension::none), "0.97");
  EXPECT_EQ(format_quantity(0.97, dimension::none, "%"), "97 %");
  EXPECT_EQ(format_quantity(360000, dimension::charge, "Ah"), "100 Ah");
  EXPECT_EQ(format_quantity(5400, dimension::time, "h"), "1.5 h");
  EXPECT_EQ(format_quantity(25, dimension::temperature), "25 degC");
  EXPECT_EQ(format_quantity(1e-9, dimension::time), "1e-9 s");
  EXPECT_EQ(format_quantity(1.25e300, dimension::none), "1.25e+300");
  EXPECT_EQ(format_quantity(1, dimension::boolean), "true");
  EXPECT_EQ(format_quantity(infinity, dimension::voltage), "inf V");
  EXPECT_EQ(format_quantity(12.5, dimension::voltage, "A"), "12.5 V") << "a unit that does not fit is not believed";
}

TEST(Quantity, prints_for_people) {
  EXPECT_EQ(format_rounded(56.0123456, dimension::voltage), "56.012 V");
  EXPECT_EQ(format_rounded(9.99996, dimension::voltage), "10 V");
  EXPECT_EQ(format_rounded(99999.9, dimension::voltage, 3), "100000 V");
  EXPECT_EQ(format_rounded(5400, dimension::time), "1.5 h");
  EXPECT_EQ(format_rounded(0.25, dimension::time), "250 ms");
  EXPECT_EQ(format_rounded(90, dimension::time), "1.5 min");
  EXPECT_EQ(format_rounded(2e-5, dimension::time), "20 us");
  EXPECT_EQ(format_rounded(0, dimension::time), "0 s");
  EXPECT_EQ(format_rounded(0.123456, dimension::none, 3, "%"), "12.3 %");
  EXPECT_EQ(format_rounded(-infinity, dimension::time), "-inf s");
}

TEST(Quantity, shows_an_uncertainty_with_two_digits_and_the_value_to_the_same_place) {
  EXPECT_EQ(format_measured(56.23, 0.011854, dimension::voltage), "56.230 V +-0.012 V");
  EXPECT_EQ(format_measured(56.0243, 0.0996, dimension::voltage), "56.02 V +-0.10 V");
  EXPECT_EQ(format_measured(1234.5, 320, dimension::current), "1234 A +-320 A");
  EXPECT_EQ(format_measured(363160, 2013, dimension::charge), "100.88 Ah +-0.56 Ah");
  EXPECT_EQ(format_rounded(16560e3, dimension::energy), "4600 Wh");
  EXPECT_EQ(format_measured(25.04, 0.5, dimension::temperature), "25.04 degC +-0.50 K");
  EXPECT_EQ(format_measured(56.0243, 0, dimension::voltage), "56.024 V") << "nothing is known of it";
}

// Any double, in any unit, comes back with the same bits.
TEST(Quantity, reads_back_what_it_prints) {
  const std::vector<std::string> units{"V", "mV",  "kWh",  "Wh",    "Ah",     "mAh",  "h",        "min", "d",   "ns",
                                       "%", "K/h", "degC", "K/min", "mV/min", "uOhm", "kW*h/min", "W/K", "1/d", "1"};
  Random random(7);
  for (int i = 0; i < 40000; ++i) {
    double value = std::bit_cast<double>(random.next());
    if (i % 2 == 0) {
      value = (random.uniform() - 0.5) * 1000;
    }
    if (!std::isfinite(value) || value == 0 || std::abs(value) > 1e290 || std::abs(value) < 1e-290) {
      continue;
    }
    const std::string& unit = units[static_cast<std::size_t>(i) % units.size()];
    const Dimension d = parse_unit(unit)->dimension;
    const std::string text = format_quantity(value, d, unit);
    const QuantityValue back = good(text);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(back.value), std::bit_cast<std::uint64_t>(value)) << text;
    ASSERT_EQ(back.dimension, d) << text;
  }
}

TEST(Quantity, reads_back_the_edges_of_a_double) {
  for (const double value :
       {5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.1, 1.0 / 3, 9007199254740993.0}) {
    EXPECT_EQ(good(format_quantity(value, dimension::none)).value, value);
    EXPECT_EQ(good(format_quantity(-value, dimension::voltage)).value, -value);
  }
}

// Dimensions from products in expressions have no name, but their texts read back too.
TEST(Quantity, every_dimension_has_a_unit_that_it_reads) {
  for (std::int8_t v = -2; v <= 2; ++v) {
    for (std::int8_t a = -2; a <= 2; ++a) {
      for (std::int8_t s = -2; s <= 2; ++s) {
        for (std::int8_t k = -1; k <= 1; ++k) {
          const Dimension d{.volt = v, .ampere = a, .second = s, .kelvin = k};
          const QuantityValue back = good(format_quantity(1.5, d));
          EXPECT_EQ(back.value, 1.5);
          EXPECT_EQ(back.dimension, d) << describe(d);
        }
      }
    }
  }
}

TEST(Units, describe_themselves) {
  EXPECT_EQ(describe(dimension::voltage), "voltage (V)");
  EXPECT_EQ(describe(dimension::temperature), "temperature (degC)");
  EXPECT_EQ(describe(dimension::boolean), "a truth value");
  EXPECT_EQ(describe(dimension::none), "a plain number");
  EXPECT_EQ(describe(dimension::voltage * dimension::voltage), "a quantity in V*V");
  EXPECT_EQ(base_unit(dimension::none), "");
  EXPECT_EQ(base_unit(dimension::frequency / dimension::temperature_difference), "1/s/K");
}

TEST(Units, keep_points_and_differences_of_temperature_apart) {
  const Kelvin difference = Celsius{25} - Celsius{20};
  EXPECT_EQ(difference.value(), 5);
  EXPECT_EQ((Celsius{20} + difference).value(), 25);
  static_assert(std::is_same_v<decltype(Volts{1} * Amps{1}), Watts>);
  static_assert(std::is_same_v<decltype(Volts{1} / Amps{1}), Ohms>);
  static_assert(!std::is_convertible_v<double, Volts> && !std::is_convertible_v<Volts, double>);
}

TEST(Time, seconds_of_a_decimal_time_are_that_decimal) {
  EXPECT_EQ(to_seconds(Duration{300'000'000}), 0.3);
  EXPECT_EQ(from_seconds(0.3), Duration{300'000'000});
  EXPECT_EQ(from_seconds(-0.3), Duration{-300'000'000});
}

}  // namespace
}  // namespace rig
