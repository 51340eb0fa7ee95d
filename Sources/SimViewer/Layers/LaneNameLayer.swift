import SimGeometry
import SimMap
import SimStack

extension FrameLayer {
  /// Names of the lanes outside junctions, where they are seen.
  static let laneNames = FrameLayer("n", "lane-names", isOn: false) { painter in
    let view = painter.view
    for lane in painter.record.header.map.lanes
    where !lane.isConnector && lane.polygon.boundingBox.intersects(painter.region) {
      let size = min(max(0.28 * view.scale, 7), 11)
      guard lane.length * view.scale > Canvas.textWidth(lane.id, size: size) + 12 else { continue }
      for share in [0.5, 0.3, 0.7, 0.15, 0.85] {
        let p = view.pixel(lane.centreline.point(at: share * lane.length))
        guard p.x > 30, p.y > 15, p.x < painter.width - 30, p.y < painter.height - 15 else {
          continue
        }
        painter.write(
          lane.id, p.x, p.y, size: size, anchor: .centre, halo: Colour.white.with(alpha: 150))
        break
      }
    }
  }
}
