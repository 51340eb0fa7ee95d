/// What people may write for a module on a command line beside its YAML.
public enum ModuleNames {
  /// The YAML of a planner: a file in Python is a program to ask.
  public static func planner(_ text: String) -> String {
    guard text.hasSuffix(".py"), !text.hasPrefix("{") else { return text }
    let quoted = text.replacing("'", with: "''")
    return "{external: {command: [python3, '\(quoted)']}}"
  }
}
