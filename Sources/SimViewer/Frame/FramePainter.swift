public import SimGeometry
import SimStack
import SimWorld

/// What a layer draws with: the picture so far, and all that there is to show.
struct FramePainter {
  let show: Exhibit
  let state: ViewerState
  /// The score if the drive ended at this moment; nil if it is not known.
  let standing: Findings.Standing?
  let moment: Moment
  /// Where the plane lies on the picture.
  let view: MapViewport
  /// Who is there, in row order.
  let agents: [AgentNow]
  var canvas: Canvas
  var glyphs: GlyphSheet
  var tiles: MapTiles

  /// The part of the plane that is seen, with some metres around.
  let region: BoundingBox

  var record: EpisodeRecord { show.record }
  /// Width of the picture, pixels.
  var width: Double { Double(canvas.width) }
  /// Height of the picture, pixels.
  var height: Double { Double(canvas.height) }
  /// Height of capitals of ordinary text, pixels.
  var textSize: Double { state.textSize }
  /// Where panels are, those of the window's width and height.
  var layout: PanelLayout { state.layout(of: show) }

  /// Writes a line of text.
  mutating func write(
    _ text: String, _ x: Double, _ y: Double, size: Double? = nil, _ colour: Colour = Palette.ink,
    weight: GlyphSheet.Weight = .regular, anchor: TextStyle.Anchor = .left, halo: Colour? = nil
  ) {
    glyphs.write(
      text, at: Vector2(x, y), size: size ?? textSize, colour, weight: weight, anchor: anchor,
      halo: halo, on: &canvas)
  }

  /// The background of a panel.
  mutating func panel(_ rect: PanelRect) {
    canvas.fillRect(
      x: rect.x, y: rect.y, width: rect.width, height: rect.height,
      Colour.white.with(alpha: 222))
    canvas.strokePolygon(
      [
        Vector2(rect.x + 0.5, rect.y + 0.5), Vector2(rect.right - 0.5, rect.y + 0.5),
        Vector2(rect.right - 0.5, rect.bottom - 0.5), Vector2(rect.x + 0.5, rect.bottom - 0.5),
      ], StrokeStyle(width: 1), Palette.ink.with(alpha: 70))
  }

  /// A line through places of the plane, metres; its thickness is in pixels.
  mutating func line(
    _ points: [Vector2], _ thickness: Double, _ colour: Colour, dashes: [Double] = []
  ) {
    canvas.strokePolyline(
      view.pixels(points), StrokeStyle(width: thickness, join: .bevel, dashes: dashes), colour)
  }

  /// As much of a text as fits into a width, pixels.
  func fitting(_ text: String, _ width: Double, size: Double? = nil) -> String {
    let size = size ?? textSize
    if Canvas.textWidth(text, size: size) <= width { return text }
    var short = text
    while !short.isEmpty, Canvas.textWidth(short + "..", size: size) > width { short.removeLast() }
    return short + ".."
  }
}

/// A rectangle of a panel, pixels.
public struct PanelRect: Hashable, Sendable {
  /// Left edge.
  public var x: Double
  /// Upper edge.
  public var y: Double
  /// From left to right.
  public var width: Double
  /// From top to bottom.
  public var height: Double

  /// A rectangle by its upper left corner.
  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// Right edge.
  public var right: Double { x + width }
  /// Lower edge.
  public var bottom: Double { y + height }

  /// Whether a pixel lies in it.
  public func contains(_ p: Vector2) -> Bool {
    p.x >= x && p.x < right && p.y >= y && p.y < bottom
  }
}
