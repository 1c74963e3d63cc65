#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rig/core/fields.hpp"

// A case as it stands in its file: plain structs, nothing compiled, nothing looked up. Texts keep their place, so that
// whatever is found wrong later can be shown with a caret. The keys are declared in case_fields.hpp.
namespace rig {

// A time that may be a parameter: "3 h" or "$soak". A literal is checked when it is read, a parameter by compile().
struct TimeText {
  MarkedText text;
};

// A value under a free key, with the key's place.
template <class T>
struct Named {
  MarkedText name;
  T value{};
};
template <class T>
using NamedList = std::vector<Named<T>>;

// [lo, hi] of a measure or a limit; `~` leaves a side open.
struct LimitPair {
  std::optional<MarkedText> lo;
  std::optional<MarkedText> hi;
  SourceMark mark;
};

// What must come true in a step: within a time, for a time, both, or at once.
struct ExpectClause {
  MarkedText that;
  std::optional<TimeText> within;
  std::optional<TimeText> stays;
  std::optional<TimeText> after;  // judged only from then on
  SourceMark mark;
};

enum class DecisionWord { simple, guard_band, non_binary };

// A value that is reported with its uncertainty and decided against its limits.
struct MeasureClause {
  MarkedText id;
  MarkedText value;
  std::optional<LimitPair> limits;  // none: reported only
  DecisionWord decision = DecisionWord::simple;
  SourceMark mark;
};

struct RampClause {
  MarkedText to;
  MarkedText rate;
};

struct Step;
// A list of steps; a type of its own because steps hold steps, which the schema says by reference.
struct StepList {
  std::vector<Step> steps;
};

struct RepeatClause {
  int times = 0;
  StepList steps;
};

// One turn per row; its values are parameters inside the steps.
struct ForEachClause {
  std::vector<NamedList<MarkedText>> rows;
  StepList steps;
};

// A function of the user's own that a step calls outside of the loop: what it is given, what it gives back, how long it
// may take.
struct PythonClause {
  MarkedText call;             // "file.py:function", relative to this file, or "package.module:function"
  NamedList<MarkedText> with;  // parameters
  std::vector<MarkedText> signals;
  std::optional<TimeText> history;  // how far back it sees them
  std::optional<TimeText> every;    // how far apart the samples of the history are at least
  NamedList<MarkedText> returns;    // kept values that it gives, each with its unit
  TimeText timeout;
  SourceMark mark;
};

// A step ends when everything in it is done; see README.md.
struct Step {
  std::string name;
  NamedList<MarkedText> set;
  NamedList<RampClause> ramp;
  std::optional<TimeText> hold;
  std::optional<MarkedText> until;
  std::optional<TimeText> timeout;  // of until
  std::optional<TimeText> every;    // how often until is looked at; default every tick
  std::vector<ExpectClause> expect;
  NamedList<MarkedText> keep;  // "pack.voltage" or "pack.voltage at pack.charge_refused"
  std::vector<MeasureClause> measure;
  std::optional<RepeatClause> repeat;
  std::optional<ForEachClause> for_each;
  std::optional<MarkedText> include;  // a file that holds a list of steps
  std::optional<PythonClause> python;
  StepList included;  // filled by the reader
  SourceMark mark;
};

// `finally`: a list of steps, or one mapping of them.
struct FinallyClause {
  StepList steps;
  SourceMark mark;
};

// Which outputs of the pack are held against the reference: "conforms" (all), or a list of names.
struct ReferenceClause {
  bool all = false;
  std::vector<MarkedText> outputs;
  SourceMark mark;
};

enum class Resync { adopt, stop };

// One item of `always`: exactly one of reference, never, always, whenever.
struct AlwaysClause {
  std::optional<ReferenceClause> reference;
  Resync resync = Resync::adopt;  // of reference: go on with the pack's state, or end the case
  std::optional<MarkedText> never;
  std::optional<MarkedText> always;
  std::optional<MarkedText> whenever;
  std::optional<MarkedText> then;
  std::optional<TimeText> within;
  SourceMark mark;
};

enum class StartWord { standby, off };
enum class CellsWord { equalised, drawn };

struct LeadingCell {
  int cell = 1;
  Ratio by{};  // SOC ahead of the others; negative is behind
};

struct HotCell {
  int cell = 1;
  Kelvin by{};  // above the others; negative is colder
};

// When an inverter serves the request of a full charge, s since midnight (manual 5.3.3).
struct FullChargeWindow {
  Seconds from{3 * 3600.0};
  Seconds to{6 * 3600.0};
};

// Where the case begins. What is not given is left to the bench.
struct StartClause {
  StartWord state = StartWord::standby;
  std::optional<Ratio> soc;
  std::optional<Celsius> temperature;
  std::optional<CellsWord> cells;
  std::optional<Ratio> cell_spread;  // scale of the drawn spread; 0 is equalised, 1 as drawn
  std::optional<LeadingCell> leading_cell;
  std::optional<HotCell> hot_cell;
  std::optional<Seconds> since_full;  // since the SOC was last at 97 %
  std::optional<Seconds> stored;      // so long it lay like this before the case begins
  MarkedText age;                     // a name of the requirements' `ageing`; empty: a new pack
  Seconds time_of_day{12 * 3600.0};   // of the inverter's clock
};

// Obedient: the case's set-points are held inside what the pack permits on CAN. Defiant: they are not.
// on_request: obedient, and charges only when the pack asks for it.
enum class PcsWord { obedient, defiant, on_request };

// One line of the report: the case with other parameters.
struct Row {
  std::string name;
  NamedList<MarkedText> values;
  SourceMark mark;
};

struct Case {
  MarkedText name;
  std::string title;
  std::string why;
  std::vector<MarkedText> verifies;
  std::vector<MarkedText> needs;
  MarkedText bench;  // of a case for another number of packs; as a path from where gtxrig was started once it is read
  Duration tick{};   // the base step that is fine enough for it; 0: the bench's
  StartClause start;
  PcsWord pcs = PcsWord::defiant;
  FullChargeWindow full_charge_window;
  NamedList<MarkedText> parameters;
  std::vector<Row> rows;
  StepList steps;
  std::vector<MeasureClause> measure;
  std::vector<AlwaysClause> always;
  std::optional<FinallyClause> finally;
  NamedList<LimitPair> limits;
  std::optional<TimeText> timeout;
  std::vector<std::string> files;  // the case's file and what it includes, for the record
  SourceMark mark;
};

// Reads one file with its includes. Mistakes go to `diagnostics`; the case is then incomplete. Throws RigError only
// when the file cannot be read at all.
Case read_case(const std::string& path, Diagnostics& diagnostics);
Case read_case(const std::shared_ptr<const SourceText>& source, Diagnostics& diagnostics);
// The same without the steps, which a script adds while it runs: that it checks something cannot be seen yet.
Case read_open_case(const std::shared_ptr<const SourceText>& source, Diagnostics& diagnostics);

// "--param NAME=VALUE": another default. The parameter must exist, and its dimension stays.
void override_parameter(Case& test, const std::string& assignment, Diagnostics& diagnostics);

// The JSON Schema (draft 2020-12) of a case file, from the same declarations that the reader uses.
nlohmann::json case_schema();

}  // namespace rig
