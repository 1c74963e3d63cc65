#include "drivers/scpi/power_box.hpp"

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

namespace rig::scpi {
namespace {

using std::chrono::milliseconds;

// A relay of an output takes tens of milliseconds; making safe has 200 ms for everything.
constexpr milliseconds on_within{500};
constexpr milliseconds off_within{150};
constexpr milliseconds nap{2};
// Less of the rated current is none that can be gone.
constexpr double gone_at_least = 0.01;

bool bit(long bits, int number) { return number >= 0 && (static_cast<unsigned long>(bits) >> number & 1U) != 0; }

const PowerModel& model_of(const PowerTable& table, const std::string& name) {
  const PowerModel* const model = find_model(table.models, name);
  if (model == nullptr) {
    throw RigError("this driver does not know the model '" + name + "'", {}, "one of " + names_of(table.models));
  }
  return *model;
}

// Protection at or above the bench's limit, as far as the box goes; without a limit as high as it goes.
double protection(double limit, double headroom, double highest) {
  return limit > 0.0 ? std::min(limit * headroom, highest) : highest;
}

}  // namespace

PowerBox::PowerBox(const PowerTable& table, const std::string& model, Transport& link, WallTime::duration timeout)
    : table_(table), model_(model_of(table, model)), session_(link, table.dialect, timeout) {}

Identity PowerBox::connect() {
  session_.start();
  forget();
  Identity identity = session_.identify(table_.maker, model_.name);
  // Whose it was already it stays, unless it is armed here: looking at a bench takes nothing away from anybody.
  ours_ = ours_ || table_.owner_query.empty() || !names_owner(session_.ask(table_.owner_query));
  claim();
  session_.forget_errors();
  session_.check_errors("connecting");
  look();
  return identity;
}

void PowerBox::claim() {
  for (const std::string_view command : table_.claim) {
    session_.tell(command);
  }
  if (!table_.owner_query.empty()) {
    check_owner();
  }
}

bool PowerBox::names_owner(std::string_view answer) const {
  return same_word(answer.substr(0, table_.owner.size()), table_.owner);
}

void PowerBox::check_owner() {
  const std::string answer = session_.ask(table_.owner_query);
  if (!names_owner(answer)) {
    session_.reject("the box belongs to somebody else: expected " + std::string(table_.owner) + ", found " + answer,
                    "free it at its front panel (local mode off), or end the program on its other interface");
  }
}

void PowerBox::forget() noexcept {
  voltage_.reset();
  current_.reset();
  power_.reset();
  status_due_ = {};
}

void PowerBox::arm(const ArmLimits& limits, std::chrono::seconds watchdog) {
  ours_ = true;
  for (const std::string_view command : table_.prepare) {
    session_.tell(command);
  }
  if (!table_.over_voltage.empty()) {
    put(voltage(0.0));  // a protection may not go below what the voltage stands at
    over_voltage_ = protection(limits.over_voltage, table_.headroom, model_.highest_ovp);
    session_.set(table_.over_voltage, *over_voltage_, model_.volt_decimals, model_.volt_step, "V");
  }
  if (!table_.over_current.empty()) {
    // 5 % above the limit: regulating at the limit is not an accident.
    over_current_ = protection(limits.over_current, 1.05, model_.highest_ocp);
    session_.set(table_.over_current, *over_current_, model_.amp_decimals, model_.amp_step, "A");
  }
  for (const std::string_view command : table_.arm_also) {
    session_.tell(command);
  }
  watchdog_ = !table_.watchdog_on.empty() && watchdog.count() > 0;
  if (watchdog_) {
    session_.tell(std::string(table_.watchdog_timeout) + " " + std::to_string(watchdog.count()));
    session_.tell(table_.watchdog_on);
    if (!session_.truth(table_.watchdog_query)) {
      session_.reject("its communication watchdog does not switch on",
                      "does this firmware have one? else set watchdog: 0 s");
    }
  }
  session_.check_errors("arming");
}

void PowerBox::check_armed() {
  check_level({table_.over_voltage, 0.0, &over_voltage_, 0, model_.volt_step, "V"});
  check_level({table_.over_current, 0.0, &over_current_, 0, model_.amp_step, "A"});
  check_watchdog();
}

void PowerBox::check_watchdog() {
  if (watchdog_ && !session_.truth(table_.watchdog_query)) {
    session_.reject("its communication watchdog is off",
                    "was the box switched off and on, or has somebody else set it?");
  }
}

void PowerBox::check_level(const Level& level) {
  if (level.header.empty() || !level.last->has_value()) {
    return;
  }
  const double wanted = **level.last;
  const double found = session_.number(query_of(level.header), level.unit);
  if (std::abs(found - wanted) > level.step) {
    session_.reject(std::string(level.header) + " stands at " + format_fixed(found, 2) + " " + std::string(level.unit) +
                        ", it was set to " + format_fixed(wanted, 2) + " " + std::string(level.unit),
                    "was the box switched off and on, or has somebody else set it?");
  }
}

void PowerBox::do_chore() {
  const WallTime begin = WallTime::clock::now();
  if (begin < chore_due_) {
    return;
  }
  switch (chore_++ % 5) {
    case 0:
      if (!table_.owner_query.empty()) {
        check_owner();
      }
      break;
    case 1:
      check_watchdog();
      break;
    case 2:
      check_level(voltage(0.0));
      break;
    case 3:
      check_level(current(0.0));
      break;
    default:
      check_level(power(0.0));
  }
  const WallTime end = WallTime::clock::now();
  chore_due_ = end + std::max<WallTime::duration>(chore_period, 19 * (end - begin));
}

PowerBox::Values PowerBox::measure() {
  if (!table_.measure_all.empty()) {
    const std::vector<Measured> values = session_.list(table_.measure_all, {"V", "A", "W"});
    return {.voltage = values[0], .current = values[1]};
  }
  const Measured volts = session_.measured(table_.measure_voltage, "V");
  return {.voltage = volts, .current = session_.measured(table_.measure_current, "A")};
}

void PowerBox::watch() {
  if (WallTime::clock::now() >= status_due_) {
    look();
  }
}

void PowerBox::look_when_gone(double current) {
  constexpr double gone = 0.5;
  const double before = std::exchange(last_current_, std::abs(current));
  if (on_ && last_current_ < gone * before && before > model_.amps * gone_at_least) {
    look();
    if (on_) {
      check_level(voltage(0.0));
    }
  }
}

void PowerBox::look() {
  const long questionable = session_.integer(table_.questionable);
  for (const TripBit& trip : table_.trips) {
    if (bit(questionable, static_cast<int>(trip.bit))) {
      session_.reject("its protection has tripped: " + std::string(trip.name),
                      "find the cause, then acknowledge the alarm at the box");
    }
  }
  if (bit(questionable, table_.local_bit)) {
    session_.reject("the box is in local mode", "free it at its front panel");
  }
  if (table_.remote_bit >= 0 && !bit(questionable, table_.remote_bit)) {
    session_.reject("the box is no longer in remote control",
                    "did its watchdog time out, or has somebody freed it at its front panel?");
  }
  do_chore();
  on_ = table_.output_bit >= 0 ? bit(questionable, table_.output_bit) : session_.truth(query_of(table_.output));
  if (!table_.operation.empty()) {
    const long operation = session_.integer(table_.operation);
    regulation_ = bit(operation, table_.cp_bit)   ? Regulation::constant_power
                  : bit(operation, table_.cc_bit) ? Regulation::constant_current
                                                  : Regulation::constant_voltage;
  }
  status_due_ = WallTime::clock::now() + status_period;
}

void PowerBox::put(const Level& level) {
  if (level.header.empty() || *level.last == level.value) {
    return;
  }
  level.last->reset();  // until it is confirmed
  session_.set(level.header, level.value, level.decimals, level.step, level.unit);
  *level.last = level.value;
}

void PowerBox::put_all(std::vector<Level> levels) {
  std::ranges::stable_partition(levels, [](const Level& level) { return level.value < level.last->value_or(0.0); });
  for (const Level& level : levels) {
    put(level);
  }
}

bool PowerBox::becomes(bool on, milliseconds within) {
  const WallTime deadline = WallTime::clock::now() + within;
  while (session_.truth(query_of(table_.output)) != on) {
    if (WallTime::clock::now() >= deadline) {
      return false;
    }
    std::this_thread::sleep_for(nap);
  }
  on_ = on;
  status_due_ = {};
  return true;
}

void PowerBox::switch_to(bool on) {
  session_.tell(std::string(table_.output) + (on ? " ON" : " OFF"));
  if (!becomes(on, on ? on_within : off_within)) {
    session_.check_errors(on ? "switching on" : "switching off");
    session_.reject(on ? "it does not switch on" : "it does not switch off",
                    "is an interlock open, or an alarm not acknowledged?");
  }
}

void PowerBox::make_safe() {
  session_.start();
  forget();
  session_.tell(std::string(table_.output) + " OFF");
  if (becomes(false, off_within / 3)) {
    return;
  }
  claim();  // a link that was opened anew may have lost it
  session_.tell(std::string(table_.output) + " OFF");
  if (!becomes(false, off_within / 3)) {
    session_.reject("it does not switch off", "switch it off at its front panel");
  }
}

// In a line of its own: what a failed exchange left in the box's input ends there.
void PowerBox::shout_off() {
  session_.shout("");
  session_.shout(std::string(table_.output) + " OFF");
}

void PowerBox::release() {
  if (std::exchange(watchdog_, false)) {
    session_.tell(std::string(table_.watchdog_on.substr(0, table_.watchdog_on.rfind(' '))) + " OFF");
  }
  if (ours_ && !table_.release.empty()) {
    session_.tell(table_.release);
  }
}

}  // namespace rig::scpi
