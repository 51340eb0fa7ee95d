public import SimMap

/// Whether all corners of a vehicle are in one lane or in lanes that follow each other, by
/// nuPlan's rule; it decides on lane changes, on the blame for lateral collisions and on whether
/// traffic at the side counts for the time to collision.
public struct CommonLanes: Sendable {
  private let map: LaneGraph

  /// The rule on a map; lanes are indices of it.
  public init(on map: LaneGraph) { self.map = map }

  /// The lanes that the corners share or are connected by, at each tick.
  ///
  /// - Parameter corners: lanes of front-left, rear-left, rear-right and front-right corner.
  /// - Returns: nil where the corners are in unrelated lanes or some are in none; an empty set
  ///   where all of them are in none.
  public func overTime(_ corners: [LaneSets]) -> [Lanes] {
    precondition(corners.count == 4, "a box has four corners")
    var result: [Lanes] = []
    let ticks = corners[0].count
    result.reserveCapacity(ticks)
    for tick in 0..<ticks {
      let isUnchanged = tick > 0 && corners.allSatisfy { $0.sharesStore(tick - 1, tick) }
      result.append(
        isUnchanged
          ? result[tick - 1]
          : common(
            frontLeft: corners[0][tick], rearLeft: corners[1][tick], rearRight: corners[2][tick],
            frontRight: corners[3][tick]))
    }
    return result
  }

  /// Lanes that hold a vehicle; nil if none holds all of it.
  public typealias Lanes = [Int]?

  /// The lanes that the corners share, or that connect them.
  public func common(
    frontLeft: ArraySlice<Int>, rearLeft: ArraySlice<Int>, rearRight: ArraySlice<Int>,
    frontRight: ArraySlice<Int>
  ) -> Lanes {
    if frontLeft.isEmpty, rearLeft.isEmpty, rearRight.isEmpty, frontRight.isEmpty { return [] }
    if frontLeft.isEmpty || rearLeft.isEmpty || rearRight.isEmpty || frontRight.isEmpty {
      return nil
    }

    let shared = frontLeft.filter {
      rearLeft.contains($0) && rearRight.contains($0) && frontRight.contains($0)
    }
    if !shared.isEmpty { return shared }

    let fromLeft = with(rearLeft, ahead: true)
    let fromRight = with(rearRight, ahead: true)
    guard
      rearLeft.contains(where: fromRight.contains) || rearRight.contains(where: fromLeft.contains)
    else { return nil }
    // Each front corner is held against the rear corner on the other side.
    let toLeft = with(frontLeft, ahead: false)
    let toRight = with(frontRight, ahead: false)
    let connecting = toLeft.filter {
      fromRight.contains($0) && toRight.contains($0) && fromLeft.contains($0)
    }
    return connecting.isEmpty ? nil : connecting
  }

  /// Lanes together with those after or before them.
  private func with(_ lanes: ArraySlice<Int>, ahead: Bool) -> [Int] {
    var all = Array(lanes)
    for lane in lanes {
      all.appendNew(ahead ? map.lanes[lane].successors : map.lanes[lane].predecessors)
    }
    return all
  }
}
