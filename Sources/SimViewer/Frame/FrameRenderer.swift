import SimGeometry
import SimStack

/// Draws what a viewer shows, for window and files alike: the picture is a function of episode and
/// state alone, the same on every machine.
public struct FrameRenderer: Sendable {
  /// The last picture.
  public private(set) var canvas: Canvas
  private var glyphs = GlyphSheet()
  private var tiles: MapTiles

  /// A renderer for one episode; what it keeps saves time and changes no pixel.
  public init(_ show: Exhibit) {
    canvas = Canvas(width: 1, height: 1)
    tiles = MapTiles(show.record.header.map)
  }

  /// Draws a picture of the size that the state has.
  ///
  /// - Parameter standing: the score if the drive ended at the state's moment; nil: not known.
  public mutating func draw(
    _ show: Exhibit, _ state: ViewerState, standing: Findings.Standing? = nil
  ) {
    if canvas.width != state.width || canvas.height != state.height {
      canvas = Canvas(width: state.width, height: state.height, background: Palette.ground)
    }
    let moment = state.moment(of: show)
    let view = state.view(of: show)
    var painter = FramePainter(
      show: show, state: state, standing: standing, moment: moment, view: view,
      agents: show.record.agents(moment), canvas: canvas, glyphs: glyphs, tiles: tiles,
      region: view.region.expanded(by: 12))
    // (The painter's own from here on, so that nothing is copied.)
    canvas = FrameRenderer.empty
    glyphs = GlyphSheet()
    tiles = MapTiles(show.record.header.map)
    if !state.layers["map"] {
      painter.canvas.fillRect(
        x: 0, y: 0, width: painter.width, height: painter.height, Palette.ground)
    }
    for layer in FrameLayer.all where state.layers[layer.name] { layer.draw(&painter) }
    canvas = painter.canvas
    glyphs = painter.glyphs
    tiles = painter.tiles
  }

  /// Draws a piece of the map that a camera which moves on shows soon: for the time that is left
  /// between pictures. It changes no pixel of any.
  ///
  /// - Returns: false if there was nothing to draw.
  @discardableResult
  public mutating func prepare(_ show: Exhibit, _ state: ViewerState) -> Bool {
    guard state.layers["map"] else { return false }
    return tiles.prepare(state.view(of: show))
  }

  private static let empty = Canvas(width: 1, height: 1)
}
