#include "rig/cli/selection.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "rig/cli/case_needs.hpp"
#include "rig/cli/python_worker.hpp"
#include "rig/core/error.hpp"
#include "rig/core/files.hpp"
#include "rig/engine/run.hpp"
#include "rig/plan/testability.hpp"

namespace rig::cli {
namespace {
namespace fs = std::filesystem;

bool is_yaml(const fs::path& path) { return path.extension() == ".yaml" || path.extension() == ".yml"; }

// A file of a searched folder is a case when it has the key `case:`; one that cannot be understood at all might be one,
// and its reader says what is wrong.
bool may_be_case(const std::string& path) {
  try {
    Diagnostics ignored;
    const Node root = parse_yaml(read_text(path), ignored);
    return ignored.has_errors() || (root.find("case") != nullptr && root.find("must_fail") == nullptr);
  } catch (const RigError&) {
    return true;
  }
}

// One clear word about a file that was named by mistake, instead of one about each of its keys.
bool is_another_kind(const std::string& path, Diagnostics& diagnostics) {
  constexpr std::array<std::array<const char*, 3>, 5> kinds{{
      {"must_fail", "a must-fail file", "`gtxrig must-fail` runs it"},
      {"must_pass", "a must-pass file", "`gtxrig must-pass` runs it"},
      {"bench", "a bench", "name it with --bench"},
      {"requirements", "a file of requirements", "a bench names it under dut.requirements"},
      {"pack", "a pack profile", "a bench names it under dut.profile"},
  }};
  Diagnostics ignored;
  const Node root = parse_yaml(read_text(path), ignored);
  for (const auto& [key, what, hint] : kinds) {
    const Node* found = ignored.has_errors() ? nullptr : root.find(key);
    if (found != nullptr && (root.find("case") == nullptr || std::string_view(key) == "must_fail")) {
      diagnostics.error({found->mark.source, 0, 0}, std::string("this is ") + what + ", not a case", hint);
      return true;
    }
  }
  return false;
}

void search(const fs::path& folder, std::set<std::string>& found) {
  static const std::set<std::string> skipped{"must_fail", "benches", "packs"};
  std::error_code error;
  auto it = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
  if (error) {
    throw RigError("cannot read this folder: " + error.message(), folder.string());
  }
  for (const auto end = fs::recursive_directory_iterator(); it != end; it.increment(error)) {
    if (error) {
      throw RigError("cannot read this folder: " + error.message(), folder.string());
    }
    if (it->is_directory(error) && skipped.contains(it->path().filename().string())) {
      it.disable_recursion_pending();
    } else if (it->is_regular_file(error) && is_yaml(it->path()) && may_be_case(it->path().string())) {
      found.insert(it->path().lexically_normal().string());
    }
  }
}

// A mistake that comes as an exception is one more line beside the others.
template <class F>
void collect(Diagnostics& diagnostics, F&& action) {
  try {
    action();
  } catch (const RigError& error) {
    std::string message = error.what();
    if (!error.where().empty()) {
      message.erase(0, error.where().size() + 2);  // the mark says it
    }
    diagnostics.error({std::make_shared<const SourceText>(SourceText{error.where(), {}}), 0, 0}, message);
  }
}

bool has_parameter(const Case& test, const std::string& assignment) {
  const std::string name = assignment.substr(0, assignment.find('='));
  return std::any_of(test.parameters.begin(), test.parameters.end(),
                     [&](const auto& parameter) { return parameter.name.text == name; });
}

std::vector<std::string> parameter_names(const Session& session) {
  std::set<std::string> names;
  for (const auto& loaded : session.cases) {
    for (const auto& parameter : loaded->test.parameters) {
      names.insert(parameter.name.text);
    }
  }
  return {names.begin(), names.end()};
}

// A parameter goes to all selected cases that have it; when none has it, that is the mistake.
void override_parameters(const std::vector<std::string>& assignments, Session& session, Diagnostics& diagnostics) {
  for (const std::string& assignment : assignments) {
    bool used = false;
    for (const auto& loaded : session.cases) {
      if (has_parameter(loaded->test, assignment)) {
        override_parameter(loaded->test, assignment, diagnostics);
        loaded->parameters.push_back(assignment);
        used = true;
      }
    }
    // A case that could not be read might have it.
    if (!used && std::all_of(session.cases.begin(), session.cases.end(), [](const auto& c) { return c->well; })) {
      const SourceMark mark{std::make_shared<const SourceText>(SourceText{"--param", assignment}), 1, 1};
      if (assignment.find('=') == std::string::npos) {
        diagnostics.error(mark, "a parameter is given as NAME=VALUE", "such as --param approach_current=\"5 A\"");
      } else if (!session.cases.empty()) {
        const std::vector<std::string> known = parameter_names(session);
        diagnostics.error(mark, "no selected case has a parameter '" + assignment.substr(0, assignment.find('=')) + "'",
                          suggestion(assignment.substr(0, assignment.find('=')), known));
      }
    }
  }
}

// The bench that was named; where none was and every case names its own, that of the first: what is set for them need
// not fit a bench that none of them runs on.
std::string bench_of(const Selection& selection, const Session& session) {
  if (selection.bench != default_bench || session.cases.empty()) {
    return selection.bench;
  }
  const bool all = std::all_of(session.cases.begin(), session.cases.end(),
                               [](const auto& loaded) { return !loaded->test.bench.text.empty(); });
  return all ? session.cases.front()->test.bench.text : selection.bench;
}

// The files that were asked for by name, and not by a folder.
std::set<std::string> named_files(const Selection& selection) {
  std::set<std::string> named;
  for (const std::string& path : selection.paths) {
    if (!selection.searched) {
      named.insert(fs::path(path).lexically_normal().string());
    }
  }
  return named;
}

// Builds the run of the last order, and looks at what it will do when it could be built.
void build_and_plan(Session& session, std::vector<Program>& calling, Diagnostics& diagnostics) {
  const RunOrder& order = session.orders.back();
  const std::size_t errors_before = diagnostics.error_count();
  Run run(order, diagnostics);
  if (diagnostics.error_count() != errors_before) {
    return;
  }
  if (session.rows.empty() && order.setup == &session.setup) {
    const Duration finest = order.tick.value_or(session.setup.bench.tick);  // not that of whatever case comes first
    session.rows = testability_of(session.setup.requirements, sight_of(run.bench(), finest));
  }
  session.plans.push_back(plan_run(order, run, session.rows, diagnostics));
  if (!run.judgement().program().outside.empty()) {
    calling.push_back(run.judgement().program());
  }
}

// One Python for all cases: to start one takes longer than to read them.
void check_all_functions(const std::vector<Program>& calling, Diagnostics& diagnostics) {
  std::vector<const Program*> programs;
  std::transform(calling.begin(), calling.end(), std::back_inserter(programs), [](const Program& p) { return &p; });
  check_functions(programs, diagnostics);
}

}  // namespace

std::string theme_of(const std::string& path) {
  const std::string name = fs::path(path).parent_path().filename().string();
  return name.empty() || name == "." || name == ".." ? "cases" : name;
}

void add_selection_options(po::options_description& options) {
  auto add = options.add_options();
  add("bench", po::value<std::string>()->value_name("FILE"), "bench file; default: the built-in virtual bench");
  add("set", po::value<std::vector<std::string>>()->composing()->value_name("PATH=VALUE"),
      "override a value of the bench, may be repeated");
  add("param", po::value<std::vector<std::string>>()->composing()->value_name("NAME=VALUE"),
      "another value for a parameter of the cases, may be repeated");
  add("seed", po::value<std::string>()->value_name("N"), "seed of the virtual pack and of all noise; default 1");
  add("time-scale", po::value<std::string>()->value_name("X"),
      "rig time over wall time on a bench of simulators, as --set time_scale=X");
  add("tick", po::value<std::string>()->value_name("TIME"), "base step of the loop, \"10 ms\"; default: the bench's");
}

Selection selection_of(const po::variables_map& map) {
  Selection selection;
  selection.paths = list_of(map, "case");
  selection.bench = text_of(map, "bench", default_bench);
  selection.overrides = list_of(map, "set");
  selection.parameters = list_of(map, "param");
  if (map.count("time-scale") != 0) {
    selection.overrides.push_back("time_scale=" + text_of(map, "time-scale"));
  }
  if (map.count("seed") != 0) {
    selection.seed = number_of(map, "seed", 0, UINT64_MAX);
  }
  if (map.count("tick") != 0) {
    selection.tick = duration_of(map, "tick");
  }
  return selection;
}

std::vector<std::string> find_cases(const std::vector<std::string>& paths) {
  std::set<std::string> found;
  std::vector<std::string> wanted = paths;
  if (wanted.empty()) {
    if (!fs::is_directory("cases")) {
      throw RigError("no case is named and there is no folder 'cases' here", {},
                     "name a case file or a folder: gtxrig run cases/over_voltage");
    }
    wanted = {"cases"};
  }
  for (const std::string& path : wanted) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      std::set<std::string> here;
      search(path, here);
      if (here.empty()) {
        throw RigError("there is no case here", path, "a case is a *.yaml file with the key `case:`");
      }
      found.merge(here);
    } else {
      found.insert(path.starts_with("builtin:") ? path : fs::path(path).lexically_normal().string());
    }
  }
  return {found.begin(), found.end()};
}

std::unique_ptr<Session> load(const Selection& selection, Diagnostics& diagnostics) {
  auto session = std::make_unique<Session>();
  std::vector<std::string> files;
  collect(diagnostics, [&] { files = find_cases(selection.paths); });
  for (const std::string& file : files) {
    auto loaded = std::make_unique<Session::Loaded>();
    loaded->path = file;
    loaded->suite = theme_of(file);
    const std::size_t errors_before = diagnostics.error_count();
    collect(diagnostics, [&] {
      if (!is_another_kind(file, diagnostics)) {
        loaded->test = read_case(file, diagnostics);
      }
    });
    loaded->well = diagnostics.error_count() == errors_before;
    session->cases.push_back(std::move(loaded));
  }
  override_parameters(selection.parameters, *session, diagnostics);
  const std::size_t errors_of_cases = diagnostics.error_count();
  const std::string bench_path = bench_of(selection, *session);
  collect(diagnostics,
          [&] { session->setup = read_setup(bench_path, selection.overrides, diagnostics, selection.profile); });
  const bool setup_is_well = diagnostics.error_count() == errors_of_cases;
  bool bench_is_well = false;
  if (session->setup.bench.complete) {
    const std::size_t errors_before = diagnostics.error_count();
    collect(diagnostics, [&] { const Bench bench(session->setup.bench, selection.seed, diagnostics); });
    bench_is_well = setup_is_well && diagnostics.error_count() == errors_before;
  }
  std::vector<Program> calling;  // programs that call functions
  session->benches = std::make_unique<BenchShelf>(session->setup, selection.overrides, selection.profile,
                                                  selection.bench != default_bench);
  const std::set<std::string> named = named_files(selection);
  CaseNeeds needs;
  for (const auto& loaded : session->cases) {
    const Setup* setup = bench_is_well && loaded->well ? session->benches->of(loaded->test, diagnostics) : nullptr;
    if (const std::string lack =
            setup != nullptr && !named.contains(loaded->path) ? needs.lack(loaded->test, *setup) : "";
        !lack.empty()) {
      session->left_out.push_back({loaded->suite, loaded->test.name.text, lack});
      continue;
    }
    std::vector<const Row*> rows;
    for (const Row& row : loaded->test.rows) {
      rows.push_back(&row);
    }
    rows.resize(std::max<std::size_t>(rows.size(), 1), nullptr);
    for (const Row* row : rows) {
      session->orders.push_back({.setup = setup != nullptr ? setup : &session->setup,
                                 .test = &loaded->test,
                                 .row = row,
                                 .seed = selection.seed,
                                 .tick = selection.tick,
                                 .level = selection.level,
                                 .suite = loaded->suite,
                                 .software = "gtxrig " + version(),
                                 .parameters = loaded->parameters,
                                 .allow_overdue = selection.allow_overdue,
                                 .outside = start_python});
      // A run that is built has found every mistake there is; it is built again where it is executed.
      if (setup != nullptr) {
        collect(diagnostics, [&] { build_and_plan(*session, calling, diagnostics); });
      }
    }
  }
  if (session->orders.empty() && !session->left_out.empty() && !selection.searched) {
    const LeftOut& first = session->left_out.front();
    diagnostics.error(
        {std::make_shared<const SourceText>(SourceText{bench_path, {}}), 0, 0},
        "not one case that was found can run on this bench: " + first.case_name + " is left out, since " + first.reason,
        "name another bench, or cases that need less");
  }
  check_all_functions(calling, diagnostics);
  return session;
}

}  // namespace rig::cli
