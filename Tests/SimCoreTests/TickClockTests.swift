import SimCore
import Testing

/// Whole ticks and the seconds derived from them.
@Suite struct TickClockTests {
  @Test func secondsAreDerivedAndNotSummed() {
    let clock = TickClock()
    #expect(clock.step == 0.1)
    #expect(clock.seconds(3) == 0.3)  // 0.1 + 0.1 + 0.1 would be 0.30000000000000004
    #expect(clock.seconds(150) == 15)
    #expect(clock.microseconds(7) == 700_000)
  }

  @Test func durationsBecomeTheNearestNumberOfTicks() {
    let clock = TickClock(stepMicroseconds: 40_000)
    #expect(clock.ticks(0) == 0)
    #expect(clock.ticks(0.04) == 1)
    #expect(clock.ticks(0.099) == 2)
    #expect(clock.ticks(0.101) == 3)
    #expect(clock.ticks(-1) == 0)
    for tick in 0..<5000 { #expect(clock.ticks(clock.seconds(tick)) == tick) }
  }
}
