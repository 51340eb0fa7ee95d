import SimMap
import SimWorld

/// The colours of map and traffic.
///
/// Road surfaces are greys and pale tints; everything that moves or matters takes the eight hues
/// that people with any common colour blindness can tell apart (M. Okabe, K. Ito, "Color Universal
/// Design", 2008).
enum Palette {
  static let orange = Colour(hex: 0xE69F00)
  static let skyBlue = Colour(hex: 0x56B4E9)
  static let green = Colour(hex: 0x009E73)
  static let yellow = Colour(hex: 0xF0E442)
  static let blue = Colour(hex: 0x0072B2)
  static let vermilion = Colour(hex: 0xD55E00)
  static let purple = Colour(hex: 0xCC79A7)

  /// The colour of a score in [0, 1]: from vermilion over a pale yellow to blue, which nobody takes
  /// for each other.
  static func score(_ score: Double) -> Colour {
    let stops = [Colour(hex: 0xC24A00), Colour(hex: 0xF3E6B8), Colour(hex: 0x0067A5)]
    let place = score.isNaN ? 0 : 2 * min(max(score, 0), 1)
    return place < 1
      ? stops[0].mixed(with: stops[1], place) : stops[1].mixed(with: stops[2], place - 1)
  }

  /// Brake lights: darker than any body.
  static let brake = Colour(hex: 0xB00020)
  static let ground = Colour(hex: 0xE5E2D9)
  static let asphalt = Colour(hex: 0xA3AAB2)
  static let junction = Colour(hex: 0x98A0A9)
  static let ink = Colour(hex: 0x22272D)
  /// Text of lesser weight.
  static let faint = Colour(hex: 0x5A636D)
  static let curb = Colour(hex: 0x4A525B)
  static let unknownBound = Colour(hex: 0x7B848D)
  static let paint = Colour.white

  static func surface(of kind: LaneKind) -> Colour {
    switch kind {
    case .driving: asphalt
    case .ramp: Colour(hex: 0xA9B4C4)
    case .bus: Colour(hex: 0xDDBF87)
    case .bicycle: Colour(hex: 0x8CC4AE)
    case .sidewalk: Colour(hex: 0xCFC6B4)
    case .crosswalk: Colour(hex: 0xC9C3D2)
    case .shoulder: Colour(hex: 0xBCC1C6)
    case .parking: Colour(hex: 0x9DC0DC)
    case .restricted: Colour(hex: 0xD9A48C)
    }
  }

  static func surface(of kind: DrivableArea.Kind) -> Colour {
    switch kind {
    case .road, .generic: Colour(hex: 0xB3B9C0)
    case .junction: junction
    case .parking: Colour(hex: 0xA9C7DF)
    }
  }

  static func body(of agentClass: AgentClass) -> Colour {
    switch agentClass {
    case .car: orange
    case .truck, .bus: vermilion
    case .motorcycle, .bicycle: green
    case .pedestrian: purple
    case .trafficCone, .barrier, .constructionSign, .genericObject: skyBlue
    }
  }

  static func light(_ colour: SignalColour) -> Colour {
    switch colour {
    case .red, .redYellow: vermilion
    case .yellow: yellow
    case .green: green
    case .unknown, .inactive: Colour(hex: 0xC4C9CE)
    }
  }

  static func stopLine(_ rule: StopLine.Rule) -> Colour {
    switch rule {
    case .stop: vermilion
    case .yield: yellow
    case .signal: purple
    case .unspecified: paint
    }
  }
}
