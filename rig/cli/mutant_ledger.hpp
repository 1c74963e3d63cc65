#pragma once
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace rig::cli {

// What became of one pack with a defect, whoever asks for it.
struct Finder {
  bool found = false;
  std::string theme, test;           // the case that found it
  std::string requirement;           // by which row: the finding's own, else those that the case verifies
  std::string kind, rule, sentence;  // of the finding
  std::string impossible;            // why such a pack cannot be
  std::size_t runs = 0;
};

// Results that outlive the process: one line of JSON each, written as soon as it is known, so that a campaign that was
// killed goes on where it was. Threads may share it.
class MutantLedger {
 public:
  // `path` empty: nothing is kept. Lines of another suite, bench or seed (`key`) are refused: throws RigError. A last
  // line that was cut off by the kill is left out.
  MutantLedger(const std::string& path, const std::string& key);
  [[nodiscard]] std::optional<Finder> find(const std::string& pack);
  void add(const std::string& pack, const Finder& finder);
  [[nodiscard]] std::size_t taken_over() const noexcept { return taken_over_; }

 private:
  std::size_t read_lines(const std::string& path, const std::string& key);

  std::mutex mutex_;
  std::map<std::string, Finder> known_;
  std::ofstream file_;
  std::string path_;
  std::size_t taken_over_ = 0;
};

}  // namespace rig::cli
