#pragma STDC FP_CONTRACT OFF
// Float32 kernels for small networks on one core.
//
// Every function exists in several variants that give the same bits: sums run in a fixed order (over
// k in index order, or in sixteen lanes that are added as a fixed tree), products are added with one
// rounding (fused multiply-add) in all of them, and no function of the C library's mathematics is
// called except `fmaf`, which is exact by definition. Matrices are row-major.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The variants; a machine may lack some.
enum {
  CK_PORTABLE = 0,  ///< what the compiler's baseline offers; `fmaf` where it has no such instruction
  CK_AVX2 = 1,      ///< x86-64 with AVX2 and FMA
  CK_AVX512 = 2,    ///< x86-64 with AVX-512 F, VL, DQ and BW
};

/// Whether this machine can run a variant.
int ck_supports(int variant);

/// The widest variant of this machine.
int ck_best_variant(void);

/// Columns of a packed panel.
enum { CK_PANEL = 16 };

/// Number of floats of a packed k x n matrix.
static inline ptrdiff_t ck_packed_size(ptrdiff_t k, ptrdiff_t n) {
  return (n + CK_PANEL - 1) / CK_PANEL * CK_PANEL * k;
}

/// Packs B (k x n, element p, j at b[p * row_step + j * column_step]) into panels of 16 columns, each
/// k x 16, filled up with zeros.
void ck_pack(
    ptrdiff_t k, ptrdiff_t n, const float *b, ptrdiff_t row_step, ptrdiff_t column_step,
    float *packed);

/// C (m x n, rows `c_step` apart) = C or 0, plus A B: each element adds its k products in index order.
/// A's element i, p is a[i * a_row + p * a_column]. With a bias (n numbers) the sum starts from it;
/// `accumulate` starts from C; `relu` clamps the result below at 0.
void ck_gemm(
    int variant, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t a_row,
    ptrdiff_t a_column, const float *packed, const float *bias, int accumulate, int relu, float *c,
    ptrdiff_t c_step);

/// Rows to mean 0 and variance 1, times `scale` plus `shift` (both may be null). `statistics` takes
/// mean and 1 / standard deviation of every row, or is null.
void ck_layer_norm(
    int variant, ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale,
    const float *shift, float epsilon, float *y, float *statistics);

/// Backward pass of `ck_layer_norm`: `dx` is written; `dscale` and `dshift` (or null) are added to.
void ck_layer_norm_backward(
    int variant, ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale,
    const float *statistics, const float *dy, float *dx, float *dscale, float *dshift);

/// e to the power of each number; relative error below 1.2e-7, and for subnormal results at most half
/// of their last place beside it.
void ck_exp(int variant, ptrdiff_t count, const float *x, float *y);

/// Softmax of every row.
void ck_softmax(int variant, ptrdiff_t rows, ptrdiff_t width, const float *x, float *y);

/// Backward pass of `ck_softmax`, from its result y.
void ck_softmax_backward(
    int variant, ptrdiff_t rows, ptrdiff_t width, const float *y, const float *dy, float *dx);

/// The activations.
enum { CK_RELU = 0, CK_GELU = 1, CK_SILU = 2, CK_ELU_PLUS_ONE = 3 };

/// y = f(x).
void ck_activate(int variant, int kind, ptrdiff_t count, const float *x, float *y);

/// dx = dy f'(x).
void ck_activate_backward(
    int variant, int kind, ptrdiff_t count, const float *x, const float *dy, float *dx);

/// y += factor x.
void ck_add_scaled(int variant, ptrdiff_t count, float factor, const float *x, float *y);

/// y = x + (z repeated every `period` numbers).
void ck_add(
    int variant, ptrdiff_t count, ptrdiff_t period, const float *x, const float *z, float *y);

/// y = x z, element by element.
void ck_multiply(int variant, ptrdiff_t count, const float *x, const float *z, float *y);

/// sums (width numbers) += every row of x, in row order.
void ck_add_rows(int variant, ptrdiff_t rows, ptrdiff_t width, const float *x, float *sums);

/// Row i of y = row index[i] of x.
void ck_gather(ptrdiff_t rows, ptrdiff_t width, const float *x, const int32_t *index, float *y);

/// Row index[i] of y += row i of x, in order of i.
void ck_scatter_add(
    int variant, ptrdiff_t rows, ptrdiff_t width, const float *x, const int32_t *index, float *y);

/// What `ck_attention` works on. List g = node / fan holds edges offsets[g] ..< offsets[g + 1]; with
/// fan > 1 the nodes of one list share its edges, and the row of a source is
/// source[e] * source_fan + node % fan * (source_fan > 1).
typedef struct {
  ptrdiff_t nodes, fan, source_fan, heads, head_width;
  ptrdiff_t edge_width;    ///< 0: no edge features
  ptrdiff_t query_period;  ///< queries repeat every this many nodes (their number if they do not)
  float scale;             ///< of scores
  const int32_t *offsets, *source;
  const float *q;     ///< [queries, heads * head_width]
  const float *k, *v; ///< [sources, heads * head_width]
  const float *u;     ///< [queries, heads, edge_width]: queries of edge features
  const float *e;     ///< [edges, edge_width]
  int linear;         ///< weights are scores over their sum, in place of a softmax
  float *totals;      ///< with `linear`: the sums of scores [nodes, heads], or null
  const float *keep;  ///< factors of weights in the sums, as many as weights; or null: all 1
} ck_edges;

/// Softmax attention along lists of edges. Score of edge j and head h: scale (q_h k_jh + u_h e_j);
/// weights are the softmax over the list (denominator + 1e-16). `out` [nodes, heads * head_width]
/// takes the weighted sums of v, `edge_out` [nodes, heads, edge_width] those of e, and `weights`
/// the weights, list by list, node by node, [heads, edges]; a node without edges gets zeros.
/// `weights` has room for fan * heads * edges numbers; or null, and `scratch` holds heads * (longest
/// list) numbers. With `keep` both are needed, and `weights` are those before `keep`. With `linear`
/// the scores are not negative, and weights are scores / (their sum + 1e-6).
void ck_attention(int variant, const ck_edges *edges, float *out, float *edge_out, float *weights,
                  float *scratch);

/// Backward pass of `ck_attention`: all gradients are added to. `scratch` holds 2 * heads * (longest
/// list) numbers. With `linear` it reads the `totals` of the forward pass.
void ck_attention_backward(
    int variant, const ck_edges *edges, const float *weights, const float *dout,
    const float *dedge_out, float *dq, float *dk, float *dv, float *du, float *de, float *scratch);

/// Constants of one step of AdamW.
typedef struct {
  float rate, decay, beta1, beta2, epsilon;
  float rest1, rest2;              ///< 1 - beta, rounded once
  float correction1, correction2;  ///< 1 - beta^t
} ck_adamw_step;

/// One step of AdamW (decoupled decay) on `count` parameters with their two moments.
void ck_adamw(
    int variant, ptrdiff_t count, const ck_adamw_step *step, const float *gradient,
    float *parameter, float *moment1, float *moment2);

#ifdef __cplusplus
}
#endif
#endif
