/// The planning programs that this process has started, for whoever ends the process.
enum PlanningPrograms {
  /// Gets everything made that `kill` needs.
  static func prepare() { ChildGroups.prepare() }

  /// Ends those that wait, each with a moment to do so by itself, then all.
  static func end() {
    ProgramPool.shared.endAll()
    kill()
  }

  /// Ends all at once, with all that they have started; signal handlers may call it.
  static func kill() { ChildGroups.killAll() }
}
