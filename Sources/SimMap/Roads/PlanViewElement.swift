/// One piece of a road's course in the plane: its curvature is linear in its length, so lines,
/// arcs and clothoids are all of this form (OpenDRIVE's line, arc and spiral).
public struct PlanViewElement: Hashable, Sendable {
  /// Metres; positive.
  public var length: Double
  /// Curvature at its start, 1/m, left positive.
  public var startCurvature: Double
  /// Curvature at its end, 1/m, left positive.
  public var endCurvature: Double

  /// A piece with curvature linear between its ends.
  public init(length: Double, startCurvature: Double, endCurvature: Double) {
    self.length = length
    self.startCurvature = startCurvature
    self.endCurvature = endCurvature
  }

  /// A straight piece.
  public static func line(length: Double) -> PlanViewElement {
    PlanViewElement(length: length, startCurvature: 0, endCurvature: 0)
  }

  /// A piece of a circle.
  ///
  /// - Parameters:
  ///   - radius: metres, positive.
  ///   - angle: how far it turns, rad, left positive; not 0.
  public static func arc(radius: Double, angle: Double) -> PlanViewElement {
    let curvature = (angle < 0 ? -1 : 1) / radius
    return PlanViewElement(
      length: radius * angle.magnitude, startCurvature: curvature, endCurvature: curvature)
  }

  /// A piece of a circle by curvature, 1/m (left positive), and length.
  public static func arc(curvature: Double, length: Double) -> PlanViewElement {
    PlanViewElement(length: length, startCurvature: curvature, endCurvature: curvature)
  }

  /// A clothoid.
  public static func spiral(
    from start: Double, to end: Double, length: Double
  ) -> PlanViewElement {
    PlanViewElement(length: length, startCurvature: start, endCurvature: end)
  }

  /// Greatest curvature without sign, 1/m.
  public var greatestCurvature: Double {
    max(startCurvature.magnitude, endCurvature.magnitude)
  }

  /// Change of heading from its start to its end, rad.
  public var turn: Double { 0.5 * (startCurvature + endCurvature) * length }

  /// Length is positive and everything finite.
  public var isValid: Bool {
    length > 0 && length.isFinite && startCurvature.isFinite && endCurvature.isFinite
  }
}
