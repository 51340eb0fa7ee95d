public import SimStack

/// The perceivers that scenarios and the command line can name.
public enum PerceptionCatalog {
  /// In the order in which `simrun catalog` lists them; the first is the default.
  public static let entries: [CatalogEntry<DrivingSetup, any Perceiver>] = [
    CatalogEntry(IdealPerceiver.schema) { (values, setup) throws(StageFailure) in
      IdealPerceiver(values, setup)
    }
  ]
}
