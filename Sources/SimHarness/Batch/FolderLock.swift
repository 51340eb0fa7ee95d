import Glibc
import SimCore
import SimScenario

/// Keeps a second batch out of a folder while one writes into it: a lock on the journal, which the
/// system takes away when the process ends, however it does.
struct FolderLock: Sendable {
  private let descriptor: Int32

  /// - Parameter journal: path of the folder's journal; an empty one is made if there is none.
  /// - Throws: another batch holds it.
  init(_ journal: String) throws(InputError) {
    let descriptor = open(journal, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileSystem.failure("cannot be written", journal) }
    // File systems without locks refuse for other reasons; batches go on there as they can.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(descriptor)
      throw InputError(
        at: .wholeFile(PathText.folder(journal)), "another batch is writing into this folder",
        hint: "wait for its end, or name another folder with --out")
    }
    self.descriptor = descriptor
  }

  /// Lets others in.
  func release() { close(descriptor) }
}
