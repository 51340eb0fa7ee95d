import SimStack
import Testing

/// Forecasts that are kept packed come back down to the bits.
@Suite struct KeptForecastTests {
  /// Numbers that no prediction foresees, with both zeros, infinities and a NaN with a payload.
  private static let odd: [Double] = [
    0, -0.0, .nan, Double(bitPattern: 0x7ff8_0000_0000_beef), -.infinity, .infinity,
    .leastNonzeroMagnitude, -.greatestFiniteMagnitude, 1, -1,
  ]

  private static func forecast(
    tracks: [Int], modes: Int, steps: Int, spread: Bool = false,
    _ number: (Int) -> Double
  ) -> Forecast {
    let count = tracks.count * modes * steps
    return Forecast(
      stepMicroseconds: 100_000, steps: steps, modes: modes, tracks: tracks,
      probabilities: (0..<tracks.count * modes).map { -0.0 + Double($0) },
      points: (0..<count).map {
        Forecast.Point(x: number(3 * $0), y: number(3 * $0 + 1), heading: number(3 * $0 + 2))
      },
      covariances: (0..<(spread ? count : 0)).map {
        Forecast.Covariance(xx: number(5 * $0), xy: -0.0, yy: number($0 + 7))
      })
  }

  static let cases: [Forecast] = [
    .none,
    forecast(tracks: [4], modes: 1, steps: 1) { Double($0) },
    forecast(tracks: [], modes: 3, steps: 80) { Double($0) },
    forecast(tracks: [1, 2, 9], modes: 2, steps: 5) { odd[$0 % odd.count] },
    forecast(tracks: [1, 2, 9], modes: 2, steps: 5, spread: true) { odd[$0 % odd.count] },
    forecast(tracks: [-3, 8], modes: 3, steps: 7, spread: true) {
      Double(bitPattern: 0x9e37_79b9_7f4a_7c15 &* UInt64($0 + 1))
    },
    forecast(tracks: [0], modes: 1, steps: 80, spread: true) { 100 + 0.37 * Double($0) },
  ]

  @Test(arguments: cases.indices)
  func whatIsPackedComesBack(_ index: Int) throws {
    let plain = Self.cases[index]
    var scratch: [UInt8] = []
    let kept = KeptForecast.packed(PackedForecast(plain, scratch: &scratch))
    let copy = try #require(kept.forecast)
    #expect(copy.hasSameBits(as: plain))
    #expect(kept.hasSameBits(as: .plain(plain)) && KeptForecast.plain(plain).hasSameBits(as: kept))
    #expect(kept.points == plain.points.count && kept.isThere)
    for (other, forecast) in Self.cases.enumerated() where other != index {
      #expect(!kept.hasSameBits(as: .plain(forecast)))
      let packed = PackedForecast(forecast, scratch: &scratch)
      #expect(!kept.hasSameBits(as: .packed(packed)))
    }
    // Number by number, plain and packed say the same; there are zeros where nothing is said.
    for part in 0..<6 {
      var rooms = [[UInt64]](repeating: [UInt64](repeating: 5, count: kept.points), count: 2)
      rooms[0].withUnsafeMutableBufferPointer { KeptForecast.plain(plain).read(part, into: $0) }
      rooms[1].withUnsafeMutableBufferPointer { kept.read(part, into: $0) }
      #expect(rooms[0] == rooms[1])
      if part == 1 { #expect(rooms[1] == plain.points.map(\.y.bitPattern)) }
      if part == 4, plain.covariances.isEmpty { #expect(rooms[1].allSatisfy { $0 == 0 }) }
    }
  }

  @Test func zerosOfOtherSignsAreOtherForecasts() {
    let a = Self.forecast(tracks: [1], modes: 1, steps: 2) { _ in 0.0 }
    let b = Self.forecast(tracks: [1], modes: 1, steps: 2) { _ in -0.0 }
    var scratch: [UInt8] = []
    let packed = [a, b].map { PackedForecast($0, scratch: &scratch) }
    #expect(!packed[0].hasSameBits(as: packed[1]))
    #expect(!KeptForecast.plain(a).hasSameBits(as: .plain(b)))
    #expect(!KeptForecast.absent.isThere && KeptForecast.absent.forecast == nil)
    #expect(!KeptForecast.absent.hasSameBits(as: .plain(.none)))
  }

  /// Sixty road users at constant speed, 80 steps: 115,200 bytes as they are. Packed, a number
  /// takes half a byte and, where rounding shows, one or two more, but for 2 numbers a road user
  /// of up to 8 bytes.
  @Test func smoothForecastsArePackedToAQuarter() {
    var points: [Forecast.Point] = []
    for user in 0..<60 {
      for step in 1...80 {
        let way = (5 + 0.1 * Double(user)) * 0.1 * Double(step)
        points.append(
          Forecast.Point(x: 10 * Double(user) + 0.8 * way, y: 3.5 + 0.6 * way, heading: 0.6435))
      }
    }
    let forecast = Forecast(
      stepMicroseconds: 100_000, steps: 80, modes: 1, tracks: Array(0..<60),
      probabilities: [Double](repeating: 1, count: 60), points: points)
    var scratch: [UInt8] = []
    let packed = PackedForecast(forecast, scratch: &scratch)
    #expect(forecast.size == 115_200 + 60 * 16)
    #expect(packed.size < forecast.size / 4)
  }
}
