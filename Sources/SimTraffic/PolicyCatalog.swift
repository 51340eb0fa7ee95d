public import SimStack

/// The background policies that scenarios and the command line can name.
public enum PolicyCatalog {
  /// In the order in which `simrun catalog` lists them; the first is the default.
  public static let entries: [CatalogEntry<TrafficSetup, any TrafficPolicy>] = [
    CatalogEntry(IDMPolicy.schema) { (_, setup) throws(StageFailure) in
      try IDMPolicy(setup)
    },
    CatalogEntry(ReplayPolicy.schema) { (_, setup) throws(StageFailure) in
      try ReplayPolicy(setup)
    },
    CatalogEntry(ConstantSpeedPolicy.schema) { (_, setup) throws(StageFailure) in
      ConstantSpeedPolicy(setup)
    },
    CatalogEntry(WalkerPolicy.schema) { (_, setup) throws(StageFailure) in
      WalkerPolicy(setup)
    },
  ]
}
