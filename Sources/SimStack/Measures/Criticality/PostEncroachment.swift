public import SimGeometry

/// Two road users who used the same conflict area one after the other, as it happened.
public struct PostEncroachment: Hashable, Sendable {
  /// Row of the other one.
  public var agent: Int
  /// `crossing` or `merging`.
  public var kind: EncounterKind
  /// The ego was first.
  public var isEgoFirst: Bool
  /// When the first one left, ticks (with fractions).
  public var left: Double
  /// When the second one entered, ticks (with fractions).
  public var entered: Double
  /// Post-encroachment time, seconds; 0 if they were in the area together.
  public var time: Double
  /// Encroachment time: how long the first one was in the area, seconds; nil if it was in it from
  /// the start.
  public var encroachment: Double?

  /// The first stay in an area: when it begins and when it ends, ticks with fractions.
  public struct Stay: Hashable, Sendable {
    /// Minus infinity if it lasts since before the first tick.
    public var enter: Double
    /// Infinite if it does not end.
    public var leave: Double

    /// The first stay of a body in an area; nil if it never is in it.
    ///
    /// Between ticks the body moves straight; entry and exit are found to a millionth of a tick.
    ///
    /// - Parameter box: at a tick; nil while it is not there.
    public init?(in area: ConflictArea, ticks: Range<Int>, _ box: (Int) -> OrientedBox?) {
      var entry: Double?
      var last: OrientedBox?
      for tick in ticks {
        guard let now = box(tick) else {
          // Who disappears in the area has not left it.
          if entry != nil { break }
          last = nil
          continue
        }
        let isIn = area.isMet(by: now)
        if entry == nil, isIn {
          entry = last.map { Stay.change(from: $0, at: tick - 1, to: now, area) } ?? -.infinity
        } else if let enter = entry, !isIn, let last {
          self.enter = enter
          leave = Stay.change(from: last, at: tick - 1, to: now, area)
          return
        }
        last = now
      }
      guard let entry else { return nil }
      enter = entry
      leave = .infinity
    }

    /// When a body that is in the area at one of two ticks, and not at the other, passes its edge.
    private static func change(
      from a: OrientedBox, at tick: Int, to b: OrientedBox, _ area: ConflictArea
    ) -> Double {
      let isInAtFirst = area.isMet(by: a)
      var low = 0.0
      var high = 1.0
      for _ in 0..<20 {
        let middle = 0.5 * (low + high)
        var box = a
        box.centre = a.centre + (b.centre - a.centre) * middle
        box.direction = (a.direction + (b.direction - a.direction) * middle).normalized
        if area.isMet(by: box) == isInAtFirst { low = middle } else { high = middle }
      }
      return Double(tick) + 0.5 * (low + high)
    }
  }

  /// What two stays in an area make; nil unless both were in it and the first one has left, or both
  /// were in it at once.
  ///
  /// - Parameter step: length of a tick, seconds.
  public init?(_ own: Stay, _ other: Stay, area: ConflictArea, step: Double) {
    let isEgoFirst = own.enter <= other.enter
    let first = isEgoFirst ? own : other
    let second = isEgoFirst ? other : own
    // Both have been in it all the time: nobody came second.
    guard second.enter > -.infinity else { return nil }
    agent = area.agent
    kind = area.kind
    self.isEgoFirst = isEgoFirst
    left = first.leave
    entered = second.enter
    time = max((second.enter - first.leave) * step, 0)
    let stay = (min(first.leave, 1e9) - first.enter) * step
    encroachment = first.enter > -.infinity && first.leave < .infinity ? stay : nil
  }
}
