#include "drivers/sim/firmware_link.hpp"

#include <algorithm>
#include <cmath>

#include "drivers/sim/firmware_options.hpp"

namespace rig::sim {
namespace {

constexpr double slack = 1e-9;  // s

}  // namespace

void Link::restart(double now, int id, int packs) noexcept {
  orders_ = {};
  message_ = {};
  slaves_ = {};
  now_ = asked_ = heard_ = now;
  coding_since_ = -1;
  id_ = id;
  known_ = id == 1 ? std::max(packs - 1, 0) : 0;
  asked_id_ = tries_ = 0;
  turn_ = 0;
  leads_ = id == 1;
  coded_ = id > 0;
  out_enabled_ = id > 0 && id < packs;
  was_enabled_ = id > 1;
  refused_ = false;
  for (Slave& slave : slaves_) {
    slave.heard = now;
    slave.joins = true;
  }
  orders_.coded = coded_;
  orders_.alone = id == 0;
  orders_.follows = id > 1;
}

void Link::ask(double now, LinkMessage message) noexcept {
  message_ = message;
  asked_ = now;
  asked_id_ = message.id;
}

// The last pack that answered is the last one there is, unless a cable leads on from it.
void Link::end_of_chain(bool cable) noexcept {
  refused_ = cable && !parameters_.any_order;
  coded_ = !refused_;
}

void Link::code(double now, const LinkPorts& ports) noexcept {
  for (const LinkMessage& m : ports.heard) {
    if (m.kind == LinkMessage::Kind::here && m.id == known_ + 2) {
      slaves_[static_cast<std::size_t>(known_)] = {.last = m.report, .heard = now};
      ++known_;
      tries_ = 0;
      asked_ = -1e9;
      const bool most = known_ + 1 >= std::min<std::int64_t>(parameters_.most_packs, most_linked);
      if (most || !m.report.out_connected) {
        refused_ = most && m.report.out_connected;
        coded_ = !refused_;
        return;
      }
    }
  }
  if (now - asked_ < to_seconds(parameters_.poll) - slack) {
    return;
  }
  if (tries_++ >= parameters_.retries) {
    end_of_chain(known_ == 0 ? ports.out_connected : slaves_[static_cast<std::size_t>(known_ - 1)].last.out_connected);
    return;
  }
  ask(now, {.kind = LinkMessage::Kind::who_is_next, .id = known_ + 2});
}

bool Link::may_join(const PackReport& slave, const PackReport& own) const noexcept {
  const bool both_measure = slave.voltage > 0 && own.voltage > 0;  // while they code nobody does
  return both_measure && std::abs(slave.voltage - own.voltage) <= parameters_.join_voltage.value() &&
         std::abs(slave.soc - own.soc) <= parameters_.join_soc.value();
}

// One poll after the other, each pack in its turn. What it does not answer counts.
void Link::watch_slaves(double now, const LinkPorts& ports, const Self& self) noexcept {
  for (const LinkMessage& m : ports.heard) {
    if (m.kind == LinkMessage::Kind::report && m.id >= 2 && m.id <= known_ + 1) {
      Slave& slave = slaves_[static_cast<std::size_t>(m.id - 2)];
      slave.last = m.report;
      slave.heard = now;
      slave.unanswered = 0;
      slave.joins = slave.joins || may_join(m.report, self.report);
    }
  }
  orders_.slaves_off = true;
  for (int i = 0; i < known_; ++i) {
    Slave& slave = slaves_[static_cast<std::size_t>(i)];
    slave.stopped = self.wants_stop && (slave.stopped || slave.unanswered > parameters_.retries);
    orders_.slaves_off = orders_.slaves_off && (slave.stopped || lost(slave));
    slave.joins = slave.joins && !lost(slave);  // it may have drifted away
  }
  orders_.slaves_off = orders_.slaves_off || parameters_.stops_first;
  if (known_ == 0 || now - asked_ < to_seconds(parameters_.poll) - slack) {
    return;
  }
  turn_ = (turn_ + 1) % static_cast<std::size_t>(known_);
  Slave& slave = slaves_[turn_];
  ++slave.unanswered;
  ask(now, {.kind = LinkMessage::Kind::poll,
            .id = static_cast<int>(turn_) + 2,
            .run = coded_,
            .refused = refused_,
            .stop = self.wants_stop,
            .joins = slave.joins});
}

void Link::lead(double now, const LinkPorts& ports, const Self& self) noexcept {
  if (self.off) {
    id_ = known_ = tries_ = 0;
    leads_ = coded_ = refused_ = out_enabled_ = false;
    slaves_ = {};
    coding_since_ = -1;
    return;
  }
  leads_ = true;
  id_ = 1;
  if (self.coding && !coded_ && !refused_) {
    out_enabled_ = true;
    coding_since_ = coding_since_ < 0 ? now : coding_since_;
    code(now, ports);
    if (!coded_ && now - coding_since_ > to_seconds(parameters_.coding_timeout)) {
      refused_ = true;
    }
    return;
  }
  watch_slaves(now, ports, self);
}

void Link::follow(double now, const LinkPorts& ports, const Self& self) noexcept {
  leads_ = false;
  // A line that rises wakes; one that stands does not undo a shutdown.
  orders_.wake = self.off && ports.in_enabled && !was_enabled_;
  was_enabled_ = ports.in_enabled;
  if (self.off) {
    id_ = 0;
    coded_ = refused_ = out_enabled_ = false;
    coding_since_ = -1;
    orders_.stop = false;
    heard_ = now;
    return;
  }
  coding_since_ = self.coding && coding_since_ < 0 ? now : coding_since_;
  for (const LinkMessage& m : ports.heard) {
    if (m.kind == LinkMessage::Kind::who_is_next) {
      heard_ = now;
      if (ports.in_enabled && (id_ == 0 || id_ == m.id)) {
        id_ = m.id;
        out_enabled_ = true;
        message_ = {.kind = LinkMessage::Kind::here, .id = id_, .report = self.report};
      }
    } else if (m.kind == LinkMessage::Kind::poll) {
      heard_ = now;
      coded_ = id_ > 0 && m.run;
      refused_ = m.refused;
      orders_.stop = m.stop;
      if (m.id == id_ && id_ > 0) {
        orders_.joins = m.joins;
        message_ = {.kind = LinkMessage::Kind::report, .id = id_, .report = self.report};
      }
    }
  }
  const bool forsaken = now - heard_ > to_seconds(parameters_.lost_after);
  const bool waited = self.coding && now - coding_since_ > to_seconds(parameters_.coding_timeout);
  refused_ = refused_ || forsaken || waited;
  coded_ = coded_ && !refused_;
  orders_.joins = orders_.joins && !refused_;  // the master says anew when it may
}

void Link::run(double now, const LinkPorts& ports, const Self& self) noexcept {
  now_ = now;
  message_ = {};
  orders_.alone = ports.alone();
  orders_.follows = ports.in_connected;
  orders_.wake = false;
  if (ports.in_connected) {
    follow(now, ports, self);
    orders_.slaves_off = true;
  } else if (ports.out_connected || leads_) {
    orders_.alone = false;
    lead(now, ports, self);
    orders_.stop = false;
    orders_.joins = true;
  } else if (id_ > 1) {  // the cable of a slave was pulled
    follow(now, ports, self);
    orders_.alone = false;
    orders_.follows = true;
  } else {
    orders_.joins = true;
    id_ = 0;
  }
  orders_.coded = coded_;
  orders_.refused = refused_;
}

bool Link::lost_one() const noexcept {
  for (int i = 0; i < known_; ++i) {
    if (lost(slaves_[static_cast<std::size_t>(i)])) {
      return true;
    }
  }
  return false;
}

bool Link::prohibited(bool PackReport::*allowed) const noexcept {
  for (int i = 0; i < known_; ++i) {
    const Slave& slave = slaves_[static_cast<std::size_t>(i)];
    if (slave.last.closed && !lost(slave) && !(slave.last.*allowed)) {
      return true;
    }
  }
  return false;
}

// Limits by the smallest of those that are joined, times their number, as relatives do.
PackReport Link::system(const PackReport& own) const noexcept {
  PackReport all = own;
  double charge = own.charge_limit, discharge = own.discharge_limit;
  double weighted = own.soc * own.capacity;
  int joined = 1;
  for (int i = 0; i < known_; ++i) {
    const Slave& slave = slaves_[static_cast<std::size_t>(i)];
    const PackReport& one = slave.last;
    const bool counts = parameters_.keeps_lost || !lost(slave);
    if (!counts || (!one.closed && !parameters_.keeps_lost)) {
      continue;
    }
    ++joined;
    charge = std::min(charge, one.charge_limit);
    discharge = std::min(discharge, one.discharge_limit);
    all.current += one.current;
    weighted += one.soc * one.capacity;
    all.capacity += one.capacity;
    all.remaining += one.remaining;
    all.temperature += one.temperature;
    all.soh = std::min(all.soh, one.soh);
    all.charge_allowed = all.charge_allowed && one.charge_allowed;
    all.discharge_allowed = all.discharge_allowed && one.discharge_allowed;
    all.protection |= one.protection;
    all.alarm |= one.alarm;
  }
  all.temperature /= joined;
  all.soc = all.capacity > 0 ? weighted / all.capacity : own.soc;
  all.charge_limit = charge * joined;
  all.discharge_limit = discharge * joined;
  all.alarm.system_error = all.alarm.system_error || lost_one();
  return all;
}

}  // namespace rig::sim

namespace rig {
void Fields<sim::LinkParameters>::declare(Mapping<sim::LinkParameters>& m) {
  using L = sim::LinkParameters;
  using sim::by_default, sim::option;
  m.optional("poll", &L::poll, option("the master asks one pack so often", by_default, 0.01, 10.0));
  m.optional("retries", &L::retries, option("it asks again so often before nobody is there", by_default, 0.0, 100.0));
  m.optional("lost_after", &L::lost_after,
             option("a pack that is silent for so long is lost", by_default, 0.1, 3600.0));
  m.optional("coding_timeout", &L::coding_timeout, option("coding ends after so long", by_default, 0.1, 3600.0));
  m.optional("most_packs", &L::most_packs, option("packs of a system", "manual 3", 1.0, 8.0));
  m.optional("join_voltage", &L::join_voltage,
             option("a pack joins when it stands so near to the master", by_default, 0.0, 100.0));
  m.optional("join_soc", &L::join_soc, option("and so near in SOC", "manual 9.1-3", 0.0, 1.0));
}
}  // namespace rig
