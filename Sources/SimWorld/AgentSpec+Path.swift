public import SimGeometry

extension AgentSpec {
  /// Sets the box centres of path agents to where a world of these paths puts them at tick 0, to
  /// the bit; agents that are to appear later to where they would be.
  ///
  /// - Precondition: the agents' paths are among the given ones.
  public static func centreOnPaths(_ specs: inout [AgentSpec], _ paths: [Polyline]) {
    let rows = specs.indices.filter { specs[$0].motion == .path }
    guard !rows.isEmpty else { return }
    // By index throughout: a spec is a large value to copy.
    let stretches = rows.map { row in
      guard let path = specs[row].path else {
        preconditionFailure("path agent '\(specs[row].id)' has no path")
      }
      let s = specs[row].arcLength
      let reach = AgentTable.halfBase(length: specs[row].length)
      return (path: paths[path], range: s - reach...s + reach)
    }
    let block = AgentBlock(count: rows.count)
    PathTable(stretches).withView { paths in
      for (index, row) in rows.enumerated() {
        block.writable.setOnPath(
          index, paths, path: index, s: specs[row].arcLength, offset: specs[row].lateralOffset,
          length: specs[row].length)
        specs[row].centre = Pose2(
          x: block.columns.x[index], y: block.columns.y[index],
          heading: block.columns.heading[index])
      }
    }
    withExtendedLifetime(block) {}
  }
}
