/// Few colours that stand for all of some pictures: boxes of colours are cut at their medians
/// (P. Heckbert, "Color Image Quantization for Frame Buffer Display", 1982).
struct ColourPalette: Sendable {
  private(set) var colours: [Colour] = []
  /// Place of the nearest of them to each cell of 32 levels a channel.
  private var nearest: [UInt8] = []

  /// Cells of 5 bits a channel, with what lies in them.
  private struct Cell {
    var red: Int
    var green: Int
    var blue: Int
    var count: Int

    func level(_ channel: Int) -> Int { channel == 0 ? red : channel == 1 ? green : blue }
  }

  /// - Parameters:
  ///   - pictures: whose colours are counted.
  ///   - count: most colours, at most 256.
  init(_ pictures: [Canvas], count: Int) {
    var counts = [Int](repeating: 0, count: 1 << 15)
    var sums = [(red: Int, green: Int, blue: Int)](repeating: (0, 0, 0), count: 1 << 15)
    for picture in pictures {
      for p in stride(from: 0, to: picture.pixels.count, by: 4) {
        let (r, g, b) = (
          Int(picture.pixels[p]), Int(picture.pixels[p + 1]), Int(picture.pixels[p + 2])
        )
        let cell = (r >> 3) << 10 | (g >> 3) << 5 | b >> 3
        counts[cell] += 1
        sums[cell].red += r
        sums[cell].green += g
        sums[cell].blue += b
      }
    }
    let cells = counts.indices.filter { counts[$0] > 0 }.map { k in
      Cell(
        red: sums[k].red / counts[k], green: sums[k].green / counts[k],
        blue: sums[k].blue / counts[k], count: counts[k])
    }
    var boxes = [cells]
    while boxes.count < count, let place = ColourPalette.widest(boxes) {
      let (a, b) = ColourPalette.halves(boxes[place])
      boxes[place] = a
      boxes.append(b)
    }
    colours = boxes.filter { !$0.isEmpty }.map(ColourPalette.mean)
    if colours.isEmpty { colours = [.black] }
    nearest = (0..<(1 << 15)).map { cell in
      let (r, g, b) = ((cell >> 10) << 3 | 4, (cell >> 5 & 31) << 3 | 4, (cell & 31) << 3 | 4)
      var best = (place: 0, distance: Int.max)
      for (place, colour) in colours.enumerated() {
        let (dr, dg, db) = (r - Int(colour.red), g - Int(colour.green), b - Int(colour.blue))
        let distance = 2 * dr * dr + 4 * dg * dg + 3 * db * db
        if distance < best.distance { best = (place, distance) }
      }
      return UInt8(best.place)
    }
  }

  /// Places in the palette of all pixels.
  func places(of picture: Canvas) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(picture.width * picture.height)
    picture.pixels.withUnsafeBufferPointer { pixels in
      for p in stride(from: 0, to: pixels.count, by: 4) {
        let cell =
          (Int(pixels[p]) >> 3) << 10 | (Int(pixels[p + 1]) >> 3) << 5 | Int(pixels[p + 2]) >> 3
        result.append(nearest[cell])
      }
    }
    return result
  }

  /// The box that is worth cutting most: by extent and number of pixels; nil: none can be cut.
  private static func widest(_ boxes: [[Cell]]) -> Int? {
    var best: (place: Int, worth: Double)?
    for (place, box) in boxes.enumerated() where box.count > 1 {
      let (_, extent) = longest(box)
      let worth = Double(extent * extent) * Double(box.reduce(0) { $0 + $1.count }).squareRoot()
      if extent > 0, worth > best?.worth ?? 0 { best = (place, worth) }
    }
    return best?.place
  }

  private static func longest(_ box: [Cell]) -> (channel: Int, extent: Int) {
    var best = (channel: 0, extent: -1)
    for channel in 0..<3 {
      let levels = box.map { $0.level(channel) }
      let extent = (levels.max() ?? 0) - (levels.min() ?? 0)
      if extent > best.extent { best = (channel, extent) }
    }
    return best
  }

  /// Cuts a box at the median of its pixels along its longest side.
  private static func halves(_ box: [Cell]) -> ([Cell], [Cell]) {
    let (channel, _) = longest(box)
    let sorted = box.sorted {
      ($0.level(channel), $0.red, $0.green, $0.blue) < (
        $1.level(channel), $1.red, $1.green, $1.blue
      )
    }
    let half = sorted.reduce(0) { $0 + $1.count } / 2
    var sum = 0
    var cut = 0
    while cut < sorted.count - 1, sum < half || cut == 0 {
      sum += sorted[cut].count
      cut += 1
    }
    return (Array(sorted[..<cut]), Array(sorted[cut...]))
  }

  private static func mean(_ box: [Cell]) -> Colour {
    let count = box.reduce(0) { $0 + $1.count }
    func level(_ channel: Int) -> UInt8 {
      UInt8((box.reduce(0) { $0 + $1.level(channel) * $1.count } + count / 2) / max(count, 1))
    }
    return Colour(level(0), level(1), level(2))
  }
}
