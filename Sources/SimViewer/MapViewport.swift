public import SimGeometry

/// Where the plane lies on an image: metres to pixels, north (+y) up.
public struct MapViewport: Hashable, Sendable {
  /// Width of the image, pixels.
  public let width: Int
  /// Height of the image, pixels.
  public let height: Int
  /// The place in the middle of the image, metres.
  public let centre: Vector2
  /// Pixels a metre.
  public let scale: Double

  /// A view of a place at a scale.
  public init(width: Int, height: Int, centre: Vector2, scale: Double) {
    precondition(scale > 0 && scale.isFinite && centre.isFinite, "the view has a scale")
    self.width = width
    self.height = height
    self.centre = centre
    self.scale = scale
  }

  /// The view that shows a whole region with a margin, pixels, around it.
  public init(fitting region: BoundingBox, width: Int, height: Int, margin: Double = 24) {
    // A region without extent (a lone point) still gets a sensible scale: 20 m across.
    let extent = Vector2(max(region.width, 20), max(region.height, 20))
    let free = Vector2(
      max(Double(width) - 2 * margin, 1), max(Double(height) - 2 * margin, 1))
    self.init(
      width: width, height: height, centre: region.isEmpty ? .zero : region.centre,
      scale: min(free.x / extent.x, free.y / extent.y))
  }

  /// The pixel coordinates of a place.
  public func pixel(_ p: Vector2) -> Vector2 {
    Vector2(
      0.5 * Double(width) + (p.x - centre.x) * scale,
      0.5 * Double(height) - (p.y - centre.y) * scale)
  }

  /// The pixel coordinates of places.
  public func pixels(_ points: [Vector2]) -> [Vector2] { points.map { pixel($0) } }

  /// The place of a pixel.
  public func place(_ p: Vector2) -> Vector2 {
    Vector2(
      centre.x + (p.x - 0.5 * Double(width)) / scale,
      centre.y - (p.y - 0.5 * Double(height)) / scale)
  }

  /// A direction in the plane as one on the image: y down.
  public func direction(_ d: Vector2) -> Vector2 { Vector2(d.x, -d.y) }

  /// What the image shows, metres.
  public var region: BoundingBox {
    let half = Vector2(Double(width), Double(height)) * (0.5 / scale)
    return BoundingBox(min: centre - half, max: centre + half)
  }

  /// A width in metres in pixels, but at least `least`.
  public func thickness(_ metres: Double, atLeast least: Double) -> Double {
    max(metres * scale, least)
  }
}
