import Foundation
import Glibc
import SimCore

/// One worker process with its pipes, as the batch sees it. A class because it owns them: the
/// process ends with it.
final class WorkerProcess {
  private let process: pid_t
  /// -1: closed.
  private var requests: Int32
  /// Readable when there is a reply, or when the process is gone.
  let replies: Int32
  private var buffer = FrameBuffer()
  private var hasEnded = false

  /// Starts a process.
  ///
  /// - Parameter command: program and arguments.
  init(_ command: [String]) throws(InputError) {
    guard let requestPipe = WorkerProcess.makePipe(), let replyPipe = WorkerProcess.makePipe()
    else {
      throw WorkerProcess.failure(command, errno)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, requestPipe.reading, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, replyPipe.writing, WorkerMain.replyDescriptor)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    // A process group of its own: Ctrl-C in the terminal goes to the batch alone.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    defer { posix_spawnattr_destroy(&attributes) }

    var process = pid_t()
    let status = WorkerProcess.withCStrings(command) { arguments in
      WorkerProcess.withCStrings(WorkerProcess.environment) { environment in
        posix_spawn(&process, command.first ?? "", &actions, &attributes, arguments, environment)
      }
    }
    close(requestPipe.reading)
    close(replyPipe.writing)
    guard status == 0 else {
      close(requestPipe.writing)
      close(replyPipe.reading)
      throw WorkerProcess.failure(command, status)
    }
    self.process = process
    requests = requestPipe.writing
    replies = replyPipe.reading
  }

  deinit {
    end()
    close(replies)
  }

  /// Sends a command; false if the process is gone.
  func send(_ command: WorkerCommand) -> Bool {
    FileSystem.write(FrameBuffer.frame(command.payload), to: requests)
  }

  /// Reads what is there, without waiting beyond it.
  ///
  /// - Returns: the replies that are whole; nil if the process has closed its end.
  func read() throws(FormatDefect) -> [WorkerReply]? {
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    var count: Int
    repeat { count = Glibc.read(replies, &piece, piece.count) } while count < 0 && errno == EINTR
    guard count > 0 else { return nil }
    buffer.append(piece[..<count])
    var found: [WorkerReply] = []
    while let frame = buffer.next() { found.append(try WorkerReply(frame)) }
    return found
  }

  /// Time that it has to end what it has started, and itself, once its input is closed.
  private static let graceMilliseconds = 3_000

  /// Ends the process now: it is told by the end of its input, and else by force.
  func end() {
    if requests >= 0 { close(requests) }
    requests = -1
    guard !hasEnded else { return }
    for _ in 0..<WorkerProcess.graceMilliseconds {
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process {
        hasEnded = true
        return
      }
      usleep(1_000)
    }
    kill(process, SIGKILL)
    _ = waitForEnd()
  }

  /// What `waitForEnd` says of a process that did what it was to do.
  static let successfulEnd = "exit code 0"

  /// Waits for the end of a process that has closed its pipes.
  ///
  /// - Returns: how it ended, e.g. `signal 4`.
  func waitForEnd() -> String {
    hasEnded = true
    let status = WorkerProcess.wait(process)
    // As <sys/wait.h> has it: the low 7 bits are the signal, 0 for an exit.
    let signal = status & 0x7F
    return signal == 0 ? "exit code \((status >> 8) & 0xFF)" : "signal \(signal)"
  }

  @discardableResult
  private static func wait(_ process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }

  private static func makePipe() -> (reading: Int32, writing: Int32)? {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    // No other worker may hold an end of this pipe, or its closing would go unnoticed.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// The environment of this process, without the backtraces of a trapping module: they take
  /// seconds, and the trap's own message says what happened.
  private static var environment: [String] {
    ProcessInfo.processInfo.environment.filter { $0.key != "SWIFT_BACKTRACE" }
      .map { "\($0.key)=\($0.value)" }.sorted() + ["SWIFT_BACKTRACE=enable=no"]
  }

  /// Lends texts as a null-terminated array of C strings.
  private static func withCStrings<R>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
  ) -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("an array with elements") }
      return body(base)
    }
  }

  private static func failure(_ command: [String], _ code: Int32) -> InputError {
    InputError(
      at: .wholeFile(command.first ?? ""),
      "the worker cannot be started: \(String(cString: strerror(code)))")
  }
}
