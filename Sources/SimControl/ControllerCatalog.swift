public import SimStack

/// The controllers that scenarios and the command line can name.
public enum ControllerCatalog {
  /// In the order in which `simrun catalog` lists them; the first is the default.
  public static let entries: [CatalogEntry<DrivingSetup, any Controller>] = [
    CatalogEntry(LQRController.schema) { (values, _) throws(StageFailure) in
      LQRController(values)
    },
    CatalogEntry(PerfectController.schema) { (_, _) throws(StageFailure) in
      PerfectController()
    },
    CatalogEntry(LogPlaybackController.schema) { (_, setup) throws(StageFailure) in
      try LogPlaybackController(setup)
    },
  ]
}
