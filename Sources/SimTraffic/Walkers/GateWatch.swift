import SimCore
import SimGeometry
import SimMap
import SimWorld

/// When traffic will be at the gates where walkers cross, as walkers judge it in a tick.
struct GateWatch: Sendable {
  /// Rows of what may come: everything that drives or rides.
  var rows: [Int] = []
  /// Seconds until the first one is there; infinite: nobody comes.
  private(set) var arrival: [Double] = []
  /// The same without those who are giving way.
  private(set) var arrivalUnyielding: [Double] = []
  /// The same of those only who cannot comfortably stop any more.
  private(set) var arrivalForced: [Double] = []
  /// The same of long vehicles that turn and do not give way: their corners swing over the kerb. 0
  /// if one has waited before it for long and is let go: nobody knows whether it is going to turn.
  private(set) var arrivalLong: [Double] = []
  /// Somebody stands there.
  private(set) var isBlocked: [Bool] = []
  /// Somebody has stood before it for long: it is time to let that one go.
  private(set) var isOwed: [Bool] = []
  /// Ticks for which each of `rows` has stood.
  private var stood: [Int32] = []
  private var courtesy = Courtesy()
  private var found: [Int32] = []
  /// Which lanes turn.
  private var turns: [Bool] = []

  /// Lanes that turn by more than this do, rad.
  private static let turn = 0.3
  /// Half the length from which on a vehicle is long, metres.
  private static let longHalf = 4.0
  /// Slower ones stand, m/s.
  static let standing = 0.5
  /// Who has stood for this long, s, nearer than this, metres, is let go before others set out, for
  /// so many seconds; then it is their turn again, until so many seconds later. (What it waits for
  /// may be something else: nobody waits for it for longer than others wait for them.) In a
  /// junction it is let go sooner: there it keeps others from going.
  static let patience = (usual: 15.0, inJunction: 6.0)
  private static let turnOfOne = 10.0
  private static let period = 30.0
  private static let waiting = 6.0
  /// Who still stands then was kept from going by something else while it had its turn, and has
  /// most of each period from then on, s: else that would have to be over just when its turn comes.
  private static let laterTurn = (start: 2.0, end: 22.0)
  /// Half the depth of the strip that a walker takes, metres.
  private static let halfStrip = 0.5
  /// Braking that walkers expect of somebody who sees them, m/s^2, and after how long, s.
  private static let expected = (braking: 3.0, reaction: 0.7)

  /// When it is the turn of one who stands, ticks after it came to stand.
  struct Courtesy {
    private var period: Int32 = 1
    private var first: Range<Int32> = 0..<0
    private var later: Range<Int32> = 0..<0
    /// In a junction it stands as if for so much longer.
    private(set) var sooner: Int32 = 0

    init() {}

    init(_ clock: TickClock) {
      func ticks(_ seconds: Double) -> Int32 { Int32(clock.ticks(seconds)) }
      let usual = GateWatch.patience.usual
      period = ticks(GateWatch.period)
      first = (ticks(usual) + 1)..<(ticks(usual + GateWatch.turnOfOne) + 1)
      later = (ticks(GateWatch.laterTurn.start) + 1)..<(ticks(GateWatch.laterTurn.end) + 1)
      sooner = ticks(usual - GateWatch.patience.inJunction)
    }

    func isDue(_ stood: Int32) -> Bool {
      (stood < period ? first : later).contains(stood % period)
    }
  }

  mutating func prepare(_ view: WorldView, gates: Int) {
    rows = (0..<view.agents.count).filter {
      let kind = view.agents.classes[$0]
      return kind.isVehicle || kind == .bicycle
    }
    arrival = [Double](repeating: .infinity, count: gates)
    arrivalUnyielding = arrival
    arrivalForced = arrival
    arrivalLong = arrival
    turns = view.map.lanes.indices.map { lane in
      let headings = view.map.lanes[lane].centreline.vertexHeadings
      return (headings[headings.count - 1] - headings[0]).magnitude > GateWatch.turn
    }
    isBlocked = [Bool](repeating: false, count: gates)
    isOwed = isBlocked
    stood = [Int32](repeating: 0, count: rows.count)
    courtesy = Courtesy(view.clock)
    found.reserveCapacity(64)
  }

  /// Looks at all that comes.
  mutating func look(_ tables: WalkTables, _ view: WorldView) {
    for gate in arrival.indices {
      arrival[gate] = .infinity
      arrivalUnyielding[gate] = .infinity
      arrivalForced[gate] = .infinity
      arrivalLong[gate] = .infinity
      isBlocked[gate] = false
      isOwed[gate] = false
    }
    if arrival.isEmpty { return }
    let agents = view.agents
    for (index, row) in rows.enumerated() where agents.present[row] != 0 {
      stood[index] =
        agents.speed[row] < GateWatch.standing
        ? stood[index] &+ 1
        : agents.speed[row] > 2
          ? 0 : stood[index]
      let centre = Vector2(agents.x[row], agents.y[row])
      found.removeAll(keepingCapacity: true)
      view.map.lanes(containing: centre, .all, into: &found)
      for lane in found {
        let first = Int(tables.approachStarts[Int(lane)])
        let last = Int(tables.approachStarts[Int(lane) + 1])
        if first == last { continue }
        let line = view.map.lanes[Int(lane)].centreline
        let place = line.project(centre)
        let along = line.directions[Int(place.segment)]
        let cosine = along.x * agents.directionX[row] + along.y * agents.directionY[row]
        guard cosine.magnitude > 0.5 else { continue }
        // Somebody on the wrong side comes from the other end of the lane.
        let isWrongWay = cosine < 0
        // Who stands in a junction keeps others from going: that one is let go sooner.
        let sooner = view.map.lanes[Int(lane)].isConnector ? courtesy.sooner : 0
        let isDue = courtesy.isDue(stood[index] + sooner)
        let isLong = 0.5 * agents.lengths[row] > GateWatch.longHalf
        for k in first..<last {
          let approach = tables.approaches[k]
          if isWrongWay && tables.gates[Int(approach.gate)].lane != lane { continue }
          let middle = isWrongWay ? place.s - approach.way : approach.way - place.s
          note(
            Int(approach.gate), middle: middle, halfLength: 0.5 * agents.lengths[row],
            speed: agents.speed[row], acceleration: agents.acceleration[row], isDue: isDue,
            isLong: isLong,
            isSwinging: isLong
              && (turns[Int(lane)] || turns[Int(tables.gates[Int(approach.gate)].lane)]),
            isHeld: approach.signal >= 0 && view.signals[Int(approach.signal)].meansStop)
        }
      }
    }
  }

  /// - Parameters:
  ///   - middle: from the centre of the one that comes to the gate, metres.
  ///   - isDue: it has waited for long.
  ///   - isSwinging: it is long and turns.
  ///   - isHeld: a signal forbids it to come.
  private mutating func note(
    _ gate: Int, middle: Double, halfLength: Double, speed: Double, acceleration: Double,
    isDue: Bool, isLong: Bool, isSwinging: Bool, isHeld: Bool
  ) {
    guard middle + halfLength + GateWatch.halfStrip > 0 else { return }
    let way = middle - halfLength - GateWatch.halfStrip
    if way <= 0 {
      // It is there: a standing one is walked round.
      if speed > GateWatch.standing {
        arrival[gate] = 0
        arrivalUnyielding[gate] = 0
        arrivalForced[gate] = 0
        if isSwinging { arrivalLong[gate] = 0 }
      } else {
        isBlocked[gate] = true
      }
      return
    }
    if isDue && !isHeld && way < GateWatch.waiting {
      isOwed[gate] = true
      if isLong { arrivalLong[gate] = 0 }
    }
    // One that could halt at its red signal will.
    if isHeld && speed * speed < 8 * way { return }
    if speed < GateWatch.standing && acceleration < 0.2 { return }
    let time = way / max(speed + max(acceleration, 0), 0.5)
    arrival[gate] = min(arrival[gate], time)
    let isSlow = speed < 1.5
    let isBraking = acceleration < -0.2 && speed * speed <= 2 * way * (0.3 - acceleration)
    if !(isSlow || isBraking) {
      arrivalUnyielding[gate] = min(arrivalUnyielding[gate], time)
      if isSwinging { arrivalLong[gate] = min(arrivalLong[gate], time) }
    }
    let stopping =
      speed * GateWatch.expected.reaction + speed * speed / (2 * GateWatch.expected.braking)
    if way < stopping && !isBraking { arrivalForced[gate] = min(arrivalForced[gate], time) }
  }
}
