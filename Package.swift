// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target: the language's stricter coming defaults, and no warnings.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

/// The rooms that every module of the driving stack may import.
let stack: [Target.Dependency] = [
  "SimCore", "SimGeometry", "SimMap", "SimWorld", "SimModels", "SimStack",
]

/// Every room of the house, in the order in which rooms may import each other: a room imports
/// only rooms named in its own row, and every row names only rooms above it.
let rooms: [(name: String, imports: [Target.Dependency])] = [
  ("SimCore", ["CPrefetch"]),
  ("SimGeometry", ["SimCore"]),
  ("SimNeural", ["SimCore", "SimGeometry", "CKernels"]),
  ("SimMap", ["SimCore", "SimGeometry"]),
  ("SimWorld", ["SimCore", "SimGeometry", "SimMap"]),
  ("SimModels", ["SimCore", "SimGeometry", "SimMap", "SimWorld"]),
  ("SimStack", ["SimCore", "SimGeometry", "SimMap", "SimWorld", "SimModels"]),
  ("SimTraffic", stack),
  ("SimPerception", stack),
  ("SimPrediction", stack + ["SimNeural"]),
  ("SimPlanning", stack),
  ("SimControl", stack),
  ("SimMetrics", stack),
  ("SimScenario", stack + ["CYAML"]),
  ("SimEpisode", stack + ["SimScenario"]),
  ("SimViewer", stack + ["SimScenario", "SimEpisode"]),
  (
    "SimHarness",
    stack + [
      "SimTraffic", "SimPerception", "SimPrediction", "SimPlanning", "SimControl", "SimMetrics",
      "SimScenario", "SimEpisode", "SimNeural",
      "CMalloc", .product(name: "GRDB", package: "GRDB.swift"),
    ]
  ),
  (
    "SimTraining",
    stack + [
      "SimNeural", "SimPrediction", "SimScenario", "SimEpisode", "SimViewer", "SimHarness",
    ]
  ),
]

/// Folders of data and scripts in the tests of a room; tests read them where they lie.
let testData: [String: [String]] = [
  "SimCore": ["Reference"],
  "SimScenario": ["Broken", "BrokenXML", "Examples"],
]

/// What the tests of a room need beside what the room itself imports.
let testExtras: [String: [Target.Dependency]] = [
  "SimStack": ["StackTestSupport"],
  "SimPerception": ["StackTestSupport"],
  "SimPrediction": ["StackTestSupport"],
  "SimControl": ["StackTestSupport"],
  "SimTraffic": ["StackTestSupport"],
  "SimEpisode": ["StackTestSupport"],
  // Commands and worker processes are run as programs.
  "SimHarness": ["StackTestSupport", "FaultModules", "FaultWorker", "simrun", "simview"],
  // Closed loops need the official tracker.
  "SimPlanning": ["StackTestSupport", "SimControl"],
]

let package = Package(
  name: "ProvingGround",
  products: [
    .executable(name: "simrun", targets: ["simrun"]),
    .executable(name: "simview", targets: ["simview"]),
    .executable(name: "simtrain", targets: ["simtrain"]),
    .library(name: "SimCore", targets: ["SimCore"]),
    .library(name: "SimGeometry", targets: ["SimGeometry"]),
    .library(name: "SimWorld", targets: ["SimWorld"]),
    .library(name: "SimModels", targets: ["SimModels"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CPrefetch"),
    // Where SDL is not installed, `simview` still builds, and exports pictures without a window.
    .systemLibrary(name: "CSDL2", pkgConfig: "sdl2", providers: [.apt(["libsdl2-dev"])]),
    // `fmaf`, for machines without the instruction.
    .target(name: "CKernels", linkerSettings: [.linkedLibrary("m")]),
  ]
    + rooms.map { room in
      .target(name: room.name, dependencies: room.imports, swiftSettings: strict)
    }
    + [
      .executableTarget(
        name: "simrun",
        dependencies: stack + [
          "SimScenario", "SimEpisode", "SimViewer", "SimHarness",
          .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        swiftSettings: strict),
      .executableTarget(
        name: "simview",
        dependencies: stack + [
          "SimScenario", "SimEpisode", "SimViewer", "SimHarness", "SimMetrics", "CSDL2",
          .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        swiftSettings: strict),
      .executableTarget(
        name: "simtrain",
        dependencies: [
          "SimCore", "SimNeural", "SimPrediction", "SimHarness", "SimTraining",
          .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        swiftSettings: strict),
    ]
    + rooms.map { room in
      .testTarget(
        name: room.name + "Tests",
        dependencies: room.imports + [.byName(name: room.name), "TestSupport"]
          + (testExtras[room.name] ?? []),
        exclude: testData[room.name] ?? [],
        swiftSettings: strict)
    }
    + [
      .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
      .target(
        name: "TestSupport", dependencies: ["SimCore", "CAllocationCounter"],
        path: "Tests/TestSupport", swiftSettings: strict),
      .testTarget(
        name: "TestSupportTests", dependencies: ["TestSupport"], swiftSettings: strict),
      .target(
        name: "StackTestSupport", dependencies: stack + ["TestSupport"],
        path: "Tests/StackTestSupport", swiftSettings: strict),
      .target(
        name: "FaultModules", dependencies: stack + ["SimHarness", "SimScenario"],
        path: "Tests/FaultModules", swiftSettings: strict),
      .executableTarget(
        name: "FaultWorker", dependencies: ["SimHarness", "FaultModules"],
        path: "Tests/FaultWorker", swiftSettings: strict),
      .testTarget(
        name: "RegressionTests",
        dependencies: stack + [
          "SimScenario", "SimEpisode", "SimHarness", "SimMetrics", "TestSupport",
        ],
        exclude: ["Golden"], swiftSettings: strict),
      // What `simview` finds in episodes; the program as a whole is run in SimHarnessTests.
      .testTarget(
        name: "SimviewTests",
        dependencies: stack + [
          "SimEpisode", "SimHarness", "SimMetrics", "SimViewer", "simview", "StackTestSupport",
        ], swiftSettings: strict),
      // The examples of CONTRIBUTING.md.
      .testTarget(
        name: "ExampleTests",
        dependencies: stack + [
          "SimScenario", "SimEpisode", "SimHarness", "SimMetrics", "TestSupport",
        ], swiftSettings: strict),
      .testTarget(
        name: "TidyTests", dependencies: ["SimCore", "TestSupport"], swiftSettings: strict),
    ],
  swiftLanguageModes: [.v6]
)
