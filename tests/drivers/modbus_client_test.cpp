#include "drivers/modbus/client.hpp"

#include <gmock/gmock.h>

#include "drivers/transport/endpoint.hpp"
#include "drivers/transport/replay.hpp"
#include "tests/drivers/peer.hpp"
#include "tests/drivers/wire_script.hpp"

namespace rig::testing {
namespace {

using modbus::Client;
using modbus::Framing;
using modbus::WordOrder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Played {
  Played(Framing framing, const Dialogue& dialogue)
      : link("replay://test", "test", transcript(dialogue)), client(link, framing, 1, std::chrono::seconds(1)) {
    link.open(soon());
  }
  ReplayLink link;
  Client client;
};
struct Tcp : Played {
  Tcp(std::initializer_list<Dialogue::value_type> dialogue) : Played(Framing::tcp, dialogue) {}
};
struct Rtu : Played {
  Rtu(std::initializer_list<Dialogue::value_type> dialogue) : Played(Framing::rtu, dialogue) {}
};

TEST(ModbusClient, all_eight_functions_are_framed_as_the_documents_print_them) {
  Tcp tcp{{"0001 0000 0006 01 01 0000 0006", "0001 0000 0004 01 01 01 25"},
          {"0002 0000 0006 01 02 0000 0009", "0002 0000 0005 01 02 02 01 01"},
          {"0003 0000 0006 01 03 0B04 0002", "0003 0000 0007 01 03 04 0000 C1C8"},
          {"0004 0000 0006 01 04 0007 0001", "0004 0000 0005 01 04 02 1234"},
          {"0005 0000 0006 01 05 0010 FF00", "0005 0000 0006 01 05 0010 FF00"},
          {"0006 0000 0006 01 06 40B4 0093", "0006 0000 0006 01 06 40B4 0093"},
          {"0007 0000 0009 01 0F 0010 000A 02 03 02", "0007 0000 0006 01 0F 0010 000A"},
          {"0008 0000 000B 01 10 0ADE 0002 04 0000C1C8", "0008 0000 0006 01 10 0ADE 0002"}};
  EXPECT_THAT(tcp.client.coils(0, 6), ElementsAre(true, false, true, false, false, true));
  EXPECT_THAT(tcp.client.inputs(0, 9), ElementsAre(true, false, false, false, false, false, false, false, true));
  EXPECT_EQ(tcp.client.read_float(2820, WordOrder::low_first), -25.0F);
  EXPECT_THAT(tcp.client.input_registers(7, 1), ElementsAre(0x1234));
  tcp.client.put_coil(16, true);
  tcp.client.put_register(16564, 147);
  tcp.client.put_coils(16, {true, true, false, false, false, false, false, false, false, true});
  tcp.client.put_float(2782, -25.0F, WordOrder::low_first);
  EXPECT_EQ(tcp.link.left_over(), std::nullopt);
}

TEST(ModbusClient, an_rtu_answer_may_come_in_any_parts) {
  Rtu rtu{{"01 01 0000 0008 3D CC", "01"}, {"", "01 01"}, {"", "05 91"}, {"", "8B"}};
  EXPECT_THAT(rtu.client.coils(0, 8), ElementsAre(true, false, true, false, false, false, false, false));
  EXPECT_EQ(rtu.link.left_over(), std::nullopt);
}

TEST(ModbusClient, a_late_answer_is_not_taken_for_the_next_one) {
  Tcp tcp{{"0001 0000 0006 01 03 0B04 0001", "timeout"},
          {"0002 0000 0006 01 03 0AFA 0001", "0001 0000 0005 01 03 02 1111 0002 0000 0005 01 03 02 2222"}};
  EXPECT_EQ(trouble_of([&] { tcp.client.holding(2820, 1); }).first, LinkTrouble::timeout);
  EXPECT_THAT(tcp.client.holding(2810, 1), ElementsAre(0x2222));
}

TEST(ModbusClient, half_an_answer_that_ends_late_does_not_shift_the_next_one) {
  Tcp tcp{{"0001 0000 0006 01 03 0B04 0001", "0001 0000 0005 01"},
          {"", "timeout"},
          {"0002 0000 0006 01 03 0AFA 0001", "03 02 1111 0002 0000 0005 01 03 02 2222"}};
  EXPECT_EQ(trouble_of([&] { tcp.client.holding(2820, 1); }).first, LinkTrouble::timeout);
  EXPECT_THAT(tcp.client.holding(2810, 1), ElementsAre(0x2222));
}

TEST(ModbusClient, an_id_that_was_never_given_is_garbled_and_nothing_is_asked_until_the_link_was_cleared) {
  Tcp tcp{{"0001 0000 0006 01 03 0B04 0001", "0009 0000 0005 01 03 02 1111"},
          {"0002 0000 0006 01 03 0B04 0001", "0002 0000 0005 01 03 02 2222"}};
  const auto [trouble, text] = trouble_of([&] { tcp.client.holding(2820, 1); });
  EXPECT_EQ(trouble, LinkTrouble::garbled);
  EXPECT_THAT(text, HasSubstr("expected transaction 1, found 9"));
  EXPECT_EQ(trouble_of([&] { tcp.client.holding(2820, 1); }).first, LinkTrouble::closed);
  tcp.client.start();
  EXPECT_THAT(tcp.client.holding(2820, 1), ElementsAre(0x2222));
}

TEST(ModbusClient, the_first_answer_cannot_be_late) {
  Tcp tcp{{"0001 0000 0006 01 03 0B04 0001", "FFFF 0000 0005 01 03 02 1111"}};
  EXPECT_EQ(trouble_of([&] { tcp.client.holding(2820, 1); }).first, LinkTrouble::garbled);
}

TEST(ModbusClient, another_unit_is_told_from_ours) {
  Tcp tcp{{"0001 0000 0006 01 03 0B04 0001", "0001 0000 0005 02 03 02 1111"}};
  const auto [trouble, text] = trouble_of([&] { tcp.client.holding(2820, 1); });
  EXPECT_EQ(trouble, LinkTrouble::garbled);
  EXPECT_THAT(text, HasSubstr("expected an answer of unit 1, found one of unit 2"));
  Rtu rtu{{"01 01 0000 0008 3D CC", "02 01 01 05 91 CF"}};
  EXPECT_THAT(trouble_of([&] { rtu.client.coils(0, 8); }).second, HasSubstr("found one of unit 2"));
}

TEST(ModbusClient, a_wrong_checksum_is_garbled) {
  Rtu rtu{{"01 01 0000 0008 3D CC", "01 01 01 05 91 8C"}};
  const auto [trouble, text] = trouble_of([&] { rtu.client.coils(0, 8); });
  EXPECT_EQ(trouble, LinkTrouble::garbled);
  EXPECT_THAT(text, HasSubstr("expected the checksum 91 8B"));
}

TEST(ModbusClient, an_exception_is_told_with_its_meaning_and_spoils_nothing) {
  Tcp tcp{{"0001 0000 0006 01 03 0B04 0001", "0001 0000 0003 01 83 02"},
          {"0002 0000 0006 01 03 0B04 0001", "0002 0000 0005 01 03 02 2222"}};
  const auto [trouble, text] = trouble_of([&] { tcp.client.holding(2820, 1); });
  EXPECT_EQ(trouble, LinkTrouble::rejected);
  EXPECT_THAT(text, HasSubstr("function 3 at address 2820 was answered with exception 2: it has no such address"));
  EXPECT_THAT(tcp.client.holding(2820, 1), ElementsAre(0x2222));
  Rtu rtu{{"01 01 0000 0008 3D CC", "01 81 06 C0 52"}};
  EXPECT_THAT(trouble_of([&] { rtu.client.coils(0, 8); }).second, HasSubstr("it is busy"));
}

TEST(ModbusClient, what_a_wrong_unit_causes_names_the_key_of_the_bench_file) {
  Tcp gateway{{"0001 0000 0006 01 03 0B04 0001", "0001 0000 0003 01 83 0B"}};
  EXPECT_THAT(trouble_of([&] { gateway.client.holding(2820, 1); }).second,
              HasSubstr("is `unit` right? It is 1 in the bench file"));
  Tcp silent{{"0001 0000 0006 01 03 0B04 0001", ""}};
  EXPECT_THAT(trouble_of([&] { silent.client.holding(2820, 1); }).second, HasSubstr("is `unit` right"));
}

TEST(ModbusClient, an_answer_of_another_length_or_function_is_garbled) {
  Tcp two{{"0001 0000 0006 01 03 0B04 0001", "0001 0000 0007 01 03 04 1111 2222"}};
  EXPECT_EQ(trouble_of([&] { two.client.holding(2820, 1); }).first, LinkTrouble::garbled);
  Tcp other{{"0001 0000 0006 01 03 0B04 0001", "0001 0000 0005 01 04 02 1111"}};
  EXPECT_EQ(trouble_of([&] { other.client.holding(2820, 1); }).first, LinkTrouble::garbled);
}

TEST(ModbusClient, a_write_that_echoes_another_value_is_garbled) {
  Tcp tcp{{"0001 0000 0006 01 05 0010 FF00", "0001 0000 0006 01 05 0010 0000"}};
  EXPECT_EQ(trouble_of([&] { tcp.client.put_coil(16, true); }).first, LinkTrouble::garbled);
  EXPECT_EQ(trouble_of([&] { tcp.client.put_coil(16, true); }).first, LinkTrouble::closed);
}

TEST(ModbusClient, an_rtu_link_is_dirty_after_silence) {
  Rtu rtu{{"01 01 0000 0008 3D CC", "timeout"}, {"01 01 0000 0008 3D CC", "01 01 01 05 91 8B"}};
  EXPECT_EQ(trouble_of([&] { rtu.client.coils(0, 8); }).first, LinkTrouble::timeout);
  EXPECT_EQ(trouble_of([&] { rtu.client.coils(0, 8); }).first, LinkTrouble::closed);
  rtu.client.start();
  EXPECT_TRUE(rtu.client.coils(0, 8)[2]);
}

TEST(ModbusClient, an_rtu_answer_with_more_behind_it_spoils_the_next_request) {
  Rtu rtu{{"01 01 0000 0008 3D CC", "01 01 01 05 91 8B 01 01"}};
  EXPECT_TRUE(rtu.client.coils(0, 8)[0]);
  EXPECT_EQ(trouble_of([&] { rtu.client.coils(0, 8); }).first, LinkTrouble::garbled);
}

TEST(ModbusClient, a_link_that_hangs_up_is_told_as_closed) {
  Tcp tcp{{"0001 0000 0006 01 03 0B04 0001", "closed"}};
  EXPECT_EQ(trouble_of([&] { tcp.client.holding(2820, 1); }).first, LinkTrouble::closed);
}

TEST(ModbusClient, one_deadline_holds_for_the_whole_exchange_over_a_socket) {
  TcpPeer peer([](PeerSide& side, int) {
    side.read_exactly(12);
    side.send(from_hex("0001 0000 0005 01 03"));
    side.stay_silent();
  });
  const auto link = make_transport(peer.endpoint());
  link->open(soon());
  Client client(*link, Framing::tcp, 1, std::chrono::milliseconds(30));
  EXPECT_EQ(trouble_of([&] { client.holding(2820, 1); }).first, LinkTrouble::timeout);
}

TEST(ModbusClient, rtu_frames_go_over_a_line_byte_by_byte) {
  PtyPeer peer([](PeerSide& side, int) {
    while (!side.is_over()) {
      if (side.read_exactly(8) == from_hex("01 01 0000 0008 3D CC")) {
        side.send_bytewise(from_hex("01 01 01 05 91 8B"));
      }
    }
  });
  const auto link = make_transport(peer.endpoint());
  link->open(soon());
  Client client(*link, Framing::rtu, 1, std::chrono::seconds(5));
  EXPECT_TRUE(client.coils(0, 8)[2]);
  EXPECT_FALSE(client.coils(0, 8)[1]);
}

}  // namespace
}  // namespace rig::testing
