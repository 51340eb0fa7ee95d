import SimCore
import SimGeometry

extension AgentTable {
  /// The columns of a table as buffers, for hot loops; valid inside `withColumns` only.
  @frozen
  public struct Columns {
    /// Number of rows.
    public let count: Int
    /// How the step moves each agent.
    public let motion: UnsafeBufferPointer<MotionModel>
    /// Boxes along the heading, metres.
    public let length: UnsafeBufferPointer<Double>
    /// Boxes across the heading, metres.
    public let width: UnsafeBufferPointer<Double>
    /// 1 while the agent is in the world, else 0.
    public let present: UnsafeBufferPointer<UInt8>
    /// x of the box centres, metres.
    public let x: UnsafeBufferPointer<Double>
    /// y of the box centres, metres.
    public let y: UnsafeBufferPointer<Double>
    /// Headings, radians counter-clockwise from +x.
    public let heading: UnsafeBufferPointer<Double>
    /// Cosines of the headings.
    public let directionX: UnsafeBufferPointer<Double>
    /// Sines of the headings.
    public let directionY: UnsafeBufferPointer<Double>
    /// Signed along the heading, m/s.
    public let speed: UnsafeBufferPointer<Double>
    /// Along the heading, m/s^2.
    public let acceleration: UnsafeBufferPointer<Double>
    /// Tyre angles of driven vehicles, rad; else 0.
    public let steering: UnsafeBufferPointer<Double>
    /// Path in `World.paths` of path agents; -1 for all others.
    public let path: UnsafeBufferPointer<Int32>
    /// Arc lengths on those paths, metres.
    public let arcLength: UnsafeBufferPointer<Double>
    /// Offsets from those paths, metres to the left.
    public let lateralOffset: UnsafeBufferPointer<Double>
    /// Segments of those paths at the arc lengths.
    public let cursor: UnsafeBufferPointer<Int32>

    /// Direction indicators; of absent agents none.
    public let indicators: UnsafeBufferPointer<VehicleLights>

    init(_ columns: MutableColumns) {
      count = columns.x.count
      motion = UnsafeBufferPointer(columns.motion)
      length = UnsafeBufferPointer(columns.length)
      width = UnsafeBufferPointer(columns.width)
      present = UnsafeBufferPointer(columns.present)
      x = UnsafeBufferPointer(columns.x)
      y = UnsafeBufferPointer(columns.y)
      heading = UnsafeBufferPointer(columns.heading)
      directionX = UnsafeBufferPointer(columns.directionX)
      directionY = UnsafeBufferPointer(columns.directionY)
      speed = UnsafeBufferPointer(columns.speed)
      acceleration = UnsafeBufferPointer(columns.acceleration)
      steering = UnsafeBufferPointer(columns.steering)
      path = UnsafeBufferPointer(columns.path)
      arcLength = UnsafeBufferPointer(columns.arcLength)
      lateralOffset = UnsafeBufferPointer(columns.lateralOffset)
      cursor = UnsafeBufferPointer(columns.cursor)
      indicators = UnsafeBufferPointer(columns.indicators)
    }
  }

  /// The columns that a step writes; valid inside `withMutableColumns` only.
  struct MutableColumns {
    let length: UnsafeMutableBufferPointer<Double>
    let width: UnsafeMutableBufferPointer<Double>
    let x: UnsafeMutableBufferPointer<Double>
    let y: UnsafeMutableBufferPointer<Double>
    let heading: UnsafeMutableBufferPointer<Double>
    let directionX: UnsafeMutableBufferPointer<Double>
    let directionY: UnsafeMutableBufferPointer<Double>
    let speed: UnsafeMutableBufferPointer<Double>
    let acceleration: UnsafeMutableBufferPointer<Double>
    let steering: UnsafeMutableBufferPointer<Double>
    let arcLength: UnsafeMutableBufferPointer<Double>
    let lateralOffset: UnsafeMutableBufferPointer<Double>
    let path: UnsafeMutableBufferPointer<Int32>
    let cursor: UnsafeMutableBufferPointer<Int32>
    let present: UnsafeMutableBufferPointer<UInt8>
    let indicators: UnsafeMutableBufferPointer<VehicleLights>
    let motion: UnsafeMutableBufferPointer<MotionModel>

    /// The row of an agent that is not in the world; its path stays.
    @inline(__always)
    func clear(_ row: Int) {
      present[row] = 0
      x[row] = 0
      y[row] = 0
      heading[row] = 0
      directionX[row] = 0
      directionY[row] = 0
      speed[row] = 0
      acceleration[row] = 0
      steering[row] = 0
      arcLength[row] = 0
      lateralOffset[row] = 0
      cursor[row] = 0
    }

    /// The row of an agent on a path, but for its path, speed and acceleration.
    ///
    /// Its axles run on the path (or at its offset beside it) and carry the box: so it turns
    /// smoothly over the corners of the path, and in a bend its middle cuts in and its ends swing
    /// out, as those of a vehicle do.
    ///
    /// - Parameters:
    ///   - s: arc length on the path, metres.
    ///   - offset: to the left of the path, metres.
    ///   - halfBase: from the centre to either axle, metres.
    ///   - near: number of a piece of the path near `s`.
    @inline(__always)
    func setOnPath(
      _ row: Int, _ line: PathTable.Line, s: Double, offset: Double, halfBase: Double,
      near: Int32, _ paths: PathTable.View
    ) {
      let pieces = paths.pieces
      if let sharing = pieces.sharing {
        setOnPath(
          row, line, s: s, offset: offset, halfBase: halfBase, near: near,
          PathTable.SharedPieces(pieces, sharing))
      } else {
        setOnPath(
          row, line, s: s, offset: offset, halfBase: halfBase, near: near, pieces.own)
      }
    }

    /// The work of `setOnPath`, for pieces that share shapes or for those that do not.
    @inline(__always)
    func setOnPath(
      _ row: Int, _ line: PathTable.Line, s: Double, offset: Double, halfBase: Double,
      near: Int32, _ pieces: some PathTable.PieceReader
    ) {
      let number = pieces.piece(at: s, of: line, near: near)
      let cursor = Int32(truncatingIfNeeded: number) - line.first
      present[row] = 1
      steering[row] = 0
      arcLength[row] = s
      lateralOffset[row] = offset
      self.cursor[row] = cursor
      let piece = pieces[number]
      // Beyond the ends of an open path its first and last piece go on.
      let isWithin =
        (s - halfBase >= piece.start || (cursor == 0 && !line.isRing))
        && (s + halfBase <= piece.end || (cursor == line.count - 1 && !line.isRing))
      if isWithin {
        let along = s - piece.start
        x[row] = piece.origin.x + piece.direction.x * along - piece.direction.y * offset
        y[row] = piece.origin.y + piece.direction.y * along + piece.direction.x * offset
        setHeading(row, of: piece)
      } else {
        let rear = pieces.rearAxle(at: s - halfBase, offset: offset, of: line, at: cursor)
        let front = pieces.frontAxle(at: s + halfBase, offset: offset, of: line, at: cursor)
        let base = front.place - rear.place
        let length = base.length
        x[row] = 0.5 * (rear.place.x + front.place.x)
        y[row] = 0.5 * (rear.place.y + front.place.y)
        if front.heading == rear.heading || length < 1e-6 {
          setHeading(row, of: piece)
        } else {
          // A path turns little within a wheelbase: the angle to the piece is a small one.
          let along = base.dot(piece.direction)
          let across = piece.direction.cross(base)
          heading[row] =
            across.magnitude < along * 0.0625
            ? ExactMath.wrapAngle(piece.heading + ExactMath.smallAngle(tangent: across / along))
            : ExactMath.atan2(base.y, base.x)
          let scale = 1 / length
          directionX[row] = base.x * scale
          directionY[row] = base.y * scale
        }
      }
    }

    /// Turns a row that has been set on its path into the way that it moves.
    ///
    /// A body points along its velocity: it is turned out of its path by atan(aside / along), up to
    /// `AgentTable.steepest`. One that stands does not turn.
    ///
    /// - Parameters:
    ///   - along: speed along the path, m/s: way in the tick over its length.
    ///   - aside: speed to the left of it, m/s.
    func turnAside(_ row: Int, along: Double, aside: Double) {
      let most = AgentTable.steepest * along
      let aside = min(max(aside, -most), most)
      // (A speed whose square is nothing would leave no direction.)
      guard along > 1e-9, aside != 0 else { return }
      let way = Vector2(directionX[row], directionY[row])
      let velocity = way * along + way.left * aside
      let length = velocity.length
      heading[row] = ExactMath.wrapAngle(heading[row] + ExactMath.atan2(aside, along))
      directionX[row] = velocity.x / length
      directionY[row] = velocity.y / length
    }

    /// Leaves a row that has been set on its path turned as it was.
    func keepHeading(_ row: Int, _ from: Columns) {
      heading[row] = from.heading[row]
      directionX[row] = from.directionX[row]
      directionY[row] = from.directionY[row]
    }

    @inline(__always)
    private func setHeading(_ row: Int, of piece: PathTable.Piece) {
      heading[row] = piece.heading
      directionX[row] = piece.direction.x
      directionY[row] = piece.direction.y
    }

    /// The row as it was.
    @inline(__always)
    func copy(_ row: Int, _ from: Columns) {
      present[row] = from.present[row]
      x[row] = from.x[row]
      y[row] = from.y[row]
      heading[row] = from.heading[row]
      directionX[row] = from.directionX[row]
      directionY[row] = from.directionY[row]
      speed[row] = from.speed[row]
      acceleration[row] = from.acceleration[row]
      steering[row] = from.steering[row]
      arcLength[row] = from.arcLength[row]
      lateralOffset[row] = from.lateralOffset[row]
      cursor[row] = from.cursor[row]
    }
  }

  /// Calls a function with the columns as buffers, without bounds or uniqueness checks inside.
  @inlinable
  public func withColumns<R>(_ body: (Columns) -> R) -> R {
    withExtendedLifetime(block) { body(block.columns) }
  }

  /// Calls a function with the columns that a step writes.
  mutating func withMutableColumns<R>(_ body: (MutableColumns) -> R) -> R {
    if !isKnownUniquelyReferenced(&block) { block = AgentBlock(copying: block) }
    return withExtendedLifetime(block) { body(block.writable) }
  }
}
