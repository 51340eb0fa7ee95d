import SimCore

extension Polyline {
  /// The same line the other way round.
  public var reversed: Polyline {
    // The vertices are those of a polyline, so the result cannot be nil; the headings turn round.
    Polyline(vertices.reversed(), headings: vertexHeadings.reversed().map { $0 + .pi }) ?? self
  }

  /// The same line the other way round, which shares what follows from its steps with that of
  /// another line with the same ones.
  package func reversed(like other: (line: Polyline, reversed: Polyline)?) -> Polyline {
    guard let other, other.line.block === block else { return reversed }
    return Polyline(vertices: vertices.reversed(), block: other.reversed.block)
  }

  /// The part between two arc lengths, metres; they are clamped.
  ///
  /// - Returns: nil if nothing (less than `minimumSpacing`) is left between them.
  public func slice(from first: Double, to last: Double) -> Polyline? {
    let first = max(first, 0)
    let last = min(last, length)
    guard last - first >= Polyline.minimumSpacing else { return nil }
    var points = [point(at: first)]
    var headings = [smoothPose(at: first).heading]
    // The last point must stay, so vertices a hair before it do not.
    let final = last - Polyline.minimumSpacing
    for i in 0..<vertices.count where arcLengths[i] > first && arcLengths[i] < final {
      points.append(vertices[i])
      headings.append(vertexHeadings[i])
    }
    points.append(point(at: last))
    headings.append(smoothPose(at: last).heading)
    return Polyline(points, headings: headings)
  }

  /// This line followed by another one; a gap between them becomes a segment, a shared point is
  /// kept once.
  public func appending(_ other: Polyline) -> Polyline {
    Polyline(vertices + other.vertices) ?? self
  }

  /// The line through points at equal arc lengths, both ends included.
  ///
  /// - Parameter step: the greatest spacing, metres, above 0; the actual one divides the length.
  public func resampled(step: Double) -> Polyline {
    precondition(step > 0, "the spacing is positive")
    let pieces = max(1, (length / step - 1e-9).rounded(.up))
    var points: [Vector2] = []
    points.reserveCapacity(Int(pieces) + 1)
    var cursor: Int32 = 0
    for k in 0..<Int(pieces) {
      points.append(advance(cursor: &cursor, s: length * Double(k) / pieces).point)
    }
    points.append(end)
    return Polyline(points) ?? self
  }
}
