import Benchmark
import Foundation
import SimCore

/// A small piece of work that is measured: a million operations (of large ones a thousand) with a
/// hash of what came out.
struct Kernel: Sendable {
  var name: String
  /// A run does a thousand operations.
  var isLarge: Bool
  /// Does that many operations and hashes their results.
  var run: @Sendable () -> UInt64

  /// The number of operations of a usual run.
  static let operations = 1_000_000

  init(
    _ name: String, isLarge: Bool = false, _ run: @escaping @Sendable () -> UInt64
  ) {
    self.name = name
    self.isLarge = isLarge
    self.run = run
  }

  /// Registers the benchmark. Every run must give the same hash, which is printed once: so no work
  /// can be optimised away, and runs on two machines can be compared.
  func register() {
    let run = run
    let name = name
    let count: BenchmarkScalingFactor = isLarge ? .kilo : .mega
    let expected = Hash()
    Benchmark(
      name,
      configuration: .init(
        metrics: [.wallClock, .throughput], scalingFactor: count, maxDuration: .seconds(2),
        maxIterations: 1_000)
    ) { benchmark in
      let hash = run()
      benchmark.stopMeasurement()
      precondition(hash == expected.value, "\(name) gave another hash")
    } setup: {
      expected.value = run()
      let line = "\(name): hash \(StateHash.text(expected.value))\n"
      FileHandle.standardError.write(Data(line.utf8))
    }
  }

  /// The hash of a first run, written by a benchmark's setup before its runs read it.
  private final class Hash: @unchecked Sendable {
    var value: UInt64 = 0
  }
}

/// Reproducible inputs of the kernels.
struct Inputs: Sendable {
  private let random = CounterRandom(seed: 2026)
  private let purpose: RandomPurpose

  init(_ name: String) { purpose = RandomPurpose(name) }

  /// Numbers spread evenly over a range.
  func numbers(_ count: Int, in range: ClosedRange<Double>, stream: UInt64 = 0) -> [Double] {
    (0..<count).map { random.uniform(purpose, in: range, stream: stream, tick: $0) }
  }
}
