public import SimGeometry

extension AgentSpec {
  /// Sets the box centres of path agents to where a world of these paths puts them at tick 0, to the
  /// bit; agents that are to appear later to where they would be.
  ///
  /// - Precondition: the agents' paths are among the given ones.
  public static func centreOnPaths(_ specs: inout [AgentSpec], _ paths: [Polyline]) {
    let rows = specs.indices.filter { specs[$0].motion == .path }
    guard !rows.isEmpty else { return }
    let there = rows.map { row in
      var spec = specs[row]
      spec.isPresent = true
      return spec
    }
    let table = AgentTable(there, paths: PathTable(paths))
    for (index, row) in rows.enumerated() {
      specs[row].centre = Pose2(
        x: table.x[index], y: table.y[index], heading: table.heading[index])
    }
  }
}
