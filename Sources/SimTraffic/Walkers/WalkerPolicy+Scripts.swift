import SimCore
public import SimStack

extension WalkerPolicy {
  /// A walker that a script has run the red neither minds signals nor looks before it crosses.
  public mutating func direct(_ directive: TrafficDirective, row: Int) {
    guard case .heedsRules(let heeds) = directive,
      let i = walkers.firstIndex(where: { $0.row == row })
    else { return }
    let own = Walker.Jaywalk(rawValue: setups[i].parameters.text("jaywalk")) ?? .no
    walkers[i].jaywalk = heeds ? own : .blind
  }
}
