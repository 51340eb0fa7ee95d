import Glibc
import SimCore
import SimScenario

/// Runs the episodes of a batch on worker processes: one thread here, which waits for all of them.
///
/// A worker that dies or takes too long costs the episode it was at, and is replaced.
struct WorkerPool {
  /// How to start a worker: program and arguments.
  let command: [String]
  let setup: WorkerSetup
  /// Longest wall time of one episode, seconds.
  let timeout: Double
  let board: BatchBoard
  let set: ScenarioSet
  /// What an earlier run knows of an episode; nil if nothing.
  let remembered: (EpisodeTicket) -> EpisodeWork.Finished?
  /// The result of an episode whose scenario could not be built, with the reason.
  let unbuilt: (EpisodeTicket, String) -> EpisodeWork.Finished

  /// Time that a worker may take to get ready; it loads nothing then.
  private static let setUpSeconds = 30.0
  /// How often an interrupt is looked for while workers are busy.
  private static let pollMilliseconds: Int32 = 200

  /// One worker and what it is at. A class because the loop hands it around.
  private final class Slot {
    var process: WorkerProcess
    var isReady = false
    /// There is nothing left for it to do.
    var isDone = false
    /// The episode it is at.
    var index: Int?
    /// What it said when that episode began; nil before.
    var planned: EpisodeWork.Finished?
    /// What it may take from now on, seconds.
    private var limit = WorkerPool.setUpSeconds
    private var watch = Stopwatch()

    init(_ process: WorkerProcess) { self.process = process }

    var isOverdue: Bool { watch.seconds > limit }

    /// Gives it some seconds from now on.
    func allow(_ seconds: Double) {
      limit = seconds
      watch = Stopwatch()
    }
  }

  /// Runs until the board has nothing more to hand out.
  ///
  /// - Parameter workers: how many processes.
  /// - Throws: what keeps workers from running at all.
  func run(workers: Int) throws(InputError) {
    signal(SIGPIPE, SIG_IGN)
    var slots: [Slot] = []
    for _ in 0..<workers { slots.append(Slot(try start())) }
    // At an interrupt the busy workers are ended: their episodes did not run.
    while !slots.isEmpty, !Interrupt.isRequested {
      for slot in try waitForReplies(slots) { try receive(slot) }
      for slot in slots where slot.isOverdue { try giveUp(slot) }
      slots.removeAll(where: \.isDone)
    }
  }

  private func start() throws(InputError) -> WorkerProcess {
    let process = try WorkerProcess(command)
    // If it is gone already, the end of its replies will say so.
    _ = process.send(.setUp(setup))
    return process
  }

  /// Waits until workers have something to say, one runs out of time, or a moment has passed.
  private func waitForReplies(_ slots: [Slot]) throws(InputError) -> [Slot] {
    var polls = slots.map { pollfd(fd: $0.process.replies, events: Int16(POLLIN), revents: 0) }
    let count = poll(&polls, nfds_t(polls.count), WorkerPool.pollMilliseconds)
    if count < 0, errno != EINTR { throw FileSystem.failure("cannot wait for workers", program) }
    return count <= 0 ? [] : slots.indices.filter { polls[$0].revents != 0 }.map { slots[$0] }
  }

  private func receive(_ slot: Slot) throws(InputError) {
    let replies: [WorkerReply]?
    do {
      replies = try slot.process.read()
    } catch {
      throw InputError(at: .wholeFile(program), "a worker answers nonsense: \(error)")
    }
    guard let replies else {
      return try replace(slot, reason: "crashed (\(slot.process.waitForEnd()))")
    }
    for reply in replies {
      switch reply {
      case .ready:
        slot.isReady = true
        try giveNext(slot)
      case .started(let planned):
        slot.planned = planned
      case .finished(let finished):
        finish(slot, finished)
        try giveNext(slot)
      }
    }
  }

  private func giveUp(_ slot: Slot) throws(InputError) {
    slot.process.end()
    try replace(slot, reason: "timed out after \(timeout.brief) s")
  }

  /// Hands a worker its next episode; those that an earlier run knows need none.
  private func giveNext(_ slot: Slot) throws(InputError) {
    while let index = board.next() {
      let entry = set.entries[index]
      if let known = remembered(entry.ticket) {
        board.finish(index, known, isKnown: true)
        continue
      }
      slot.index = index
      slot.planned = nil
      slot.allow(timeout)
      // If it is gone already, the end of its replies will say so.
      _ = slot.process.send(
        .run(path: entry.file.path, relativePath: entry.file.relativePath, place: entry.place))
      return
    }
    slot.isDone = true
  }

  /// A worker is gone: its episode failed, and another process takes its place.
  private func replace(_ slot: Slot, reason: String) throws(InputError) {
    guard slot.isReady, let index = slot.index else {
      throw InputError(at: .wholeFile(program), "the worker \(reason) before it was ready")
    }
    if let planned = slot.planned {
      var failed = planned
      failed.results = planned.results.map { $0.failed(reason: reason) }
      finish(slot, failed)
    } else {
      finish(
        slot, unbuilt(set.entries[index].ticket, "\(reason) while the scenario was built"))
    }
    slot.process = try start()
    slot.isReady = false
    slot.allow(WorkerPool.setUpSeconds)
  }

  private func finish(_ slot: Slot, _ finished: EpisodeWork.Finished) {
    guard let index = slot.index else { return }
    slot.index = nil
    board.finish(index, finished, isKnown: false)
  }

  private var program: String { command.first ?? "" }
}

extension Double {
  /// As short as it goes: `2`, `0.5`.
  fileprivate var brief: String {
    self == rounded() && magnitude < 1e9 ? String(Int(self)) : String(self)
  }
}
