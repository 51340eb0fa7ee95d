#pragma once
#include <stdint.h>

/// Begins to bring what lies at an address into the cache; any address will do.
static inline __attribute__((always_inline)) void prefetch_address(uintptr_t address) {
  __builtin_prefetch((const void *)address);
}
