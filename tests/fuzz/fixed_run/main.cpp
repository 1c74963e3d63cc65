// Runs a fuzz target without libFuzzer: all seeds as they are, then so many changed ones. The changes come from a fixed
// number, so that two runs look at the same inputs; what is found is a file crash-NUMBER in the folder of the run.
//     fuzz_fixed_NAME COUNT SEED...      each a file, or a folder of files
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <span>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t longest = 20'000;

// std::uniform_int_distribution is another one on another system.
class Chance {
 public:
  std::size_t below(std::size_t end) { return end == 0 ? 0 : engine_() % end; }

 private:
  std::mt19937_64 engine_{20261126};
};

class Mutator {
 public:
  explicit Mutator(std::vector<std::string> seeds) : seeds_(std::move(seeds)) {}

  std::string next() {
    std::string text = seeds_[chance_.below(seeds_.size())];
    if (text.size() > 400 && chance_.below(2) == 0) {  // a few lines: what is changed weighs more
      text = piece_of(text);
    }
    for (std::size_t changes = 1 + chance_.below(6); changes > 0; --changes) {
      change(text);
    }
    text.resize(std::min(text.size(), longest));
    return text;
  }

 private:
  std::string piece_of(const std::string& text) {
    const std::size_t begin = text.rfind('\n', chance_.below(text.size()));
    return text.substr(begin == std::string::npos ? 0 : begin + 1, 50 + chance_.below(400));
  }
  void change(std::string& text) {
    static constexpr std::string_view signs = "0123456789abcdefABCDEFxRT#[](){}|@+-.,:;_ \t\"'\n\r\\/mM<>=*";
    const std::size_t at = chance_.below(text.size() + 1);
    const std::size_t length = chance_.below(1 + std::min<std::size_t>(text.size() - at, 40));
    switch (chance_.below(9)) {
      case 0:
        text.insert(at, 1, static_cast<char>(chance_.below(256)));
        break;
      case 1:
        text.insert(at, 1, signs[chance_.below(signs.size())]);
        break;
      case 2:
        text.erase(at, length);
        break;
      case 3:
        text.insert(at, text.substr(at, length));
        break;
      case 4:
        text.resize(at);
        break;
      case 5: {
        const std::string& other = seeds_[chance_.below(seeds_.size())];
        text.insert(at, other, chance_.below(other.size() + 1), chance_.below(60));
        break;
      }
      case 6:
        swap_number(text, at);
        break;
      default:
        if (at < text.size()) {
          text[at] = chance_.below(2) == 0 ? signs[chance_.below(signs.size())]
                                           : static_cast<char>(text[at] ^ (1 << chance_.below(8)));
        }
    }
  }
  // The next number becomes one at an edge.
  void swap_number(std::string& text, std::size_t at) {
    static constexpr const char* numbers[] = {"0",   "1",     "7",          "8",           "9",
                                              "63",  "64",    "65",         "255",         "256",
                                              "511", "512",   "2047",       "2048",        "65535",
                                              "-1",  "1e308", "1e-320",     "2147483648",  "4294967295",
                                              "0.1", "-0.0",  "3221225472", "99999999999", "18446744073709551616"};
    constexpr const char* digits = "0123456789";
    const std::size_t begin = text.find_first_of(digits, at);
    if (begin != std::string::npos) {
      const std::size_t end = text.find_first_not_of(digits, begin);
      text.replace(begin, (end == std::string::npos ? text.size() : end) - begin,
                   numbers[chance_.below(std::size(numbers))]);
    }
  }

  std::vector<std::string> seeds_;
  Chance chance_;
};

// For the handler of an abort.
const std::string* running = nullptr;
std::size_t number_of_run = 0;

void keep() noexcept {
  const std::string name = "crash-" + std::to_string(number_of_run);
  std::ofstream(name, std::ios::binary) << *running;
  std::fprintf(stderr, "run %zu: the input is in %s\n", number_of_run, name.c_str());
}

void on_signal(int signal) {
  keep();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void run(const std::string& text) {
  running = &text;
  ++number_of_run;
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

std::vector<std::string> read_seeds(std::span<char*> names) {
  std::vector<std::filesystem::path> paths;
  for (const char* name : names) {
    if (!std::filesystem::is_directory(name)) {
      paths.emplace_back(name);
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(name)) {
      if (entry.is_regular_file()) {
        paths.push_back(entry.path());
      }
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> seeds;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "%s cannot be read\n", path.c_str());
      std::exit(66);
    }
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

}  // namespace

int main(int count, char** arguments) {
  const std::span words(arguments, static_cast<std::size_t>(count));
  const int runs = count > 2 ? std::atoi(words[1]) : 0;
  const auto seeds = runs > 0 ? read_seeds(words.subspan(2)) : std::vector<std::string>{};
  if (seeds.empty()) {
    std::fprintf(stderr, "usage: %s COUNT SEED...\n", words[0]);
    return 64;
  }
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE}) {
    std::signal(signal, on_signal);
  }
  for (const std::string& seed : seeds) {
    run(seed);
  }
  Mutator mutator(seeds);
  for (int i = 0; i < runs; ++i) {
    run(mutator.next());
  }
  std::printf("%zu inputs, of %zu seeds: every property holds\n", number_of_run, seeds.size());
  return 0;
}
