import FaultModules
import SimHarness

/// A worker program whose catalogs hold the faulty planner: what `simrun worker` would be if such
/// a planner were shipped.
@main
struct FaultWorker {
  static func main() throws { try WorkerMain.run(catalogs: .withFaults) }
}
