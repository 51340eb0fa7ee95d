import SimCore
public import SimGeometry

extension HPNetMap {
  /// A lane as a map has it.
  public struct LaneShape: Hashable, Sendable {
    /// The centreline, at least two points, metres.
    public var centreline: [Vector2]
    /// The boundaries; left out in the Argoverse form.
    public var left: [Vector2] = [], right: [Vector2] = []

    /// A lane along a centreline.
    public init(centreline: [Vector2], left: [Vector2] = [], right: [Vector2] = []) {
      self.centreline = centreline
      self.left = left
      self.right = right
    }
  }

  /// Adds a lane with the pieces of its lines.
  ///
  /// Its pose is the middle vertex of the centreline (the one after half of the pieces, rounded
  /// down) with the direction of the piece that leaves it.
  ///
  /// - Parameters:
  ///   - features: of the lane beside its length, which comes first.
  ///   - hasSides: whether pieces have sides, and those of boundaries are added.
  /// - Returns: the lane's place.
  /// - Precondition: the centreline has two points or more.
  @discardableResult
  public mutating func addLane(
    _ shape: LaneShape, features: [Float], visible: Bool = true, hasSides: Bool
  ) -> Int {
    precondition(shape.centreline.count >= 2, "a centreline of two points or more")
    let lane = lanes.count
    var length = 0.0
    var lines: [(points: [Vector2], side: Float)] = [(shape.centreline, 1)]
    if hasSides {
      lines.insert((shape.left, 0), at: 0)
      lines.append((shape.right, 2))
    }
    for line in lines {
      for (a, b) in zip(line.points, line.points.dropFirst()) {
        let edge = b - a
        pieces.append(
          Pose2((a + b) / 2, heading: edge == .zero ? 0 : ExactMath.atan2(edge.y, edge.x)))
        pieceLengths.append(Float(edge.length))
        laneOfPiece.append(lane)
        if hasSides { pieceSides.append(line.side) }
        if line.side == 1 { length += edge.length }
      }
    }
    let middle = (shape.centreline.count - 1) / 2
    let direction = shape.centreline[middle + 1] - shape.centreline[middle]
    lanes.append(
      Pose2(
        shape.centreline[middle],
        heading: direction == .zero ? 0 : ExactMath.atan2(direction.y, direction.x)))
    laneFeatures += [Float(length)] + features
    self.visible.append(visible)
    return lane
  }
}
