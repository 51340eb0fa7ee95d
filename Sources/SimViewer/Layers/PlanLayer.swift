import SimGeometry
import SimStack
import SimWorld

extension FrameLayer {
  /// The plan in force of each ego, with a dot at each second: where the centre of its box will be,
  /// as forecasts say it of others.
  static let plan = FrameLayer("p", "plan") { painter in
    for (drive, ego) in zip(painter.record.egos, painter.record.header.egos) {
      // (Plans are of the rear axle.)
      let ahead = ego.vehicle.rearAxleToCentre
      guard drive.indices.contains(painter.moment.tick),
        let plan = drive[painter.moment.tick].plan, let first = plan.points.first
      else { continue }
      painter.line(
        plan.points.map { $0.pose.advanced(by: ahead).position },
        painter.view.thickness(0.35, atLeast: 3), Palette.green)
      var next = first.timeMicroseconds + 1_000_000
      for point in plan.points where point.timeMicroseconds >= next {
        next += 1_000_000
        let p = painter.view.pixel(point.pose.advanced(by: ahead).position)
        let radius = painter.view.thickness(0.35, atLeast: 3)
        painter.canvas.fillCircle(centre: p, radius: radius + 1, Palette.green)
        painter.canvas.fillCircle(centre: p, radius: radius - 0.6, .white)
      }
    }
  }
}
