import Foundation
import SimCore
import SimEpisode
import SimGeometry
import SimHarness
import SimMap
import SimMetrics
import SimScenario
import SimStack
import SimViewer
import SimWorld

let arguments = CommandLine.arguments
let file = arguments[1]
let pick = Int(arguments[2]) ?? 0
let tick = Int(arguments[3]) ?? 0
let half = Double(arguments[4]) ?? 40
let out = arguments[5]
let options = LoadOptions(catalog: ModuleCatalogs.shipped.schema)
let tickets = try ScenarioLoader().load(file: file, relativePath: file, options: options).tickets
let scenario = try tickets[pick].build()
let output = EpisodeExecutor(catalogs: .shipped, profile: .strict, record: .all).run(scenario)
guard let record = output.recording?.episode.record else { fatalError("no record") }
for r in output.results { print(r.scenario, r.score ?? -1, r.explanation); for d in r.details { print("  ", d) } }
let ego = record.header.egos[0]
let route = ego.route
if arguments.count > 6 {
  for t in stride(from: 0, to: record.ticks, by: Int(arguments[6]) ?? 5) {
    let slot = record.history.slot(t, ego.agent)
    let p = Vector2(record.history.x[slot], record.history.y[slot])
    let f = route.centreline.project(p)
    print(t, "s", (f.s * 100).rounded() / 100, "d", (f.d * 100).rounded() / 100, "v", (record.history.speed[slot] * 100).rounded() / 100, "a", (record.history.acceleration[slot] * 100).rounded() / 100, "steer", (record.history.steering[slot] * 1000).rounded() / 1000)
  }
}
let slot = record.history.slot(tick, ego.agent)
let centre = Vector2(record.history.x[slot], record.history.y[slot])
let region = half > 0 ? BoundingBox(centre: centre, halfSide: half) : nil
let canvas = MapImage.render(
  record.header.map, agents: DrawnAgent.all(of: record, tick: tick, trailTicks: 60),
  ways: [MapImage.Way(route)],
  options: MapImage.Options(width: 1200, height: 900, region: region, caption: record.header.scenario))
try Data(canvas.png).write(to: URL(filePath: out))
