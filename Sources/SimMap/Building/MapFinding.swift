public import SimCore

/// Something wrong or odd about a map: which element, and why.
///
/// It has no place in a file: a reader that knows where elements stand turns it into a diagnostic.
public struct MapFinding: Hashable, Sendable {
  /// What kind of thing the element is.
  public enum ElementKind: String, Hashable, Sendable {
    /// The map as a whole, or the part that the word says.
    case map, lane, signal, junction, crosswalk, priority, road, connection
    /// A line at which traffic waits.
    case stopLine = "stop line"
    /// An area on which one may drive.
    case drivableArea = "drivable area"
  }

  /// What is checked.
  public enum Rule: String, Hashable, Sendable, CaseIterable {
    // A map with one of these cannot be built.
    /// There is no lane.
    case noLanes = "no-lanes"
    /// Two elements of a kind have the same id.
    case duplicateID = "duplicate-id"
    /// An element names one that does not exist.
    case danglingReference = "dangling-reference"
    /// A coordinate, width or curvature is not finite.
    case nonFinite = "non-finite"
    /// A line has fewer than two distinct points.
    case tooFewPoints = "too-few-points"
    /// The left bound lies to the right of the right one; tolerated, they are swapped.
    case swappedBounds = "swapped-bounds"
    /// A width is not positive, missing, or next to nothing everywhere.
    case badWidth = "bad-width"
    /// A lane is shorter than 0.01 m or longer than 100 km.
    case badLength = "bad-length"
    /// A speed limit is not positive or not finite.
    case badSpeedLimit = "bad-speed-limit"
    /// A phase has no positive duration, or there are too many or too long ones.
    case badSignal = "bad-signal"
    /// A road or connector bends more than its width allows.
    case tightBend = "tight-bend"
    // With one of these it can, but something may behave oddly.
    /// The bounds of a lane cross or touch.
    case boundsCross = "bounds-cross"
    /// The outline of a lane crosses or touches itself.
    case selfIntersection = "self-intersection"
    /// A drivable lane is less than 1 m wide somewhere.
    case narrow
    /// A successor starts more than 0.5 m from the lane's end.
    case successorGap = "successor-gap"
    /// A successor starts at more than 45 degrees to the lane's end.
    case successorHeading = "successor-heading"
    /// Of two lanes that are linked only one says so; the other link is added.
    case oneSidedLink = "one-sided-link"
    /// Neighbours overlap.
    case neighbourOverlap = "neighbour-overlap"
    /// A neighbour does not run the way that is stated.
    case neighbourDirection = "neighbour-direction"
    /// A drivable lane is linked to no other one.
    case unreachable

    /// How bad it is, unless it is tolerated.
    public var severity: Diagnostic.Severity {
      switch self {
      case .noLanes, .duplicateID, .danglingReference, .nonFinite, .tooFewPoints, .swappedBounds,
        .badWidth, .badLength, .badSpeedLimit, .badSignal, .tightBend:
        .error
      case .boundsCross, .selfIntersection, .narrow, .successorGap, .successorHeading,
        .oneSidedLink, .neighbourOverlap, .neighbourDirection, .unreachable:
        .warning
      }
    }
  }

  /// What was checked.
  public var rule: Rule
  /// Whether the map can be built all the same.
  public var severity: Diagnostic.Severity
  /// What kind of thing is wrong.
  public var element: ElementKind
  /// Id of the element.
  public var id: String
  /// What is wrong, without the element: `successor 'b' does not exist`.
  public var reason: String

  /// A finding; as bad as its rule says unless told otherwise.
  public init(
    _ rule: Rule, severity: Diagnostic.Severity? = nil, _ element: ElementKind, _ id: String,
    _ reason: String
  ) {
    self.rule = rule
    self.severity = severity ?? rule.severity
    self.element = element
    self.id = id
    self.reason = reason
  }
}

extension MapFinding: CustomStringConvertible {
  /// `lane 'main.1': width is 0.00 m at s = 12.0`.
  public var description: String {
    id.isEmpty ? "\(element.rawValue): \(reason)" : "\(element.rawValue) '\(id)': \(reason)"
  }
}

/// A map that cannot be built: why.
public struct MapBuildFailure: Error, Hashable, Sendable {
  /// One sentence without a full stop.
  public var reason: String
  /// The template's parameter to blame; nil if there is none.
  public var parameter: String?
  /// What is wrong with the parts, if the reason lies there.
  public var findings: [MapFinding]

  /// A failure with its reason.
  public init(_ reason: String, parameter: String? = nil, findings: [MapFinding] = []) {
    self.reason = reason
    self.parameter = parameter
    self.findings = findings
  }
}

extension MapBuildFailure: CustomStringConvertible {
  /// The reason and the findings, a line each.
  public var description: String {
    ([reason] + findings.map { "  \($0)" }).joined(separator: "\n")
  }
}
