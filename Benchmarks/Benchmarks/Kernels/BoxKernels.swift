import SimCore
import SimGeometry

/// Overlap of oriented boxes: a third of the pairs overlap, a third miss each other nearly (the
/// circles around them overlap), a third are far apart.
enum BoxKernels {
  /// Pairs of cars and trucks by their places in one set of columns.
  struct Load: Sendable {
    var columns = BoxColumns()
    var boxes: [OrientedBox] = []
    var first: [Int32] = []
    var second: [Int32] = []
    var overlapping = 0
    var nearMisses = 0

    init(pairs: Int) {
      let random = CounterRandom(seed: 5)
      let purpose = RandomPurpose("boxes")
      var counts = [0, 0, 0]
      var draw = 0
      while first.count < pairs {
        func number(_ index: Int, _ range: ClosedRange<Double>) -> Double {
          random.uniform(purpose, in: range, stream: 0, tick: draw, index: index)
        }
        let isTruck = draw % 4 == 0
        let a = OrientedBox(
          centre: Vector2(number(0, -200...200), number(1, -200...200)),
          heading: number(2, -3.14...3.14), length: 4.6, width: 1.9)
        let b = OrientedBox(
          centre: a.centre + Vector2(number(3, -15...15), number(4, -15...15)),
          heading: number(5, -3.14...3.14), length: isTruck ? 12 : 4.6, width: isTruck ? 2.5 : 1.9)
        draw += 1
        let isOverlap = a.overlaps(b)
        let isNear = a.centre.distance(to: b.centre) < a.radius + b.radius
        let kind = isOverlap ? 0 : isNear ? 1 : 2
        // No kind gets more than its third.
        guard counts[kind] < (pairs + 2) / 3 else { continue }
        counts[kind] += 1
        first.append(Int32(boxes.count))
        second.append(Int32(boxes.count + 1))
        boxes += [a, b]
      }
      columns = BoxColumns(boxes)
      overlapping = counts[0]
      nearMisses = counts[1]
      precondition(overlapping * 10 >= pairs * 3 && nearMisses * 10 >= pairs * 3)
    }
  }

  static var all: [Kernel] {
    let load = Load(pairs: 1_000)
    let rounds = Kernel.operations / 1_000
    return [
      Kernel("box overlap, pairs in a batch") {
        var total = 0
        for _ in 0..<rounds {
          total += load.columns.overlapCount(first: load.first, second: load.second)
        }
        return UInt64(total)
      },
      Kernel("box overlap, one against a batch") {
        var total = 0
        for i in 0..<Kernel.operations / load.columns.count {
          total += load.columns.overlapCount(with: load.boxes[i])
        }
        return UInt64(total)
      },
      Kernel("box overlap, pair by pair") {
        var total = 0
        for _ in 0..<rounds {
          for k in 0..<load.first.count
          where load.boxes[Int(load.first[k])].overlaps(load.boxes[Int(load.second[k])]) {
            total += 1
          }
        }
        return UInt64(total)
      },
    ]
  }
}
