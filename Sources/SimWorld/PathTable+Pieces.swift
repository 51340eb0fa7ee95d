public import SimCore
public import SimGeometry

extension PathTable {
  /// Which pieces share a shape, and how far they are from it.
  @frozen
  @usableFromInline struct Sharing {
    @usableFromInline let places: UnsafeBufferPointer<UInt32>
    @usableFromInline let moves: UnsafeBufferPointer<Vector2>
    @usableFromInline let shapeBits: UInt

    @inlinable
    init(
      places: UnsafeBufferPointer<UInt32>, moves: UnsafeBufferPointer<Vector2>, shapeBits: UInt
    ) {
      self.places = places
      self.moves = moves
      self.shapeBits = shapeBits
    }

    /// Where the shape of a piece is, and its move.
    @inlinable @inline(__always)
    func split(_ number: Int) -> (shape: Int, move: Int) {
      let place = UInt(places[number])
      return (Int(place & ((1 &<< shapeBits) &- 1)), Int(place &>> shapeBits))
    }
  }

  /// The pieces of all paths, path by path, as they are put together where one is read: who asks
  /// for one field of a piece reads no others.
  @frozen
  public struct Pieces {
    @usableFromInline let starts: UnsafeBufferPointer<Double>
    @usableFromInline let shapes: UnsafeBufferPointer<Shape>
    /// nil: all have shapes of their own. (Apart: these buffers are handed on with every call.)
    @usableFromInline let sharing: UnsafePointer<Sharing>?

    @inlinable
    init(
      starts: UnsafeBufferPointer<Double>, shapes: UnsafeBufferPointer<Shape>,
      sharing: UnsafePointer<Sharing>?
    ) {
      self.starts = starts
      self.shapes = shapes
      self.sharing = sharing
    }

    /// A piece by its number.
    @inlinable
    public subscript(number: Int) -> Piece {
      @inline(__always) get {
        guard let sharing else { return own[number] }
        return SharedPieces(self, sharing)[number]
      }
    }

    /// The same for who knows that pieces have shapes of their own.
    @inlinable var own: OwnPieces {
      @inline(__always) get { OwnPieces(starts: starts, shapes: shapes) }
    }

    /// Arc length on the path at the start of a piece.
    @inlinable @inline(__always)
    public func start(of number: Int) -> Double { starts[number] }

    /// Arc length on the path at the end of a piece.
    @inlinable @inline(__always)
    public func end(of number: Int) -> Double { starts[number &+ 1] }

    /// Asks for where a piece starts and where its shape is; any number will do.
    @inlinable @inline(__always)
    public func prefetchPlace(_ number: Int) {
      starts.prefetch(number)
      if let sharing { sharing.pointee.places.prefetch(number) }
    }

    /// Asks for the shapes of a piece and of the one or two after it.
    @inlinable @inline(__always)
    public func prefetchShape(_ number: Int) {
      if let sharing {
        let (shape, move) = sharing.pointee.split(number)
        shapes.prefetch(shape)
        sharing.pointee.moves.prefetch(move)
      } else {
        shapes.prefetch(number)
        shapes.prefetch(number, byte: 64)
      }
    }

    /// Asks for the shapes of a piece and of the two on either side of it, which is where one looks
    /// for the place that is nearest to a point.
    @inlinable @inline(__always)
    public func prefetchShapes(around number: Int) {
      prefetchShape(number)
      if sharing != nil { return }
      shapes.prefetch(number, byte: -64)
      shapes.prefetch(number, byte: 128)
    }
  }

  /// Pieces of which it is known whether they share shapes: loops find that out once, and not for
  /// every piece.
  @usableFromInline protocol PieceReader {
    /// See `PathTable.starts`.
    var starts: UnsafeBufferPointer<Double> { get }
    /// A piece by its number.
    subscript(number: Int) -> Piece { get }
  }

  /// Pieces with shapes of their own.
  @frozen
  @usableFromInline struct OwnPieces: PieceReader {
    @usableFromInline let starts: UnsafeBufferPointer<Double>
    @usableFromInline let shapes: UnsafeBufferPointer<Shape>

    @inlinable
    init(starts: UnsafeBufferPointer<Double>, shapes: UnsafeBufferPointer<Shape>) {
      self.starts = starts
      self.shapes = shapes
    }

    @inlinable
    subscript(number: Int) -> Piece {
      @inline(__always) get {
        Piece(start: starts[number], end: starts[number &+ 1], shapes[number])
      }
    }
  }

  /// Pieces that share shapes.
  @frozen
  @usableFromInline struct SharedPieces: PieceReader {
    @usableFromInline let starts: UnsafeBufferPointer<Double>
    @usableFromInline let shapes: UnsafeBufferPointer<Shape>
    @usableFromInline let sharing: UnsafePointer<Sharing>

    @inlinable
    init(_ pieces: Pieces, _ sharing: UnsafePointer<Sharing>) {
      starts = pieces.starts
      shapes = pieces.shapes
      self.sharing = sharing
    }

    @inlinable
    subscript(number: Int) -> Piece {
      @inline(__always) get {
        let (shape, move) = sharing.pointee.split(number)
        return Piece(
          start: starts[number], end: starts[number &+ 1], shapes[shape],
          movedBy: sharing.pointee.moves[move])
      }
    }
  }
}

extension PathTable.PieceReader {
  /// See `PathTable.View.piece`.
  @inlinable @inline(__always)
  func piece(at s: Double, of line: PathTable.Line, near cursor: Int32) -> Int {
    let base = Int(line.first)
    let last = Int(line.count) - 1
    var i = min(max(Int(cursor), 0), last)
    while i < last && s >= starts[base + i + 1] { i += 1 }
    while i > 0 && s < starts[base + i] { i -= 1 }
    return base + i
  }

  /// `PathTable.View.axle` for one behind a centre.
  ///
  /// - Parameter cursor: number of the piece that holds the centre.
  @inline(__always)
  func rearAxle(
    at s: Double, offset: Double, of line: PathTable.Line, at cursor: Int32
  ) -> (place: Vector2, heading: Double) {
    var s = s
    let base = Int(line.first)
    var i = base + Int(cursor)
    if line.isRing && s < 0 {
      s += line.length
      i = base + Int(line.count) - 1
    }
    while i > base && s < starts[i] { i -= 1 }
    return PathTable.axle(on: self[i], at: s, offset: offset)
  }

  /// `PathTable.View.axle` for one ahead of a centre.
  ///
  /// - Parameter cursor: number of the piece that holds the centre.
  @inline(__always)
  func frontAxle(
    at s: Double, offset: Double, of line: PathTable.Line, at cursor: Int32
  ) -> (place: Vector2, heading: Double) {
    var s = s
    let base = Int(line.first)
    var i = base + Int(cursor)
    if line.isRing && s >= line.length {
      s -= line.length
      i = base
    }
    let last = base + Int(line.count) - 1
    while i < last && s >= starts[i + 1] { i += 1 }
    return PathTable.axle(on: self[i], at: s, offset: offset)
  }
}

extension PathTable {
  /// Where an axle is that runs on a piece, or beside it, and the heading there.
  @inline(__always)
  static func axle(
    on piece: Piece, at s: Double, offset: Double
  ) -> (place: Vector2, heading: Double) {
    let place = piece.origin + piece.direction * (s - piece.start) + piece.direction.left * offset
    return (place, piece.heading)
  }
}
