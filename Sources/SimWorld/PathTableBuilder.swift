import SimCore
import SimGeometry

/// Puts a `PathTable` together, path by path.
///
/// Of many paths shapes are kept once. In a town one junction is another one moved, and so are the
/// ways through them: of pieces with one direction the first is a model, and of the others only how
/// far they are from it is kept, if the sum of both is where they are to the bit. Where hardly
/// anything is a copy of something else, only pieces at the same place share a shape.
struct PathTableBuilder {
  /// Shapes that are there already are not added again.
  var sharesShapes = false
  private(set) var lines: [PathTable.Line] = []
  private(set) var starts: [Double] = []
  private(set) var places: [UInt32] = []
  private(set) var shapes: [PathTable.Shape] = []
  private(set) var moves = [PathTableBuilder.noMove]
  private(set) var shapeBits = PathTableBuilder.fewBits
  /// The shapes of models, and those at one place each.
  private var models = Known()
  private var fixed = Known()
  private var moveSlots = HashSlots()

  /// Some of the shapes.
  private struct Known {
    var numbers: [Int32] = []
    var slots = HashSlots()
  }

  /// A sum with it is the same to the bit, also that of -0.
  private static let noMove = Vector2(-0.0, -0.0)
  /// So many bits of a place are for the shape while there are models: enough for towns of dozens
  /// of kinds of junctions, and the others for half a million moves; and all bits.
  private static let fewBits: UInt = 13
  private static let allBits: UInt = 32
  /// Of few pieces, and of few paths, it does not pay to find out which are alike.
  private static let fewPieces = 100_000
  static let fewPaths = 16

  /// Makes room for a number of paths and pieces.
  mutating func expect(paths: Int, pieces: Int) {
    sharesShapes = pieces > PathTableBuilder.fewPieces && paths > PathTableBuilder.fewPaths
    lines.reserveCapacity(paths)
    starts.reserveCapacity(pieces + paths)
    if sharesShapes {
      places.reserveCapacity(pieces + paths)
    } else {
      shapes.reserveCapacity(pieces + paths)
    }
  }

  /// Makes room for another path whose pieces are not shared.
  mutating func expect(pieces: Int) {
    starts.reserveCapacity(starts.count + pieces + 1)
    shapes.reserveCapacity(shapes.count + pieces + 1)
  }

  /// Adds some of the segments of a path, all in one.
  mutating func add(_ path: Polyline, _ segments: Range<Int>) {
    lines.append(
      PathTable.Line(
        first: Int32(starts.count), count: Int32(segments.count),
        isRing: PathTable.isRing(path), length: path.length))
    for i in segments {
      let shape = PathTable.Shape(
        origin: path.vertices[i], direction: path.directions[i],
        heading: ExactMath.wrapAngle(path.segmentHeadings[i]))
      starts.append(path.arcLengths[i])
      if sharesShapes {
        let place = place(of: shape)
        places.append(place)
      } else {
        shapes.append(shape)
      }
    }
    // (No piece has this number.)
    starts.append(path.arcLengths[segments.upperBound])
    if sharesShapes {
      places.append(0)
    } else {
      shapes.append(PathTable.Shape(origin: path.end, direction: .zero, heading: 0))
    }
  }

  /// Makes room once, when some paths are there, for as many as there are going to be: lists that
  /// grow again and again are for a moment there twice. (Room that stays empty takes no memory.)
  mutating func expectMore(of count: Int) {
    let sample = 64
    guard lines.count == sample, count > 2 * sample else { return }
    let room = Int(1.1 * Double(starts.count) * Double(count) / Double(sample))
    lines.reserveCapacity(count)
    starts.reserveCapacity(room)
    places.reserveCapacity(room)
  }

  /// The place of a shape, which is added if it does not follow from those that are there.
  private mutating func place(of shape: PathTable.Shape) -> UInt32 {
    if shapeBits == PathTableBuilder.fewBits {
      if let place = movedPlace(of: shape) { return place }
      fixAll()
    }
    return UInt32(fixedNumber(of: shape))
  }

  /// - Returns: nil if there is no room for so many shapes or moves.
  private mutating func movedPlace(of shape: PathTable.Shape) -> UInt32? {
    guard shapes.count < 1 << PathTableBuilder.fewBits,
      moves.count < 1 << (PathTableBuilder.allBits - PathTableBuilder.fewBits)
    else { return nil }
    let direction = shape.direction
    var hash = HashSlots.mixed(1, direction.x.bitPattern)
    hash = HashSlots.mixed(hash, direction.y.bitPattern)
    let known = models.slots.place(HashSlots.mixed(hash, shape.heading.bitPattern)) {
      [shapes, numbers = models.numbers] in
      PathTableBuilder.leadTheSameWay(shapes[Int(numbers[$0])], shape)
    }
    if known == models.numbers.count {
      models.numbers.append(Int32(shapes.count))
      shapes.append(shape)
      return UInt32(shapes.count - 1)
    }
    let number = models.numbers[known]
    let model = shapes[Int(number)].origin
    let move = shape.origin - model
    if PathTableBuilder.areSame(model + PathTableBuilder.noMove, shape.origin) {
      return UInt32(number)
    }
    guard PathTableBuilder.areSame(model + move, shape.origin) else {
      return UInt32(fixedNumber(of: shape))
    }
    return UInt32(number) | UInt32(place(of: move)) << UInt32(PathTableBuilder.fewBits)
  }

  /// Where a move is in the list, to which it is added if it is not there yet. (The first is none.)
  private mutating func place(of move: Vector2) -> Int {
    let hash = HashSlots.mixed(HashSlots.mixed(1, move.x.bitPattern), move.y.bitPattern)
    let known = moveSlots.place(hash) { [moves] in
      PathTableBuilder.areSame(moves[$0 + 1], move)
    }
    if known + 1 == moves.count { moves.append(move) }
    return known + 1
  }

  /// The number of a shape that is used only where it is.
  private mutating func fixedNumber(of shape: PathTable.Shape) -> Int32 {
    var hash = HashSlots.mixed(1, shape.origin.x.bitPattern)
    hash = HashSlots.mixed(hash, shape.origin.y.bitPattern)
    let known = fixed.slots.place(HashSlots.mixed(hash, shape.heading.bitPattern)) {
      [shapes, numbers = fixed.numbers] in
      let other = shapes[Int(numbers[$0])]
      return PathTableBuilder.areSame(other.origin, shape.origin)
        && PathTableBuilder.leadTheSameWay(other, shape)
    }
    if known == fixed.numbers.count {
      fixed.numbers.append(Int32(shapes.count))
      shapes.append(shape)
    }
    return fixed.numbers[known]
  }

  /// Gives up models: each shape is used only where it is.
  private mutating func fixAll() {
    let (old, oldMoves, oldPlaces) = (shapes, moves, places)
    let mask = UInt32(1) << UInt32(PathTableBuilder.fewBits) - 1
    shapes = []
    moves = [PathTableBuilder.noMove]
    models = Known()
    moveSlots = HashSlots()
    fixed = Known()
    shapeBits = PathTableBuilder.allBits
    for (number, place) in oldPlaces.enumerated() {
      let shape = old[Int(place & mask)]
      let move = oldMoves[Int(place >> UInt32(PathTableBuilder.fewBits))]
      places[number] = UInt32(
        fixedNumber(
          of: PathTable.Shape(
            origin: shape.origin + move, direction: shape.direction, heading: shape.heading)))
    }
  }

  private static func leadTheSameWay(_ a: PathTable.Shape, _ b: PathTable.Shape) -> Bool {
    areSame(a.direction, b.direction) && a.heading.bitPattern == b.heading.bitPattern
  }

  private static func areSame(_ a: Vector2, _ b: Vector2) -> Bool {
    a.x.bitPattern == b.x.bitPattern && a.y.bitPattern == b.y.bitPattern
  }
}
