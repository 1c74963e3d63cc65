#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "drivers/sim/firmware_link.hpp"

namespace rig::sim {

// One end of a link cable: "2.in" is Link In of the second pack.
struct LinkEnd {
  int pack = 0;  // 1 ..
  bool in = false;
};
// A cable between two ports. Plugged where it should not be, or with one of its wires broken, it is a fault to be
// found.
struct LinkCable {
  LinkEnd from, to;
  bool data_broken = false;    // the RS485 pair
  bool enable_broken = false;  // the enable line
};

// The cables between the Link ports of the packs: who hears whom, and which Link In sees an enabled Link Out.
class LinkWiring {
 public:
  void configure(std::size_t packs, std::vector<LinkCable> cables);
  // Every cable from Out of a pack to In of the next one.
  static std::vector<LinkCable> chain(std::size_t packs);
  // Takes cable number `cable` (1 ..) out of its sockets; 0 puts all back.
  void unplug(std::size_t cable) noexcept;
  // Exchanges the plugs in In and Out of this pack (1 ..), as an installer does; 0: all as they should be.
  void exchange(std::size_t pack) noexcept;
  [[nodiscard]] std::size_t exchanged() const noexcept { return exchanged_; }
  [[nodiscard]] std::size_t unplugged() const noexcept { return unplugged_; }

  struct Socket {
    bool in_connected = false, out_connected = false;
    int enabled_by = -1;  // index of the pack whose Link Out is at the other end of Link In, with its enable line whole
  };
  [[nodiscard]] const Socket& socket(std::size_t pack) const noexcept { return sockets_[pack]; }
  [[nodiscard]] bool hears(std::size_t pack, std::size_t other) const noexcept { return part_[pack] == part_[other]; }
  // The packs of the system whose master is the first pack, in the order of their ids, when everything is plugged as it
  // should be; empty when the first pack is no master or the chain is broken.
  [[nodiscard]] std::vector<std::size_t> system() const;

 private:
  void trace() noexcept;

  std::vector<LinkCable> cables_;
  std::array<Socket, most_linked> sockets_{};
  std::array<std::uint8_t, most_linked> part_{};  // packs with the same number share an RS485 pair
  std::size_t packs_ = 1;
  std::size_t unplugged_ = 0, exchanged_ = 0;
};

}  // namespace rig::sim

namespace rig {
template <>
struct Codec<sim::LinkEnd> {
  static bool read(const Node& n, sim::LinkEnd& out, Diagnostics& d);
  static Schema schema();
  static void list(const std::string& path, const sim::LinkEnd& v, std::vector<ListedValue>& out,
                   const FieldOptions& o);
};
template <>
struct Fields<sim::LinkCable> {
  static void declare(Mapping<sim::LinkCable>& m);
};
}  // namespace rig
