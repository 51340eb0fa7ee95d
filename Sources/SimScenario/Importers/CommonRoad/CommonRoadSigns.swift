import SimCore
import SimGeometry
import SimMap

/// What the traffic signs of a file say about its lanelets. A sign applies to the lanelets that
/// refer to it, by themselves or from their stop line.
struct CommonRoadSigns {
  /// Right of way of those who leave a lanelet.
  enum Rank: Int { case stop, yield, none, priority }

  /// Lowest speed limit of the signs of a lanelet, m/s, by its place.
  private(set) var speedLimit: [Double?]
  private(set) var rank: [Rank]

  /// Numbers of the signs that mean something here, in the lists of Germany (also used for most
  /// other countries), the USA (MUTCD) and Spain.
  private static let speedSigns = ["274", "274.1", "R2-1", "r301"]
  private static let stopSigns = ["206", "R1-1", "r2"]
  private static let yieldSigns = ["205", "R1-2", "r1"]
  private static let prioritySigns = ["301", "306"]

  /// Limits above this are hardly m/s: 252 km/h.
  private static let greatestLimit = 70.0

  init(of reader: inout CommonRoadReader) {
    let file = reader.file
    speedLimit = [Double?](repeating: nil, count: file.lanelets.count)
    rank = [Rank](repeating: .none, count: file.lanelets.count)
    let signs = Dictionary(file.signs.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
    for (place, lanelet) in file.lanelets.enumerated() {
      for reference in lanelet.signs + (lanelet.stopLine?.signs ?? []) {
        for element in signs[reference.id]?.elements ?? [] {
          if Self.speedSigns.contains(element.sign) {
            guard let limit = reader.limit(element.values, at: element.node) else { continue }
            speedLimit[place] = min(speedLimit[place] ?? limit, limit)
            if limit > Self.greatestLimit {
              reader.note(
                "speed limits above \(Self.greatestLimit) m/s are taken as they stand",
                "\(limit) m/s", at: element.node,
                hint: "values of speed signs are in m/s in CommonRoad files")
            }
          } else if let new = Self.rank(element.sign) {
            if new.rawValue < rank[place].rawValue || rank[place] == .none { rank[place] = new }
          }
        }
      }
    }
    for sign in file.signs {
      for element in sign.elements
      where !Self.speedSigns.contains(element.sign) && Self.rank(element.sign) == nil {
        reader.note(
          "traffic signs other than speed limits and right of way ignored", "'\(element.sign)'",
          at: element.node)
      }
    }
  }

  private static func rank(_ sign: String) -> Rank? {
    if stopSigns.contains(sign) { return .stop }
    if yieldSigns.contains(sign) { return .yield }
    return prioritySigns.contains(sign) ? .priority : nil
  }
}

extension CommonRoadReader {
  /// The value of a speed sign, m/s.
  fileprivate mutating func limit(_ values: [String], at node: XMLNode) -> Double? {
    guard let text = values.first else {
      note("speed signs without a value ignored", "", at: node)
      return nil
    }
    guard let value = Double(text), value > 0, value.isFinite else {
      error(at: node, "'\(text)' is no speed limit", hint: "a number in m/s greater than 0")
      return nil
    }
    return value
  }

  /// An intersection of more incomings is no intersection.
  private static let mostIncomings = 64

  /// Pairs of connectors (by place) of which the first gives way to the second.
  ///
  /// Signs decide; among equals, those who turn left give way to oncoming traffic, and at
  /// intersections without lights the one from the right (in left-hand traffic from the left)
  /// goes first.
  func priorities(
    _ places: [Int: Int], _ junctions: CommonRoadJunctions, _ signs: CommonRoadSigns
  ) -> [(yielding: Int, priority: Int)] {
    var result: [(yielding: Int, priority: Int)] = []
    for intersection in file.intersections where intersection.incomings.count <= Self.mostIncomings
    {
      var ways: [Way] = []
      var hasLights = false
      for (index, incoming) in intersection.incomings.enumerated() {
        let entries = incoming.lanelets.compactMap { places[$0.id] }
        hasLights = hasLights || entries.contains { !file.lanelets[$0].lights.isEmpty }
        let rank =
          entries.map { signs.rank[$0] }.filter { $0 != .none }
          .min { $0.rawValue < $1.rawValue } ?? .none
        for (references, turn) in [
          (incoming.right, CommonRoadJunctions.Turn.right), (incoming.straight, .straight),
          (incoming.left, .left),
        ] {
          for place in references.compactMap({ places[$0.id] }) {
            if let way = Way(file.lanelets[place], place, index, turn, rank) { ways.append(way) }
          }
        }
      }
      for way in ways {
        for other in ways where other.incoming != way.incoming {
          if givesWay(way, to: other, hasLights: hasLights), way.outline.intersects(other.outline) {
            result.append((way.place, other.place))
          }
        }
      }
    }
    return result
  }

  /// One way through an intersection.
  private struct Way {
    var place: Int
    var incoming: Int
    var turn: CommonRoadJunctions.Turn
    /// 0 must give way, 1 nothing stated, 2 has priority.
    var level: Int
    /// Direction in which it is entered.
    var direction: Vector2
    var outline: Polygon

    init?(
      _ lanelet: CommonRoadFile.Lanelet, _ place: Int, _ incoming: Int,
      _ turn: CommonRoadJunctions.Turn, _ rank: CommonRoadSigns.Rank
    ) {
      guard let start = Polyline(lanelet.left)?.directions.first else { return nil }
      self.place = place
      self.incoming = incoming
      self.turn = turn
      level = rank == .none ? 1 : rank == .priority ? 2 : 0
      direction = start
      outline = Polygon(lanelet.left + lanelet.right.reversed())
    }
  }

  private func givesWay(_ way: Way, to other: Way, hasLights: Bool) -> Bool {
    if way.level != other.level { return way.level < other.level }
    let angle = ExactMath.atan2(
      way.direction.cross(other.direction), way.direction.dot(other.direction))
    if angle.magnitude > 0.75 * .pi {
      return drivingSide == .right
        ? way.turn == .left && other.turn != .left : way.turn == .right && other.turn != .right
    }
    if hasLights || angle.magnitude < 0.25 * .pi { return false }
    // Who comes from the right travels to the left.
    return drivingSide == .right ? angle > 0 : angle < 0
  }
}
