#pragma once
#include <cstdio>
#include <cstdlib>

// What has to be true for every input. A fuzzer takes an abort for a finding and keeps the input.
#define PROPERTY(condition)                                                                        \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      std::fprintf(stderr, "%s:%d: property does not hold: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                                \
    }                                                                                              \
  } while (false)
