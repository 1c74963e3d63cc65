// Records of finished runs: gtxrig._core.Record, upon which gtxrig/run.py builds Run.
#include "rig/record/reader.hpp"

#include <pybind11/stl.h>

#include <mutex>
#include <string>
#include <vector>

#include "python/src/arrays.hpp"
#include "python/src/bindings.hpp"
#include "python/src/column_reader.hpp"
#include "python/src/looking.hpp"
#include "python/src/row_dicts.hpp"
#include "reports/can_log.hpp"
#include "rig/core/diagnostic.hpp"
#include "rig/core/units.hpp"

namespace rig::python {
namespace {

struct Frames {
  std::vector<double> times;
  std::vector<std::uint32_t> ids;
  std::vector<std::uint8_t> buses, lengths, extended, sent, data;  // data: 8 bytes a frame
};

// The reader has one connection and one set of statements, so one thread at a time uses it. The lock is taken without
// the interpreter's own: the other way round two threads could wait for each other.
class Record {
 public:
  explicit Record(const std::string& path) : reader_(path) {}
  [[nodiscard]] const RunReader& reader() const noexcept { return reader_; }

  Buffer<double> values(std::size_t column) {
    const std::lock_guard lock(mutex_);
    return columns_.values(column);
  }

  Moments moments(std::size_t column) {
    const std::lock_guard lock(mutex_);
    return columns_.moments(column);
  }

  Frames frames() {
    const std::lock_guard lock(mutex_);
    Frames out;
    for (std::size_t block = 0; block < reader_.block_count(); ++block) {
      for (const RecordedFrame& frame : reader_.read_frames(block)) {
        out.times.push_back(to_seconds(frame.time));
        out.ids.push_back(frame.id);
        out.buses.push_back(frame.bus);
        out.lengths.push_back(frame.length);
        out.extended.push_back(frame.extended ? 1 : 0);
        out.sent.push_back(frame.sent ? 1 : 0);
        out.data.insert(out.data.end(), std::begin(frame.data), std::end(frame.data));
      }
    }
    return out;
  }

  void write_candump(const std::string& path) {
    const std::lock_guard lock(mutex_);
    write_can_log(reader_, path);
  }

  std::vector<RecordGap> gaps() {
    const std::lock_guard lock(mutex_);
    return reader_.gaps();
  }

  std::vector<std::string> damage() {
    const std::lock_guard lock(mutex_);
    return columns_.damage();
  }

 private:
  RunReader reader_;
  ColumnReader columns_{reader_};
  std::mutex mutex_;
};

void require_column(const Record& record, std::size_t column) {
  if (column >= record.reader().columns().size()) {
    throw py::index_error("the record has " + std::to_string(record.reader().columns().size()) + " columns");
  }
}

py::array_t<double> read_values(Record& record, std::size_t column) {
  require_column(record, column);
  Buffer<double> values = [&] {
    const Unlocked release;
    return record.values(column);
  }();
  return as_array(std::move(values));
}

using MomentArrays = py::typing::Tuple<py::array_t<std::int64_t>, py::array_t<double>, py::array_t<std::uint8_t>>;

MomentArrays read_moments(Record& record, std::size_t column) {
  require_column(record, column);
  Moments moments = [&] {
    const Unlocked release;
    return record.moments(column);
  }();
  return py::make_tuple(as_array(std::move(moments.ticks)), as_array(std::move(moments.times)),
                        as_array(std::move(moments.qualities)));
}

py::typing::Dict<py::str, py::array> read_frames(Record& record) {
  Frames frames;
  {
    const Unlocked release;
    frames = record.frames();
  }
  py::typing::Dict<py::str, py::array> dict;
  dict["time"] = as_array(std::move(frames.times));
  dict["id"] = as_array(std::move(frames.ids));
  dict["bus"] = as_array(std::move(frames.buses));
  dict["length"] = as_array(std::move(frames.lengths));
  dict["extended"] = as_array(std::move(frames.extended));
  dict["sent"] = as_array(std::move(frames.sent));
  dict["data"] = as_array(std::move(frames.data)).attr("reshape")(-1, 8);
  return dict;
}

py::typing::List<py::str> shown_list(const std::vector<std::string>& texts) {
  py::typing::List<py::str> list;
  for (const std::string& text : texts) {
    list.append(shown(text));
  }
  return list;
}

py::typing::List<AnyDict> columns(const Record& record) {
  py::typing::List<AnyDict> list;
  for (const SignalSpec& spec : record.reader().columns()) {
    py::dict dict;
    dict["name"] = shown(spec.name);
    dict["origin"] = std::string(origin_name(spec.origin));
    dict["unit"] = std::string(base_unit(spec.dimension));
    dict["kind"] = describe(spec.dimension);
    dict["source"] = shown(spec.source);
    dict["help"] = shown(spec.help);
    dict["uncertainty"] = py::make_tuple(spec.uncertainty.absolute, spec.uncertainty.relative);
    dict["max_age_s"] = to_seconds(spec.max_age);
    dict["labels"] = shown_list(spec.labels);
    list.append(std::move(dict));
  }
  return list;
}

using Gap = py::typing::Tuple<py::int_, py::int_, py::int_>;

py::typing::List<Gap> gaps(Record& record) {
  py::typing::List<Gap> list;
  const std::vector<RecordGap> found = [&] {
    const Unlocked release;
    return record.gaps();
  }();
  for (const RecordGap& gap : found) {
    list.append(py::make_tuple(gap.first_tick, gap.last_tick, gap.rows));
  }
  return list;
}

}  // namespace

void bind_record(py::module_& module) {
  using WithoutGil = py::call_guard<Unlocked>;
  py::class_<Record>(module, "Record", "A run.sqlite that is read.")
      .def_property_readonly("path", [](const Record& r) { return r.reader().path(); })
      .def_property_readonly(
          "state", [](const Record& r) { return shown(r.reader().state()); },
          "'complete', 'running' (it was killed, or runs still) or 'failed'.")
      .def_property_readonly(
          "failure", [](const Record& r) { return shown(r.reader().failure()); }, "Why it failed.")
      .def(
          "info", [](const Record& r) { return info_dict(r.reader().info()); }, "What run.json holds, as a dict.")
      .def("columns", &columns, "One dict for each column, in the record's order.")
      .def("values", &read_values, py::arg("column"),
           "The values of the column's kept samples in the base unit, a read-only array of float64.")
      .def("moments", &read_moments, py::arg("column"),
           "What belongs to them, as read-only arrays of the same length: index of the tick of arrival (int64), own\n"
           "time in s (float64), quality (uint8: never, good, stale, invalid).")
      .def("frames", &read_frames, "The CAN frames as a dict of read-only arrays; data has the shape (frames, 8).")
      .def("write_candump", &Record::write_candump, py::arg("path"), WithoutGil(), "The frames as a log of candump -l.")
      .def("gaps", &gaps, "(first tick, last tick, rows) of what the recorder had to drop.")
      .def("damage", &Record::damage, WithoutGil(), "A sentence for each part that could not be read so far.");
  module.def(
      "open_record", [](const PathArgument& path) { return std::make_unique<Record>(path.text); }, py::arg("path"),
      WithoutGil(), "Raises RigError for what is no record of gtxrig.");
  module.def("record_digest", &record_digest, py::arg("path"), WithoutGil(),
             "A fingerprint of all but the wall-clock times: equal for two runs of one case with one seed.");
  module.def(
      "suggestion",
      [](const std::string& word, const std::vector<std::string>& known) { return suggestion(word, known); },
      py::arg("word"), py::arg("known"), "\"did you mean 'x'?\" or \"known: a, b\"; empty without candidates.");
}

}  // namespace rig::python
