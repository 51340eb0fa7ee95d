import SimCore
import SimGeometry
import Testing

@Suite struct GeometryCodingTests {
  @Test func linesAndPolygonsComeBackEqual() throws {
    let plain = try #require(Polyline([Vector2(0, 0), Vector2(1, 0.1), Vector2(2, -0.3)]))
    let tracked = try #require(
      Polyline([Vector2(0, 0), Vector2(1, 0.1), Vector2(2, -0.3)], headings: [0.1, 0.2, -0.4]))
    let triangle = Polygon([Vector2(0, 0), Vector2(1, 0), Vector2(0, 1)])
    var writer = ByteWriter()
    writer.append(plain)
    writer.append(tracked)
    writer.append(triangle)
    writer.append(Pose2(x: 1, y: 2, heading: 3))
    var reader = ByteReader(writer.bytes)
    #expect(try reader.polyline() == plain)
    #expect(try reader.polyline() == tracked)
    #expect(try reader.polygon() == triangle)
    #expect(try reader.pose2() == Pose2(x: 1, y: 2, heading: 3))
    #expect(reader.isAtEnd)
  }

  @Test func aLineOfOnePointIsADefect() {
    var writer = ByteWriter()
    writer.appendList([Vector2(1, 1), Vector2(1, 1)]) { $0.append($1) }
    writer.append(false)
    var reader = ByteReader(writer.bytes)
    #expect(throws: FormatDefect.self) { try reader.polyline() }
  }
}
