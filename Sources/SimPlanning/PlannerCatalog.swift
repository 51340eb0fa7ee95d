public import SimStack

/// The planners that scenarios and the command line can name.
public enum PlannerCatalog {
  /// In the order in which `simrun catalog` lists them; the first is the default.
  public static let entries: [CatalogEntry<DrivingSetup, any Planner>] = [
    CatalogEntry(IDMPlanner.schema) { (values, setup) throws(StageFailure) in
      IDMPlanner(values, setup)
    },
    CatalogEntry(BlindPlanner.schema) { (values, setup) throws(StageFailure) in
      BlindPlanner(values, setup)
    },
    CatalogEntry(PDMClosedPlanner.schema) { (values, setup) throws(StageFailure) in
      PDMClosedPlanner(values, setup)
    },
    CatalogEntry(FrenetPlanner.schema) { (values, setup) throws(StageFailure) in
      FrenetPlanner(values, setup)
    },
    CatalogEntry(IDMMOBILPlanner.schema) { (values, setup) throws(StageFailure) in
      IDMMOBILPlanner(values, setup)
    },
    CatalogEntry(ReplayPlanner.schema) { (_, setup) throws(StageFailure) in
      try ReplayPlanner(setup)
    },
    CatalogEntry(ConstantVelocityPlanner.schema) { (values, _) throws(StageFailure) in
      ConstantVelocityPlanner(values)
    },
  ]
}
