import SimGeometry

/// Letters that were drawn once and are stamped onto the picture from then on: text costs little,
/// and each letter looks the same wherever it stands.
///
/// Letters stand on whole rows and on quarters of a column, so that their horizontal strokes are
/// sharp at any size.
struct GlyphSheet: Sendable {
  /// How thick the strokes are.
  enum Weight: UInt8, Sendable {
    case regular, bold, halo
  }

  private struct Key: Hashable {
    var code: UInt8
    /// Height of capitals in quarters of a pixel.
    var size: Int
    var weight: Weight
    /// Quarters of a pixel right of a column's border.
    var shift: Int
  }

  /// How much of each pixel a letter covers.
  private struct Mask: Sendable {
    /// Of the mask's first column and row from the letter's origin on the base line, pixels.
    var left: Int
    var top: Int
    var width: Int
    var height: Int
    /// 0 to 255.
    var coverage: [UInt8]
  }

  private var masks: [Key: Mask] = [:]
  /// So many letters are kept; then all are drawn anew as they come.
  private static let most = 4096

  /// Writes a line of text.
  ///
  /// - Parameters:
  ///   - point: where the anchor of the text lies, pixels.
  ///   - halo: drawn around the letters first; nil for none.
  mutating func write(
    _ text: String, at point: Vector2, size: Double, _ colour: Colour, weight: Weight = .regular,
    anchor: TextStyle.Anchor = .left, halo: Colour? = nil, on canvas: inout Canvas
  ) {
    guard size > 0, point.isFinite, point.x.magnitude < 1e6, point.y.magnitude < 1e6 else {
      return
    }
    let steps = max(Int((4 * size).rounded()), 1)
    let size = Double(steps) / 4
    var start = point
    switch anchor {
    case .left: break
    case .centre:
      start.x -= 0.5 * Canvas.textWidth(text, size: size)
      start.y += 0.5 * size
    case .right: start.x -= Canvas.textWidth(text, size: size)
    }
    if let halo {
      stamp(text, from: start, steps, .halo, halo, on: &canvas)
    }
    stamp(text, from: start, steps, weight, colour, on: &canvas)
  }

  private mutating func stamp(
    _ text: String, from start: Vector2, _ steps: Int, _ weight: Weight, _ colour: Colour,
    on canvas: inout Canvas
  ) {
    let unit = 0.25 * Double(steps) / StrokeFont.capHeight
    let row = Int(start.y.rounded())
    var column = 0.0
    for character in text {
      let quarters = Int((4 * (start.x + column * unit)).rounded(.down))
      let key = Key(
        code: character.asciiValue ?? 0, size: steps, weight: weight, shift: quarters & 3)
      if masks[key] == nil {
        if masks.count >= GlyphSheet.most { masks.removeAll() }
        masks[key] = GlyphSheet.mask(key, character)
      }
      if let mask = masks[key], mask.width > 0 {
        canvas.stamp(
          mask.coverage, width: mask.width, height: mask.height,
          x: (quarters >> 2) + mask.left, y: row + mask.top, colour)
      }
      column += StrokeFont.glyph(character).width + StrokeFont.gap
    }
  }

  private static func mask(_ key: Key, _ character: Character) -> Mask {
    let glyph = StrokeFont.glyph(character)
    guard !glyph.lines.isEmpty else {
      return Mask(left: 0, top: 0, width: 0, height: 0, coverage: [])
    }
    let size = 0.25 * Double(key.size)
    let unit = size / StrokeFont.capHeight
    let thin = max(0.13 * size, 1)
    let thickness: Double
    switch key.weight {
    case .regular: thickness = thin
    case .bold: thickness = max(0.19 * size, 1.3)
    case .halo: thickness = thin + max(0.35 * size, 3)
    }
    let edge = Int((0.5 * thickness).rounded(.up)) + 1
    let left = -edge
    let top = -Int((9 * unit).rounded(.up)) - edge
    let width = Int((glyph.width * unit).rounded(.up)) + 2 * edge + 1
    let height = -top + Int((3 * unit).rounded(.up)) + edge
    var canvas = Canvas(width: width, height: height)
    var outline = StrokeOutline(StrokeStyle(width: thickness, join: .round, cap: .round))
    // The middle of strokes along the base line lies in the middle of a row if they are thin.
    let origin = Vector2(
      0.25 * Double(key.shift) - Double(left), Double(-top) - (thin < 2 ? 0.5 : 0))
    for line in glyph.lines {
      outline.add(line.map { Vector2(origin.x + $0.x * unit, origin.y - $0.y * unit) })
    }
    canvas.fill(outline.contours, .black)
    return Mask(
      left: left, top: top, width: width, height: height,
      coverage: stride(from: 0, to: canvas.pixels.count, by: 4).map { 255 - canvas.pixels[$0] })
  }
}

extension Canvas {
  /// Mixes a colour in by a mask of opacities, inside the clip.
  ///
  /// - Parameters:
  ///   - mask: 0 to 255, rows from top to bottom.
  ///   - x: column of the mask's first one.
  ///   - y: row of the mask's first one.
  mutating func stamp(
    _ mask: [UInt8], width: Int, height: Int, x: Int, y: Int, _ colour: Colour
  ) {
    let columns = max(0, clip.left - x)..<max(max(0, clip.left - x), min(width, clip.right - x))
    let rows = max(0, clip.top - y)..<max(max(0, clip.top - y), min(height, clip.bottom - y))
    let stride = self.width
    pixels.withUnsafeMutableBufferPointer { pixels in
      mask.withUnsafeBufferPointer { mask in
        for row in rows {
          for column in columns {
            let opacity = (Int(mask[row * width + column]) * Int(colour.alpha) + 127) / 255
            if opacity == 0 { continue }
            let p = 4 * ((y + row) * stride + x + column)
            Rasteriser.paint(
              UnsafeMutableBufferPointer(rebasing: pixels[p..<(p + 4)]), colour, opacity)
          }
        }
      }
    }
  }
}
