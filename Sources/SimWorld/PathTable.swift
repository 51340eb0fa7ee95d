public import SimGeometry

/// The paths of an episode laid end to end in plain arrays, for moving many path agents at once
/// without touching one object per agent.
///
/// A path is a ring if its last vertex is its first one (to within `closingDistance`): agents that
/// pass its end go on at its start.
@frozen
public struct PathTable: Sendable {
  /// One path: where its parts lie in the arrays.
  @frozen
  public struct Line: Hashable, Sendable {
    /// Number of its first piece.
    public let first: Int32
    /// Number of pieces.
    public let count: Int32
    /// Whether agents that pass its end go on at its start.
    public let isRing: Bool
    /// Metres.
    public let length: Double
  }

  /// Where a straight piece lies, whichever paths lead over it and how far they have come by then.
  @frozen
  public struct Shape: Sendable {
    /// Its start, metres in the world frame.
    public let origin: Vector2
    /// Unit vector.
    public let direction: Vector2
    /// Wrapped to one turn.
    public let heading: Double
  }

  /// One straight piece of a path.
  @frozen
  public struct Piece: Hashable, Sendable {
    /// Arc length on the path at its start.
    public let start: Double
    /// Arc length on the path at its end.
    public let end: Double
    /// Its start, metres in the world frame.
    public let origin: Vector2
    /// Unit vector.
    public let direction: Vector2
    /// Wrapped to one turn.
    public let heading: Double

    @inlinable
    init(start: Double, end: Double, _ shape: Shape) {
      self.start = start
      self.end = end
      origin = shape.origin
      direction = shape.direction
      heading = shape.heading
    }

    @inlinable
    init(start: Double, end: Double, _ shape: Shape, movedBy move: Vector2) {
      self.start = start
      self.end = end
      origin = shape.origin + move
      direction = shape.direction
      heading = shape.heading
    }
  }

  /// Ends nearer than this make a ring, metres.
  public static let closingDistance = 1e-6

  /// By the number of the path.
  public let lines: [Line]
  /// Arc length at which each piece starts, path by path; after the last piece of each path comes
  /// where that ends, so that a number there is no piece.
  public let starts: [Double]
  /// Of each piece the place of its shape in `shapes`, below, and that of how far it is from there
  /// in `moves`, above it; empty: pieces have shapes of their own, by their numbers.
  @usableFromInline let places: [UInt32]
  /// Where the pieces lie. Paths of a large table that lead over the same road share them, and
  /// those that lead over roads of the same shape at different places.
  @usableFromInline let shapes: [Shape]
  /// Metres.
  @usableFromInline let moves: [Vector2]
  /// How many bits of a place are that of a shape.
  @usableFromInline let shapeBits: UInt

  /// The table of some paths, in the same order.
  public init(_ paths: PathList) {
    var builder = PathTableBuilder()
    if let kept = paths.kept {
      builder.expect(paths: kept.count, pieces: kept.reduce(0) { $0 + $1.segmentCount })
      for path in kept { builder.add(path, path.directions.indices) }
    } else {
      builder.sharesShapes = paths.count > PathTableBuilder.fewPaths
      for path in paths {
        if !builder.sharesShapes { builder.expect(pieces: path.segmentCount) }
        builder.add(path, path.directions.indices)
        builder.expectMore(of: paths.count)
      }
    }
    self.init(builder)
  }

  /// The table of some paths that are kept, in the same order.
  public init(_ paths: [Polyline]) { self.init(PathList(paths)) }

  /// The table of one stretch of each path: enough for bodies that lie within it.
  ///
  /// - Parameter stretches: arc lengths; each on the path of the same number.
  init(_ stretches: [(path: Polyline, range: ClosedRange<Double>)]) {
    var builder = PathTableBuilder()
    for (path, range) in stretches {
      var kept = path.directions.indices
      if !PathTable.isRing(path) || (range.lowerBound >= 0 && range.upperBound <= path.length) {
        // A piece more on either side: the first and last one of a table go on beyond their ends.
        let first = max(path.segmentIndex(at: range.lowerBound) - 1, 0)
        let last = min(path.segmentIndex(at: range.upperBound) + 1, kept.upperBound - 1)
        kept = first..<last + 1
      }
      builder.add(path, kept)
    }
    self.init(builder)
  }

  private init(_ builder: PathTableBuilder) {
    lines = builder.lines
    starts = builder.starts
    places = builder.places
    shapes = builder.shapes
    moves = builder.moves
    shapeBits = builder.shapeBits
  }

  /// Bytes that the table holds.
  public var byteCount: Int {
    lines.count * MemoryLayout<Line>.stride + starts.count * MemoryLayout<Double>.stride
      + places.count * MemoryLayout<UInt32>.stride + shapes.count * MemoryLayout<Shape>.stride
      + moves.count * MemoryLayout<Vector2>.stride
  }

  /// The path's end is its start.
  public static func isRing(_ path: Polyline) -> Bool {
    guard let first = path.vertices.first, let last = path.vertices.last else { return false }
    return path.directions.count > 2 && first.distance(to: last) <= closingDistance
  }

  /// The table as buffers, for hot loops; valid inside `withView` only.
  @frozen
  public struct View {
    /// By the number of the path.
    public let lines: UnsafeBufferPointer<Line>
    /// By their numbers.
    public let pieces: Pieces

    @inlinable
    init(lines: UnsafeBufferPointer<Line>, pieces: Pieces) {
      self.lines = lines
      self.pieces = pieces
    }

    /// Number in `pieces` of the piece of a path that holds an arc length.
    ///
    /// - Parameters:
    ///   - s: on the path, metres; outside of it the first or last piece answers.
    ///   - line: the path.
    ///   - cursor: number of a piece of the path that is near; it shortens the search only.
    @inlinable @inline(__always)
    public func piece(at s: Double, of line: Line, near cursor: Int32) -> Int {
      pieces.own.piece(at: s, of: line, near: cursor)
    }

    /// Number in `pieces` of the piece of a path that is likely to hold an arc length, metres: to
    /// ask for it ahead.
    @inlinable @inline(__always)
    public func likelyPiece(at s: Double, on path: Int) -> Int {
      let line = lines[path]
      let share = min(max(s / line.length, 0), 1) * Double(line.count - 1)
      return Int(line.first) + Int(share)
    }

    /// Number of the piece of a path that holds an arc length, counted from the path's first one.
    public func piece(at s: Double, on path: Int) -> Int32 {
      let line = lines[path]
      var low = line.first
      var high = line.first + line.count
      // On a path of even pieces the first guess is right; else it halves the rest.
      let share = min(max(s / line.length, 0), 1) * Double(line.count - 1)
      let guess = low + Int32(share)
      if pieces.start(of: Int(guess)) <= s {
        if s < pieces.end(of: Int(guess)) { return guess - line.first }
        low = guess
        if guess + 1 < high, s < pieces.end(of: Int(guess) + 1) { return guess + 1 - line.first }
      } else if guess > low {
        high = guess
      }
      while high - low > 1 {
        let middle = low + (high - low) / 2
        if pieces.start(of: Int(middle)) <= s { low = middle } else { high = middle }
      }
      return low - line.first
    }

    /// Where the centre of a body is whose axles run on a path, or at an offset beside it.
    ///
    /// - Parameters:
    ///   - s: arc length, metres; goes round on a ring, and straight on beyond the ends of an open
    ///     path.
    ///   - offset: to the left, metres.
    ///   - halfBase: from the centre to either axle, metres.
    public func place(at s: Double, offset: Double, halfBase: Double, on path: Int) -> Vector2 {
      let line = lines[path]
      let near = piece(at: s, on: path)
      let rear = axle(at: s - halfBase, offset: offset, of: line, near: near)
      let front = axle(at: s + halfBase, offset: offset, of: line, near: near)
      return (rear.place + front.place) * 0.5
    }

    /// The place on a path at which a body is: its arc length there and offset to the left.
    ///
    /// - Parameters:
    ///   - centre: where the body is, near the path.
    ///   - halfBase: from its centre to either axle, metres.
    ///   - guess: about its arc length, to within some metres.
    /// - Returns: what `place` leads back to `centre`, to a millimetre unless a path turns sharply
    ///   nearer to it than it is wide.
    public func locate(
      _ centre: Vector2, halfBase: Double, on path: Int, near guess: Double
    ) -> (s: Double, offset: Double) {
      let line = lines[path]
      var (s, offset) = project(centre, on: path, near: guess)
      // Between the corners of a line a body is not quite where its centre's foot says.
      for _ in 0..<3 {
        let direction = pieces[piece(at: s, of: line, near: piece(at: s, on: path))].direction
        let left = centre - place(at: s, offset: offset, halfBase: halfBase, on: path)
        s += left.dot(direction)
        offset += direction.cross(left)
        if line.isRing && s < 0 { s += line.length }
        if line.isRing && s >= line.length { s -= line.length }
      }
      return (s, offset)
    }

    /// The nearest place of a path to a point among the pieces around a guess, by foot.
    public func project(
      _ p: Vector2, on path: Int, near guess: Double
    ) -> (s: Double, offset: Double) {
      let line = lines[path]
      var guess = guess
      if line.isRing && guess < 0 { guess += line.length }
      if line.isRing && guess >= line.length { guess -= line.length }
      let middle = Int(piece(at: guess, on: path))
      let count = Int(line.count)
      var best = (s: guess, offset: 0.0)
      var nearest = Double.infinity
      // Pieces may be short: look at some, and as far as 10 m either way.
      for side in 0..<2 {
        let way = side == 0 ? 1 : -1
        var k = way == 1 ? middle : middle - 1
        while true {
          let number = line.isRing ? (k + count) % count : k
          guard number >= 0, number < count, (k - middle).magnitude < count else { break }
          let piece = pieces[Int(line.first) + number]
          let arm = p - piece.origin
          let along = min(max(arm.dot(piece.direction), 0), piece.end - piece.start)
          let square = (arm - piece.direction * along).lengthSquared
          if square < nearest {
            nearest = square
            best = (piece.start + along, piece.direction.cross(arm))
          }
          let far = way == 1 ? piece.end - guess : guess - piece.start
          let isFar = (line.isRing && far < 0 ? far + line.length : far) > 10
          if isFar && (k - middle).magnitude >= 2 { break }
          k += way
        }
      }
      return best
    }

    /// Where an axle is that runs on a path at an offset, and the heading of the path there.
    ///
    /// - Parameter s: metres; goes round on a ring, and straight on beyond an open path's ends.
    func axle(
      at s: Double, offset: Double, of line: Line, near cursor: Int32
    ) -> (place: Vector2, heading: Double) {
      var s = s
      var near = cursor
      if line.isRing && s < 0 {
        s += line.length
        near = line.count - 1
      } else if line.isRing && s >= line.length {
        s -= line.length
        near = 0
      }
      return PathTable.axle(
        on: pieces[self.piece(at: s, of: line, near: near)], at: s, offset: offset)
    }

    /// The piece nearest to a point among some of `pieces`; of equally near ones the first.
    ///
    /// - Returns: its index, and the place on it: arc length of the path (clamped to the piece)
    ///   and lateral offset (left positive).
    @inlinable
    public func project(
      _ p: Vector2, from first: Int, through last: Int
    ) -> (piece: Int, s: Double, d: Double) {
      guard let sharing = pieces.sharing else {
        return project(p, from: first, through: last, pieces.own)
      }
      return project(p, from: first, through: last, SharedPieces(pieces, sharing))
    }

    @inlinable @inline(__always)
    func project(
      _ p: Vector2, from first: Int, through last: Int, _ reader: some PieceReader
    ) -> (piece: Int, s: Double, d: Double) {
      var best = (piece: first, s: 0.0, d: 0.0)
      var nearest = Double.infinity
      var i = first
      while i <= last {
        let piece = reader[i]
        let offset = p - piece.origin
        let along = min(max(offset.dot(piece.direction), 0), piece.end - piece.start)
        let square = (offset - piece.direction * along).lengthSquared
        if square < nearest {
          nearest = square
          best = (i, piece.start + along, piece.direction.cross(offset))
        }
        i += 1
        guard i + 4 < last else { continue }
        // A line comes nearer by no more than it is long: what follows too soon on a piece that is
        // farther away than the nearest is passed over. (Less what rounding may be.)
        let slack = square.squareRoot() - nearest.squareRoot()
        let s = piece.end + slack * (1 - 1e-9) - 1e-6
        while i < last && pieces.end(of: i) < s { i += 1 }
      }
      return best
    }
  }

  /// Calls a function with the table as buffers.
  @inlinable
  public func withView<R>(_ body: (View) -> R) -> R {
    lines.withUnsafeBufferPointer { lines in
      starts.withUnsafeBufferPointer { starts in
        shapes.withUnsafeBufferPointer { shapes in
          guard !places.isEmpty else {
            return body(
              View(lines: lines, pieces: Pieces(starts: starts, shapes: shapes, sharing: nil)))
          }
          return withSharing { sharing in
            body(
              View(lines: lines, pieces: Pieces(starts: starts, shapes: shapes, sharing: sharing)))
          }
        }
      }
    }
  }

  @inlinable
  func withSharing<R>(_ body: (UnsafePointer<Sharing>) -> R) -> R {
    places.withUnsafeBufferPointer { places in
      moves.withUnsafeBufferPointer { moves in
        withUnsafePointer(to: Sharing(places: places, moves: moves, shapeBits: shapeBits), body)
      }
    }
  }
}
