extension Double {
  /// The number with a fixed count of decimals, rounded to nearest, ties away from zero; as Swift
  /// writes it if it is not finite or has too many digits for that.
  public func fixed(_ decimals: Int) -> String {
    guard isFinite, magnitude < 1e15 else { return "\(self)" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    guard let scaled = Int64(exactly: (magnitude * scale).rounded()) else { return "\(self)" }
    let sign = self < 0 && scaled > 0 ? "-" : ""
    if decimals == 0 { return "\(sign)\(scaled)" }
    let divisor = Int64(scale)
    let digits = String(scaled % divisor)
    let fraction = String(repeating: "0", count: decimals - digits.count) + digits
    return "\(sign)\(scaled / divisor).\(fraction)"
  }
}
