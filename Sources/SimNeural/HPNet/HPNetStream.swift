public import SimGeometry

/// An agent as it was seen in a frame.
public struct HPNetObservation: Hashable, Sendable {
  /// Who it is: the same number in every frame, e.g. the stable hash of its id.
  public var id: UInt64
  /// Pose in the map's frame, metres and radians.
  public var pose: Pose2
  /// Features (`HPNetConfiguration.agentFeatures`).
  public var features: [Float]
  /// Where it comes by a rule, in the frame of its pose (x, y by step, metres); only needed where
  /// forecasts are told as what is added to it.
  public var motion: [Float]

  /// An agent in a frame.
  public init(id: UInt64, pose: Pose2, features: [Float], motion: [Float] = []) {
    self.id = id
    self.pose = pose
    self.features = features
    self.motion = motion
  }
}

/// An HPNet that is fed frame by frame and computes only the new frame's forecasts.
///
/// Every edge points forward in time, so what earlier frames computed stays right: kept are, for
/// the frames in use, the agents' poses, their keys and values as sources of history, the keys and
/// values of their forecasts in every layer of historical attention, and the anchors. Forecasts
/// are those of `HPNetModel.forecasts` over all frames since the first, to the last bit.
///
/// Agents come and go: one that was not seen for as many frames as are kept is forgotten, and its
/// place is given to another. A new id is a new agent without history.
public struct HPNetStream {
  /// Sizes and rules.
  public var configuration: HPNetConfiguration { model.configuration }
  /// Frames seen so far.
  public private(set) var frames = 0
  /// What the forecasts of the last frame depended on, in the order of its agents; empty unless
  /// asked for.
  public private(set) var attention: [HPNetAttention] = []

  private typealias Sources = AttentionLayer<EagerEngine>.Sources

  private var engine: EagerEngine
  private let model: HPNetModel<EagerEngine>
  private let map: HPNetMap
  private let lanes: [Sources]
  private var ring: [HPNetFrame]
  /// Who has which place, and in which frame it was seen last.
  private var owners: [UInt64?] = [], lastSeen: [Int] = []
  private var memory: Memory

  /// Keys and values by frame and agent.
  private struct Memory {
    /// By stage.
    var history: [RingTable]
    /// By stage, then by layer.
    var predictions: [[RingTable]]
    var anchors: [Pose2] = []
  }

  /// A network on a map, before the first frame.
  ///
  /// - Precondition: `weights` has all of `configuration.parameters`, with their shapes.
  public init(
    _ weights: WeightTable, _ configuration: HPNetConfiguration, map: HPNetMap,
    variant: KernelVariant = .best
  ) {
    var engine = EagerEngine(weights, variant: variant)
    model = HPNetModel(&engine, configuration)
    self.map = map
    let encoded = model.encode(&engine, map)
    lanes = model.stages.map { $0.lanes.sources(&engine, encoded) }
    self.engine = engine
    let places = configuration.memory
    ring = [HPNetFrame](
      repeating: HPNetFrame(poses: [], visible: [], features: []), count: places)
    let table = RingTable(places: places, rows: 1, width: configuration.width)
    let wide = RingTable(places: places, rows: configuration.modes, width: configuration.width)
    memory = Memory(
      history: [table, table],
      predictions: [[RingTable]](
        repeating: [RingTable](repeating: wide, count: configuration.layers), count: 2))
  }

  /// Takes the next frame in.
  ///
  /// - Parameters:
  ///   - agents: all agents seen, no id twice, in the same relative order in every frame.
  ///   - isWatched: `attention` is wanted.
  /// - Returns: forecasts in the order of `agents`, one row per agent and mode.
  public mutating func advance(
    _ agents: [HPNetObservation], isWatched: Bool = false
  ) -> HPNetForecasts<Tensor> {
    let watch = isWatched ? AttentionWatch() : nil
    engine.watch = watch
    let forecasts = advanced(agents)
    engine.watch = nil
    attention =
      watch.map {
        model.attention(
          $0, agents: agents.count, lanes: map.lanes.count,
          probabilities: forecasts.logits.map { engine.softmax($0) })
      } ?? []
    return forecasts
  }

  private mutating func advanced(_ agents: [HPNetObservation]) -> HPNetForecasts<Tensor> {
    let frame = frames
    let place = frame % ring.count
    frames += 1
    let active = places(of: agents, frame)
    let count = owners.count
    let steps = 2 * configuration.futureFrames
    var current = HPNetFrame(
      poses: [Pose2](repeating: Pose2(x: 0, y: 0, heading: 0), count: count),
      visible: [Bool](repeating: false, count: count), features: [],
      motion: configuration.addsMotion ? [Float](repeating: 0, count: count * steps) : nil)
    for (slot, agent) in zip(active, agents) {
      precondition(agent.features.count == configuration.agentFeatures, "features of an agent")
      current.poses[slot] = agent.pose
      current.visible[slot] = true
      guard configuration.addsMotion else { continue }
      precondition(agent.motion.count == steps, "a place for every step")
      current.motion?.replaceSubrange(slot * steps..<(slot + 1) * steps, with: agent.motion)
    }
    ring[place] = current

    let features = Tensor(
      [agents.count, configuration.agentFeatures], agents.flatMap(\.features))
    var edges = HPNetEdges(
      configuration: configuration, ring: ring, frames: frame..<frame + 1, active: active)
    let embedded = model.alongAgents(
      &engine, model.agentEmbedding(&engine, features), edges)
    // The tables change in place: nothing else may hold them while they do.
    var memory = Memory(history: [], predictions: [])
    swap(&memory, &self.memory)
    for (stage, layers) in model.stages.enumerated() {
      let sources = layers.history.sources(&engine, embedded)
      memory.history[stage].write(sources, place: place, slots: active)
    }
    let box = Box(memory)
    let context = HPNetContext<EagerEngine>(
      history: memory.history.map(\.sources), lanes: lanes,
      predictions: { stage, layer, sources in
        box.memory.predictions[stage][layer].write(sources, place: place, slots: active)
        return box.memory.predictions[stage][layer].sources
      })
    memory = Memory(history: [], predictions: [])
    let modes = configuration.modes
    let forecasts = model.forecasts(&engine, &edges, map, context) { poses in
      for (index, slot) in active.enumerated() {
        for mode in 0..<modes {
          box.memory.anchors[(place * count + slot) * modes + mode] = poses[index * modes + mode]
        }
      }
      return box.memory.anchors
    }
    self.memory = box.memory
    return forecasts
  }

  private final class Box {
    var memory: Memory
    init(_ memory: Memory) { self.memory = memory }
  }

  /// The places of agents; new ones get the first place that is free.
  private mutating func places(of agents: [HPNetObservation], _ frame: Int) -> [Int] {
    for slot in owners.indices where frame - lastSeen[slot] >= ring.count { owners[slot] = nil }
    var free = 0
    let active = agents.map { agent -> Int in
      if let slot = owners.firstIndex(of: agent.id) {
        precondition(lastSeen[slot] < frame, "no agent twice in a frame")
        lastSeen[slot] = frame
        return slot
      }
      while free < owners.count, owners[free] != nil { free += 1 }
      if free == owners.count {
        owners.append(nil)
        lastSeen.append(frame)
      }
      owners[free] = agent.id
      lastSeen[free] = frame
      return free
    }
    let count = owners.count
    let before = memory.history[0].slots
    if count > before {
      // Room for some more, so that it need not grow with every single one.
      let slots = max(count, before + before / 2)
      while owners.count < slots {
        owners.append(nil)
        lastSeen.append(frame)
      }
      grow(to: slots)
    }
    return active
  }

  private mutating func grow(to slots: Int) {
    let modes = configuration.modes
    for stage in 0..<2 {
      memory.history[stage].grow(to: slots)
      for layer in 0..<configuration.layers { memory.predictions[stage][layer].grow(to: slots) }
    }
    let before = memory.anchors.count / (ring.count * modes)
    let none = Pose2(x: 0, y: 0, heading: 0)
    let kept = before * modes
    var anchors: [Pose2] = []
    for place in ring.indices {
      anchors += memory.anchors[place * kept..<(place + 1) * kept]
      anchors += [Pose2](repeating: none, count: slots * modes - kept)
    }
    memory.anchors = anchors
    for place in ring.indices {
      let missing = slots - ring[place].agents
      ring[place].poses += [Pose2](repeating: none, count: missing)
      ring[place].visible += [Bool](repeating: false, count: missing)
    }
  }
}

// A value like any other: of its model only the probe of the tests is not Sendable, and a stream
// never has one; what watches its engine is there only while a frame is taken in.
extension HPNetStream: @unchecked Sendable {}

/// Keys and values of agents in the last frames: some rows for every frame's place and agent.
struct RingTable {
  let places: Int, rows: Int, width: Int
  private(set) var slots = 0
  private var keys: Tensor, values: Tensor

  /// A table without agents yet.
  init(places: Int, rows: Int, width: Int) {
    self.places = places
    self.rows = rows
    self.width = width
    keys = Tensor([0, width], [])
    values = keys
  }

  /// The table as sources; row (place * slots + slot) * rows + i.
  var sources: AttentionLayer<EagerEngine>.Sources {
    AttentionLayer.Sources(keys: keys, values: values)
  }

  /// Writes the rows of some slots at a place.
  mutating func write(
    _ sources: AttentionLayer<EagerEngine>.Sources, place: Int, slots active: [Int]
  ) {
    let length = rows * width
    for (index, slot) in active.enumerated() {
      let target = (place * slots + slot) * length
      keys.values.replaceSubrange(
        target..<target + length,
        with: sources.keys.values[index * length..<(index + 1) * length])
      values.values.replaceSubrange(
        target..<target + length,
        with: sources.values.values[index * length..<(index + 1) * length])
    }
  }

  /// Makes room for more agents.
  mutating func grow(to count: Int) {
    keys = grown(keys, to: count)
    values = grown(values, to: count)
    slots = count
  }

  private func grown(_ tensor: Tensor, to count: Int) -> Tensor {
    let length = rows * width
    var elements: [Float] = []
    elements.reserveCapacity(places * count * length)
    for place in 0..<places {
      elements += tensor.values[place * slots * length..<(place + 1) * slots * length]
      elements += [Float](repeating: 0, count: (count - slots) * length)
    }
    return Tensor([places * count * rows, width], elements)
  }
}
