extension OrientedBox {
  /// Whether a point is inside or on the border.
  @inlinable public func contains(_ p: Vector2) -> Bool {
    let q = local(p)
    return q.x.magnitude <= halfLength && q.y.magnitude <= halfWidth
  }

  /// Whether the boxes share a point; touching counts.
  ///
  /// The separating-axis test on the two axes of each box. It is symmetric to the bit. nuPlan asks
  /// first whether the circles around the corners overlap; boxes that pass this test also pass
  /// that one, except where two corners touch along the line of centres to within rounding.
  @inlinable public func overlaps(_ b: OrientedBox) -> Bool {
    let d = b.centre - centre
    let c = direction.dot(b.direction).magnitude
    let s = direction.cross(b.direction).magnitude
    return d.dot(direction).magnitude <= halfLength + (b.halfLength * c + b.halfWidth * s)
      && d.cross(direction).magnitude <= halfWidth + (b.halfLength * s + b.halfWidth * c)
      && d.dot(b.direction).magnitude <= b.halfLength + (halfLength * c + halfWidth * s)
      && d.cross(b.direction).magnitude <= b.halfWidth + (halfLength * s + halfWidth * c)
  }

  /// Whether the box shares a point with a segment; touching counts.
  @inlinable public func intersects(_ segment: Segment) -> Bool {
    let half = (segment.end - segment.start) * 0.5
    let d = (segment.start + segment.end) * 0.5 - centre
    let along = half.dot(direction).magnitude
    let across = half.cross(direction).magnitude
    return d.dot(direction).magnitude <= halfLength + along
      && d.cross(direction).magnitude <= halfWidth + across
      && d.cross(half).magnitude <= halfLength * across + halfWidth * along
  }

  /// Distance to a point, metres; 0 inside.
  @inlinable public func distance(to p: Vector2) -> Double {
    distanceSquared(to: p).squareRoot()
  }

  /// Square of the distance to a point; 0 inside.
  @inlinable public func distanceSquared(to p: Vector2) -> Double {
    let q = local(p)
    let x = max(q.x.magnitude - halfLength, 0)
    let y = max(q.y.magnitude - halfWidth, 0)
    return x * x + y * y
  }

  /// Distance to another box, metres; 0 if they overlap.
  @inlinable public func distance(to b: OrientedBox) -> Double {
    if overlaps(b) { return 0 }
    // The nearest points of two convex polygons apart include a corner of one of them.
    return min(b.leastSquare(toCornersOf: self), leastSquare(toCornersOf: b)).squareRoot()
  }

  /// Square of the distance to the nearest corner of another box; 0 if one is inside. Two corners
  /// at a time, each by the operations of `distanceSquared(to:)`.
  @inlinable func leastSquare(toCornersOf b: OrientedBox) -> Double {
    let ahead = b.direction * b.halfLength
    let aside = b.direction.left * b.halfWidth
    // The middles of the front and the rear side.
    let x = SIMD2(b.centre.x + ahead.x, b.centre.x - ahead.x)
    let y = SIMD2(b.centre.y + ahead.y, b.centre.y - ahead.y)
    let left = squares(x + aside.x, y + aside.y)
    let right = squares(x - aside.x, y - aside.y)
    return min(min(left[0], left[1]), min(right[1], right[0]))
  }

  /// Squares of the distances to two points; 0 inside.
  @inlinable func squares(_ x: SIMD2<Double>, _ y: SIMD2<Double>) -> SIMD2<Double> {
    let dx = x - centre.x
    let dy = y - centre.y
    let along = dx * direction.x + dy * direction.y
    let across = direction.x * dy - direction.y * dx
    let beyond = OrientedBox.excess(along, over: halfLength)
    let beside = OrientedBox.excess(across, over: halfWidth)
    return beyond * beyond + beside * beside
  }

  /// How far numbers lie outside of plus or minus a bound; 0 within.
  @inlinable static func excess(_ value: SIMD2<Double>, over bound: Double) -> SIMD2<Double> {
    let size = SIMD2(value[0].magnitude, value[1].magnitude) - bound
    return size.replacing(with: 0, where: size .< 0)
  }

  /// Distance to a segment, metres; 0 if they meet.
  @inlinable public func distance(to segment: Segment) -> Double {
    if intersects(segment) { return 0 }
    let ends = min(distance(to: segment.start), distance(to: segment.end))
    let corners = min(
      min(segment.distance(to: frontLeft), segment.distance(to: rearLeft)),
      min(segment.distance(to: rearRight), segment.distance(to: frontRight)))
    return min(ends, corners)
  }

  /// The first time at which two boxes that keep their headings and velocities touch, seconds.
  ///
  /// Exact, without sampling: on each of the four axes the projections overlap during one interval
  /// of time, and the boxes touch in the intersection of the four.
  ///
  /// - Parameters:
  ///   - other: the other box.
  ///   - velocity: velocity of this box, m/s, in the frame of the plane.
  ///   - otherVelocity: velocity of the other one.
  ///   - horizon: the last time that counts, seconds.
  /// - Returns: 0 if they overlap now, `.infinity` if they do not touch within the horizon.
  @inlinable
  public func sweptTimeToContact(
    _ other: OrientedBox, velocity: Vector2, otherVelocity: Vector2, horizon: Double
  ) -> Double {
    if overlaps(other) { return 0 }
    let d = other.centre - centre
    let v = otherVelocity - velocity
    let c = direction.dot(other.direction).magnitude
    let s = direction.cross(other.direction).magnitude
    var window = ContactWindow(enter: 0, leave: horizon)
    window.narrow(
      gap: d.dot(direction), rate: v.dot(direction),
      reach: halfLength + (other.halfLength * c + other.halfWidth * s))
    window.narrow(
      gap: d.cross(direction), rate: v.cross(direction),
      reach: halfWidth + (other.halfLength * s + other.halfWidth * c))
    window.narrow(
      gap: d.dot(other.direction), rate: v.dot(other.direction),
      reach: other.halfLength + (halfLength * c + halfWidth * s))
    window.narrow(
      gap: d.cross(other.direction), rate: v.cross(other.direction),
      reach: other.halfWidth + (halfLength * s + halfWidth * c))
    return window.enter <= window.leave ? window.enter : .infinity
  }
}

/// The interval of time in which projections on all axes looked at so far overlap.
@frozen
@usableFromInline
struct ContactWindow {
  @usableFromInline var enter: Double
  @usableFromInline var leave: Double

  @inlinable
  init(enter: Double, leave: Double) {
    self.enter = enter
    self.leave = leave
  }

  /// Keeps the times at which |gap + rate t| <= reach.
  @inlinable
  mutating func narrow(gap: Double, rate: Double, reach: Double) {
    if rate == 0 {
      if gap.magnitude > reach { leave = -.infinity }
      return
    }
    let a = (-reach - gap) / rate
    let b = (reach - gap) / rate
    enter = max(enter, min(a, b))
    leave = min(leave, max(a, b))
  }
}
