#pragma STDC FP_CONTRACT OFF
// Softmax and linear attention along lists of edges, forward and backward.

/// Rows and edges of one node.
typedef struct {
  ptrdiff_t first, count;  ///< its edges
  ptrdiff_t weights;       ///< place of its weights
  ptrdiff_t query, shift;  ///< row of its query; added to rows of sources
} NAME(node);

INLINE NAME(node) NAME(node_at)(const ck_edges *edges, ptrdiff_t i) {
  ptrdiff_t list = i / edges->fan, member = i % edges->fan;
  NAME(node) node;
  node.first = edges->offsets[list];
  node.count = edges->offsets[list + 1] - node.first;
  node.weights = (node.first * edges->fan + member * node.count) * edges->heads;
  node.query = i % edges->query_period;
  node.shift = edges->source_fan > 1 ? member : 0;
  return node;
}

INLINE ptrdiff_t NAME(source_row)(const ck_edges *edges, const NAME(node) *node, ptrdiff_t edge) {
  return (ptrdiff_t)edges->source[edge] * edges->source_fan + node->shift;
}

/// Lanes of the product of two rows, on top of `sum`.
INLINE v16 NAME(dot_lanes)(v16 sum, ptrdiff_t width, const float *a, const float *b) {
  for (ptrdiff_t i = 0; i < width; i += 16) {
    sum = FMA(load_upto(a + i, width - i), load_upto(b + i, width - i), sum);
  }
  return sum;
}

/// Weights of a node as they are in its sums: times `keep` where there is some.
INLINE const float *NAME(kept)(
    const ck_edges *edges, const NAME(node) *node, const float *weights, float *scratch) {
  if (!edges->keep) return weights;
  ptrdiff_t count = edges->heads * node->count;
  NAME(multiply)(count, weights, edges->keep + node->weights, scratch);
  return scratch;
}

/// y += sum over j of weights[j] times row j, for rows `step` apart or picked by source.
INLINE void NAME(weighted_rows)(
    const ck_edges *edges, const NAME(node) *node, const float *weights, ptrdiff_t width,
    const float *rows, ptrdiff_t step, int picked, float *y) {
  for (ptrdiff_t i = 0; i < width; i += 16) {
    ptrdiff_t left = width - i;
    v16 sum = all(0);
    for (ptrdiff_t j = 0; j < node->count; j++) {
      ptrdiff_t row = picked ? NAME(source_row)(edges, node, node->first + j) : node->first + j;
      sum = FMA(all(weights[j]), load_upto(rows + row * step + i, left), sum);
    }
    store_upto(y + i, sum, left);
  }
}

/// Weighted sums of edge features of four heads at once, in the same order as one by one.
INLINE void NAME(weighted_edges_of_four)(
    const ck_edges *edges, const NAME(node) *node, const float *weights, float *y) {
  ptrdiff_t width = edges->edge_width, count = node->count;
  for (ptrdiff_t i = 0; i + 32 <= width; i += 32) {
    v16 sums[4][2] = {{all(0), all(0)}, {all(0), all(0)}, {all(0), all(0)}, {all(0), all(0)}};
    const float *e = edges->e + node->first * width + i;
    for (ptrdiff_t j = 0; j < count; j++, e += width) {
      v16 low = load(e), high = load(e + 16);
#pragma clang loop unroll(full)
      for (int h = 0; h < 4; h++) {
        v16 weight = all(weights[h * count + j]);
        sums[h][0] = FMA(weight, low, sums[h][0]);
        sums[h][1] = FMA(weight, high, sums[h][1]);
      }
    }
#pragma clang loop unroll(full)
    for (int h = 0; h < 4; h++) {
      store(y + h * width + i, sums[h][0]);
      store(y + h * width + i + 16, sums[h][1]);
    }
  }
}

void NAME(attention)(
    const ck_edges *edges, float *out, float *edge_out, float *all_weights, float *scratch) {
  ptrdiff_t heads = edges->heads, head_width = edges->head_width, width = heads * head_width;
  ptrdiff_t edge_width = edges->edge_width;
  for (ptrdiff_t i = 0; i < edges->nodes; i++) {
    NAME(node) node = NAME(node_at)(edges, i);
    float *weights = all_weights ? all_weights + node.weights : scratch;
    const float *q = edges->q + node.query * width;
    const float *u = edge_width ? edges->u + node.query * heads * edge_width : 0;
    for (ptrdiff_t j = 0; j < node.count; j++) {
      const float *k = edges->k + NAME(source_row)(edges, &node, node.first + j) * width;
      for (ptrdiff_t h = 0; h < heads; h++) {
        v16 sum = NAME(dot_lanes)(all(0), head_width, q + h * head_width, k + h * head_width);
        if (edge_width) {
          sum = NAME(dot_lanes)(
              sum, edge_width, u + h * edge_width, edges->e + (node.first + j) * edge_width);
        }
        weights[h * node.count + j] = lane_sum(sum) * edges->scale;
      }
    }
    if (node.count > 0) {
      for (ptrdiff_t h = 0; h < heads; h++) {
        float *row = weights + h * node.count;
        if (edges->linear) {
          float total = NAME(share_row)(node.count, row);
          if (edges->totals) edges->totals[i * heads + h] = total;
        } else {
          NAME(softmax_row)(node.count, row, row, 1e-16f);
        }
      }
    }
    const float *own = NAME(kept)(edges, &node, weights, scratch);
    for (ptrdiff_t h = 0; h < heads; h++) {
      NAME(weighted_rows)(
          edges, &node, own + h * node.count, head_width, edges->v + h * head_width, width, 1,
          out + i * width + h * head_width);
    }
    if (edge_width == 0) continue;
    float *y = edge_out + i * heads * edge_width;
    ptrdiff_t h = 0;
    if (edge_width % 32 == 0) {
      for (; h + 4 <= heads; h += 4) {
        NAME(weighted_edges_of_four)(
            edges, &node, own + h * node.count, y + h * edge_width);
      }
    }
    for (; h < heads; h++) {
      NAME(weighted_rows)(
          edges, &node, own + h * node.count, edge_width, edges->e, edge_width, 0,
          y + h * edge_width);
    }
  }
}

/// y += sum over j of factors[j] times row j, as a chain over j: rows of edges.
INLINE void NAME(add_weighted_edges)(
    const ck_edges *edges, const NAME(node) *node, const float *factors, float *y) {
  ptrdiff_t width = edges->edge_width;
  for (ptrdiff_t i = 0; i < width; i += 16) {
    ptrdiff_t left = width - i;
    v16 sum = load_upto(y + i, left);
    const float *e = edges->e + node->first * width + i;
    for (ptrdiff_t j = 0; j < node->count; j++, e += width) {
      sum = FMA(all(factors[j]), load_upto(e, left), sum);
    }
    store_upto(y + i, sum, left);
  }
}

/// The same for four heads and 32 columns at a time, in the same order.
INLINE void NAME(add_weighted_edges_of_four)(
    const ck_edges *edges, const NAME(node) *node, const float *factors, float *y) {
  ptrdiff_t width = edges->edge_width, count = node->count;
  for (ptrdiff_t i = 0; i + 32 <= width; i += 32) {
    v16 sums[4][2];
#pragma clang loop unroll(full)
    for (int h = 0; h < 4; h++) {
      sums[h][0] = load(y + h * width + i);
      sums[h][1] = load(y + h * width + i + 16);
    }
    const float *e = edges->e + node->first * width + i;
    for (ptrdiff_t j = 0; j < count; j++, e += width) {
      v16 low = load(e), high = load(e + 16);
#pragma clang loop unroll(full)
      for (int h = 0; h < 4; h++) {
        v16 factor = all(factors[h * count + j]);
        sums[h][0] = FMA(factor, low, sums[h][0]);
        sums[h][1] = FMA(factor, high, sums[h][1]);
      }
    }
#pragma clang loop unroll(full)
    for (int h = 0; h < 4; h++) {
      store(y + h * width + i, sums[h][0]);
      store(y + h * width + i + 16, sums[h][1]);
    }
  }
}

/// Adds to the gradients of a node's edge features, edge by edge; of every number head by head: what
/// comes through the score, then what comes through the weighted sum.
INLINE void NAME(add_to_edges)(
    const ck_edges *edges, const NAME(node) *node, const float *slopes, const float *weights,
    const float *u, const float *edge_g, float *de) {
  ptrdiff_t heads = edges->heads, width = edges->edge_width, count = node->count;
  for (ptrdiff_t j = 0; j < count; j++) {
    float *row = de + (node->first + j) * width;
    ptrdiff_t i = 0;
    for (; i + 64 <= width; i += 64) {
      v16 sums[4] = {load(row + i), load(row + i + 16), load(row + i + 32), load(row + i + 48)};
      for (ptrdiff_t h = 0; h < heads; h++) {
        v16 slope = all(slopes[h * count + j]), weight = all(weights[h * count + j]);
        const float *a = u + h * width + i, *b = edge_g + h * width + i;
#pragma clang loop unroll(full)
        for (int k = 0; k < 4; k++) {
          sums[k] = FMA(weight, load(b + 16 * k), FMA(slope, load(a + 16 * k), sums[k]));
        }
      }
#pragma clang loop unroll(full)
      for (int k = 0; k < 4; k++) store(row + i + 16 * k, sums[k]);
    }
    for (; i < width; i += 16) {
      ptrdiff_t left = width - i;
      v16 sum = load_upto(row + i, left);
      for (ptrdiff_t h = 0; h < heads; h++) {
        v16 slope = all(slopes[h * count + j]), weight = all(weights[h * count + j]);
        sum = FMA(slope, load_upto(u + h * width + i, left), sum);
        sum = FMA(weight, load_upto(edge_g + h * width + i, left), sum);
      }
      store_upto(row + i, sum, left);
    }
  }
}

void NAME(attention_backward)(
    const ck_edges *edges, const float *all_weights, const float *dout, const float *dedge_out,
    float *dq, float *dk, float *dv, float *du, float *de, float *slopes) {
  ptrdiff_t heads = edges->heads, head_width = edges->head_width, width = heads * head_width;
  ptrdiff_t edge_width = edges->edge_width;
  for (ptrdiff_t i = 0; i < edges->nodes; i++) {
    NAME(node) node = NAME(node_at)(edges, i);
    ptrdiff_t count = node.count;
    const float *weights = all_weights + node.weights;
    const float *kept = NAME(kept)(edges, &node, weights, slopes + heads * count);
    const float *g = dout + i * width;
    const float *edge_g = edge_width ? dedge_out + i * heads * edge_width : 0;
    for (ptrdiff_t j = 0; j < count; j++) {
      const float *v = edges->v + NAME(source_row)(edges, &node, node.first + j) * width;
      for (ptrdiff_t h = 0; h < heads; h++) {
        v16 sum = NAME(dot_lanes)(all(0), head_width, g + h * head_width, v + h * head_width);
        if (edge_width) {
          sum = NAME(dot_lanes)(
              sum, edge_width, edge_g + h * edge_width, edges->e + (node.first + j) * edge_width);
        }
        slopes[h * count + j] = lane_sum(sum);
      }
    }
    if (edges->keep) {
      NAME(multiply)(heads * count, slopes, edges->keep + node.weights, slopes);
    }
    for (ptrdiff_t h = 0; h < heads; h++) {
      float mean = 0;
      float *row = slopes + h * count;
      const float *own = weights + h * count;
      for (ptrdiff_t j = 0; j < count; j++) mean = __builtin_fmaf(own[j], row[j], mean);
      if (edges->linear) {
        float total = count > 0 ? edges->totals[i * heads + h] : 1;
        for (ptrdiff_t j = 0; j < count; j++) row[j] = (row[j] - mean) / total * edges->scale;
      } else {
        for (ptrdiff_t j = 0; j < count; j++) row[j] = own[j] * (row[j] - mean) * edges->scale;
      }
      ptrdiff_t query = node.query * width + h * head_width;
      for (ptrdiff_t j = 0; j < count; j++) {
        ptrdiff_t at =
            NAME(source_row)(edges, &node, node.first + j) * width + h * head_width;
        NAME(add_scaled)(head_width, row[j], edges->k + at, dq + query);
        NAME(add_scaled)(head_width, row[j], edges->q + query, dk + at);
        NAME(add_scaled)(head_width, kept[h * count + j], g + h * head_width, dv + at);
      }
    }
    if (edge_width == 0) continue;
    const float *u = edges->u + node.query * heads * edge_width;
    float *own_du = du + node.query * heads * edge_width;
    ptrdiff_t h = 0;
    if (edge_width % 32 == 0) {
      for (; h + 4 <= heads; h += 4) {
        NAME(add_weighted_edges_of_four)(
            edges, &node, slopes + h * count, own_du + h * edge_width);
      }
    }
    for (; h < heads; h++) {
      NAME(add_weighted_edges)(edges, &node, slopes + h * count, own_du + h * edge_width);
    }
    NAME(add_to_edges)(edges, &node, slopes, kept, u, edge_g, de);
  }
}
