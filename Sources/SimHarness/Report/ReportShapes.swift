import SimGeometry
import SimMap
import SimStack

/// The map around an episode as lines and areas to draw, in the order in which they are drawn.
struct ReportShapes {
  /// What a shape is; the script's table of styles has the same numbers.
  enum Kind: Int {
    case road = 0
    case junction, parking, sidewalk, bicycle, bus, shoulder, crosswalk
    case solid, dashed, curb, faint, stopLine, yieldLine, route, goal
  }

  /// One line or, for kinds below `solid`, one area.
  struct Shape {
    var kind: Kind
    var points: [Vector2]
  }

  private(set) var shapes: [Shape] = []
  private let near: BoundingBox

  /// How far a drawn line may be off the line itself, metres.
  private static let tolerance = 0.03

  /// What of an episode's map meets a box, and its egos' ways.
  init(_ record: EpisodeRecord, near: BoundingBox) {
    self.near = near
    let map = record.header.map
    addAreas(map)
    addLines(map)
    for ego in record.header.egos { addWay(ego) }
  }

  private mutating func add(_ kind: Kind, _ points: [Vector2]) {
    guard points.count > 1, BoundingBox(around: points).intersects(near) else { return }
    let isArea = kind.rawValue < Kind.solid.rawValue
    shapes.append(Shape(kind: kind, points: isArea ? points : ReportShapes.thinned(points)))
  }

  private mutating func addAreas(_ map: LaneGraph) {
    for area in map.drivableAreas {
      let kind: Kind =
        switch area.kind {
        case .road, .generic: .road
        case .junction: .junction
        case .parking: .parking
        }
      add(kind, ReportShapes.outline(area.polygon))
    }
    for lane in map.lanes {
      switch lane.kind {
      case .sidewalk: add(.sidewalk, ReportShapes.outline(lane.polygon))
      case .bicycle: add(.bicycle, ReportShapes.outline(lane.polygon))
      case .bus: add(.bus, ReportShapes.outline(lane.polygon))
      case .shoulder, .restricted: add(.shoulder, ReportShapes.outline(lane.polygon))
      case .parking: add(.parking, ReportShapes.outline(lane.polygon))
      case .driving, .ramp: if map.drivableAreas.isEmpty { add(.road, lane.polygon.vertices) }
      case .crosswalk: break
      }
    }
    for crosswalk in map.crosswalks {
      add(.crosswalk, ReportShapes.outline(crosswalk.polygon))
    }
  }

  private static func outline(_ polygon: Polygon) -> [Vector2] {
    guard let first = polygon.vertices.first else { return [] }
    return thinned(polygon.vertices + [first]).dropLast()
  }

  private mutating func addLines(_ map: LaneGraph) {
    for lane in map.lanes where !lane.isConnector && lane.kind != .crosswalk {
      // A line that two lanes share is drawn once.
      if lane.left.map({ !$0.isSameDirection && $0.lane > lane.index || lane.leftMarking == .none })
        ?? true
      {
        add(ReportShapes.kind(lane.leftMarking), lane.leftBound.vertices)
      }
      add(ReportShapes.kind(lane.rightMarking), lane.rightBound.vertices)
    }
    for line in map.stopLines {
      add(line.rule == .yield ? .yieldLine : .stopLine, [line.from, line.to])
    }
  }

  private static func kind(_ marking: LaneMarking) -> Kind {
    switch marking {
    case .solid: .solid
    case .dashed: .dashed
    case .curb: .curb
    case .none, .unknown: .faint
    }
  }

  private mutating func addWay(_ ego: EpisodeHeader.Ego) {
    let route = ego.route
    var line: [Vector2] = []
    let vertices = route.centreline.vertices
    var arc = 0.0
    let end = route.goalArcLength ?? route.centreline.length
    for index in vertices.indices {
      let step = index > 0 ? vertices[index].distance(to: vertices[index - 1]) : 0
      if arc + step > end, index > 0, step > 0 {
        let along = vertices[index] - vertices[index - 1]
        let at = vertices[index - 1] + along * ((end - arc) / step)
        line.append(at)
        if route.goalArcLength != nil {
          let across = along.normalized.left * 1.75
          add(.goal, [at + across, at - across])
        }
        break
      }
      arc += step
      line.append(vertices[index])
    }
    add(.route, line)
  }

  /// Where a signal is shown: its lanes' stop line, or the start of the first lane that it
  /// releases; nil if it releases none.
  static func place(of signal: Int, in map: LaneGraph) -> (Vector2, Vector2)? {
    guard let index = map.signals[signal].lanes.first, map.lanes.indices.contains(index) else {
      return nil
    }
    let lane = map.lanes[index]
    if let line = lane.stopLine, map.stopLines.indices.contains(line) {
      return (map.stopLines[line].from, map.stopLines[line].to)
    }
    return (lane.leftBound.start, lane.rightBound.start)
  }

  /// Without points that lie on the line through their neighbours (U. Ramer 1972; D. Douglas,
  /// T. Peucker 1973).
  static func thinned(_ points: [Vector2]) -> [Vector2] {
    guard points.count > 2 else { return points }
    var isKept = [Bool](repeating: false, count: points.count)
    isKept[0] = true
    isKept[points.count - 1] = true
    var open = [(0, points.count - 1)]
    while let (first, last) = open.popLast() {
      guard last - first > 1 else { continue }
      let along = points[last] - points[first]
      let length = along.length
      var worst = (index: first, distance: tolerance)
      for index in first + 1..<last {
        let aside = points[index] - points[first]
        let distance = length > 0 ? abs(along.cross(aside)) / length : aside.length
        if distance > worst.distance { worst = (index, distance) }
      }
      if worst.index > first {
        isKept[worst.index] = true
        open += [(first, worst.index), (worst.index, last)]
      }
    }
    return points.indices.filter { isKept[$0] }.map { points[$0] }
  }
}
