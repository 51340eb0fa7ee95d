import ArgumentParser
import SimGeometry
import SimViewer

/// Keys and clicks in words, so that any state of the viewer can be reached without a person.
struct Script {
  enum Step {
    case event(ViewerEvent)
    case tick(Int)
    case worst
    /// Frames of a sixtieth of a second.
    case wait(Int)
    case save(String)
    case quit
  }

  private(set) var steps: [Step] = []

  private static let keys: [String: ViewerEvent.Key] = [
    "left": .left, "right": .right, "up": .up, "down": .down, "home": .home, "end": .end,
    "tab": .tab, "escape": .escape, "enter": .enter, "space": .character(" "),
  ]

  init(_ text: String) throws {
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
      // The word may be the colon itself or the like.
      let name = parts.first ?? String(word)
      let value = parts.count > 1 ? parts[1] : nil
      guard try add(name, value, Script.numbers(value)) else {
        throw ValidationError("--script: '\(word)' is no key and no step")
      }
    }
  }

  /// No tick, pixel or count is greater.
  private static let greatest = 1e6

  private static func numbers(_ value: String?) -> [Double] {
    (value ?? "").split(separator: ",").compactMap { Double($0) }
      .filter { $0.magnitude <= greatest }
  }

  /// - Returns: false if there is no such step.
  private mutating func add(_ name: String, _ value: String?, _ numbers: [Double]) throws -> Bool {
    func point(_ first: Int) -> Vector2 { Vector2(numbers[first], numbers[first + 1]) }
    switch (name, numbers.count) {
    case ("tick", 1): steps.append(.tick(Int(max(numbers[0], 0))))
    case ("tick", 0) where value == "worst": steps.append(.worst)
    case ("wait", 1): steps.append(.wait(Int(max(numbers[0], 0))))
    case ("click", 2):
      steps += [.event(.press(point(0))), .event(.release(point(0)))]
    case ("drag", 4):
      steps += [
        .event(.press(point(0))), .event(.move((point(0) + point(2)) * 0.5)),
        .event(.move(point(2))), .event(.release(point(2))),
      ]
    case ("wheel", 3): steps.append(.event(.wheel(point(0), numbers[2])))
    case ("size", 2):
      steps.append(.event(.resize(Int(numbers[0]), Int(numbers[1]))))
    case ("save", _):
      guard let value else { return false }
      steps.append(.save(value))
    case ("quit", _): steps.append(.quit)
    default:
      guard value == nil else { return false }
      return addKey(name)
    }
    return true
  }

  private mutating func addKey(_ word: String) -> Bool {
    var modifiers: ViewerEvent.Modifiers = []
    var name = Substring(word)
    while true {
      if name.hasPrefix("shift+") {
        modifiers.insert(.shift)
        name = name.dropFirst(6)
      } else if name.hasPrefix("ctrl+") {
        modifiers.insert(.control)
        name = name.dropFirst(5)
      } else {
        break
      }
    }
    if let key = Script.keys[String(name)] {
      steps.append(.event(.key(key, modifiers)))
    } else if name.count == 1, let character = name.first {
      steps.append(.event(.key(.character(character), modifiers)))
    } else {
      return false
    }
    return true
  }
}
