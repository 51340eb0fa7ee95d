/// JSON schemas of the messages of a `SceneLog`; the names are those by which Foxglove knows them.
enum SceneSchema {
  /// A type of message.
  enum Kind: String {
    case sceneUpdate = "foxglove.SceneUpdate"
    case frameTransform = "foxglove.FrameTransform"
    case log = "foxglove.Log"
    case egoState = "provingground.EgoState"
  }

  static func text(_ kind: Kind) -> String { JSONText.text(schema(kind)) }

  private static func schema(_ kind: Kind) -> JSONText.Value {
    switch kind {
    case .sceneUpdate: object([("deletions", list(deletion)), ("entities", list(entity))], kind)
    case .frameTransform:
      object(
        [
          ("timestamp", time), ("parent_frame_id", word), ("child_frame_id", word),
          ("translation", vector), ("rotation", quaternion),
        ], kind)
    case .log:
      object(
        [
          ("timestamp", time), ("level", whole), ("message", word), ("name", word),
          ("file", word), ("line", whole),
        ], kind)
    case .egoState:
      object(
        [("timestamp", time)]
          + [
            "speed", "acceleration", "lateral_acceleration", "steering", "yaw_rate",
            "asked_acceleration", "asked_steering_rate",
          ].map { ($0, number) } + [("did_plan", type("boolean"))], kind)
    }
  }

  private static func type(_ name: String) -> JSONText.Value { .object([("type", .text(name))]) }
  private static let number = type("number")
  private static let whole = type("integer")
  private static let word = type("string")
  private static let flag = type("boolean")

  private static func list(_ items: JSONText.Value) -> JSONText.Value {
    .object([("type", .text("array")), ("items", items)])
  }

  private static func object(
    _ properties: [(String, JSONText.Value)], _ kind: Kind? = nil
  ) -> JSONText.Value {
    let title: [(String, JSONText.Value)] = kind.map { [("title", .text($0.rawValue))] } ?? []
    return .object(
      title + [("type", .text("object")), ("properties", .object(properties))])
  }

  /// Foxglove takes an object of `sec` and `nsec` for a time where the schema says so.
  private static let time = JSONText.Value.object([
    ("type", .text("object")), ("title", .text("time")),
    ("properties", .object([("sec", whole), ("nsec", whole)])),
  ])
  private static let duration = JSONText.Value.object([
    ("type", .text("object")), ("title", .text("duration")),
    ("properties", .object([("sec", whole), ("nsec", whole)])),
  ])
  private static let vector = object([("x", number), ("y", number), ("z", number)])
  private static let quaternion = object([
    ("x", number), ("y", number), ("z", number), ("w", number),
  ])
  private static let pose = object([("position", vector), ("orientation", quaternion)])
  private static let colour = object([("r", number), ("g", number), ("b", number), ("a", number)])
  private static let deletion = object([("timestamp", time), ("type", whole), ("id", word)])
  private static let cube = object([("pose", pose), ("size", vector), ("color", colour)])
  private static let line = object([
    ("type", whole), ("pose", pose), ("thickness", number), ("scale_invariant", flag),
    ("points", list(vector)), ("color", colour), ("colors", list(colour)),
    ("indices", list(whole)),
  ])
  private static let words = object([
    ("pose", pose), ("billboard", flag), ("font_size", number), ("scale_invariant", flag),
    ("color", colour), ("text", word),
  ])
  private static let entity = object([
    ("timestamp", time), ("frame_id", word), ("id", word), ("lifetime", duration),
    ("frame_locked", flag), ("metadata", list(object([("key", word), ("value", word)]))),
    ("arrows", list(type("object"))), ("cubes", list(cube)), ("spheres", list(type("object"))),
    ("cylinders", list(type("object"))), ("lines", list(line)),
    ("triangles", list(type("object"))), ("texts", list(words)), ("models", list(type("object"))),
  ])
}
