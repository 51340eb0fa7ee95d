public import SimStack

/// The predictors that scenarios and the command line can name.
public enum PredictorCatalog {
  /// In the order in which `simrun catalog` lists them; the first is the default.
  public static let entries: [CatalogEntry<DrivingSetup, any Predictor>] =
    predictors.map(UncertainPredictor.entry)

  private static let predictors: [CatalogEntry<DrivingSetup, any Predictor>] = [
    CatalogEntry(ConstantVelocityPredictor.schema) { (values, _) throws(StageFailure) in
      ConstantVelocityPredictor(values)
    },
    CatalogEntry(LaneFollowingPredictor.schema) { (values, _) throws(StageFailure) in
      LaneFollowingPredictor(values)
    },
    CatalogEntry(LaneIDMPredictor.schema) { (values, setup) throws(StageFailure) in
      LaneIDMPredictor(values, setup)
    },
    CatalogEntry(LaneHypothesesPredictor.schema) { (values, _) throws(StageFailure) in
      LaneHypothesesPredictor(values)
    },
    CatalogEntry(HPNetPredictor.schema, files: HPNetPredictor.files) {
      (values, setup) throws(StageFailure) in
      try HPNetPredictor(values, setup)
    },
  ]
}
