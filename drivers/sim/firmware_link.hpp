#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "drivers/sim/firmware_rules.hpp"
#include "rig/core/fields.hpp"

namespace rig::sim {

inline constexpr std::size_t most_linked =
    8;  // packs that a simulated chain can have; how many a pack accepts is a parameter

struct LinkParameters {
  Duration poll = std::chrono::milliseconds(100);
  std::int64_t retries = 3;
  Duration lost_after = std::chrono::seconds(5);
  Duration coding_timeout = std::chrono::seconds(10);
  std::int64_t most_packs = 4;
  Volts join_voltage{1.0};
  Ratio join_soc{0.8};
  // Defects.
  bool any_order = false;    // takes an open end for the end of the chain
  bool stops_first = false;  // the master does not wait for its slaves
  bool keeps_lost = false;   // limits are not lowered when a pack is lost
  bool all_talk = false;     // slaves speak on CAN too
};

// What a pack tells the others of itself.
struct PackReport {
  double voltage = 0, current = 0, soc = 0, capacity = 0;  // V, A, 0..1, A*s
  double temperature = 25, soh = 1, remaining = 0;         // degC, 0..1, A*s
  double charge_limit = 0, discharge_limit = 0;            // A
  bool charge_allowed = false, discharge_allowed = false;
  bool closed = false;         // it is on and joined
  bool out_connected = false;  // a cable is in its Link Out
  Flags protection, alarm;
};

struct LinkMessage {
  enum class Kind : std::uint8_t { none, who_is_next, here, poll, report };
  Kind kind = Kind::none;
  int id = 0;  // who_is_next: to take; here, report: of the sender; poll: of whom is asked
  bool run = false, refused = false, stop = false, joins = false;  // poll
  PackReport report;                                               // here, report
};

// What the two ports of a pack show.
struct LinkPorts {
  bool in_connected = false, out_connected = false;
  bool in_enabled = false;             // the enable line of the cable in Link In
  std::span<const LinkMessage> heard;  // since the last run
  [[nodiscard]] bool alone() const noexcept { return !in_connected && !out_connected; }
};

// What the link asks of the pack.
struct LinkOrders {
  bool alone = true;     // nothing is connected: the pack codes by itself
  bool follows = false;  // something is in Link In: the button is not its to obey
  bool wake = false;
  bool coded = false, refused = false;
  bool stop = false;       // a slave has to stop
  bool slaves_off = true;  // the master may stop
  bool joins = true;       // may close its FETs
};

// The link between packs: RS485 and an enable line (the manual says only that packs code by themselves; the mechanism
// is that of relatives). The master is the pack with nothing in its Link In. Each pack enables its Link Out once it has
// an id; the master asks "who is next", and only the pack whose Link In has just been enabled answers. An open end with
// a cable in it that does not answer is wrong wiring, and so is one more pack than the system may have.
class Link {
 public:
  void configure(const LinkParameters& parameters) { parameters_ = parameters; }
  // `packs`: 0, or the size of a running system in which this pack has `id`.
  void restart(double now, int id, int packs) noexcept;
  struct Self {
    bool off = true, coding = false;
    bool wants_stop = false;  // its button
    PackReport report;
  };
  void run(double now, const LinkPorts& ports, const Self& self) noexcept;

  [[nodiscard]] const LinkOrders& orders() const noexcept { return orders_; }
  [[nodiscard]] bool out_enabled() const noexcept { return out_enabled_; }
  [[nodiscard]] const LinkMessage& message() const noexcept { return message_; }  // kind none: silent
  [[nodiscard]] int id() const noexcept { return id_; }
  // The master's view of the system, itself included.
  [[nodiscard]] bool leads() const noexcept { return leads_; }
  [[nodiscard]] bool speaks_on_can() const noexcept { return leads_ || orders_.alone || parameters_.all_talk; }
  [[nodiscard]] PackReport system(const PackReport& own) const noexcept;
  [[nodiscard]] bool lost_one() const noexcept;
  // A joined slave does not permit it.
  [[nodiscard]] bool charge_prohibited() const noexcept { return prohibited(&PackReport::charge_allowed); }
  [[nodiscard]] bool discharge_prohibited() const noexcept { return prohibited(&PackReport::discharge_allowed); }
  [[nodiscard]] int packs() const noexcept { return known_ + 1; }

 private:
  struct Slave {
    PackReport last;
    double heard = 0;    // s
    int unanswered = 0;  // polls in a row
    bool stopped = false;
    bool joins = false;
  };
  void lead(double now, const LinkPorts& ports, const Self& self) noexcept;
  void code(double now, const LinkPorts& ports) noexcept;
  void end_of_chain(bool cable) noexcept;
  void watch_slaves(double now, const LinkPorts& ports, const Self& self) noexcept;
  void follow(double now, const LinkPorts& ports, const Self& self) noexcept;
  [[nodiscard]] bool lost(const Slave& slave) const noexcept {
    return now_ - slave.heard > to_seconds(parameters_.lost_after);
  }
  [[nodiscard]] bool may_join(const PackReport& slave, const PackReport& own) const noexcept;
  [[nodiscard]] bool prohibited(bool PackReport::*allowed) const noexcept;
  void ask(double now, LinkMessage message) noexcept;

  LinkParameters parameters_;
  LinkOrders orders_;
  LinkMessage message_;
  std::array<Slave, most_linked> slaves_{};
  double now_ = 0, asked_ = 0, heard_ = 0, coding_since_ = -1;
  int id_ = 0, known_ = 0, asked_id_ = 0, tries_ = 0;
  std::size_t turn_ = 0;
  bool leads_ = false, out_enabled_ = false, was_enabled_ = false, coded_ = false, refused_ = false;
};

}  // namespace rig::sim

namespace rig {
template <>
struct Fields<sim::LinkParameters> {
  static void declare(Mapping<sim::LinkParameters>& m);
};
}  // namespace rig
