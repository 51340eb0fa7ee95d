public import SimCore
public import SimNeural
import Synchronization

/// A trained forecaster: the network's sizes and its weights.
public struct ForecasterNetwork: Sendable {
  /// Sizes and rules.
  public let configuration: HPNetConfiguration
  /// The parameters.
  public let weights: WeightTable
  /// Of the file that it was read from; 0 if from none.
  public let hash: UInt64

  /// Name of the file that comes with the program.
  public static let standardFile = "forecaster.safetensors"

  /// A file of more bytes is not read.
  public static let largestFile = 64 << 20

  /// A network of the form for closed loops.
  ///
  /// - Precondition: the configuration has the features of `ForecastFeatures` and `ForecastMap`,
  ///   and the weights are those of its parameters.
  public init(_ configuration: HPNetConfiguration, _ weights: WeightTable) {
    precondition(Self.fault(configuration) == nil, "a network for closed loops")
    self.configuration = configuration
    self.weights = weights
    hash = 0
  }

  /// Reads a safetensors file.
  ///
  /// - Parameter file: its name for errors.
  /// - Throws: `InputError` with everything that is wrong with it.
  public init(bytes: [UInt8], file: String) throws(InputError) {
    let tensors = try Safetensors(bytes: bytes, file: file)
    let configuration = try HPNetConfiguration(texts: tensors, file: file)
    if let fault = Self.fault(configuration) {
      throw InputError(
        at: .wholeFile(file), "is no forecaster for closed loops: \(fault)",
        hint: "'simtrain forecaster' makes them")
    }
    let weights = tensors.weights
    try configuration.check(weights, file: file)
    self.configuration = configuration
    self.weights = weights
    hash = StableHash.of(bytes: bytes)
  }

  /// What keeps a network from being used in a closed loop; nil: nothing.
  private static func fault(_ configuration: HPNetConfiguration) -> String? {
    if configuration.variant != .interaction || !configuration.addsMotion {
      return "it is of a published form"
    }
    if configuration.agentFeatures != ForecastFeatures.count {
      return "it reads \(configuration.agentFeatures) features of an agent, "
        + "not \(ForecastFeatures.count)"
    }
    if configuration.laneFeatures != ForecastMap.features {
      return "it reads \(configuration.laneFeatures) features of a lane, not \(ForecastMap.features)"
    }
    if !configuration.hasProbabilities { return "its modes have no probabilities" }
    return nil
  }

  /// Networks by the path they were read from; what is in a file does not change while the program
  /// runs, and a network of some megabytes is not read anew for every episode.
  private static let known = Mutex<[String: ForecasterNetwork]>([:])

  /// The network of a file, read once.
  ///
  /// - Parameter path: relative to where the program runs; empty: the one that comes with it.
  /// - Throws: `InputError` if there is none, or with everything that is wrong with it.
  public static func named(_ path: String) throws(InputError) -> ForecasterNetwork {
    if let network = known.withLock({ $0[path] }) { return network }
    let place = path.isEmpty ? try AssetFile.path(of: standardFile) : path
    let network = try ForecasterNetwork(
      bytes: try InputFile.read(place, limit: largestFile), file: place)
    known.withLock { $0[path] = network }
    return network
  }
}
