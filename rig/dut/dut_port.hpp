#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "rig/dut/dbc.hpp"
#include "rig/dut/dialect.hpp"
#include "rig/dut/dialect_signs.hpp"
#include "rig/dut/frame_rhythm.hpp"
#include "rig/instrument/frame_batch.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

struct DutOptions {
  Dialect dialect = Dialect::unknown;          // unknown: found out by the signs of dialect_signs.hpp
  Duration max_age = std::chrono::seconds{5};  // a dut.* signal older than this is stale; also for dut.online
  // What byte 0 of 0x30F holds while a sofar_amass pack asks for a full charge. 0 is normal, 1 and 2 are taken (forced
  // charge, forced standby); the code itself is not public, so each pack's is a matter of its bench file.
  std::uint8_t full_charge_command = 3;
  // How much later than the frame its time may be: twice that is unsure of a period, and a machine that missed ticks
  // has stamped what it found behind them at no moment that counts. Zero: its times are taken as they are.
  Duration arrival_delay{};
};

// What the pack says on CAN, as signals dut.*.
//
// A value carries the moment at which its frame arrived; a frame that comes again with the same value refreshes that
// moment. What the dialect does not tell, or the frame is too short for, is not written: it stays `never` or grows
// stale. A value that the pack withdraws ("not supported"), or that the dialect now in force would read differently,
// becomes `invalid`. Ratios are 0..1, charge is in A*s. Nothing is clipped: 120 % of charge is reported as 1.2.
//
// dut.charge_allowed and dut.discharge_allowed follow the enable bits. Where none are sent they follow the current
// limits, so a first 0x351 speaks until the first 0x35C. In sofar_amass the bits (0x30F byte 1) count once one of them
// was seen set: a public implementation that drives a SOFAR inverter always sends 0 there.
//
// Order of calls: declare() once, the table's seal(), then per tick decode(), which neither allocates nor
// throws; reset() between cases.
class DutPort {
 public:
  // Throws RigError naming every message, field or unit that the dialect needs and the DBC does not give, and for a
  // max_age that is not positive.
  explicit DutPort(const Dbc& dbc, DutOptions options = {});

  void declare(SignalTable& table);
  // `timely`: no frame before or among these is missing for the adapter's sake, or was stamped late. Else they have no
  // period, and the next of each has none.
  void decode(const Tick& tick, const FrameBatch& batch, SignalTable& table, bool timely = true) noexcept;
  // Forgets all that was heard.
  void reset() noexcept;
  [[nodiscard]] Dialect dialect() const noexcept { return dialect_; }
  [[nodiscard]] const DialectSigns& signs() const noexcept { return signs_; }
  // Why what the pack says may not be what it means: it speaks no dialect that is known, another one than the bench
  // file says, or its numbers contradict each other. Empty when all is well or nothing was heard. Not for the loop.
  [[nodiscard]] std::string dialect_trouble() const;

 private:
  enum class Held : std::uint8_t { untold, cleared, raised };
  struct Link {
    DutSignal to{};
    DutCoding coding{};
    BitField field;
    DbcNumber number{};
    LinearScale scale;  // to base units
    Held held = Held::untold;
  };
  using Links = std::vector<Link>;
  struct Slot {  // one message of the DBC
    std::uint32_t id = 0;
    bool extended = false;
    bool is_from_pack = false;
    unsigned shortest = 0;
    unsigned longest = 8;
    DutSignal period = DutSignal::count;
    FrameRhythm rhythm;
    std::array<Links, dialect_count> links;  // by dialect, what all have in common included
  };

  void add_slots(const Dbc& dbc);
  void add_links(const Dbc& dbc, Dialect dialect, Diagnostics& diagnostics);
  void add_link(const Dbc& dbc, Dialect dialect, const DialectRow& row, Diagnostics& diagnostics);

  void take(const CanFrame& frame, bool timed, SignalTable& table) noexcept;
  void note_period(Slot& slot, const CanFrame& frame, SignalTable& table) noexcept;
  void settle_dialect(const CanFrame& frame, SignalTable& table) noexcept;
  void change_dialect(Dialect dialect, SignalTable& table) noexcept;
  void take_links(Links& links, const CanFrame& frame, SignalTable& table) noexcept;
  void take_number(const Link& link, const CanFrame& frame, SignalTable& table) noexcept;
  void take_enables(const Links& links, const CanFrame& frame, SignalTable& table) noexcept;
  bool hear(Link& link, const CanFrame& frame) const noexcept;
  [[nodiscard]] bool is_raised(DutCoding coding, std::uint64_t raw) const noexcept;
  void state_online(const Tick& tick, SignalTable& table) noexcept;
  void state_own(const Tick& tick, SignalTable& table) noexcept;
  void state(DutSignal signal, double value, TimePoint time, SignalTable& table) noexcept;
  [[nodiscard]] SignalId id(DutSignal signal) const noexcept { return ids_[static_cast<std::size_t>(signal)]; }

  DutOptions options_;
  std::vector<Slot> slots_;
  std::array<SignalId, dut_signal_count> ids_{};
  std::array<double, dut_signal_count> steps_{};  // coarsest resolution of what feeds the signal, base units
  Dialect dialect_ = Dialect::unknown;
  DialectSigns signs_;
  DialectDoubt doubt_ = DialectDoubt::none;
  bool stated_ = false;  // what the port says of itself stands in the table
  bool enables_in_use_ = false;
  std::optional<TimePoint> last_heard_;
  std::uint64_t frame_errors_ = 0;
  std::uint64_t unknown_frames_ = 0;
};

}  // namespace rig
