#include "rig/dut/dialect_evidence.hpp"

#include <fmt/format.h>

namespace rig {
namespace {
std::string points_text(int points) { return fmt::format("{}{}", points > 0 ? "+" : "", points); }

bool has_name_of(const DialectSigns& signs, Dialect dialect) {
  return signs.has(dialect == Dialect::sofar_amass ? DialectSign::name_amass : DialectSign::name_pylon);
}

std::string resemblance(const DialectSigns& signs) {
  switch (signs.doubt()) {
    case DialectDoubt::extended_ids:
      return "the high-voltage variant of SOFAR's set, or an emulator of it: identifiers of 29 bits, base + pack * "
             "0x1000";
    case DialectDoubt::byte_order:
      return fmt::format("{} with the high byte first",
                         signs.by_frames() == Dialect::unknown ? "the common frames" : dialect_name(signs.by_frames()));
    case DialectDoubt::voltage_scale:
      return fmt::format("{} with 0x356 in 0.1 V",
                         signs.by_frames() == Dialect::unknown ? "the common frames" : dialect_name(signs.by_frames()));
    case DialectDoubt::limit_scale:
      return fmt::format("{} with 0x351 in 0.01 V",
                         signs.by_frames() == Dialect::unknown ? "the common frames" : dialect_name(signs.by_frames()));
    case DialectDoubt::high_voltage:
      return "a high-voltage stack behind Pylontech's frames";
    case DialectDoubt::two_names:
      return "two packs of different makers on one bus, or an emulator that sends both sets";
    case DialectDoubt::voltage:
    case DialectDoubt::soc_scale:
    case DialectDoubt::none:
    case DialectDoubt::count:
      break;
  }
  if (signs.by_frames() != Dialect::unknown) {
    return {};
  }
  if (signs.has(DialectSign::name_pylon) && signs.has(DialectSign::alarm_pairs) && !signs.has(DialectSign::requests)) {
    return "Pylontech V1.3: the name PYLON with 0x35A, without 0x35C";
  }
  if (signs.has(DialectSign::alarm_pairs) && !signs.has(DialectSign::command_frame)) {
    return "an SMA-type set (SMA, BYD, Victron and others)";
  }
  return {};
}

void add_doubt(const DialectSigns& signs, DialectEvidence& evidence) {
  switch (signs.doubt()) {
    case DialectDoubt::extended_ids:
      evidence.notes.push_back(
          fmt::format("{} frames have 29-bit identifiers, pack numbers up to {}; neither dialect has them",
                      signs.extended_frames(), signs.highest_pack()));
      break;
    case DialectDoubt::byte_order:
      evidence.notes.emplace_back(
          "limits (0x351) or state of charge (0x355) make sense only with the high byte first; both dialects have the "
          "low byte first, so their numbers are not decoded");
      break;
    case DialectDoubt::voltage_scale:
      evidence.notes.push_back(
          signs.charge_voltage_limit()
              ? fmt::format(
                    "the voltage of 0x356 agrees with the charge voltage limit of {} V (0x351) only in steps of 0.1 V; "
                    "both dialects have 0.01 V, so it is not decoded",
                    *signs.charge_voltage_limit())
              : std::string(
                    "the voltage of 0x356 is that of a 48 V pack only in steps of 0.1 V; both dialects have 0.01 V, "
                    "so it is not decoded"));
      break;
    case DialectDoubt::voltage:
    case DialectDoubt::limit_scale:
    case DialectDoubt::soc_scale:
      evidence.notes.push_back(fmt::format("{}, so it is not decoded", dialect_doubt_text(signs.doubt())));
      break;
    case DialectDoubt::high_voltage:
      evidence.notes.push_back(fmt::format("0x351 lets the pack be charged to {} V; pylon_v12 is that of 48 V packs",
                                           *signs.charge_voltage_limit()));
      break;
    case DialectDoubt::two_names:
      evidence.notes.emplace_back(
          "0x35E says AMASS and PYLON in turn; whose the other frames are cannot be told, so only what both dialects "
          "have in common is decoded");
      break;
    case DialectDoubt::none:
    case DialectDoubt::count:
      break;
  }
}

std::string length_text(const FrameCount& frame) {
  return frame.shortest == frame.longest ? fmt::format("{} bytes", frame.shortest)
                                         : fmt::format("{} to {} bytes", frame.shortest, frame.longest);
}

void add_frames(const DialectSigns& signs, DialectEvidence& evidence) {
  std::string text;
  for (const FrameCount& frame : signs.frames()) {
    if (frame.count == 0) {
      continue;
    }
    text += fmt::format("{}0x{:X} {}x, {}", text.empty() ? "" : "; ", frame.frame, frame.count, length_text(frame));
    if (frame.count > 1 && frame.last > frame.first) {
      text +=
          fmt::format(", each {:.3g} s", to_seconds(frame.last - frame.first) / static_cast<double>(frame.count - 1));
    }
  }
  evidence.notes.push_back(text.empty() ? "no frame of the pack's set with an 11-bit identifier" : "heard: " + text);
}
}  // namespace

DialectEvidence dialect_evidence(const DialectSigns& signs) {
  DialectEvidence evidence;
  evidence.dialect = signs.dialect();
  evidence.sofar_amass = signs.points(Dialect::sofar_amass);
  evidence.pylon_v12 = signs.points(Dialect::pylon_v12);
  evidence.resembles = resemblance(signs);
  for (const DialectSignInfo& info : dialect_signs()) {
    if (signs.has(info.sign)) {
      evidence.reasons.push_back(fmt::format("{} (sofar_amass {}, pylon_v12 {})", info.text,
                                             points_text(info.sofar_amass), points_text(info.pylon_v12)));
    }
  }
  add_doubt(signs, evidence);
  if (signs.counts_tenths_of_volts()) {
    evidence.notes.push_back(
        fmt::format("a high-voltage stack (charged to {} V): 0x356 counts in 0.1 V, which agrees with 0x351",
                    *signs.charge_voltage_limit()));
  }
  if (signs.by_frames() == Dialect::unknown && signs.doubt() == DialectDoubt::none) {
    evidence.notes.emplace_back("no dialect has enough signs and is well ahead of the other");
  }
  if (evidence.dialect != Dialect::unknown && signs.frame(name_frame).count > 0 &&
      !has_name_of(signs, evidence.dialect)) {
    evidence.notes.push_back(fmt::format("0x35E says '{}', which is not the name of this dialect", signs.name()));
  }
  add_frames(signs, evidence);
  return evidence;
}

}  // namespace rig
