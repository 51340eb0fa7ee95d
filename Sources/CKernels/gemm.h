#pragma STDC FP_CONTRACT OFF
// Matrix product. A tile of C stays in registers while k runs; blocks of k return to C in between,
// which changes no bit, since C holds exactly what the registers held.

/// Products of k that a packed panel contributes in one go (16 KiB of B per panel).
#define DEPTH_BLOCK 256

/// One tile of `rows` x (16 `panels`), both compile-time constants. Panels lie `panel_step` apart.
INLINE void NAME(tile)(
    const int rows, const int panels, ptrdiff_t k, const float *a, ptrdiff_t a_row,
    ptrdiff_t a_column, const float *b, ptrdiff_t panel_step, v16 sums[TILE_ROWS][TILE_PANELS]) {
  v16 c[TILE_ROWS][TILE_PANELS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < panels; j++) c[i][j] = sums[i][j];
  }
  for (ptrdiff_t p = 0; p < k; p++) {
    v16 row[TILE_PANELS];
#pragma clang loop unroll(full)
    for (int j = 0; j < panels; j++) row[j] = load(b + p * CK_PANEL + j * panel_step);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      v16 factor = all(a[i * a_row + p * a_column]);
#pragma clang loop unroll(full)
      for (int j = 0; j < panels; j++) c[i][j] = FMA(factor, row[j], c[i][j]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < panels; j++) sums[i][j] = c[i][j];
  }
}

/// A tile of any number of rows up to TILE_ROWS.
INLINE void NAME(some_rows)(
    ptrdiff_t rows, const int panels, ptrdiff_t k, const float *a, ptrdiff_t a_row,
    ptrdiff_t a_column, const float *b, ptrdiff_t panel_step, v16 sums[TILE_ROWS][TILE_PANELS]) {
  switch (rows) {
#define CASE(r)                                                                                \
  case r:                                                                                      \
    NAME(tile)(r, panels, k, a, a_row, a_column, b, panel_step, sums);                         \
    break;
    CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6)
#if TILE_ROWS > 6
    CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)
#endif
#undef CASE
  }
}

typedef struct {
  ptrdiff_t n, k, a_row, a_column, c_step;
  const float *bias;
  int from_c, relu;
} NAME(product);

/// Up to TILE_ROWS rows of C in up to TILE_PANELS panels from column j on.
INLINE void NAME(block)(
    const NAME(product) *product, ptrdiff_t rows, const int panels, ptrdiff_t j, const float *a,
    const float *b, ptrdiff_t panel_step, float *c) {
  v16 sums[TILE_ROWS][TILE_PANELS];
  for (int s = 0; s < panels; s++) {
    ptrdiff_t left = product->n - j - s * CK_PANEL;
    v16 start = product->bias ? load_upto(product->bias + j + s * CK_PANEL, left) : all(0);
    for (ptrdiff_t i = 0; i < rows; i++) {
      sums[i][s] =
          product->from_c ? load_upto(c + i * product->c_step + s * CK_PANEL, left) : start;
    }
  }
  NAME(some_rows)(
      rows, panels, product->k, a, product->a_row, product->a_column, b, panel_step, sums);
  for (int s = 0; s < panels; s++) {
    ptrdiff_t left = product->n - j - s * CK_PANEL;
    for (ptrdiff_t i = 0; i < rows; i++) {
      // NaN stays NaN, here as in every activation.
      v16 sum = sums[i][s];
      if (product->relu) sum = choose(sum < all(0), all(0), sum);
      store_upto(c + i * product->c_step + s * CK_PANEL, sum, left);
    }
  }
}

void NAME(gemm)(
    ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t a_row, ptrdiff_t a_column,
    const float *packed, const float *bias, int accumulate, int relu, float *c, ptrdiff_t c_step) {
  ptrdiff_t panel_step = k * CK_PANEL;
  for (ptrdiff_t p = 0; p < k || p == 0; p += DEPTH_BLOCK) {
    ptrdiff_t depth = k - p < DEPTH_BLOCK ? k - p : DEPTH_BLOCK;
    NAME(product) product = {
        n, depth, a_row, a_column, c_step, p == 0 ? bias : 0, accumulate || p > 0,
        relu && p + depth == k};
    for (ptrdiff_t j = 0; j < n;) {
      const float *b = packed + j * k + p * CK_PANEL;
      int pair = TILE_PANELS == 2 && n - j > CK_PANEL;
      for (ptrdiff_t i = 0; i < m; i += TILE_ROWS) {
        ptrdiff_t rows = m - i < TILE_ROWS ? m - i : TILE_ROWS;
        const float *rows_of_a = a + i * a_row + p * a_column;
        float *rows_of_c = c + i * c_step + j;
        if (pair) {
          NAME(block)(
              &product, rows, TILE_PANELS, j, rows_of_a, b, panel_step, rows_of_c);
        } else {
          NAME(block)(&product, rows, 1, j, rows_of_a, b, panel_step, rows_of_c);
        }
      }
      j += pair ? 2 * CK_PANEL : CK_PANEL;
    }
  }
}
