import SimCore
import SimGeometry
import SimMap
import Testing

@Suite struct LaneModelTests {
  /// The grid's junctions have one shape: their lanes are copies of those of the first one.
  @Test func pairsOfAGridLieAsTheirModelsDo() throws {
    let template = try #require(MapTemplateCatalog.template(named: "urban_grid"))
    let map = try template.make(ParameterValues(template.schema))
    var models = 0
    for lane in map.lanes.indices {
      for other in map.overlappingLanes(of: lane) {
        let model = map.model(of: lane, other)
        #expect(map.overlaps.contains(model.lane, model.other))
        if model.lane == lane {
          #expect(model.other == other)
          continue
        }
        models += 1
        // The same lengths, and the same distances between them.
        let (a, b) = (map.lanes[lane].centreline, map.lanes[other].centreline)
        let (c, d) = (map.lanes[model.lane].centreline, map.lanes[model.other].centreline)
        #expect(a.length == c.length && b.length == d.length)
        for share in [0.0, 0.3, 0.8, 1] {
          let gap = a.point(at: share * a.length).distance(to: b.point(at: b.length * (1 - share)))
          let same = c.point(at: share * c.length).distance(to: d.point(at: d.length * (1 - share)))
          #expect(abs(gap - same) < 1e-9)
        }
      }
    }
    // Of nine junctions eight are copies.
    let all = map.lanes.indices.reduce(0) { $0 + map.overlappingLanes(of: $1).count }
    #expect(models * 9 == all * 8)
  }
}
