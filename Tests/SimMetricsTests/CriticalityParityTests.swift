import SimCore
import SimGeometry
import SimStack
import TestSupport
import Testing

/// The official numbers of commonroad-crime and of the box checkers (`fixtures/criticality`).
///
/// CriMe's definitions are partly wrong (half lengths added to x and y, speeds projected on the
/// map's axes, accelerations without sign). They are written down here, reproduce its numbers from
/// its own intermediate values, and are nowhere else: the measures under test are the right ones,
/// which must agree wherever CriMe's deviations do not act.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared"))
struct CriticalityParityTests {
  typealias Fixtures = CriticalityFixtures

  /// CriMe's quantities of one sample, from its intermediate values.
  struct Quantities {
    var sample: Fixtures.Crime.Sample
    var headway: Double
    /// vx, vy, ax, ay of ego and other.
    var ego: [Double]
    var other: [Double]
    var egoSpeed: Double
    var otherSpeed: Double
    var egoAcceleration: Double
    var otherAcceleration: Double
    /// Of CriMe's discs about both, metres.
    var radii: Double

    var closing: Double { egoSpeed - otherSpeed }
    var closingAcceleration: Double { egoAcceleration - otherAcceleration }

    init?(_ sample: Fixtures.Crime.Sample, radii: Double) {
      guard let middle = sample.mid, let headway = sample.hw?.number,
        let egoLane = middle.egoLaneOrientation, let otherLane = middle.otherLaneOrientation
      else { return nil }
      func sign(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : 0 }
      self.sample = sample
      self.headway = headway
      self.radii = radii
      ego = middle.ego
      other = middle.other
      let cosEgo = ExactMath.cos(egoLane)
      let cosOther = ExactMath.cos(otherLane)
      egoSpeed = sign(ego[3]) * ExactMath.hypot(ego[3], ego[4]) * cosEgo
      egoAcceleration = sign(ego[5]) * ExactMath.hypot(ego[5], ego[6]) * cosEgo
      otherSpeed = ExactMath.hypot(other[3], other[4]) * cosOther
      otherAcceleration = ExactMath.hypot(other[5], other[6]) * cosOther
    }

    /// CriMe's TTC: without the dead band where the gap opens.
    var officialTime: Double {
      let dv = -closing
      let da = -closingAcceleration
      if headway == .infinity { return .infinity }
      if dv < 0 && da.magnitude <= 0.1 { return -headway / dv }
      let square = dv * dv - 2 * headway * da
      if square < 0 { return .infinity }
      if (dv < 0 && da != 0) || (dv >= 0 && da < 0) {
        return -dv / da - square.squareRoot() / da
      }
      return .infinity
    }
  }

  static func samples(_ frame: Fixtures.Crime.Frame) -> [Quantities] {
    frame.others.keys.sorted().flatMap { (key: String) -> [Quantities] in
      guard let other = frame.others[key], let length = other.length, let width = other.width
      else { return [] }
      func radius(_ length: Double, _ width: Double) -> Double {
        ExactMath.hypot(length / 6, width / 2)
      }
      let radii = radius(frame.ego.length, frame.ego.width) + radius(length, width)
      return other.ticks.compactMap { Quantities($0, radii: radii) }
    }
  }

  private func agree(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
    if a == b || (a.isNaN && b.isNaN) { return true }
    // What should be infinite comes out as 1e15 where a difference rounds to nearly nothing.
    if a.magnitude > 1e6 && b.magnitude > 1e6 { return true }
    return (a - b).magnitude <= tolerance * max(1, a.magnitude, b.magnitude)
  }

  /// All of CriMe's pair values follow from its intermediate ones by the formulas above.
  @Test(arguments: Fixtures.names("crime_"))
  func wrongDefinitionsReproduce(_ name: String) throws {
    let file = try #require(Fixtures.load(name, as: Fixtures.Crime.self))
    var checked = 0
    for frame in [file.originalFrame, file.alignedFrame] {
      for q in CriticalityParityTests.samples(frame) {
        let sample = q.sample
        func check(_ what: String, _ official: Fixtures.Value?, _ ours: Double, _ limit: Double) {
          guard let official = official?.number else { return }
          checked += 1
          #expect(agree(official, ours, limit), "\(what) at \(sample.t): \(ours), not \(official)")
        }
        check("ttc", sample.ttc, q.officialTime, 1e-9)
        let turn = ExactMath.cos(q.ego[2] - q.other[2])
        check(
          "delta_v", sample.deltaV,
          0.5
            * (ExactMath.hypot(q.ego[3], q.ego[4]) + ExactMath.hypot(q.other[3], q.other[4]) * turn),
          1e-9)
        if let required = sample.aLongReq?.number {
          check("btn", sample.btn, -required / 11.5, 1e-9)
          // (At its first tick CriMe works with another acceleration than it lists.)
          if sample.t > 0 {
            check(
              "a_long_req", sample.aLongReq,
              q.headway == .infinity
                ? 0 : min(q.otherAcceleration - q.closing * q.closing / (2 * q.headway), 0), 1e-9)
          }
        }
        if let required = sample.aLatReq?.number {
          check("stn", sample.stn, required.magnitude / 8, 1e-9)
        }
        let dv = q.ego[3] - q.other[3]
        check("dst", sample.dst, 3 * dv * dv / (2 * (q.headway - 2 * q.other[3])), 1e-9)
        // Two discs about the centres that grow at 11.5 m/s^2 touch then.
        if let time = sample.wttc?.number, time.isFinite {
          let apart = Vector2(q.other[0] - q.ego[0], q.other[1] - q.ego[1])
          let speed = Vector2(q.other[3] - q.ego[3], q.other[4] - q.ego[4])
          check(
            "distance at wttc",
            sample.wttc.map { _ in Fixtures.Value((apart + speed * time).length) },
            q.radii + 11.5 * time * time, 1e-7)
        }
      }
    }
    #expect(checked > 50)
  }

  /// Fed with the same gap, speeds and accelerations, our time to collision with accelerations is
  /// CriMe's wherever its missing dead band does not act.
  @Test func timeToCollisionAgrees() throws {
    var checked = 0
    for name in Fixtures.names("crime_") {
      let file = try #require(Fixtures.load(name, as: Fixtures.Crime.self))
      for q in CriticalityParityTests.samples(file.alignedFrame) {
        guard let official = q.sample.ttc?.number, q.headway.isFinite, q.headway > 0 else {
          continue
        }
        let ours = FollowingMeasures.timeToCollision(
          gap: q.headway, closingSpeed: q.closing, closingAcceleration: q.closingAcceleration)
        if q.closingAcceleration.magnitude <= FollowingMeasures.accelerationDeadBand,
          q.closing <= 0
        {
          #expect(ours == .infinity)
          continue
        }
        checked += 1
        #expect(agree(official, ours, 1e-9), "\(name) at \(q.sample.t)")
      }
    }
    #expect(checked > 200)
  }

  /// On straight lanes along +x CriMe's headway is the bumper gap along the lane to 0.1 m.
  @Test func headwayIsTheGapOnStraightLanes() throws {
    var checked = 0
    var worst = 0.0
    for name in Fixtures.names("crime_") {
      let file = try #require(Fixtures.load(name, as: Fixtures.Crime.self))
      let ego = file.alignedFrame.ego
      let points = ego.referencePath.map { Vector2($0[0], $0[1]) }
      let path = try #require(Polyline(points))
      for key in file.alignedFrame.others.keys.sorted() {
        guard let other = file.alignedFrame.others[key], let length = other.length else { continue }
        for q in other.ticks.compactMap({ Quantities($0, radii: 0) })
        where q.headway.isFinite && q.sample.mid?.sameLanelet == true {
          let from = path.project(Vector2(q.ego[0], q.ego[1])).s
          let to = path.project(Vector2(q.other[0], q.other[1])).s
          let between = (min(from, to) - 5)...(max(from, to) + 5)
          let isStraight = path.directions.indices.allSatisfy { i in
            path.arcLengths[i + 1] < between.lowerBound || path.arcLengths[i] > between.upperBound
              || (path.directions[i].y.magnitude <= 0.015 && path.directions[i].x > 0)
          }
          guard isStraight else { continue }
          checked += 1
          worst = max(worst, (to - from - 0.5 * (length + ego.length) - q.headway).magnitude)
        }
      }
    }
    #expect(checked >= 60)
    #expect(worst <= 0.1)
  }

  /// The time to react is the latest of the three, official tables included.
  @Test(arguments: Fixtures.names("crime_"))
  func timeToReactIsTheLatest(_ name: String) throws {
    let file = try #require(Fixtures.load(name, as: Fixtures.Crime.self))
    var checked = 0
    for drive in [file.egoOnly] + file.egoConstantVelocity {
      for tick in drive.ticks {
        let official =
          tick.ttr?.number ?? tick.ttrMaxOfThree?.number
          ?? tick.ttrDefinitionMaxOfTtbTtkTts?.number
        guard let official, let brake = tick.ttb?.number, let kick = tick.ttk?.number,
          let steer = tick.tts?.number
        else { continue }
        var times = Evasion.Times()
        times.brake = brake
        times.kickDown = kick
        times.steer = steer
        #expect(times.react == official)
        checked += 1
      }
    }
    #expect(checked > 0)
  }

  /// Distances and overlaps of recorded boxes.
  @Test(arguments: Fixtures.names("obb_").filter { $0 != "obb_synthetic" })
  func boxesOfRecordings(_ name: String) throws {
    let file = try #require(Fixtures.load(name, as: Fixtures.Boxes.self))
    func box(_ id: Double, _ tick: Double) throws -> OrientedBox {
      let key = String(Int(id))
      let size = try #require(file.sizesLengthWidth[key])
      let state = try #require(file.statesXYHeading[key]?[String(Int(tick))])
      return OrientedBox(
        pose: Pose2(x: state[0], y: state[1], heading: state[2]), length: size[0], width: size[1])
    }
    var worst = 0.0
    for row in file.pairs.map(\.values) {
      let a = try box(row[1], row[0])
      let b = try box(row[2], row[0])
      worst = max(worst, (a.distance(to: b) - row[3]).magnitude)
      if row[3] > 1e-9 || row[6] > 1e-9 { #expect(a.overlaps(b) == (row[4] == 1)) }
      #expect((Polygon(a).intersectionArea(with: Polygon(b)) - row[6]).magnitude < 1e-9)
    }
    #expect(file.pairs.count > 50)
    #expect(worst < 1e-9)
  }

  /// Four hundred random pairs: equal, crossed and free headings, some far out, some touching.
  @Test func boxesOfAllSorts() throws {
    let file = try #require(Fixtures.load("obb_synthetic", as: Fixtures.Synthetic.self))
    var worst = 0.0
    for row in file.pairs.map(\.values) {
      func box(_ at: Int) -> OrientedBox {
        OrientedBox(
          pose: Pose2(x: row[at], y: row[at + 1], heading: row[at + 2]), length: row[at + 3],
          width: row[at + 4])
      }
      let a = box(0)
      let b = box(5)
      let scale = max(1, row[0].magnitude, row[1].magnitude)
      worst = max(worst, (a.distance(to: b) - row[10]).magnitude / scale)
      if row[10] > 1e-9 * scale || row[13] > 1e-6 { #expect(a.overlaps(b) == (row[11] == 1)) }
      let pieces = Polygon(a).intersectionPieces(with: Polygon(b))
      let area = pieces.reduce(0) { $0 + $1.area }
      #expect((area - row[13]).magnitude < 1e-8 * scale)
    }
    #expect(file.pairs.count == 400)
    #expect(worst < 1e-9)
  }
}
