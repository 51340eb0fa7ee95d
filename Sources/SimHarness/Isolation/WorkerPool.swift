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
  /// The result of an episode whose scenario could not be built, with the reason.
  let unbuilt: (EpisodeTicket, String) -> EpisodeWork.Finished
  /// Why the first worker of those that are gone could not be replaced.
  private(set) var trouble: InputError?
  /// An episode came to an end.
  private(set) var hasRun = false

  /// Time that a worker may take to get ready; it loads nothing then.
  private static let setUpSeconds = 30.0
  /// How often an interrupt is looked for while workers are busy.
  private static let pollMilliseconds: Int32 = 200

  /// One worker and what it is at. A class because the loop hands it around.
  private final class Slot {
    var process: WorkerProcess
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
  mutating func run(workers: Int) throws(InputError) {
    signal(SIGPIPE, SIG_IGN)
    var slots: [Slot] = []
    for _ in 0..<workers { slots.append(Slot(try start())) }
    // At an interrupt the busy workers are ended: their episodes did not run.
    while !slots.isEmpty, !Interrupt.isRequested {
      for slot in try waitForReplies(slots, milliseconds: WorkerPool.pollMilliseconds) {
        receive(slot)
      }
      slots.removeAll(where: \.isDone)
      let overdue = slots.filter(\.isOverdue)
      // What a worker has said by now counts, however late it is read.
      let speaking = try waitForReplies(overdue, milliseconds: 0)
      for slot in overdue where !speaking.contains(where: { $0 === slot }) { giveUp(slot) }
      slots.removeAll(where: \.isDone)
    }
    try endWithoutWorkers()
  }

  /// If the last worker could not be replaced, the episodes that are left could not run.
  private func endWithoutWorkers() throws(InputError) {
    guard let trouble else { return }
    guard hasRun else { throw trouble }
    while let index = board.next() {
      board.finish(index, unbuilt(set.entries[index].ticket, trouble.firstMessage), isKnown: false)
    }
  }

  private func start() throws(InputError) -> WorkerProcess {
    let process = try WorkerProcess(command)
    // If it is gone already, the end of its replies will say so.
    _ = process.send(.setUp(setup))
    return process
  }

  /// Waits until workers have something to say, one runs out of time, or a moment has passed.
  private func waitForReplies(
    _ slots: [Slot], milliseconds: Int32
  ) throws(InputError) -> [Slot] {
    if slots.isEmpty { return [] }
    var polls = slots.map { pollfd(fd: $0.process.replies, events: Int16(POLLIN), revents: 0) }
    let count = poll(&polls, nfds_t(polls.count), milliseconds)
    if count < 0, errno != EINTR { throw FileSystem.failure("cannot wait for workers", program) }
    return count <= 0 ? [] : slots.indices.filter { polls[$0].revents != 0 }.map { slots[$0] }
  }

  private mutating func receive(_ slot: Slot) {
    let replies: [WorkerReply]?
    do {
      replies = try slot.process.read()
    } catch {
      slot.process.end()
      return replace(slot, reason: "answered nonsense (\(error))")
    }
    guard let replies else {
      return replace(slot, reason: "crashed (\(slot.process.waitForEnd()))")
    }
    for reply in replies {
      switch reply {
      case .ready:
        giveNext(slot)
      case .started(let planned):
        slot.planned = planned
      case .finished(let finished):
        finish(slot, finished)
        giveNext(slot)
      }
    }
  }

  private mutating func giveUp(_ slot: Slot) {
    slot.process.end()
    let seconds = slot.index == nil ? WorkerPool.setUpSeconds : timeout
    replace(slot, reason: "timed out after \(seconds.brief) s")
  }

  /// Hands a worker its next episode.
  private func giveNext(_ slot: Slot) {
    guard let index = board.next() else {
      slot.isDone = true
      return
    }
    let file = set.entries[index].file
    slot.index = index
    slot.planned = nil
    slot.allow(timeout)
    // If it is gone already, the end of its replies will say so.
    _ = slot.process.send(
      .run(path: file.path, relativePath: file.relativePath, place: set.entries[index].place))
  }

  /// A worker is gone: its episode failed, and another process takes its place.
  ///
  /// The failure is not remembered for a later run: how long an episode takes depends on the
  /// machine, and what has ended the process may do so only once.
  private mutating func replace(_ slot: Slot, reason: String) {
    guard let index = slot.index else {
      // It had nothing to do yet; another one would hardly fare better.
      return lose(
        slot, InputError(at: .wholeFile(program), "the worker \(reason) before it was ready"))
    }
    if let planned = slot.planned {
      finish(
        slot,
        EpisodeWork.Finished(key: nil, results: planned.results.map { $0.failed(reason: reason) }))
    } else {
      finish(
        slot, unbuilt(set.entries[index].ticket, "\(reason) while the scenario was built"))
    }
    do {
      slot.process = try start()
      slot.allow(WorkerPool.setUpSeconds)
    } catch {
      lose(slot, error)
    }
  }

  private mutating func lose(_ slot: Slot, _ error: InputError) {
    trouble = trouble ?? error
    slot.isDone = true
  }

  private mutating func finish(_ slot: Slot, _ finished: EpisodeWork.Finished) {
    guard let index = slot.index else { return }
    slot.index = nil
    hasRun = true
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
