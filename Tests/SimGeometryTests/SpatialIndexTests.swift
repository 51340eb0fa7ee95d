import SimCore
import SimGeometry
import Testing

@Suite struct SpatialIndexTests {
  func boxes(_ n: Int, _ noise: inout Noise) -> [BoundingBox] {
    (0..<n).map { _ in
      let a = Vector2(noise.next(0...100), noise.next(0...100))
      return BoundingBox(min: a, max: a + Vector2(noise.next(0...12), noise.next(0...4)))
    }
  }

  /// Every size up to some full nodes and levels, against the plain loop.
  @Test(arguments: [0, 1, 2, 7, 8, 9, 63, 64, 65, 200, 513, 1000])
  func findsWhatTheLoopFinds(_ n: Int) {
    var noise = Noise(state: UInt64(n))
    let all = boxes(n, &noise)
    let index = SpatialIndex(all)
    #expect(index.count == n)
    var found: [Int32] = []
    for _ in 0..<60 {
      let query = boxes(1, &noise)[0].expanded(by: noise.next(0...20))
      let expected = all.indices.filter { all[$0].intersects(query) }.map { Int32($0) }
      found.removeAll(keepingCapacity: true)
      index.query(query, into: &found)
      #expect(found == expected)
      found.removeAll(keepingCapacity: true)
      index.query(query.min, into: &found)
      #expect(found == all.indices.filter { all[$0].contains(query.min) }.map { Int32($0) })
    }
  }

  @Test(arguments: [1, 8, 100, 600])
  func nearestIsThatOfTheLoop(_ n: Int) {
    var noise = Noise(state: UInt64(n))
    let all = boxes(n, &noise)
    let index = SpatialIndex(all)
    for _ in 0..<60 {
      let p = Vector2(noise.next(-50...150), noise.next(-50...150))
      let distances = all.map { $0.distance(to: p) }
      let least = distances.min() ?? .infinity
      let found = index.nearest(to: p) { all[Int($0)].distance(to: p) }
      #expect(found?.distance == least)
      #expect(found?.item == distances.firstIndex(of: least).map { Int32($0) })
      #expect(index.nearest(to: p, within: least) { all[Int($0)].distance(to: p) } != nil)
      if least > 0 {
        #expect(
          index.nearest(to: p, within: least.nextDown) { all[Int($0)].distance(to: p) } == nil)
      }
    }
  }

  @Test func emptyBoxesAreNeverFound() {
    let everywhere = BoundingBox(centre: .zero, halfSide: .infinity)
    let index = SpatialIndex([.empty, BoundingBox(around: [.zero]), .empty])
    #expect(index.query(everywhere) == [1])
    #expect(SpatialIndex([.empty]).query(everywhere) == [])
    #expect(SpatialIndex([]).nearest(to: .zero) { _ in 0 } == nil)
  }

  @Test(arguments: [0, 1, 5, 40, 1000])
  func gridFindsWhatTheLoopFinds(_ n: Int) {
    var noise = Noise(state: UInt64(n) + 5)
    var grid = DynamicGrid(cellSize: 10)
    var found: [Int32] = []
    // Several rebuilds: growing and shrinking must leave nothing behind.
    for size in [n, n / 2, n] {
      let x = (0..<size).map { _ in noise.next(-100...100) }
      let y = (0..<size).map { _ in noise.next(-100...100) }
      grid.rebuild(x: x, y: y)
      #expect(grid.count == size)
      for _ in 0..<60 {
        let centre = Vector2(noise.next(-120...120), noise.next(-120...120))
        let radius = noise.next(0...50)
        let box = BoundingBox(centre: centre, halfSide: radius)
        found.removeAll(keepingCapacity: true)
        grid.query(box, into: &found)
        let inBox = (0..<size).filter { box.contains(Vector2(x[$0], y[$0])) }
        #expect(found == inBox.map { Int32($0) })
        found.removeAll(keepingCapacity: true)
        grid.query(around: centre, radius: radius, into: &found)
        let near = inBox.filter {
          (Vector2(x[$0], y[$0]) - centre).lengthSquared <= radius * radius
        }
        #expect(found == near.map { Int32($0) })
      }
    }
  }

  @Test func gridHoldsFarAndBrokenPoints() {
    var grid = DynamicGrid(cellSize: 1)
    grid.rebuild(x: [1e300, 0, .nan, 5, .infinity], y: [1e300, 0, 0, 5, 0])
    var found: [Int32] = []
    grid.query(BoundingBox(centre: .zero, halfSide: 6), into: &found)
    #expect(found == [1, 3])
    found = []
    grid.query(BoundingBox(centre: .zero, halfSide: .infinity), into: &found)
    #expect(found == [0, 1, 3])
    found = []
    grid.query(BoundingBox(centre: Vector2(.nan, 0), halfSide: 1), into: &found)
    #expect(found == [])
  }
}
