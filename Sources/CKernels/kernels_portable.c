#pragma STDC FP_CONTRACT OFF
#include "CKernels.h"
#define VARIANT portable
// Rows and panels of 16 columns of a tile of C that stays in registers.
#define TILE_ROWS 6
#define TILE_PANELS 1
#include "variant.h"
#include "vectors.h"

#include "gemm.h"
#include "layers.h"
#include "attention.h"
