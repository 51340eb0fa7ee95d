public import SimGeometry

/// Path Complexity Index of RouteFormer: how far a straight line through the last places, taken at
/// even times, leads from where somebody then went, as a discrete Fréchet distance in metres.
public enum PathComplexity {
  /// Places that the line is fitted to.
  public static let observed = 6

  /// - Parameters:
  ///   - past: the last places, the present one at the end; at least 2.
  ///   - future: the places after it, at the same spacing in time; at least 1.
  public static func index(past: [Vector2], future: [Vector2]) -> Double {
    precondition(past.count >= 2 && !future.isEmpty)
    // Least squares of x and y over the number of the place, which is centred.
    let middle = 0.5 * Double(past.count - 1)
    // About the present place: far from the origin digits would be lost.
    let origin = past[past.count - 1]
    var mean = Vector2.zero
    var slope = Vector2.zero
    var squares = 0.0
    for (k, somewhere) in past.enumerated() {
      let place = somewhere - origin
      let t = Double(k) - middle
      mean = mean + place
      slope = slope + place * t
      squares += t * t
    }
    mean = mean * (1 / Double(past.count))
    slope = slope * (1 / squares)
    let line = future.indices.map { mean + slope * (Double(past.count + $0) - middle) }
    return frechetDistance(future.map { $0 - origin }, line)
  }

  /// Discrete Fréchet distance of two lines of points (Eiter and Mannila 1994), metres.
  public static func frechetDistance(_ a: [Vector2], _ b: [Vector2]) -> Double {
    precondition(!a.isEmpty && !b.isEmpty)
    // Row by row: the least greatest distance (squared) of a walk along both up to here.
    var row = [Double](repeating: 0, count: b.count)
    for i in a.indices {
      var before = row[0]
      for j in b.indices {
        let d = (a[i] - b[j]).lengthSquared
        let reach: Double
        if i == 0 {
          reach = j == 0 ? d : max(row[j - 1], d)
        } else if j == 0 {
          reach = max(row[0], d)
        } else {
          reach = max(min(row[j], row[j - 1], before), d)
        }
        before = row[j]
        row[j] = reach
      }
    }
    return row[b.count - 1].squareRoot()
  }
}
