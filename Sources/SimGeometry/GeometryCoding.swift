public import SimCore

// Geometry in stored data: bits of the coordinates, so that what is read equals what was written.

extension ByteWriter {
  /// x and y as doubles: 16 bytes.
  public mutating func append(_ point: Vector2) {
    append(point.x)
    append(point.y)
  }

  /// x, y and heading as doubles: 24 bytes.
  public mutating func append(_ pose: Pose2) {
    append(pose.position)
    append(pose.heading)
  }

  /// Points with their number before them.
  private mutating func append(_ points: [Vector2]) {
    appendCount(points.count)
    points.withUnsafeBytes { append(contentsOf: $0.assumingMemoryBound(to: Double.self)) }
  }

  /// A polygon: the number of its vertices, then each of them.
  public mutating func append(_ polygon: Polygon) {
    append(polygon.vertices)
  }

  /// A polyline; its headings are stored only where they were given and do not follow from the
  /// vertices.
  public mutating func append(_ polyline: Polyline) {
    append(polyline.vertices)
    let headings = polyline.vertexHeadings
    let areGiven = Polyline(polyline.vertices)?.vertexHeadings != headings
    append(areGiven)
    if areGiven {
      headings.withUnsafeBufferPointer { append(contentsOf: $0) }
    }
  }
}

extension ByteReader {
  /// A point as `ByteWriter` wrote it; its coordinates need not be finite.
  public mutating func vector2() throws(FormatDefect) -> Vector2 {
    let x = try double()
    return Vector2(x, try double())
  }

  /// A pose as `ByteWriter` wrote it; its numbers need not be finite.
  public mutating func pose2() throws(FormatDefect) -> Pose2 {
    let position = try vector2()
    return Pose2(position, heading: try double())
  }

  /// A polygon; throws if a vertex is not finite.
  public mutating func polygon() throws(FormatDefect) -> Polygon {
    let vertices = try list { reader throws(FormatDefect) in try reader.vector2() }
    guard vertices.allSatisfy(\.isFinite) else {
      throw FormatDefect("a polygon that is not finite")
    }
    return Polygon(vertices)
  }

  /// A polyline; throws if it has no two distinct vertices, or some that are too near to each other
  /// or not finite.
  public mutating func polyline() throws(FormatDefect) -> Polyline {
    let vertices = try list { reader throws(FormatDefect) in try reader.vector2() }
    var headings: [Double]?
    if try bool() {
      var given: [Double] = []
      for _ in vertices { given.append(try double()) }
      headings = given
    }
    let line =
      if let headings { Polyline(vertices, headings: headings) } else { Polyline(vertices) }
    guard let line, line.vertices.count == vertices.count else {
      throw FormatDefect("a line without two distinct points")
    }
    return line
  }
}
