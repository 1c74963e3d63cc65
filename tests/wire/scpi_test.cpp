#include "drivers/sim/wire_scpi.hpp"

#include <gmock/gmock.h>

#include "drivers/sim/wire_faults.hpp"
#include "rig/core/error.hpp"

namespace rig::sim {
namespace {

using testing::HasSubstr;

TEST(ScpiHeader, ShortAndLongFormsAreKnownAndNothingBetween) {
  const char* pattern = "[SOURce:]VOLTage:PROTection[:LEVel]";
  for (const char* said : {"VOLT:PROT", "volt:prot:lev", "SOURce:VOLTage:PROTection:LEVel", "SOUR:VOLT:PROTECTION"}) {
    EXPECT_TRUE(scpi_matches(pattern, said)) << said;
  }
  for (const char* said : {"VOLTA:PROT", "VOLT", "VOLT:PROT:LEV:X", "SOUR:PROT", "", "VOLT:LEV"}) {
    EXPECT_FALSE(scpi_matches(pattern, said)) << said;
  }
}

TEST(ScpiNumber, TakesTheUnitOfTheBoxAndRefusesAnother) {
  ScpiCall call;
  call.parameters = {"56.2 V", "500mV", "3 A", "1e1", "12,5", "MAX"};
  EXPECT_DOUBLE_EQ(call.number(0, "V", 0, 80), 56.2);
  EXPECT_DOUBLE_EQ(call.number(1, "V", 0, 80), 0.5);
  EXPECT_THROW((void)call.number(2, "V", 0, 80), ScpiFault);
  EXPECT_DOUBLE_EQ(call.number(3, "V", 0, 80), 10.0);
  EXPECT_THROW((void)call.number(4, "V", 0, 80), ScpiFault);
  EXPECT_DOUBLE_EQ(call.number(5, "V", 0, 80), 80.0);
  EXPECT_THROW((void)call.number(6, "V", 0, 80), ScpiFault);
  EXPECT_THROW((void)call.number(0, "V", 0, 50), ScpiFault);
}

// A box with one set-point that is locked until somebody unlocks it.
class SmallBox final : public ScpiBox {
 public:
  SmallBox() : ScpiBox({.queue = 3}, 1) {
    add_common("maker,model,serial,1.0");
    add({"[SOURce:]VOLTage[:LEVel]", [this](const ScpiCall&) { return fixed(volts, 2); },
         [this](const ScpiCall& call) { volts = call.number(0, "V", 0, 80); }});
    add({"[SOURce:]VOLTage:PROTection", [this](const ScpiCall&) { return fixed(protection, 2); },
         [this](const ScpiCall& call) { protection = call.number(0, "V", 0, 80); }});
  }
  void power_on(bool) override {}
  double volts = 0, protection = 0;
};

std::string said(SmallBox& box, const std::string& message) { return box.execute(message).bytes; }

TEST(ScpiBox, AnswersOfOneMessageComeInOneLine) {
  SmallBox box;
  EXPECT_EQ(said(box, "VOLT 5;VOLT?;*IDN?"), "5.00;maker,model,serial,1.0\n");
  EXPECT_EQ(said(box, "VOLT 6"), "");
}

TEST(ScpiBox, AUnitGoesOnWhereTheOneBeforeWasUnlessAColonBeginsIt) {
  SmallBox box;
  said(box, "VOLT:PROT 60;LEV 5");
  EXPECT_DOUBLE_EQ(box.protection, 60);
  EXPECT_DOUBLE_EQ(box.volts, 5);
  said(box, "VOLT:PROT 61;VOLT 7");
  EXPECT_DOUBLE_EQ(box.volts, 5) << "this is VOLT:VOLT";
  EXPECT_THAT(said(box, "SYST:ERR?"), HasSubstr("-113"));
  said(box, "VOLT:PROT 61;:VOLT 7");
  EXPECT_DOUBLE_EQ(box.volts, 7);
}

TEST(ScpiBox, TheQueueKeepsTheFirstErrorsAndSaysThatOthersAreLost) {
  SmallBox box;
  for (const char* wrong : {"NONSENSE", "VOLT 99", "VOLT", "VOLT x"}) {
    said(box, wrong);
  }
  EXPECT_THAT(said(box, "SYST:ERR?"), HasSubstr("-113"));
  EXPECT_THAT(said(box, "SYST:ERR?"), HasSubstr("-222"));
  EXPECT_THAT(said(box, "SYST:ERR?"), HasSubstr("-350"));
  EXPECT_EQ(said(box, "SYST:ERR?"), "0,\"No error\"\n");
}

TEST(ScpiBox, ADecimalCommaIsOneParameterTooMany) {
  SmallBox box;
  said(box, "VOLT 5");
  said(box, "VOLT 10,5");
  EXPECT_DOUBLE_EQ(box.volts, 5) << "not ten either";
  EXPECT_THAT(said(box, "SYST:ERR?"), HasSubstr("-108"));
}

TEST(ScpiBox, AMessageIsTakenWhenItsEndHasCome) {
  SmallBox box;
  const auto session = box.connect();
  std::string inbox = "VOLT 5\r\nVOL";
  ASSERT_TRUE(session->take(inbox).has_value());
  EXPECT_DOUBLE_EQ(box.volts, 5);
  EXPECT_FALSE(session->take(inbox).has_value());
  inbox += "T?\n";
  EXPECT_EQ(session->take(inbox)->bytes, "5.00\n");
  EXPECT_EQ(inbox, "");
}

TEST(FixedText, HasNeitherCommaNorExponentNorNegativeZero) {
  EXPECT_EQ(fixed(1234567.891, 2), "1234567.89");
  EXPECT_EQ(fixed(-0.001, 2), "0.00");
  EXPECT_EQ(fixed(1e-9, 3), "0.000");
  EXPECT_EQ(fixed(-5.25, 1), "-5.2");
}

TEST(LinkFault, SpoilsWhatItSays) {
  EXPECT_EQ(spoilt(LinkFault::half, "56.20 V\n"), "56.2");
  const std::string garbage = spoilt(LinkFault::garbage, "56.20 V\n");
  EXPECT_EQ(garbage.size(), 8u);
  EXPECT_NE(garbage, "56.20 V\n");
  EXPECT_EQ(garbage.back(), '\n');
  EXPECT_EQ(spoilt(LinkFault::nul, "1\n"), std::string("1\n\0\0\0", 5));
  EXPECT_EQ(spoilt(LinkFault::none, "1\n"), "1\n");
}

TEST(LinkFault, ADelayHasAUnit) {
  EXPECT_EQ(link_fault("slow", {"200", "ms"})->delay, Duration{std::chrono::milliseconds(200)});
  EXPECT_THROW((void)link_fault("slow", {"fast"}), RigError);
  EXPECT_FALSE(link_fault("sabotage", {}).has_value());
}

}  // namespace
}  // namespace rig::sim
