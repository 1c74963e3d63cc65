#pragma once
#include <boost/program_options.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "rig/cli/cli.hpp"
#include "rig/core/time.hpp"

namespace rig::cli {

namespace po = boost::program_options;

// How a command's arguments look: options, what stands without a name, and help with examples.
struct Usage {
  std::string synopsis;  // "gtxrig run [CASE|DIR]... [options]"
  std::string text;      // what the command does
  std::string examples;  // lines of examples
  po::options_description options;
  std::string positional;  // name of the option that takes what stands without a name; empty: nothing may
  int most = -1;           // how many of these, -1: any number
};

// The parsed arguments; nothing when help was asked for and printed. Throws UsageError.
std::optional<po::variables_map> parse(const Usage& usage, const Arguments& arguments, Console& console);

// Values that program_options would read carelessly ("-1" as a huge number). Throw UsageError naming the option.
std::uint64_t number_of(const po::variables_map& map, const std::string& option, std::uint64_t least,
                        std::uint64_t most);
Duration duration_of(const po::variables_map& map, const std::string& option);
std::string text_of(const po::variables_map& map, const std::string& option, const std::string& otherwise = {});
std::vector<std::string> list_of(const po::variables_map& map, const std::string& option);

}  // namespace rig::cli
