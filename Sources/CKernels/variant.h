#pragma STDC FP_CONTRACT OFF
// Names of one variant's functions: NAME(gemm) is ck_gemm_portable, ck_gemm_avx2 or ck_gemm_avx512.
#define JOIN3(a, b, c) a##b##_##c
#define JOIN2(a, b, c) JOIN3(a, b, c)
#define NAME(function) JOIN2(ck_, function, VARIANT)
