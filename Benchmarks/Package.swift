// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "ProvingGroundBenchmarks",
  dependencies: [
    .package(name: "ProvingGround", path: ".."),
    // Without traits: its own counting of allocations needs libraries that a user need not have.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Kernels",
      dependencies: [
        .product(name: "SimCore", package: "ProvingGround"),
        .product(name: "SimGeometry", package: "ProvingGround"),
        .product(name: "SimWorld", package: "ProvingGround"),
        .product(name: "SimModels", package: "ProvingGround"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/Kernels",
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
      ],
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ],
  swiftLanguageModes: [.v6]
)
