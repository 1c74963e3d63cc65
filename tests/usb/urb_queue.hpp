#pragma once
#include <linux/usbdevice_fs.h>

#include <deque>

#include "tests/usb/usbfs.hpp"

namespace rig::testing::usb {

// The transfers of one open device that a program has submitted: those that wait for the device, in their order, and
// those that are over and wait to be reaped.
class UrbQueue {
 public:
  void submit(usbdevfs_urb* urb) { waiting_.push_back(urb); }
  usbdevfs_urb* reap();
  // Ends one that waits; it is still to be reaped.
  bool discard(usbdevfs_urb* urb);
  void finish_all(int status);
  // Offers what waits to the device until it wants no more.
  void go_on(Device& device);
  [[nodiscard]] bool has_done() const { return !done_.empty(); }

 private:
  static bool run(Device& device, usbdevfs_urb& urb);
  void finish(std::deque<usbdevfs_urb*>::iterator at);
  std::deque<usbdevfs_urb*> waiting_, done_;
};

}  // namespace rig::testing::usb
