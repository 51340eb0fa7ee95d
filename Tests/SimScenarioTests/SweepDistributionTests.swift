import SimCore
import SimScenario
import Testing

@Suite struct SweepDistributionTests {
  static func names(_ sweep: String) throws -> [String] { try SweepTests.names("sweep: " + sweep) }

  /// The numbers that stand for a key in names.
  static func values(_ names: [String], _ key: String) -> [Double] {
    names.compactMap { name in
      guard let start = name.firstRange(of: key + "=")?.upperBound else { return nil }
      return Double(name[start...].prefix { "-.0123456789".contains($0) })
    }
  }

  /// Mean and deviation of 400 draws of each law, to about four times their own deviation.
  @Test(arguments: [
    // 10...20: mean 15, deviation 10 / sqrt(12) = 2.89.
    ("{uniform: [10, 20], count: 400}", 15.0, 2.89),
    ("{normal: {mean: 15, sd: 2}, count: 400}", 15.0, 2.0),
    // (10 + 13 + 25) / 3 = 16; sqrt((100 + 169 + 625 - 130 - 250 - 325) / 18) = 3.24.
    ("{triangular: [10, 13, 25], count: 400}", 16.0, 3.24),
    ("{exponential: 8, count: 400}", 8.0, 8.0),
    // exp(s^2 / 2) = 1.0202 times the median; deviation 0.2062 times it.
    ("{lognormal: [10, 0.2], count: 400}", 10.2, 2.06),
    // (40 - 5) / ln 8 = 16.83; mean square (1600 - 25) / (2 ln 8) = 378.7, deviation 9.77.
    ("{log_uniform: [5, 40], count: 400}", 16.83, 9.77),
  ])
  func drawsFromItsLaw(_ law: String, _ mean: Double, _ deviation: Double) throws {
    let values = Self.values(
      try Self.names("{agents.lead.speed: \(law)}"), "agents.lead.speed")
    #expect(values.count == 400)
    let found = values.reduce(0, +) / 400
    let square = values.reduce(0) { $0 + ($1 - found) * ($1 - found) } / 400
    #expect(abs(found - mean) < 0.2 * deviation)
    #expect(abs(square.squareRoot() - deviation) < 0.2 * deviation)
  }

  /// A larger count, another key or another seed of the scenario shifts nothing.
  @Test func drawsAreStable() throws {
    let few = Self.values(
      try Self.names("{agents.lead.speed: {uniform: [1, 9 m/s], count: 3}}"), "speed")
    let many = Self.values(
      try Self.names(
        "{agents.lead.speed: {uniform: [1, 9 m/s], count: 8}, ego.speed: [3], seed: [7]}"),
      "agents.lead.speed")
    #expect(Array(many.prefix(3)) == few)
    let other = Self.values(
      try Self.names("{agents.lead.speed: {uniform: [1, 9 m/s], count: 3, seed: 1}}"), "speed")
    #expect(other != few)
  }

  /// The unit is kept, and values beyond the bounds are drawn anew.
  @Test func unitsAndBounds() throws {
    let names = try Self.names(
      "{agents.lead.speed: {normal: [50 km/h, 20], min: 45, max: 55, count: 30}}")
    #expect(names.allSatisfy { $0.hasSuffix(" km/h]") })
    #expect(Self.values(names, "speed").allSatisfy { (45...55).contains($0) })
  }

  /// Distributions without a count are drawn together: five points, not 25.
  @Test func samplesArePoints() throws {
    let names = try Self.names(
      "{samples: 5, agents.lead.speed: {uniform: [1, 9]}, ego.speed: {uniform: [5, 15]}, seed: 0..1}"
    )
    #expect(names.count == 10)
    #expect(Set(Self.values(names, "agents.lead.speed")).count == 5)
    #expect(Set(Self.values(names, ",ego.speed")).count == 5)
    #expect(names.allSatisfy { $0.contains("seed=") })
  }
}
