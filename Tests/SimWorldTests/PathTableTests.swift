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
}
