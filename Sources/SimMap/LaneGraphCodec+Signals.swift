import SimCore

// Signal controllers as bytes.
extension ByteWriter {
  mutating func append(_ controller: SignalController) {
    append(controller.id)
    let timing = controller.timing
    for time in [
      timing.leastGreen, timing.mostGreen, timing.passage, timing.yellow, timing.allRed,
      timing.walk,
    ] { append(time) }
    appendList(controller.stages) { writer, stage in
      for list in [stage.signals, stage.walkSignals, stage.detectors] {
        writer.appendList(list) { $0.appendCount($1) }
      }
      writer.append(stage.isRecalled)
    }
    appendList(controller.detectors) { writer, detector in
      writer.appendCount(detector.lane)
      writer.append(detector.start)
      writer.append(detector.end)
    }
  }
}

extension ByteReader {
  mutating func signalController() throws(FormatDefect) -> SignalController {
    let id = try text()
    var times: [Int64] = []
    for _ in 0..<6 {
      let time = try int64()
      guard (0...Signal.longestMicroseconds).contains(time) else {
        throw FormatDefect("a signal controller's time of \(time) microseconds")
      }
      times.append(time)
    }
    let stages = try list { reader throws(FormatDefect) -> SignalController.Stage in
      func indices(_ reader: inout ByteReader) throws(FormatDefect) -> [Int] {
        try reader.list { reader throws(FormatDefect) in try reader.count() }
      }
      let signals = try indices(&reader)
      let walks = try indices(&reader)
      let detectors = try indices(&reader)
      return SignalController.Stage(
        signals: signals, walkSignals: walks, detectors: detectors, isRecalled: try reader.bool())
    }
    guard !stages.isEmpty else { throw FormatDefect("a signal controller without stages") }
    let detectors = try list { reader throws(FormatDefect) -> SignalController.Detector in
      let lane = try reader.count()
      let start = try reader.double()
      let end = try reader.double()
      guard start >= 0, end > start, end < .infinity else {
        throw FormatDefect("a detector from \(start) to \(end) m")
      }
      return SignalController.Detector(lane: lane, start: start, end: end)
    }
    return SignalController(
      id: id,
      timing: SignalController.Timing(
        leastGreen: times[0], mostGreen: times[1], passage: times[2], yellow: times[3],
        allRed: times[4], walk: times[5]),
      stages: stages, detectors: detectors)
  }
}
