import SimGeometry
import SimMap

extension Scene {
  /// Why predictors and planners cannot work with this scene; nil if they can: tracks in strictly
  /// ascending order of their ids, all finite, with boxes of some size, and a colour for each
  /// signal of the map.
  public var defect: String? {
    guard signals.count == map.signals.count else {
      return "\(signals.count) signals are seen where the map has \(map.signals.count)"
    }
    var last: Int?
    for track in tracks {
      if let last, track.id <= last { return "track ids do not ascend at track \(track.id)" }
      last = track.id
      guard track.box.centre.isFinite, track.box.heading.isFinite, track.box.direction.isFinite,
        track.box.halfLength.isFinite, track.box.halfWidth.isFinite, track.speed.isFinite,
        track.acceleration.isFinite
      else { return "track \(track.id) is not finite" }
      guard track.box.halfLength > 0, track.box.halfWidth > 0 else {
        return "track \(track.id) has no size"
      }
    }
    return nil
  }
}
