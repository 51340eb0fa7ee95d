#ifndef C_ALLOCATION_COUNTER_H
#define C_ALLOCATION_COUNTER_H

#include <stdint.h>

/// The number of heap allocations made so far by the calling thread; it only ever grows.
uint64_t thread_allocation_count(void);

/// Whether allocations are counted at all: 1 with the GNU C library, else 0.
int counts_allocations(void);

#endif
