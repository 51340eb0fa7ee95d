import SimCore
public import SimGeometry

/// From where an episode is looked at.
public struct Camera: Hashable, Sendable {
  /// What the camera does while time passes.
  public enum Mode: String, Hashable, Sendable {
    /// It goes with the selected agent, or with the ego.
    case follow
    /// It stays.
    case fixed
  }

  /// What it does while time passes.
  public var mode: Mode
  /// The heading of the agent that it goes with is up; else north is.
  public var isHeadingUp: Bool
  /// Pixels a metre.
  public var scale: Double
  /// The place in the middle of a fixed camera's picture, metres.
  public var centre: Vector2

  /// Least and greatest scale, pixels a metre.
  public static let scales = 0.05...80.0
  /// Farthest place that is looked at, metres from the origin either way: pixels are counted in
  /// whole numbers.
  public static let farthest = 1e7

  /// A camera that goes with the ego, north up, unless told otherwise.
  public init(
    mode: Mode = .follow, isHeadingUp: Bool = false, scale: Double = 8, centre: Vector2 = .zero
  ) {
    self.mode = mode
    self.isHeadingUp = isHeadingUp
    self.scale = scale
    self.centre = centre
  }

  /// The view of a moment.
  ///
  /// - Parameters:
  ///   - show: the episode.
  ///   - moment: when.
  ///   - target: row of the agent to go with.
  ///   - width: of the picture, pixels.
  ///   - height: of the picture, pixels.
  ///   - covered: so many columns at the right are not to be seen; a camera that follows keeps
  ///     clear of them.
  public func view(
    _ show: Exhibit, _ moment: Moment, target: Int, width: Int, height: Int, covered: Double = 0
  ) -> MapViewport {
    let scale = min(max(self.scale, Camera.scales.lowerBound), Camera.scales.upperBound)
    // One that has left is still looked at where it was last.
    let pose =
      show.record.pose(target, moment) ?? show.record.lastPose(target, before: moment.tick)
    let forward = Camera.quantised(pose.heading)
    let right = isHeadingUp ? -forward.left : Vector2(1, 0)
    var middle = centre
    if mode == .follow {
      // More is to be seen of what lies ahead.
      let span = Double(isHeadingUp ? height : min(width, height))
      middle = pose.position + pose.direction * (0.2 * span / scale)
      middle += right * (0.5 * covered / scale)
    }
    middle = Vector2(Camera.bounded(middle.x), Camera.bounded(middle.y))
    return Camera.snapped(
      MapViewport(width: width, height: height, centre: middle, scale: scale, right: right))
  }

  private static func bounded(_ value: Double) -> Double {
    value.isNaN ? 0 : min(max(value, -farthest), farthest)
  }

  /// The direction of a heading to an eighth of a degree: on a road that is almost straight the
  /// picture does not turn, and the map need not be drawn anew.
  private static func quantised(_ heading: Double) -> Vector2 {
    let step = Double.pi / 1440
    let (sine, cosine) = ExactMath.sinCos((heading / step).rounded() * step)
    return Vector2(cosine, sine)
  }

  /// The view moved by less than a pixel so that the origin of the plane lies on a border between
  /// pixels: tiles of the map then fit on any picture of the same scale and direction.
  static func snapped(_ view: MapViewport) -> MapViewport {
    let half = Vector2(0.5 * Double(view.width), 0.5 * Double(view.height))
    let origin = view.pixel(.zero)
    guard origin.isFinite else { return view }
    let whole = Vector2(origin.x.rounded(), origin.y.rounded())
    let across = (half.x - whole.x) / view.scale
    let up = -(half.y - whole.y) / view.scale
    return MapViewport(
      width: view.width, height: view.height,
      centre: view.right * across + view.right.left * up, scale: view.scale, right: view.right)
  }
}
