// The USBTMC link on libusb, against a box that is not there.
#include <gmock/gmock.h>

#include "drivers/transport/endpoint.hpp"
#include "drivers/transport/printable.hpp"
#include "tests/usb/bus_stand.hpp"
#include "tests/usb/tmc_box.hpp"

namespace rig::testing::usb {
namespace {

using ::testing::HasSubstr;

class UsbtmcLinkTest : public ::testing::Test {
 protected:
  UsbtmcLinkTest() {
    box_->answer = [](const std::string& line) { return line == "*IDN?\n" ? "ITECH,IT6012C,800001,1.0\n" : ""; };
  }
  std::string ask(const std::string& line) {
    link_->write(bytes_of(line), far_away());
    std::array<std::byte, 256> bytes{};
    std::string out;
    do {
      out += text_of(std::span(bytes).first(link_->read(bytes, far_away())));
    } while (!link_->at_message_end());
    return out;
  }
  template <class Act>
  std::pair<LinkTrouble, std::string> trouble_of(const Act& act) {
    try {
      act();
    } catch (const LinkError& error) {
      return {error.trouble(), error.what()};
    }
    ADD_FAILURE() << "nothing was thrown";
    return {};
  }
  Testbed usb_;
  std::shared_ptr<TmcBox> box_ = std::make_shared<TmcBox>();
  std::unique_ptr<Transport> link_ = make_transport("usbtmc://2ec7:6000/800001");
};

TEST_F(UsbtmcLinkTest, asks_a_box_and_gives_it_back) {
  usb_.plug(box_);
  link_->open(far_away());
  EXPECT_FALSE(box_->has_kernel_driver);
  EXPECT_EQ(box_->cleared, 1) << "whoever used it before may have left half a conversation";
  EXPECT_EQ(ask("*IDN?\n"), "ITECH,IT6012C,800001,1.0\n");
  EXPECT_EQ(ask("*IDN?\n"), "ITECH,IT6012C,800001,1.0\n");
  link_->close();
  EXPECT_TRUE(box_->has_kernel_driver);
}

TEST_F(UsbtmcLinkTest, an_answer_that_does_not_come_ends_at_its_deadline_and_the_link_is_good_again_after_clear) {
  usb_.plug(box_);
  link_->open(far_away());
  box_->deaf = true;
  link_->write(bytes_of("*IDN?\n"), far_away());
  std::array<std::byte, 64> bytes{};
  const auto [trouble, text] =
      trouble_of([&] { link_->read(bytes, WallTime::clock::now() + std::chrono::milliseconds(50)); });
  EXPECT_EQ(trouble, LinkTrouble::timeout);
  box_->deaf = false;
  link_->clear(far_away());
  EXPECT_EQ(ask("*IDN?\n"), "ITECH,IT6012C,800001,1.0\n");
}

TEST_F(UsbtmcLinkTest, a_box_that_is_pulled_out_is_told_and_found_again) {
  usb_.plug(box_);
  link_->open(far_away());
  usb_.unplug(*box_);
  EXPECT_EQ(trouble_of([&] { ask("*IDN?\n"); }).first, LinkTrouble::closed);
  EXPECT_FALSE(link_->is_open());
  usb_.plug(box_);
  link_->clear(far_away());
  EXPECT_EQ(ask("*IDN?\n"), "ITECH,IT6012C,800001,1.0\n");
}

TEST_F(UsbtmcLinkTest, absent_in_use_and_without_permission_are_told_apart) {
  EXPECT_EQ(trouble_of([&] { link_->open(far_away()); }).first, LinkTrouble::unreachable);
  box_->permitted = false;
  usb_.plug(box_);
  EXPECT_THAT(trouble_of([&] { link_->open(far_away()); }).second, HasSubstr("packaging/60-gtxrig.rules"));
  box_->permitted = true;
  box_->in_use = true;
  EXPECT_THAT(trouble_of([&] { link_->open(far_away()); }).second, HasSubstr("another program"));
}

}  // namespace
}  // namespace rig::testing::usb
