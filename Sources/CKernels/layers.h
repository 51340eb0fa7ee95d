#pragma STDC FP_CONTRACT OFF
// Kernels that work row by row or number by number.

void NAME(layer_norm)(
    ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale, const float *shift,
    float epsilon, float *y, float *statistics) {
  for (ptrdiff_t row = 0; row < rows; row++, x += width, y += width) {
    v16 sum = all(0);
    for (ptrdiff_t i = 0; i < width; i += 16) sum += load_upto(x + i, width - i);
    float mean = lane_sum(sum) / (float)width;
    v16 squares = all(0);
    for (ptrdiff_t i = 0; i < width; i += 16) {
      v16 d = load_upto(x + i, width - i) - all(mean);
      if (width - i < 16) {
        v16 inside = all(0);
        store_part((float *)&inside, d, width - i);
        d = inside;
      }
      squares = FMA(d, d, squares);
    }
    float rate = 1 / __builtin_sqrtf(lane_sum(squares) / (float)width + epsilon);
    for (ptrdiff_t i = 0; i < width; i += 16) {
      v16 d = (load_upto(x + i, width - i) - all(mean)) * all(rate);
      if (scale) d *= load_upto(scale + i, width - i);
      if (shift) d += load_upto(shift + i, width - i);
      store_upto(y + i, d, width - i);
    }
    if (statistics) {
      statistics[2 * row] = mean;
      statistics[2 * row + 1] = rate;
    }
  }
}

void NAME(layer_norm_backward)(
    ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale, const float *statistics,
    const float *dy, float *dx, float *dscale, float *dshift) {
  for (ptrdiff_t row = 0; row < rows; row++, x += width, dy += width, dx += width) {
    v16 mean = all(statistics[2 * row]), rate = all(statistics[2 * row + 1]);
    v16 sum = all(0), product = all(0);
    for (ptrdiff_t i = 0; i < width; i += 16) {
      ptrdiff_t left = width - i;
      v16 g = load_upto(dy + i, left);
      v16 normal = (load_upto(x + i, left) - mean) * rate;
      if (dscale) store_upto(dscale + i, FMA(g, normal, load_upto(dscale + i, left)), left);
      if (dshift) store_upto(dshift + i, load_upto(dshift + i, left) + g, left);
      // Lanes beyond the row carry no gradient.
      if (scale) g *= load_upto(scale + i, left);
      sum += g;
      product = FMA(g, normal, product);
    }
    v16 a = all(lane_sum(sum) / (float)width), b = all(lane_sum(product) / (float)width);
    for (ptrdiff_t i = 0; i < width; i += 16) {
      ptrdiff_t left = width - i;
      v16 g = load_upto(dy + i, left);
      if (scale) g *= load_upto(scale + i, left);
      v16 normal = (load_upto(x + i, left) - mean) * rate;
      store_upto(dx + i, (FMA(-b, normal, g) - a) * rate, left);
    }
  }
}

void NAME(exp)(ptrdiff_t count, const float *x, float *y) {
  for (ptrdiff_t i = 0; i < count; i += 16) {
    store_upto(y + i, exp16(load_upto(x + i, count - i)), count - i);
  }
}

/// Numbers of one row over their sum plus 1e-6, in place; returns what they are divided by.
INLINE float NAME(share_row)(ptrdiff_t width, float *x) {
  v16 sum = all(0);
  for (ptrdiff_t i = 0; i < width; i += 16) sum += load_upto(x + i, width - i);
  float total = lane_sum(sum) + 1e-6f;
  for (ptrdiff_t i = 0; i < width; i += 16) {
    store_upto(x + i, load_upto(x + i, width - i) / all(total), width - i);
  }
  return total;
}

/// Softmax of one row in place of y, with `extra` added to the denominator.
INLINE void NAME(softmax_row)(ptrdiff_t width, const float *x, float *y, float extra) {
  float largest = x[0];
  v16 wide = all(largest);
  for (ptrdiff_t i = 0; i + 16 <= width; i += 16) wide = maximum(load(x + i), wide);
  largest = lane_max(wide);
  for (ptrdiff_t i = width & ~(ptrdiff_t)15; i < width; i++) {
    largest = x[i] > largest ? x[i] : largest;
  }
  v16 sum = all(0);
  for (ptrdiff_t i = 0; i < width; i += 16) {
    ptrdiff_t left = width - i;
    v16 power = exp16(load_upto(x + i, left) - all(largest));
    if (left < 16) {
      v16 inside = all(0);
      store_part((float *)&inside, power, left);
      power = inside;
    }
    sum += power;
    store_upto(y + i, power, left);
  }
  v16 total = all(lane_sum(sum) + extra);
  for (ptrdiff_t i = 0; i < width; i += 16) {
    store_upto(y + i, load_upto(y + i, width - i) / total, width - i);
  }
}

void NAME(softmax)(ptrdiff_t rows, ptrdiff_t width, const float *x, float *y) {
  if (width == 0) return;
  for (ptrdiff_t row = 0; row < rows; row++) {
    NAME(softmax_row)(width, x + row * width, y + row * width, 0);
  }
}

void NAME(softmax_backward)(
    ptrdiff_t rows, ptrdiff_t width, const float *y, const float *dy, float *dx) {
  for (ptrdiff_t row = 0; row < rows; row++, y += width, dy += width, dx += width) {
    v16 product = all(0);
    for (ptrdiff_t i = 0; i < width; i += 16) {
      product = FMA(load_upto(y + i, width - i), load_upto(dy + i, width - i), product);
    }
    v16 mean = all(lane_sum(product));
    for (ptrdiff_t i = 0; i < width; i += 16) {
      ptrdiff_t left = width - i;
      store_upto(dx + i, load_upto(y + i, left) * (load_upto(dy + i, left) - mean), left);
    }
  }
}

INLINE v16 NAME(sigmoid)(v16 x) { return all(1) / (all(1) + exp16(-x)); }

void NAME(activate)(int kind, ptrdiff_t count, const float *x, float *y) {
  for (ptrdiff_t i = 0; i < count; i += 16) {
    v16 a = load_upto(x + i, count - i);
    if (kind == CK_RELU) {
      // NaN stays NaN.
      a = choose(a < all(0), all(0), a);
    } else if (kind == CK_ELU_PLUS_ONE) {
      // Above 0 the exponential is not looked at; NaN stays NaN.
      a = choose(a > all(0), a + all(1), exp16(a));
    } else {
      a *= kind == CK_GELU ? normal_cdf(a) : NAME(sigmoid)(a);
    }
    store_upto(y + i, a, count - i);
  }
}

void NAME(activate_backward)(
    int kind, ptrdiff_t count, const float *x, const float *dy, float *dx) {
  for (ptrdiff_t i = 0; i < count; i += 16) {
    v16 a = load_upto(x + i, count - i), slope;
    if (kind == CK_RELU) {
      slope = choose(a > all(0), all(1), all(0));
    } else if (kind == CK_ELU_PLUS_ONE) {
      slope = choose(a > all(0), all(1), exp16(a));
    } else if (kind == CK_GELU) {
      v16 density = all(0.39894228f) * exp16(all(-0.5f) * a * a);
      slope = FMA(a, density, normal_cdf(a));
    } else {
      v16 s = NAME(sigmoid)(a);
      slope = s * FMA(a, all(1) - s, all(1));
    }
    store_upto(dx + i, slope * load_upto(dy + i, count - i), count - i);
  }
}

void NAME(add_scaled)(ptrdiff_t count, float factor, const float *x, float *y) {
  for (ptrdiff_t i = 0; i < count; i += 16) {
    ptrdiff_t left = count - i;
    store_upto(y + i, FMA(all(factor), load_upto(x + i, left), load_upto(y + i, left)), left);
  }
}

void NAME(add)(ptrdiff_t count, ptrdiff_t period, const float *x, const float *z, float *y) {
  for (ptrdiff_t start = 0; start < count; start += period) {
    ptrdiff_t end = count - start < period ? count - start : period;
    for (ptrdiff_t i = 0; i < end; i += 16) {
      ptrdiff_t left = end - i;
      store_upto(y + start + i, load_upto(x + start + i, left) + load_upto(z + i, left), left);
    }
  }
}

void NAME(multiply)(ptrdiff_t count, const float *x, const float *z, float *y) {
  for (ptrdiff_t i = 0; i < count; i += 16) {
    ptrdiff_t left = count - i;
    store_upto(y + i, load_upto(x + i, left) * load_upto(z + i, left), left);
  }
}

void NAME(add_rows)(ptrdiff_t rows, ptrdiff_t width, const float *x, float *sums) {
  for (ptrdiff_t row = 0; row < rows; row++) {
    NAME(add_scaled)(width, 1, x + row * width, sums);
  }
}

void NAME(scatter_add)(
    ptrdiff_t rows, ptrdiff_t width, const float *x, const int32_t *index, float *y) {
  for (ptrdiff_t row = 0; row < rows; row++) {
    NAME(add_scaled)(width, 1, x + row * width, y + index[row] * width);
  }
}

void NAME(adamw)(
    ptrdiff_t count, const ck_adamw_step *step, const float *gradient, float *parameter,
    float *moment1, float *moment2) {
  v16 beta1 = all(step->beta1), beta2 = all(step->beta2);
  v16 rest1 = all(step->rest1), rest2 = all(step->rest2);
  v16 keep = all(1 - step->rate * step->decay), size = all(step->rate / step->correction1);
  v16 root = all(__builtin_sqrtf(step->correction2)), epsilon = all(step->epsilon);
  for (ptrdiff_t i = 0; i < count; i += 16) {
    ptrdiff_t left = count - i;
    v16 g = load_upto(gradient + i, left);
    v16 m = FMA(beta1, load_upto(moment1 + i, left), rest1 * g);
    v16 s = FMA(beta2, load_upto(moment2 + i, left), rest2 * g * g);
    v16 divisor = __builtin_elementwise_sqrt(s) / root + epsilon;
    v16 kept = load_upto(parameter + i, left) * keep;
    store_upto(moment1 + i, m, left);
    store_upto(moment2 + i, s, left);
    store_upto(parameter + i, FMA(-size, m / divisor, kept), left);
  }
}
