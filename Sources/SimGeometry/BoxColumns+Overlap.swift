extension BoxColumns {
  /// For each pair of boxes whether they overlap (touching counts).
  ///
  /// - Parameters:
  ///   - first: index of one box of each pair.
  ///   - second: index of the other one.
  ///   - mask: receives one answer a pair; what it held is dropped.
  public func overlapMask(first: [Int32], second: [Int32], into mask: inout [Bool]) {
    prepare(&mask, count: first.count)
    mask.withUnsafeMutableBufferPointer { mask in
      forEachGroup(first, second) { k, lanes, answers in
        for lane in 0..<lanes { mask[k + lane] = answers[lane] }
      }
    }
  }

  /// How many of the pairs overlap (touching counts).
  public func overlapCount(first: [Int32], second: [Int32]) -> Int {
    var total = 0
    var sums = SIMD4<Int64>(repeating: 0)
    forEachGroup(first, second) { _, lanes, answers in
      if lanes == 4 {
        sums = sums &+ SIMD4(repeating: 0).replacing(with: 1, where: answers)
      } else {
        for lane in 0..<lanes where answers[lane] { total += 1 }
      }
    }
    return total + Int(sums.wrappedSum())
  }

  /// For each box whether it overlaps the given one (touching counts).
  ///
  /// - Parameters:
  ///   - box: the box to test against all.
  ///   - mask: receives one answer a box; what it held is dropped.
  public func overlapMask(with box: OrientedBox, into mask: inout [Bool]) {
    prepare(&mask, count: count)
    mask.withUnsafeMutableBufferPointer { mask in
      forEachGroup(with: box) { k, lanes, answers in
        for lane in 0..<lanes { mask[k + lane] = answers[lane] }
      }
    }
  }

  /// How many boxes overlap the given one (touching counts).
  public func overlapCount(with box: OrientedBox) -> Int {
    var total = 0
    var sums = SIMD4<Int64>(repeating: 0)
    forEachGroup(with: box) { _, lanes, answers in
      if lanes == 4 {
        sums = sums &+ SIMD4(repeating: 0).replacing(with: 1, where: answers)
      } else {
        for lane in 0..<lanes where answers[lane] { total += 1 }
      }
    }
    return total + Int(sums.wrappedSum())
  }

  /// Appends the indices of the boxes that overlap the given one, in ascending order.
  public func overlapping(_ box: OrientedBox, into result: inout [Int32]) {
    forEachGroup(with: box) { k, lanes, answers in
      guard any(answers) else { return }
      for lane in 0..<lanes where answers[lane] {
        result.append(Int32(truncatingIfNeeded: k + lane))
      }
    }
  }

  /// The index of the first box that overlaps the given one; nil if none does.
  public func firstOverlapping(_ box: OrientedBox) -> Int? {
    withPointers { columns in
      let one = BoxLanes(box)
      var k = 0
      while k < columns.x.count {
        let lanes = min(4, columns.x.count - k)
        let others = lanes == 4 ? columns.lanes(from: k) : columns.lanes(at: lastPlaces(k))
        let answers = one.overlaps(others)
        if any(answers) {
          for lane in 0..<lanes where answers[lane] { return k + lane }
        }
        k += 4
      }
      return nil
    }
  }

  /// Calls `body` with the answers of four boxes at a time: place of the first, how many count,
  /// and the answers.
  @inline(__always)
  private func forEachGroup(with box: OrientedBox, _ body: (Int, Int, LaneMask) -> Void) {
    withPointers { columns in
      let one = BoxLanes(box)
      let whole = columns.x.count & ~3
      var k = 0
      while k < whole {
        body(k, 4, one.overlaps(columns.lanes(from: k)))
        k += 4
      }
      if k < columns.x.count {
        body(k, columns.x.count - k, one.overlaps(columns.lanes(at: lastPlaces(k))))
      }
    }
  }

  /// The places of the last boxes, from `first` on; missing ones repeat the last.
  private func lastPlaces(_ first: Int) -> (Int32, Int32, Int32, Int32) {
    let first = Int32(truncatingIfNeeded: first)
    let last = Int32(truncatingIfNeeded: count) - 1
    return (first, min(first + 1, last), min(first + 2, last), min(first + 3, last))
  }

  /// Calls `body` with the answers of four pairs at a time: place of the first, how many count,
  /// and the answers.
  @inline(__always)
  private func forEachGroup(
    _ first: [Int32], _ second: [Int32], _ body: (Int, Int, LaneMask) -> Void
  ) {
    precondition(first.count == second.count, "as many first as second boxes")
    precondition(areIndices(first) && areIndices(second), "pairs name boxes that exist")
    withPointers { columns in
      first.withUnsafeBufferPointer { first in
        second.withUnsafeBufferPointer { second in
          let whole = first.count & ~3
          var k = 0
          while k < whole {
            let a = columns.lanes(at: (first[k], first[k + 1], first[k + 2], first[k + 3]))
            let b = columns.lanes(at: (second[k], second[k + 1], second[k + 2], second[k + 3]))
            body(k, 4, a.overlaps(b))
            k += 4
          }
          // The last pairs; missing ones repeat the last.
          let last = first.count - 1
          if k <= last {
            let place = (k, min(k + 1, last), min(k + 2, last), min(k + 3, last))
            let a = columns.lanes(
              at: (first[place.0], first[place.1], first[place.2], first[place.3]))
            let b = columns.lanes(
              at: (second[place.0], second[place.1], second[place.2], second[place.3]))
            body(k, last + 1 - k, a.overlaps(b))
          }
        }
      }
    }
  }

  /// Whether all values are indices of boxes. One pass of its own, since it costs a fraction of
  /// what checks between the gathers do.
  private func areIndices(_ values: [Int32]) -> Bool {
    let last = Int32(truncatingIfNeeded: count) - 1
    // The sign bit is set if a value is below 0 or greater than the last index.
    var wrong = SIMD8<Int32>(repeating: 0)
    var wrongRest: Int32 = 0
    values.withUnsafeBufferPointer { values in
      let whole = values.count & ~7
      for k in stride(from: 0, to: whole, by: 8) {
        let group = UnsafeRawBufferPointer(values).loadUnaligned(
          fromByteOffset: k * MemoryLayout<Int32>.stride, as: SIMD8<Int32>.self)
        wrong |= group | (SIMD8(repeating: last) &- group)
      }
      for k in whole..<values.count { wrongRest |= values[k] | (last &- values[k]) }
    }
    return !any(wrong .< 0) && wrongRest >= 0
  }

  /// Gives a mask the wanted length, keeping its memory.
  private func prepare(_ mask: inout [Bool], count: Int) {
    if mask.count != count {
      mask.removeAll(keepingCapacity: true)
      mask.append(contentsOf: repeatElement(false, count: count))
    }
  }
}
