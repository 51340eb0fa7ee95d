import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

// What a planning program is told. The keys are those of `PlannerProtocol`, whose page a test holds
// to what is written here.
extension LineWriter {
  /// The first line that a program gets.
  mutating func hello() {
    raw("{\"type\":\"hello\",\"protocol\":")
    number(PlannerProtocol.version)
    raw(",\"program\":\"ProvingGround\"}\n")
  }

  /// The start of an episode: all that does not change in it.
  mutating func episode(_ setup: DrivingSetup, seed: Int) {
    raw("{\"type\":\"episode\",\"seed\":")
    number(seed)
    raw(",\"step\":")
    number(setup.clock.step)
    raw(",\"ticks\":")
    number(setup.ticks)
    raw(",\"vehicle\":{\"length\":")
    number(setup.vehicle.length)
    raw(",\"width\":")
    number(setup.vehicle.width)
    raw(",\"wheelbase\":")
    number(setup.vehicle.wheelbase)
    raw(",\"rear_axle_to_centre\":")
    number(setup.vehicle.rearAxleToCentre)
    raw(",\"max_steering\":")
    number(setup.vehicle.maxSteering)
    raw("},\"map\":")
    map(setup.map)
    raw(",\"route\":")
    route(setup.route)
    raw("}\n")
  }

  private mutating func map(_ map: LaneGraph) {
    raw("{\"name\":")
    text(map.name)
    raw(",\"driving_side\":")
    text(map.drivingSide.rawValue)
    raw(",\"lanes\":")
    list(map.lanes) { $0.lane($1) }
    raw(",\"segments\":")
    list(map.segments) { $0.numbers($1.lanes) }
    raw(",\"junctions\":")
    list(map.junctions) { $0.points($1.polygon.vertices) }
    raw(",\"areas\":")
    list(map.drivableAreas) { line, area in
      line.raw("{\"kind\":")
      line.text(area.kind.rawValue)
      line.raw(",\"polygon\":")
      line.points(area.polygon.vertices)
      line.raw("}")
    }
    raw(",\"stop_lines\":")
    list(map.stopLines) { line, stop in
      line.raw("{\"rule\":")
      line.text(stop.rule.rawValue)
      line.raw(",\"from\":")
      line.point(stop.from)
      line.raw(",\"to\":")
      line.point(stop.to)
      line.raw("}")
    }
    raw(",\"signals\":")
    list(map.signals) { line, signal in
      line.raw("{\"id\":")
      line.text(signal.id)
      line.raw(",\"lanes\":")
      line.numbers(signal.lanes)
      line.raw("}")
    }
    raw(",\"crosswalks\":")
    list(map.crosswalks) { $0.points($1.polygon.vertices) }
    raw(",\"priorities\":")
    list(map.priorities) { $0.numbers([$1.yielding, $1.priority]) }
    raw("}")
  }

  private mutating func lane(_ lane: Lane) {
    raw("{\"id\":")
    text(lane.id)
    raw(",\"kind\":")
    text(lane.kind.rawValue)
    raw(",\"centreline\":")
    points(lane.centreline.vertices)
    raw(",\"left_bound\":")
    points(lane.leftBound.vertices)
    raw(",\"right_bound\":")
    points(lane.rightBound.vertices)
    raw(",\"speed_limit\":")
    number(lane.speedLimit)
    raw(",\"predecessors\":")
    numbers(lane.predecessors)
    raw(",\"successors\":")
    numbers(lane.successors)
    raw(",\"left\":")
    number(lane.left?.lane)
    raw(",\"left_is_same_direction\":")
    flag(lane.left?.isSameDirection ?? false)
    raw(",\"right\":")
    number(lane.right?.lane)
    raw(",\"right_is_same_direction\":")
    flag(lane.right?.isSameDirection ?? false)
    raw(",\"may_change_left\":")
    flag(lane.leftMarking.mayBeCrossed)
    raw(",\"may_change_right\":")
    flag(lane.rightMarking.mayBeCrossed)
    raw(",\"segment\":")
    number(lane.segment)
    raw(",\"junction\":")
    number(lane.junction)
    raw(",\"is_connector\":")
    flag(lane.isConnector)
    raw(",\"stop_line\":")
    number(lane.stopLine)
    raw(",\"signal\":")
    number(lane.signal)
    raw("}")
  }

  private mutating func route(_ route: Route) {
    raw("{\"lanes\":")
    numbers(route.lanes)
    raw(",\"lane_starts\":")
    numbers(route.laneStarts)
    raw(",\"centreline\":")
    points(route.centreline.vertices)
    raw(",\"start\":")
    number(route.startArcLength)
    raw(",\"goal\":")
    number(route.goalArcLength)
    raw(",\"is_closed\":")
    flag(route.isClosed)
    raw("}")
  }

  /// What a plan is asked for.
  ///
  /// - Parameter forecast: nil: the program does not read forecasts.
  mutating func plan(_ scene: Scene, _ forecast: Forecast?, time: Double) {
    raw("{\"type\":\"plan\",\"tick\":")
    number(scene.tick)
    raw(",\"time\":")
    number(time)
    raw(",\"ego\":")
    ego(scene.ego)
    raw(",\"tracks\":")
    list(scene.tracks) { $0.track($1) }
    raw(",\"signals\":")
    list(scene.signals) { $0.colour($1) }
    raw(",\"forecast\":")
    if let forecast { self.forecast(forecast) } else { raw("null") }
    raw("}\n")
  }

  private mutating func ego(_ ego: EgoState) {
    raw("{\"x\":")
    number(ego.pose.position.x)
    raw(",\"y\":")
    number(ego.pose.position.y)
    raw(",\"heading\":")
    number(ego.pose.heading)
    raw(",\"speed\":")
    number(ego.velocity.x)
    raw(",\"lateral_speed\":")
    number(ego.velocity.y)
    raw(",\"acceleration\":")
    number(ego.acceleration.x)
    raw(",\"lateral_acceleration\":")
    number(ego.acceleration.y)
    raw(",\"steering\":")
    number(ego.steering)
    raw(",\"steering_rate\":")
    number(ego.steeringRate)
    raw(",\"yaw_rate\":")
    number(ego.yawRate)
    raw(",\"yaw_acceleration\":")
    number(ego.yawAcceleration)
    raw("}")
  }

  private mutating func track(_ track: Track) {
    raw("[")
    number(track.id)
    raw(",")
    text(track.agentClass.name)
    for value in [
      track.box.centre.x, track.box.centre.y, track.box.heading, 2 * track.box.halfLength,
      2 * track.box.halfWidth, track.speed, track.acceleration,
    ] {
      raw(",")
      number(value)
    }
    raw(",")
    number(Int(track.lights.rawValue))
    raw("]")
  }

  private mutating func colour(_ colour: SignalColour) {
    switch colour {
    case .unknown: raw("\"unknown\"")
    case .green: raw("\"green\"")
    case .yellow: raw("\"yellow\"")
    case .red: raw("\"red\"")
    case .redYellow: raw("\"red_yellow\"")
    case .inactive: raw("\"inactive\"")
    }
  }

  private mutating func forecast(_ forecast: Forecast) {
    raw("{\"step\":")
    number(Double(forecast.stepMicroseconds) / 1_000_000)
    raw(",\"tracks\":")
    numbers(forecast.tracks)
    raw(",\"probabilities\":")
    list(forecast.tracks.indices) { line, track in
      line.list(0..<forecast.modes) { line, mode in
        line.number(forecast.probabilities[track * forecast.modes + mode])
      }
    }
    raw(",\"points\":")
    list(forecast.tracks.indices) { line, track in
      line.list(0..<forecast.modes) { line, mode in
        line.list(0..<forecast.steps) { line, step in
          let point = forecast.point(track, mode: mode, step: step)
          line.numbers([point.x, point.y, point.heading])
        }
      }
    }
    raw("}")
  }
}
