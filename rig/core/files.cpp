#include "rig/core/files.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>

#include "rig/core/error.hpp"

namespace rig {
namespace {

constexpr std::string_view builtin_prefix = "builtin:";

struct Builtins {
  std::mutex mutex;
  std::map<std::string, std::string, std::less<>> texts;
};
Builtins& builtins() {
  static Builtins instance;
  return instance;
}

std::string read_builtin(const std::string& path) {
  const std::string name = path.substr(builtin_prefix.size());
  {
    const std::lock_guard lock(builtins().mutex);
    const auto found = builtins().texts.find(name);
    if (found != builtins().texts.end()) {
      return found->second;
    }
  }
  throw RigError("there is no such built-in file", path, suggestion(name, builtin_names()));
}

std::string read_bytes(const std::string& path, std::size_t limit) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw RigError("this is a folder", path, "name a file in it");
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) {
    const int reason = errno;
    throw RigError(reason == ENOENT ? "there is no such file" : std::string("cannot open: ") + std::strerror(reason),
                   path);
  }
  std::string text;
  std::array<char, 16384> buffer{};
  std::size_t got = 0;
  while (text.size() <= limit && (got = std::fread(buffer.data(), 1, buffer.size(), file.get())) > 0) {
    text.append(buffer.data(), got);
  }
  if (std::ferror(file.get()) != 0) {
    throw RigError(std::string("cannot read: ") + std::strerror(errno), path);
  }
  return text;
}

// Length of the UTF-8 character at `at`, 0 when it is none (Unicode 15, table 3-7).
std::size_t character_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xC2 && first <= 0xDF) {
    return follows(1) ? 2 : 0;
  }
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool beyond = first == 0xF4 && byte(1) > 0x8F;
    return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

std::string hex(unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  return std::string("0x") + digits[byte >> 4] + digits[byte & 15];
}

}  // namespace

std::optional<TextFault> text_fault(std::string_view text) {
  int line = 1;
  std::size_t line_begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::size_t length = character_length(text, at);
    const bool control = byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
    if (length == 0 || control) {
      return TextFault{
          (control ? "a text holds no control character, here " : "this is not UTF-8 text, here byte ") + hex(byte),
          line, static_cast<int>(at - line_begin) + 1};
    }
    at += length;
    if (byte == '\n') {
      ++line;
      line_begin = at;
    }
  }
  return std::nullopt;
}

std::shared_ptr<const SourceText> read_raw_text(const std::string& path, std::size_t limit) {
  if (path.empty()) {
    throw RigError("the name of a file is empty");
  }
  std::string text = path.starts_with(builtin_prefix) ? read_builtin(path) : read_bytes(path, limit);
  if (text.size() > limit) {
    throw RigError("this file is larger than " + std::to_string(limit) + " bytes", path,
                   "no text that is read here has a reason to be so large");
  }
  if (text.starts_with("\xEF\xBB\xBF")) {
    text.erase(0, 3);
  }
  return std::make_shared<const SourceText>(SourceText{path, std::move(text)});
}

std::shared_ptr<const SourceText> read_text(const std::string& path, std::size_t limit) {
  auto source = read_raw_text(path, limit);
  if (const auto fault = text_fault(source->text)) {
    throw RigError(fault->message, path + ":" + std::to_string(fault->line) + ":" + std::to_string(fault->column),
                   "save the file as UTF-8 text");
  }
  return source;
}

std::string resolve_path(const std::string& from, const std::string& path) {
  namespace fs = std::filesystem;
  if (path.starts_with(builtin_prefix) || path.starts_with('/')) {
    return path;
  }
  const bool builtin = from.starts_with(builtin_prefix);
  const fs::path base(builtin ? from.substr(builtin_prefix.size()) : from);
  const std::string joined = (base.parent_path() / path).lexically_normal().string();
  return builtin ? std::string(builtin_prefix) + joined : joined;
}

void register_builtin(std::string name, std::string text) {
  const std::lock_guard lock(builtins().mutex);
  builtins().texts.insert_or_assign(std::move(name), std::move(text));
}

std::vector<std::string> builtin_names() {
  const std::lock_guard lock(builtins().mutex);
  std::vector<std::string> names;
  for (const auto& [name, text] : builtins().texts) {
    names.push_back(name);
  }
  return names;
}

std::string fingerprint(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  }
  std::string result(16, '0');
  for (std::size_t i = 16; i-- > 0; hash >>= 4) {
    result[i] = "0123456789abcdef"[hash & 15];
  }
  return result;
}

}  // namespace rig
