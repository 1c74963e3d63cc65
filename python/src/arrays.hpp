#pragma once
#include <pybind11/numpy.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
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
  explicit Buffer(std::size_t capacity)
      : data_(static_cast<T*>(std::malloc((capacity + 1) * sizeof(T)))), capacity_(capacity) {
    if (data_ == nullptr) {
      throw std::bad_alloc();
    }
    want_large_pages();
  }
  [[nodiscard]] T* data() noexcept { return data_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  // So many will be written there soon; false when there is no room for them. Their pages are taken at once, which
  // costs half of what taking each when it is first touched does.
  [[nodiscard]] bool expect(std::size_t from, std::size_t count) noexcept {
    if (from + count > capacity_) {
      return false;
    }
#ifdef MADV_POPULATE_WRITE
    static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(data() + from) / page * page;
    const auto end = reinterpret_cast<std::uintptr_t>(data() + from + count);
    if (end - begin > 4 * page) {
      madvise(reinterpret_cast<void*>(begin), end - begin, MADV_POPULATE_WRITE);  // an older kernel declines
    }
#endif
    return true;
  }
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
  // Of many megabytes a third of the time went into taking pages of 4 kB one by one.
  void want_large_pages() noexcept {
#ifdef MADV_HUGEPAGE
    constexpr std::uintptr_t page = 2u << 20u;
    const auto begin = (reinterpret_cast<std::uintptr_t>(data()) + page - 1) / page * page;
    const auto end = reinterpret_cast<std::uintptr_t>(data() + capacity_) / page * page;
    if (begin + 4 * page < end) {
      madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);  // a system without them declines
    }
#endif
  }

  std::unique_ptr<T, Free> data_;
  std::size_t capacity_ = 0;
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
