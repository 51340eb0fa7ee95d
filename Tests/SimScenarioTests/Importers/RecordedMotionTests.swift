import SimCore
import SimGeometry
import SimStack
import SimWorld
import Testing

@testable import SimScenario

@Suite struct RecordedMotionTests {
  /// A motion along x with position, heading and speed per step.
  private func motion(
    step: Int64, _ entries: [(Int, Double, Double, Double?)], accelerations: [Double?]? = nil
  ) -> RecordedMotion {
    RecordedMotion(
      stepMicroseconds: step, steps: entries.map(\.0),
      poses: entries.map { Pose2(x: $0.1, y: 0, heading: $0.2) }, speeds: entries.map(\.3),
      accelerations: accelerations ?? entries.map { _ in nil })
  }

  @Test func stepsOfATenthAreTakenAsTheyStand() {
    let motion = motion(step: 100_000, [(0, 1, 0.1, 5), (1, 1.5, 0.2, 5), (2, 2.2, 0.3, 7)])
    let track = motion.track(TickClock(), from: 0, ticks: 4)
    // The track ends with the recording.
    #expect(track.present == [1, 1, 1])
    #expect(track.x == [1, 1.5, 2.2])
    #expect(track.heading == [0.1, 0.2, 0.3])
    #expect(track.speed == [5, 5, 7])
    // Missing accelerations: differences of the speeds, (7 - 5) / 0.2 s in the middle, one-sided
    // at the ends.
    #expect(track.acceleration.map { ($0 * 1e9).rounded() / 1e9 } == [0, 10, 20])
  }

  @Test func quarterSecondsAreResampledLinearly() {
    // Ticks at 0, 0.1, … 0.5 s between states at 0, 0.25 and 0.5 s.
    let motion = motion(step: 250_000, [(0, 0, 0, 10), (1, 2.5, 0.5, 20), (2, 10, 0, 20)])
    let track = motion.track(TickClock(), from: 0, ticks: 7)
    #expect(track.present == [1, 1, 1, 1, 1, 1])
    // 0.1 s is two fifths of the first step; 0.3 s is a fifth of the second one.
    let x = [0, 1, 2, 2.5 + 0.2 * 7.5, 2.5 + 0.6 * 7.5, 10]
    let heading = [0, 0.2, 0.4, 0.4, 0.2, 0]
    for tick in 0..<6 {
      #expect(abs(track.x[tick] - x[tick]) < 1e-12)
      #expect(abs(track.heading[tick] - heading[tick]) < 1e-12)
    }
    #expect(track.speed.prefix(6) == [10, 14, 18, 20, 20, 20])
  }

  @Test func twentyFifthsOfASecond() {
    // 25 Hz: 0.1 s lies half-way between steps 2 and 3; the last state is at 0.24 s.
    let motion = motion(step: 40_000, (0...6).map { ($0, 4 * Double($0), 0, 100) })
    let track = motion.track(TickClock(), from: 0, ticks: 4)
    #expect(track.present == [1, 1, 1])
    #expect(track.x[0] == 0)
    #expect(abs(track.x[1] - 10) < 1e-12)
    #expect(track.x[2] == 20)
  }

  @Test func lateStartsGapsAndShifts() {
    let motion = motion(
      step: 100_000, [(2, 2, 0, 10), (3, 3, 0, 10), (6, 6, 0, 10), (7, 7, 0, 10)])
    #expect(motion.longestGap == 2)
    #expect(
      motion.track(TickClock(), from: 0, ticks: 10).present == [0, 0, 1, 1, 0, 0, 1, 1])
    // An episode that starts 0.3 s later sees everything 3 ticks earlier.
    let shifted = motion.track(TickClock(), from: 300_000, ticks: 6)
    #expect(shifted.present == [1, 0, 0, 1, 1])
    #expect(shifted.x[3] == 6)
    let bridged = motion.track(TickClock(), from: 300_000, ticks: 6, bridgingGaps: true)
    #expect(bridged.present == [1, 1, 1, 1, 1])
    #expect(motion.track(TickClock(), from: 800_000, ticks: 9).ticks == 0)
    #expect(abs(bridged.x[1] - 4) < 1e-12)
    // Between the steps on both sides of a gap nobody is there, even in file steps of 0.2 s.
    let coarse = self.motion(step: 200_000, [(0, 0, 0, 1), (2, 4, 0, 1)])
    #expect(coarse.track(TickClock(), from: 0, ticks: 6).present == [1, 0, 0, 0, 1])
  }

  @Test func headingsTurnTheShortWay() {
    // From 3 rad to -3 rad through pi: half-way is pi.
    let motion = motion(step: 200_000, [(0, 0, 3, 1), (1, 1, -3, 1), (2, 2, 3, 1)])
    #expect(abs(motion.headings[1] - (2 * .pi - 3)) < 1e-12)
    #expect(abs(motion.headings[2] - 3) < 1e-12)
    let track = motion.track(TickClock(), from: 0, ticks: 5)
    #expect(abs(track.heading[1].magnitude - .pi) < 1e-12)
    #expect(abs(track.heading[2] + 3) < 1e-12)
    #expect(abs(track.heading[4] - 3) < 1e-12)
  }

  @Test func missingSpeedsComeFromPositions() {
    // 0.1 s steps: 1 m, then 2 m; the middle one is (3 m) / 0.2 s.
    let ahead = motion(step: 100_000, [(0, 0, 0, nil), (1, 1, 0, nil), (2, 3, 0, 30)])
    #expect(ahead.speeds.map { ($0 * 1e9).rounded() / 1e9 } == [10, 15, 30])
    // Backwards: against the heading.
    let back = motion(step: 100_000, [(0, 0, .pi, nil), (1, 1, .pi, nil)])
    #expect(abs(back.speeds[0] + 10) < 1e-9)
    // Alone there is nothing to tell.
    #expect(motion(step: 100_000, [(4, 0, 0, nil)]).speeds == [0])
  }

  @Test func accelerationsOfTheFileAreUsedIfAllAreThere() {
    let entries: [(Int, Double, Double, Double?)] = [(0, 0, 0, 10), (1, 1, 0, 12)]
    #expect(motion(step: 100_000, entries, accelerations: [1.5, 2.5]).accelerations == [1.5, 2.5])
    let mixed = motion(step: 100_000, entries, accelerations: [1.5, nil]).accelerations
    #expect(mixed.map { ($0 * 1e9).rounded() / 1e9 } == [20, 20])
  }

  @Test func egoStatesOfATurn() throws {
    // A circle of 20 m radius at 10 m/s: yaw rate 0.5 rad/s. Centre 1 m ahead of the rear axle.
    let vehicle = VehicleParameters(length: 4, width: 2, rearAxleToCentre: 1, wheelbase: 2.5)
    let angles = (0...4).map { 0.05 * Double($0) }
    var motion = motion(step: 100_000, angles.enumerated().map { ($0.offset, 0, $0.element, 10) })
    motion.positions = angles.map {
      Vector2(20 * ExactMath.sin($0), 20 - 20 * ExactMath.cos($0))
        + Pose2(x: 0, y: 0, heading: $0).direction
    }
    let track = motion.track(TickClock(), from: 0, ticks: 5)
    let states = try #require(track.egoStates(vehicle, TickClock()))
    #expect(states.count == 5)
    for (state, angle) in zip(states, angles) {
      #expect(abs(state.pose.x - 20 * ExactMath.sin(angle)) < 1e-12)
      #expect(abs(state.pose.heading - angle) < 1e-12)
      #expect(state.velocity == Vector2(10, 0))
      #expect(abs(state.yawRate - 0.5) < 1e-9)
      // Centripetal: v^2 / r = 5 m/s^2.
      #expect(abs(state.acceleration.y - 5) < 1e-8)
      // tan(steering) = wheelbase / radius.
      #expect(abs(ExactMath.tan(state.steering) - 2.5 / 20) < 1e-9)
      #expect(abs(state.yawAcceleration) < 1e-8)
    }
    #expect(states[3].timeMicroseconds == 300_000)
    var gap = track
    gap.present[2] = 0
    #expect(gap.egoStates(vehicle, TickClock()) == nil)
    #expect(gap.leadingEgoStates(vehicle, TickClock())?.count == 2)
  }

  @Test func jitterOfHeadingsDoesNotTurnTheWheels() throws {
    // Headings of +-0.02 rad in turn on a straight way. The slope at tick 0 is that of the six
    // values from there on: 0.02 (-2.5 + 1.5 - 0.5 - 0.5 + 1.5 - 2.5) / (17.5 * 0.1 s); the
    // difference of two would be -0.4 rad/s.
    let entries = (0...20).map { k -> (Int, Double, Double, Double?) in
      (k, 0.3 * Double(k), k % 2 == 0 ? 0.02 : -0.02, 3)
    }
    let track = motion(step: 100_000, entries).track(TickClock(), from: 0, ticks: 21)
    let states = try #require(track.egoStates(.bmw320i, TickClock()))
    #expect(abs(states[0].yawRate + 0.06 / 1.75) < 1e-12)
    // tan(steering) = 2.5789 * yaw rate / 3.
    #expect(abs(states[0].steering) < 0.03)
    // In the middle five ticks on either side cancel but for one.
    #expect(abs(states[10].yawRate) < 1e-12)
  }

  @Test func angleIntervals() {
    let back = AngleInterval(from: 3, to: -3)
    #expect(abs(back.width - (2 * .pi - 6)) < 1e-12)
    #expect(back.contains(3.1) && back.contains(-3.1) && back.contains(.pi))
    #expect(!back.contains(0) && !back.contains(2.9) && !back.contains(-2.9))
    let front = AngleInterval(from: -0.5, to: 0.5)
    #expect(front.contains(0) && front.contains(2 * .pi) && !front.contains(.pi))
    #expect(AngleInterval(from: 0, to: 10).width == 2 * .pi)
  }
}
