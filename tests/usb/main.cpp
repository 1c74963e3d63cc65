#include <gtest/gtest.h>

#include "tests/usb/usbfs.hpp"

// umockdev forgets names of its own; all of glib here is called by it.
// NOLINTBEGIN: this is its name
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() {
  return "leak:g_malloc\n";
}
// NOLINTEND

int main(int count, char** arguments) {
  rig::testing::usb::need_umockdev(arguments);
  ::testing::InitGoogleTest(&count, arguments);
  return RUN_ALL_TESTS();
}
