import SimMap

/// Where cyclists ride on a lane of their own: in its middle, or if two fit beside each other, at
/// the kerb; then those who are faster pass on the other side.
struct BicycleLaneUse {
  /// Offset from the middle, metres to the left.
  var keeping: Double
  /// The same of those who pass others; nil: there is no room for that.
  var passing: Double?

  /// From this width on two fit beside each other, metres: 2 m (ERA 2010 has 1.85 m and more), less
  /// a hair for what is lost in bends.
  private static let passable = 1.99
  /// From the middle of a bicycle to the edge, metres.
  private static let edge = 0.5

  /// - Parameter width: of the lane, metres.
  init(width: Double, _ side: LaneGraph.DrivingSide) {
    guard width >= BicycleLaneUse.passable else {
      keeping = 0
      return
    }
    let room = (side == .right ? 1 : -1) * (0.5 * width - BicycleLaneUse.edge)
    keeping = -room
    passing = room
  }
}

/// How cyclists pass each other on a lane of their own. No source gives these numbers: they are
/// chosen by what each is for, and so that nobody touches in crowds.
enum CyclistPassing {
  /// From where on one moves over for a slower one, metres: being a metre over takes 2.5 s, for
  /// which 12 m are enough for who is up to 4 m/s faster.
  static let reach = 12.0
  /// By how much that one must be slower, m/s: else passing takes for ever.
  static let slower = 0.2
  /// Gap to who has been passed from which on one comes back, metres: about a bicycle.
  static let behind = 2.0
  /// Least room between two who ride beside each other, metres.
  static let room = 0.2
  /// Least gap to somebody before or behind whom one moves over, metres.
  static let gap = 0.3
  /// Time that one leaves who comes from behind and is faster until it has closed up, seconds.
  static let timeBefore = 2.0
  /// Time in which one who moves over behind somebody has come into its way, seconds: 0.15 m at
  /// 0.3 m/s.
  static let timeToFallIn = 0.5
  /// How far before a junction where some turn off one no longer passes, metres: four seconds or
  /// so, in which to fall in.
  static let end = 20.0
  /// How far behind where ways part those on either are beside each other, metres: a bicycle turns
  /// off on a bend of a few metres.
  static let parting = 6.0
  /// Braking to fall in behind somebody there, m/s^2: half of what is comfortable.
  static let fallingBack = 1.0
}
