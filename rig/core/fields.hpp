#pragma once
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "rig/core/codecs.hpp"

// One declaration of a YAML mapping gives three things: the reader, the JSON Schema and the listing of its values.
//
//   struct Ramp { Volts to; VoltsPerSecond rate; };
//   template <> struct rig::Fields<Ramp> {
//     static void declare(rig::Mapping<Ramp>& m) {
//       m.required("to", &Ramp::to, "where the ramp ends");
//       m.optional("rate", &Ramp::rate, "how fast; default 10 mV/s");
//     }
//   };
//   rig::read(node, ramp, diagnostics);   rig::schema_of<Ramp>();   rig::list_values("ramp", ramp, out);
namespace rig {

// The mapping's keys. required/optional bind a key to a member; choices of an enum are declared by Choices<E>.
template <class T>
class Mapping {
 public:
  template <class M>
  Mapping& required(const char* key, M T::*member, const char* help) {
    return add(key, member, {.help = help}, true);
  }
  template <class M>
  Mapping& optional(const char* key, M T::*member, const char* help) {
    return add(key, member, {.help = help}, false);
  }
  template <class M>
  Mapping& optional(const char* key, M T::*member, const FieldOptions& options) {
    return add(key, member, options, false);
  }
  template <class M>
  Mapping& required(const char* key, M T::*member, const FieldOptions& options) {
    return add(key, member, options, true);
  }
  // Runs after the fields were read without error: checks between fields.
  Mapping& check(std::function<void(const Node&, const T&, Diagnostics&)> f) {
    checks_.push_back(std::move(f));
    return *this;
  }
  // Keeps the place of the mapping itself, for later messages.
  Mapping& mark(SourceMark T::*member) {
    mark_ = member;
    return *this;
  }
  Mapping& title(const char* text) {
    fields_.title(text);
    return *this;
  }

  bool read(const Node& node, T& out, Diagnostics& diagnostics) const;
  [[nodiscard]] Schema schema() const { return fields_.schema(); }
  void list(const std::string& path, const T& value, std::vector<ListedValue>& out) const {
    fields_.list(path, &value, out);
  }

 private:
  template <class M>
  Mapping& add(const char* key, M T::*member, const FieldOptions& options, bool required);

  FieldList fields_;
  std::vector<std::function<void(const Node&, const T&, Diagnostics&)>> checks_;
  SourceMark T::*mark_ = nullptr;
};

template <class T>
const Mapping<T>& mapping_of() {
  static const Mapping<T> mapping = [] {
    Mapping<T> m;
    Fields<T>::declare(m);
    return m;
  }();
  return mapping;
}

namespace detail {
template <class T, class M>
class MemberField final : public Field {
 public:
  MemberField(const char* key, M T::*member, const FieldOptions& options, bool required)
      : Field(key, options, required), member_(member) {}

  bool read(const Node& node, void* object, Diagnostics& diagnostics) const override {
    M& value = static_cast<T*>(object)->*member_;
    if (!rig::read(node, value, diagnostics)) {
      return false;
    }
    if constexpr (requires {
                    value.value();
                    M::dimension();
                  }) {
      return check_range(node, value.value(), M::dimension(), options(), diagnostics);
    } else if constexpr (std::is_same_v<M, Duration>) {
      return check_range(node, to_seconds(value), dimension::time, options(), diagnostics);
    } else if constexpr (std::is_integral_v<M>) {
      return check_range(node, static_cast<double>(value), dimension::none, options(), diagnostics);
    } else {
      return true;
    }
  }
  [[nodiscard]] Schema schema() const override { return schema_of<M>(); }
  void list(const std::string& path, const void* object, std::vector<ListedValue>& out) const override {
    list_values(path, static_cast<const T*>(object)->*member_, out, options());
  }

 private:
  M T::*member_;
};
}  // namespace detail

template <class T>
template <class M>
Mapping<T>& Mapping<T>::add(const char* key, M T::*member, const FieldOptions& options, bool is_required) {
  fields_.add(std::make_unique<detail::MemberField<T, M>>(key, member, options, is_required));
  return *this;
}

template <class T>
bool Mapping<T>::read(const Node& node, T& out, Diagnostics& diagnostics) const {
  if (mark_ != nullptr && node.is_mapping()) {
    out.*mark_ = node.mark;
  }
  if (!fields_.read(node, &out, diagnostics)) {
    return false;
  }
  const std::size_t errors_before = diagnostics.error_count();
  for (const auto& check : checks_) {
    check(node, out, diagnostics);
  }
  return diagnostics.error_count() == errors_before;
}

}  // namespace rig
