import SimGeometry

/// A plain font of our own, drawn with strokes: printable ASCII.
///
/// Glyphs are polylines on a grid: capitals are 8 units high (rows 4 to 12), small letters 6,
/// descenders reach down to row 1. A glyph's text is its width, then lines of two-character points
/// (column and row, base 36), lines separated by blanks.
enum StrokeFont {
  /// Height of capitals in grid units.
  static let capHeight = 8.0
  /// Row of the base line.
  static let baseline = 4.0
  /// Free columns between glyphs.
  static let gap = 2.5

  struct Glyph: Sendable {
    let width: Double
    /// Lines in grid units from the base line, y up.
    let lines: [[Vector2]]
  }

  /// The glyph of a character; an empty box for what the font does not have.
  static func glyph(_ character: Character) -> Glyph {
    guard let code = character.asciiValue, code >= 32, code < 127 else { return missing }
    return glyphs[Int(code) - 32]
  }

  private static let missing = parse("6 040c6c6404")
  private static let glyphs = shapes.map(parse)

  private static func parse(_ text: String) -> Glyph {
    let parts = text.split(separator: " ")
    let lines = parts.dropFirst().map { part in
      let digits = part.compactMap { $0.hexDigitValue }
      return stride(from: 0, to: digits.count - 1, by: 2).map {
        Vector2(Double(digits[$0]), Double(digits[$0 + 1]) - baseline)
      }
    }
    return Glyph(width: Double(parts.first.flatMap { Int($0) } ?? 0), lines: lines)
  }

  /// From blank to tilde, in the order of ASCII.
  private static let shapes = [
    "3",  // blank
    "1 0c07 0504",  // !
    "2 0c0a 2c2a",  // "
    "6 242c 444c 0666 0a6a",  // #
    "6 6b4c2c0b0928486765442405 3d33",  // $
    "7 047c 0c2c2a0a0c 5676745456",  // %
    "6 641a1b2c3c4b4a0705143467",  // &
    "0 0c0a",  // '
    "2 2d0b0523",  // (
    "2 0d2b2503",  // )
    "4 2b27 0a48 4a08",  // *
    "6 353b 0868",  // +
    "1 1502",  // ,
    "4 0848",  // -
    "0 0405",  // .
    "4 034d",  // /
    "5 2c3c5a563424060a2c",  // 0
    "3 0a2c24",  // 1
    "5 0a2c3c5a590454",  // 2
    "5 0b2c3c5b59385755342405",  // 3
    "5 444c0656",  // 4
    "5 5c0c09395756342405",  // 5
    "5 4c2c090624345657392907",  // 6
    "5 0c5c24",  // 7
    "5 2c3c5b593828090b2c 2807052434555738",  // 8
    "5 1434575a3c2c0a09273759",  // 9
    "0 0405 090a",  // :
    "1 1502 191a",  // ;
    "5 5b0855",  // <
    "5 0a5a 0656",  // =
    "5 0b5805",  // >
    "5 0a2c3c5a592726 2425",  // ?
    "8 6424060a2c6c8a8776676a 695a3a2927365667",  // @
    "6 043c64 1757",  // A
    "6 040c4c5b594808 485867655404",  // B
    "6 6a4c2c0a06244466",  // C
    "6 040c4c6a664404",  // D
    "5 5c0c0454 0848",  // E
    "5 5c0c04 0848",  // F
    "6 6a4c2c0a0624446668 3868",  // G
    "6 040c 646c 0868",  // H
    "0 040c",  // I
    "4 4c462406",  // J
    "6 040c 6c07 2964",  // K
    "5 0c0454",  // L
    "8 040c468c84",  // M
    "6 040c646c",  // N
    "6 2c4c6a664424060a2c",  // O
    "6 040c4c6b694808",  // P
    "6 2c4c6a664424060a2c 4664",  // Q
    "6 040c4c6b694808 3864",  // R
    "6 6b4c2c0b0928486765442405",  // S
    "6 0c6c 3c34",  // T
    "6 0c062444666c",  // U
    "6 0c346c",  // V
    "8 0c244a648c",  // W
    "6 046c 0c64",  // X
    "6 0c386c 3834",  // Y
    "6 0c6c0464",  // Z
    "2 2d0d0323",  // [
    "4 0d43",  // \
    "2 0d2d2303",  // ]
    "4 0a2c4a",  // ^
    "6 0363",  // _
    "1 0c1a",  // `
    "5 5a54 583a2a0806243456",  // a
    "5 0c04 082a3a5856342406",  // b
    "5 593a2a0806243455",  // c
    "5 5c54 583a2a0806243456",  // d
    "5 0757583a2a0806243455",  // e
    "4 4c2c1b14 0a3a",  // f
    "5 5a53312102 583a2a0806243456",  // g
    "5 0c04 082a3a5854",  // h
    "0 0a04 0c0d",  // i
    "2 2a231101 2c2d",  // j
    "5 0c04 5a06 2854",  // k
    "1 0c0514",  // l
    "8 0a04 082a3a4844 486a7a8884",  // m
    "5 0a04 082a3a5854",  // n
    "5 2a3a5856342406082a",  // o
    "5 0a01 082a3a5856342406",  // p
    "5 5a51 583a2a0806243456",  // q
    "4 0a04 082a3a49",  // r
    "5 594a1a090817475655441405",  // s
    "4 1c152444 0a3a",  // t
    "5 0a06243456 5a54",  // u
    "4 0a244a",  // v
    "8 0a2449648a",  // w
    "5 0a54 045a",  // x
    "4 0a24 4a241101",  // y
    "5 0a5a0454",  // z
    "3 3d2c2918272433",  // {
    "0 0d03",  // |
    "3 0d1c1928171403",  // }
    "6 071929475769",  // ~
  ]
}
