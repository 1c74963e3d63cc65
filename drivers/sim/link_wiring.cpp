#include "drivers/sim/link_wiring.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace rig::sim {

std::vector<LinkCable> LinkWiring::chain(std::size_t packs) {
  std::vector<LinkCable> cables;
  for (std::size_t k = 1; k < packs; ++k) {
    cables.push_back({.from = {static_cast<int>(k), false}, .to = {static_cast<int>(k) + 1, true}});
  }
  return cables;
}

void LinkWiring::configure(std::size_t packs, std::vector<LinkCable> cables) {
  packs_ = packs;
  cables_ = std::move(cables);
  unplugged_ = exchanged_ = 0;
  trace();
}

void LinkWiring::unplug(std::size_t cable) noexcept {
  if (cable != unplugged_) {
    unplugged_ = cable;
    trace();
  }
}

void LinkWiring::exchange(std::size_t pack) noexcept {
  if (pack != exchanged_) {
    exchanged_ = pack;
    trace();
  }
}

void LinkWiring::trace() noexcept {
  sockets_ = {};
  for (std::size_t k = 0; k < part_.size(); ++k) {
    part_[k] = static_cast<std::uint8_t>(k);
  }
  for (std::size_t c = 0; c < cables_.size(); ++c) {
    if (c + 1 == unplugged_) {
      continue;
    }
    LinkCable cable = cables_[c];
    for (LinkEnd* end : {&cable.from, &cable.to}) {
      end->in = end->in != (static_cast<std::size_t>(end->pack) == exchanged_);
    }
    const auto a = static_cast<std::size_t>(cable.from.pack - 1), b = static_cast<std::size_t>(cable.to.pack - 1);
    (cable.from.in ? sockets_[a].in_connected : sockets_[a].out_connected) = true;
    (cable.to.in ? sockets_[b].in_connected : sockets_[b].out_connected) = true;
    if (!cable.enable_broken && cable.from.in != cable.to.in) {
      const std::size_t in = cable.from.in ? a : b;
      sockets_[in].enabled_by = static_cast<int>(in == a ? b : a);
    }
    if (!cable.data_broken) {
      const std::uint8_t joined = part_[a], lost = part_[b];
      std::replace(part_.begin(), part_.end(), lost, joined);
    }
  }
}

std::vector<std::size_t> LinkWiring::system() const {
  std::vector<std::size_t> order{0};
  if (sockets_[0].in_connected) {
    return {};
  }
  for (std::size_t last = 0; sockets_[last].out_connected;) {
    std::size_t next = packs_;
    for (std::size_t k = 0; k < packs_; ++k) {
      next = sockets_[k].enabled_by == static_cast<int>(last) ? k : next;
    }
    if (next == packs_ || !hears(next, last) || order.size() >= packs_) {
      return {};
    }
    order.push_back(next);
    last = next;
  }
  return order;
}

}  // namespace rig::sim

namespace rig {

bool Codec<sim::LinkEnd>::read(const Node& n, sim::LinkEnd& out, Diagnostics& d) {
  std::string text;
  if (!detail::read_string(n, text, d)) {
    return false;
  }
  const bool in = text.ends_with(".in");
  const bool fits = (in || text.ends_with(".out")) && text.front() >= '1' &&
                    text.front() <= static_cast<char>('0' + sim::most_linked) && text.find('.') == 1;
  if (!fits) {
    d.error(n.mark, "'" + text + "' is no Link port",
            fmt::format("a port is a pack's number, 1 to {}, and .in or .out: 2.in", sim::most_linked));
    return false;
  }
  out = {text.front() - '0', in};
  return true;
}

Schema Codec<sim::LinkEnd>::schema() {
  return nlohmann::json{{"type", "string"}, {"pattern", fmt::format("^[1-{}][.](in|out)$", sim::most_linked)}};
}

void Codec<sim::LinkEnd>::list(const std::string& path, const sim::LinkEnd& v, std::vector<ListedValue>& out,
                               const FieldOptions& o) {
  out.push_back({path, fmt::format("{}.{}", v.pack, v.in ? "in" : "out"), "", o.help, o.origin});
}

void Fields<sim::LinkCable>::declare(Mapping<sim::LinkCable>& m) {
  m.required("from", &sim::LinkCable::from, "one end: 1.out is Link Out of the first pack");
  m.required("to", &sim::LinkCable::to, "the other end");
  m.optional("data_broken", &sim::LinkCable::data_broken, "its RS485 pair is broken");
  m.optional("enable_broken", &sim::LinkCable::enable_broken, "its enable line is broken");
}

}  // namespace rig
