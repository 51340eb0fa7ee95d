import Foundation
import Glibc
public import SimCore
import SimScenario

/// The inside of a worker process: reads commands from standard input, answers on descriptor 3.
///
/// Standard output belongs to nobody here: it is joined to standard error, so that a module that
/// prints cannot garble the answers.
public enum WorkerMain {
  static let replyDescriptor: Int32 = 3

  /// Serves until the batch closes its end.
  public static func run(catalogs: ModuleCatalogs) throws(InputError) {
    // Ctrl-C is for the batch, which ends its workers in order.
    signal(SIGINT, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
    // What modules start is not to hold this end.
    _ = fcntl(replyDescriptor, F_SETFD, FD_CLOEXEC)
    endWithBatch()
    do {
      try serve(catalogs)
    } catch {
      throw InputError(at: .wholeFile("worker"), error.description)
    }
  }

  private static func serve(_ catalogs: ModuleCatalogs) throws(FormatDefect) {
    guard let first = readFrame() else { return }
    guard case .setUp(let setup) = try WorkerCommand(first) else {
      throw FormatDefect("the first command is no set-up")
    }
    var files = LoadedFile(catalogs, setup)
    let work = EpisodeWork(
      executor: EpisodeExecutor(
        catalogs: catalogs, profile: setup.profile,
        overridesProfiles: setup.overridesProfiles, record: setup.record, traffic: setup.traffic,
        keepsWorst: setup.recordings != nil, isWatched: setup.recordsChoices),
      recordings: setup.recordings)
    reply(.ready)
    while let frame = readFrame() {
      guard case .run(let path, let relativePath, let place) = try WorkerCommand(frame) else {
        throw FormatDefect("set up twice")
      }
      guard let ticket = files.ticket(path, relativePath, place) else {
        throw FormatDefect("\(path) has changed while the batch ran")
      }
      reply(.finished(run(ticket, work)))
    }
  }

  private static func run(_ ticket: EpisodeTicket, _ work: EpisodeWork) -> EpisodeWork.Finished {
    guard let scenario = try? ticket.build(),
      (try? work.executor.catalogs.files(of: scenario)) != nil
    else { return work.run(ticket) }
    reply(
      .started(
        EpisodeWork.Finished(
          key: work.key(scenario), results: work.executor.plannedResults(scenario))))
    return work.run(scenario)
  }

  /// The file that was loaded last: episodes of one file come in a row.
  private struct LoadedFile {
    private let loader: ScenarioLoader
    private let options: LoadOptions
    private var path = ""
    private var tickets: [EpisodeTicket] = []

    init(_ catalogs: ModuleCatalogs, _ setup: WorkerSetup) {
      loader = ScenarioLoader(importers: catalogs.importers)
      options = setup.request.loadOptions(catalogs)
    }

    mutating func ticket(_ path: String, _ relativePath: String, _ place: Int) -> EpisodeTicket? {
      if path != self.path {
        let loaded = try? loader.load(file: path, relativePath: relativePath, options: options)
        tickets = loaded?.tickets ?? []
        self.path = path
      }
      return tickets.indices.contains(place) ? tickets[place] : nil
    }
  }

  /// Ends this process as soon as the batch's end of standard input is gone, whatever a module is
  /// doing: a batch that was killed must not leave hanging workers behind.
  private static func endWithBatch() {
    Thread.detachNewThread {
      var input = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
      while true {
        if poll(&input, 1, -1) > 0, input.revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 {
          // A batch that ends in order has read everything before it closes its end.
          PlanningPrograms.end()
          _exit(0)
        }
      }
    }
  }

  private static func readFrame() -> [UInt8]? {
    guard let head = readBytes(4) else { return nil }
    var reader = ByteReader(head)
    return (try? reader.uint32()).flatMap { readBytes(Int($0)) }
  }

  /// Exactly `count` bytes of standard input; nil at its end.
  private static func readBytes(_ count: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 12)
    while bytes.count < count {
      let got = read(STDIN_FILENO, &buffer, min(buffer.count, count - bytes.count))
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { return nil }
      bytes.append(contentsOf: buffer[..<got])
    }
    return bytes
  }

  private static func reply(_ reply: WorkerReply) {
    guard FileSystem.write(FrameBuffer.frame(reply.payload), to: replyDescriptor) else { _exit(0) }
  }
}
