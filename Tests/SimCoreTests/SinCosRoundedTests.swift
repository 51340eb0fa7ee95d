import SimCore
import Testing

@Suite struct SinCosRoundedTests {
  /// Angle, sine and cosine: the doubles nearest to values worked out with 80 decimals.
  static let values: [(angle: Double, sin: Double, cos: Double)] = [
    (-2.5726503752346868, -0.5387412501523119, -0.842471284605193),
    (-2.572650375234686, -0.5387412501523126, -0.8424712846051926),
    (-3.1, -0.04158066243329049, -0.9991351502732795),
    (-1.5, -0.9974949866040544, 0.0707372016677029),
    (-0.7, -0.644217687237691, 0.7648421872844885),
    (1e-09, 1e-09, 1.0),
    (0.3, 0.29552020666133955, 0.955336489125606),
    (0.785398163397, 0.7071067811862305, 0.7071067811868645),
    (1.2, 0.9320390859672263, 0.3623577544766736),
    (2.0, 0.9092974268256817, -0.4161468365471424),
    (3.14159, 2.65358979335273e-06, -0.9999999999964793),
    (6.0, -0.27941549819892586, 0.960170286650366),
  ]

  @Test(arguments: values.indices)
  func isTheNearestDouble(_ index: Int) {
    let (angle, sin, cos) = Self.values[index]
    let found = ExactMath.sinCosRounded(angle)
    #expect(found.sin == sin)
    #expect(found.cos == cos)
  }

  @Test func isOddAndEven() {
    let right = ExactMath.sinCosRounded(0.4)
    let left = ExactMath.sinCosRounded(-0.4)
    #expect(left.sin == -right.sin)
    #expect(left.cos == right.cos)
    #expect(ExactMath.sinCosRounded(0) == (0, 1))
    #expect(ExactMath.sinCosRounded(.infinity).sin.isNaN)
  }
}
