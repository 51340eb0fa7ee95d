import SimCore
public import SimGeometry

/// An opaque image that is drawn on in software, the same on every machine to the last bit.
///
/// Coordinates are pixels, x to the right and y down, with whole numbers on the borders between
/// pixels. Edges are smoothed by the exact share of each pixel that a shape covers.
public struct Canvas: Sendable {
  /// Columns of pixels, 1 to `maximumSide`.
  public let width: Int
  /// Rows of pixels, 1 to `maximumSide`.
  public let height: Int
  /// Four bytes a pixel (red, green, blue, 255), rows from top to bottom.
  public internal(set) var pixels: [UInt8]
  /// Only pixels in here are drawn on.
  public private(set) var clip: PixelRect
  /// Scratch of the rasteriser.
  var rasteriser = Rasteriser()

  /// Largest width and height.
  public static let maximumSide = 16_384

  /// A canvas of one colour; its opacity is ignored.
  public init(width: Int, height: Int, background: Colour = .white) {
    precondition(
      (1...Canvas.maximumSide).contains(width) && (1...Canvas.maximumSide).contains(height),
      "a canvas is 1 to 16384 pixels wide and high")
    self.width = width
    self.height = height
    pixels = [UInt8](unsafeUninitializedCapacity: 4 * width * height) { pixels, count in
      // (Every byte is given a value before it is mixed with anything.)
      count = 4 * width * height
      Rasteriser.paint(pixels, background, 255)
    }
    clip = PixelRect(left: 0, top: 0, right: width, bottom: height)
  }

  /// A picture of given pixels.
  ///
  /// - Parameter rgba: four bytes a pixel (red, green, blue, any), rows from top to bottom.
  public init(width: Int, height: Int, rgba: [UInt8]) {
    precondition(rgba.count == 4 * width * height, "four bytes a pixel")
    self.init(width: width, height: height)
    pixels = rgba
    for p in stride(from: 3, to: pixels.count, by: 4) { pixels[p] = 255 }
  }

  /// The colour of a pixel.
  public subscript(x: Int, y: Int) -> Colour {
    precondition(x >= 0 && x < width && y >= 0 && y < height, "the pixel is on the canvas")
    let i = 4 * (y * width + x)
    return Colour(pixels[i], pixels[i + 1], pixels[i + 2], alpha: pixels[i + 3])
  }

  /// Draws only inside a rectangle while `body` runs (and inside the clip that holds already).
  public mutating func clipped<R>(to rect: PixelRect, _ body: (inout Canvas) -> R) -> R {
    let before = clip
    clip = clip.intersection(rect)
    defer { clip = before }
    return body(&self)
  }

  /// A hash of size and pixels, the same in every run and on every machine.
  public var hash: UInt64 {
    var hasher = StableHasher()
    hasher.combine(width)
    hasher.combine(height)
    pixels.withUnsafeBytes { hasher.combine(bytes: $0) }
    return hasher.value
  }

  /// Fills the area that contours enclose. Contours are closed implicitly; those with a coordinate
  /// that is not finite are left out.
  public mutating func fill(_ contours: [[Vector2]], _ colour: Colour, rule: FillRule = .nonZero) {
    fill(Contours(contours), colour, rule: rule)
  }

  mutating func fill(_ contours: Contours, _ colour: Colour, rule: FillRule = .nonZero) {
    rasteriser.fill(contours, rule, colour, on: &pixels, stride: width, clip: clip)
  }

  /// Fills a polygon.
  public mutating func fillPolygon(
    _ points: [Vector2], _ colour: Colour, rule: FillRule = .nonZero
  ) {
    fill([points], colour, rule: rule)
  }

  /// Draws a line through points; `isClosed` joins the last to the first.
  public mutating func strokePolyline(
    _ points: [Vector2], _ style: StrokeStyle, _ colour: Colour, isClosed: Bool = false
  ) {
    var outline = StrokeOutline(style, within: clip)
    outline.add(points, isClosed: isClosed)
    fill(outline.contours, colour)
  }

  /// Draws the outline of a polygon.
  public mutating func strokePolygon(
    _ points: [Vector2], _ style: StrokeStyle, _ colour: Colour
  ) {
    strokePolyline(points, style, colour, isClosed: true)
  }

  /// Fills a disc.
  public mutating func fillCircle(centre: Vector2, radius: Double, _ colour: Colour) {
    fillPolygon(Canvas.circle(centre: centre, radius: radius), colour)
  }

  /// Draws a ring whose middle line has the given radius.
  public mutating func strokeCircle(
    centre: Vector2, radius: Double, width: Double, _ colour: Colour
  ) {
    fill(
      [
        Canvas.circle(centre: centre, radius: radius + 0.5 * width),
        Canvas.circle(centre: centre, radius: max(0, radius - 0.5 * width)).reversed(),
      ], colour)
  }

  /// Fills a rectangle.
  public mutating func fillRect(
    x: Double, y: Double, width: Double, height: Double, _ colour: Colour
  ) {
    fillPolygon(
      [
        Vector2(x, y), Vector2(x + width, y), Vector2(x + width, y + height),
        Vector2(x, y + height),
      ], colour)
  }

  /// Corners of a regular polygon that is a circle to within a twentieth of a pixel.
  static func circle(centre: Vector2, radius: Double) -> [Vector2] {
    guard radius > 0, radius.isFinite else { return [] }
    let count = min(max(Int((10 * min(radius, 1e6).squareRoot()).rounded(.up)), 8), 2000)
    return circle(centre: centre, radius: radius, corners: count)
  }

  /// Corners of a regular polygon, the first one to the right of the centre.
  static func circle(centre: Vector2, radius: Double, corners count: Int) -> [Vector2] {
    (0..<count).map { k in
      let (sine, cosine) = ExactMath.sinCos(2 * .pi * Double(k) / Double(count))
      return centre + Vector2(cosine, sine) * radius
    }
  }
}

/// A rectangle of whole pixels: columns left..<right, rows top..<bottom.
@frozen
public struct PixelRect: Hashable, Sendable {
  /// First column.
  public var left: Int
  /// First row, from the top.
  public var top: Int
  /// The column after the last.
  public var right: Int
  /// The row after the last.
  public var bottom: Int

  /// The columns left..<right of the rows top..<bottom.
  public init(left: Int, top: Int, right: Int, bottom: Int) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  /// It holds no pixel.
  public var isEmpty: Bool { left >= right || top >= bottom }

  /// The common part.
  public func intersection(_ other: PixelRect) -> PixelRect {
    PixelRect(
      left: max(left, other.left), top: max(top, other.top), right: min(right, other.right),
      bottom: min(bottom, other.bottom))
  }
}
