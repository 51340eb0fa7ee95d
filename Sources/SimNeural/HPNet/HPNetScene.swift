public import SimGeometry

/// What an HPNet sees of the agents in one frame; every agent keeps its place in all frames.
public struct HPNetFrame: Hashable, Sendable {
  /// Poses in one global frame, metres and radians; of no meaning for agents not seen.
  public var poses: [Pose2]
  /// Whether each agent was seen.
  public var visible: [Bool]
  /// Features of the agents, row by row (`HPNetConfiguration.agentFeatures`).
  public var features: [Float]
  /// Where agents come by a rule, in the frames of their poses (x, y by step; `2 * futureFrames`
  /// numbers each, metres); needed where forecasts are told as what is added to it.
  public var motion: [Float]?
  /// The headings that agents have as sources of history; nil if those of `poses`.
  public var sourceHeadings: [Double]?

  /// A frame of agents.
  ///
  /// - Precondition: all lists have an entry (or row) per agent.
  public init(
    poses: [Pose2], visible: [Bool], features: [Float], motion: [Float]? = nil,
    sourceHeadings: [Double]? = nil
  ) {
    precondition(poses.count == visible.count, "a pose for every agent")
    precondition(sourceHeadings.map { $0.count == poses.count } ?? true, "a heading for each")
    self.poses = poses
    self.visible = visible
    self.features = features
    self.motion = motion
    self.sourceHeadings = sourceHeadings
  }

  /// Number of places for agents.
  public var agents: Int { poses.count }
}

/// What an HPNet sees of the map.
public struct HPNetMap: Hashable, Sendable {
  /// A lane's pose in its middle.
  public var lanes: [Pose2] = []
  /// Whether each lane may be attended to.
  public var visible: [Bool] = []
  /// Features of lanes, row by row (`HPNetConfiguration.laneFeatures`).
  public var laneFeatures: [Float] = []
  /// Poses in the middle of pieces of centrelines (and boundaries), their lengths in metres.
  public var pieces: [Pose2] = [], pieceLengths: [Float] = []
  /// Side of each piece: 0 left boundary, 1 centreline, 2 right; empty in the Argoverse form.
  public var pieceSides: [Float] = []
  /// The lane of each piece.
  public var laneOfPiece: [Int] = []
  /// Links between lanes.
  public var relations: [Relation] = []

  /// Links of one kind between lanes.
  public struct Relation: Hashable, Sendable {
    /// From the lane that is looked at to the one that looks.
    public var links: [Link]
    /// Whether paths of several such links count too.
    public var hops: Bool

    /// Links of one kind.
    public init(links: [Link], hops: Bool) {
      self.links = links
      self.hops = hops
    }
  }

  /// A pair of lanes.
  public struct Link: Hashable, Sendable {
    /// The lane that is looked at, and the one that looks.
    public var source: Int, target: Int

    /// A link between two lanes.
    public init(source: Int, target: Int) {
      self.source = source
      self.target = target
    }
  }

  /// A map without lanes.
  public init() {}
}

/// Agents over a history, and the map.
public struct HPNetScene: Hashable, Sendable {
  /// The frames of the history, oldest first.
  public var frames: [HPNetFrame]
  /// The map.
  public var map: HPNetMap

  /// A scene.
  ///
  /// - Precondition: all frames have the same agents.
  public init(frames: [HPNetFrame], map: HPNetMap) {
    precondition(frames.allSatisfy { $0.agents == frames.first?.agents }, "agents keep places")
    self.frames = frames
    self.map = map
  }
}
