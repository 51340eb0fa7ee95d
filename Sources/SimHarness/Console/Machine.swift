import Foundation

/// What the harness asks of the machine.
public enum Machine {
  /// Cores that this process may run on; at least 1.
  public static var cores: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
}
