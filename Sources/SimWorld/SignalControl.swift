import SimCore
import SimGeometry
import SimMap

/// How far a `SignalController` has got: part of the state of the world.
///
/// All counts are whole ticks as of the tick at which the state holds; they do not depend on when
/// the episode began.
public struct SignalControlState: Hashable, Sendable {
  /// What the current stage shows.
  public enum Interval: UInt8, Hashable, Sendable { case green, yellow, allRed }

  /// Current stage; in all red the one that was green.
  public var stage = 0
  /// The stage that follows; equal to `stage` while none is decided.
  public var next = 0
  /// What the stage shows.
  public var interval = Interval.green
  /// Ticks for which the interval has lasted.
  public var elapsed = 0
  /// Ticks since somebody was on a detector of the current stage, counted from the onset of green.
  public var gap = 0
  /// Ticks for which another stage has been called for without a break; -1: none is.
  public var called = -1

  /// The first stage has just become green.
  public init() {}
}

/// The traffic-actuated controllers of a map, in ticks. It never changes; views share it with their
/// world.
final class SignalControl: Sendable {
  /// One controller.
  private struct Program: Sendable {
    var leastGreen: Int
    var mostGreen: Int
    var passage: Int
    var yellow: Int
    var allRed: Int
    var walk: Int
    var stages: [SignalController.Stage]
    /// Place of its first detector among all.
    var firstDetector: Int
  }

  /// Width of a detector: a loop of 6 ft, metres.
  static let detectorWidth = 1.83

  private let programs: [Program]
  private let detectors: [OrientedBox]
  private let index: SpatialIndex
  /// For each signal the controller and stage that show it; nil: it has a program of its own.
  private let places: [(controller: Int, stage: Int, isWalk: Bool)?]

  init(_ map: LaneGraph, _ clock: TickClock) {
    var programs: [Program] = []
    var boxes: [OrientedBox] = []
    var places: [(controller: Int, stage: Int, isWalk: Bool)?] = map.signals.map { _ in nil }
    func ticks(_ microseconds: Int64) -> Int { clock.ticks(Double(microseconds) * 1e-6) }
    for (number, controller) in map.signalControllers.enumerated() {
      let timing = controller.timing
      programs.append(
        Program(
          leastGreen: max(ticks(timing.leastGreen), 1), mostGreen: max(ticks(timing.mostGreen), 1),
          passage: ticks(timing.passage), yellow: ticks(timing.yellow),
          allRed: ticks(timing.allRed), walk: ticks(timing.walk), stages: controller.stages,
          firstDetector: boxes.count))
      for (stage, shown) in controller.stages.enumerated() {
        for signal in shown.signals { places[signal] = (number, stage, false) }
        for signal in shown.walkSignals { places[signal] = (number, stage, true) }
      }
      for detector in controller.detectors {
        let pose = map.lanes[detector.lane].centreline.pose(
          at: 0.5 * (detector.start + detector.end))
        boxes.append(
          OrientedBox(
            pose: pose, length: detector.end - detector.start, width: SignalControl.detectorWidth))
      }
    }
    self.programs = programs
    self.places = places
    detectors = boxes
    index = SpatialIndex(boxes.map { $0.boundingBox })
  }

  /// There are no such controllers.
  var isEmpty: Bool { programs.isEmpty }

  /// At tick 0: the first stage of each has just become green.
  var start: [SignalControlState] { programs.map { _ in SignalControlState() } }

  /// Finds out who is on which detector.
  func sense(_ agents: AgentTable, into isOccupied: inout [Bool], _ found: inout [Int32]) {
    for detector in isOccupied.indices { isOccupied[detector] = false }
    for row in 0..<agents.count where agents.present[row] != 0 {
      guard agents.classes[row].isVehicle || agents.classes[row] == .bicycle else { continue }
      let box = agents.box(row)
      found.removeAll(keepingCapacity: true)
      index.query(box.boundingBox, into: &found)
      for detector in found where !isOccupied[Int(detector)] {
        isOccupied[Int(detector)] = detectors[Int(detector)].overlaps(box)
      }
    }
  }

  /// Number of detectors of all controllers.
  var detectorCount: Int { detectors.count }

  /// The state of a controller one tick later.
  ///
  /// - Parameter isOccupied: of all detectors, at the tick of the state.
  func advanced(
    _ state: SignalControlState, controller: Int, _ isOccupied: [Bool]
  ) -> SignalControlState {
    let program = programs[controller]
    var state = state
    switch state.interval {
    case .green: goOnGreen(&state, program, isOccupied)
    case .yellow:
      state.elapsed += 1
      if state.elapsed >= program.yellow { begin(.allRed, &state) }
      if state.interval == .allRed && program.allRed == 0 { beginNext(&state) }
    case .allRed:
      state.elapsed += 1
      if state.elapsed >= program.allRed { beginNext(&state) }
    }
    return state
  }

  private func goOnGreen(
    _ state: inout SignalControlState, _ program: Program, _ isOccupied: [Bool]
  ) {
    func isOn(_ stage: Int) -> Bool {
      program.stages[stage].detectors.contains { isOccupied[program.firstDetector + $0] }
    }
    if isOn(state.stage) { state.gap = 0 }
    let count = program.stages.count
    var called: Int?
    for step in 1..<max(count, 1) where called == nil {
      let stage = (state.stage + step) % count
      if program.stages[stage].isRecalled || isOn(stage) { called = stage }
    }
    state.called = called == nil ? -1 : state.called + 1
    state.elapsed += 1
    state.gap += 1
    guard let called, state.elapsed >= program.leastGreen else { return }
    // `called` is 0 in the tick of the call.
    if state.gap >= program.passage || state.called + 1 >= program.mostGreen {
      state.next = called
      begin(.yellow, &state)
    }
  }

  private func begin(_ interval: SignalControlState.Interval, _ state: inout SignalControlState) {
    state.interval = interval
    state.elapsed = 0
  }

  private func beginNext(_ state: inout SignalControlState) {
    state.stage = state.next
    state.gap = 0
    state.called = -1
    begin(.green, &state)
  }

  /// Writes what the signals of all controllers show.
  func show(_ states: [SignalControlState], in colours: inout [SignalColour]) {
    for signal in colours.indices {
      guard let place = places[signal] else { continue }
      let state = states[place.controller]
      guard place.stage == state.stage else {
        colours[signal] = .red
        continue
      }
      switch state.interval {
      case .green:
        let isOver = place.isWalk && state.elapsed >= programs[place.controller].walk
        colours[signal] = isOver ? .red : .green
      case .yellow: colours[signal] = place.isWalk ? .red : .yellow
      case .allRed: colours[signal] = .red
      }
    }
  }

  /// Ticks for which a signal is green yet, whoever comes; 0 if it is not green, nil if it has a
  /// program of its own.
  func leastGreenTicks(ofSignal signal: Int, _ states: [SignalControlState]) -> Int? {
    guard let place = places[signal] else { return nil }
    let state = states[place.controller]
    guard place.stage == state.stage, state.interval == .green else { return 0 }
    let program = programs[place.controller]
    if place.isWalk { return max(program.walk - state.elapsed, 0) }
    return leastGreenLeft(state, program)
  }

  /// Ticks for which the green of the current stage lasts at least: others may come at any time,
  /// and nobody of its own.
  private func leastGreenLeft(_ state: SignalControlState, _ program: Program) -> Int {
    let most = program.mostGreen - max(state.called + 1, 0)
    return max(program.leastGreen - state.elapsed, min(program.passage - state.gap, most), 1)
  }
}
