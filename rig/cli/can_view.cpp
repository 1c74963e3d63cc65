#include "rig/cli/can_view.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "rig/cli/can_printing.hpp"
#include "rig/core/diagnostic.hpp"
#include "rig/dut/dialect_evidence.hpp"
#include "rig/dut/dut_port.hpp"

namespace rig::cli {

DialectChoice dialect_choice(const po::variables_map& map, const Dbc& dbc) {
  const std::string word = text_of(map, "dialect", "auto");
  if (word == "none") {
    return {.by_dbc = true};
  }
  const auto dialect = parse_dialect(word);
  if (!dialect) {
    const std::vector<std::string> words{"auto", "none", "sofar_amass", "pylon_v12"};
    throw UsageError{"there is no dialect '" + word + "'; " + suggestion(word, words)};
  }
  if (*dialect != Dialect::unknown) {
    return {.dialect = dialect};
  }
  return {.by_dbc = dbc.find(0x351) == nullptr && dbc.find(0x355) == nullptr && dbc.find(0x356) == nullptr};
}

CanView::CanView(const Dbc& dbc, DialectChoice choice, bool as_json, Console& console)
    : dbc_(dbc), choice_(choice), as_json_(as_json), console_(console) {}

void CanView::hear(const LoggedFrame& frame) {
  if (!frame.error && !frame.remote && !frame.fd) {
    signs_.hear(TimePoint{Duration{frame.time_ns}}, frame.id, frame.extended, frame.data());
  }
}

void CanView::settle() {
  const DecodeContext now = choice_.by_dbc ? DecodeContext{} : DecodeContext::of(signs_, choice_.dialect);
  if (decoder_ && now == context_) {
    return;
  }
  if (now.dialect && *now.dialect != Dialect::unknown && now.dialect != context_.dialect) {
    DutPort(dbc_, {.dialect = *now.dialect});  // throws where DBC and dialect contradict each other
  }
  context_ = now;
  decoder_.emplace(dbc_, context_);
}

std::string_view CanView::dialect_word() const { return context_.dialect ? dialect_name(*context_.dialect) : "none"; }

void CanView::count(const LoggedFrame& frame) {
  ++counts_.frames;
  if (frame.error) {
    ++counts_.errors;
    return;
  }
  counts_.requests += frame.remote ? 1 : 0;
  if (decoded_.message == nullptr) {
    ++counts_.unknown;
    ++counts_.unknown_ids[id_text(frame)];
    return;
  }
  counts_.undecoded += decoded_.has_meaning ? 0 : 1;
  counts_.too_short += decoded_.is_short && !frame.remote ? 1 : 0;
  counts_.implausible += decoded_.implausible.empty() ? 0 : 1;
}

void CanView::print(const LoggedFrame& frame) {
  if (frame.error) {
    decoded_ = {};
  } else {
    decoder_->decode(frame.id, frame.extended, frame.data(), decoded_);
  }
  if (frame.remote) {
    decoded_.signals.clear();
    decoded_.implausible.clear();
  }
  count(frame);
  console_.out << (as_json_ ? frame_json(frame, decoded_, dialect_word())
                            : frame_line(frame, decoded_, console_.colours))
               << "\n";
}

nlohmann::ordered_json CanView::json_summary() const {
  nlohmann::ordered_json json{{"summary", true},
                              {"frames", counts_.frames},
                              {"unknown", counts_.unknown},
                              {"short", counts_.too_short},
                              {"implausible", counts_.implausible},
                              {"undecoded", counts_.undecoded},
                              {"error_frames", counts_.errors},
                              {"requests", counts_.requests},
                              {"unknown_ids", counts_.unknown_ids},
                              {"dialect", dialect_word()},
                              {"dialect_chosen", choice_.by_dbc || choice_.dialect.has_value()}};
  if (!choice_.by_dbc) {
    const DialectEvidence evidence = dialect_evidence(signs_);
    json["evidence"] = {{"found", dialect_name(evidence.dialect)},
                        {"points", {{"sofar_amass", evidence.sofar_amass}, {"pylon_v12", evidence.pylon_v12}}},
                        {"resembles", evidence.resembles},
                        {"doubt", dialect_doubt_text(signs_.doubt())},
                        {"signs", evidence.reasons},
                        {"notes", evidence.notes}};
  }
  return json;
}

void CanView::print_summary(const nlohmann::ordered_json& more) {
  if (as_json_) {
    nlohmann::ordered_json json = json_summary();
    json.update(more);
    console_.out << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  } else {
    print_people_summary();
  }
}

void CanView::print_people_summary() {
  std::ostream& out = console_.out;
  out << fmt::format("\n{} frames: {} unknown, {} short, {} implausible, {} without a meaning in this dialect",
                     counts_.frames, counts_.unknown, counts_.too_short, counts_.implausible, counts_.undecoded);
  out << fmt::format(", {} error frames, {} requests\n", counts_.errors, counts_.requests);
  for (const auto& [id, count] : counts_.unknown_ids) {
    out << fmt::format("  unknown: {} {}x\n", id, count);
  }
  if (choice_.by_dbc) {
    return;
  }
  const DialectEvidence evidence = dialect_evidence(signs_);
  out << fmt::format("dialect: {}{}\n", dialect_word(), choice_.dialect ? " (chosen)" : "");
  if (choice_.dialect && evidence.dialect != *choice_.dialect) {
    out << fmt::format("  the frames themselves say: {}\n", dialect_name(evidence.dialect));
  }
  if (!evidence.resembles.empty()) {
    out << "  looks like " << evidence.resembles << "\n";
  }
  out << fmt::format("  points: sofar_amass {}, pylon_v12 {}\n", evidence.sofar_amass, evidence.pylon_v12);
  for (const std::string& reason : evidence.reasons) {
    out << "  - " << reason << "\n";
  }
  for (const std::string& note : evidence.notes) {
    out << "  " << note << "\n";
  }
}

}  // namespace rig::cli
