import SimGeometry
import SimMap
import SimStack

/// Where a route must be left unentered while a signal forbids it.
struct SignalStops {
  /// One signal on the way.
  private struct Stop {
    var signal: Int
    /// Arc length on the route's centreline at which the front has to be at rest.
    var arcLength: Double
  }

  /// The signals that forbid to go on at the moment.
  struct Active {
    /// Arc lengths at which to stop, ascending.
    var arcLengths: [Double]
    /// Areas that count as obstacles (nuPlan's red connectors).
    var areas: [Polygon]

    /// There is something to stop at.
    var areAny: Bool { !arcLengths.isEmpty || !areas.isEmpty }

    /// Gap to the nearest one, metres; nil if none is ahead.
    func gap(
      of box: OrientedBox, front: Double, corridor: PathCorridor, from first: Double,
      to last: Double
    ) -> Double? {
      var nearest: Double?
      for arcLength in arcLengths where arcLength <= last {
        nearest = max(0, arcLength - front)
        break
      }
      if areas.isEmpty { return nearest }
      let outline = Polygon(box)
      for area in areas where corridor.touches(area, outline, from: first, to: last) {
        let distance = outline.distance(to: area)
        if distance < nearest ?? .infinity { nearest = distance }
      }
      return nearest
    }
  }

  private var stops: [Stop] = []
  private var connectors: [(signal: Int, polygon: Polygon)] = []

  /// - Parameter wholeConnectors: a red connector of any lane of the route's segments is an
  ///   obstacle (nuPlan), instead of the stop lines of the lanes that are driven.
  init(route: Route, map: LaneGraph, wholeConnectors: Bool) {
    if wholeConnectors {
      for segment in route.segments {
        for lane in map.segments[segment].lanes where map.lanes[lane].isConnector {
          if let signal = map.lanes[lane].signal {
            connectors.append((signal, map.lanes[lane].polygon))
          }
        }
      }
      return
    }
    for (k, lane) in route.lanes.enumerated() {
      guard let signal = map.lanes[lane].signal else { continue }
      // A connector is not to be entered; an ordinary lane with a signal is not to be left.
      let entry = map.lanes[lane].isConnector
      let bound =
        entry
        ? route.laneStarts[k]
        : k + 1 < route.laneStarts.count ? route.laneStarts[k + 1] : route.centreline.length
      let approach = entry ? (k > 0 ? route.lanes[k - 1] : nil) : lane
      var arcLength = bound
      if let approach, let index = map.lanes[approach].stopLine {
        let line = map.stopLines[index]
        let s = route.centreline.project((line.from + line.to) * 0.5).s
        if s <= bound, bound - s < 30 { arcLength = s }
      }
      if stops.last?.signal != signal { stops.append(Stop(signal: signal, arcLength: arcLength)) }
    }
  }

  /// As `active`, but only the arc lengths, added to an array.
  func appendActive(
    _ scene: Scene, front: Double, speed: Double, deceleration: Double,
    to arcLengths: inout [Double]
  ) {
    for stop in stops where stop.arcLength >= front - 0.5 {
      let colour = scene.signals[stop.signal]
      let room = max(stop.arcLength - front, 0.01)
      let canStop = speed * speed / (2 * room) <= deceleration
      if colour.meansStop || (colour == .yellow && canStop) { arcLengths.append(stop.arcLength) }
    }
  }

  /// The signals that forbid to go on, as seen with the front at an arc length.
  ///
  /// A line already passed is not looked at any more; yellow forbids only if the vehicle can stop
  /// at the line with `deceleration`.
  func active(_ scene: Scene, front: Double, speed: Double, deceleration: Double) -> Active {
    var arcLengths: [Double] = []
    for stop in stops where stop.arcLength >= front - 0.5 {
      let colour = scene.signals[stop.signal]
      let room = max(stop.arcLength - front, 0.01)
      let canStop = speed * speed / (2 * room) <= deceleration
      if colour.meansStop || (colour == .yellow && canStop) { arcLengths.append(stop.arcLength) }
    }
    let areas = connectors.filter { scene.signals[$0.signal] == .red }.map(\.polygon)
    return Active(arcLengths: arcLengths, areas: areas)
  }
}

extension PathCorridor {
  /// Whether an area touches the strip along a stretch, or the vehicle's outline.
  func touches(_ area: Polygon, _ outline: Polygon, from first: Double, to last: Double) -> Bool {
    if outline.intersects(area) { return true }
    let firstSegment = path.segmentIndex(at: first)
    let lastSegment = path.segmentIndex(at: last)
    for i in firstSegment...lastSegment {
      let start = i == firstSegment ? path.point(at: first) : path.vertices[i]
      let end = i == lastSegment ? path.point(at: last) : path.vertices[i + 1]
      let direction = path.directions[i]
      // The square ends lengthen the first and the last piece by half a width.
      let before = i == firstSegment ? halfWidth : 0
      let after = i == lastSegment ? halfWidth : 0
      let length = start.distance(to: end) + before + after
      let middle = (start - direction * before + end + direction * after) * 0.5
      let piece = OrientedBox(
        centre: middle, heading: 0, direction: direction, length: length, width: 2 * halfWidth)
      if area.overlaps(piece) { return true }
    }
    return false
  }
}
