import SimCore
import SimGeometry
import SimMap
public import SimStack
import SimWorld

/// Many small pictures on one: a moment of each of some episodes, with its name below.
public struct ContactSheet: Sendable {
  /// One picture.
  public struct Tile: Sendable {
    /// The picture; one of another size than a tile covers its neighbours or leaves a gap.
    public var image: Canvas
    /// Written below it; its end is left out if it does not fit.
    public var caption: String

    /// A picture that is drawn already.
    public init(image: Canvas, caption: String) {
      self.image = image
      self.caption = caption
    }

    /// The surroundings of the first ego at a tick of an episode, with everybody's trail of the
    /// last three seconds.
    ///
    /// - Parameters:
    ///   - record: the episode; it has at least one tick and one ego.
    ///   - tick: a recorded tick.
    ///   - span: what the picture shows from left to right, metres.
    public init(_ record: EpisodeRecord, tick: Int, caption: String, span: Double = 75) {
      let header = record.header
      let row = header.egos.first?.agent ?? 0
      let slot = record.history.slot(tick, row)
      let heading = record.history.heading[slot]
      let direction = Pose2(x: 0, y: 0, heading: heading).direction
      // More is to be seen of what lies ahead.
      let centre =
        Vector2(record.history.x[slot], record.history.y[slot]) + direction * (0.2 * span)
      let half = Vector2(
        0.5 * span, 0.5 * span * Double(ContactSheet.tileHeight) / Double(ContactSheet.tileWidth))
      let signals = header.map.signals.indices.map {
        record.signals[tick * header.map.signals.count + $0]
      }
      let agents = DrawnAgent.all(
        of: record, tick: tick, trailTicks: header.clock.ticks(3)
      ).map { agent in
        var agent = agent
        agent.label = nil
        return agent
      }
      image = MapImage.render(
        header.map, agents: agents, ways: header.egos.prefix(1).map { MapImage.Way($0.route) },
        signals: signals,
        options: MapImage.Options(
          width: ContactSheet.tileWidth, height: ContactSheet.tileHeight,
          region: BoundingBox(min: centre - half, max: centre + half), showsLaneNames: false))
      self.caption = caption
    }
  }

  /// Width of a picture, pixels.
  public static let tileWidth = 230
  /// Height of a picture, pixels.
  public static let tileHeight = 130
  private static let margin = 6
  private static let captionHeight = 16

  /// The pictures side by side in rows, with a white margin.
  ///
  /// - Parameters:
  ///   - tiles: at least one, each of the size of a tile.
  ///   - columns: pictures in a row; fewer if there are not so many.
  public static func compose(_ tiles: [Tile], columns: Int = 10) -> Canvas {
    precondition(!tiles.isEmpty && columns > 0, "a sheet of pictures")
    let columns = min(columns, tiles.count)
    let rows = (tiles.count + columns - 1) / columns
    let pitch = (x: tileWidth + margin, y: tileHeight + captionHeight + margin)
    var sheet = Canvas(
      width: columns * pitch.x + margin, height: rows * pitch.y + margin, background: .white)
    for (index, tile) in tiles.enumerated() {
      let x = margin + index % columns * pitch.x
      let y = margin + index / columns * pitch.y
      sheet.copy(tile.image, x: x, y: y)
      sheet.drawText(
        fitting(tile.caption), at: Vector2(Double(x), Double(y + tileHeight + 12)),
        TextStyle(size: 8))
    }
    return sheet
  }

  /// As much of a name as fits below a picture.
  private static func fitting(_ caption: String) -> String {
    let most = 34
    return caption.count <= most ? caption : caption.prefix(most - 1) + "…"
  }
}

extension Canvas {
  /// Copies another picture over this one, its upper left corner at a pixel; what would lie outside
  /// is left out.
  public mutating func copy(_ other: Canvas, x: Int, y: Int) {
    let columns = max(0, -x)..<max(max(0, -x), min(other.width, width - x))
    let rows = max(0, -y)..<max(max(0, -y), min(other.height, height - y))
    guard !columns.isEmpty else { return }
    other.pixels.withUnsafeBufferPointer { from in
      pixels.withUnsafeMutableBufferPointer { to in
        for row in rows {
          let source = 4 * (row * other.width + columns.lowerBound)
          let target = 4 * ((y + row) * width + x + columns.lowerBound)
          let part = from[source..<(source + 4 * columns.count)]
          _ = UnsafeMutableBufferPointer(rebasing: to[target..<(target + 4 * columns.count)])
            .update(fromContentsOf: part)
        }
      }
    }
  }
}
