import SimGeometry
import SimStack
import SimWorld
import Testing

@testable import SimEpisode

/// Forecasts are kept as they are up to a bound, and packed beyond it.
@Suite struct ForecastRoomTests {
  /// Ten points of one road user: 256 bytes.
  private func forecast(_ start: Double) -> Forecast {
    Forecast(
      stepMicroseconds: 100_000, steps: 10, modes: 1, tracks: [3], probabilities: [1],
      points: (0..<10).map { Forecast.Point(x: start + Double($0), y: -0.0, heading: 1) })
  }

  /// Runs forecasts through a room with a bound of so many bytes.
  private func keep(
    _ forecasts: [Forecast], bound: Int
  ) -> (drive: [KeptForecast], room: ForecastRoom) {
    var room = ForecastRoom(bound: bound)
    var drives: [[EgoTickRecord]] = [[]]
    for forecast in forecasts {
      var tick = EgoTickRecord(
        state: EgoState(pose: Pose2(x: 0, y: 0, heading: 0), velocity: .zero))
      tick.keptForecast = room.kept(forecast, after: drives[0].last?.keptForecast)
      drives[0].append(tick)
      if room.isCrossed { room.pack(&drives) }
    }
    return (drives[0].map(\.keptForecast), room)
  }

  private func isPlain(_ kept: KeptForecast) -> Bool {
    if case .plain = kept { true } else { false }
  }

  @Test func upToTheBoundNothingIsPacked() {
    let (drive, room) = keep((0..<4).map { forecast(Double($0)) }, bound: 4 * 256)
    #expect(room.bytes == 4 * 256)
    #expect(drive.allSatisfy(isPlain))
  }

  /// A forecast in force for several ticks is in memory once, and counted once.
  @Test func whatIsInForceForLongerCountsOnce() {
    let one = forecast(0)
    let (drive, room) = keep([one, one, one, forecast(9)], bound: 2 * 256)
    #expect(room.bytes == 2 * 256)
    #expect(drive.allSatisfy(isPlain))
  }

  /// Beyond the bound all are packed, those of before too, and say the same to the bit.
  @Test func beyondTheBoundAllIsPacked() {
    let one = forecast(-3)
    let all = [one, one] + (0..<20).map { forecast(Double($0)) } + [one, .none, one]
    for bound in [0, 256, 5 * 256, 20 * 256] {
      let (drive, room) = keep(all, bound: bound)
      #expect(!drive.contains(where: isPlain) && room.bytes == 0)
      for (kept, plain) in zip(drive, all) { #expect(kept.hasSameBits(as: .plain(plain))) }
    }
  }
}
