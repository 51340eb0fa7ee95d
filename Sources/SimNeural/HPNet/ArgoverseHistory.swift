import SimCore
public import SimGeometry

/// Positions of agents over frames as the Argoverse form of HPNet sees them: the only feature is
/// the way since the frame before, and the heading is its direction.
///
/// Where the frame before is missing both are 0, as in the official code; the previous position
/// then lies at an angle of plus or minus pi, whose sign is rounding noise.
public struct ArgoverseHistory: Hashable, Sendable {
  /// A position seen, by frame and track.
  public struct Sighting: Hashable, Sendable {
    /// The track, any number.
    public var track: Int
    /// The frame, from 0.
    public var frame: Int
    /// Where it was, metres.
    public var position: Vector2

    /// A track's position in a frame.
    public init(track: Int, frame: Int, position: Vector2) {
      self.track = track
      self.frame = frame
      self.position = position
    }
  }

  /// The tracks seen in the history, in the order of their first sighting.
  public private(set) var tracks: [Int] = []
  /// Positions by frame (history, then future) and track; nil where not seen.
  public private(set) var positions: [[Vector2?]]
  private let frames: Int

  /// Takes the sightings of a history and a future in the order of a file; tracks that appear in
  /// the future only are left out.
  public init(_ sightings: [Sighting], historyFrames: Int, futureFrames: Int) {
    frames = historyFrames
    var places: [Int: Int] = [:]
    for sighting in sightings
    where sighting.frame < historyFrames && places[sighting.track] == nil {
      places[sighting.track] = tracks.count
      tracks.append(sighting.track)
    }
    positions = [[Vector2?]](
      repeating: [Vector2?](repeating: nil, count: tracks.count),
      count: historyFrames + futureFrames)
    for sighting in sightings where positions.indices.contains(sighting.frame) {
      guard let place = places[sighting.track] else { continue }
      positions[sighting.frame][place] = sighting.position
    }
  }

  /// The frames of the history.
  public var history: [HPNetFrame] {
    (0..<frames).map { t in
      var frame = HPNetFrame(poses: [], visible: [], features: [])
      for place in tracks.indices {
        let position = positions[t][place]
        var way = Vector2.zero
        if t > 0, let position, let before = positions[t - 1][place] { way = position - before }
        let heading = way == .zero ? 0 : ExactMath.atan2(way.y, way.x)
        frame.poses.append(Pose2(position ?? .zero, heading: heading))
        frame.visible.append(position != nil)
        frame.features.append(Float(way.length))
      }
      return frame
    }
  }

  /// The square whose lanes are taken in: about the middle of the box of all positions of the
  /// history, half a side being half the longer side of the box plus a margin, metres; nil if
  /// nothing was seen.
  public func mapQuery(margin: Double = 50) -> (centre: Vector2, halfSide: Double)? {
    let seen = positions[..<frames].flatMap { $0.compactMap { $0 } }
    guard let first = seen.first else { return nil }
    var low = first
    var high = first
    for point in seen {
      low = Vector2(min(low.x, point.x), min(low.y, point.y))
      high = Vector2(max(high.x, point.x), max(high.y, point.y))
    }
    let size = high - low
    return ((low + high) / 2, max(size.x, size.y) / 2 + margin)
  }
}
