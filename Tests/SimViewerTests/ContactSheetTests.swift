import SimCore
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
  @Test func picturesStandInRows() throws {
    let red = Colour(200, 0, 0)
    let green = Colour(0, 200, 0)
    let blue = Colour(0, 0, 200)
    let sheet = try ContactSheet.compose(
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

  @Test func sameBitsEachTime() throws {
    let tiles = (0..<5).map { Self.tile(Colour(UInt8(40 * $0), 0, 90), "scenario \($0)") }
    let sheets = try [ContactSheet.compose(tiles), ContactSheet.compose(tiles)]
    #expect(sheets[0].hash == sheets[1].hash)
  }

  /// Pictures of 8 x 1990 pixels lie 14 and 2012 apart: of 16384 pixels there is room for 8 below
  /// each other, so that nine need two columns, and for 1169 side by side.
  @Test func sheetsStayWithinAPicture() throws {
    let tile = ContactSheet.Tile(
      image: Canvas(width: 8, height: 1990, background: .black), caption: "")
    let sheet = try ContactSheet.compose(Array(repeating: tile, count: 9), columns: 1)
    #expect(sheet.width == 2 * 14 + 6 && sheet.height == 5 * 2012 + 6)
    let tooMany = Array(repeating: tile, count: 8 * 1169 + 1)
    #expect(throws: InputError.self) { try ContactSheet.compose(tooMany) }
  }
}
