#include "rig/lights/light_watch.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace rig {
namespace {

constexpr const char* lights_source = "lights (bench)";
constexpr std::array<const char*, lamp_count> sensor_names{"io.led1", "io.led2", "io.led3",      "io.led4",
                                                           "io.led5", "io.led6", "io.led7_blue", "io.led7_red"};

void write_changed(SignalTable& table, SignalId id, double value, TimePoint time,
                   Quality quality = Quality::good) noexcept {
  const Sample& before = table[id];
  if (before.value != value || before.quality != quality) {
    table.write(id, value, time, quality);
  }
}

}  // namespace

void LightWatch::declare(SignalTable& table) {
  std::array<SignalId, lamp_count> found{};
  for (std::size_t i = 0; i < lamp_count; ++i) {
    const auto id = table.find(sensor_names[i]);
    if (!id) {
      return;
    }
    found[i] = *id;
  }
  sensors_ = found;
  const auto word = [&](const char* name, const char* help, std::vector<std::string> labels) {
    return table.declare({.name = name, .source = lights_source, .help = help, .labels = std::move(labels)});
  };
  const auto time = [&](const std::string& name, const char* help) {
    return Time{table.declare({.name = name, .dimension = dimension::time, .source = lights_source, .help = help}),
                table.declare({.name = name + ".u",
                               .dimension = dimension::time,
                               .source = lights_source,
                               .help = "its uncertainty: each edge lies between two samples"})};
  };
  panel_id_ = word("lights.panel", "what the whole panel shows", panel_pattern_labels());
  run_id_ = word("lights.run", "what L7 does", lamp_pattern_labels());
  top_id_ = word("lights.top", "what the highest level light that shows does", lamp_pattern_labels());
  color_id_ = word("lights.color", "colour of L7, as last lit", light_color_labels());
  level_id_ = word("lights.level", "so many level lights show, L1 and on", {});
  run_on_ = time("lights.run_on", "L7 was last lit for so long");
  run_off_ = time("lights.run_off", "L7 was last dark for so long between two flashes");
  top_on_ = time("lights.top_on", "the highest level light was last lit for so long");
  top_off_ = time("lights.top_off", "the highest level light was last dark for so long");
}

void LightWatch::reset() noexcept {
  panel_.restart();
  lost_ = false;
}

void LightWatch::lose(Quality quality, SignalTable& table) noexcept {
  if (lost_ && table[panel_id_].quality == quality) {
    return;
  }
  lost_ = true;
  panel_.lose();
  for (const SignalId id :
       {panel_id_, run_id_, top_id_, color_id_, level_id_, run_on_.value, run_on_.uncertainty, run_off_.value,
        run_off_.uncertainty, top_on_.value, top_on_.uncertainty, top_off_.value, top_off_.uncertainty}) {
    if (table[id].quality != Quality::never) {
      table.set_quality(id, quality);
    }
  }
}

// Only times of a flash that goes on (Lamp::steady). When nothing flashes there are none.
void LightWatch::publish_times(const Lamp* lamp, const Time& on, const Time& off, TimePoint time,
                               SignalTable& table) const noexcept {
  const auto one = [&](const Time& to, const LampTime* from) {
    if (from != nullptr && from->known) {
      write_changed(table, to.value, from->value, time);
      write_changed(table, to.uncertainty, from->u, time);
    } else if (table[to.value].good()) {
      table.set_quality(to.value, Quality::stale);
      table.set_quality(to.uncertainty, Quality::stale);
    }
  };
  one(on, lamp != nullptr ? &lamp->steady().on : nullptr);
  one(off, lamp != nullptr ? &lamp->steady().off : nullptr);
}

void LightWatch::publish(TimePoint time, SignalTable& table) noexcept {
  write_changed(table, panel_id_, static_cast<double>(panel_.pattern()), time);
  write_changed(table, run_id_, static_cast<double>(panel_.run()), time);
  write_changed(table, top_id_, static_cast<double>(panel_.top()), time);
  write_changed(table, color_id_, static_cast<double>(panel_.color()), time);
  write_changed(table, level_id_, panel_.level(), time, panel_.level_known() ? Quality::good : Quality::invalid);
  publish_times(&panel_.run_lamp(), run_on_, run_off_, time, table);
  publish_times(panel_.top_lamp(), top_on_, top_off_, time, table);
}

void LightWatch::look(SignalTable& table) noexcept {
  const SignalId first = sensors_.front();
  if (!first.valid() || !table.changed(first)) {
    return;  // growing stale is a change too
  }
  const Sample& newest = table[first];
  if (!newest.good()) {
    if (newest.quality != Quality::never) {
      lose(newest.quality, table);
    }
    return;
  }
  std::array<double, lamp_count> levels{};
  for (std::size_t i = 0; i < lamp_count; ++i) {
    const Sample& sample = table[sensors_[i]];
    if (!sample.good()) {
      lose(sample.quality == Quality::never ? Quality::invalid : sample.quality, table);
      return;
    }
    levels[i] = sample.value;
  }
  const bool was_lost = std::exchange(lost_, false);
  if (panel_.sample(to_seconds(newest.time), levels) || was_lost) {
    publish(newest.time, table);
  }
}

}  // namespace rig
