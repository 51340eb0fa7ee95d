/// One layer of the picture: a file each, drawn in the order of the list.
public struct FrameLayer: Sendable {
  /// The key that shows and hides it.
  public let key: Character
  /// What `--layers` calls it.
  public let name: String
  /// Shown unless told otherwise.
  public let isOn: Bool
  let draw: @Sendable (inout FramePainter) -> Void

  init(
    _ key: Character, _ name: String, isOn: Bool = true,
    draw: @escaping @Sendable (inout FramePainter) -> Void
  ) {
    self.key = key
    self.name = name
    self.isOn = isOn
    self.draw = draw
  }

  /// All layers, from the lowest to the topmost.
  public static let all: [FrameLayer] = [
    .map, .route, .laneNames, .attention, .trails, .ghost, .forecasts, .ellipses, .truth,
    .proposals, .plan, .signals, .agents, .tracks, .unseen, .labels, .selection, .measure,
    .scaleBar, .hud, .slider, .strips, .score, .agentPanel, .layerList, .menu, .help,
  ]
}

/// Which layers are shown.
public struct LayerSet: Hashable, Sendable {
  private var bits: UInt64 = 0

  /// No layer.
  public init() {}

  /// The layers that are shown unless told otherwise.
  public static let standard: LayerSet = {
    var set = LayerSet()
    for layer in FrameLayer.all where layer.isOn { set[layer.name] = true }
    return set
  }()

  /// Whether a layer is shown, by its name; there is no other name.
  public subscript(name: String) -> Bool {
    get { LayerSet.place(name).map { bits >> UInt64($0) & 1 == 1 } ?? false }
    set {
      guard let place = LayerSet.place(name) else { return }
      bits = newValue ? bits | 1 << UInt64(place) : bits & ~(1 << UInt64(place))
    }
  }

  private static func place(_ name: String) -> Int? {
    FrameLayer.all.firstIndex { $0.name == name }
  }

  /// The standard layers changed as a list says: names with `+` or `-` before them
  /// (`+labels,-hud`);
  /// names without a sign are shown alone. `none` is no layer, `all` every one.
  ///
  /// - Returns: nil if a name is none of a layer's.
  public init?(_ list: String) {
    let words = list.split(separator: ",").map { $0.filter { $0 != " " } }
    let isChange = words.allSatisfy { $0.hasPrefix("+") || $0.hasPrefix("-") }
    self = isChange ? .standard : LayerSet()
    for word in words {
      let name = String(word.drop { $0 == "+" || $0 == "-" })
      if name == "none" { continue }
      if name == "all" {
        for layer in FrameLayer.all { self[layer.name] = !word.hasPrefix("-") }
        continue
      }
      guard LayerSet.place(name) != nil else { return nil }
      self[name] = !word.hasPrefix("-")
    }
  }
}
