#pragma once
#include <pybind11/numpy.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
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

// Memory that is not touched before it is written: pages that stay unused are never taken from the system, and giving
// back what turned out to be too much moves nothing. From malloc(), because only realloc() does that.
template <class T>
class Buffer {
 public:
  explicit Buffer(std::size_t capacity) : data_(static_cast<T*>(std::malloc((capacity + 1) * sizeof(T)))) {
    if (data_ == nullptr) {
      throw std::bad_alloc();
    }
  }
  [[nodiscard]] T* data() noexcept { return data_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  void set_size(std::size_t size) noexcept { size_ = size; }
  void erase(std::size_t from, std::size_t count) {
    std::copy(data() + from + count, data() + size_, data() + from);
    size_ -= count;
  }
  // What is behind the end goes back.
  void fit() {
    if (auto* fitting = static_cast<T*>(std::realloc(data(), (size_ + 1) * sizeof(T)))) {
      static_cast<void>(data_.release());
      data_.reset(fitting);
    }
  }
  struct Free {
    void operator()(T* memory) const noexcept { std::free(memory); }
  };
  std::unique_ptr<T, Free> release() noexcept { return std::move(data_); }

 private:
  std::unique_ptr<T, Free> data_;
  std::size_t size_ = 0;
};

template <class T>
pybind11::array_t<T> as_array(Buffer<T> buffer) {
  const auto size = static_cast<pybind11::ssize_t>(buffer.size());
  auto owner = buffer.release();
  pybind11::capsule capsule(owner.get(), [](void* memory) { std::free(memory); });
  pybind11::array_t<T> array(size, owner.release(), capsule);
  array.attr("setflags")(pybind11::arg("write") = false);
  return array;
}

}  // namespace rig::python
