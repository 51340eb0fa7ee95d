import SimCore
import Testing

/// Numbers with units as people write them.
@Suite struct QuantityTests {
  /// Text, value in SI units, dimension.
  @Test(
    arguments: [
      ("3", 3, .none), ("-1.5e3", -1500, .none), ("+.5", 0.5, .none), ("2.", 2, .none),
      ("1E-3", 0.001, .none), ("0", 0, .none), ("0e0", 0, .none), ("85 %", 0.85, .none),
      ("3.5 m", 3.5, .length), ("1.2 km", 1200, .length), ("25cm", 0.25, .length),
      ("30 mm", 0.03, .length),
      ("2 s", 2, .time), ("250 ms", 0.25, .time), ("2 min", 120, .time), ("1 h", 3600, .time),
      ("14 m/s", 14, .speed), ("50 km/h", 50.0 / 3.6, .speed), ("36 kph", 10, .speed),
      ("100 mph", 44.704, .speed),
      ("2 m/s^2", 2, .acceleration), ("-2 m/s2", -2, .acceleration),
      ("1 g", 9.80665, .acceleration),
      ("4 m/s^3", 4, .jerk),
      ("1.5 rad", 1.5, .angle), ("180 deg", .pi, .angle), ("-60deg", -.pi / 3, .angle),
      ("1 rad/s", 1, .angularRate), ("90 deg/s", .pi / 2, .angularRate),
      ("0.1 1/m", 0.1, .curvature), ("2 1/km", 0.002, .curvature),
      ("10 Hz", 10, .frequency), ("2 1/s", 2, .frequency), ("1800 1/h", 0.5, .frequency),
      ("  7   m  ", 7, .length),
    ] as [(String, Double, Dimension)])
  func reads(text: String, value: Double, dimension: Dimension) throws {
    let quantity = try Quantity.parse(text)
    #expect(quantity.dimension == dimension)
    #expect(abs(quantity.value - value) <= value.ulp)
  }

  /// Text, message, hint, offset of the fault.
  @Test(
    arguments: [
      ("", "a number is missing", nil, 0),
      ("   ", "a number is missing", nil, 0),
      ("fast", "'fast' is not a number", nil, 0),
      ("m/s", "'m/s' is not a number", nil, 0),
      ("-", "'-' is not a number", nil, 0),
      (".", "'.' is not a number", nil, 0),
      ("NaN", "'NaN' is not a finite number", nil, 0),
      (".nan", "'.nan' is not a finite number", nil, 0),
      ("-inf", "'-inf' is not a finite number", nil, 0),
      ("+.INF", "'+.INF' is not a finite number", nil, 0),
      (" 1e999 m", "1e999 is too large for a number", nil, 1),
      ("1e308 km", "1e308 km is too large for a number", nil, 0),
      ("1e-999", "1e-999 is too small for a number", nil, 0),
      ("1.2.3", "'1.2.3' is not a number", "write numbers like 1200.5 or 1.2e3", 0),
      ("1,5 m", "'1,5 m' is not a number", "write numbers like 1200.5 or 1.2e3", 0),
      ("1_000", "'1_000' is not a number", "write numbers like 1200.5 or 1.2e3", 0),
      ("12:30", "'12:30' is not a number", "write numbers like 1200.5 or 1.2e3", 0),
      ("50 km/hr", "unknown unit 'km/hr'", "did you mean 'km/h'?", 3),
      ("3 mss", "unknown unit 'mss'", "did you mean 'ms'?", 2),
    ] as [(String, String, String?, Int)])
  func saysWhatIsWrong(text: String, message: String, hint: String?, offset: Int) {
    let error = #expect(throws: Quantity.ParseError.self) { try Quantity.parse(text) }
    #expect(error?.message == message)
    #expect(error?.hint == hint)
    #expect(error?.offset == offset)
  }

  @Test func anOddUnitListsTheKnownOnes() {
    let error = #expect(throws: Quantity.ParseError.self) { try Quantity.parse("3 furlongs") }
    #expect(error?.message == "unknown unit 'furlongs'")
    #expect(error?.hint?.hasPrefix("known units: m, km, cm, mm, s,") == true)
  }

  @Test func hintsAreOfTheExpectedDimension() {
    func hint(_ text: String, _ dimension: Dimension?) -> String? {
      let error = #expect(throws: Quantity.ParseError.self) {
        try Quantity.parse(text, expecting: dimension)
      }
      return error?.hint
    }
    #expect(hint("3 mz", .length) == "did you mean 'm'?")
    #expect(hint("3 mz", .time) == "did you mean 'ms'?")
    #expect(hint("3 feet", .time) == "known units: s, ms, min, h")
  }

  @Test func everyUnitIsReadAndNoneStandsTwice() throws {
    for name in Quantity.unitNames {
      #expect(try Quantity.parse("2 \(name)").value > 0)
    }
    #expect(Set(Quantity.unitNames).count == Quantity.unitNames.count)
  }
}
