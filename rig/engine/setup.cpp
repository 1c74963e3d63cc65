#include "rig/engine/setup.hpp"

#include "rig/core/error.hpp"
#include "rig/core/files.hpp"

namespace rig {

Setup read_setup(const std::string& bench_path, const std::vector<std::string>& overrides, Diagnostics& diagnostics,
                 const std::shared_ptr<const SourceText>& given) {
  Setup setup;
  const std::size_t errors_before = diagnostics.error_count();
  setup.bench = read_bench(bench_path, overrides, diagnostics);
  setup.documents.push_back({"bench", bench_path, fingerprint(setup.bench.text), setup.bench.text});
  for (const std::string& text : overrides) {
    setup.documents.push_back({"override", "--set", fingerprint(text), text});
  }
  if (diagnostics.error_count() > errors_before) {
    return setup;
  }
  const auto read_named = [&](const MarkedText& file, const auto& read) {
    try {
      read(file.text);
    } catch (const RigError& error) {
      diagnostics.error(file.mark, error.what());
    }
  };
  const DutRigKeys& dut = setup.bench.dut.rig;
  read_named(dut.requirements,
             [&](const std::string& path) { setup.requirements = read_requirements(path, diagnostics); });
  const std::string& text = setup.requirements.text;
  setup.documents.push_back({"requirements", dut.requirements.text, fingerprint(text), text});
  if (given || !dut.profile.text.empty()) {
    PackProfile profile;
    if (given) {
      profile = parse_profile(given, diagnostics);
    } else {
      read_named(dut.profile, [&](const std::string& path) { profile = read_profile(path, diagnostics); });
    }
    const std::string& name = given ? given->name : dut.profile.text;
    setup.documents.push_back({"profile", name, fingerprint(profile.text), profile.text});
    if (diagnostics.error_count() == errors_before) {
      setup.requirements = apply_profile(std::move(setup.requirements), profile, diagnostics);
    }
  }
  if (dut.packs > 1 && diagnostics.error_count() == errors_before) {
    setup.requirements = of_packs(std::move(setup.requirements), dut.packs);
  }
  return setup;
}

}  // namespace rig
