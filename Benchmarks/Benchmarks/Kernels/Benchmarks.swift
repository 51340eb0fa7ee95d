import Benchmark

let benchmarks: @Sendable () -> Void = {
  for kernel in MathKernels.all + BoxKernels.all + GeometryKernels.all { kernel.register() }
}
