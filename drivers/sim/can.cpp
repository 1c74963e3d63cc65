#include <algorithm>
#include <array>

#include "drivers/sim/world.hpp"
#include "rig/core/random.hpp"
#include "rig/instrument/can_bus.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

// Frames on their way to the adapter, in order of arrival. What does not fit is counted.
class Wire {
 public:
  void push(const CanFrame& frame) noexcept {
    if (size_ == frames_.size()) {
      ++overflow_;
      return;
    }
    std::size_t at = size_++;
    for (; at > 0 && frames_[at - 1].time > frame.time; --at) {
      frames_[at] = frames_[at - 1];
    }
    frames_[at] = frame;
  }
  // Hands over what has arrived by `now`.
  void deliver(TimePoint now, FrameBatch& into) noexcept {
    std::size_t n = 0;
    while (n < size_ && frames_[n].time <= now) {
      into.push(frames_[n++]);
    }
    if (n > 0) {
      std::copy(frames_.begin() + static_cast<std::ptrdiff_t>(n), frames_.begin() + static_cast<std::ptrdiff_t>(size_),
                frames_.begin());
      size_ -= n;
    }
  }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::uint64_t overflow() const noexcept { return overflow_; }
  void clear() noexcept { size_ = 0; }

 private:
  std::array<CanFrame, 2 * FrameBatch::capacity> frames_{};
  std::size_t size_ = 0;
  std::uint64_t overflow_ = 0;
};

// A CAN adapter on the virtual pack's bus. A frame carries the moment at which the adapter saw it: some time after it
// left the pack, since arbitration and USB take theirs, but never before its predecessor. Frames can get lost, and
// another node can talk in between; neither happens on a healthy bus. What the rig sends is heard by the pack.
class SimCan final : public CanBus {
 public:
  struct Parameters {
    bool connected = true;
    Duration jitter = std::chrono::microseconds(200);
    Ratio loss{0.0};
    Duration foreign_period{};  // zero: no other node
    std::int64_t foreign_id = 0x5A0;
    std::int64_t bit_rate = 500000;
    std::int64_t position = 1;
  };
  SimCan(const Parameters& p, BenchContext& context)
      : parameters_(p),
        world_(context.shared<World>("world")),
        pack_(world_->stand_at(p.position)),
        random_(context.seed(), "can") {}
  bool preset(const StartState&) override {
    wire_.clear();
    waiting_.clear();
    last_ = next_foreign_ = busy_until_ = TimePoint{};
    alone_ = false;
    return false;
  }

 private:
  void receive(const Tick& tick, FrameBatch& into) noexcept override {
    world_->advance_to(tick);
    FrameBatch& sent = world_->pack(pack_).firmware().sent();
    if (parameters_.connected) {
      for (const CanFrame& frame : sent.frames()) {
        carry(frame);
      }
      let_go(tick.start);
      talk_between(tick.start);
      if (!wire_.empty()) {
        wire_.deliver(tick.start, into);
      }
      // What did not fit into the pack's batch or onto the wire is refused by a full batch too, and counted there.
      const std::uint64_t refused = sent.overflow() + wire_.overflow();
      for (; refused_ < refused && into.frames().size() == FrameBatch::capacity; ++refused_) {
        into.push({});
      }
    } else {
      refused_ = sent.overflow() + wire_.overflow();
    }
    sent.clear();
  }
  void carry(CanFrame frame) noexcept {
    if (parameters_.loss.value() > 0.0 && random_.uniform() < parameters_.loss.value()) {
      ++world_->bus.lost;
      return;
    }
    const double late = random_.uniform() * static_cast<double>(parameters_.jitter.count());
    const TimePoint sent = std::max(last_, frame.time + Duration{static_cast<std::int64_t>(late)});
    const bool loses = frame.time < busy_until_ && frame.id > strongest_;
    if (loses || !waiting_.frames().empty()) {
      world_->bus.lost += waiting_.push(frame) ? 0 : 1;
      return;
    }
    frame.time = last_ = sent;
    wire_.push(frame);
  }
  // While the rig fills the bus with frames that win against the pack's, the pack waits for a gap.
  void let_go(TimePoint now) noexcept {
    if (waiting_.frames().empty() || busy_until_ > now) {
      return;
    }
    for (CanFrame frame : waiting_.frames()) {
      frame.time = last_ = std::max({last_, frame.time, busy_until_}) + time_of(frame);
      wire_.push(frame);
    }
    waiting_.clear();
  }
  // 47 bits around the data of a standard frame, 67 of an extended one, and a stuff bit for each ten.
  [[nodiscard]] Duration time_of(const CanFrame& frame) const noexcept {
    const std::int64_t bits = (frame.extended ? 67 : 47) + 8 * frame.length;
    return Duration{bits * 11 / 10 * 1'000'000'000 / parameters_.bit_rate};
  }
  static constexpr int queue_length = 64;  // frames that the adapter holds before it takes no more

  void talk_between(TimePoint now) noexcept {
    if (parameters_.foreign_period <= Duration{}) {
      return;
    }
    for (; next_foreign_ <= now; next_foreign_ += parameters_.foreign_period) {
      CanFrame frame{.time = next_foreign_, .id = static_cast<std::uint32_t>(parameters_.foreign_id), .length = 8};
      const std::uint64_t noise = random_.next();
      for (std::size_t i = 0; i < frame.data.size(); ++i) {
        frame.data[i] = static_cast<std::uint8_t>(noise >> (8 * i));
      }
      wire_.push(frame);
    }
  }
  // Alone on the bus, where nobody acknowledges, a controller goes to passive and no further (ISO 11898-1).
  [[nodiscard]] Condition condition() const noexcept override {
    return {.state = alone_ ? rig::BusState::passive : rig::BusState::active,
            .receive_errors = 0U,
            .transmit_errors = alone_ ? 128U : 0U};
  }
  void transmit(const Tick& tick, const FrameBatch& frames) noexcept override {
    if (!parameters_.connected) {
      alone_ = alone_ || !frames.frames().empty();
      return;
    }
    BusState& bus = world_->bus;
    bus.heard.clear();
    busy_until_ = std::max(busy_until_, tick.start);
    strongest_ = ~0u;
    for (const CanFrame& frame : frames.frames()) {
      if (busy_until_ - tick.start > queue_length * time_of(frame)) {
        ++bus.unsent;
        continue;
      }
      busy_until_ += time_of(frame);
      strongest_ = std::min(strongest_, frame.id);
      bus.heard.push(frame);
      if (frame.id == 0x305 && !frame.extended) {
        ++bus.keep_alives;
        bus.last_keep_alive = tick.start;
      }
    }
  }

  Parameters parameters_;
  std::shared_ptr<World> world_;
  std::size_t pack_;
  Random random_;
  Wire wire_;
  FrameBatch waiting_;  // of the pack, for a gap on the bus
  TimePoint last_{}, next_foreign_{};
  TimePoint busy_until_{};         // by what the rig has sent
  std::uint32_t strongest_ = ~0u;  // of it the identifier that wins against all higher ones
  std::uint64_t refused_ = 0;
  bool alone_ = false;  // something was sent, and nobody is there
};

}  // namespace
}  // namespace rig::sim

template <>
struct rig::Fields<rig::sim::SimCan::Parameters> {
  static void declare(Mapping<sim::SimCan::Parameters>& m) {
    using P = sim::SimCan::Parameters;
    m.optional("connected", &P::connected, "the cable is plugged in");
    m.optional("position", &P::position, sim::position_option());
    m.optional("jitter", &P::jitter,
               {.help = "a frame is seen at most so long after it was sent", .minimum = 0.0, .maximum = 1.0});
    m.optional("loss", &P::loss, {.help = "part of the pack's frames that gets lost", .minimum = 0.0, .maximum = 1.0});
    m.optional("foreign_period", &P::foreign_period,
               {.help = "another node sends a frame so often; zero: there is none", .minimum = 0.0, .maximum = 3600.0});
    m.optional("foreign_id", &P::foreign_id,
               {.help = "identifier of the other node's frames", .minimum = 0, .maximum = 2047});
    m.optional("bit_rate", &P::bit_rate, {.help = "of the bus, bit/s", .minimum = 10000, .maximum = 1000000});
  }
};

namespace rig::sim {
RIG_DRIVER(SimCan, "sim.can", "a CAN adapter on the virtual pack's bus")
}
