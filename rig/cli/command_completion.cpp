// gtxrig completion bash: a script for the shell, made from the same list of commands that `--help` prints.
#include "rig/cli/options.hpp"

namespace rig::cli {
namespace {

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig completion bash";
  usage.text = "Prints a script that makes bash complete commands, options and files.";
  usage.examples =
      "  source <(gtxrig completion bash)\n"
      "  gtxrig completion bash > ~/.local/share/bash-completion/completions/gtxrig\n";
  usage.positional = "shell";
  usage.most = 1;
  usage.options.add_options()("help", "this text");
  return usage;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

}  // namespace

int completion_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const auto shells = list_of(*map, "shell");
  if (shells.size() != 1 || shells.front() != "bash") {
    throw UsageError{"only bash can be completed so far: gtxrig completion bash"};
  }
  std::vector<std::string> names;
  std::string options;
  for (const Command& command : commands()) {
    names.push_back(command.name);
    options += "    " + command.name + ") words=\"" + joined(command.options) + "\" ;;\n";
  }
  console.out << "_gtxrig() {\n"
                 "  local current=\"${COMP_WORDS[COMP_CWORD]}\" words=\"\"\n"
                 "  if [[ \"$COMP_CWORD\" -eq 1 ]]; then\n"
                 "    COMPREPLY=($(compgen -W \""
              << joined(names)
              << " --help --version\" -- \"$current\"))\n"
                 "    return\n"
                 "  fi\n"
                 "  case \"${COMP_WORDS[1]}\" in\n"
              << options
              << "  esac\n"
                 "  case \"${COMP_WORDS[COMP_CWORD - 1]}\" in\n"
                 "    --record) words=\"full changes events none\" ;;\n"
                 "    schema) words=\"case bench requirements profile\" ;;\n"
                 "  esac\n"
                 "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
                 "  if [[ \"$current\" != -* ]]; then\n"
                 "    COMPREPLY+=($(compgen -f -- \"$current\"))\n"
                 "  fi\n"
                 "}\n"
                 "complete -o filenames -F _gtxrig gtxrig\n";
  return exit_code::passed;
}

}  // namespace rig::cli
