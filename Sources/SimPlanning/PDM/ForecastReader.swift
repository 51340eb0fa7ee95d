import SimCore
import SimGeometry
import SimModels
import SimStack
import SimWorld

/// Turns tracks and their forecasts into the obstacles that candidates are held against: the
/// nearest ones of each kind, each on its most likely way.
struct ForecastReader: Sendable {
  /// Most obstacles of a kind, as the official planner.
  private static let limits = (objects: 50, vehicles: 50, pedestrians: 25, bicycles: 10)

  var obstacles: ObstacleForecast
  private let stepMicroseconds: Int64
  private let radius: Double
  /// Tracks within the radius, nearest first.
  private var near: [(square: Double, track: Int)] = []
  /// Where in the forecast the time of each entry lies: the point before it and the share of the
  /// way to the next one; point -1 is now.
  private var places: [(point: Int, share: Double)] = []
  private var placesFor: (step: Int64, steps: Int) = (0, -1)

  init(
    steps: Int, stepsPerEntry: Int, stepMicroseconds: Int64, radius: Double
  ) {
    obstacles = ObstacleForecast(
      steps: steps, stepsPerEntry: stepsPerEntry,
      capacity: Self.limits.objects + Self.limits.vehicles + Self.limits.pedestrians
        + Self.limits.bicycles)
    self.stepMicroseconds = stepMicroseconds
    self.radius = radius
  }

  /// Takes a scene and a forecast of it.
  ///
  /// - Parameter ignored: ids of tracks that are not to be seen.
  mutating func read(_ scene: Scene, _ forecast: Forecast, without ignored: [Int]) {
    let centre = scene.ego.centre(scene.vehicle).position
    near.removeAll(keepingCapacity: true)
    for k in scene.tracks.indices where !ignored.contains(scene.tracks[k].id) {
      let square = (scene.tracks[k].box.centre - centre).lengthSquared
      if square <= radius * radius { near.append((square, k)) }
    }
    sortNear()
    findPlaces(forecast)
    obstacles.removeAll()
    take(scene, forecast, Self.limits.objects) { $0.isObject }
    take(scene, forecast, Self.limits.vehicles) { $0.isVehicle }
    take(scene, forecast, Self.limits.pedestrians) { $0 == .pedestrian }
    take(scene, forecast, Self.limits.bicycles) { $0 == .bicycle }
  }

  /// Nearest first, of equally near ones by id; in place.
  private mutating func sortNear() {
    for i in near.indices.dropFirst() {
      let one = near[i]
      var k = i
      while k > 0, near[k - 1].square > one.square {
        near[k] = near[k - 1]
        k -= 1
      }
      near[k] = one
    }
  }

  private mutating func findPlaces(_ forecast: Forecast) {
    guard placesFor != (forecast.stepMicroseconds, forecast.steps) else { return }
    placesFor = (forecast.stepMicroseconds, forecast.steps)
    places.removeAll(keepingCapacity: true)
    for entry in 0..<obstacles.entries {
      let time = Int64(entry * obstacles.stepsPerEntry) * stepMicroseconds
      let point = Int(time / forecast.stepMicroseconds) - 1
      let rest = Double(time - Int64(point + 1) * forecast.stepMicroseconds)
      places.append((point, rest / Double(forecast.stepMicroseconds)))
    }
  }

  private mutating func take(
    _ scene: Scene, _ forecast: Forecast, _ limit: Int, _ isKind: (AgentClass) -> Bool
  ) {
    var taken = 0
    for (_, index) in near where isKind(scene.tracks[index].agentClass) {
      if taken == limit { return }
      taken += 1
      add(scene.tracks[index], forecast)
    }
  }

  private mutating func add(_ track: Track, _ forecast: Forecast) {
    let isObject = track.agentClass.isObject
    let speed = isObject ? 0 : track.speed
    let box = track.box
    guard !isObject, forecast.steps > 0, forecast.modes > 0,
      let row = forecast.row(of: track.id)
    else {
      // Nobody foresees it: straight on.
      let velocity = box.direction * speed
      let interval = Double(Int64(obstacles.stepsPerEntry) * stepMicroseconds) / 1_000_000
      obstacles.add(
        id: track.id, track.agentClass, box: box, speed: speed, isFixed: speed == 0
      ) { entry in (box.centre + velocity * (Double(entry) * interval), box.direction) }
      return
    }
    let mode = forecast.likeliestMode(of: row)
    let first = (row * forecast.modes + mode) * forecast.steps
    let steps = forecast.steps
    var heading = box.heading
    var direction = box.direction
    let places = places
    forecast.points.withUnsafeBufferPointer { points in
      let last = points[first + steps - 1]
      let isFixed =
        speed == 0 && last.x == box.centre.x && last.y == box.centre.y
        && last.heading == box.heading
      obstacles.add(
        id: track.id, track.agentClass, box: box, speed: speed, isFixed: isFixed
      ) { entry in
        let (point, share) = places[entry]
        // Beyond the last point it goes on as before it.
        let k = min(point, steps - 2)
        let share2 = share + Double(point - k)
        let a =
          k < 0
          ? Forecast.Point(x: box.centre.x, y: box.centre.y, heading: box.heading)
          : points[first + k]
        let b = k + 1 < steps ? points[first + k + 1] : a
        let centre = Vector2(a.x + (b.x - a.x) * share2, a.y + (b.y - a.y) * share2)
        let turned =
          a.heading == b.heading
          ? a.heading
          : a.heading + ExactMath.wrapAngle(b.heading - a.heading) * min(share2, 1)
        turn(&heading, &direction, turned)
        return (centre, direction)
      }
    }
  }
}

/// Turns a direction to a heading, if that is another one.
@inline(__always)
private func turn(_ heading: inout Double, _ direction: inout Vector2, _ new: Double) {
  if new == heading { return }
  heading = new
  direction = Pose2(.zero, heading: new).direction
}

extension Forecast {
  /// Row of a track, by bisection; nil if it is not forecast.
  func row(of id: Int) -> Int? {
    var low = 0
    var high = tracks.count
    while low < high {
      let middle = (low + high) >> 1
      if tracks[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < tracks.count && tracks[low] == id ? low : nil
  }

  /// The mode with the greatest probability, of equal ones the first.
  func likeliestMode(of row: Int) -> Int {
    var best = 0
    for mode in 0..<modes
    where probabilities[row * modes + mode] > probabilities[row * modes + best] {
      best = mode
    }
    return best
  }
}
