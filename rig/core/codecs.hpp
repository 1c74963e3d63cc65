#pragma once
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "rig/core/field.hpp"
#include "rig/core/quantity.hpp"

// How a value of each type stands in YAML: how it is read, its JSON Schema, and how it is listed.
namespace rig {

template <class T>
struct Fields;  // specialise with static void declare(Mapping<T>&)
template <class T>
class Mapping;
template <class T, class = void>
struct Codec;  // read(node, T&, diagnostics) -> bool, schema() -> Schema, list(path, const T&, out, options)
template <class T>
const Mapping<T>& mapping_of();

template <class T>
bool read(const Node& node, T& out, Diagnostics& diagnostics) {
  return Codec<T>::read(node, out, diagnostics);
}
template <class T>
Schema schema_of() {
  return Codec<T>::schema();
}
template <class T>
void list_values(const std::string& path, const T& value, std::vector<ListedValue>& out, const FieldOptions& o = {}) {
  Codec<T>::list(path, value, out, o);
}

// Enumerations: specialise with `static std::vector<std::pair<std::string, E>> names();`
template <class E>
struct Choices;

namespace detail {
// Non-template halves.
bool read_quantity(const Node& node, Dimension dimension, double& value, Diagnostics& diagnostics);
bool read_duration(const Node& node, Duration& value, Diagnostics& diagnostics);
bool read_integer(const Node& node, std::int64_t& value, Diagnostics& diagnostics);
bool read_boolean(const Node& node, bool& value, Diagnostics& diagnostics);  // true/false/on/off/yes/no
bool read_string(const Node& node, std::string& value, Diagnostics& diagnostics);
bool read_choice(const Node& node, const std::vector<std::string>& names, std::size_t& index, Diagnostics& diagnostics);
bool expect_kind(const Node& node, Node::Kind kind, Diagnostics& diagnostics);
std::string shown(std::string_view text);  // in quotes, and cut when it is long
bool check_range(const Node& node, double value, Dimension dimension, const FieldOptions& options, Diagnostics& d);
Schema quantity_schema(Dimension dimension);  // a string with a unit pattern, or a number for ratios
}  // namespace detail

template <class T>
struct Codec<T, std::void_t<decltype(Fields<T>::declare(std::declval<Mapping<T>&>()))>> {
  static bool read(const Node& n, T& out, Diagnostics& d) { return mapping_of<T>().read(n, out, d); }
  static Schema schema() { return mapping_of<T>().schema(); }
  static void list(const std::string& path, const T& v, std::vector<ListedValue>& out, const FieldOptions&) {
    mapping_of<T>().list(path, v, out);
  }
};

template <int V, int A, int S, int K>
struct Codec<Quantity<V, A, S, K>> {
  using Q = Quantity<V, A, S, K>;
  static bool read(const Node& n, Q& out, Diagnostics& d) {
    double value = 0;
    if (!detail::read_quantity(n, Q::dimension(), value, d)) {
      return false;
    }
    out = Q{value};
    return true;
  }
  static Schema schema() { return detail::quantity_schema(Q::dimension()); }
  static void list(const std::string& path, const Q& v, std::vector<ListedValue>& out, const FieldOptions& o) {
    out.push_back(
        {path, format_quantity(v.value(), Q::dimension()), std::string(base_unit(Q::dimension())), o.help, o.origin});
  }
};

template <>
struct Codec<Celsius> {
  static bool read(const Node& n, Celsius& out, Diagnostics& d) {
    double value = 0;
    if (!detail::read_quantity(n, dimension::temperature, value, d)) {
      return false;
    }
    out = Celsius{value};
    return true;
  }
  static Schema schema() { return detail::quantity_schema(dimension::temperature); }
  static void list(const std::string& path, const Celsius& v, std::vector<ListedValue>& out, const FieldOptions& o) {
    out.push_back({path, format_quantity(v.value(), dimension::temperature), "degC", o.help, o.origin});
  }
};

template <>
struct Codec<Duration> {
  static bool read(const Node& n, Duration& out, Diagnostics& d) { return detail::read_duration(n, out, d); }
  static Schema schema() { return detail::quantity_schema(dimension::time); }
  static void list(const std::string& path, const Duration& v, std::vector<ListedValue>& out, const FieldOptions& o) {
    out.push_back({path, format_quantity(to_seconds(v), dimension::time), "s", o.help, o.origin});
  }
};

template <>
struct Codec<bool> {
  static bool read(const Node& n, bool& out, Diagnostics& d) { return detail::read_boolean(n, out, d); }
  static Schema schema() { return Schema::of_type("boolean"); }
  static void list(const std::string& path, const bool& v, std::vector<ListedValue>& out, const FieldOptions& o) {
    out.push_back({path, v ? "true" : "false", "", o.help, o.origin});
  }
};

template <class I>
struct Codec<I, std::enable_if_t<std::is_integral_v<I> && !std::is_same_v<I, bool>>> {
  static bool read(const Node& n, I& out, Diagnostics& d) {
    std::int64_t value = 0;
    if (!detail::read_integer(n, value, d)) {
      return false;
    }
    if (!std::in_range<I>(value)) {
      d.error(n.mark, "the number " + n.scalar + " is out of range");
      return false;
    }
    out = static_cast<I>(value);
    return true;
  }
  static Schema schema() { return Schema::of_type("integer"); }
  static void list(const std::string& path, const I& v, std::vector<ListedValue>& out, const FieldOptions& o) {
    out.push_back({path, std::to_string(v), "", o.help, o.origin});
  }
};

template <>
struct Codec<std::string> {
  static bool read(const Node& n, std::string& out, Diagnostics& d) { return detail::read_string(n, out, d); }
  static Schema schema() { return Schema::of_type("string"); }
  static void list(const std::string& path, const std::string& v, std::vector<ListedValue>& out,
                   const FieldOptions& o) {
    out.push_back({path, v, "", o.help, o.origin});
  }
};

template <class E>
struct Codec<E, std::enable_if_t<std::is_enum_v<E>>> {
  static std::vector<std::string> words() {
    std::vector<std::string> result;
    for (const auto& [name, value] : Choices<E>::names()) {
      result.push_back(name);
    }
    return result;
  }
  static bool read(const Node& n, E& out, Diagnostics& d) {
    std::size_t index = 0;
    if (!detail::read_choice(n, words(), index, d)) {
      return false;
    }
    out = Choices<E>::names()[index].second;
    return true;
  }
  static Schema schema() { return Schema::one_of(words()); }
  static void list(const std::string& path, const E& v, std::vector<ListedValue>& out, const FieldOptions& o) {
    for (const auto& [name, value] : Choices<E>::names()) {
      if (value == v) {
        out.push_back({path, name, "", o.help, o.origin});
      }
    }
  }
};

template <class T>
struct Codec<std::vector<T>> {
  static bool read(const Node& n, std::vector<T>& out, Diagnostics& d) {
    if (!detail::expect_kind(n, Node::Kind::sequence, d)) {
      return false;
    }
    bool ok = true;
    out.clear();
    for (const Node& item : n.items) {
      T value{};
      ok = rig::read(item, value, d) && ok;
      out.push_back(std::move(value));
    }
    return ok;
  }
  static Schema schema() { return Schema::list_of(schema_of<T>()); }
  static void list(const std::string& path, const std::vector<T>& v, std::vector<ListedValue>& out,
                   const FieldOptions& o) {
    for (std::size_t i = 0; i < v.size(); ++i) {
      list_values(path + "[" + std::to_string(i) + "]", v[i], out, o);
    }
  }
};

template <class T>
struct Codec<std::optional<T>> {
  static bool read(const Node& n, std::optional<T>& out, Diagnostics& d) {
    T value{};
    const bool ok = rig::read(n, value, d);
    out = std::move(value);
    return ok;
  }
  static Schema schema() { return schema_of<T>(); }
  static void list(const std::string& path, const std::optional<T>& v, std::vector<ListedValue>& out,
                   const FieldOptions& o) {
    if (v) {
      list_values(path, *v, out, o);
    }
  }
};

// Free keys, in the order of the document.
template <class T>
struct Codec<std::vector<std::pair<std::string, T>>> {
  using List = std::vector<std::pair<std::string, T>>;
  static bool read(const Node& n, List& out, Diagnostics& d) {
    if (!detail::expect_kind(n, Node::Kind::mapping, d)) {
      return false;
    }
    bool ok = true;
    out.clear();
    for (const auto& [key, value] : n.members) {
      T item{};
      ok = rig::read(value, item, d) && ok;
      out.emplace_back(key.scalar, std::move(item));
    }
    return ok;
  }
  static Schema schema() { return Schema::map_of(schema_of<T>()); }
  static void list(const std::string& path, const List& v, std::vector<ListedValue>& out, const FieldOptions& o) {
    for (const auto& [key, value] : v) {
      std::string item = path;
      item += '.';
      item += key;
      list_values(item, value, out, o);
    }
  }
};

// A subtree kept as it is, for a reader that comes later (a driver's own parameters).
template <>
struct Codec<Node> {
  static bool read(const Node& n, Node& out, Diagnostics&) {
    out = n;
    return true;
  }
  static Schema schema() { return Schema::anything(); }
  static void list(const std::string&, const Node&, std::vector<ListedValue>&, const FieldOptions&) {}
};

// A text with its place: an expression, a name that is looked up later.
struct MarkedText {
  std::string text;
  SourceMark mark;
};
template <>
struct Codec<MarkedText> {
  static bool read(const Node& n, MarkedText& out, Diagnostics& d) {
    out.mark = n.mark;
    return detail::read_string(n, out.text, d);
  }
  static Schema schema() { return Schema::any_scalar(); }
  static void list(const std::string& path, const MarkedText& v, std::vector<ListedValue>& out, const FieldOptions& o) {
    out.push_back({path, v.text, "", o.help, o.origin});
  }
};

}  // namespace rig
