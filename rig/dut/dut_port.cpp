#include "rig/dut/dut_port.hpp"

#include <algorithm>

namespace rig {
namespace {
std::span<const std::uint8_t> bytes_of(const CanFrame& frame) noexcept {
  return {frame.data.data(), std::min<std::size_t>(frame.length, frame.data.size())};
}

bool is_unsupported_mark(const BitField& field, std::uint64_t raw) noexcept {
  return field.length == 16 && raw == (field.is_signed ? 0x8000u : 0xFFFFu);
}
}  // namespace

void DutPort::decode(const Tick& tick, const FrameBatch& batch, SignalTable& table, bool timely) noexcept {
  // A machine that missed ticks also stamped late what an adapter without a clock gave it.
  const bool stamped_late = tick.missed > 0 && options_.arrival_delay > Duration::zero();
  const bool timed = timely && !stamped_late;
  if (!timed) {
    for (Slot& slot : slots_) {
      slot.rhythm.interrupt();
    }
  }
  for (const CanFrame& frame : batch.frames()) {
    take(frame, timed, table);
  }
  if (batch.frames().empty() && stated_) {
    state_online(tick, table);  // all else is as the last frame left it
  } else {
    state_own(tick, table);
    stated_ = true;
  }
}

void DutPort::take(const CanFrame& frame, bool timed, SignalTable& table) noexcept {
  signs_.hear(frame.time, frame.id, frame.extended, bytes_of(frame));
  doubt_ = signs_.doubt();
  const auto slot = std::find_if(slots_.begin(), slots_.end(),
                                 [&](const Slot& s) { return s.id == frame.id && s.extended == frame.extended; });
  if (slot == slots_.end()) {
    ++frame_errors_;
    ++unknown_frames_;
    return;
  }
  if (!slot->is_from_pack) {
    return;
  }
  if (frame.length < slot->shortest || frame.length > slot->longest) {
    ++frame_errors_;  // and yet decoded as far as it goes: what the pack says is shown, the count tells that it is odd
  }
  last_heard_ = frame.time;
  if (timed) {
    note_period(*slot, frame, table);
  }
  settle_dialect(frame, table);
  take_links(slot->links[static_cast<std::size_t>(dialect_)], frame, table);
}

void DutPort::note_period(Slot& slot, const CanFrame& frame, SignalTable& table) noexcept {
  const bool has_period = slot.rhythm.note(frame.time);
  if (slot.period == DutSignal::count) {
    return;
  }
  if (has_period) {
    table.write(id(slot.period), slot.rhythm.period(), frame.time);
    table.write(id(jitter_of(slot.period)), slot.rhythm.jitter(), frame.time);
  }
  state(gaps_of(slot.period), static_cast<double>(slot.rhythm.gaps()), frame.time, table);
}

void DutPort::settle_dialect(const CanFrame& frame, SignalTable& table) noexcept {
  if (frame.extended) {
    return;
  }
  const bool is_name = frame.id == name_frame;
  const Dialect named = is_name ? dialect_of_name(bytes_of(frame)) : Dialect::unknown;
  if (options_.dialect == Dialect::unknown && signs_.by_frames() != dialect_) {
    change_dialect(signs_.by_frames(), table);
  }
  if (is_name && dialect_ != Dialect::unknown) {
    table.write(id(DutSignal::name_ok), named == dialect_ ? 1.0 : 0.0, frame.time);
  }
}

void DutPort::change_dialect(Dialect dialect, SignalTable& table) noexcept {
  for (const DutSignalInfo& info : dut_signals()) {
    if (info.is_bound && table[id(info.id)].quality != Quality::never) {
      table.set_quality(id(info.id), Quality::invalid);
    }
  }
  for (Slot& slot : slots_) {
    for (Links& links : slot.links) {
      for (Link& link : links) {
        link.held = Held::untold;
      }
    }
  }
  enables_in_use_ = false;
  dialect_ = dialect;
}

void DutPort::take_links(Links& links, const CanFrame& frame, SignalTable& table) noexcept {
  take_enables(links, frame, table);
  for (auto link = links.begin(); link != links.end();) {
    if (link->coding == DutCoding::enable) {
      ++link;
      continue;
    }
    if (link->coding == DutCoding::number) {
      take_number(*link, frame, table);
      ++link;
      continue;
    }
    bool heard = false;
    bool raised = false;
    const DutSignal target = link->to;
    for (; link != links.end() && link->to == target; ++link) {
      heard = hear(*link, frame) || heard;
      raised = raised || link->held == Held::raised;
    }
    if (heard) {
      table.write(id(target), raised ? 1.0 : 0.0, frame.time);
    }
  }
}

bool DutPort::is_raised(DutCoding coding, std::uint64_t raw) const noexcept {
  switch (coding) {
    case DutCoding::command_one:
      return raw == 1;
    case DutCoding::command_full:
      return raw == options_.full_charge_command;
    default:
      return raw != 0;
  }
}

// Has the frame said anything about this flag, be it that nothing changed?
bool DutPort::hear(Link& link, const CanFrame& frame) const noexcept {
  const auto raw = raw_bits(link.field, bytes_of(frame));
  if (!raw) {
    return false;
  }
  if (link.coding != DutCoding::pair) {
    link.held = is_raised(link.coding, *raw) ? Held::raised : Held::cleared;
    return true;
  }
  switch (*raw) {
    case 0:
      return link.held != Held::untold;
    case 1:
      link.held = Held::raised;
      return true;
    case 2:
      link.held = Held::cleared;
      return true;
    default:
      return false;
  }
}

void DutPort::take_number(const Link& link, const CanFrame& frame, SignalTable& table) noexcept {
  const auto bits = raw_bits(link.field, bytes_of(frame));
  const auto raw = raw_number(link.field, link.number, bytes_of(frame));
  if (!bits || !raw) {
    return;
  }
  if (marks_unsupported(dialect_) && is_unsupported_mark(link.field, *bits)) {
    if (table[id(link.to)].quality != Quality::never) {
      table.set_quality(id(link.to), Quality::invalid);
    }
    return;
  }
  // A stack of SOFAR's for high voltage says 210.2 V in tenths where a pack says 50.00 V in hundredths.
  const bool tenths =
      link.to == DutSignal::voltage && dialect_ == Dialect::sofar_amass && signs_.counts_tenths_of_volts();
  const double value = tenths ? link.scale.in_units_of(10.0).apply(*raw) : link.scale.apply(*raw);
  table.write(id(link.to), value, frame.time);
  if (dialect_ == Dialect::unknown || enables_in_use_) {
    return;
  }
  if (link.to == DutSignal::charge_current_limit) {
    table.write(id(DutSignal::charge_allowed), value != 0.0 ? 1.0 : 0.0, frame.time);
  } else if (link.to == DutSignal::discharge_current_limit) {
    table.write(id(DutSignal::discharge_allowed), value != 0.0 ? 1.0 : 0.0, frame.time);
  }
}

void DutPort::take_enables(const Links& links, const CanFrame& frame, SignalTable& table) noexcept {
  for (const Link& link : links) {
    if (link.coding == DutCoding::enable) {
      const auto raw = raw_bits(link.field, bytes_of(frame));
      enables_in_use_ = enables_in_use_ || (raw && (dialect_ == Dialect::pylon_v12 || *raw != 0));
    }
  }
  for (const Link& link : links) {
    const auto raw = raw_bits(link.field, bytes_of(frame));
    if (link.coding == DutCoding::enable && enables_in_use_ && raw) {
      table.write(id(link.to), *raw != 0 ? 1.0 : 0.0, frame.time);
    }
  }
}

void DutPort::state_online(const Tick& tick, SignalTable& table) noexcept {
  const bool online = last_heard_ && tick.start - *last_heard_ <= options_.max_age;
  state(DutSignal::online, online ? 1.0 : 0.0, tick.start, table);
}

void DutPort::state_own(const Tick& tick, SignalTable& table) noexcept {
  state_online(tick, table);
  state(DutSignal::dialect, static_cast<double>(dialect_), tick.start, table);
  state(DutSignal::dialect_doubt, static_cast<double>(doubt_), tick.start, table);
  state(DutSignal::frame_errors, static_cast<double>(frame_errors_), tick.start, table);
  state(DutSignal::unknown_frames, static_cast<double>(unknown_frames_), tick.start, table);
}

// Written only when it changes, so that a record does not hold it once per tick.
void DutPort::state(DutSignal signal, double value, TimePoint time, SignalTable& table) noexcept {
  const Sample& now = table[id(signal)];
  if (now.quality != Quality::good || now.value != value) {
    table.write(id(signal), value, time);
  }
}

void DutPort::reset() noexcept {
  for (Slot& slot : slots_) {
    slot.rhythm.restart();
    for (Links& links : slot.links) {
      for (Link& link : links) {
        link.held = Held::untold;
      }
    }
  }
  dialect_ = options_.dialect;
  signs_ = {};
  doubt_ = DialectDoubt::none;
  enables_in_use_ = false;
  last_heard_.reset();
  frame_errors_ = 0;
  unknown_frames_ = 0;
  stated_ = false;
}

}  // namespace rig
