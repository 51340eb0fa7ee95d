/// A forecast as a record of an episode keeps it: as it is, or packed without loss.
///
/// The forecasts of a long episode among many road users take tens of megabytes as they are, a
/// tenth of that packed; `EgoTickRecord.forecast` unpacks one when somebody reads it.
package enum KeptForecast: Sendable {
  case absent
  case plain(Forecast)
  indirect case packed(PackedForecast)

  /// The forecast, bit for bit.
  package var forecast: Forecast? {
    switch self {
    case .absent: nil
    case .plain(let forecast): forecast
    case .packed(let packed): packed.forecast
    }
  }

  /// There is one.
  package var isThere: Bool { if case .absent = self { false } else { true } }

  /// All but points and covariances (of a plain one, those too).
  package var shape: Forecast? {
    switch self {
    case .absent: nil
    case .plain(let forecast): forecast
    case .packed(let packed): packed.shape
    }
  }

  /// Bytes of memory of what it says of road users, without heads of arrays.
  package var size: Int {
    switch self {
    case .absent: 0
    case .plain(let forecast): forecast.size
    case .packed(let packed): packed.size
    }
  }

  /// Equality down to the sign of zero and the payloads of NaN.
  package func hasSameBits(as other: KeptForecast) -> Bool {
    switch (self, other) {
    case (.absent, .absent): true
    case (.plain(let a), .plain(let b)): a.hasSameBits(as: b)
    case (.packed(let a), .packed(let b)): a.hasSameBits(as: b)
    default:
      if let a = forecast, let b = other.forecast { a.hasSameBits(as: b) } else { false }
    }
  }

  /// Points of all road users, modes and steps.
  package var points: Int {
    switch self {
    case .absent: 0
    case .plain(let forecast): forecast.points.count
    case .packed(let packed): packed.points
    }
  }

  /// Writes the bits of one number of each point: 0...2 are x, y and heading, 3...5 the
  /// covariance's xx, xy and yy, which are 0 where there is none.
  package func read(_ part: Int, into room: UnsafeMutableBufferPointer<UInt64>) {
    switch self {
    case .absent: break
    case .plain(let forecast):
      if part < 3 {
        KeptForecast.copy(forecast.points, part, into: room)
      } else {
        KeptForecast.copy(forecast.covariances, part - 3, into: room)
      }
    case .packed(let packed):
      guard part < packed.columns.count, let base = room.baseAddress else {
        return room.update(repeating: 0)
      }
      packed.columns[part].read(into: base)
    }
  }

  /// One of the 8-byte numbers that an element holds, and nothing else.
  private static func copy<Element: BitwiseCopyable>(
    _ elements: [Element], _ part: Int, into room: UnsafeMutableBufferPointer<UInt64>
  ) {
    guard !elements.isEmpty else { return room.update(repeating: 0) }
    let width = MemoryLayout<Element>.stride / 8
    elements.withUnsafeBytes { bytes in
      let words = bytes.assumingMemoryBound(to: UInt64.self)
      for k in 0..<min(room.count, words.count / width) { room[k] = words[k * width + part] }
    }
  }
}

/// A forecast packed without loss.
package struct PackedForecast: Sendable {
  /// The forecast without its points and covariances.
  package let shape: Forecast
  /// Points of all road users, modes and steps.
  package let points: Int
  /// x, y, heading; with covariances also xx, xy, yy.
  package let columns: [PackedNumbers]

  /// Packs a forecast. - Parameter scratch: memory to work in; grows to what is needed.
  package init(_ forecast: Forecast, scratch: inout [UInt8]) {
    let plain = KeptForecast.plain(forecast)
    let count = forecast.points.count
    points = count
    var shape = forecast
    shape.points = []
    shape.covariances = []
    self.shape = shape
    let parts = forecast.covariances.isEmpty ? 3 : 6
    columns = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { numbers in
      numbers.initialize(repeating: 0)
      var columns: [PackedNumbers] = []
      columns.reserveCapacity(parts)
      for part in 0..<parts {
        plain.read(part, into: numbers)
        columns.append(PackedNumbers(UnsafeBufferPointer(numbers), scratch: &scratch))
      }
      return columns
    }
  }

  /// The forecast, bit for bit.
  package var forecast: Forecast {
    var forecast = shape
    forecast.points = [Forecast.Point](unsafeUninitializedCapacity: points) { room, written in
      fill(UnsafeMutableRawBufferPointer(room), from: 0)
      written = points
    }
    guard columns.count > 3 else { return forecast }
    forecast.covariances = [Forecast.Covariance](
      unsafeUninitializedCapacity: points
    ) { room, written in
      fill(UnsafeMutableRawBufferPointer(room), from: 3)
      written = points
    }
    return forecast
  }

  /// Three columns side by side.
  private func fill(_ room: UnsafeMutableRawBufferPointer, from first: Int) {
    guard points > 0, let base = room.baseAddress else { return }
    let words = base.assumingMemoryBound(to: UInt64.self)
    for part in 0..<3 { columns[first + part].read(into: words + part, stride: 3) }
  }

  /// Bytes of memory of what it says of road users, without heads of arrays.
  package var size: Int { shape.size + columns.reduce(0) { $0 + $1.size } }

  /// Equality down to the sign of zero and the payloads of NaN.
  package func hasSameBits(as other: PackedForecast) -> Bool {
    shape.hasSameBits(as: other.shape) && columns == other.columns
  }
}

extension Forecast {
  /// Bytes of memory of what it says of road users, without heads of arrays.
  package var size: Int {
    8 * (tracks.count + probabilities.count) + 24 * (points.count + covariances.count)
  }

  /// Equality down to the sign of zero and the payloads of NaN.
  package func hasSameBits(as other: Forecast) -> Bool {
    stepMicroseconds == other.stepMicroseconds && steps == other.steps && modes == other.modes
      && tracks == other.tracks && Forecast.same(probabilities, other.probabilities)
      && Forecast.same(points, other.points) && Forecast.same(covariances, other.covariances)
  }

  /// The elements hold nothing but 8-byte numbers.
  private static func same<Element: BitwiseCopyable>(_ a: [Element], _ b: [Element]) -> Bool {
    guard a.count == b.count else { return false }
    return a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        let x = a.assumingMemoryBound(to: UInt64.self)
        let y = b.assumingMemoryBound(to: UInt64.self)
        if x.baseAddress == y.baseAddress { return true }
        for k in 0..<x.count where x[k] != y[k] { return false }
        return true
      }
    }
  }
}
