import SimCore
import SimGeometry
import SimWorld
import Testing

/// Look-ups in the flat arrays of paths.
@Suite struct PathTableTests {
  /// A spiral comes near each of its pieces again and again.
  private func spiral() throws -> Polyline {
    try #require(
      Polyline(
        (0..<240).map { k in
          let turn = 0.15 * Double(k)
          let radius = 4 + 0.3 * turn
          return Vector2(radius * ExactMath.cos(turn), radius * ExactMath.sin(turn))
        }))
  }

  @Test func theNearestPieceIsThatOfAllThatAreMeasured() throws {
    let table = PathTable([try spiral()])
    table.withView { paths in
      for k in 0..<400 {
        let p = Vector2(18 * ExactMath.cos(0.7 * Double(k)), 12 * ExactMath.sin(1.1 * Double(k)))
        let first = k % 50
        let last = 120 + k % 119
        var nearest = (piece: first, square: Double.infinity)
        for i in first...last {
          let piece = paths.pieces[i]
          let arm = p - piece.origin
          let along = min(max(arm.dot(piece.direction), 0), piece.end - piece.start)
          let square = (arm - piece.direction * along).lengthSquared
          if square < nearest.square { nearest = (i, square) }
        }
        #expect(paths.project(p, from: first, through: last).piece == nearest.piece)
      }
    }
  }

  /// A guess only shortens the search for the piece of an arc length.
  @Test func thePieceOfAnArcLengthIsFoundFromAnywhere() throws {
    let path = try spiral()
    let table = PathTable([path])
    table.withView { paths in
      for k in 0..<300 {
        let s = path.length * Double(k) / 299
        let found = paths.piece(at: s, of: paths.lines[0], near: 0)
        #expect(found == paths.piece(at: s, of: paths.lines[0], near: 200))
        #expect(found == Int(paths.piece(at: s, on: 0)))
        #expect(paths.pieces[found].start <= s)
      }
    }
  }

  /// A path of three pieces, a hundred times 64 m apart: the pieces are kept once, with a hundred
  /// moves. In bytes: 24 a path, 8 and 4 a piece and end, 40 a shape, 16 a move.
  @Test func movedPathsShareTheirPieces() throws {
    let bend = try #require(
      Polyline([Vector2(0, 0), Vector2(3, 0), Vector2(3, 4), Vector2(0, 4)]))
    let paths = PathList(count: 100) { bend.moved(by: Vector2(64 * Double($0), 0)) }
    let table = PathTable(paths)
    #expect(table.byteCount == 100 * 24 + 400 * (8 + 4) + 3 * 40 + 100 * 16)
    table.withView { table in
      #expect(table.pieces[4 * 50 + 1].origin == Vector2(64 * 50 + 3, 0))
      #expect(table.pieces[4 * 50 + 1].direction == Vector2(0, 1))
      #expect(table.pieces[4 * 50 + 1].start == 3)
      #expect(table.pieces[4 * 50 + 1].end == 7)
    }
    expectSamePieces(paths)
  }

  /// 9,000 directions are too many for models: then pieces are shared only where they lie at the
  /// same place, as those of three times the same thirty paths.
  @Test func pathsOfManyDirectionsShareWhatLiesAtOnePlace() {
    let paths = PathList(count: 90) { number in
      var place = Vector2.zero
      let points = (0...300).map { k in
        defer { place += Vector2(1000, Double(300 * (number % 30) + k)) }
        return place
      }
      guard let path = Polyline(points) else { preconditionFailure("they lead on") }
      return path
    }
    #expect(
      PathTable(paths).byteCount == 90 * 24 + 90 * 301 * (8 + 4) + 30 * 300 * 40 + 16)
    expectSamePieces(paths)
  }

  /// Where no sum of a model and a move is a place to the bit, that is kept as it is.
  @Test func placesThatNoMoveReachesAreKept() throws {
    let far = PathList(count: 40) { number in
      // (Tenths, and between them as much as they round: 0.1 + 0.2 is not 0.3.)
      let x = 0.1 * Double(number + 1) + (number % 2 == 0 ? 1e9 : 0)
      guard let path = Polyline([Vector2(x, 0.1), Vector2(x, 1.1)]) else {
        preconditionFailure("it has a length")
      }
      return path
    }
    expectSamePieces(far)
  }

  /// The pieces of paths that are made when they are asked for, which share shapes, and of the same
  /// ones that are kept, which of so few do not.
  private func expectSamePieces(_ paths: PathList) {
    let shared = PathTable(paths)
    let apart = PathTable(Array(paths))
    #expect(shared.starts == apart.starts)
    shared.withView { shared in
      apart.withView { apart in
        for line in shared.lines {
          for piece in Int(line.first)..<Int(line.first + line.count) {
            #expect(shared.pieces[piece] == apart.pieces[piece])
          }
        }
      }
    }
  }
}
