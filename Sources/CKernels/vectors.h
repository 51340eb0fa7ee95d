#pragma STDC FP_CONTRACT OFF
// Sixteen lanes of float32 as every variant sees them; included once by each variant's file.
#include <stdint.h>
#include <string.h>

#pragma clang diagnostic ignored "-Wpsabi"

typedef float v16 __attribute__((vector_size(64)));
typedef int32_t i16 __attribute__((vector_size(64)));
typedef float v8 __attribute__((vector_size(32)));
typedef float v4 __attribute__((vector_size(16)));
// For loads and stores anywhere in an array of floats.
typedef float v16_anywhere __attribute__((vector_size(64), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))
#define FMA(a, b, c) __builtin_elementwise_fma((a), (b), (c))

INLINE v16 all(float x) { return (v16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }
INLINE v16 load(const float *p) { return *(const v16_anywhere *)p; }
INLINE void store(float *p, v16 x) { *(v16_anywhere *)p = x; }

/// The first n lanes; the others are 0.
INLINE v16 load_part(const float *p, ptrdiff_t n) {
  v16 x = all(0);
  memcpy(&x, p, (size_t)n * sizeof(float));
  return x;
}
INLINE void store_part(float *p, v16 x, ptrdiff_t n) { memcpy(p, &x, (size_t)n * sizeof(float)); }

/// Lanes from the first to the last of n, 0 beyond; n may exceed 16.
INLINE v16 load_upto(const float *p, ptrdiff_t n) { return n >= 16 ? load(p) : load_part(p, n); }
INLINE void store_upto(float *p, v16 x, ptrdiff_t n) {
  if (n >= 16) {
    store(p, x);
  } else {
    store_part(p, x, n);
  }
}

/// Sum of the lanes: halves onto halves, four times.
INLINE float lane_sum(v16 x) {
  v8 a = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +
         __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
  v4 b = __builtin_shufflevector(a, a, 0, 1, 2, 3) + __builtin_shufflevector(a, a, 4, 5, 6, 7);
  return (b[0] + b[2]) + (b[1] + b[3]);
}

INLINE v16 choose(i16 mask, v16 yes, v16 no) {
  return (v16)((mask & (i16)yes) | (~mask & (i16)no));
}

INLINE v16 maximum(v16 a, v16 b) { return choose(a > b, a, b); }

INLINE float lane_max(v16 x) {
  float largest = x[0];
  for (int i = 1; i < 16; i++) largest = x[i] > largest ? x[i] : largest;
  return largest;
}

/// e^x. The argument is reduced to |r| <= ln 2 / 2; 1 + r + r^2 p(r) with a minimax p.
INLINE v16 exp16(v16 x) {
  v16 bounded = choose(x < all(-104.0f), all(-104.0f), choose(x > all(89.0f), all(89.0f), x));
  // At 1.5 * 2^23 the last place is 1.
  v16 n = FMA(bounded, all(0x1.715476p+0f), all(0x1.8p23f)) - all(0x1.8p23f);
  v16 r = FMA(n, all(-0x1.62e4p-1f), bounded);
  r = FMA(n, all(-0x1.7f7d1cp-20f), r);
  v16 p = all(0.0001978926156880334f);
  p = FMA(p, r, all(0.0013945752289146185f));
  p = FMA(p, r, all(0.00833350419998169f));
  p = FMA(p, r, all(0.04166628047823906f));
  p = FMA(p, r, all(0.1666666567325592f));
  p = FMA(p, r, all(0.5f));
  v16 y = FMA(p, r * r, r) + all(1.0f);
  // In two steps: 2^n alone may be out of range. NaN goes through, whatever its n becomes.
  i16 whole = __builtin_convertvector(choose(x == x, n, all(0)), i16);
  i16 half = whole >> 1;
  y *= (v16)((half + 127) << 23);
  y *= (v16)((whole - half + 127) << 23);
  return choose(x == x, y, x);
}

/// The standard normal distribution function.
INLINE v16 normal_cdf(v16 x) {
  v16 z = choose(x < all(0), -x, x) * all(0.70710678f);
  v16 t = all(1) / FMA(z, all(0.5f), all(1)) - all(0.65f);
  v16 p = all(-0.05517148639557238f);
  p = FMA(p, t, all(0.07849176249586913f));
  p = FMA(p, t, all(0.06462952414812674f));
  p = FMA(p, t, all(-0.21601923985027366f));
  p = FMA(p, t, all(-0.11206540734756432f));
  p = FMA(p, t, all(0.6158203776557318f));
  p = FMA(p, t, all(1.2512489309551749f));
  p = FMA(p, t, all(1.1872347427176912f));
  p = FMA(p, t, all(0.40744591893501403f));
  v16 tail = all(0.5f) * p * exp16(-(z * z));
  return choose(x < all(0), tail, all(1) - tail);
}
