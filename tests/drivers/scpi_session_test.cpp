#include "drivers/scpi/session.hpp"

#include <gmock/gmock.h>

#include "drivers/transport/endpoint.hpp"
#include "drivers/transport/replay.hpp"
#include "tests/drivers/peer.hpp"

namespace rig::testing {
namespace {

using scpi::Dialect;
using scpi::Scpi;
using ::testing::HasSubstr;

const Dialect plain{};

template <class Act>
std::pair<LinkTrouble, std::string> trouble_of(const Act& act) {
  try {
    act();
  } catch (const LinkError& error) {
    return {error.trouble(), error.what()};
  }
  ADD_FAILURE() << "nothing was thrown";
  return {LinkTrouble::mismatch, ""};
}

// A box behind a socket and a session with it.
struct Talk {
  explicit Talk(Script script, const Dialect& dialect = plain,
                std::chrono::milliseconds timeout = std::chrono::seconds(5))
      : peer(std::move(script)), link(make_transport(peer.endpoint())), session(*link, dialect, timeout) {
    link->open(soon());
    session.start();
  }
  TcpPeer peer;
  std::unique_ptr<Transport> link;
  Scpi session;
};

TEST(ScpiSession, an_answer_may_come_byte_by_byte) {
  Talk talk([](PeerSide& side, int) {
    while (!side.line().empty()) {
      side.send_bytewise("EA Elektro-Automatik, PSB 9080-240 3U, 1, V1\n");
    }
  });
  EXPECT_EQ(talk.session.ask("*IDN?"), "EA Elektro-Automatik, PSB 9080-240 3U, 1, V1");
  EXPECT_EQ(talk.session.identify("EA", "PSB 9080-240 3U").model, "PSB 9080-240 3U");
}

TEST(ScpiSession, an_answer_may_be_cut_at_any_place) {
  const std::string answer = "56.20 V, 5.00 A, 281 W\r\n";
  int part = 0;
  Talk talk([&](PeerSide& side, int) {
    while (!side.line().empty()) {
      side.send(answer.substr(0, static_cast<std::size_t>(part)));
      std::this_thread::sleep_for(std::chrono::microseconds(300));
      side.send(answer.substr(static_cast<std::size_t>(part)));
    }
  });
  for (part = 0; part <= static_cast<int>(answer.size()) - 2; ++part) {
    const auto values = talk.session.list("MEAS:ARR?", {"V", "A", "W"});
    ASSERT_EQ(values.size(), 3U);
    EXPECT_DOUBLE_EQ(values[2].value, 281.0) << "cut at " << part;
  }
}

TEST(ScpiSession, terminators_and_padding_of_all_kinds_end_an_answer_once) {
  const std::vector<std::string> answers{"1\n",     "2\r\n", std::string("3\n\0\0\0", 5), std::string("\0\0004\n", 4),
                                         "\r\n5\n", "6\n\r"};
  std::size_t next = 0;
  Talk talk([&](PeerSide& side, int) {
    while (!side.line().empty()) {
      side.send(answers[next++]);
    }
  });
  for (int expected = 1; expected <= 6; ++expected) {
    EXPECT_EQ(talk.session.integer("N?"), expected);
  }
}

TEST(ScpiSession, answers_of_a_multiple_of_the_packet_size_neither_hang_nor_lose_a_byte) {
  std::size_t size = 0;
  Talk talk([&](PeerSide& side, int) {
    while (!side.line().empty()) {
      side.send(std::string(size - 1, 'a') + "\n");
    }
  });
  for (const std::size_t chunk : {512U, 1024U, 4096U, 8192U}) {
    for (const std::size_t length : {chunk - 1, chunk, chunk + 1}) {
      size = length;
      EXPECT_EQ(talk.session.ask("DATA?").size(), length - 1);
    }
  }
}

TEST(ScpiSession, a_block_may_hold_terminators) {
  const std::string block("\n\r\0\n#1x\n", 8);
  Talk talk([&](PeerSide& side, int) {
    while (!side.line().empty()) {
      side.send_bytewise("#18" + block + "\n");
    }
  });
  EXPECT_EQ(talk.session.ask("CURV?"), block);
  EXPECT_EQ(talk.session.ask("CURV?"), block);
}

TEST(ScpiSession, a_late_answer_never_becomes_the_answer_to_the_next_question) {
  std::atomic<bool> timed_out{false};
  Talk talk(
      [&](PeerSide& side, int connection) {
        while (!side.is_over()) {
          const std::string line = side.line();
          if (connection == 1 && line == "VOLT?\n") {
            while (!timed_out && !side.is_over()) {
              std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            side.send("11.11\n");  // the late one
          } else if (line == "CURR?\n") {
            side.send("2.00\n");
          }
        }
      },
      plain, std::chrono::milliseconds(50));
  const auto [trouble, text] = trouble_of([&] { talk.session.number("VOLT?", "V"); });
  timed_out = true;
  EXPECT_EQ(trouble, LinkTrouble::timeout);
  EXPECT_THAT(text, HasSubstr("VOLT? was not answered"));
  EXPECT_EQ(trouble_of([&] { talk.session.number("CURR?", "A"); }).first, LinkTrouble::closed) << "used while dirty";
  talk.link->clear(soon());
  talk.session.start();
  EXPECT_DOUBLE_EQ(talk.session.number("CURR?", "A"), 2.0);
}

TEST(ScpiSession, half_an_answer_is_a_timeout_that_shows_the_half) {
  Talk talk(
      [](PeerSide& side, int) {
        side.line();
        side.send("56.2");
        side.stay_silent();
      },
      plain, std::chrono::milliseconds(50));
  const auto [trouble, text] = trouble_of([&] { talk.session.ask("MEAS:VOLT?"); });
  EXPECT_EQ(trouble, LinkTrouble::timeout);
  EXPECT_THAT(text, HasSubstr("half an answer: \"56.2\""));
  EXPECT_TRUE(talk.session.is_dirty());
}

TEST(ScpiSession, two_answers_to_one_question_are_an_error_before_the_next) {
  Talk talk([](PeerSide& side, int) {
    side.line();
    side.send("1\n2\n");
    side.stay_silent();
  });
  EXPECT_EQ(talk.session.ask("A?"), "1");
  const auto [trouble, text] = trouble_of([&] { talk.session.ask("B?"); });
  EXPECT_EQ(trouble, LinkTrouble::garbled);
  EXPECT_THAT(text, HasSubstr("nobody asked for"));
}

TEST(ScpiSession, an_endless_answer_is_given_up) {
  Talk talk([](PeerSide& side, int) {
    side.line();
    const std::string garbage(1U << 16U, 'x');
    while (!side.is_over()) {
      side.send(garbage);
    }
  });
  EXPECT_EQ(trouble_of([&] { talk.session.ask("A?"); }).first, LinkTrouble::garbled);
}

TEST(ScpiSession, an_answer_that_is_no_number_makes_the_session_dirty) {
  Talk talk(answer_lines([](const std::string&) { return std::string("hello\n"); }));
  const auto [trouble, text] = trouble_of([&] { talk.session.number("VOLT?", "V"); });
  EXPECT_EQ(trouble, LinkTrouble::garbled);
  EXPECT_THAT(text, HasSubstr("VOLT?: expected a number in V, found \"hello\""));
  EXPECT_TRUE(talk.session.is_dirty());
}

TEST(ScpiSession, a_set_point_is_read_back_within_half_a_step) {
  std::string answer = "56.20 V\n";
  Talk talk([&](PeerSide& side, int) {
    while (!side.is_over()) {
      const std::string line = side.line();
      if (line == "VOLT?\n") {
        side.send(answer);
      } else if (line == "SYST:ERR?\n") {
        side.send("0,\"No error\"\n");
      }
    }
  });
  EXPECT_NO_THROW(talk.session.set("VOLT", 56.2, 2, 0.01, "V"));
  EXPECT_NO_THROW(talk.session.set("VOLT", 56.204, 2, 0.01, "V"));
  answer = "56.19 V\n";  // clamped without a word
  const auto [trouble, text] = trouble_of([&] { talk.session.set("VOLT", 56.2, 2, 0.01, "V"); });
  EXPECT_EQ(trouble, LinkTrouble::rejected);
  EXPECT_THAT(text, HasSubstr("'VOLT 56.20' reads back as 56.1900 V"));
  EXPECT_FALSE(talk.session.is_dirty());
}

TEST(ScpiSession, the_error_queue_is_read_until_it_is_empty) {
  std::vector<std::string> queue{"-113,\"Undefined header\"", "-222,\"Data out of range\""};
  Talk talk(answer_lines([&](const std::string&) {
    if (queue.empty()) {
      return std::string("+0,\"No error\"\n");
    }
    std::string first = queue.front() + "\n";
    queue.erase(queue.begin());
    return first;
  }));
  const auto [trouble, text] = trouble_of([&] { talk.session.check_errors("the set-points"); });
  EXPECT_EQ(trouble, LinkTrouble::rejected);
  EXPECT_THAT(text, HasSubstr("-113 Undefined header; -222 Data out of range"));
  EXPECT_NO_THROW(talk.session.check_errors("nothing"));
}

TEST(ScpiSession, an_error_queue_that_repeats_itself_is_not_read_for_ever) {
  int asked = 0;
  Talk talk(answer_lines([&](const std::string&) {
    ++asked;
    return std::string("-310,\"System error\"\n");
  }));
  EXPECT_THAT(trouble_of([&] { talk.session.drain_errors(); }).second, HasSubstr("repeats -310"));
  EXPECT_EQ(asked, 3);
}

TEST(ScpiSession, an_error_queue_without_an_end_is_given_up_after_32_entries) {
  int asked = 0;
  Talk talk(answer_lines([&](const std::string&) { return std::to_string(-100 - ++asked) + ",\"x\"\n"; }));
  EXPECT_THAT(trouble_of([&] { talk.session.drain_errors(); }).second, HasSubstr("does not end after 32"));
  EXPECT_EQ(asked, 32);
}

TEST(ScpiSession, no_more_sets_follow_each_other_than_the_box_can_take) {
  std::vector<std::string> seen;
  const Dialect paced{.sets_before_query = 3};
  ReplayLink link("replay://t", "t",
                  "> \"A 1\\n\"\n> \"A 2\\n\"\n> \"A 3\\n\"\n> \"*OPC?\\n\"\n< \"1\\n\"\n> \"A 4\\n\"\n");
  Scpi session(link, paced, std::chrono::seconds(1));
  link.open(soon());
  session.start();
  for (int i = 1; i <= 4; ++i) {
    session.tell("A " + std::to_string(i));
  }
  EXPECT_EQ(link.left_over(), std::nullopt);
}

TEST(ScpiSession, a_language_in_which_sets_are_answered_reads_each_answer) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 1> codes{{{"E01", "too high"}}};
  const Dialect answered{.end_of_command = '\r',
                         .end_of_answer = '\r',
                         .error_query = "",
                         .sets_are_answered = true,
                         .codes = codes,
                         .unsolicited_bang = true};
  ReplayLink link(
      "replay://t", "t",
      "> \"PV 56.20\\r\"\n< \"OK\\r\"\n> \"PV?\\r\"\n< \"!08\\r56.20\\r\"\n> \"PV 99.00\\r\"\n< \"E01\\r\"\n");
  Scpi session(link, answered, std::chrono::seconds(1));
  link.open(soon());
  session.start();
  session.tell("PV 56.20");
  EXPECT_EQ(session.ask("PV?"), "56.20") << "a service request in front of it is not the answer";
  const auto [trouble, text] = trouble_of([&] { session.tell("PV 99.00"); });
  EXPECT_EQ(trouble, LinkTrouble::rejected);
  EXPECT_THAT(text, HasSubstr("E01, too high"));
  EXPECT_EQ(link.left_over(), std::nullopt);
}

TEST(ScpiSession, another_model_is_a_mismatch_that_names_both) {
  Talk talk(answer_lines([](const std::string&) { return std::string("ITECH Ltd., IT6012C-80-300, 8001, 1.2\n"); }));
  const auto [trouble, text] = trouble_of([&] { talk.session.identify("EA", "PSB 9080-240 3U"); });
  EXPECT_EQ(trouble, LinkTrouble::mismatch);
  EXPECT_THAT(text, HasSubstr("expected EA PSB 9080-240 3U, found \"ITECH Ltd. IT6012C-80-300\""));
}

}  // namespace
}  // namespace rig::testing
