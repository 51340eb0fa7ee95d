#pragma STDC FP_CONTRACT OFF
#if defined(__x86_64__)
#include "CKernels.h"
#define VARIANT avx512
// Rows and panels of 16 columns of a tile of C that stays in registers.
#define TILE_ROWS 12
#define TILE_PANELS 2
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), apply_to = function)
#include "variant.h"
#include "vectors.h"

#include "gemm.h"
#include "layers.h"
#include "attention.h"
#pragma clang attribute pop
#endif
