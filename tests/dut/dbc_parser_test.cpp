#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "rig/core/error.hpp"
#include "rig/core/files.hpp"
#include "rig/dut/dbc.hpp"
#include "tests/source_dir.hpp"

namespace rig {
namespace {
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

struct Parsed {
  Dbc dbc;
  Diagnostics diagnostics;
  // "error 3:6 message; hint", one per entry.
  std::vector<std::string> texts() const {
    std::vector<std::string> result;
    for (const Diagnostic& d : diagnostics.all()) {
      result.push_back((d.severity == Severity::error ? "error " : "warning ") + std::to_string(d.mark.line) + ":" +
                       std::to_string(d.mark.column) + " " + d.message + "; " + d.hint);
    }
    return result;
  }
};

Parsed parse(std::string text) {
  Parsed result;
  result.dbc =
      parse_dbc(std::make_shared<const SourceText>(SourceText{"test.dbc", std::move(text)}), result.diagnostics);
  return result;
}

Parsed parse_signals(const std::string& lines) { return parse("BO_ 100 Frame: 8 Node\n" + lines); }

std::string project_file(const std::string& path) { return source_dir() + "/" + path; }

TEST(DbcReader, reads_the_project_file_without_a_single_remark) {
  Diagnostics diagnostics;
  const Dbc dbc = parse_dbc(read_text(project_file("cases/gtx5000.dbc")), diagnostics);
  EXPECT_EQ(diagnostics.render(), "");
  std::size_t count = 0;
  for (const DbcMessage& message : dbc.messages) {
    count += message.signals.size();
  }
  EXPECT_EQ(dbc.messages.size(), 27u);
  EXPECT_EQ(count, 164u);
  ASSERT_NE(dbc.find(0x351), nullptr);
  EXPECT_EQ(dbc.find(0x351)->name, "BMS_Limits");
  EXPECT_EQ(dbc.find(0x351)->cycle_time, std::chrono::seconds{1});
  EXPECT_EQ(dbc.find(0x351, true), nullptr);
  EXPECT_EQ(dbc.find("BMS_Limits"), dbc.find(0x351));
}

TEST(DbcReader, keeps_a_11_bit_id_apart_from_the_same_29_bit_id) {
  const Parsed parsed = parse("BO_ 100 Short: 8 Node\nBO_ 2147483748 Long: 8 Node\n");
  EXPECT_THAT(parsed.texts(), ElementsAre());
  EXPECT_EQ(parsed.dbc.find(100, false)->name, "Short");
  EXPECT_EQ(parsed.dbc.find(100, true)->name, "Long");
}

TEST(DbcReader, refuses_an_id_that_no_frame_can_have) {
  EXPECT_THAT(parse("BO_ 2048 TooLong: 8 Node\n").texts(),
              ElementsAre(AllOf(HasSubstr("error 1:5 2048 is no 11-bit identifier"), HasSubstr("bit 31 set"))));
  EXPECT_THAT(parse("BO_ 2684354560 TooLong: 8 Node\n").texts(), ElementsAre(HasSubstr("is no 29-bit identifier")));
}

TEST(DbcReader, takes_no_statement_out_of_a_comment) {
  const Parsed parsed = parse(
      "BO_ 100 Frame: 8 Node\nCM_ BO_ 100 \"first;\nBO_ 101 Ghost: 8 Node\n says \\\"no\\\";\";\nBO_ 102 Real: 1 "
      "Node\n");
  EXPECT_THAT(parsed.texts(), ElementsAre());
  ASSERT_EQ(parsed.dbc.messages.size(), 2u);
  EXPECT_EQ(parsed.dbc.messages[1].name, "Real");
  EXPECT_EQ(parsed.dbc.messages[1].mark.line, 5) << "lines inside a text count";
}

TEST(DbcReader, takes_the_names_below_NS_for_names) {
  const Parsed parsed = parse("VERSION \"\"\nNS_ :\n\tCM_\n\tBA_\n\tBO_TX_BU_\n\nBS_:\nBU_: A B\nBO_ 1 Frame: 8 A\n");
  EXPECT_THAT(parsed.texts(), ElementsAre());
  EXPECT_EQ(parsed.dbc.messages.size(), 1u);
}

TEST(DbcReader, reports_several_mistakes_of_one_file_each_at_its_place) {
  const Parsed parsed = parse(
      "BO_ 100 Frame: 8 Node\n"
      " SG_ Good : 0|8@1+ (1,0) [0|0] \"\" X\n"
      " SG_ Factor : 8|8@1+ (1.2.3,0) [0|0] \"\" X\n"
      " SG_ Order : 16|8@2+ (1,0) [0|0] \"\" X\n"
      " SG_ Sign : 24|8@1 (1,0) [0|0] \"\" X\n"
      " SG_ NoBits : 24|0@1+ (1,0) [0|0] \"\" X\n"
      "BO_ 101 TooMany: 4097 Node\n"
      " SG_ Dropped : 0|8@1+ (1,0) [0|0] \"\" X\n"
      "BO_ 102 NoColon 8 Node\n"
      "BO_ 103 Fine: 8 Node\n");
  EXPECT_THAT(parsed.texts(),
              ElementsAre(HasSubstr("error 3:23 '1.2.3' is no number"), HasSubstr("error 4:19 '2' is no whole number"),
                          HasSubstr("error 5:20 '(' has no place here; wanted: '+' (unsigned)"),
                          HasSubstr("error 6:18 a signal has at least one bit"),
                          HasSubstr("error 7:18 '4097' is no whole number from 0 to 4096"),
                          HasSubstr("error 9:17 '8' has no place here; wanted: ':'")));
  ASSERT_EQ(parsed.dbc.messages.size(), 2u);
  EXPECT_EQ(parsed.dbc.messages[0].signals.size(), 1u);
  EXPECT_TRUE(parsed.dbc.messages[1].signals.empty());
}

TEST(DbcReader, reports_a_missing_end_of_statement_where_the_next_one_begins) {
  const Parsed parsed = parse("BO_ 100 Frame: 8 Node\nCM_ BO_ 100 \"no end\"\nBO_ 101 Next: 8 Node\n");
  EXPECT_THAT(parsed.texts(), ElementsAre(HasSubstr("error 3:1 'BO_' has no place here; wanted: ';'")));
  EXPECT_EQ(parsed.dbc.messages.size(), 2u) << "the next statement is read all the same";
}

TEST(DbcReader, refuses_what_is_there_twice) {
  EXPECT_THAT(parse("BO_ 100 One: 8 Node\nBO_ 100 Two: 8 Node\n").texts(),
              ElementsAre(AllOf(HasSubstr("error 2:9 two messages have the id 100 (0x64)"),
                                HasSubstr("the first is One in line 1"))));
  EXPECT_THAT(parse("BO_ 100 Same: 8 Node\nBO_ 101 Same: 8 Node\n").texts(),
              ElementsAre(HasSubstr("two messages are named 'Same'")));
  EXPECT_THAT(parse_signals(" SG_ A : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ A : 8|8@1+ (1,0) [0|0] \"\" X\n").texts(),
              ElementsAre(AllOf(HasSubstr("error 3:6 message Frame has two signals 'A'"), HasSubstr("line 2"))));
}

TEST(DbcReader, refuses_a_signal_that_leaves_its_frame) {
  EXPECT_THAT(parse("BO_ 100 Frame: 2 Node\n SG_ A : 9|8@1+ (1,0) [0|0] \"\" X\n").texts(),
              ElementsAre(HasSubstr("error 2:6 'A' reaches into byte 2, but message Frame has 2 bytes")));
  EXPECT_THAT(parse("BO_ 100 Frame: 2 Node\n SG_ A : 8|8@1+ (1,0) [0|0] \"\" X\n").texts(), ElementsAre());
  // Motorola from bit 0 of byte 0: one bit there, seven in byte 1; from bit 0 of byte 7 nothing follows.
  EXPECT_THAT(parse("BO_ 100 Frame: 2 Node\n SG_ A : 0|8@0+ (1,0) [0|0] \"\" X\n").texts(), ElementsAre());
  EXPECT_THAT(parse_signals(" SG_ A : 56|2@0+ (1,0) [0|0] \"\" X\n").texts(),
              ElementsAre(AllOf(HasSubstr("reaches into byte 8"), HasSubstr("most significant bit"))));
  EXPECT_THAT(parse_signals(" SG_ A : 63|64@1+ (1,0) [0|0] \"\" X\n").texts(), ElementsAre(HasSubstr("byte 15")));
}

TEST(DbcReader, refuses_signals_that_share_bits) {
  EXPECT_THAT(parse_signals(" SG_ A : 0|9@1+ (1,0) [0|0] \"\" X\n SG_ B : 8|8@1+ (1,0) [0|0] \"\" X\n").texts(),
              ElementsAre(AllOf(HasSubstr("error 3:6 'B' lies on bits of 'A'"), HasSubstr("'A' is in line 2"))));
  // Intel bits 0-7 and Motorola from bit 15 are neighbours; from bit 7 they are the same byte.
  EXPECT_THAT(parse_signals(" SG_ A : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ B : 15|8@0+ (1,0) [0|0] \"\" X\n").texts(),
              ElementsAre());
  EXPECT_THAT(parse_signals(" SG_ A : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ B : 7|8@0+ (1,0) [0|0] \"\" X\n").texts(),
              ElementsAre(HasSubstr("'B' lies on bits of 'A'")));
}

TEST(DbcReader, lets_multiplexed_signals_share_bits_only_on_different_pages) {
  const std::string selector = " SG_ P M : 0|8@1+ (1,0) [0|0] \"\" X\n";
  const auto page = [](const std::string& name, const std::string& mark, int start) {
    return " SG_ " + name + " " + mark + " : " + std::to_string(start) + "|8@1+ (1,0) [0|0] \"\" X\n";
  };
  EXPECT_THAT(parse_signals(selector + page("A", "m0", 8) + page("B", "m1", 8)).texts(), ElementsAre());
  EXPECT_THAT(parse_signals(selector + page("A", "m1", 8) + page("B", "m1", 8)).texts(),
              ElementsAre(HasSubstr("'B' lies on bits of 'A'")));
  EXPECT_THAT(parse_signals(selector + page("A", "m1", 0)).texts(), ElementsAre(HasSubstr("'A' lies on bits of 'P'")));
  EXPECT_THAT(parse_signals(page("A", "m1", 8)).texts(), ElementsAre(HasSubstr("has no multiplexer")));
  EXPECT_THAT(parse_signals(selector + page("Q", "M", 8) + page("A", "m0", 16)).texts(),
              ElementsAre(HasSubstr("two multiplexers (M), 'P' and 'Q': which of them selects 'A'")));
}

TEST(DbcReader, lets_signals_of_several_stages_share_bits_that_never_meet) {
  const std::string head =
      " SG_ P M : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ Q m1M : 8|8@1+ (1,0) [0|0] \"\" X\n"
      " SG_ A m2 : 16|8@1+ (1,0) [0|0] \"\" X\n SG_ B m7 : 16|8@1+ (1,0) [0|0] \"\" X\n";
  const Parsed parsed = parse_signals(head + "SG_MUL_VAL_ 100 A Q 2-3, 5-5;\nSG_MUL_VAL_ 100 B Q 4-4, 6-9;\n");
  EXPECT_THAT(parsed.texts(), ElementsAre());
  const DbcMessage& message = parsed.dbc.messages.front();
  const std::uint8_t third[] = {1, 3, 77};
  EXPECT_EQ(decode(message, *message.find("A"), third), 77);
  EXPECT_EQ(decode(message, *message.find("B"), third), std::nullopt);
  const std::uint8_t other_page[] = {2, 3, 77};
  EXPECT_EQ(decode(message, *message.find("A"), other_page), std::nullopt) << "Q itself is not there";
  EXPECT_THAT(parse_signals(head + "SG_MUL_VAL_ 100 A Q 2-5;\nSG_MUL_VAL_ 100 B Q 4-4;\n").texts(),
              ElementsAre(HasSubstr("'B' lies on bits of 'A'")));
  EXPECT_THAT(parse_signals(head + "SG_MUL_VAL_ 100 A Ghost 2-5;\nSG_MUL_VAL_ 100 B Q 4-4;\n").texts(),
              ElementsAre(HasSubstr("'A' is selected by 'Ghost', which message Frame does not have")));
  EXPECT_THAT(parse_signals(head + "SG_MUL_VAL_ 100 A Q 5-2;\n").texts(),
              testing::Contains(HasSubstr("error 6:22 '-2' has no place here; wanted: the last value of a range")));
  EXPECT_THAT(parse_signals(head + "SG_MUL_VAL_ 100 P Q 1-1;\nSG_MUL_VAL_ 100 Q P 1-1;\nSG_MUL_VAL_ 100 A Q 2-2;\n"
                                   "SG_MUL_VAL_ 100 B Q 4-4;\n")
                  .texts(),
              testing::Contains(HasSubstr("is selected by a signal that is selected by it in turn")));
}

TEST(DbcReader, reads_what_tools_of_several_makers_write) {
  Diagnostics diagnostics;
  const Dbc dbc = parse_dbc(read_raw_text(project_file("tests/dut/public_style.dbc")), diagnostics);
  EXPECT_EQ(diagnostics.render(), "");
  EXPECT_THAT(dbc.nodes, ElementsAre("BMS", "Charger", "Tester"));
  const DbcMessage& pack = *dbc.find("Pack");
  EXPECT_EQ(pack.cycle_time, std::chrono::milliseconds{100});
  EXPECT_EQ(pack.send_type, "Cyclic");
  EXPECT_EQ(dbc.find("Fast")->send_type, "Event") << "the default";
  EXPECT_EQ(dbc.find("Fast")->length, 64u);
  EXPECT_EQ(pack.comment, "sent each 100 ms; see \"Pack\"");
  const DbcSignal& temperature = *pack.find("Temperature");
  EXPECT_EQ(temperature.unit, "\u00B0C") << "the file is in Windows-1252";
  EXPECT_EQ(temperature.comment, "w\u00E4rmste Zelle");
  EXPECT_EQ(temperature.start_raw, 130.0);
  EXPECT_THAT(dbc.comment, HasSubstr("\u00DCbersicht"));
  ASSERT_EQ(dbc.tables.size(), 1u);
  EXPECT_EQ(dbc.tables[0].second.size(), 4u);
}

TEST(DbcReader, keeps_the_columns_of_a_file_that_is_not_UTF_8) {
  const Parsed parsed = parse("BO_ 1 A: 8 N\n SG_ T : 0|8@1+ (1,0) [0|0] \"\xB0\" 5\n");
  EXPECT_THAT(parsed.texts(), ElementsAre(HasSubstr("error 2:33 '5' has no place here")));
}

TEST(DbcReader, passes_over_environment_variables_groups_and_relations) {
  EXPECT_THAT(
      parse("BO_ 1 A: 8 N\n SG_ T : 0|8@1+ (1,0) [0|0] \"\"\nEV_ E: 0 [0|1] \"\" 0 1 D0 V__X;\n"
            "ENVVAR_DATA_ E: 2;\nSIG_GROUP_ 1 G 1 : T;\nBO_TX_BU_ 1 : N,M;\nBA_REL_ \"R\" BU_SG_REL_ N SG_ 1 T 5;\n"
            "CM_ EV_ E \"of a variable\";\nVAL_ E 0 \"off\" ;\nBA_ \"X\" EV_ E 5;\n")
          .texts(),
      ElementsAre());
}

TEST(DbcReader, says_what_is_wrong_with_an_attribute) {
  EXPECT_THAT(parse("BO_ 1 A: 8 N\nBA_ \"GenMsgCycleTime\" BO_ 1 \"soon\";\n").texts(),
              ElementsAre(HasSubstr("error 2:29 'soon' is no cycle time; wanted: milliseconds")));
  EXPECT_THAT(parse("BO_ 1 A: 8 N\nBA_DEF_DEF_ \"GenMsgCycleTime\" -1;\n").texts(),
              ElementsAre(HasSubstr("'-1' is no cycle time")));
  EXPECT_EQ(parse("BO_ 1 A: 8 N\nBA_ \"GenMsgCycleTime\" BO_ 1 100.0;\n").dbc.messages[0].cycle_time,
            std::chrono::milliseconds{100});
}

TEST(DbcReader, refuses_numbers_that_cannot_be_meant) {
  EXPECT_THAT(parse_signals(" SG_ A : 0|8@1+ (0,0) [0|0] \"\" X\n").texts(),
              ElementsAre(HasSubstr("error 2:18 the factor is 0")));
  EXPECT_THAT(parse_signals(" SG_ A : 0|8@1+ (1e999,0) [0|0] \"\" X\n").texts(), ElementsAre(HasSubstr("'1e999'")));
  EXPECT_THAT(parse_signals(" SG_ A : 0|8@1+ (1,0) [5|4] \"\" X\n").texts(),
              ElementsAre(HasSubstr("warning 2:24 the minimum 5 lies above the maximum 4")));
  EXPECT_THAT(parse("BO_ 99999999999 A: 8 N\n").texts(), ElementsAre(HasSubstr("'99999999999'")));
  EXPECT_THAT(parse("BO_ -5 A: 8 N\n").texts(), ElementsAre(HasSubstr("'-5' is no whole number")));
  EXPECT_THAT(parse_signals(" SG_ F : 0|16@1- (1,0) [0|0] \"\" X\nSIG_VALTYPE_ 100 F : 1;\n").texts(),
              ElementsAre(HasSubstr("'F' is a floating-point number of 32 bits, but has 16")));
}

TEST(DbcReader, says_what_an_unknown_statement_may_have_meant) {
  EXPECT_THAT(parse("SIG_VALTYP_ 1 A : 1;\nBO_ 101 Next: 8 Node\n").texts(),
              ElementsAre(HasSubstr("error 1:1 'SIG_VALTYP_' begins no DBC statement; did you mean SIG_VALTYPE_?")));
}

TEST(DbcReader, gives_the_signals_of_an_unreadable_message_to_no_other) {
  const std::string signal = " SG_ A : 0|8@1+ (1,0) [0|0] \"\" X\n";
  const Parsed parsed = parse("BO_ 100 Frame: 8 Node\n" + signal + "B0_ 101 Slip: 8 Node\n" + signal);
  EXPECT_THAT(parsed.texts(), ElementsAre(HasSubstr("error 3:1 'B0_' begins no DBC statement")));
  ASSERT_EQ(parsed.dbc.messages.size(), 1u);
  EXPECT_EQ(parsed.dbc.messages[0].signals.size(), 1u);
  EXPECT_THAT(parse(signal).texts(), ElementsAre(HasSubstr("error 1:2 a signal (SG_) before the first message")));
}

TEST(DbcReader, warns_of_values_for_what_is_not_there) {
  const Parsed parsed = parse(
      "BO_ 100 Frame: 8 Node\nVAL_ 100 Ghost 0 \"off\" ;\nVAL_ 101 Ghost 0 \"off\" ;\nBA_ \"GenMsgCycleTime\" BO_ 102 "
      "5;\n");
  EXPECT_THAT(parsed.texts(), ElementsAre(HasSubstr("warning 2:10 message Frame has no signal 'Ghost'"),
                                          HasSubstr("warning 3:6 no message has the id 101"),
                                          HasSubstr("warning 4:27 no message has the id 102")));
}

TEST(DbcReader, says_where_a_truncated_file_breaks_off) {
  EXPECT_THAT(parse_signals(" SG_ A : 0|8@1+ (1,").texts(),
              ElementsAre(AllOf(HasSubstr("error 2:20 the file ends in the middle"), HasSubstr("the offset"))));
  EXPECT_THAT(parse_signals("CM_ \"never closed\nBO_ 101 Next: 8 Node\n").texts(),
              ElementsAre(HasSubstr("error 2:5 the file ends inside the text that begins here")));
}

TEST(DbcReader, refuses_files_that_are_no_dbc) {
  EXPECT_THAT(parse("").texts(), ElementsAre(HasSubstr("no message (BO_) in this file")));
  EXPECT_THAT(parse(std::string("BO_ 1 A: 8 N\nab\0cd", 18)).texts(),
              ElementsAre(HasSubstr("error 2:3 a byte 0x00: this is no text")));
  EXPECT_THAT(parse("case: no_dbc\nsteps: []\n").texts(), ElementsAre(HasSubstr("'case' begins no DBC statement")));
  EXPECT_THROW(read_dbc(project_file("tests/dut")), RigError);
}

// Whatever the text, reading ends, stays in bounds, and a broken text is never taken in silence for the whole file.
TEST(DbcReader, survives_every_truncation_and_many_damages) {
  const std::string text = read_text(project_file("tests/dut/awkward.dbc"))->text;
  const std::size_t messages = parse(text).dbc.messages.size();
  for (std::size_t size = 0; size < text.size(); ++size) {
    const Parsed parsed = parse(text.substr(0, size));
    EXPECT_LE(parsed.dbc.messages.size(), messages);
  }
  std::minstd_rand random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = text;
    for (int i = 0; i < 4; ++i) {
      damaged[random() % damaged.size()] = static_cast<char>(32 + random() % 224);
    }
    const Parsed parsed = parse(damaged);
    EXPECT_LE(parsed.diagnostics.error_count(), 200u);
    for (const DbcMessage& message : parsed.dbc.messages) {
      for (const DbcSignal& signal : message.signals) {
        const std::uint8_t data[8] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
        decode(message, signal, data);
      }
    }
  }
}

TEST(DbcReader, stops_after_fifty_errors) {
  std::string text;
  for (int i = 0; i < 500; ++i) {
    text += "BO_ oops\n";
  }
  const Parsed parsed = parse(text);
  EXPECT_EQ(parsed.diagnostics.error_count(), 51u);
  EXPECT_THAT(parsed.texts().back(), HasSubstr("more than 50 errors"));
}
}  // namespace
}  // namespace rig
