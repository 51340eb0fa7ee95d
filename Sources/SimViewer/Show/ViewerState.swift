import SimCore
import SimGeometry
import SimMap
import SimStack

/// All that a viewer remembers between pictures: a pure value, changed by events and by time.
public struct ViewerState: Hashable, Sendable {
  /// What the mouse holds.
  enum Grip: Hashable, Sendable {
    case nothing, slider
    /// The plane, from a pixel on; it has moved beyond a click.
    case plane(from: Vector2, last: Vector2, isDragged: Bool)
    /// The end of the measuring line.
    case measure
  }

  /// A list of choices to branch to.
  public struct Menu: Hashable, Sendable {
    /// Names of planners, and `another seed`.
    public var choices: [String]
    /// The one that Enter takes.
    public var place = 0
  }

  /// Width of the picture, pixels.
  public var width: Int
  /// Height of the picture, pixels.
  public var height: Int
  /// Ticks since the start; between ticks agents are drawn on their way.
  public var position = 0.0
  /// Time passes.
  public var isPlaying = false
  /// Seconds of the episode in a second.
  public var rate = 1.0
  /// After the end it starts again.
  public var loops = false
  /// From where it is looked at.
  public var camera = Camera()
  /// Row of the selected agent.
  public var selected: Int?
  /// What is shown.
  public var layers = LayerSet.standard
  /// What Enter offers; empty: the episode cannot be branched.
  public var choices: [String] = []
  /// The open menu.
  public var menu: Menu?
  /// A line to the person, e.g. where a picture was saved.
  public var note = ""
  /// The mouse measures.
  public var measures = false
  var measureFrom: Vector2?
  var measureTo: Vector2?
  var grip = Grip.nothing

  /// Speeds that the keys go through.
  static let rates = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16]

  /// A viewer at the start of an episode, standing still.
  public init(width: Int = 1280, height: Int = 720) {
    self.width = width
    self.height = height
  }

  /// The ends of the measuring line, metres.
  var measured: (Vector2, Vector2)? {
    guard let measureFrom, let measureTo else { return nil }
    return (measureFrom, measureTo)
  }

  /// The moment that is shown.
  public func moment(of show: Exhibit) -> Moment { Moment(position, last: show.lastTick) }

  /// The view of the plane.
  public func view(of show: Exhibit) -> MapViewport {
    // Panels at the right cover what they lie on.
    let layout = layout(of: show)
    let covered =
      layers["strips"] && !layout.strips.isEmpty ? Double(width) - layout.score.x : 0
    return camera.view(
      show, moment(of: show), target: selected ?? show.ego, width: width, height: height,
      covered: covered)
  }

  /// Height of capitals of ordinary text, pixels.
  var textSize: Double { min(max((Double(height) / 90 * 4).rounded() / 4, 6.5), 20) }

  /// Shows the whole map.
  public mutating func showAll(of show: Exhibit) {
    let fitted = MapViewport(fitting: show.record.header.map.bounds, width: width, height: height)
    camera.mode = .fixed
    camera.isHeadingUp = false
    camera.centre = fitted.centre
    camera.scale = fitted.scale
  }

  /// Lets time pass.
  ///
  /// - Parameter seconds: of the person's time.
  public mutating func advance(_ seconds: Double, of show: Exhibit) {
    guard isPlaying, grip != .slider else { return }
    position += seconds * rate / show.record.header.clock.step
    let last = Double(show.lastTick)
    guard position >= last else { return }
    if loops && last > 0 {
      position -= last * (position / last).rounded(.down)
    } else {
      position = last
      isPlaying = false
    }
  }

  /// Goes to a tick and stands still.
  public mutating func go(to tick: Int, of show: Exhibit) {
    position = Double(min(max(tick, 0), show.lastTick))
    isPlaying = false
  }

  /// What a window's title says.
  public func title(_ show: Exhibit, _ standing: Findings.Standing?) -> String {
    let tick = moment(of: show).tick
    let score = standing.map { ", score \($0.score.fixed(3))" } ?? ""
    return "\(show.record.header.scenario), tick \(tick)/\(show.lastTick)\(score) - simview"
  }
}
