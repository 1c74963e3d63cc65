#pragma once
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "rig/canlog/logged_frame.hpp"
#include "rig/cli/cli.hpp"
#include "rig/cli/options.hpp"
#include "rig/dut/dialect_signs.hpp"
#include "rig/dut/frame_decoder.hpp"

namespace rig::cli {

inline constexpr const char* own_dbc = "builtin:cases/gtx5000.dbc";

// What the user said the dialect is: --dialect auto|none|NAME.
struct DialectChoice {
  bool by_dbc = false;             // none: plainly by the DBC
  std::optional<Dialect> dialect;  // nothing: find it out
};
// A DBC that has none of the pack's frames is taken plainly where nothing was chosen.
DialectChoice dialect_choice(const po::variables_map& map, const Dbc& dbc);

// Shows frames one after the other, decoded, and sums up in the end which dialect they are in and what was odd.
//
// Order of calls: hear() for each frame that tells of the dialect, settle(), then print() for each frame; on a live bus
// hear() and print() in turn.
class CanView {
 public:
  CanView(const Dbc& dbc, DialectChoice choice, bool as_json, Console& console);
  void hear(const LoggedFrame& frame);
  // Decodes from now on by what was heard. Throws RigError where the DBC contradicts the dialect.
  void settle();
  void print(const LoggedFrame& frame);

  [[nodiscard]] std::uint64_t frames() const noexcept { return counts_.frames; }
  // The last line; `more` is what the caller has to add to it.
  void print_summary(const nlohmann::ordered_json& more);

 private:
  struct Counts {
    std::uint64_t frames = 0;
    std::uint64_t unknown = 0;    // the DBC does not have the id
    std::uint64_t undecoded = 0;  // the dialect gives it no meaning, or its numbers are in doubt
    std::uint64_t too_short = 0;
    std::uint64_t implausible = 0;
    std::uint64_t errors = 0;
    std::uint64_t requests = 0;
    std::map<std::string, std::uint64_t> unknown_ids;
  };
  void count(const LoggedFrame& frame);
  void print_people_summary();
  [[nodiscard]] nlohmann::ordered_json json_summary() const;
  [[nodiscard]] std::string_view dialect_word() const;

  const Dbc& dbc_;
  DialectChoice choice_;
  bool as_json_;
  Console& console_;
  DialectSigns signs_;
  DecodeContext context_;
  std::optional<FrameDecoder> decoder_;
  DecodedFrame decoded_;
  Counts counts_;
};

}  // namespace rig::cli
