public import SimCore

/// Something wrong or odd about a map: which element, and why.
///
/// It has no place in a file: a reader that knows where elements stand turns it into a diagnostic.
public struct MapFinding: Hashable, Sendable {
  /// What kind of thing the element is.
  public enum ElementKind: String, Hashable, Sendable {
    case map, lane, signal, junction, crosswalk, priority, road, connection
    case stopLine = "stop line"
    case drivableArea = "drivable area"
  }

  /// What is checked.
  public enum Rule: String, Hashable, Sendable, CaseIterable {
    // A map with one of these cannot be built.
    case noLanes = "no-lanes"
    case duplicateID = "duplicate-id"
    case danglingReference = "dangling-reference"
    case nonFinite = "non-finite"
    case tooFewPoints = "too-few-points"
    case swappedBounds = "swapped-bounds"
    case badWidth = "bad-width"
    case badLength = "bad-length"
    case badSpeedLimit = "bad-speed-limit"
    case badSignal = "bad-signal"
    case tightBend = "tight-bend"
    // With one of these it can, but something may behave oddly.
    case boundsCross = "bounds-cross"
    case selfIntersection = "self-intersection"
    case narrow
    case successorGap = "successor-gap"
    case successorHeading = "successor-heading"
    case oneSidedLink = "one-sided-link"
    case neighbourOverlap = "neighbour-overlap"
    case neighbourDirection = "neighbour-direction"
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

  public var rule: Rule
  public var severity: Diagnostic.Severity
  public var element: ElementKind
  /// Id of the element.
  public var id: String
  /// What is wrong, without the element: `successor 'b' does not exist`.
  public var reason: String

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
