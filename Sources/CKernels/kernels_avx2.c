#pragma STDC FP_CONTRACT OFF
#if defined(__x86_64__)
#include "CKernels.h"
#define VARIANT avx2
// Rows and panels of 16 columns of a tile of C that stays in registers.
#define TILE_ROWS 6
#define TILE_PANELS 1
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "variant.h"
#include "vectors.h"

#include "gemm.h"
#include "layers.h"
#include "attention.h"
#pragma clang attribute pop
#endif
