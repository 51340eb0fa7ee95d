import Foundation
import Glibc
import SimCore
import SimScenario

/// What the harness asks of the machine.
public enum Machine {
  /// Cores that this process may run on; at least 1.
  public static var cores: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

  /// Most memory that this process held since `forgetPeak`, MiB; 0 if the system does not tell.
  public static var peakMiB: Double {
    guard let status = try? InputFile.read("/proc/self/status") else { return 0 }
    for line in String(decoding: status, as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("VmHWM:") {
      let digits = line.filter(\.isNumber)
      return (Double(digits) ?? 0) / 1024
    }
    return 0
  }

  /// Begins to look for the most memory anew.
  static func forgetPeak() {
    let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = FileSystem.write(Array("5".utf8), to: descriptor)
    close(descriptor)
  }

  /// CPU time of this process, seconds.
  static var cpuSeconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// Load average of the last minute.
  static var loadAverage: Double {
    var loads = [0.0]
    return getloadavg(&loads, 1) == 1 ? loads[0] : 0
  }
}
