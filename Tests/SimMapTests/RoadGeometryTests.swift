import SimCore
import SimGeometry
import Testing

@testable import SimMap

@Suite struct RoadGeometryTests {
  @Test func linesAndArcsInClosedForm() {
    // 10 m ahead, then a quarter circle of 20 m radius to the left.
    let line = ReferenceLine(
      from: Pose2(x: 0, y: 0, heading: 0),
      [.line(length: 10), .arc(radius: 20, angle: .pi / 2)])
    #expect((line.length - (10 + 10 * .pi)).magnitude < 1e-12)
    #expect(line.end.position.distance(to: Vector2(30, 20)) < 1e-13)
    #expect((line.end.heading - .pi / 2).magnitude < 1e-15)
    let half = line.pose(at: 10 + 5 * .pi)
    let r = 20 * 0.5.squareRoot()
    #expect(half.position.distance(to: Vector2(10 + r, 20 - r)) < 1e-13)
    #expect(line.curvature(at: 5) == 0)
    #expect(line.curvature(at: 15) == 0.05)
    let right = ReferenceLine(
      from: Pose2(x: 0, y: 0, heading: 0), [.arc(radius: 20, angle: -.pi / 2)])
    #expect(right.end.position.distance(to: Vector2(20, -20)) < 1e-13)
  }

  @Test func clothoidsAreFresnelIntegrals() {
    // Curvature pi s over 1 m: heading pi s^2 / 2, so the end is (C(1), S(1)) (Abramowitz and
    // Stegun, table 7.7, extended).
    let unit = ReferenceLine(
      from: Pose2(x: 0, y: 0, heading: 0), [.spiral(from: 0, to: .pi, length: 1)])
    let fresnel = Vector2(0.779893400376822830, 0.438259147390354766)
    #expect(unit.end.position.distance(to: fresnel) < 1e-14)
    // The same shape a hundred times as large, and sampled: steps add up to the same end.
    let large = ReferenceLine(
      from: Pose2(x: 0, y: 0, heading: 0), [.spiral(from: 0, to: .pi / 100, length: 100)])
    #expect(large.end.position.distance(to: fresnel * 100) < 1e-12)
    let samples = large.sample(large.stations(reach: 5))
    let last = samples.points.count - 1
    #expect(samples.points[last].distance(to: fresnel * 100) < 1e-12)
    #expect((samples.headings[last] - .pi / 2).magnitude < 1e-14)
    for (s, point) in zip(samples.stations, samples.points) {
      #expect(large.pose(at: s).position.distance(to: point) < 1e-12)
    }
  }

  @Test func aLineMayBeFixedAtItsEnd() {
    let elements: [PlanViewElement] = [
      .line(length: 7), .spiral(from: 0.01, to: -0.04, length: 30), .arc(radius: 25, angle: -1),
    ]
    let end = Pose2(x: 3, y: -2, heading: 0.7)
    let line = ReferenceLine(endingAt: end, elements)
    #expect(line.end.position.distance(to: end.position) < 1e-12)
    #expect((line.end.heading - end.heading).magnitude < 1e-14)
  }

  @Test(arguments: [(5.0, 2.0), (12, 8), (50, 8), (400, 12), (3_000, 12)])
  func samplesKeepChordsNear(_ radius: Double, _ reach: Double) throws {
    let line = ReferenceLine(
      from: Pose2(x: 0, y: 0, heading: 0), [.arc(radius: radius, angle: 1)])
    let samples = line.sample(line.stations(reach: reach))
    for i in 1..<samples.stations.count where radius < 1_000 {
      #expect(samples.stations[i] - samples.stations[i - 1] <= 1)
    }
    // The lane edge on the outside: the middle of each chord is nearer to the centre (0, radius)
    // than the edge by the chord's error.
    let outer = try #require(samples.offset(-reach))
    for i in 0..<outer.segmentCount {
      let middle = outer.segment(i).point(at: 0.5)
      #expect(radius + reach - middle.distance(to: Vector2(0, radius)) < 0.00501)
    }
  }

  @Test func straightRoadsAreSparse() {
    let line = ReferenceLine(
      from: Pose2(x: 0, y: 0, heading: 0), [.line(length: 600), .line(length: 400)])
    #expect(line.stations(reach: 4) == [0, 600, 1_000])
  }

  @Test func aTurnLeavesAndArrivesStraight() throws {
    // 10 m before the corner on one road to 25 m behind it on the other, turning within 8 m of it.
    let turn = TurnCurve(
      from: Pose2(x: -10, y: 0, heading: 0), to: Pose2(x: 0, y: 25, heading: .pi / 2),
      tangentLimit: 8)
    let last = turn.points.count - 1
    #expect(turn.points[0] == Vector2(-10, 0))
    #expect(turn.points[1].distance(to: Vector2(-8, 0)) < 1e-12)
    #expect(turn.points[last - 1].distance(to: Vector2(0, 8)) < 1e-12)
    #expect(turn.points[last] == Vector2(0, 25))
    // 1.17 times the curvature of the arc of 8 m radius between the same tangent points.
    #expect((turn.greatestCurvature * 8 - 1.17).magnitude < 0.01)
    for heading in turn.headings { #expect(heading > -1e-12 && heading < .pi / 2 + 1e-12) }
  }

  @Test(arguments: [4.0, 8, 15, 40])
  func chordsOfTurnsStayNear(_ reach: Double) {
    let a = Pose2(x: -reach, y: 0, heading: 0)
    let b = Pose2(x: 0, y: reach, heading: .pi / 2)
    let curve = QuinticCurve(from: a, to: b, speed: 1.5 * reach)
    let samples = curve.samples(turn: .pi / 2)
    let pieces = samples.points.count - 1
    for k in 0..<pieces {
      // The point of the curve half-way between two samples, against the chord.
      let middle = curve.point((Double(k) + 0.5) / Double(pieces))
      let chord = Segment(samples.points[k], samples.points[k + 1])
      #expect(chord.distance(to: middle) < 0.01)
      #expect(chord.length <= 1.3)
    }
  }

  @Test func aShiftBetweenParallelPosesIsSmooth() {
    let shift = TurnCurve(
      from: Pose2(x: 0, y: 0, heading: 0), to: Pose2(x: 30, y: 3, heading: 0))
    #expect(shift.points[shift.points.count - 1] == Vector2(30, 3))
    #expect(shift.greatestCurvature < 0.03)
    let straight = TurnCurve(
      from: Pose2(x: 0, y: 0, heading: 0), to: Pose2(x: 30, y: 0, heading: 0))
    #expect(straight.points == [Vector2(0, 0), Vector2(30, 0)])
  }
}
