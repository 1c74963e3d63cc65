#include "rig/engine/reference.hpp"

#include "rig/model/life_sign.hpp"

namespace rig {
namespace {

// Without its current nothing can be demanded of a pack, and one that may be off owes nothing.
bool observable(SignalTable& table, PackNames names) {
  const SignalTable::Scope scope(table, names);
  LifeSign life;
  life.bind(table);
  return life.known() && table.find("pack.voltage") && table.find("pack.current");
}

}  // namespace

References::References(const Requirements& requirements) { list_.push_back(std::make_unique<Reference>(requirements)); }

void References::declare(SignalTable& table) {
  const Requirements& of_all = list_.front()->requirements();
  for (int position = 1; of_all.each && position <= of_all.packs; ++position) {
    if (observable(table, PackNames(position))) {
      list_.push_back(std::make_unique<Reference>(*of_all.each, PackNames(position)));
    }
  }
  for (const auto& reference : list_) {
    reference->declare(table);
  }
}

void References::begin(SignalTable& table, const ReferenceStart& start) {
  for (const auto& reference : list_) {
    reference->begin(table, start);
  }
}

}  // namespace rig
