public import SimGeometry

/// Where the plane lies on an image: metres to pixels, north (+y) up unless turned.
public struct MapViewport: Hashable, Sendable {
  /// Width of the image, pixels.
  public let width: Int
  /// Height of the image, pixels.
  public let height: Int
  /// The place in the middle of the image, metres.
  public let centre: Vector2
  /// Pixels a metre.
  public let scale: Double
  /// Unit vector in the plane that points to the right on the image.
  public let right: Vector2

  /// A view of a place at a scale.
  ///
  /// - Parameter right: unit vector in the plane that points to the right on the image; east
  ///   unless told otherwise, so that north is up.
  public init(
    width: Int, height: Int, centre: Vector2, scale: Double, right: Vector2 = Vector2(1, 0)
  ) {
    precondition(scale > 0 && scale.isFinite && centre.isFinite, "the view has a scale")
    precondition(abs(right.lengthSquared - 1) < 1e-6, "a unit vector points to the right")
    self.width = width
    self.height = height
    self.centre = centre
    self.scale = scale
    self.right = right
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
    let d = p - centre
    return Vector2(
      0.5 * Double(width) + d.dot(right) * scale,
      0.5 * Double(height) - d.dot(right.left) * scale)
  }

  /// The pixel coordinates of places.
  public func pixels(_ points: [Vector2]) -> [Vector2] { points.map { pixel($0) } }

  /// The place of a pixel.
  public func place(_ p: Vector2) -> Vector2 {
    let across = (p.x - 0.5 * Double(width)) / scale
    let up = (0.5 * Double(height) - p.y) / scale
    return centre + right * across + right.left * up
  }

  /// A direction in the plane as one on the image: y down.
  public func direction(_ d: Vector2) -> Vector2 { Vector2(d.dot(right), -d.dot(right.left)) }

  /// The box in the plane around all that the image shows, metres.
  public var region: BoundingBox {
    let w = Double(width)
    let h = Double(height)
    let (c, s) = (right.x.magnitude, right.y.magnitude)
    let half = Vector2(w * c + h * s, w * s + h * c) * (0.5 / scale)
    return BoundingBox(min: centre - half, max: centre + half)
  }

  /// A width in metres in pixels, but at least `least`.
  public func thickness(_ metres: Double, atLeast least: Double) -> Double {
    max(metres * scale, least)
  }
}
