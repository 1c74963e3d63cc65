#pragma once
#include <pybind11/numpy.h>

#include <memory>
#include <utility>
#include <vector>

namespace rig::python {

// The vector's own memory as a NumPy array that nobody can write to: nothing is copied.
template <class T>
pybind11::array_t<T> as_array(std::vector<T> values) {
  auto owner = std::make_unique<std::vector<T>>(std::move(values));
  const T* data = owner->data();
  const auto size = static_cast<pybind11::ssize_t>(owner->size());
  pybind11::capsule capsule(owner.get(), [](void* memory) { delete static_cast<std::vector<T>*>(memory); });
  owner.release();  // the capsule has it
  pybind11::array_t<T> array(size, data, capsule);
  array.attr("setflags")(pybind11::arg("write") = false);
  return array;
}

}  // namespace rig::python
