public import SimGeometry

/// How text is drawn.
public struct TextStyle: Hashable, Sendable {
  /// Which part of the text lies at the given point.
  public enum Anchor: Hashable, Sendable {
    /// Left end of the base line.
    case left
    /// Middle of the text, between base line and height of capitals.
    case centre
    /// Right end of the base line.
    case right
  }

  /// Height of capitals, pixels.
  public var size: Double
  /// Colour of the letters.
  public var colour: Colour
  /// Drawn around the letters, to set them off from what lies below; nil for none.
  public var halo: Colour?
  /// Which part lies at the point.
  public var anchor: Anchor
  /// Unit vector along the base line, y down.
  public var direction: Vector2

  /// - Parameters:
  ///   - size: height of capitals, pixels.
  ///   - colour: of the letters.
  ///   - halo: drawn around the letters; nil for none.
  ///   - anchor: which part lies at the point; `centre` centres vertically too.
  ///   - direction: unit vector along the base line, y down.
  public init(
    size: Double, colour: Colour = .black, halo: Colour? = nil, anchor: Anchor = .left,
    direction: Vector2 = Vector2(1, 0)
  ) {
    self.size = size
    self.colour = colour
    self.halo = halo
    self.anchor = anchor
    self.direction = direction
  }
}

extension Canvas {
  /// Width of a text in one line, pixels.
  ///
  /// - Parameter size: height of capitals, pixels.
  public static func textWidth(_ text: String, size: Double) -> Double {
    var columns = 0.0
    for character in text { columns += StrokeFont.glyph(character).width + StrokeFont.gap }
    return max(0, columns - StrokeFont.gap) * size / StrokeFont.capHeight
  }

  /// A text whose middle is left out if it is wider than that, pixels: of names that begin alike
  /// the ends stay.
  static func shortened(_ text: String, to width: Double, size: Double) -> String {
    if textWidth(text, size: size) <= width { return text }
    var kept = text.count - 1
    while kept > 0 {
      let short = "\(text.prefix((kept + 1) / 2))..\(text.suffix(kept / 2))"
      if textWidth(short, size: size) <= width { return short }
      kept -= 1
    }
    return ".."
  }

  /// Draws a text in one line. Characters outside ASCII show as boxes.
  public mutating func drawText(_ text: String, at point: Vector2, _ style: TextStyle) {
    guard style.size > 0, style.size.isFinite, point.isFinite else { return }
    let unit = style.size / StrokeFont.capHeight
    let along = style.direction
    let up = Vector2(along.y, -along.x)
    var start = point
    switch style.anchor {
    case .left: break
    case .centre:
      start -= along * (0.5 * Canvas.textWidth(text, size: style.size)) + up * (0.5 * style.size)
    case .right: start -= along * Canvas.textWidth(text, size: style.size)
    }
    let thickness = max(0.13 * style.size, 1)
    var letters = StrokeOutline(StrokeStyle(width: thickness, join: .round, cap: .round))
    var halo = StrokeOutline(
      StrokeStyle(width: thickness + max(0.35 * style.size, 3), join: .round, cap: .round))
    var column = 0.0
    for character in text {
      let glyph = StrokeFont.glyph(character)
      for line in glyph.lines {
        let points = line.map { start + along * ((column + $0.x) * unit) + up * ($0.y * unit) }
        letters.add(points)
        if style.halo != nil { halo.add(points) }
      }
      column += glyph.width + StrokeFont.gap
    }
    if let colour = style.halo { fill(halo.contours, colour) }
    fill(letters.contours, style.colour)
  }
}
