public import SimGeometry

extension AgentSpec {
  /// Sets the box centres of path agents to where a world of these paths puts them at tick 0, to
  /// the bit; agents that are to appear later to where they would be.
  ///
  /// - Precondition: the agents' paths are among the given ones.
  public static func centreOnPaths(_ specs: inout [AgentSpec], _ paths: [Polyline]) {
    let rows = specs.indices.filter { specs[$0].motion == .path }
    guard !rows.isEmpty else { return }
    var stretches: [(path: Polyline, range: ClosedRange<Double>)] = []
    let there = rows.enumerated().map { index, row in
      var spec = specs[row]
      guard let path = spec.path else {
        preconditionFailure("path agent '\(spec.id)' has no path")
      }
      let reach = 0.5 * AgentTable.wheelbaseShare * spec.length
      stretches.append((paths[path], spec.arcLength - reach...spec.arcLength + reach))
      spec.path = index
      spec.isPresent = true
      return spec
    }
    let table = AgentTable(there, paths: PathTable(stretches))
    for (index, row) in rows.enumerated() {
      specs[row].centre = Pose2(
        x: table.x[index], y: table.y[index], heading: table.heading[index])
    }
  }
}
