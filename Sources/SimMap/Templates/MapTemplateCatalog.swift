import SimCore

/// The map templates that scenario files can name.
public enum MapTemplateCatalog {
  /// All of them, in the order of the catalog.
  public static let all: [MapTemplate] = [
    .straight, .twoWay, .curve, .sCurve, .highway, .laneDrop, .tJunction, .fourWay, .roundabout,
    .urbanGrid, .parkingLot, .ring,
  ]

  /// The template of a name; nil if there is none.
  public static func template(named name: String) -> MapTemplate? {
    all.first { $0.schema.name == name }
  }
}
