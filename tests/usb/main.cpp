#include <gtest/gtest.h>

#include "tests/usb/usbfs.hpp"

// What is not ours: umockdev forgets names of its own, all of glib here is called by it, the locks of glib and udev are
// invisible to the thread sanitizer, and its preloaded library looks at files whose numbers another thread just got.
// NOLINTBEGIN: these are their names
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() {
  return "leak:g_malloc\n";
}
extern "C" __attribute__((visibility("default"))) const char* __tsan_default_suppressions() {
  return "called_from_lib:libumockdev.so\ncalled_from_lib:libglib-2.0.so\ncalled_from_lib:libgobject-2.0.so\n"
         "called_from_lib:libudev.so\nmutex:libgio-2.0.so\nrace:libumockdev-preload.so\n";
}
// NOLINTEND

int main(int count, char** arguments) {
  rig::testing::usb::need_umockdev(arguments);
  ::testing::InitGoogleTest(&count, arguments);
  return RUN_ALL_TESTS();
}
