#include "drivers/transport/usbtmc_protocol.hpp"

#include <gmock/gmock.h>

#include <deque>

#include "drivers/transport/printable.hpp"
#include "tests/drivers/peer.hpp"

namespace rig::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Pipes by script: what went out is kept, what comes in was put there. Silence is a timeout.
class FakePipes final : public UsbPipes {
 public:
  std::vector<std::string> out;       // hexadecimal
  std::deque<std::string> in;         // transfers
  std::vector<std::string> requests;  // "3 tag 2", "halt in"
  std::deque<std::string> statuses;   // answers of control requests, hexadecimal; "stall"
  std::string last_status = "01";     // and from then on

  void bulk_out(std::span<const std::byte> bytes, WallTime) override { out.push_back(to_hex(text_of(bytes))); }
  std::size_t bulk_in(std::span<std::byte> into, WallTime) override {
    if (in.empty()) {
      throw LinkError(LinkTrouble::timeout, "silence");
    }
    const std::string transfer = in.front();
    in.pop_front();
    EXPECT_LE(transfer.size(), into.size());
    std::ranges::copy(bytes_of(transfer), into.begin());
    return transfer.size();
  }
  std::optional<std::size_t> control_in(Recipient recipient, std::uint8_t request, std::uint16_t value, bool,
                                        std::span<std::byte> into, WallTime) override {
    requests.push_back(std::to_string(request) + (recipient == Recipient::endpoint ? " endpoint " : " interface ") +
                       std::to_string(value));
    const std::string status = statuses.empty() ? last_status : statuses.front();
    if (!statuses.empty()) {
      statuses.pop_front();
    }
    if (status == "stall") {
      return std::nullopt;
    }
    const std::string bytes = from_hex(status);
    std::ranges::copy(bytes_of(bytes), into.begin());
    return bytes.size();
  }
  void clear_halt(bool in_endpoint) override { requests.emplace_back(in_endpoint ? "halt in" : "halt out"); }
  [[nodiscard]] std::size_t packet_size() const override { return 512; }
};

// An answer of the box: its header, its payload.
std::string answer(std::uint8_t tag, const std::string& payload, bool end_of_message = true) {
  std::string out{'\x02', static_cast<char>(tag), static_cast<char>(~tag), '\0'};
  for (int i = 0; i < 4; ++i) {
    out += static_cast<char>(payload.size() >> (8 * i) & 0xFFU);
  }
  out += end_of_message ? '\x01' : '\0';
  out += std::string(3, '\0');
  return out + payload;
}

struct Tmc {
  FakePipes pipes;
  UsbtmcProtocol protocol{pipes, "usbtmc://2ec7:6000"};
  std::string read_message() {
    std::string out;
    std::array<std::byte, 100> buffer{};
    do {
      out += text_of(std::span(buffer).first(protocol.read(buffer, soon())));
    } while (!protocol.at_message_end());
    return out;
  }
};

template <class Act>
std::string complaint(const Act& act) {
  try {
    act();
  } catch (const LinkError& error) {
    return error.what();
  }
  return "no complaint";
}

TEST(UsbtmcProtocol, a_message_out_has_its_header_and_whole_words) {
  Tmc tmc;
  tmc.protocol.write(bytes_of("*IDN?\n"), soon());
  EXPECT_THAT(tmc.pipes.out, ElementsAre("01 01 FE 00 06 00 00 00 01 00 00 00 2A 49 44 4E 3F 0A 00 00"));
}

TEST(UsbtmcProtocol, an_answer_is_asked_for_with_a_tag_of_its_own) {
  Tmc tmc;
  tmc.protocol.write(bytes_of("*IDN?\n"), soon());
  tmc.pipes.in.push_back(answer(2, "ITECH Ltd.\n"));
  EXPECT_EQ(tmc.read_message(), "ITECH Ltd.\n");
  EXPECT_EQ(tmc.pipes.out.at(1), "02 02 FD 00 F4 0F 00 00 00 00 00 00")
      << "4084 bytes: a transfer of 4096 less its header";
}

TEST(UsbtmcProtocol, a_long_message_goes_in_parts_of_which_the_last_ends_it) {
  Tmc tmc;
  tmc.protocol.write(bytes_of(std::string(5000, 'x')), soon());
  ASSERT_EQ(tmc.pipes.out.size(), 2U);
  EXPECT_EQ(tmc.pipes.out[0].substr(0, 35), "01 01 FE 00 F4 0F 00 00 00 00 00 00");
  EXPECT_EQ(tmc.pipes.out[1].substr(0, 35), "01 02 FD 00 94 03 00 00 01 00 00 00");
}

TEST(UsbtmcProtocol, an_answer_in_parts_is_asked_for_until_its_end) {
  Tmc tmc;
  tmc.pipes.in = {answer(1, "56.2", false), answer(2, "00 V\n")};
  EXPECT_EQ(tmc.read_message(), "56.200 V\n");
  EXPECT_EQ(tmc.pipes.out.size(), 2U);
}

TEST(UsbtmcProtocol, a_transfer_may_come_in_pieces_with_or_without_the_empty_packet_behind_a_full_one) {
  for (const std::size_t size : {511U, 512U, 513U, 1024U}) {
    const std::string payload(size - 12, 'a');
    Tmc tmc;
    const std::string whole = answer(1, payload);
    tmc.pipes.in = {whole.substr(0, 300), whole.substr(300), "", answer(2, "next")};
    EXPECT_EQ(tmc.read_message(), payload);
    EXPECT_EQ(tmc.read_message(), "next") << "an empty packet is no answer";
    tmc.pipes.in = {answer(3, payload), answer(4, "next")};
    EXPECT_EQ(tmc.read_message(), payload);
    EXPECT_EQ(tmc.read_message(), "next");
  }
}

TEST(UsbtmcProtocol, padding_behind_an_answer_is_not_part_of_it) {
  Tmc tmc;
  tmc.pipes.in.push_back(answer(1, "1\n") + std::string(2, '\0'));
  EXPECT_EQ(tmc.read_message(), "1\n");
}

TEST(UsbtmcProtocol, an_answer_with_another_tag_is_not_taken) {
  Tmc tmc;
  tmc.pipes.in.push_back(answer(7, "late"));
  EXPECT_THAT(complaint([&] { tmc.read_message(); }), HasSubstr("expected an answer with tag 1, found 7"));
}

TEST(UsbtmcProtocol, broken_headers_are_told) {
  Tmc wrong;
  std::string broken = answer(1, "x");
  broken[2] = '\x00';
  wrong.pipes.in.push_back(broken);
  EXPECT_THAT(complaint([&] { wrong.read_message(); }), HasSubstr("expected the header of an answer"));
  Tmc brief;
  brief.pipes.in.emplace_back("\x02\x01\xFE");
  EXPECT_THAT(complaint([&] { brief.read_message(); }), HasSubstr("shorter than its header"));
  Tmc greedy;
  std::string large = answer(1, "x");
  large[6] = '\x7F';
  greedy.pipes.in.push_back(large);
  EXPECT_THAT(complaint([&] { greedy.read_message(); }), HasSubstr("more bytes than it was asked for"));
}

TEST(UsbtmcProtocol, tags_run_from_1_to_255_and_never_are_0) {
  Tmc tmc;
  for (int i = 0; i < 256; ++i) {
    tmc.protocol.write(bytes_of("a\n"), soon());
  }
  EXPECT_EQ(tmc.pipes.out[254].substr(0, 8), "01 FF 00");
  EXPECT_EQ(tmc.pipes.out[255].substr(0, 8), "01 01 FE");
}

TEST(UsbtmcProtocol, after_a_timeout_the_transfer_is_aborted_and_the_box_cleared) {
  Tmc tmc;
  tmc.protocol.write(bytes_of("MEAS:VOLT?\n"), soon());
  EXPECT_THAT(complaint([&] { tmc.read_message(); }), HasSubstr("silence"));
  tmc.pipes.in.push_back(answer(2, "56.200\n"));  // comes now that it is too late
  tmc.pipes.statuses = {"01 02", "02 00", "01 00",
                        "01",    "02 00", "01 00"};  // success, pending, done; the same for clear
  tmc.protocol.clear(soon());
  EXPECT_THAT(tmc.pipes.requests, ElementsAre("3 endpoint 2", "4 endpoint 0", "4 endpoint 0", "5 interface 0",
                                              "6 interface 0", "6 interface 0", "halt out"));
  tmc.protocol.write(bytes_of("MEAS:CURR?\n"), soon());
  tmc.pipes.in.push_back(answer(4, "2.000\n"));
  EXPECT_EQ(tmc.read_message(), "2.000\n");
}

TEST(UsbtmcProtocol, a_stalled_abort_opens_the_pipe_again) {
  Tmc tmc;
  EXPECT_THAT(complaint([&] { tmc.read_message(); }), HasSubstr("silence"));
  tmc.pipes.statuses = {"stall", "01", "01"};
  tmc.protocol.clear(soon());
  EXPECT_THAT(tmc.pipes.requests, ElementsAre("3 endpoint 1", "halt in", "5 interface 0", "6 interface 0", "halt out"));
}

TEST(UsbtmcProtocol, a_box_that_never_finishes_clearing_is_given_up) {
  Tmc tmc;
  tmc.pipes.statuses = {"01"};
  tmc.pipes.last_status = "02 00";
  EXPECT_THAT(complaint([&] { tmc.protocol.clear(in(std::chrono::milliseconds(20))); }),
              HasSubstr("does not come to an end with clearing"));
}

}  // namespace
}  // namespace rig::testing
