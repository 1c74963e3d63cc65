#include "rig/instrument/instrument.hpp"

namespace rig {

SignalId Declarations::signal(const std::string& part, SignalSpec spec) {
  spec.name = subject_ + "." + part;
  spec.source = instance_ + " (" + driver_ + ")";
  return signals_.declare(std::move(spec));
}

CommandId Declarations::command(const std::string& part, CommandSpec spec) {
  spec.name = instance_ + "." + part;
  spec.instrument = instance_;
  return commands_.declare(std::move(spec));
}

}  // namespace rig
