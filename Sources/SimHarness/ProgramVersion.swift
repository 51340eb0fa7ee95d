import Glibc

/// The version of this program, as results and recordings state it.
public enum ProgramVersion {
  /// Major, minor and patch.
  public static let current = "0.1.0"

  /// The version and the very build: results of another build are not taken over on `--resume`.
  static let build: String = {
    var status = stat()
    guard stat("/proc/self/exe", &status) == 0 else { return current }
    return "\(current) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
  }()
}
