import SimCore
import SimGeometry

extension CommonRoadReader {
  /// A rectangle as it stands in the file.
  private struct Rectangle {
    var length: Double
    var width: Double
    var orientation = 0.0
    /// A rectangle without a centre is at the origin.
    var centre = Vector2.zero

    var corners: [Vector2] {
      let along = Vector2(ExactMath.cos(orientation), ExactMath.sin(orientation)) * (length / 2)
      let across = along.left * (width / length)
      return [
        centre + along + across, centre - along + across, centre - along - across,
        centre + along - across,
      ]
    }
  }

  private mutating func rectangle(_ node: XMLNode) -> Rectangle? {
    var length: Double?
    var width: Double?
    var orientation = 0.0
    var centre = Vector2.zero
    let before = errorCount
    for child in xml.children(of: node) {
      switch word(child) {
      case .length: length = positive(child)
      case .width: width = positive(child)
      case .orientation:
        // A plain number; some writers put it into <exact>.
        orientation = number(self.child(child, .exact) ?? child) ?? 0
      case .center: centre = point(child) ?? .zero
      default: ignore(child)
      }
    }
    guard errorCount == before else { return nil }
    guard let length, let width else {
      error(at: node, "<rectangle> has no <\(length == nil ? "length" : "width")>")
      return nil
    }
    return Rectangle(length: length, width: width, orientation: orientation, centre: centre)
  }

  private mutating func circle(_ node: XMLNode) -> (centre: Vector2, radius: Double)? {
    var radius: Double?
    var centre = Vector2.zero
    let before = errorCount
    for child in xml.children(of: node) {
      switch word(child) {
      case .radius: radius = positive(child)
      case .center: centre = point(child) ?? .zero
      default: ignore(child)
      }
    }
    guard errorCount == before else { return nil }
    guard let radius else {
      error(at: node, "<circle> has no <radius>")
      return nil
    }
    return (centre, radius)
  }

  private mutating func polygon(_ node: XMLNode) -> [Vector2]? {
    var points: [Vector2] = []
    var count = 0
    for child in xml.children(of: node) {
      guard word(child) == .point else {
        ignore(child)
        continue
      }
      count += 1
      if let point = point(child) { points.append(point) }
    }
    // Some writers repeat the first point at the end.
    if points.count > 1, points.first == points.last { points.removeLast() }
    guard points.count >= 3 else {
      if points.count == count || count < 3 {
        error(at: node, "<polygon> has \(counted(count, "point")); it needs three different ones")
      }
      return nil
    }
    return points
  }

  /// A region of the plane, or a lanelet.
  mutating func region(_ node: XMLNode) -> CommonRoadFile.Region? {
    switch word(node) {
    case .rectangle: return rectangle(node).map { .polygon($0.corners) }
    case .circle: return circle(node).map { .circle(centre: $0.centre, radius: $0.radius) }
    case .polygon: return polygon(node).map { .polygon($0) }
    case .lanelet: return reference(node).map { .lanelet($0) }
    default:
      error(
        at: node, "<\(xml.nameText(of: node))> is no shape",
        hint: "rectangle, circle, polygon or lanelet")
      return nil
    }
  }

  /// The box of an obstacle; what is no rectangle becomes the smallest box around it.
  mutating func box(_ node: XMLNode, of owner: Int) -> CommonRoadFile.Box? {
    let parts = Array(xml.children(of: node))
    guard let first = parts.first else {
      error(at: node, "<shape> of obstacle \(owner) is empty")
      return nil
    }
    if parts.count == 1, word(first) == .rectangle {
      return rectangle(first).map {
        CommonRoadFile.Box(
          length: $0.length, width: $0.width, centre: $0.centre, orientation: $0.orientation)
      }
    }
    var low = Vector2(.infinity, .infinity)
    var high = Vector2(-.infinity, -.infinity)
    var name = "shapes of several parts"
    for part in parts {
      if parts.count == 1 { name = xml.nameText(of: part) + "s" }
      switch region(part) {
      case .polygon(let points):
        for point in points {
          low = Vector2(min(low.x, point.x), min(low.y, point.y))
          high = Vector2(max(high.x, point.x), max(high.y, point.y))
        }
      case .circle(let centre, let radius):
        low = Vector2(min(low.x, centre.x - radius), min(low.y, centre.y - radius))
        high = Vector2(max(high.x, centre.x + radius), max(high.y, centre.y + radius))
      case .lanelet: error(at: part, "the shape of obstacle \(owner) is a lanelet")
      case nil: break
      }
    }
    let size = high - low
    guard size.isFinite else { return nil }
    guard size.x > 0, size.y > 0 else {
      error(at: node, "<shape> of obstacle \(owner) has no area")
      return nil
    }
    note("\(name) are taken as the box around them", "obstacle \(owner)", at: node)
    return CommonRoadFile.Box(length: size.x, width: size.y, centre: (low + high) * 0.5)
  }
}
