#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/core/diagnostic.hpp"

namespace rig {

// Reads a text file, or an embedded one when the path begins with "builtin:". Throws RigError that names the path and
// the reason: missing, a directory, unreadable, larger than `limit`, not UTF-8 text.
std::shared_ptr<const SourceText> read_text(const std::string& path, std::size_t limit = 4u << 20);

// As above for texts of other tools, which may be in an older encoding: any bytes are taken.
std::shared_ptr<const SourceText> read_raw_text(const std::string& path, std::size_t limit = 32u << 20);

// The first byte that no UTF-8 text file has: broken UTF-8, NUL and other control characters but tab and line ends.
struct TextFault {
  std::string message;
  int line = 0;
  int column = 0;
};
std::optional<TextFault> text_fault(std::string_view text);

// `path` as written in the file `from`: relative paths are relative to that file; "builtin:" carries over.
std::string resolve_path(const std::string& from, const std::string& path);

void register_builtin(std::string name, std::string text);
std::vector<std::string> builtin_names();
// Generated: registers requirements, profiles, benches and the DBC that are compiled into the program.
void register_builtin_files();

// FNV-1a of the text in hex: names the exact version of a file in a record.
std::string fingerprint(std::string_view text);

}  // namespace rig
