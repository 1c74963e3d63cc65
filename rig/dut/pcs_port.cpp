#include "rig/dut/pcs_port.hpp"

#include <algorithm>

namespace rig {
namespace {

// More frames than 1 Mbit/s carries: 47 bits is the shortest one.
constexpr double highest_rate = 20000.0;

CommandSpec yes_or_no(std::string help) {
  return {.dimension = dimension::boolean, .range = {0.0, 1.0}, .help = std::move(help)};
}

}  // namespace

PcsPort::PcsPort(const PcsConfig& config) : send_list_(rig::send_list(config)) {
  for (const auto& [name, message] : config.sends) {
    Line line{.name = name, .frame = message.frame.value, .period = message.period};
    if (message.reply_to) {
      line.reply_to = message.reply_to->value;
    }
    if (message.counter) {
      line.counter = static_cast<std::size_t>(*message.counter);
    }
    line.only = parse_dialect(message.dialect.text).value_or(Dialect::unknown);
    lines_.push_back(std::move(line));
  }
  if (config.flood) {
    flood_frame_ = config.flood->value;
  }
}

void PcsPort::declare(Declarations& out) {
  silent_ = out.command("silent", yes_or_no("the PCS sends nothing, as if it were gone"));
  if (flood_frame_) {
    flood_ = out.command("flood", {.dimension = dimension::frequency,
                                   .range = {0.0, highest_rate},
                                   .help = "frames per second that fill the bus"});
  }
  for (Line& line : lines_) {
    line.missing = out.command(line.name + ".missing", yes_or_no("this frame is left out"));
    if (line.frame.length > 0) {
      line.short_by = out.command(line.name + ".short_by",
                                  {.range = {0.0, static_cast<double>(line.frame.length)},
                                   .help = "bytes that are cut off this frame's end: a wrong data length"});
    }
    if (line.counter) {
      line.stale = out.command(line.name + ".stale", yes_or_no("this frame's counter stands still"));
    }
  }
  frames_ = out.signal("frames", {.help = "frames that the PCS has sent since the start"});
}

void PcsPort::sample(const Tick& tick, SignalTable& out) const noexcept {
  const auto sent = static_cast<double>(sent_);
  if (!out[frames_].good() || out[frames_].value != sent) {
    out.write(frames_, sent, tick.start);
  }
}

bool PcsPort::due(Line& line, const Tick& tick, const FrameBatch& heard) noexcept {
  if (line.reply_to) {
    const auto asked = [&](const CanFrame& frame) { return CanIdentifier{frame.id, frame.extended} == *line.reply_to; };
    if (std::any_of(heard.frames().begin(), heard.frames().end(), asked)) {
      return true;
    }
  }
  if (line.period <= Duration{} || (line.next && tick.start < *line.next)) {
    return false;
  }
  const TimePoint planned = line.next.value_or(tick.start);
  line.next = planned + line.period * ((tick.start - planned) / line.period + 1);
  return true;
}

void PcsPort::send(Line& line, const Tick& tick, const CommandRow& row, CanBus& bus) noexcept {
  CanFrame frame = line.frame;
  frame.time = tick.start;
  if (line.counter) {
    line.count = static_cast<std::uint8_t>(line.count + (row[line.stale] != 0.0 ? 0 : 1));
    frame.data[*line.counter] = line.count;
  }
  if (line.short_by.valid()) {
    frame.length = static_cast<std::uint8_t>(frame.length - static_cast<int>(row[line.short_by]));
  }
  sent_ += bus.send(frame) ? 1 : 0;
}

void PcsPort::flood(const Tick& tick, double rate, CanBus& bus) noexcept {
  owed_ = rate > 0.0 ? owed_ + rate * to_seconds(tick.step) : 0.0;
  CanFrame frame = *flood_frame_;
  frame.time = tick.start;
  while (owed_ >= 1.0 && bus.send(frame)) {
    owed_ -= 1.0;
    ++sent_;
  }
  owed_ = std::min(owed_, 1.0);  // what a tick has no room for is lost, as on a full adapter
}

void PcsPort::apply(const Tick& tick, const CommandRow& row, const FrameBatch& heard, Dialect dialect,
                    CanBus& bus) noexcept {
  if (row[silent_] != 0.0) {
    restart();  // one that comes back begins with a frame at once
    return;
  }
  for (Line& line : lines_) {
    if (line.only != Dialect::unknown && line.only != dialect) {
      line.next.reset();
    } else if (due(line, tick, heard) && row[line.missing] == 0.0) {
      send(line, tick, row, bus);
    }
  }
  if (flood_frame_) {
    flood(tick, row[flood_], bus);
  }
}

void PcsPort::restart() noexcept {
  for (Line& line : lines_) {
    line.next.reset();
  }
  owed_ = 0.0;
}

}  // namespace rig
