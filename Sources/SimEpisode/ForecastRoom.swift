import SimStack

/// How the forecasts of an episode are kept: as they are until they take more than a bound in all,
/// then packed without loss, those before the bound was crossed too. Most episodes never get
/// there, and pay nothing.
struct ForecastRoom {
  /// So many bytes of forecasts are kept as they are.
  static let plainBytes = 4 << 20

  /// Bytes of the different plain forecasts kept so far.
  private(set) var bytes = 0
  private let bound: Int
  private var isPacking = false
  private var scratch: [UInt8] = []

  init(bound: Int = ForecastRoom.plainBytes) { self.bound = bound }

  /// Plain forecasts are kept that should be packed.
  var isCrossed: Bool { !isPacking && bytes > bound }

  /// A forecast as it is to be kept. - Parameter last: what is kept of the tick before.
  mutating func kept(_ forecast: Forecast, after last: KeptForecast?) -> KeptForecast {
    guard isPacking else {
      if case .plain(let last) = last, last.sharesPoints(with: forecast) {
      } else {
        bytes += forecast.size
      }
      return .plain(forecast)
    }
    return packed(forecast, after: last)
  }

  /// Packs all forecasts of the ticks so far, `[ego][tick]`.
  mutating func pack(_ drives: inout [[EgoTickRecord]]) {
    isPacking = true
    bytes = 0
    for ego in drives.indices {
      var last: KeptForecast?
      for tick in drives[ego].indices {
        if case .plain(let forecast) = drives[ego][tick].keptForecast {
          drives[ego][tick].keptForecast = packed(forecast, after: last)
        }
        last = drives[ego][tick].keptForecast
      }
    }
  }

  /// (One that is in force for several ticks is kept once.)
  private mutating func packed(_ forecast: Forecast, after last: KeptForecast?) -> KeptForecast {
    let packed = KeptForecast.packed(PackedForecast(forecast, scratch: &scratch))
    if let last, packed.hasSameBits(as: last) { return last }
    return packed
  }
}

extension Forecast {
  /// It holds the very memory of another one's points.
  fileprivate func sharesPoints(with other: Forecast) -> Bool {
    points.withUnsafeBufferPointer { a in
      other.points.withUnsafeBufferPointer { b in
        a.baseAddress == b.baseAddress && a.count == b.count
      }
    }
  }
}
