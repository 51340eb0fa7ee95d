public import SimCore
import SimGeometry

/// Many small pictures on one: a moment of each of some episodes, with its name below.
public struct ContactSheet: Sendable {
  /// One picture.
  public struct Tile: Sendable {
    /// The picture; one of another size than a tile covers its neighbours or leaves a gap.
    public var image: Canvas
    /// Written below it; its middle is left out if it does not fit.
    public var caption: String

    /// A picture that is drawn already.
    public init(image: Canvas, caption: String) {
      self.image = image
      self.caption = caption
    }

    /// The surroundings of the first ego at a tick of an episode, as the viewer draws them, with
    /// route, plan, forecasts and everybody's trail.
    ///
    /// - Parameters:
    ///   - show: the episode.
    ///   - tick: a recorded tick.
    ///   - caption: what stands below.
    ///   - span: what the picture shows from left to right, metres.
    ///   - width: of the picture, pixels.
    ///   - height: of the picture, pixels.
    public init(
      _ show: Exhibit, tick: Int, caption: String, span: Double = 75,
      width: Int = ContactSheet.tileWidth, height: Int = ContactSheet.tileHeight
    ) {
      var state = ViewerState(width: width, height: height)
      state.layers =
        LayerSet(
          "map,route,trails,forecasts,plan,signals,agents") ?? LayerSet.standard
      state.camera.scale = Double(width) / span
      state.position = Double(tick)
      var renderer = FrameRenderer(show)
      renderer.draw(show, state)
      image = renderer.canvas
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
  ///   - tiles: at least one, each of the size of the first.
  ///   - columns: pictures in a row; fewer if there are not so many, more if the sheet would become
  ///     higher than a picture may be.
  ///   - file: the sheet's name, for messages.
  /// - Throws: more pictures than a sheet holds.
  public static func compose(
    _ tiles: [Tile], columns: Int = 10, file: String = "sheet"
  ) throws(InputError) -> Canvas {
    precondition(!tiles.isEmpty && columns > 0, "a sheet of pictures")
    let (width, height) = (tiles[0].image.width, tiles[0].image.height)
    let pitch = (x: width + margin, y: height + captionHeight + margin)
    let most = (
      columns: (Canvas.maximumSide - margin) / pitch.x,
      rows: (Canvas.maximumSide - margin) / pitch.y
    )
    guard tiles.count <= most.columns * most.rows else {
      throw InputError(
        at: .wholeFile(file),
        "a sheet holds \(most.columns * most.rows) of these pictures, not \(tiles.count)")
    }
    let needed = (tiles.count + most.rows - 1) / most.rows
    let columns = min(max(columns, needed), tiles.count, most.columns)
    let rows = (tiles.count + columns - 1) / columns
    var sheet = Canvas(
      width: columns * pitch.x + margin, height: rows * pitch.y + margin, background: .white)
    for (index, tile) in tiles.enumerated() {
      let x = margin + index % columns * pitch.x
      let y = margin + index / columns * pitch.y
      sheet.copy(tile.image, x: x, y: y)
      sheet.drawText(
        Canvas.shortened(tile.caption, to: Double(width), size: 8),
        at: Vector2(Double(x), Double(y + height + 12)),
        TextStyle(size: 8))
    }
    return sheet
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
