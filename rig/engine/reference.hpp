#pragma once
#include <memory>
#include <vector>

#include "rig/model/reference_model.hpp"
#include "rig/signal/pack_names.hpp"

namespace rig {

// A reference, whose pack it is of, and the place where its outputs stand: stage 4 of a tick.
class Reference {
 public:
  // `requirements` outlives it.
  explicit Reference(const Requirements& requirements, PackNames names = {})
      : requirements_(requirements), names_(names), model_(requirements) {
    // On CAN the first of several packs is the master, and it speaks for all; its contacts too are everybody's.
    if (requirements.packs > 1 || names.position() == 1) {
      model_.speak_for_others();
    }
    if (names.position() == 1) {
      model_.share_contacts();
    }
  }
  void declare(SignalTable& table) {
    const SignalTable::Scope scope(table, names_);
    model_.declare(table);
  }
  void begin(SignalTable& table, const ReferenceStart& start) {
    const SignalTable::Scope scope(table, names_);
    model_.bind(table);
    model_.restart(start);
  }
  void step(const Tick& tick, SignalTable& signals) noexcept {
    model_.step(tick, signals);
    model_.publish(tick, signals);
  }
  [[nodiscard]] const Requirements& requirements() const noexcept { return requirements_; }
  [[nodiscard]] const PackNames& names() const noexcept { return names_; }

 private:
  const Requirements& requirements_;
  PackNames names_;
  ReferenceModel model_;
};

// Of all packs as one, and of each of several in parallel whose own voltage and current the bench measures (pack1.*,
// pack2.* ...) and of which it sees whether it is on.
class References {
 public:
  explicit References(const Requirements& requirements);
  void declare(SignalTable& table);
  void begin(SignalTable& table, const ReferenceStart& start);
  void step(const Tick& tick, SignalTable& signals) noexcept {
    for (const auto& reference : list_) {
      reference->step(tick, signals);
    }
  }
  // The first is that of all.
  [[nodiscard]] const std::vector<std::unique_ptr<Reference>>& all() const noexcept { return list_; }

 private:
  std::vector<std::unique_ptr<Reference>> list_;
};

}  // namespace rig
