import SimGeometry

// Traffic-actuated controllers.
extension LaneGraphAssembly {
  mutating func makeControllers(
    _ stopLines: [StopLine], _ signals: [Signal]
  ) -> [SignalController] {
    let places = Dictionary(
      signals.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    var owners: [Int: String] = [:]
    return builder.signalControllers.map { draft in
      check(draft)
      var controller = SignalController(
        id: draft.id, timing: draft.timing, stages: [], detectors: [])
      for stage in draft.stages {
        var found: [[Int]] = []
        for ids in [stage.signals, stage.walkSignals] {
          found.append(
            ids.compactMap { id in
              guard let place = places[id] else {
                report(
                  .danglingReference, .signal, draft.id, "its signal '\(id)' does not exist")
                return nil
              }
              if !signals[place].phases.isEmpty {
                report(
                  .badSignal, .signal, id, "it has a program and is shown by '\(draft.id)' too")
              }
              if let owner = owners.updateValue(draft.id, forKey: place) {
                report(
                  .badSignal, .signal, id, "it is shown twice, by '\(owner)' and '\(draft.id)'")
              }
              return place
            })
        }
        let first = controller.detectors.count
        for id in stage.lanes {
          guard let lane = place(of: id, as: "lane", of: .signal, draft.id) else { continue }
          let line = lanes[lane].centreline
          var end = line.length
          if let stop = lanes[lane].stopLine, stopLines.indices.contains(stop) {
            end = line.project((stopLines[stop].from + stopLines[stop].to) * 0.5).s
          }
          controller.detectors.append(
            SignalController.Detector(
              lane: lane, start: max(end - draft.detectorLength, 0), end: end))
        }
        controller.stages.append(
          SignalController.Stage(
            signals: found[0], walkSignals: found[1],
            detectors: Array(first..<controller.detectors.count),
            isRecalled: !stage.walkSignals.isEmpty))
      }
      return controller
    }
  }

  private mutating func check(_ draft: SignalControllerDraft) {
    let timing = draft.timing
    let times = [
      timing.leastGreen, timing.mostGreen, timing.passage, timing.yellow, timing.allRed,
      timing.walk,
    ]
    if times.contains(where: { !(0...Signal.longestMicroseconds).contains($0) })
      || timing.leastGreen <= 0 || timing.yellow <= 0
    {
      report(.badSignal, .signal, draft.id, "a time of it is negative, zero or too long")
    }
    if timing.mostGreen < timing.leastGreen || timing.walk > timing.leastGreen {
      report(
        .badSignal, .signal, draft.id,
        "its longest green is shorter than the shortest, or walkers' green is longer")
    }
    if draft.stages.isEmpty || draft.stages.contains(where: { $0.signals.isEmpty }) {
      report(.badSignal, .signal, draft.id, "a stage of it has no signals")
    }
    if !(draft.detectorLength > 0) {
      report(.badSignal, .signal, draft.id, "its detectors have no length")
    }
  }
}
