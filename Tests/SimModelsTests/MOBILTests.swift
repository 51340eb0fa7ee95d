import SimModels
import Testing

/// The incentive of MOBIL with numbers worked out by hand.
@Suite struct MOBILTests {
  private let law = MOBIL(
    politeness: 0.25, threshold: 0.2, rightBias: 0.3, safeDeceleration: 3)

  /// Behind a lorry: -0.8 here, +0.6 there; the new follower loses 0.5, the old one gains 0.3.
  /// 1.4 + 0.25 * (-0.5 + 0.3) - 0.2 = 1.15, to the left less 0.3, to the right more.
  @Test func advantage() {
    let outlook = MOBIL.Outlook(
      own: -0.8, ownAfter: 0.6, newFollower: 0.2, newFollowerAfter: -0.3, oldFollower: 0.1,
      oldFollowerAfter: 0.4)
    #expect(abs(law.advantage(outlook, toLeft: true) - 0.85) < 1e-12)
    #expect(abs(law.advantage(outlook, toLeft: false) - 1.45) < 1e-12)
    #expect(law.isSafe(outlook))
  }

  /// With p = 1 what the others lose weighs as much as what the driver gains.
  @Test func politeDriverStays() {
    let outlook = MOBIL.Outlook(
      own: 0, ownAfter: 0.5, newFollower: 0.5, newFollowerAfter: -0.2)
    var law = MOBIL(politeness: 0, threshold: 0.2, safeDeceleration: 3)
    #expect(abs(law.advantage(outlook, toLeft: true) - 0.3) < 1e-12)
    law.politeness = 1
    #expect(abs(law.advantage(outlook, toLeft: true) + 0.4) < 1e-12)
  }

  @Test func safetyIsThatOfTheNewFollowerAndTheDriver() {
    var outlook = MOBIL.Outlook(own: 0, ownAfter: 1, newFollower: 0, newFollowerAfter: -3)
    #expect(law.isSafe(outlook))
    outlook.newFollowerAfter = -3.001
    #expect(!law.isSafe(outlook))
    outlook.newFollowerAfter = 0
    outlook.ownAfter = -3.5
    #expect(!law.isSafe(outlook))
  }

  /// Nobody passes a slower car on its left above walking pace, but in a queue one may.
  @Test func passingOnTheRight() {
    func bound(_ speed: Double, _ leader: Double) -> Double {
      MOBIL.accelerationKeepingBehind(
        onRight: 1, onLeft: -0.5, speed: speed, leftLeader: leader, queueSpeed: 15)
    }
    #expect(bound(25, 20) == -0.5)
    #expect(bound(20, 25) == 1)
    #expect(bound(12, 10) == 1)
  }
}
