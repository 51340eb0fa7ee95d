import SimCore
import SimGeometry
import SimStack
import Testing

/// Surrogate measures by hand.
@Suite struct CriticalityMeasuresTests {
  typealias Following = FollowingMeasures
  typealias Crossing = CrossingMeasures

  @Test func headwayIsTimeToTheLeadersRear() {
    #expect(Following.timeHeadway(gap: 20, speed: 10) == 2)
    #expect(Following.timeHeadway(gap: 20, speed: 0) == .infinity)
    #expect(Following.timeHeadway(gap: -1, speed: 10) == 0)
  }

  @Test func timeToCollisionOnALine() {
    // 20 m at 15 - 10 m/s.
    #expect(Following.timeToCollision(gap: 20, closingSpeed: 5) == 4)
    #expect(Following.timeToCollision(gap: 20, closingSpeed: 0) == .infinity)
    #expect(Following.timeToCollision(gap: 0, closingSpeed: -5) == 0)
  }

  @Test func timeToCollisionWithAccelerations() {
    func time(_ gap: Double, _ speed: Double, _ acceleration: Double) -> Double {
      Following.timeToCollision(gap: gap, closingSpeed: speed, closingAcceleration: acceleration)
    }
    // 16 = 0 t + 2 t^2 / 2: the leader brakes, nobody closes in yet.
    #expect(time(16, 0, 2) == 4)
    // 24 = 5 t + 2 t^2 / 2: t = 3 (9 + 15 = 24).
    #expect(time(24, 5, 2) == 3)
    // 8 = 6 t - 2 t^2 / 2: t = 2 (the other root is 4).
    #expect(time(8, 6, -2) == 2)
    // 10 = 6 t - t^2 has no root: at most 9 m are lost.
    #expect(time(10, 6, -2) == .infinity)
    // An opening gap that a closing acceleration closes: 12 = -1 t + 2 t^2 / 2, t = 4.
    #expect(time(12, -1, 2) == 4)
    // An opening gap stays open.
    #expect(time(12, -1, -2) == .infinity)
    // The dead band on either side: 0.1 m/s^2 counts as nothing, also where the gap opens.
    #expect(time(20, 5, 0.1) == 4)
    #expect(time(20, 0, 0.1) == .infinity)
    #expect(time(20, -1, 1e-15) == .infinity)
  }

  @Test func decelerationsToAvoidTheCrash() {
    // From 15 to 10 m/s within 5 m: 25 / 10.
    #expect(Following.decelerationToAvoidCrash(gap: 5, closingSpeed: 5) == 2.5)
    #expect(Following.decelerationToAvoidCrash(gap: 5, closingSpeed: -1) == 0)
    #expect(Following.decelerationToAvoidCrash(gap: 0, closingSpeed: 1) == .infinity)
    // TTC 3 s less 1 s of reaction: 0.5 x 5 / 2.
    #expect(Following.modifiedDecelerationToAvoidCrash(gap: 15, closingSpeed: 5) == 1.25)
    #expect(Following.modifiedDecelerationToAvoidCrash(gap: 5, closingSpeed: 5) == .infinity)
    #expect(Following.modifiedDecelerationToAvoidCrash(gap: 5, closingSpeed: 0) == 0)
  }

  @Test func requiredAccelerationAvoidsContactExactly() {
    func required(_ gap: Double, _ own: Double, _ lead: Double, _ a: Double) -> Double {
      Following.requiredAcceleration(
        gap: gap, speed: own, leaderSpeed: lead, leaderAcceleration: a)
    }
    // A standing leader: 10^2 / (2 x 25).
    #expect(required(25, 10, 0, 0) == -2)
    // A steady one: DRAC.
    #expect(required(5, 15, 10, 0) == -2.5)
    // It brakes with 1 m/s^2 and the nearest comes after 2 x 5 / 5 = 2 s, before it stands: both.
    #expect(required(5, 15, 10, -1) == -3.5)
    // It brakes from 4 m/s with 4: stands after 2 m. Ego from 10 m/s over 18 + 2 m: 100 / 40.
    #expect(required(18, 10, 4, -4) == -2.5)
    // A faster leader that stops after 100 / 10 = 10 m: 64 / (2 x 16).
    #expect(required(6, 8, 10, -5) == -2)
    // It gains on the ego.
    #expect(required(5, 10, 12, 0) == 0)
    #expect(required(5, 15, 10, 3) == 0)
    #expect(required(0, 15, 10, 0) == -.infinity)
  }

  /// Driving with what is required ends in contact that is just avoided.
  @Test(arguments: 0..<200)
  func requiredAccelerationHolds(_ seed: Int) {
    let random = CounterRandom(seed: UInt64(seed))
    func draw(_ range: ClosedRange<Double>, _ index: Int) -> Double {
      random.uniform(RandomPurpose("gap"), in: range, stream: 0, tick: 0, index: index)
    }
    let gap = draw(1...60, 0)
    let speed = draw(1...30, 1)
    let lead = draw(0...30, 2)
    let leadAcceleration = seed % 4 == 0 ? draw(0...2, 3) : draw(-8 ... -0.5, 3)
    let required = Following.requiredAcceleration(
      gap: gap, speed: speed, leaderSpeed: lead, leaderAcceleration: leadAcceleration)
    /// Least gap, and where speed is lost to nothing.
    func leastGap(_ acceleration: Double) -> Double {
      var least = gap
      let step = acceleration < 0 ? max(0.02, speed / -acceleration / 4000) : 0.02
      for k in 0...8000 {
        let t = step * Double(k)
        func way(_ v: Double, _ a: Double) -> Double {
          let stop = a < 0 ? min(t, v / -a) : t
          return v * stop + 0.5 * a * stop * stop
        }
        least = min(least, gap + way(lead, leadAcceleration) - way(speed, acceleration))
      }
      return least
    }
    if required < 0 {
      #expect(leastGap(required).magnitude < 0.02)
      #expect(leastGap(0.9 * required) < 0)
    } else {
      #expect(leastGap(0) > 0)
    }
  }

  @Test func passagesOfAConflictArea() {
    // 20 m away at 10 m/s; its rear is out after 30 m.
    let steady = Crossing.Passage(toEnter: 20, toExit: 30, speed: 10, acceleration: 0)
    #expect(steady == Crossing.Passage(enter: 2, exit: 3))
    // Acceleration is not believed.
    #expect(steady == Crossing.Passage(toEnter: 20, toExit: 30, speed: 10, acceleration: 2))
    // 10 t - 2 t^2 / 2 = 16 at t = 2; 25 m are never exceeded.
    let braking = Crossing.Passage(toEnter: 16, toExit: 26, speed: 10, acceleration: -2)
    #expect(braking == Crossing.Passage(enter: 2, exit: .infinity))
    let inside = Crossing.Passage(toEnter: -1, toExit: 4, speed: 8, acceleration: 0)
    #expect(inside == Crossing.Passage(enter: 0, exit: 0.5))
    #expect(Crossing.time(over: 5, speed: 0, acceleration: 0) == .infinity)
  }

  @Test func postEncroachmentIsPredicted() {
    let first = Crossing.Passage(enter: 1, exit: 2)
    let second = Crossing.Passage(enter: 3.5, exit: 5)
    #expect(Crossing.postEncroachmentTime(first, second) == 1.5)
    #expect(Crossing.postEncroachmentTime(second, first) == 1.5)
    // Together in the area.
    #expect(Crossing.postEncroachmentTime(first, Crossing.Passage(enter: 1.5, exit: 9)) == 0)
    // The first one stops within; the other never comes.
    let stuck = Crossing.Passage(enter: 1, exit: .infinity)
    #expect(Crossing.postEncroachmentTime(stuck, second) == 0)
    #expect(
      Crossing.postEncroachmentTime(first, Crossing.Passage(enter: .infinity, exit: .infinity))
        == .infinity)
  }

  @Test func decelerationBeforeACrossing() {
    func drac(_ distance: Double, _ speed: Double, _ time: Double) -> Double {
      Crossing.decelerationToAvoidCrash(distance: distance, speed: speed, clearsAfter: time)
    }
    // 30 m in 4 s from 10 m/s: 40 - a 16 / 2 = 30.
    #expect(drac(30, 10, 4) == 1.25)
    // Comes later anyway.
    #expect(drac(50, 10, 4) == 0)
    // After twice the undisturbed time it has to stop: 100 / 40. The formula alone would go on to
    // ask for driving back.
    #expect(drac(20, 10, 4) == 2.5)
    #expect(drac(20, 10, 8) == 2.5)
    #expect(drac(20, 10, .infinity) == 2.5)
    #expect(drac(-1, 10, 1) == .infinity)
  }

  @Test func lateralAccelerationToPass() {
    func required(_ offset: Double, _ speed: Double, _ time: Double) -> Double {
      ThreatMeasures.requiredLateralAcceleration(
        offset: offset, lateralSpeed: speed, clearance: 2, time: time)
    }
    // Straight ahead: 2 m aside in 2 s, a = 2 x 2 / 4.
    #expect(required(0, 0, 2) == 1)
    // Half a metre to the left already: 1.5 m to the right.
    #expect(required(0.5, 0, 2) == 0.75)
    #expect(required(-0.5, 0, 2) == 0.75)
    // It moves out of the way.
    #expect(required(0, 1, 2) == 0)
    #expect(required(0, 0, .infinity) == 0)
    #expect(required(0, 0, 0) == .infinity)
    #expect(ThreatMeasures.brakeThreat(acceleration: -4) == 0.5)
    #expect(ThreatMeasures.steerThreat(lateralAcceleration: 12) == 1.5)
  }

  @Test func safeDistancesOfRSS() {
    let rule = SafeDistance()
    // Rear 20 m/s: 20 to 23.5 in 1 s = 21.75, then 23.5^2 / 8 = 69.03125; front 20^2 / 16 = 25.
    #expect(rule.sameDirection(rearSpeed: 20, frontSpeed: 20) == 21.75 + 69.03125 - 25)
    #expect(rule.sameDirection(rearSpeed: 5, frontSpeed: 40) == 0)
    // Both 10: 11.75 + 13.5^2 / 6 = 42.125 on its own side, 11.75 + 13.5^2 / 8 = 34.53125 else.
    #expect(rule.oncoming(speed: 10, otherSpeed: 10) == 42.125 + 34.53125)
    // Beside: each sways 0.1 m and stops after 0.2^2 / 1.6 = 0.025 m.
    #expect((rule.lateral(speed: 0, otherSpeed: 0) - 0.25).magnitude < 1e-12)
    // The left one comes with 1 m/s: 1.1 + 1.44 / 1.6 = 2 m; the right one 0.125 m.
    #expect((rule.lateral(speed: 1, otherSpeed: 0) - 2.125).magnitude < 1e-12)
    // Both move apart.
    #expect(rule.lateral(speed: -2, otherSpeed: -2) == 0)
  }
}
