#pragma once
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "rig/instrument/instrument.hpp"
#include "rig/instrument/wired.hpp"

namespace rig {

// What every instrument that is a Python class has in the bench file. The class is the endpoint:
// python://FILE.py:CLASS.
struct PythonBoxParameters : WireParameters {
  std::vector<std::pair<std::string, MarkedText>> with;  // what the class is made with
};

template <class P>
void declare_python_box(Mapping<P>& m) {
  m.required("endpoint", static_cast<MarkedText P::*>(&WireParameters::endpoint),
             "the class: python://my_box.py:MyLoad, relative to this file; '#2' behind it for a second object");
  m.optional("with", static_cast<std::vector<std::pair<std::string, MarkedText>> P::*>(&PythonBoxParameters::with),
             "what the class is made with: quantities, on or off, texts");
  m.optional("period", static_cast<Duration P::*>(&WireParameters::period),
             {.help = "read() is called so often", .minimum = 1e-3, .maximum = 60.0});
  m.optional("timeout", static_cast<Duration P::*>(&WireParameters::timeout),
             {.help = "one call may take so long", .minimum = 1e-2, .maximum = 60.0});
  m.optional("serial", static_cast<std::string P::*>(&WireParameters::serial),
             "serial number; when given, no other box will do");
  m.optional("calibration_due", static_cast<std::string P::*>(&WireParameters::calibration_due),
             "date until which the calibration holds, 2027-03-31");
  m.check([](const Node& node, const P& p, Diagnostics& d) { check_python_class(node, p, d); });
}
// The endpoint names a file that is there and a class.
void check_python_class(const Node& node, const PythonBoxParameters& parameters, Diagnostics& diagnostics);

// Calls of the methods of one object, on the thread of its link. All throw LinkError: `rejected` with the exception and
// its line when the method raised one.
class BoxClient {
 public:
  using Json = nlohmann::ordered_json;
  BoxClient(const char* role, const PythonBoxParameters& parameters, Transport& link);

  Identity connect() { return identify(start_within); }
  void recover() { identify(recover_within); }
  void arm(const ArmLimits& limits);
  Json read() { return call("read", Json::object(), timeout_); }
  void write(const Json& setpoint) { call("write", setpoint, timeout_); }
  void make_safe();
  void release() { call("release", Json::object(), timeout_); }

 private:
  // Starting an interpreter and importing what a class needs, on a busy machine. After a failure less: the thread of
  // the link waits, and is tried again.
  static constexpr auto start_within = std::chrono::seconds(30);
  static constexpr auto recover_within = std::chrono::seconds(3);
  Identity identify(WallTime::duration within);
  Json call(const char* method, const Json& arguments, WallTime::duration timeout);
  Json answer_to(std::uint64_t number, const char* method, WallTime deadline);
  Transport& link_;
  WallTime::duration timeout_;
  std::string held_;  // read, and no whole line yet
  std::uint64_t number_ = 0;
};

}  // namespace rig
