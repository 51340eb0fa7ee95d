import SimCore
import SimMap

// What may be known of what signals will show: of a fixed program when it changes, of one that
// follows the traffic only how long it will stay as it is at least.
extension WorldView {
  /// How long a signal is green yet, at the least, seconds; infinite if its program or controller
  /// does not make it green now (nobody can tell for how long somebody else does).
  public func leastGreen(ofSignal signal: Int) -> Double {
    guard let control = setting.signalControl.leastGreenTicks(ofSignal: signal, signalControls) else {
      let time = clock.microseconds(tick)
      let stage = map.signals[signal].stage(atMicroseconds: time)
      return stage.colour == .green ? Double(stage.end - time) * 1e-6 : .infinity
    }
    return control > 0 ? Double(control) * clock.step : .infinity
  }
}
