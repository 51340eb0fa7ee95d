import Glibc
import SimCore
import SimScenario

/// Families of scenarios: the folders in which their files lie.
enum ScenarioFamily {
  /// The name of a file's folder, whichever way the file was found; empty for the root of all.
  static func of(_ path: String) -> String {
    let folder = PathText.folder(path)
    let name = folder.split(separator: "/").last.map(String.init) ?? ""
    if !["", ".", ".."].contains(name) { return name }
    // The path does not say it: where the program stands does.
    guard let whole = realpath(folder.isEmpty ? "." : folder, nil) else { return "" }
    defer { free(whole) }
    let real = PathText.lastComponent(String(cString: whole))
    return real == "/" ? "" : real
  }
}

extension ScenarioSet {
  /// Families by the name that results have for a scenario; a file that cannot be read goes by its
  /// path.
  var families: [String: String] {
    var known: [String: String] = [:]
    func family(_ file: ScenarioDiscovery.File) -> String {
      let folder = PathText.folder(file.path)
      let family = known[folder] ?? ScenarioFamily.of(file.path)
      known[folder] = family
      return family
    }
    var families: [String: String] = [:]
    for entry in entries { families[entry.ticket.name] = family(entry.file) }
    for file in broken { families[file.file.relativePath] = family(file.file) }
    return families
  }
}
