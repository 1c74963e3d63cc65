// The codec of DBC files: gtxrig.Dbc.
#include "rig/dut/dbc.hpp"

#include <fmt/format.h>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <cmath>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "python/src/arrays.hpp"
#include "python/src/bindings.hpp"
#include "python/src/looking.hpp"
#include "rig/core/error.hpp"
#include "rig/dut/dbc_encode.hpp"

namespace rig::python {
namespace {

using IdOrName = std::variant<std::uint32_t, std::string>;
using Bytes = py::array_t<std::uint8_t, py::array::c_style | py::array::forcecast>;

const DbcMessage& message_of(const Dbc& dbc, const IdOrName& which, bool extended) {
  if (const auto* id = std::get_if<std::uint32_t>(&which)) {
    if (const DbcMessage* message = dbc.find(*id, extended)) {
      return *message;
    }
    throw py::key_error("the DBC has no " + std::string(extended ? "extended" : "standard") + " message with id " +
                        std::to_string(*id));
  }
  const std::string& name = std::get<std::string>(which);
  if (const DbcMessage* message = dbc.find(name)) {
    return *message;
  }
  std::vector<std::string> names;
  for (const DbcMessage& message : dbc.messages) {
    names.push_back(message.name);
  }
  throw py::key_error("the DBC has no message '" + name + "'; " + suggestion(name, names));
}

using Values = py::typing::Dict<py::str, py::float_>;
using ValueArrays = py::typing::Dict<py::str, py::array_t<double>>;
using Labels = py::typing::Dict<py::int_, py::str>;

Values decode_frame(const Dbc& dbc, const IdOrName& which, const py::buffer& data, bool extended) {
  const DbcMessage& message = message_of(dbc, which, extended);
  const py::buffer_info info = data.request();
  if (info.ndim != 1 || info.itemsize != 1 || (info.size > 1 && info.strides[0] != 1)) {
    throw py::type_error("data has to be bytes");
  }
  const std::span bytes(static_cast<const std::uint8_t*>(info.ptr), static_cast<std::size_t>(info.size));
  Values values;
  for (const DbcSignal& signal : message.signals) {
    if (const auto value = decode(message, signal, bytes)) {
      values[py::str(signal.name)] = *value;
    }
  }
  return values;
}

// A conversion by NumPy would wrap 300 to 44 and cut 1.5 to 1.
Bytes bytes_of(const py::object& given) {
  const py::array array = py::array::ensure(given);
  if (!array || (array.size() > 0 && array.dtype().kind() != 'u' && array.dtype().kind() != 'i')) {
    PyErr_Clear();
    throw py::type_error("data has to be uint8 of the shape (frames, bytes), not " +
                         (array ? "an array of " + std::string(py::str(array.dtype())) : std::string("this")));
  }
  const auto beyond = [&](const char* end, const char* compare, int limit) {
    return array.attr(end)().attr(compare)(limit).template cast<bool>();
  };
  if (array.size() > 0 && (beyond("min", "__lt__", 0) || beyond("max", "__gt__", 255))) {
    throw py::value_error("bytes lie between 0 and 255, and the data has others");
  }
  return Bytes(array);
}

// NaN where the frame holds no such value: too short is impossible here, so another multiplexer's.
ValueArrays decode_frames(const Dbc& dbc, const IdOrName& which, const py::object& given, bool extended) {
  const DbcMessage& message = message_of(dbc, which, extended);
  const Bytes data = bytes_of(given);
  if (data.ndim() != 2) {
    throw py::value_error("data has to have the shape (frames, bytes)");
  }
  const auto frames = static_cast<std::size_t>(data.shape(0));
  const auto length = static_cast<std::size_t>(data.shape(1));
  const std::uint8_t* const begin = data.data();
  std::vector<std::vector<double>> values(message.signals.size(), std::vector<double>(frames));
  {
    const Unlocked release;
    for (std::size_t s = 0; s < message.signals.size(); ++s) {
      for (std::size_t f = 0; f < frames; ++f) {
        values[s][f] = decode(message, message.signals[s], {begin + f * length, length}).value_or(std::nan(""));
      }
    }
  }
  ValueArrays dict;
  for (std::size_t s = 0; s < message.signals.size(); ++s) {
    dict[py::str(message.signals[s].name)] = as_array(std::move(values[s]));
  }
  return dict;
}

py::bytes encode_frame(const Dbc& dbc, const IdOrName& which, const std::map<std::string, double>& values,
                       bool extended) {
  std::vector<SignalValue> list;
  for (const auto& [name, value] : values) {
    list.push_back({name, value});
  }
  const auto bytes = encode(message_of(dbc, which, extended), list);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Labels labels_of(const DbcSignal& signal) {
  Labels dict;
  for (const DbcLabel& label : signal.labels) {
    dict[py::int_(label.value)] = label.text;
  }
  return dict;
}

py::str message_text(const DbcMessage& message) {
  return shown(fmt::format("<DbcMessage {}, 0x{:03x}{}, {} bytes, {} signals>", message.name, message.id,
                           message.extended ? " extended" : "", message.length, message.signals.size()));
}

void bind_parts(py::module_& module) {
  py::class_<DbcSignal>(module, "DbcSignal", "A signal of a DBC message.")
      .def_readonly("name", &DbcSignal::name)
      .def_readonly("unit", &DbcSignal::unit)
      .def_readonly("factor", &DbcSignal::factor)
      .def_readonly("offset", &DbcSignal::offset)
      .def_readonly("minimum", &DbcSignal::minimum, "minimum = maximum: the file gives no range.")
      .def_readonly("maximum", &DbcSignal::maximum)
      .def_readonly("comment", &DbcSignal::comment)
      .def_property_readonly("labels", &labels_of, "Texts of values (VAL_) by raw value.");
  py::class_<DbcMessage>(module, "DbcMessage", "A message of a DBC.")
      .def("__repr__", &message_text)
      .def_readonly("id", &DbcMessage::id, "Without the marker bit of extended ids.")
      .def_readonly("extended", &DbcMessage::extended)
      .def_readonly("name", &DbcMessage::name)
      .def_readonly("length", &DbcMessage::length, "Bytes.")
      .def_readonly("sender", &DbcMessage::sender)
      .def_readonly("comment", &DbcMessage::comment)
      .def_property_readonly(
          "cycle_time_s", [](const DbcMessage& m) { return to_seconds(m.cycle_time); },
          "GenMsgCycleTime in s; 0: not cyclic.")
      .def_readonly("signals", &DbcMessage::signals);
}

}  // namespace

void bind_dbc(py::module_& module) {
  bind_parts(module);
  py::class_<Dbc>(module, "Dbc", "A CAN database, read and used by the rig's own codec.")
      .def("__repr__",
           [](const Dbc& dbc) { return shown("<Dbc, " + std::to_string(dbc.messages.size()) + " messages>"); })
      .def_static(
          "load", [](const PathArgument& path) { return read_dbc(path.text); }, py::arg("path"),
          "Reads a file, or 'builtin:cases/gtx5000.dbc'. Raises InputError with every mistake and its place.")
      .def_readonly("version", &Dbc::version)
      .def_readonly("comment", &Dbc::comment)
      .def_readonly("messages", &Dbc::messages)
      .def("message", &message_of, py::arg("which"), py::arg("extended") = false,
           py::return_value_policy::reference_internal, "By id or name; KeyError when there is none.")
      .def("decode", &decode_frame, py::arg("which"), py::arg("data"), py::arg("extended") = false,
           "The physical values of a frame by signal, in the DBC's units. What the frame does not hold, because it is\n"
           "short or its multiplexer chose others, is not in the dict.")
      .def("decode_many", &decode_frames, py::arg("which"), py::arg("data"), py::arg("extended") = false,
           "Many frames of one message at once: data is uint8 of the shape (frames, bytes); the result has an array\n"
           "of float64 for each signal, NaN where a frame does not hold it.")
      .def("encode", &encode_frame, py::arg("which"), py::arg("values"), py::arg("extended") = false,
           "The frame's bytes for physical values by signal. Raises RigError for an unknown signal and for a value\n"
           "that does not fit; signals that are not given have their GenSigStartValue, or 0.");
}

}  // namespace rig::python
