import SimCore
import SimGeometry
import SimNeural

extension Bench {
  /// Agents and lanes as densely as in the window that the official code was timed on: an agent
  /// has about 33 of 80 lanes and 10 of 20 agents within reach.
  struct NeuralLoad {
    let configuration: HPNetConfiguration
    let weights: WeightTable
    var map = HPNetMap()
    let agents: Int

    init(agents: Int) {
      self.agents = agents
      configuration = HPNetConfiguration(.argoverse)
      weights = configuration.initialWeights(seed: 1)
      // Ten columns of eight lanes each, 13 m apart, each going on into the next of its row.
      for lane in 0..<80 {
        let (column, row) = (lane / 8, lane % 8)
        let centre = Pose2(x: 13 * Double(column), y: 13 * Double(row), heading: 0.1)
        map.lanes.append(centre)
        map.visible.append(true)
        map.laneFeatures += [13, lane % 3 == 0 ? 1 : 0, Float(lane % 3), lane % 5 == 0 ? 1 : 0]
        for piece in 0..<10 {
          map.pieces.append(centre.advanced(by: 1.3 * Double(piece) - 5.85))
          map.pieceLengths.append(1.3)
          map.laneOfPiece.append(lane)
        }
      }
      let along = (0..<72).map { HPNetMap.Link(source: $0, target: $0 + 8) }
      let beside = (0..<80).filter { $0 % 8 > 0 }.map {
        HPNetMap.Link(source: $0 - 1, target: $0)
      }
      map.relations = [
        HPNetMap.Relation(links: beside, hops: false),
        HPNetMap.Relation(links: along, hops: true),
        HPNetMap.Relation(
          links: along.map { HPNetMap.Link(source: $0.target, target: $0.source) }, hops: true),
      ]
    }

    /// An agent in a frame: each drives its own way at 8 to 12 m/s and comes back after 10 s.
    func observation(_ agent: Int, frame: Int) -> HPNetObservation {
      let step = 0.8 + 0.4 * Double(agent % 5) / 4
      let heading = 0.02 * Double(frame % 100) + 0.3 * Double(agent)
      let start = Pose2(
        x: 120 * Double(agent * 7 % agents) / Double(agents),
        y: 90 * Double(agent * 3 % agents) / Double(agents), heading: heading)
      let pose = start.advanced(by: step * (Double(frame % 100) - 50) * 0.3)
      return HPNetObservation(id: UInt64(agent), pose: pose, features: [Float(step)])
    }
  }

  private func hash(_ forecasts: HPNetForecasts<Tensor>, into hash: inout StateHash) {
    for value in forecasts.trajectories.values { hash.combine(Double(value)) }
  }

  func hpnetStream(agents: Int, steps: Int?) throws(InputError) -> BenchRow {
    let load = NeuralLoad(agents: agents)
    let steps = steps ?? 60
    var timing = Timing()
    var result: UInt64 = 0
    for _ in 0..<repetitions {
      var stream = HPNetStream(load.weights, load.configuration, map: load.map)
      var state = StateHash()
      // The window is full before the clock starts.
      let start = load.configuration.historyFrames + 1
      for frame in 0..<start {
        _ = stream.advance((0..<agents).map { load.observation($0, frame: frame) })
      }
      try timing.measure { () throws(InputError) in
        for frame in start..<start + steps {
          let forecasts = stream.advance(
            (0..<agents).map { load.observation($0, frame: frame) })
          hash(forecasts, into: &state)
        }
      }
      result = state.value
    }
    return neuralRow("hpnet", agents, steps, timing, result)
  }

  func hpnetWindow(agents: Int, steps: Int?) throws(InputError) -> BenchRow {
    let load = NeuralLoad(agents: agents)
    let frames = steps ?? load.configuration.historyFrames
    var engine = EagerEngine(load.weights)
    let model = HPNetModel(&engine, load.configuration)
    let scene = HPNetScene(
      frames: (0..<frames).map { frame in
        let seen = (0..<agents).map { load.observation($0, frame: frame) }
        return HPNetFrame(
          poses: seen.map(\.pose), visible: seen.map { _ in true },
          features: seen.flatMap(\.features))
      }, map: load.map)
    var timing = Timing()
    var state = StateHash()
    for repetition in 0..<repetitions {
      let forecasts = try timing.measure { () throws(InputError) in
        model.forecasts(&engine, scene)
      }
      if repetition == 0 { hash(forecasts, into: &state) }
    }
    var row = neuralRow("hpnet-window", agents, frames, timing, state.value)
    row.millisecondsPerEpisode = timing.best * 1000
    return row
  }

  private func neuralRow(
    _ name: String, _ agents: Int, _ steps: Int, _ timing: Timing, _ hash: UInt64
  ) -> BenchRow {
    BenchRow(
      load: name, n: agents, steps: steps,
      agentStepsPerSecond: Double(agents * steps) / timing.best,
      agentStepsPerCPUSecond: Double(agents * steps) / timing.bestCPU,
      millisecondsPerTick: timing.best / Double(steps) * 1000, hash: StateHash.text(hash),
      spread: timing.spread)
  }
}
