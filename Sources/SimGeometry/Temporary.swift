// Temporary shapes so that the contracts compile. DELETE this file when the real types land here.

public struct BoundingBox: Hashable, Sendable {
  public var min: Vector2
  public var max: Vector2
  public init(min: Vector2, max: Vector2) {
    self.min = min
    self.max = max
  }
  public func union(_ o: BoundingBox) -> BoundingBox { o }
}
public struct Polygon: Hashable, Sendable {
  public var vertices: [Vector2]
  public init(_ vertices: [Vector2]) { self.vertices = vertices }
  public var boundingBox: BoundingBox { BoundingBox(min: .zero, max: .zero) }
}
public struct Polyline: Hashable, Sendable {
  public var vertices: [Vector2]
  public var length: Double { 0 }
}
public struct SpatialIndex: Sendable {
  public init(_ boxes: [BoundingBox]) {}
}
public struct OrientedBox: Hashable, Sendable {
  public var centre: Vector2
  public init(pose: Pose2, length: Double, width: Double) { centre = pose.position }
}
