#include "rig/canlog/log_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "rig/canlog/candump.hpp"
#include "rig/core/error.hpp"

namespace rig {
namespace {
constexpr std::size_t most_shown = 160;

std::string_view trimmed(std::string_view line) {
  const std::size_t start = line.find_first_not_of(" \t");
  return start == std::string_view::npos ? std::string_view{} : line.substr(start);
}

bool is_comment(std::string_view text) {
  return text.empty() || text.front() == '#' || text.front() == ';' || text.starts_with("//");
}

// What is passed over although it is no comment: candump -e explains an error frame in lines that begin with a tab.
bool explains_error(std::string_view line) { return line.starts_with('\t'); }

// "DROPCOUNT: dropped 5 CAN frames on 'can0' socket (total drops 5)": the log has a hole here.
std::uint64_t dropped(std::string_view text) {
  constexpr std::string_view head = "DROPCOUNT: dropped ";
  std::uint64_t count = 0;
  if (text.starts_with(head)) {
    std::from_chars(text.data() + head.size(), text.data() + text.size(), count);
  }
  return count;
}

std::string shown(std::string_view line) {
  std::string text(line.substr(0, most_shown));
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    c = byte < 0x20 || byte > 0x7E ? (c == '\t' ? ' ' : '?') : c;
  }
  return line.size() > most_shown ? text + "..." : text;
}

// Logs of kinds that are not read, by how they begin.
std::string kind_of(std::string_view line) {
  if (line.starts_with("LOGG")) {
    return "this is a BLF file of Vector's tools; make it text: python -m can.logconvert IN.blf OUT.log";
  }
  if (line.starts_with("\x1F\x8B")) {
    return "this is compressed (gzip); try: gunzip -c FILE | gtxrig can decode -";
  }
  if (line.starts_with("\xD4\xC3\xB2\xA1") || line.starts_with("\xA1\xB2\xC3\xD4") || line.starts_with("\n\r\r\n")) {
    return "this is a packet capture; only candump logs and Vector's .asc are read";
  }
  if (line.starts_with("MDF     ")) {
    return "this is an MDF file; make it text: python -m can.logconvert IN.mf4 OUT.log";
  }
  if (line.starts_with("\xFF\xFE") || line.starts_with("\xFE\xFF")) {
    return "this is UTF-16, as PowerShell's > writes it; make it plain text: iconv -f UTF-16 -t ASCII FILE | gtxrig "
           "can "
           "decode -";
  }
  if (line.starts_with(";$FILEVERSION")) {
    return "this is a trace of PCAN-View; make it a log: python -m can.logconvert IN.trc OUT.log";
  }
  if (line.starts_with("timestamp,arbitration_id,") || line.starts_with("Time Stamp,ID,")) {
    return "this is a table (CSV); make it a log: python -m can.logconvert IN.csv OUT.log for python-can's, \"save as "
           "candump\" in SavvyCAN for its own";
  }
  if (line.starts_with("SQLite format 3")) {
    return "this is a database; the record of a run is judged by: gtxrig replay RUN";
  }
  return {};
}
}  // namespace

std::string render(const LogMistake& mistake, const std::string& name) {
  std::string out = fmt::format("{}:{}:{}: error: {}{}\n", name, mistake.line, mistake.column, mistake.message,
                                mistake.hint.empty() ? "" : "; " + mistake.hint);
  if (!mistake.text.empty() && static_cast<std::size_t>(mistake.column) <= most_shown + 1) {
    out += fmt::format("    {}\n    {:>{}}\n", mistake.text, "^", mistake.column);
  }
  return out;
}

void LogReader::check_kind(std::string_view line) const {
  if (const std::string kind = kind_of(line); !kind.empty()) {
    throw RigError(kind, name());
  }
}

bool LogReader::next(LoggedFrame& frame) {
  std::string_view line;
  while (source_.next(line)) {
    if (source_.line() == 1) {
      check_kind(line);
      if (line.starts_with("\xEF\xBB\xBF")) {
        line.remove_prefix(3);
      }
    }
    frame.line = source_.line();
    try {
      if (parse(line, frame)) {
        may_be_cut_ = source_.is_unfinished();
        return true;
      }
    } catch (const LineFault& fault) {
      note(line, fault);
    }
  }
  return false;
}

bool LogReader::parse(std::string_view line, LoggedFrame& frame) {
  const auto control = std::find_if(line.begin(), line.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
  if (control != line.end()) {
    throw LineFault{static_cast<int>(control - line.begin()) + 1,
                    fmt::format("expected text, found the byte 0x{:02X}", static_cast<unsigned char>(*control)),
                    *control == '\x1B' ? "colours of a terminal (candump -c) cannot be read" : ""};
  }
  const std::string_view text = trimmed(line);
  is_asc_ = is_asc_ || VectorAsc::begins(text);
  if (is_asc_) {
    return asc_.parse(line, frame);
  }
  if (is_comment(text) || explains_error(line)) {
    return false;
  }
  if (const std::uint64_t lost = dropped(text); lost > 0) {
    lost_frames_ += lost;
    return false;
  }
  parse_candump(line, frame);
  return true;
}

void LogReader::note(std::string_view line, const LineFault& fault) {
  ++mistake_count_;
  if (mistakes_.size() < most_listed) {
    mistakes_.push_back({source_.line(), fault.column, fault.message, fault.hint, shown(line)});
  }
}

void LogReader::rewind() {
  source_.rewind();
  asc_ = {};
  is_asc_ = false;
  may_be_cut_ = false;
  mistakes_.clear();
  mistake_count_ = 0;
  lost_frames_ = 0;
}

}  // namespace rig
