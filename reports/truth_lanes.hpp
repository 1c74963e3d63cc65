#pragma once
#include <string>
#include <vector>

#include "reports/trace.hpp"

namespace rig {

// What a row says of a truth value of the pack: what the reference allows and demands, and what was seen.
struct Truth {
  bool may = false;
  bool must = false;
  bool known = false;  // something good was seen
  bool seen = false;   // true was seen
  bool operator==(const Truth&) const = default;
};

// A truth value of the pack below what the reference allows, as lanes of a StripPlot.
struct Strip {
  std::string name;
  Intervals may;      // allowed, not demanded
  Intervals must;     // demanded
  Intervals unknown;  // nothing was seen: neither right nor wrong
  Intervals seen;     // true, as it may be
  Intervals wrong;    // true, but must not be
  Intervals absent;   // false, but must be true
};

// The lanes of a window from the rows one by one. Right and wrong are told apart row by row, before anything is thrown
// away; then gaps that no pixel can show are closed, so that what is kept depends on `resolution` (gaps that fit into
// the window), never on how long the run was or how often the value changed.
class TruthLanes {
 public:
  TruthLanes(Window window, std::size_t resolution);
  void add(double t, Truth truth);
  // The lanes to the end of the window. Nothing is added afterwards.
  Strip finish(std::string name);

 private:
  class Lane {
   public:
    void set(bool now, double t, double closest);
    Intervals finish(double end);

   private:
    Intervals intervals_;
    bool open_ = false;
  };
  void set(double t, Truth truth);

  Window window_;
  double closest_;  // s between two intervals that are kept apart
  Lane may_, must_, unknown_, seen_, wrong_, absent_;
};

}  // namespace rig
