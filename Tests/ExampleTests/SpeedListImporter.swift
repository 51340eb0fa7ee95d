import SimCore
public import SimScenario  // only outside of SimScenario

/// Files of one line, `speeds 12 9 9`: the ego's speed, then those of the cars before it.
public enum SpeedListImporter {
  /// Reads files ending in `.speeds`.
  public static let importer = Importer(
    name: "speed list", extensions: ["speeds"],
    canRead: { prefix in prefix.starts(with: Array("speeds ".utf8)) },
    load: { (data, file, options) throws(InputError) in
      let words = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      var speeds: [Double] = []
      for word in words.dropFirst() {
        guard let speed = Double(word), (0...60).contains(speed) else {
          throw InputError(
            at: .wholeFile(file.displayPath), "'\(word)' is no speed from 0 to 60 m/s")
        }
        speeds.append(speed)
      }
      guard let ego = speeds.first else {
        return LoadResult(tickets: [], skipReason: "no speeds in it")
      }
      let cars = speeds.dropFirst().enumerated().map { index, speed in
        "  - {id: car\(index), lane: main.1, s: \(100 + 40 * index), speed: \(speed)}"
      }
      // A format with a map of its own makes a `Scenario` in each ticket; this one has none.
      let text = """
        version: 1
        name: \(file.name)
        map: {template: straight, lanes: 2, length: 2000}
        duration: 10
        ego: {lane: main.1, s: 50, speed: \(ego)}
        agents: [\(cars.isEmpty ? "]" : "\n" + cars.map { $0.dropFirst(4) + ",\n" }.joined() + "  ]")
        """
      return try ScenarioLoader().load(
        Array(text.utf8), file: file.displayPath, relativePath: file.path, options: options)
    })
}
