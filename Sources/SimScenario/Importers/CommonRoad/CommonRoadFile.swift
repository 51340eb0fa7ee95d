import SimGeometry
import SimMap
import SimWorld

/// What stands in a CommonRoad file, element by element, with ids still unresolved.
///
/// Every value keeps the node it came from, so that later steps can point at it.
struct CommonRoadFile {
  enum Version: String, CaseIterable {
    case v2018b = "2018b"
    case v2020a = "2020a"
  }

  var version = Version.v2020a
  /// Length of a step of the file, microseconds; all times in the file count such steps.
  var stepMicroseconds: Int64 = 100_000
  var benchmarkID = ""
  var tags: [String] = []
  var lanelets: [Lanelet] = []
  var signs: [Sign] = []
  var lights: [Light] = []
  var intersections: [Intersection] = []
  var obstacles: [Obstacle] = []
  var problems: [Problem] = []

  /// A reference to another element.
  struct Reference {
    var id: Int
    var node: XMLNode
  }

  struct Lanelet {
    var node: XMLNode
    var id: Int
    var left: [Vector2] = []
    var right: [Vector2] = []
    var leftMarking = Marking.unknown
    var rightMarking = Marking.unknown
    var predecessors: [Reference] = []
    var successors: [Reference] = []
    var adjacentLeft: (reference: Reference, isSameDirection: Bool)?
    var adjacentRight: (reference: Reference, isSameDirection: Bool)?
    var types: [String] = []
    /// Users that may drive along it, in either way of stating it; empty: not stated.
    var users: [String] = []
    var signs: [Reference] = []
    var lights: [Reference] = []
    var stopLine: StopLine?
    /// m/s; only in 2018b.
    var speedLimit: Double?
  }

  /// The paint at a bound, which may look different from its two sides.
  struct Marking: Equatable {
    /// The line on the left and the one on the right, in driving direction.
    var left: LaneMarking
    var right: LaneMarking
    static let unknown = Marking(left: .unknown, right: .unknown)
  }

  struct StopLine {
    var node: XMLNode
    /// Both ends as written; nil: across the end of the lanelet.
    var ends: (Vector2, Vector2)?
    var signs: [Reference] = []
    var lights: [Reference] = []
  }

  struct Sign {
    var node: XMLNode
    var id: Int
    /// Number of the sign in its country's list with its values.
    var elements: [(node: XMLNode, sign: String, values: [String])] = []
  }

  struct Light {
    var node: XMLNode
    var id: Int
    /// Durations in steps.
    var phases: [(colour: SignalColour, steps: Int)] = []
    var offsetSteps = 0
    /// Ways that it rules: `all`, `left`, `straight`, `right`, `leftStraight`, …
    var direction = "all"
    var isActive = true
  }

  struct Intersection {
    var node: XMLNode
    var id: Int
    var incomings: [Incoming] = []
    var crossings: [Reference] = []
  }

  struct Incoming {
    var node: XMLNode
    var lanelets: [Reference] = []
    var right: [Reference] = []
    var straight: [Reference] = []
    var left: [Reference] = []
  }

  struct Obstacle {
    var node: XMLNode
    var id: Int
    var isDynamic: Bool
    var type: String
    var box: Box
    /// In order of steps, each step once; static obstacles have one.
    var states: [State]
    /// Its motion is a set of places at each step rather than a trajectory.
    var isSetBased = false
  }

  /// An obstacle's box relative to the place and orientation of its state.
  struct Box {
    var length: Double
    var width: Double
    /// In the obstacle's own frame, metres.
    var centre = Vector2.zero
    /// Added to the orientation of the state, rad.
    var orientation = 0.0
  }

  struct State {
    var step: Int
    var position: Vector2
    var heading: Double
    var velocity: Double?
    var acceleration: Double?
    var yawRate: Double?
    var slipAngle: Double?
  }

  struct Problem {
    var node: XMLNode
    var id: Int
    var initial: State
    var goals: [GoalState]
  }

  struct GoalState {
    var node: XMLNode
    var regions: [Region]?
    var steps: ClosedRange<Int>
    var velocity: ClosedRange<Double>?
    /// From `lower` counter-clockwise over `width`, rad.
    var orientation: (lower: Double, width: Double)?
  }

  enum Region {
    case polygon([Vector2])
    case circle(centre: Vector2, radius: Double)
    case lanelet(Reference)
  }
}
