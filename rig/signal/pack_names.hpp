#pragma once
#include <string>
#include <string_view>

namespace rig {

// What the signals of one pack are called where several stand in parallel. All that knows a pack - the reference, the
// judge, the lights - is written for pack.*, dut.*, io.*, lights.* and model.*; of the second pack these are pack2.*,
// dut2.*, io2.* and so on. Without a number they are of all packs as one, which is what the first one tells on CAN; its
// contacts, lights and button are io.* and lights.* in any case, its own current is pack1.current.
class PackNames {
 public:
  PackNames() = default;
  // `position`: 1 is the first pack.
  explicit PackNames(int position) : position_(position) {}
  [[nodiscard]] int position() const noexcept { return position_; }  // 0: of all
  // "pack.current" becomes "pack2.current"; names of what no pack has stay as they are.
  [[nodiscard]] std::string name(std::string_view signal) const;
  // The same for every name in a sentence.
  [[nodiscard]] std::string text(std::string_view sentence) const;

 private:
  int position_ = 0;
};

}  // namespace rig
