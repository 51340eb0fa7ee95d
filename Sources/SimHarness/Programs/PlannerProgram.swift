import Glibc
import Synchronization

/// A planning program that runs beside this one: a line goes to its standard input, a line comes
/// back from its standard output, and what it says on standard error is kept for messages.
///
/// It is the head of a process group of its own, which is ended with it: Ctrl-C in a terminal does
/// not reach it, and nothing that it starts outlives it.
final class PlannerProgram: Sendable {
  private struct State {
    /// -1: closed.
    var input: Int32
    var output: Int32
    var errors: Int32
    /// What has come of a line, in front of free room.
    var line: [UInt8] = []
    /// The last of standard error.
    var tail: [UInt8] = []
    var isGone = false
  }

  /// What it was started by.
  let command: [String]
  let process: pid_t
  private let state: Mutex<State>
  /// Standard error goes to that of this program too.
  private let showsErrors: Bool

  /// Longest line that it may say, bytes.
  private static let longestLine = 4 << 20
  private static let piece = 1 << 16
  private static let keptErrors = 2_000
  /// Time to end by itself once its input is at its end, seconds.
  private static let graceSeconds = 1.0

  /// Starts a program; its name is looked up as a shell would, but there is no shell.
  init(_ command: [String], showsErrors: Bool) throws(ProgramFailure) {
    // Who writes to one that is gone gets an error, not a signal.
    signal(SIGPIPE, SIG_IGN)
    ChildGroups.prepare()
    guard let first = command.first else { throw ProgramFailure("no command is given") }
    // One at a time: a pipe that is not yet closed to other programs must meet no start of one.
    let (started, failure) = PlannerProgram.starting.withLock { _ in
      PlannerProgram.start(command)
    }
    guard let (process, pipes) = started else {
      throw ProgramFailure("'\(first)' cannot be started: \(String(cString: strerror(failure)))")
    }
    ChildGroups.add(process)
    for end in [pipes[0].writing, pipes[1].reading, pipes[2].reading] {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    self.command = command
    self.process = process
    self.showsErrors = showsErrors
    state = Mutex(
      State(input: pipes[0].writing, output: pipes[1].reading, errors: pipes[2].reading))
  }

  deinit { end() }

  private static let starting = Mutex(())

  private typealias Pipe = (reading: Int32, writing: Int32)

  /// The process with pipes to its standard input, output and error; or why there is none.
  private static func start(
    _ command: [String]
  ) -> (started: (process: pid_t, pipes: [Pipe])?, failure: Int32) {
    var pipes: [Pipe] = []
    func give(up failure: Int32) -> (started: (process: pid_t, pipes: [Pipe])?, failure: Int32) {
      for pipe in pipes {
        close(pipe.reading)
        close(pipe.writing)
      }
      return (nil, failure)
    }
    while pipes.count < 3 {
      guard let pipe = makePipe() else { return give(up: errno) }
      pipes.append(pipe)
    }
    var process = pid_t()
    let status = spawn(
      command, input: pipes[0].reading, output: pipes[1].writing, errors: pipes[2].writing,
      &process)
    guard status == 0 else { return give(up: status) }
    for end in [pipes[0].reading, pipes[1].writing, pipes[2].writing] { close(end) }
    return ((process, pipes), 0)
  }

  private static func makePipe() -> Pipe? {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    // No other program may hold an end of this pipe, or its closing would go unnoticed.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func spawn(
    _ command: [String], input: Int32, output: Int32, errors: Int32, _ process: inout pid_t
  ) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    posix_spawnattr_setflags(&attributes, Int16(flags))
    posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGPIPE, SIGINT, SIGTERM] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    return posix_spawnp(&process, command.first ?? "", &actions, &attributes, arguments, environ)
  }

  // MARK: - Question and answer

  /// Says a line and reads the line that comes back.
  ///
  /// - Parameters:
  ///   - question: a line with its line feed.
  ///   - seconds: longest time that it may take.
  func ask(_ question: [UInt8], seconds: Double) throws(ProgramFailure) -> PlannerAnswer {
    try state.withLock { (state) throws(ProgramFailure) -> PlannerAnswer in
      do throws(ProgramFailure) {
        try exchange(question, Deadline(seconds: seconds), seconds, &state)
      } catch {
        throw ProgramFailure(error.reason + PlannerProgram.lastWords(state.tail))
      }
      defer { state.line.removeAll(keepingCapacity: true) }
      // (The line feed is where the 0 has to be.)
      state.line[state.line.count - 1] = 0
      do throws(AnswerDefect) {
        return try state.line.withUnsafeBufferPointer { (bytes) throws(AnswerDefect) in
          var reader = AnswerReader(bytes)
          return try reader.answer()
        }
      } catch {
        throw ProgramFailure(
          "the program answered \(error.text)" + PlannerProgram.lastWords(state.tail))
      }
    }
  }

  private func exchange(
    _ question: [UInt8], _ deadline: Deadline, _ seconds: Double, _ state: inout State
  ) throws(ProgramFailure) {
    guard !state.isGone else { throw ProgramFailure("the program has ended") }
    var sent = 0
    while true {
      if sent < question.count {
        let count = question.withUnsafeBytes { bytes in
          write(state.input, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
        }
        if count > 0 { sent += count }
        if count < 0, errno != EAGAIN, errno != EINTR { throw ended(&state) }
      }
      var polls = [
        pollfd(fd: state.output, events: Int16(POLLIN), revents: 0),
        // (Nothing is waited for on a negative number.)
        pollfd(fd: state.errors, events: Int16(POLLIN), revents: 0),
        pollfd(fd: sent < question.count ? state.input : -1, events: Int16(POLLOUT), revents: 0),
      ]
      let left = deadline.millisecondsLeft
      let ready = poll(&polls, nfds_t(polls.count), left)
      if ready < 0, errno != EINTR {
        throw ProgramFailure("the program cannot be waited for")
      }
      if ready > 0 {
        if polls[1].revents != 0 { readErrors(&state) }
        if polls[0].revents != 0, try readLine(&state) {
          guard sent == question.count else {
            throw ProgramFailure("the program answered before it was asked")
          }
          return
        }
      }
      if deadline.millisecondsLeft == 0 {
        throw ProgramFailure("no answer within \(seconds) s")
      }
    }
  }

  /// Reads what is there of a line.
  ///
  /// - Returns: whether it is whole; it then ends with its line feed.
  private func readLine(_ state: inout State) throws(ProgramFailure) -> Bool {
    let before = state.line.count
    let output = state.output
    var got = 0
    var failure: Int32 = 0
    state.line.append(
      addingCapacity: PlannerProgram.piece,
      initializingWith: { room in
        got = read(output, room, PlannerProgram.piece)
        failure = errno
        return max(got, 0)
      })
    if got < 0 {
      if failure == EAGAIN || failure == EINTR { return false }
      throw ended(&state)
    }
    if got == 0 { throw ended(&state) }
    guard let end = state.line[before...].firstIndex(of: UInt8(ascii: "\n")) else {
      if state.line.count > PlannerProgram.longestLine {
        throw ProgramFailure("the program answered a line of more than 4 MiB")
      }
      return false
    }
    guard end == state.line.count - 1 else {
      throw ProgramFailure("the program answered more than the one line that was asked for")
    }
    return true
  }

  private func readErrors(_ state: inout State) {
    guard state.errors >= 0 else { return }
    var piece = [UInt8](repeating: 0, count: PlannerProgram.piece)
    let count = read(state.errors, &piece, piece.count)
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    guard count > 0 else {
      close(state.errors)
      state.errors = -1
      return
    }
    if showsErrors { _ = write(STDERR_FILENO, piece, count) }
    state.tail.append(contentsOf: piece[..<count])
    if state.tail.count > PlannerProgram.keptErrors {
      state.tail.removeFirst(state.tail.count - PlannerProgram.keptErrors)
    }
  }

  /// It has closed a pipe: how it ended, or that it did not.
  private func ended(_ state: inout State) -> ProgramFailure {
    let deadline = Deadline(seconds: 0.5)
    var end = PlannerProgram.endOf(process)
    while end == nil, deadline.millisecondsLeft > 0 {
      readErrors(&state)
      usleep(2_000)
      end = PlannerProgram.endOf(process)
    }
    for _ in 0..<64 where state.errors >= 0 { readErrors(&state) }
    return ProgramFailure(
      end.map { "the program ended (\($0))" } ?? "the program closed its standard output")
  }

  /// How a process ended; nil if it runs. It is not forgotten by that.
  private static func endOf(_ process: pid_t) -> String? {
    var info = siginfo_t()
    let flags = WEXITED | WNOHANG | WNOWAIT
    guard waitid(P_PID, id_t(process), &info, flags) == 0, info.si_signo == SIGCHLD else {
      return nil
    }
    let status = info._sifields._sigchld.si_status
    return info.si_code == CLD_EXITED ? "exit code \(status)" : "signal \(status)"
  }

  /// The last lines of standard error, as the end of a message.
  private static func lastWords(_ tail: [UInt8]) -> String {
    let lines = String(decoding: tail, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { String($0).printable }
      .filter { line in line.contains { !$0.isWhitespace } }
    guard !lines.isEmpty else { return "" }
    return "; it said: " + String(lines.suffix(3).joined(separator: " | ").suffix(300))
  }

  // MARK: - The end

  /// It is waiting for its next line.
  var isAlive: Bool { state.withLock { !$0.isGone } && PlannerProgram.endOf(process) == nil }

  /// It has said nothing since its last answer; nothing is waited for.
  var isQuiet: Bool {
    state.withLock { state in
      guard !state.isGone else { return false }
      // (Closed is not quiet.)
      var polls = [pollfd(fd: state.output, events: Int16(POLLIN), revents: 0)]
      return poll(&polls, 1, 0) == 0
    }
  }

  /// Closes its input: it is to end by itself.
  func closeInput() {
    state.withLock { state in
      if state.input >= 0 { close(state.input) }
      state.input = -1
    }
  }

  /// Ends it with all that it has started: at once, or after it had a moment to do so by itself.
  func end(after grace: Deadline = Deadline(seconds: 0)) {
    closeInput()
    state.withLock { state in
      guard !state.isGone else { return }
      state.isGone = true
      while PlannerProgram.endOf(process) == nil, grace.millisecondsLeft > 0 {
        readErrors(&state)
        usleep(1_000)
      }
      // Before it is forgotten: until then nobody else gets its number.
      kill(-process, SIGKILL)
      ChildGroups.remove(process)
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      close(state.output)
      if state.errors >= 0 { close(state.errors) }
      state.errors = -1
    }
  }

  /// Ends some, each with a moment to do so by itself, all at once.
  static func end(_ programs: [PlannerProgram]) {
    for program in programs { program.closeInput() }
    let grace = Deadline(seconds: graceSeconds)
    for program in programs { program.end(after: grace) }
  }
}

extension Array where Element == UInt8 {
  /// Appends what a closure writes into free room; it says how much that was.
  fileprivate mutating func append(
    addingCapacity capacity: Int, initializingWith body: (UnsafeMutablePointer<UInt8>) -> Int
  ) {
    let before = count
    append(contentsOf: repeatElement(0, count: capacity))
    let written = withUnsafeMutableBufferPointer { bytes in
      bytes.baseAddress.map { body($0 + before) } ?? 0
    }
    removeLast(capacity - written)
  }
}
