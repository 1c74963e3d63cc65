#include "rig/engine/box_place.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace rig {
namespace {

TEST(BoxPlace, a_name_and_its_address_are_one_place) {
  const std::string place = box_place("tcp://127.0.0.1:5025");
  for (const char* same :
       {"tcp://localhost:5025", "tcp://LOCALHOST:5025", "TCP://127.0.0.1:05025", "tcp://[::1]:5025"}) {
    EXPECT_EQ(box_place(same), place) << same;
  }
  EXPECT_NE(box_place("tcp://127.0.0.1:5026"), place);
  EXPECT_NE(box_place("tcp://192.168.0.30:5025"), place);
}

TEST(BoxPlace, a_device_is_itself_under_each_of_its_names_and_settings) {
  const auto link = std::filesystem::temp_directory_path() / ("gtxrig-place-" + std::to_string(getpid()));
  std::filesystem::create_symlink("/dev/null", link);
  EXPECT_EQ(box_place("serial://" + link.string() + "?baud=9600"), box_place("serial:///dev/../dev/null?baud=115200"));
  EXPECT_NE(box_place("serial:///dev/zero"), box_place("serial:///dev/null"));
  std::filesystem::remove(link);
}

TEST(BoxPlace, ids_of_usb_are_hexadecimal_and_serial_numbers_are_not) {
  EXPECT_EQ(box_place("usbtmc://2EC7:6000/Ab1"), box_place("usbtmc://2ec7:6000/Ab1"));
  EXPECT_NE(box_place("usbtmc://2ec7:6000/Ab1"), box_place("usbtmc://2ec7:6000/aB1"));
}

TEST(BoxPlace, what_cannot_be_found_out_stays_as_it_is) {
  EXPECT_NE(box_place("serial:///dev/no_such_device_1"), box_place("serial:///dev/no_such_device_2"));
  EXPECT_EQ(box_place("nonsense"), "nonsense");
  EXPECT_EQ(box_place("tcp://noport"), box_place("tcp://noport"));
}

}  // namespace
}  // namespace rig
