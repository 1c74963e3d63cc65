# Warnings are errors, for our code only: third-party headers come in as SYSTEM.
add_library(rig_warnings INTERFACE)
# -Wno-sign-conversion: g++ leaves it out of -Wconversion for C++, clang (tidy, fuzzing) does not.
target_compile_options(rig_warnings INTERFACE -Wall -Wextra -Wconversion -Wno-sign-conversion -Wshadow -Wpedantic
                                              -Wno-missing-field-initializers -Werror)

# These come from the optimizer, differ from one g++ to the next and have false positives inside std::string and
# std::variant: a warning, so that a newer compiler than ours still builds the project.
set(optimizer_warnings maybe-uninitialized stringop-overflow stringop-overread array-bounds free-nonheap-object
                       null-dereference nonnull mismatched-new-delete)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  if(CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
    list(APPEND optimizer_warnings dangling-reference)
  endif()
  list(TRANSFORM optimizer_warnings PREPEND -Wno-error=)
  # g++ 12 sees overlapping copies in every assignment to a std::string (GCC bug 105651).
  target_compile_options(rig_warnings INTERFACE ${optimizer_warnings} -Wno-restrict)
endif()

# Same bits on every CPU: no fused multiply-add unless the source asks for it.
add_compile_options(-ffp-contract=off)
