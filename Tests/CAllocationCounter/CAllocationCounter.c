#pragma STDC FP_CONTRACT OFF
#define _GNU_SOURCE  // RTLD_NEXT

#include "CAllocationCounter.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

// The linker prefers these definitions of malloc and its relatives to the C library's, for the
// program and for every shared library it loads, the Swift runtime included. They count, and hand
// on to the C library's own entry points. `free` is left alone: the memory is the C library's.

#if defined(__GLIBC__)

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

// A variable of the program's own block of thread storage, which needs no allocation itself.
static _Thread_local uint64_t count __attribute__((tls_model("initial-exec")));

// The last block of `malloc` and the size asked for.
static _Thread_local void *last __attribute__((tls_model("initial-exec")));
static _Thread_local size_t last_size __attribute__((tls_model("initial-exec")));

void *malloc(size_t size) {
  count += 1;
  void *fresh = __libc_malloc(size);
  last = fresh;
  last_size = size;
  return fresh;
}

static size_t (*usable_size)(void *memory);

__attribute__((constructor)) static void find_usable_size(void) {
  usable_size = (size_t(*)(void *))dlsym(RTLD_NEXT, "malloc_usable_size");
}

// A new array of Swift's takes all of its block for its capacity. The C library hands out 16 bytes
// more than asked for where what is left of a free block is too small to be one itself: how often
// an array grows, and so the count, would hang on what other threads freed before. Of a block just
// made, only what it always has is told: the size asked for and 8, up to a multiple of 16, less 8.
size_t malloc_usable_size(void *memory) {
  if (memory != NULL && memory == last) {
    size_t whole = (last_size + 8 + 15) & ~(size_t)15;
    return (whole < 32 ? 32 : whole) - 8;
  }
  return usable_size == NULL ? 0 : usable_size(memory);
}

void *calloc(size_t members, size_t size) {
  count += 1;
  return __libc_calloc(members, size);
}

void *realloc(void *memory, size_t size) {
  count += 1;
  return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
  count += 1;
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count += 1;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment == 0 || alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0) {
    return EINVAL;
  }
  count += 1;
  void *fresh = __libc_memalign(alignment, size);
  if (fresh == NULL && size != 0) return ENOMEM;
  *memory = fresh;
  return 0;
}

uint64_t thread_allocation_count(void) { return count; }

int counts_allocations(void) { return 1; }

#else

uint64_t thread_allocation_count(void) { return 0; }

int counts_allocations(void) { return 0; }

#endif
