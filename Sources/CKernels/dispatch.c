#pragma STDC FP_CONTRACT OFF
#include "CKernels.h"

#include <string.h>

// Hands every call on to the variant asked for.

#if defined(__x86_64__)
#define EACH_VARIANT(function, ...)                     \
  switch (variant) {                                    \
    case CK_AVX512:                                     \
      function##_avx512(__VA_ARGS__);                   \
      break;                                            \
    case CK_AVX2:                                       \
      function##_avx2(__VA_ARGS__);                     \
      break;                                            \
    default:                                            \
      function##_portable(__VA_ARGS__);                 \
      break;                                            \
  }

int ck_supports(int variant) {
  __builtin_cpu_init();
  int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (variant == CK_AVX2) return avx2;
  if (variant == CK_AVX512) {
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
  }
  return variant == CK_PORTABLE;
}
#else
#define EACH_VARIANT(function, ...) function##_portable(__VA_ARGS__)

int ck_supports(int variant) { return variant == CK_PORTABLE; }
#endif

int ck_best_variant(void) {
  return ck_supports(CK_AVX512) ? CK_AVX512 : ck_supports(CK_AVX2) ? CK_AVX2 : CK_PORTABLE;
}

void ck_pack(
    ptrdiff_t k, ptrdiff_t n, const float *b, ptrdiff_t row_step, ptrdiff_t column_step,
    float *packed) {
  for (ptrdiff_t j = 0; j < n; j += CK_PANEL) {
    ptrdiff_t columns = n - j < CK_PANEL ? n - j : CK_PANEL;
    for (ptrdiff_t p = 0; p < k; p++, packed += CK_PANEL) {
      const float *row = b + p * row_step + j * column_step;
      for (ptrdiff_t c = 0; c < columns; c++) packed[c] = row[c * column_step];
      for (ptrdiff_t c = columns; c < CK_PANEL; c++) packed[c] = 0;
    }
  }
}

void ck_gather(ptrdiff_t rows, ptrdiff_t width, const float *x, const int32_t *index, float *y) {
  for (ptrdiff_t row = 0; row < rows; row++) {
    memcpy(y + row * width, x + index[row] * width, (size_t)width * sizeof(float));
  }
}

#if defined(__x86_64__)
void ck_gemm_avx2(
    ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t a_row, ptrdiff_t a_column,
    const float *packed, const float *bias, int accumulate, int relu, float *c, ptrdiff_t c_step);
void ck_gemm_avx512(
    ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t a_row, ptrdiff_t a_column,
    const float *packed, const float *bias, int accumulate, int relu, float *c, ptrdiff_t c_step);
#endif
void ck_gemm_portable(
    ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t a_row, ptrdiff_t a_column,
    const float *packed, const float *bias, int accumulate, int relu, float *c, ptrdiff_t c_step);
void ck_gemm(
    int variant, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t a_row,
    ptrdiff_t a_column, const float *packed, const float *bias, int accumulate, int relu, float *c,
    ptrdiff_t c_step) {
  (void)variant;
  EACH_VARIANT(ck_gemm, m, n, k, a, a_row, a_column, packed, bias, accumulate, relu, c, c_step);
}

#if defined(__x86_64__)
void ck_layer_norm_avx2(
    ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale, const float *shift,
    float epsilon, float *y, float *statistics);
void ck_layer_norm_avx512(
    ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale, const float *shift,
    float epsilon, float *y, float *statistics);
#endif
void ck_layer_norm_portable(
    ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale, const float *shift,
    float epsilon, float *y, float *statistics);
void ck_layer_norm(
    int variant, ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale,
    const float *shift, float epsilon, float *y, float *statistics) {
  (void)variant;
  EACH_VARIANT(ck_layer_norm, rows, width, x, scale, shift, epsilon, y, statistics);
}

#if defined(__x86_64__)
void ck_layer_norm_backward_avx2(
    ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale, const float *statistics,
    const float *dy, float *dx, float *dscale, float *dshift);
void ck_layer_norm_backward_avx512(
    ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale, const float *statistics,
    const float *dy, float *dx, float *dscale, float *dshift);
#endif
void ck_layer_norm_backward_portable(
    ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale, const float *statistics,
    const float *dy, float *dx, float *dscale, float *dshift);
void ck_layer_norm_backward(
    int variant, ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale,
    const float *statistics, const float *dy, float *dx, float *dscale, float *dshift) {
  (void)variant;
  EACH_VARIANT(ck_layer_norm_backward, rows, width, x, scale, statistics, dy, dx, dscale, dshift);
}

#if defined(__x86_64__)
void ck_exp_avx2(ptrdiff_t count, const float *x, float *y);
void ck_exp_avx512(ptrdiff_t count, const float *x, float *y);
#endif
void ck_exp_portable(ptrdiff_t count, const float *x, float *y);
void ck_exp(int variant, ptrdiff_t count, const float *x, float *y) {
  (void)variant;
  EACH_VARIANT(ck_exp, count, x, y);
}

#if defined(__x86_64__)
void ck_softmax_avx2(ptrdiff_t rows, ptrdiff_t width, const float *x, float *y);
void ck_softmax_avx512(ptrdiff_t rows, ptrdiff_t width, const float *x, float *y);
#endif
void ck_softmax_portable(ptrdiff_t rows, ptrdiff_t width, const float *x, float *y);
void ck_softmax(int variant, ptrdiff_t rows, ptrdiff_t width, const float *x, float *y) {
  (void)variant;
  EACH_VARIANT(ck_softmax, rows, width, x, y);
}

#if defined(__x86_64__)
void ck_softmax_backward_avx2(
    ptrdiff_t rows, ptrdiff_t width, const float *y, const float *dy, float *dx);
void ck_softmax_backward_avx512(
    ptrdiff_t rows, ptrdiff_t width, const float *y, const float *dy, float *dx);
#endif
void ck_softmax_backward_portable(
    ptrdiff_t rows, ptrdiff_t width, const float *y, const float *dy, float *dx);
void ck_softmax_backward(
    int variant, ptrdiff_t rows, ptrdiff_t width, const float *y, const float *dy, float *dx) {
  (void)variant;
  EACH_VARIANT(ck_softmax_backward, rows, width, y, dy, dx);
}

#if defined(__x86_64__)
void ck_activate_avx2(int kind, ptrdiff_t count, const float *x, float *y);
void ck_activate_avx512(int kind, ptrdiff_t count, const float *x, float *y);
#endif
void ck_activate_portable(int kind, ptrdiff_t count, const float *x, float *y);
void ck_activate(int variant, int kind, ptrdiff_t count, const float *x, float *y) {
  (void)variant;
  EACH_VARIANT(ck_activate, kind, count, x, y);
}

#if defined(__x86_64__)
void ck_activate_backward_avx2(
    int kind, ptrdiff_t count, const float *x, const float *dy, float *dx);
void ck_activate_backward_avx512(
    int kind, ptrdiff_t count, const float *x, const float *dy, float *dx);
#endif
void ck_activate_backward_portable(
    int kind, ptrdiff_t count, const float *x, const float *dy, float *dx);
void ck_activate_backward(
    int variant, int kind, ptrdiff_t count, const float *x, const float *dy, float *dx) {
  (void)variant;
  EACH_VARIANT(ck_activate_backward, kind, count, x, dy, dx);
}

#if defined(__x86_64__)
void ck_add_scaled_avx2(ptrdiff_t count, float factor, const float *x, float *y);
void ck_add_scaled_avx512(ptrdiff_t count, float factor, const float *x, float *y);
#endif
void ck_add_scaled_portable(ptrdiff_t count, float factor, const float *x, float *y);
void ck_add_scaled(int variant, ptrdiff_t count, float factor, const float *x, float *y) {
  (void)variant;
  EACH_VARIANT(ck_add_scaled, count, factor, x, y);
}

#if defined(__x86_64__)
void ck_add_avx2(ptrdiff_t count, ptrdiff_t period, const float *x, const float *z, float *y);
void ck_add_avx512(ptrdiff_t count, ptrdiff_t period, const float *x, const float *z, float *y);
#endif
void ck_add_portable(ptrdiff_t count, ptrdiff_t period, const float *x, const float *z, float *y);
void ck_add(
    int variant, ptrdiff_t count, ptrdiff_t period, const float *x, const float *z, float *y) {
  (void)variant;
  EACH_VARIANT(ck_add, count, period, x, z, y);
}

#if defined(__x86_64__)
void ck_multiply_avx2(ptrdiff_t count, const float *x, const float *z, float *y);
void ck_multiply_avx512(ptrdiff_t count, const float *x, const float *z, float *y);
#endif
void ck_multiply_portable(ptrdiff_t count, const float *x, const float *z, float *y);
void ck_multiply(int variant, ptrdiff_t count, const float *x, const float *z, float *y) {
  (void)variant;
  EACH_VARIANT(ck_multiply, count, x, z, y);
}

#if defined(__x86_64__)
void ck_add_rows_avx2(ptrdiff_t rows, ptrdiff_t width, const float *x, float *sums);
void ck_add_rows_avx512(ptrdiff_t rows, ptrdiff_t width, const float *x, float *sums);
#endif
void ck_add_rows_portable(ptrdiff_t rows, ptrdiff_t width, const float *x, float *sums);
void ck_add_rows(int variant, ptrdiff_t rows, ptrdiff_t width, const float *x, float *sums) {
  (void)variant;
  EACH_VARIANT(ck_add_rows, rows, width, x, sums);
}

#if defined(__x86_64__)
void ck_scatter_add_avx2(
    ptrdiff_t rows, ptrdiff_t width, const float *x, const int32_t *index, float *y);
void ck_scatter_add_avx512(
    ptrdiff_t rows, ptrdiff_t width, const float *x, const int32_t *index, float *y);
#endif
void ck_scatter_add_portable(
    ptrdiff_t rows, ptrdiff_t width, const float *x, const int32_t *index, float *y);
void ck_scatter_add(
    int variant, ptrdiff_t rows, ptrdiff_t width, const float *x, const int32_t *index, float *y) {
  (void)variant;
  EACH_VARIANT(ck_scatter_add, rows, width, x, index, y);
}

#if defined(__x86_64__)
void ck_attention_avx2(
    const ck_edges *edges, float *out, float *edge_out, float *weights, float *scratch);
void ck_attention_avx512(
    const ck_edges *edges, float *out, float *edge_out, float *weights, float *scratch);
#endif
void ck_attention_portable(
    const ck_edges *edges, float *out, float *edge_out, float *weights, float *scratch);
void ck_attention(
    int variant, const ck_edges *edges, float *out, float *edge_out, float *weights,
    float *scratch) {
  (void)variant;
  EACH_VARIANT(ck_attention, edges, out, edge_out, weights, scratch);
}

#if defined(__x86_64__)
void ck_attention_backward_avx2(
    const ck_edges *edges, const float *weights, const float *dout, const float *dedge_out,
    float *dq, float *dk, float *dv, float *du, float *de, float *scratch);
void ck_attention_backward_avx512(
    const ck_edges *edges, const float *weights, const float *dout, const float *dedge_out,
    float *dq, float *dk, float *dv, float *du, float *de, float *scratch);
#endif
void ck_attention_backward_portable(
    const ck_edges *edges, const float *weights, const float *dout, const float *dedge_out,
    float *dq, float *dk, float *dv, float *du, float *de, float *scratch);
void ck_attention_backward(
    int variant, const ck_edges *edges, const float *weights, const float *dout,
    const float *dedge_out, float *dq, float *dk, float *dv, float *du, float *de, float *scratch) {
  (void)variant;
  EACH_VARIANT(ck_attention_backward, edges, weights, dout, dedge_out, dq, dk, dv, du, de, scratch);
}

#if defined(__x86_64__)
void ck_adamw_avx2(
    ptrdiff_t count, const ck_adamw_step *step, const float *gradient, float *parameter,
    float *moment1, float *moment2);
void ck_adamw_avx512(
    ptrdiff_t count, const ck_adamw_step *step, const float *gradient, float *parameter,
    float *moment1, float *moment2);
#endif
void ck_adamw_portable(
    ptrdiff_t count, const ck_adamw_step *step, const float *gradient, float *parameter,
    float *moment1, float *moment2);
void ck_adamw(
    int variant, ptrdiff_t count, const ck_adamw_step *step, const float *gradient,
    float *parameter, float *moment1, float *moment2) {
  (void)variant;
  EACH_VARIANT(ck_adamw, count, step, gradient, parameter, moment1, moment2);
}
