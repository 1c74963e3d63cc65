#include "drivers/scpi/text.hpp"

#include <gmock/gmock.h>

#include <clocale>
#include <cstdlib>
#include <filesystem>

namespace rig::scpi {
namespace {

double value_of(std::string_view text, std::string_view unit = {}) {
  const auto measured = parse_measured(text, unit);
  EXPECT_TRUE(measured.has_value()) << text;
  EXPECT_TRUE(measured && measured->valid) << text;
  return measured ? measured->value : -1.0;
}

TEST(ScpiText, numbers_come_in_three_forms_with_and_without_units) {
  EXPECT_DOUBLE_EQ(value_of("56"), 56.0);
  EXPECT_DOUBLE_EQ(value_of("56.20 V", "V"), 56.2);
  EXPECT_DOUBLE_EQ(value_of("56.20V", "V"), 56.2);
  EXPECT_DOUBLE_EQ(value_of("+5.62000000E+01", "V"), 56.2);
  EXPECT_DOUBLE_EQ(value_of(" -3.5 A ", "A"), -3.5);
  EXPECT_DOUBLE_EQ(value_of(".5", "A"), 0.5);
  EXPECT_DOUBLE_EQ(value_of("56200 mV", "V"), 56.2);
  EXPECT_DOUBLE_EQ(value_of("4.2 kW", "W"), 4200.0);
}

TEST(ScpiText, another_unit_or_no_number_is_no_value) {
  for (const char* text :
       {"", "V", "56.20 A", "56,20", "56.20 V V", "+-3", "--3", "1.2.3", "ON", "0x12", "infinity V"}) {
    EXPECT_FALSE(parse_measured(text, "V").has_value()) << text;
  }
}

TEST(ScpiText, what_boxes_send_when_they_have_no_value_is_not_a_number) {
  for (const char* text : {"9.9E37", "+9.90000000E+37", "9.91E37", "-9.9E37", "OVLD", "nan", "INF"}) {
    const auto measured = parse_measured(text, "V");
    ASSERT_TRUE(measured.has_value()) << text;
    EXPECT_FALSE(measured->valid) << text;
  }
}

TEST(ScpiText, truth_comes_as_words_and_as_digits) {
  EXPECT_EQ(parse_boolean("ON"), true);
  EXPECT_EQ(parse_boolean("1"), true);
  EXPECT_EQ(parse_boolean("off"), false);
  EXPECT_EQ(parse_boolean("0"), false);
  EXPECT_EQ(parse_boolean("2"), std::nullopt);
  EXPECT_EQ(parse_boolean(""), std::nullopt);
}

TEST(ScpiText, registers_come_as_whole_numbers_and_as_floating_ones) {
  EXPECT_EQ(parse_integer("+2048"), 2048);
  EXPECT_EQ(parse_integer("+2.56000000E+02"), 256);
  EXPECT_EQ(parse_integer("2.5"), std::nullopt);
}

TEST(ScpiText, a_number_is_sent_with_fixed_decimals_and_no_exponent) {
  EXPECT_EQ(format_fixed(56.2, 2), "56.20");
  EXPECT_EQ(format_fixed(1e-7, 3), "0.000");
  EXPECT_EQ(format_fixed(-1e-7, 2), "0.00");
  EXPECT_EQ(format_fixed(12000, 0), "12000");
  EXPECT_EQ(format_fixed(1234567.0, 1), "1234567.0");
}

TEST(ScpiText, an_error_has_a_code_and_a_text_that_may_hold_commas) {
  const auto error = parse_error("-222,\"Data out of range; VOLT, 85\"");
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, -222);
  EXPECT_EQ(error->text, "Data out of range; VOLT, 85");
  EXPECT_EQ(parse_error("+0,\"No error\"")->code, 0);
  EXPECT_FALSE(parse_error("No error").has_value());
}

TEST(ScpiText, commas_inside_quotes_do_not_separate) {
  EXPECT_THAT(split_list("1.0 V, \"a,b\" ,3"), ::testing::ElementsAre("1.0 V", "\"a,b\"", "3"));
  EXPECT_THAT(split_list(""), ::testing::ElementsAre(""));
}

TEST(ScpiText, an_identity_has_four_fields_and_firmware_may_have_more) {
  const auto identity = parse_identity("EA Elektro-Automatik GmbH & Co.KG, PSB 9080-240 3U, 2830340017, V2.29, V2.26");
  ASSERT_TRUE(identity.has_value());
  EXPECT_EQ(identity->model, "PSB 9080-240 3U");
  EXPECT_EQ(identity->firmware, "V2.29, V2.26");
  EXPECT_FALSE(parse_identity("LAMBDA,GEN80-65").has_value());
}

// A locale with a decimal comma, made here if the machine has none: Debian ships its sources, not the locales.
class DecimalComma : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto folder = std::filesystem::temp_directory_path() / "gtxrig_test_locale";
    std::filesystem::create_directories(folder);
    const std::string make = "localedef -i de_DE -f UTF-8 '" + (folder / "de_DE.UTF-8").string() + "' >/dev/null 2>&1";
    for (const char* name : {"de_DE.UTF-8", "de_DE.utf8"}) {
      if (std::setlocale(LC_ALL, name) != nullptr) {
        return;
      }
    }
    if (std::system(make.c_str()) == 0) {  // NOLINT(bugprone-command-processor): a tool of the C library, no user input
      ::setenv("LOCPATH", folder.c_str(), 1);
      if (std::setlocale(LC_ALL, "de_DE.UTF-8") != nullptr) {
        return;
      }
    }
    GTEST_SKIP() << "NOT TESTED: no locale with a decimal comma, and localedef could not make one (package locales)";
  }
  void TearDown() override {
    ::unsetenv("LOCPATH");
    std::setlocale(LC_ALL, "C");
  }
};

TEST_F(DecimalComma, changes_neither_what_is_sent_nor_what_is_read) {
  ASSERT_STREQ(std::localeconv()->decimal_point, ",");
  EXPECT_EQ(format_fixed(56.25, 2), "56.25");
  EXPECT_DOUBLE_EQ(value_of("56.25 V", "V"), 56.25);
  EXPECT_DOUBLE_EQ(value_of("+5.62500000E+01"), 56.25);
  EXPECT_FALSE(parse_measured("56,25 V", "V").has_value());
}

}  // namespace
}  // namespace rig::scpi
