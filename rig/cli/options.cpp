#include "rig/cli/options.hpp"

#include <charconv>
#include <cmath>

#include "rig/core/diagnostic.hpp"
#include "rig/core/quantity.hpp"

namespace rig::cli {
namespace {

void print_help(const Usage& usage, Console& console) {
  console.out << "usage: " << usage.synopsis << "\n\n" << usage.text << "\n\n" << usage.options;
  if (!usage.examples.empty()) {
    console.out << "\nexamples:\n" << usage.examples;
  }
}

std::string unknown_option(const Usage& usage, const std::string& name) {
  std::vector<std::string> known;
  for (const auto& option : usage.options.options()) {
    known.push_back("--" + option->long_name());
  }
  const std::string hint = suggestion(name, known);
  return "there is no option '" + name + "'" + (hint.empty() ? "" : "; " + hint);
}

}  // namespace

std::optional<po::variables_map> parse(const Usage& usage, const Arguments& arguments, Console& console) {
  po::options_description all = usage.options;
  if (!usage.positional.empty() && all.find_nothrow(usage.positional, false) == nullptr) {
    all.add_options()(usage.positional.c_str(), po::value<std::vector<std::string>>());
  }
  po::positional_options_description positional;
  if (!usage.positional.empty()) {
    positional.add(usage.positional.c_str(), usage.most);
  }
  namespace style = po::command_line_style;
  try {
    po::variables_map map;
    po::store(po::command_line_parser(arguments)
                  .options(all)
                  .positional(positional)
                  .style(style::default_style & ~style::allow_guessing & ~style::allow_sticky)
                  .run(),
              map);
    if (map.count("help") != 0) {
      print_help(usage, console);
      return std::nullopt;
    }
    po::notify(map);
    return map;
  } catch (const po::unknown_option& error) {
    throw UsageError{unknown_option(usage, error.get_option_name())};
  } catch (const po::too_many_positional_options_error&) {
    throw UsageError{usage.most > 0 ? "too many arguments" : "this command takes no argument without a name"};
  } catch (const po::error& error) {
    throw UsageError{error.what()};
  }
}

std::uint64_t number_of(const po::variables_map& map, const std::string& option, std::uint64_t least,
                        std::uint64_t most) {
  const auto text = map[option].as<std::string>();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    throw UsageError{"--" + option + " is a whole number from " + std::to_string(least) + " to " +
                     std::to_string(most) + ", not '" + text + "'"};
  }
  return value;
}

Duration duration_of(const po::variables_map& map, const std::string& option) {
  const auto text = map[option].as<std::string>();
  const auto value = parse_quantity(text);
  const auto* time = std::get_if<QuantityValue>(&value);
  if (time == nullptr || time->dimension != dimension::time || !(time->value > 0) || time->value > 1e9) {
    throw UsageError{"--" + option + " is a time such as \"10 ms\", not '" + text + "'"};
  }
  return from_seconds(time->value);
}

std::string text_of(const po::variables_map& map, const std::string& option, const std::string& otherwise) {
  return map.count(option) != 0 ? map[option].as<std::string>() : otherwise;
}

std::vector<std::string> list_of(const po::variables_map& map, const std::string& option) {
  return map.count(option) != 0 ? map[option].as<std::vector<std::string>>() : std::vector<std::string>{};
}

}  // namespace rig::cli
