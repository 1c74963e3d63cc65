// What of DutPort may throw: linking the dialects' tables with the DBC, and declaring the signals.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "rig/core/error.hpp"
#include "rig/core/quantity.hpp"
#include "rig/dut/dialect_evidence.hpp"
#include "rig/dut/dut_port.hpp"

namespace rig {
namespace {
constexpr std::string_view pack_node = "BMS";  // the DBC's name for whoever sends the pack's frames

const DutSignalInfo& info_of(DutSignal signal) { return dut_signals()[static_cast<std::size_t>(signal)]; }

// The DBC's scale in base units of the target; nothing after an error.
std::optional<LinearScale> base_scale(const DbcSignal& signal, const DutSignalInfo& target, Diagnostics& diagnostics) {
  const UnitValue plain{1.0, dimension::none};
  const auto unit = signal.unit.empty() ? std::optional(plain) : parse_unit(signal.unit);
  if (!unit || unit->dimension != target.dimension) {
    diagnostics.error(signal.mark,
                      fmt::format("'{}' has the unit '{}', but {} is {}", signal.name, signal.unit, target.name,
                                  describe(target.dimension)),
                      "known units: " + units_of(target.dimension));
    return std::nullopt;
  }
  return signal.scale.in_units_of(unit->factor);
}
}  // namespace

DutPort::DutPort(const Dbc& dbc, DutOptions options) : options_(options), dialect_(options.dialect) {
  if (options_.max_age <= Duration::zero()) {
    throw RigError("the max_age of what the pack says has to be longer than 0 s", "dut");
  }
  if (options_.full_charge_command <= 2) {
    throw RigError(
        "the full_charge_command has to be 3 or more: 0x30F has 0 for normal, 1 and 2 for forced charge and "
        "standby",
        "dut");
  }
  Diagnostics diagnostics;
  add_slots(dbc);
  add_links(dbc, Dialect::unknown, diagnostics);  // first: the others take over what all have in common
  for (const Dialect dialect : {Dialect::sofar_amass, Dialect::pylon_v12}) {
    if (options_.dialect == Dialect::unknown || options_.dialect == dialect) {
      add_links(dbc, dialect, diagnostics);
    }
  }
  diagnostics.throw_if_errors();
}

void DutPort::add_slots(const Dbc& dbc) {
  for (const DbcMessage& message : dbc.messages) {
    Slot slot;
    slot.id = message.id;
    slot.extended = message.extended;
    slot.is_from_pack = message.sender == pack_node;
    slot.shortest = slot.longest = message.length;
    for (const FrameRule& rule : frame_rules()) {
      if (rule.frame == message.id && !message.extended) {
        slot.shortest = rule.shortest;
        slot.longest = rule.longest;
        slot.period = rule.period;
      }
    }
    slots_.push_back(std::move(slot));
  }
}

void DutPort::add_links(const Dbc& dbc, Dialect dialect, Diagnostics& diagnostics) {
  for (Slot& slot : slots_) {
    slot.links[static_cast<std::size_t>(dialect)] = slot.links[static_cast<std::size_t>(Dialect::unknown)];
  }
  for (const DialectRow& row : dialect_rows(dialect)) {
    add_link(dbc, dialect, row, diagnostics);
  }
}

void DutPort::add_link(const Dbc& dbc, Dialect dialect, const DialectRow& row, Diagnostics& diagnostics) {
  const DutSignalInfo& target = info_of(row.to);
  const DbcMessage* message = dbc.find(row.frame);
  const DbcSignal* signal = message == nullptr ? nullptr : message->find(row.field);
  if (signal == nullptr) {
    diagnostics.error(message == nullptr ? SourceMark{dbc.source, 0, 0} : message->mark,
                      fmt::format("{} needs the signal '{}' in a message with the id {} (0x{:X})", target.name,
                                  row.field, row.frame, row.frame));
    return;
  }
  if (signal->selection) {
    diagnostics.error(signal->mark, fmt::format("'{}' is multiplexed; {} needs a field that is always there",
                                                signal->name, target.name));
  }
  Link link{row.to, row.coding, signal->field, signal->number, signal->scale};
  if (row.coding == DutCoding::number) {
    const auto scale = base_scale(*signal, target, diagnostics);
    if (!scale) {
      return;
    }
    link.scale = *scale;
    double& step = steps_[static_cast<std::size_t>(row.to)];
    step = std::max(step, scale->step());
  }
  const auto slot =
      std::find_if(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.id == row.frame && !s.extended; });
  if (!slot->is_from_pack) {
    diagnostics.error(message->mark, fmt::format("message {} is sent by '{}', but {} has to come from the pack ('{}')",
                                                 message->name, message->sender, target.name, pack_node));
  }
  slot->links[static_cast<std::size_t>(dialect)].push_back(link);
}

void DutPort::declare(SignalTable& table) {
  for (const DutSignalInfo& info : dut_signals()) {
    SignalSpec spec;
    spec.name = info.name;
    spec.dimension = info.dimension;
    spec.origin = Origin::measured;
    spec.source = "dut (CAN)";
    spec.help = info.help;
    spec.uncertainty.absolute = steps_[static_cast<std::size_t>(info.id)] / 2.0;
    if (spec.name.starts_with("dut.period.")) {
      spec.uncertainty.absolute = 2.0 * to_seconds(options_.arrival_delay);
    }
    if (spec.name.starts_with("dut.jitter.")) {  // between two periods, each of them so unsure
      spec.uncertainty.absolute = 4.0 * to_seconds(options_.arrival_delay);
    }
    spec.max_age = info.ages ? options_.max_age : Duration::zero();
    if (info.id == DutSignal::dialect) {
      for (const Dialect dialect : {Dialect::unknown, Dialect::sofar_amass, Dialect::pylon_v12}) {
        spec.labels.emplace_back(dialect_name(dialect));
      }
    }
    if (info.id == DutSignal::dialect_doubt) {
      for (std::size_t doubt = 0; doubt < static_cast<std::size_t>(DialectDoubt::count); ++doubt) {
        spec.labels.emplace_back(dialect_doubt_text(static_cast<DialectDoubt>(doubt)));
      }
    }
    ids_[static_cast<std::size_t>(info.id)] = table.declare(std::move(spec));
  }
}

std::string DutPort::dialect_trouble() const {
  // Some frame came twice: a whole set may have been heard.
  const bool heard = std::any_of(signs_.frames().begin(), signs_.frames().end(),
                                 [](const FrameCount& frame) { return frame.count > 1; });
  if (!heard && signs_.extended_frames() < 2) {
    return {};
  }
  const DialectEvidence evidence = dialect_evidence(signs_);
  const std::string looks = evidence.resembles.empty() ? "" : "; it looks like " + evidence.resembles;
  if (doubt_ != DialectDoubt::none) {
    return fmt::format("What the pack says on CAN is doubtful: {}{}", dialect_doubt_text(doubt_), looks);
  }
  if (options_.dialect == Dialect::unknown && dialect_ == Dialect::unknown) {
    return fmt::format("The pack speaks no CAN dialect that is known (points: sofar_amass {}, pylon_v12 {}){}",
                       evidence.sofar_amass, evidence.pylon_v12, looks);
  }
  if (evidence.dialect != Dialect::unknown && evidence.dialect != dialect_) {
    return fmt::format("The bench file says that the pack speaks {}, but its frames are those of {}",
                       dialect_name(dialect_), dialect_name(evidence.dialect));
  }
  return {};
}

}  // namespace rig
