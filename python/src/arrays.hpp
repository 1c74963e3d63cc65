#pragma once
#include <pybind11/numpy.h>

#include <algorithm>
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

// Memory that is not touched before it is written: pages that stay unused are never taken from the system.
template <class T>
class Buffer {
 public:
  // One more than asked for, so that it is never without memory.
  explicit Buffer(std::size_t capacity)
      : data_(std::make_unique_for_overwrite<T[]>(capacity + 1)), capacity_(capacity) {}
  [[nodiscard]] T* data() noexcept { return data_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  // Moves `count` items from `from` behind what is there already; they never lie before its end.
  void take(std::size_t from, std::size_t count) {
    if (from != size_) {
      std::copy_n(data_.get() + from, count, data_.get() + size_);
    }
    size_ += count;
  }
  // Memory that is mostly unused goes back.
  void fit() {
    if (size_ < capacity_ / 2) {
      auto fitting = std::make_unique_for_overwrite<T[]>(size_);
      std::copy_n(data_.get(), size_, fitting.get());
      data_ = std::move(fitting);
      capacity_ = size_;
    }
  }
  std::unique_ptr<T[]> release() noexcept { return std::move(data_); }

 private:
  std::unique_ptr<T[]> data_;
  std::size_t capacity_;
  std::size_t size_ = 0;
};

template <class T>
pybind11::array_t<T> as_array(Buffer<T> buffer) {
  const auto size = static_cast<pybind11::ssize_t>(buffer.size());
  std::unique_ptr<T[]> owner = buffer.release();
  pybind11::capsule capsule(owner.get(), [](void* memory) { delete[] static_cast<T*>(memory); });
  pybind11::array_t<T> array(size, owner.release(), capsule);
  array.attr("setflags")(pybind11::arg("write") = false);
  return array;
}

}  // namespace rig::python
