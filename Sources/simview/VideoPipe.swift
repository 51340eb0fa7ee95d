import Glibc
import SimCore
import SimViewer

/// Hands pictures to `ffmpeg`, which makes a film of them.
final class VideoPipe {
  private var descriptor: Int32 = -1
  private var process: pid_t = 0
  private let target: String
  /// What `ffmpeg` writes; it gets the film's name when it is whole.
  private let temporary: String

  /// Starts `ffmpeg`.
  ///
  /// - Throws: there is none.
  init(to target: String, width: Int, height: Int, fps: Int) throws(InputError) {
    self.target = target
    temporary = "\(target).\(getpid()).part"
    // What it does not take any more is an error, not the end of this program.
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw VideoPipe.failure(target, "no pipe") }
    // `ffmpeg` must not hold the writing end open, or it would never see the film's end.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
    let words = [
      "ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgba", "-s",
      "\(width)x\(height)", "-r", "\(fps)", "-i", "-", "-an", "-vf",
      "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p", "-movflags", "+faststart",
      "-fflags", "+bitexact", "-f", "mp4", "file:" + temporary,
    ]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    defer { for argument in arguments { free(argument) } }
    arguments.append(nil)
    let status = posix_spawnp(&process, "ffmpeg", &actions, nil, arguments, environ)
    close(ends[0])
    guard status == 0 else {
      close(ends[1])
      process = 0
      throw InputError(
        at: .wholeFile(target), "films need ffmpeg, which is not on the PATH",
        hint: "--export film.gif and --export frames/ need no other program")
    }
    descriptor = ends[1]
  }

  deinit {
    guard process > 0 else { return }
    _ = end()
    unlink(temporary)
  }

  /// Adds a picture of the film's size.
  func add(_ picture: Canvas) throws(InputError) {
    let isWritten = picture.pixels.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = Glibc.write(
          descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        done += count
      }
      return true
    }
    if !isWritten { throw VideoPipe.failure(target, "ffmpeg stopped reading") }
  }

  /// Ends the film.
  func finish() throws(InputError) {
    guard end() == 0 else {
      unlink(temporary)
      throw VideoPipe.failure(target, "ffmpeg failed, see above")
    }
    guard rename(temporary, target) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      throw VideoPipe.failure(target, reason)
    }
  }

  private func end() -> Int32 {
    close(descriptor)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    process = 0
    return status
  }

  private static func failure(_ target: String, _ what: String) -> InputError {
    InputError(at: .wholeFile(target), "the film cannot be written: \(what)")
  }
}
