/// How an ego and another road user stand to each other.
public enum EncounterKind: String, Hashable, Sendable, CaseIterable {
  /// The other one is ahead on the ego's way and drives its way, or stands.
  case following
  /// It is ahead on the ego's way and comes towards it.
  case oncoming
  /// It drives beside the ego, either way, within a lane's width.
  case adjacent
  /// Their ways cross ahead of both.
  case crossing
  /// Their ways join ahead of both.
  case merging

  /// Place among all kinds.
  @usableFromInline var index: Int {
    switch self {
    case .following: 0
    case .oncoming: 1
    case .adjacent: 2
    case .crossing: 3
    case .merging: 4
    }
  }

  /// Cosine of the angle up to which two drive the same way (45 degrees).
  static let sameWay = 0.707_106_781_186_547_5
  /// Lateral distance within which one is beside the other, metres.
  static let besideWithin = 3.0
}
