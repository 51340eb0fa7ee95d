import SimCore
import SimMap
import SimStack
import SimWorld

/// The episodes of an imported recording, as `--ego-from`, `--traffic` and `--seeds` ask for them.
struct RecordingEpisodes: Sendable {
  /// Who drives.
  enum Egos: Hashable, Sendable {
    /// The file's planning problems, all in one episode.
    case problems
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
    _ = try RecordingStack(options, file: file.displayPath)
    var notes = recording.notes
    let routes = RecordingRoutes(recording.map)
    var egos: [Egos]
    var skipReason: String?
    switch options.egoFrom {
    case .planningProblem:
      egos = recording.problems.isEmpty ? [] : [.problems]
      if egos.isEmpty {
        skipReason =
          recording.agents.contains(where: \.isRecordedMover)
          ? "no planning problem; use --ego-from" : "map without traffic"
      } else if let problem = recording.problems.first(where: { !routes.canStart($0.centre) }) {
        // A legal file, but nothing that can be driven here.
        let metres = Int(min(routes.distanceToRoad(from: problem.centre) ?? 1e6, 1e6).rounded())
        skipReason = "planning problem \(problem.id) starts \(metres) m away from the road"
        egos = []
      }
    case .all:
      var skipped = ImportNotes()
      egos = recording.agents.compactMap { agent in
        guard let reason = reasonAgainst(agent, routes, isAsked: false) else {
          return .mover(agent.id)
        }
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
      tickets: egos.flatMap { tickets($0, recording) }, skipReason: skipReason, notes: notes)
  }

  private func tickets(_ egos: Egos, _ recording: ImportedRecording) -> [EpisodeTicket] {
    var keys: [String] = []
    if case .mover(let id) = egos { keys.append("ego=\(id)") }
    let seeds = options.seeds ?? [0]
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
    if !routes.canStart(motion.start), routes.along(motion, beyond: 0) == nil {
      return "it was not recorded on the road"
    }
    if isAsked { return nil }
    if agent.isParked { return "it is parked" }
    if duration < Self.shortestMicroseconds { return "recorded for less than 2 s" }
    return motion.travelled < Self.shortestWay ? "it moves less than 2 m" : nil
  }
}
