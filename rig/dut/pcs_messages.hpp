#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rig/core/fields.hpp"
#include "rig/dut/dialect.hpp"
#include "rig/instrument/send_gate.hpp"

// What the rig sends in the place of the inverter (PCS), as the bench file names it.
namespace rig {

// An identifier as can-utils writes it: 3 hex digits for 11 bits ("305"), 8 for 29 bits ("18FF50E5").
struct IdentifierText {
  CanIdentifier value;
};
std::string identifier_text(const CanIdentifier& id);
// A frame as can-utils writes it: "305#0000000000000000", "18FF50E5#01.02".
struct FrameText {
  CanFrame value;
};

struct PcsMessage {
  FrameText frame;
  Duration period{};                       // zero: only as a reply
  std::optional<IdentifierText> reply_to;  // goes out in the tick in which this frame of the pack has come
  std::optional<int> counter;              // byte 0..7 that counts up from frame to frame
  MarkedText dialect{"any", {}};           // only to a pack that speaks it
};

struct PcsConfig {
  std::vector<std::pair<std::string, PcsMessage>> sends;
  std::optional<FrameText> flood;        // what `pcs.flood` fills the bus with
  std::vector<IdentifierText> may_send;  // for `gtxrig can send`, beside those above
};

// An ordinary PCS: the keep-alive 0x305 each second to a pack that wants it, pylon_v12.
PcsConfig default_pcs();
// Every identifier that the configuration names: the bench's send list.
std::vector<CanIdentifier> send_list(const PcsConfig& config);

template <>
struct Codec<IdentifierText> {
  static bool read(const Node& node, IdentifierText& out, Diagnostics& diagnostics);
  static Schema schema();
  static void list(const std::string& path, const IdentifierText& v, std::vector<ListedValue>& out,
                   const FieldOptions& o);
};
template <>
struct Codec<FrameText> {
  static bool read(const Node& node, FrameText& out, Diagnostics& diagnostics);
  static Schema schema();
  static void list(const std::string& path, const FrameText& v, std::vector<ListedValue>& out, const FieldOptions& o);
};
template <>
struct Fields<PcsMessage> {
  static void declare(Mapping<PcsMessage>& m);
};
template <>
struct Fields<PcsConfig> {
  static void declare(Mapping<PcsConfig>& m);
};

}  // namespace rig
