#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/core/document.hpp"
#include "rig/core/schema.hpp"

namespace rig {

// One value of a configuration, for `gtxrig list ...`.
struct ListedValue {
  std::string path;   // "dut.firmware.pack_ov.threshold"
  std::string value;  // "56 V"
  std::string unit;   // "V"
  std::string help;
  std::string origin;  // where the number comes from: "manual 9.1-2d", "engineering default" ...
};

// What surrounds one key in a mapping. The texts are literals: they live as long as the program.
struct FieldOptions {
  const char* help = "";
  const char* origin = "";
  std::optional<double> minimum;  // base units, inclusive; outside is an error ("impossible")
  std::optional<double> maximum;
};

namespace detail {
void missing_key(const Node& mapping, const std::string& key, const std::string& help, Diagnostics& diagnostics);
}

// One key of a mapping whose value is a member of an object that is known by its address here: what can be compiled
// once for all mappings is.
class Field {
 public:
  Field(const char* key, const FieldOptions& options, bool required)
      : key_(key), options_(options), required_(required) {}
  Field(const Field&) = delete;
  Field& operator=(const Field&) = delete;
  virtual ~Field() = default;

  [[nodiscard]] const char* key() const noexcept { return key_; }
  [[nodiscard]] const FieldOptions& options() const noexcept { return options_; }
  [[nodiscard]] bool required() const noexcept { return required_; }

  virtual bool read(const Node& node, void* object, Diagnostics& diagnostics) const = 0;
  [[nodiscard]] virtual Schema schema() const = 0;
  virtual void list(const std::string& path, const void* object, std::vector<ListedValue>& out) const = 0;

 private:
  const char* key_;
  FieldOptions options_;
  bool required_;
};

// The keys of a mapping, in the order of their declaration.
class FieldList {
 public:
  void add(std::unique_ptr<Field> field) { fields_.push_back(std::move(field)); }
  void title(const char* text) { title_ = text; }
  bool read(const Node& node, void* object, Diagnostics& diagnostics) const;
  [[nodiscard]] Schema schema() const;
  void list(const std::string& path, const void* object, std::vector<ListedValue>& out) const;

 private:
  const char* title_ = "";
  std::vector<std::unique_ptr<Field>> fields_;
};

}  // namespace rig
