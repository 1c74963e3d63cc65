#pragma once
// The keys of requirement and profile files. Only the reader and the schemas need them.
#include "rig/requirement/requirement.hpp"

namespace rig {

template <>
struct Codec<QuantityValue> {
  static bool read(const Node& node, QuantityValue& out, Diagnostics& diagnostics);
  static Schema schema();
  static void list(const std::string& path, const QuantityValue& v, std::vector<ListedValue>& out,
                   const FieldOptions& o);
};

template <>
struct Choices<NumberOrigin> {
  static std::vector<std::pair<std::string, NumberOrigin>> names();
};
template <>
struct Choices<RowKind> {
  static std::vector<std::pair<std::string, RowKind>> names();
};
template <>
struct Choices<Direction> {
  static std::vector<std::pair<std::string, Direction>> names();
};
template <>
struct Choices<Side> {
  static std::vector<std::pair<std::string, Side>> names();
};
template <>
struct Choices<RuleInput> {
  static std::vector<std::pair<std::string, RuleInput>> names();
};
template <>
struct Choices<PanelPattern> {
  static std::vector<std::pair<std::string, PanelPattern>> names();
};
template <>
struct Choices<ReleasePolicy> {
  static std::vector<std::pair<std::string, ReleasePolicy>> names();
};

template <>
struct Fields<Age> {
  static void declare(Mapping<Age>& m);
};
template <>
struct Fields<OriginNumber> {
  static void declare(Mapping<OriginNumber>& m);
};
template <>
struct Fields<OriginInterval> {
  static void declare(Mapping<OriginInterval>& m);
};
template <>
struct Fields<OriginTable> {
  static void declare(Mapping<OriginTable>& m);
};
template <>
struct Fields<ReleaseWay> {
  static void declare(Mapping<ReleaseWay>& m);
};
template <>
struct Fields<LockRule> {
  static void declare(Mapping<LockRule>& m);
};
template <>
struct Fields<RequirementRow> {
  static void declare(Mapping<RequirementRow>& m);
};
template <>
struct Fields<Ratings> {
  static void declare(Mapping<Ratings>& m);
};
template <>
struct Fields<Latencies> {
  static void declare(Mapping<Latencies>& m);
};
template <>
struct Fields<Requirements> {
  static void declare(Mapping<Requirements>& m);
};
template <>
struct Fields<ProfileRow> {
  static void declare(Mapping<ProfileRow>& m);
};
template <>
struct Fields<PackProfile> {
  static void declare(Mapping<PackProfile>& m);
};

}  // namespace rig
