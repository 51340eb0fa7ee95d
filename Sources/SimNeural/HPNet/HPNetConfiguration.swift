/// Sizes and rules of an HPNet (Tang et al., CVPR 2024, arXiv 2404.06351).
public struct HPNetConfiguration: Hashable, Sendable {
  /// The two published forms.
  public enum Variant: String, CaseIterable, Hashable, Sendable {
    /// Marginal forecasts with weighted modes.
    case argoverse = "Argoverse1"
    /// Joint forecasts of a scene without probabilities.
    case interaction = "INTERACTION"
  }

  /// Which form it is.
  public var variant: Variant
  /// Frames of history (H) and of forecast (F).
  public var historyFrames: Int, futureFrames: Int
  /// Modes (K), width of all layers (D), and heads of every attention.
  public var modes: Int, width: Int, heads: Int
  /// Rounds of agent, historical and mode attention per stage (L).
  public var layers: Int
  /// Longest path of predecessors and successors that gives lanes an edge.
  public var laneHops: Int
  /// Agents and lanes nearer than this are attended to, metres.
  public var agentRadius: Double, laneRadius: Double
  /// How many frames back positions and earlier forecasts are attended to.
  public var positionWindow: Int, predictionWindow: Int
  /// Frames in a row in which an agent must have been seen for a frame to count in the loss.
  public var framesInARow: Int
  /// Whether errors of the official code that its weights were trained with are repeated: in the
  /// INTERACTION form the heading of a source of history is read with a wrong stride.
  public var official: Bool
  /// Whether modes have probabilities.
  public var hasProbabilities: Bool
  /// Whether one mode is chosen for all scored agents of a frame in the loss.
  public var isJoint: Bool
  /// How features of edges say where a pose lies as seen from another.
  public var angles = PoseEncoding.radians
  /// Number of features of an agent in a frame. Published: displacement since the frame before; or
  /// speed, direction of velocity against heading, length, width, type.
  public var agentFeatures: Int
  /// Number of features of a lane. Published: length, in-intersection, turn, control; or length.
  public var laneFeatures: Int
  /// Time between frames, seconds.
  public var frameStep = 0.1
  /// Whether forecasts are told as what is added to where agents come by a rule
  /// (`HPNetFrame.motion`), in units that grow with time, instead of as places.
  public var addsMotion = false
  /// The rule that forecasts are added to where they are added to one.
  public var rule = Rule.laneIDM
  /// Whether forecasts of earlier frames are attended to (the paper's historical prediction
  /// attention).
  public var attendsToPredictions = true
  /// What an edge's feature of how long ago its source was is multiplied by: 1 tells frames (the
  /// published form), which with `cartesian` places are so much greater than all other features
  /// that little of these is left after the first layer norm.
  public var lagScale = 1.0
  /// Added to the forward speed of a proposal's middle before the direction of motion there is
  /// taken, m/s: 0 is the published form, in which the frame of the second stage turns any way with
  /// the noise of a forecast that stands.
  public var anchorSpeed = 0.0
  /// How many lanes and other agents within the radius are attended to, the nearest ones; nil: all.
  public var nearestLanes: Int?, nearestAgents: Int?

  /// How rows gather in all attention layers. With `neighbourhood`, only from the nearest of the
  /// lanes, other agents and earlier frames; with `axial`, what is seen of agents gathers along the
  /// axis of agents before forecasts gather along that of time (the factorised layers are axial in
  /// themselves).
  public var attention = AttentionKind.softmax
  /// Tokens of the kind `agent` for the modes of an agent, and rows of the kind `neighbourhood`.
  public var attentionTokens = 2, attentionNeighbours = 6

  /// What a network can be added to.
  public enum Rule: String, CaseIterable, Hashable, Sendable {
    /// The roll-out of the predictor `lane-idm`, of which features tell too.
    case laneIDM = "lane-idm"
    /// Nothing: forecasts are places as seen from where a road user is, as published, and features
    /// that rules make are 0.
    case none
  }

  /// How a pose lies as seen from another.
  public enum PoseEncoding: String, CaseIterable, Hashable, Sendable {
    /// Distance, direction and difference of headings in radians, which jump where something lies
    /// exactly behind: the published form.
    case radians
    /// Distance, sine and cosine of the direction and of the difference of headings.
    case sines
    /// Forward, left and distance in tens of metres, sine and cosine of the difference of headings.
    case cartesian
  }

  /// The released hyper-parameters of a form.
  public init(_ variant: Variant, official: Bool = false) {
    self.variant = variant
    self.official = official
    let isArgoverse = variant == .argoverse
    historyFrames = isArgoverse ? 20 : 10
    futureFrames = 30
    modes = 6
    width = 128
    heads = 8
    layers = isArgoverse ? 2 : 3
    agentFeatures = isArgoverse ? 1 : 5
    laneFeatures = isArgoverse ? 4 : 1
    laneHops = 4
    agentRadius = isArgoverse ? 50 : 80
    laneRadius = agentRadius
    positionWindow = historyFrames
    predictionWindow = historyFrames
    framesInARow = isArgoverse ? 2 : 3
    hasProbabilities = isArgoverse
    isJoint = !isArgoverse
  }

  /// The form for closed loops: features of agents with their true heading, places without angles
  /// that jump, weighted modes of each agent by itself, five frames a second (2 s of history, 4 s
  /// of forecast) told as what is added to a rule's, the nearest lanes and agents alone, windows
  /// that no lag exceeds in training, lags in tenths, and frames of the second stage that keep
  /// their heading where a forecast stands.
  public static func clean(width: Int = 64) -> HPNetConfiguration {
    var configuration = HPNetConfiguration(.interaction)
    configuration.width = width
    configuration.heads = 4
    configuration.layers = 2
    configuration.historyFrames = 10
    configuration.futureFrames = 20
    configuration.frameStep = 0.2
    configuration.positionWindow = 9
    configuration.predictionWindow = 9
    configuration.framesInARow = 2
    configuration.agentRadius = 50
    configuration.laneRadius = 50
    configuration.nearestLanes = 16
    configuration.nearestAgents = 8
    configuration.agentFeatures = 54
    configuration.laneFeatures = 8
    configuration.hasProbabilities = true
    configuration.isJoint = false
    configuration.angles = .cartesian
    configuration.addsMotion = true
    configuration.lagScale = 0.1
    configuration.anchorSpeed = 1
    return configuration
  }

  /// Rows that are attended to at most; nil: all.
  var neighbours: Int? { attention == .neighbourhood ? attentionNeighbours : nil }

  /// Number of features of where a pose lies as seen from another.
  var poseFeatures: Int { angles == .radians ? 3 : 5 }

  /// Metres per unit of the networks' results, for every coordinate of a forecast, where it is told
  /// as what is added to a rule's.
  var forecastScale: [Float] {
    (0..<2 * futureFrames).map { Float(Double($0 / 2 + 1) * frameStep * 1.5) }
  }

  /// Number of features of an edge between a piece and its lane.
  var pieceEdgeFeatures: Int { poseFeatures + (variant == .argoverse ? 0 : 1) }

  /// Number of relations between lanes: neighbours, predecessors, successors.
  public var relations: Int { variant == .argoverse ? 3 : 4 }

  /// Index of the forecast's point at which the second stage looks.
  var anchorStep: Int { futureFrames / 2 }

  /// Frames that stay in use after they were seen.
  var memory: Int { max(positionWindow, predictionWindow) + 1 }
}
