public import SimGeometry
public import SimMap

/// Pictures of maps and of what happens on them.
public enum MapImage {
  /// What a picture shows and how.
  public struct Options: Sendable {
    /// Width of the image, pixels.
    public var width: Int
    /// Height of the image, pixels.
    public var height: Int
    /// The part to show, metres; nil for the whole map.
    public var region: BoundingBox?
    /// Written at the upper left; nil for none.
    public var caption: String?
    /// Names of the lanes outside junctions.
    public var showsLaneNames: Bool
    /// Names of the lanes through junctions too.
    public var showsConnectorNames: Bool

    /// The whole map at 1600 x 1000 pixels, with the names of lanes, unless told otherwise.
    public init(
      width: Int = 1600, height: Int = 1000, region: BoundingBox? = nil, caption: String? = nil,
      showsLaneNames: Bool = true, showsConnectorNames: Bool = false
    ) {
      self.width = width
      self.height = height
      self.region = region
      self.caption = caption
      self.showsLaneNames = showsLaneNames
      self.showsConnectorNames = showsConnectorNames
    }
  }

  /// A way to draw, with its goal.
  public struct Way: Sendable {
    /// Where it leads, metres in the frame of the map.
    public var line: Polyline
    /// A point to mark; nil: none.
    public var goal: Vector2?

    /// A way along a line.
    public init(line: Polyline, goal: Vector2? = nil) {
      self.line = line
      self.goal = goal
    }

    /// The way of a route, with its goal if it has one.
    public init(_ route: Route) {
      line = route.centreline
      goal = route.goalArcLength.map { route.centreline.point(at: $0) }
    }
  }

  /// Draws a map with agents.
  ///
  /// - Parameters:
  ///   - map: the map.
  ///   - agents: what is on it; later ones cover earlier ones, egos cover all.
  ///   - ways: e.g. the egos' routes.
  ///   - signals: what each signal of the map shows; nil leaves them out.
  ///   - options: size, part and labels.
  public static func render(
    _ map: LaneGraph, agents: [DrawnAgent] = [], ways: [Way] = [],
    signals: [SignalColour]? = nil, options: Options = Options()
  ) -> Canvas {
    let shown = options.region ?? map.bounds
    var painter = MapPainter(
      map: map,
      view: MapViewport(fitting: shown, width: options.width, height: options.height))
    painter.drawSurfaces()
    painter.drawBounds()
    painter.placeAgents(agents)
    if options.showsLaneNames {
      painter.placeLaneNames(includingConnectors: options.showsConnectorNames)
    }
    painter.drawDirections()
    painter.drawStopLines()
    for way in ways { painter.drawRoute(way.line, goal: way.goal) }
    if let signals { painter.drawSignals(signals) }
    painter.drawAgents(agents)
    painter.drawNames()
    // A thumbnail has no room for these.
    if options.width >= 240 && options.height >= 160 {
      painter.drawScaleBar()
      painter.drawLegend()
    }
    if let caption = options.caption { painter.drawCaption(caption) }
    return painter.canvas
  }
}
