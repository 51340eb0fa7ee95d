import SimGeometry
import SimModels
import SimWorld

// Collisions and times to collision of candidates. What an obstacle means for a candidate is
// decided where they first meet: met at fault, it costs; met otherwise (or, for the time to
// collision, where it does not count), it is left alone for the rest of the candidate.
extension CandidateScorer {
  /// Obstacles whose way comes near that of any candidate.
  mutating func chooseRelevant(
    _ extent: Extent, _ obstacles: ObstacleForecast, _ vehicle: VehicleParameters
  ) {
    relevant.removeAll(keepingCapacity: true)
    let farthest = parameters.lookAheads.last ?? 0
    let radius = Vector2(vehicle.length, vehicle.width).length * 0.5
    let reach = radius + extent.fastest * Double(farthest) * parameters.step
    let last = obstacles.entry(at: samples - 1 + farthest)
    for obstacle in 0..<obstacles.count where !obstacles.obstacles[obstacle].isIgnored {
      let bounds = extent.bounds.expanded(by: reach + obstacles.obstacles[obstacle].radius)
      let isNear = obstacles.withCentres(of: obstacle) { x, y in
        for entry in 0...last where bounds.contains(Vector2(x[entry], y[entry])) { return true }
        return false
      }
      if isNear { relevant.append(Int32(obstacle)) }
    }
  }

  /// Box centres of all candidates at all steps, and where they would be later if they went
  /// straight on; no number where a box stands.
  mutating func lookAhead(_ columns: CandidateStates.Columns) {
    let count = candidates * samples
    let (cosine, sine, speed) = (columns[.cosine], columns[.sine], columns[.speed])
    for (row, ahead) in parameters.lookAheads.enumerated() {
      let time = Double(ahead) * parameters.step
      for k in 0..<count {
        let signed = speed[k]
        let isStanding = signed.magnitude < TimeToCollision.standstill
        let way = (parameters.compat ? signed.magnitude : signed) * time
        aheadX[row * count + k] = isStanding ? .nan : centreX[k] + cosine[k] * way
        aheadY[row * count + k] = isStanding ? .nan : centreY[k] + sine[k] * way
      }
    }
  }

  /// Holds all candidates against all obstacles.
  mutating func meet(
    _ columns: CandidateStates.Columns, _ obstacles: ObstacleForecast, _ areas: DrivingAreas,
    _ vehicle: VehicleParameters
  ) {
    lookAhead(columns)
    let radius = Vector2(vehicle.length, vehicle.width).length * 0.5
    let farthest = parameters.lookAheads.last ?? 0
    // (Taken out of its place, so that it can be changed while the rest is read.)
    var results: [Result] = []
    swap(&results, &self.results)
    for one in relevant {
      let obstacle = Int(one)
      for step in 0..<(samples + farthest) {
        let centre = obstacles.centre(obstacle, entry: obstacles.entry(at: step))
        otherX[step] = centre.x
        otherY[step] = centre.y
      }
      lookAhead(obstacle, obstacles)
      let reach = radius + obstacles.obstacles[obstacle].radius + parameters.clearance + 1e-6
      for candidate in 0..<candidates {
        let drive = Drive(columns, candidate * samples, vehicle)
        if isNear(centreX, centreY, candidate * samples, otherX, otherY, 0, reach) {
          collide(candidate, drive, obstacle, obstacles, &results[candidate])
        }
        var isNearAhead = false
        for row in parameters.lookAheads.indices {
          let first = (row * candidates + candidate) * samples
          isNearAhead =
            isNearAhead
            || isNear(
              aheadX, aheadY, first, otherAheadX, otherAheadY, row * samples, reach)
        }
        if isNearAhead {
          comeNear(candidate, drive, obstacle, obstacles, areas, &results[candidate])
        }
      }
    }
    swap(&results, &self.results)
  }

  /// Where the obstacle at hand would be at the look-aheads of each step: where it is foreseen then
  /// (official), or, as nuPlan's metric has it, straight on from where it is at the step.
  private mutating func lookAhead(_ obstacle: Int, _ obstacles: ObstacleForecast) {
    for (row, ahead) in parameters.lookAheads.enumerated() {
      let first = row * samples
      let time = Double(ahead) * parameters.step
      for step in 0..<samples {
        var place = Vector2(otherX[step + ahead], otherY[step + ahead])
        if !parameters.compat {
          place = Vector2(otherX[step], otherY[step])
          if ahead > 0, obstacles.obstacles[obstacle].speed != 0 {
            let entry = obstacles.entry(at: step)
            place += obstacles.velocity(obstacle, entry: entry, step: parameters.step) * time
          }
        }
        otherAheadX[first + step] = place.x
        otherAheadY[first + step] = place.y
      }
    }
  }

  /// Whether any of a candidate's places is within reach of another's at the same step.
  private func isNear(
    _ x: [Double], _ y: [Double], _ first: Int, _ otherX: [Double], _ otherY: [Double],
    _ otherFirst: Int, _ reach: Double
  ) -> Bool {
    let square = reach * reach
    let samples = samples
    return x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        otherX.withUnsafeBufferPointer { otherX in
          otherY.withUnsafeBufferPointer { otherY in
            // A sum instead of an early end, so that it runs in vector registers.
            var hits = 0
            for step in 0..<samples {
              let dx = x[first &+ step] - otherX[otherFirst &+ step]
              let dy = y[first &+ step] - otherY[otherFirst &+ step]
              hits &+= dx * dx + dy * dy <= square ? 1 : 0
            }
            return hits > 0
          }
        }
      }
    }
  }

  private func collide(
    _ candidate: Int, _ drive: Drive, _ obstacle: Int, _ obstacles: ObstacleForecast,
    _ result: inout Result
  ) {
    for step in 0..<samples {
      let box = drive.box(step)
      let other = obstacles.box(obstacle, entry: obstacles.entry(at: step))
      guard box.overlaps(other) else { continue }
      let what = obstacles.obstacles[obstacle]
      let kind = CollisionKind(
        ego: box, egoSpeed: drive.speed[step].magnitude, other: other,
        bearing: Bearing(
          of: other.centre, from: Vector2(drive.x[step], drive.y[step]), along: box.direction),
        otherClass: what.agentClass, otherSpeed: what.speed)
      let place = places[candidate * samples + step]
      if kind.isAtFault(isInLane: place.isDisjoint(with: [.acrossLanes, .offRoad])) {
        result.noCollision = min(result.noCollision, what.agentClass.isObject ? 0.5 : 0)
        result.collisionStep = min(result.collisionStep ?? step, step)
      } else if !parameters.compat, kind == .activeLateral {
        result.noCollision = min(result.noCollision, parameters.unblamed)
      }
      return
    }
  }

  private func comeNear(
    _ candidate: Int, _ drive: Drive, _ obstacle: Int, _ obstacles: ObstacleForecast,
    _ areas: DrivingAreas, _ result: inout Result
  ) {
    // Later than what is known already nothing counts.
    for step in 0..<min(samples, result.ttcStep ?? samples) {
      for (row, ahead) in parameters.lookAheads.enumerated() {
        let k = (row * candidates + candidate) * samples + step
        var box = drive.box(step)
        box.centre = Vector2(aheadX[k], aheadY[k])
        var other = obstacles.box(
          obstacle, entry: obstacles.entry(at: parameters.compat ? step + ahead : step))
        if !parameters.compat, obstacles.obstacles[obstacle].speed != 0 {
          other.halfWidth += parameters.clearance
        }
        other.centre = Vector2(otherAheadX[row * samples + step], otherAheadY[row * samples + step])
        // (Where it stands there is no centre, and nothing overlaps.)
        guard box.overlaps(other) else { continue }
        let rearAxle = Vector2(drive.x[step], drive.y[step])
        let bearing = Bearing(of: other.centre, from: rearAxle, along: box.direction)
        let place = places[candidate * samples + step]
        let seesSides = { () -> Bool in
          !place.isDisjoint(with: [.acrossLanes, .offRoad]) || areas.isInJunction(rearAxle)
        }
        if bearing == .ahead || (bearing != .behind && seesSides()) {
          result.ttc = 0
          result.ttcStep = step
        }
        return
      }
    }
  }
}
