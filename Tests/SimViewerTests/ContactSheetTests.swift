import SimViewer
import Testing

@Suite struct ContactSheetTests {
  static func tile(_ colour: Colour, _ name: String) -> ContactSheet.Tile {
    ContactSheet.Tile(
      image: Canvas(
        width: ContactSheet.tileWidth, height: ContactSheet.tileHeight, background: colour),
      caption: name)
  }

  /// Three pictures in two columns: each picture is where its place in the rows says, and the
  /// fourth place is empty.
  @Test func picturesStandInRows() {
    let red = Colour(200, 0, 0)
    let green = Colour(0, 200, 0)
    let blue = Colour(0, 0, 200)
    let sheet = ContactSheet.compose(
      [Self.tile(red, "a"), Self.tile(green, "b"), Self.tile(blue, "c")], columns: 2)
    let (w, h) = (ContactSheet.tileWidth, ContactSheet.tileHeight)
    #expect(sheet.width == 2 * (w + 6) + 6)
    #expect(sheet.height == 2 * (h + 16 + 6) + 6)
    #expect(sheet[6, 6] == red && sheet[6 + w - 1, 6 + h - 1] == red)
    #expect(sheet[6 + w + 6, 6] == green)
    #expect(sheet[6, 6 + h + 22] == blue)
    #expect(sheet[6 + w + 6 + w / 2, 6 + h + 22 + h / 2] == .white)
    // The names leave ink below the pictures.
    let ink = (0..<w).contains { x in (0..<16).contains { sheet[6 + x, 6 + h + $0] != .white } }
    #expect(ink)
  }

  @Test func sameBitsEachTime() {
    let tiles = (0..<5).map { Self.tile(Colour(UInt8(40 * $0), 0, 90), "scenario \($0)") }
    #expect(ContactSheet.compose(tiles).hash == ContactSheet.compose(tiles).hash)
  }
}
