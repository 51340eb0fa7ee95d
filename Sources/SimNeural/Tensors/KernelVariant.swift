import CKernels

/// Which build of the kernels runs: all give the same bits, wider ones sooner.
public enum KernelVariant: Int32, CaseIterable, Hashable, Sendable {
  /// The compiler's baseline, with `fmaf` where the baseline has no fused multiply-add.
  case portable = 0
  /// x86-64 with AVX2 and FMA.
  case avx2 = 1
  /// x86-64 with AVX-512.
  case avx512 = 2

  /// Whether this machine can run it.
  public var isSupported: Bool { ck_supports(rawValue) != 0 }

  /// The widest variant that this machine can run.
  public static let best = KernelVariant(rawValue: ck_best_variant()) ?? .portable
}
