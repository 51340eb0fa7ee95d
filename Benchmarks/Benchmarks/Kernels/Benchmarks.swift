import Benchmark

let benchmarks: @Sendable () -> Void = {
  let kernels = MathKernels.all + BoxKernels.all + GeometryKernels.all + TrackerKernels.all
  for kernel in kernels { kernel.register() }
}
