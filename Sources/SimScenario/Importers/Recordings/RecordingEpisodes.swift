import SimCore
import SimMap
import SimStack
import SimWorld

/// The episodes of an imported recording, as `--ego-from`, `--traffic` and `--seeds` ask for them.
struct RecordingEpisodes: Sendable {
  /// Who drives.
  enum Egos: Hashable, Sendable {
    /// The planning problems that start at a time of the recording, microseconds: one episode.
    case problems(start: Int64)
    /// The recorded agent of this id.
    case mover(String)
  }

  /// Shortest recording of a mover that becomes the ego, microseconds: less holds no decision.
  static let shortestMicroseconds: Int64 = 2_000_000
  /// A mover that becomes the ego has driven at least this far, metres.
  static let shortestWay = 2.0
  /// Longest gap in an ego's recording that is bridged, microseconds.
  static let longestGapMicroseconds: Int64 = 1_000_000

  let file: ImportFile
  let options: LoadOptions
  /// Parses the file again, or finds it in a cache.
  let recording: @Sendable () throws(InputError) -> ImportedRecording

  /// Tickets, the reason why there are none, and notes.
  func load(_ recording: ImportedRecording) throws(InputError) -> LoadResult {
    // Checked here so that a wrong flag is said once a file and not once an episode.
    let stack = try RecordingStack(options, file: file.displayPath)
    var notes = recording.notes
    let routes = RecordingRoutes(recording.map)
    var egos: [Egos]
    var skipReason: String?
    switch options.egoFrom {
    case .planningProblem:
      (egos, skipReason) = problems(of: recording, routes, &notes)
    case .all:
      var skipped = ImportNotes()
      let builder = RecordingScenario(
        name: file.name, path: file.path, seed: 0, recording: recording, stack: stack)
      egos = recording.agents.compactMap { agent in
        guard
          let reason = reasonAgainst(agent, routes, isAsked: false)
            ?? builder.startConflict(of: agent)
        else { return .mover(agent.id) }
        if agent.isRecordedMover {
          skipped.add("movers not made the ego: \(reason)", agent.id) {
            Diagnostic(.warning, at: agent.location, reason)
          }
        }
        return nil
      }
      notes += skipped.diagnostics()
      if egos.isEmpty {
        skipReason =
          recording.agents.contains(where: \.isRecordedMover)
          ? "no recorded mover can be the ego" : "map without traffic"
      }
    case .id(let id):
      let agent = recording.agents.first { $0.id == id }
      let reason = agent.map { reasonAgainst($0, routes, isAsked: true) } ?? "it is not in the file"
      egos = reason == nil ? [.mover(id)] : []
      skipReason = reason.map { "agent '\(id)' cannot be the ego: \($0)" }
    }
    return LoadResult(
      tickets: egos.flatMap { tickets($0, recording, seed: stack.seed) }, skipReason: skipReason,
      notes: notes, isRecording: true)
  }

  /// The planning problems in groups that start together; those that start off the road are left
  /// out: such a file is legal, but nothing of it can be driven here.
  private func problems(
    of recording: ImportedRecording, _ routes: RecordingRoutes, _ notes: inout [Diagnostic]
  ) -> ([Egos], skipReason: String?) {
    var starts: [Int64] = []
    var offRoad: [Diagnostic] = []
    for problem in recording.problems where !starts.contains(problem.startMicroseconds) {
      let group = recording.problems(startingAt: problem.startMicroseconds)
      guard let stray = group.first(where: { !routes.canStart($0.centre) }) else {
        starts.append(problem.startMicroseconds)
        continue
      }
      let metres = Int(min(routes.distanceToRoad(from: stray.centre) ?? 1e6, 1e6).rounded())
      offRoad.append(
        Diagnostic(
          .warning, at: stray.location,
          "planning problem \(stray.id) starts \(metres) m away from the road"))
    }
    if starts.isEmpty {
      let hasTraffic = recording.agents.contains(where: \.isRecordedMover)
      return (
        [],
        offRoad.first?.message
          ?? (hasTraffic ? "no planning problem; use --ego-from" : "map without traffic")
      )
    }
    notes += offRoad
    return (starts.map { .problems(start: $0) }, nil)
  }

  private func tickets(
    _ egos: Egos, _ recording: ImportedRecording, seed: UInt64
  ) -> [EpisodeTicket] {
    var keys: [String] = []
    switch egos {
    case .mover(let id): keys = ["ego=\(id)"]
    case .problems(let start):
      let group = recording.problems(startingAt: start)
      if group.count < recording.problems.count {
        keys = ["problem=\(group.map(\.id).joined(separator: "+"))"]
      }
    }
    let seeds = options.seeds ?? [seed]
    return seeds.map { seed in
      let all = options.seeds == nil ? keys : keys + ["seed=\(seed)"]
      let name = all.isEmpty ? file.name : "\(file.name)[\(all.joined(separator: ","))]"
      return EpisodeTicket(name: name, path: file.path, tags: recording.tags, seed: seed) {
        () throws(InputError) in
        let stack = try RecordingStack(options, file: file.displayPath)
        let builder = RecordingScenario(
          name: name, path: file.path, seed: seed, recording: try self.recording(), stack: stack)
        return try builder.scenario(egos)
      }
    }
  }

  /// Why an agent cannot be the ego; nil if it can.
  ///
  /// - Parameter isAsked: the user named it: a short or slow drive is then none of our business.
  private func reasonAgainst(
    _ agent: RecordedAgent, _ routes: RecordingRoutes, isAsked: Bool
  ) -> String? {
    if agent.isStatic || agent.agentClass.isObject { return "it does not move" }
    if agent.isSetBased { return "its motion is a set-based prediction" }
    if agent.agentClass == .pedestrian { return "it is a pedestrian" }
    let motion = agent.motion
    let step = motion.stepMicroseconds
    if Int64(motion.longestGap) * step > Self.longestGapMicroseconds {
      return "its recording has a gap of over 1 s"
    }
    let duration = motion.lastMicroseconds - motion.firstMicroseconds
    if duration < TickClock().stepMicroseconds { return "it was recorded at one time only" }
    if !isAsked {
      if agent.isParked { return "it is parked" }
      if duration < Self.shortestMicroseconds { return "recorded for less than 2 s" }
      if motion.travelled < Self.shortestWay { return "it moves less than 2 m" }
    }
    guard let route = routes.along(motion, beyond: 0) else {
      return "it was recorded on no lane of its direction"
    }
    // It would start on the oncoming side, where going on is going back.
    return !isAsked && routes.isBeside(route, motion) ? "it was recorded beside its lanes" : nil
  }
}
