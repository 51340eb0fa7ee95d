public import SimCore

/// How a sweep's parameter space was covered, and what passed where: a cell for each combination of
/// the values of two of its keys, over all values of the others.
///
/// It is made of names of episodes, `name[key=value,…]`, and their verdicts, so that any results
/// can be looked at anew.
public struct CoverageTable: Sendable {
  /// One result.
  public struct Row: Sendable {
    /// Name of the episode, `name[key=value,…]`.
    public var scenario: String
    /// Whether its verdict is `pass`.
    public var passes: Bool
    /// In [0, 1]; nil: it has none.
    public var score: Double?

    /// One result.
    public init(scenario: String, passes: Bool, score: Double?) {
      self.scenario = scenario
      self.passes = passes
      self.score = score
    }
  }

  /// What came of the episodes of a cell.
  public struct Cell: Hashable, Sendable {
    /// Episodes that passed.
    public var passed = 0
    /// Episodes that were run.
    public var count = 0
    /// Sum of the scores of those that have one, and their number.
    var scores = 0.0
    var scored = 0

    /// Mean score; nil if no episode has one.
    public var meanScore: Double? { scored > 0 ? scores / Double(scored) : nil }
    /// E.g. `3/5`; a dash where nothing was run.
    public var text: String { count == 0 ? "-" : "\(passed)/\(count)" }
  }

  /// Most lines and columns; more values are put together.
  private static let mostValues = 10

  /// The scenario's name without its values.
  public let name: String
  /// The key down the side.
  public let rowKey: String
  /// The key along the top; nil if there is only one.
  public let columnKey: String?
  /// What the lines are called.
  public let rowLabels: [String]
  /// What the columns are called; `pass` if there is only one.
  public let columnLabels: [String]
  /// `[line][column]`.
  public let cells: [[Cell]]
  /// Other keys, over all of whose values each cell sums up.
  public let others: [String]

  /// The tables of all swept scenarios in some results, in their order.
  ///
  /// - Parameter keys: which keys to use, at most two, of those that have them; nil: those with the
  ///   most values, `seed` last.
  public static func tables(_ rows: [Row], by keys: [String]? = nil) -> [CoverageTable] {
    var order: [String] = []
    var groups: [String: [(values: [(key: String, value: String)], row: Row)]] = [:]
    for row in rows {
      guard let (name, values) = parts(of: row.scenario), !values.isEmpty else { continue }
      if groups[name] == nil { order.append(name) }
      groups[name, default: []].append((values, row))
    }
    return order.compactMap { name in
      groups[name].flatMap { CoverageTable(name, $0, by: keys) }
    }
  }

  private init?(
    _ name: String, _ entries: [(values: [(key: String, value: String)], row: Row)],
    by wanted: [String]?
  ) {
    let keys = entries[0].values.map(\.key)
    let axes = keys.map { key in
      Axis(key, entries.compactMap { $0.values.first { $0.key == key }?.value })
    }
    var chosen: [Int]
    if let wanted {
      chosen = wanted.compactMap { key in keys.firstIndex(of: key) }
      if chosen.isEmpty { return nil }
    } else {
      chosen = keys.indices.sorted { a, b in
        let (x, y) = (axes[a], axes[b])
        if (x.key == "seed") != (y.key == "seed") { return y.key == "seed" }
        return x.labels.count == y.labels.count ? a < b : x.labels.count > y.labels.count
      }
      // The seed is a key to look at only where there is no other.
      if chosen.contains(where: { keys[$0] != "seed" }) { chosen.removeAll { keys[$0] == "seed" } }
      chosen = Array(chosen.prefix(2)).sorted()
    }
    chosen = Array(chosen.prefix(2))
    self.name = name
    let down = axes[chosen[0]]
    let along = chosen.count > 1 ? axes[chosen[1]] : nil
    rowKey = down.key
    columnKey = along?.key
    rowLabels = down.labels
    columnLabels = along?.labels ?? ["pass"]
    others = keys.indices.filter { !chosen.contains($0) }.map { keys[$0] }
    var cells = [[Cell]](
      repeating: [Cell](repeating: Cell(), count: columnLabels.count), count: rowLabels.count)
    for (values, row) in entries {
      guard let value = values.first(where: { $0.key == down.key })?.value,
        let line = down.bin(value)
      else { continue }
      var column = 0
      if let along {
        guard let value = values.first(where: { $0.key == along.key })?.value,
          let bin = along.bin(value)
        else { continue }
        column = bin
      }
      cells[line][column].count += 1
      if row.passes { cells[line][column].passed += 1 }
      if let score = row.score {
        cells[line][column].scores += score
        cells[line][column].scored += 1
      }
    }
    self.cells = cells
  }

  /// A key with its values in order; many numbers are put together in ranges of equal width.
  private struct Axis {
    let key: String
    let labels: [String]
    private let binOfValue: [String: Int]

    init(_ key: String, _ texts: [String]) {
      self.key = key
      var seen: Set<String> = []
      let values = texts.filter { seen.insert($0).inserted }
      let numbers = values.compactMap { Axis.number($0) }
      guard numbers.count == values.count, let low = numbers.min(), let high = numbers.max() else {
        labels = values
        binOfValue = Dictionary(uniqueKeysWithValues: zip(values, values.indices))
        return
      }
      if values.count <= CoverageTable.mostValues {
        let order = values.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }
        labels = order.map { values[$0] }
        binOfValue = Dictionary(uniqueKeysWithValues: zip(labels, labels.indices))
        return
      }
      let count = CoverageTable.mostValues
      let width = (high - low) / Double(count)
      let decimals = width >= 100 ? 0 : width >= 10 ? 1 : width >= 1 ? 2 : 3
      labels = (0..<count).map { bin in
        let from = low + width * Double(bin)
        return "\(from.fixed(decimals))…\((from + width).fixed(decimals))"
      }
      binOfValue = Dictionary(
        uniqueKeysWithValues: zip(values, numbers).map { value, number in
          (value, min(Int((number - low) / width), count - 1))
        })
    }

    func bin(_ value: String) -> Int? { binOfValue[value] }

    /// The number at the start of a value; what is behind it is its unit.
    private static func number(_ text: String) -> Double? {
      Double(text.prefix { "+-.0123456789".contains($0) })
    }
  }

  /// The parts of `name[key=value,…]`; nil if it is not of that form. Values may hold commas in
  /// brackets of their own.
  static func parts(of scenario: String) -> (name: String, values: [(key: String, value: String)])?
  {
    guard scenario.hasSuffix("]"), let open = scenario.firstIndex(of: "[") else { return nil }
    let inside = scenario[scenario.index(after: open)...].dropLast()
    var values: [(key: String, value: String)] = []
    var depth = 0
    var part = ""
    for character in inside + "," {
      if character == "," && depth == 0 {
        guard let equals = part.firstIndex(of: "=") else { return nil }
        values.append((String(part[..<equals]), String(part[part.index(after: equals)...])))
        part = ""
        continue
      }
      if "[{(".contains(character) { depth += 1 }
      if "]})".contains(character) { depth -= 1 }
      part.append(character)
    }
    return (String(scenario[..<open]), values)
  }

  /// The table for a terminal: passed of run, and the mean score.
  public var text: String {
    var text = "\(name): episodes that passed, of those run\n"
    let isSingle = columnKey == nil
    let header = columnKey.map { "\(rowKey) \\ \($0)" } ?? rowKey
    var table = TextTable(
      [(header, .left)] + columnLabels.map { ($0, .right) } + [(isSingle ? "score" : "all", .right)]
    )
    for (label, line) in zip(rowLabels, cells) {
      let all = CoverageTable.sum(line)
      table.add(
        [label] + line.map(\.text) + [isSingle ? all.meanScore?.fixed(3) ?? "-" : all.text])
    }
    if !isSingle {
      let columns = columnLabels.indices.map { column in
        CoverageTable.sum(cells.map { $0[column] })
      }
      table.add(["all"] + columns.map(\.text) + [CoverageTable.sum(columns).text])
    }
    text += table.text
    if !others.isEmpty { text += "over all values of \(others.joined(separator: ", "))\n" }
    return text
  }

  static func sum(_ cells: [Cell]) -> Cell {
    cells.reduce(into: Cell()) { sum, cell in
      sum.passed += cell.passed
      sum.count += cell.count
      sum.scores += cell.scores
      sum.scored += cell.scored
    }
  }
}

extension CoverageTable {
  /// The tables of the results in a folder.
  ///
  /// - Throws: there are no results, none of them was swept, or none over these keys.
  public static func tables(
    in folder: String, by keys: [String]? = nil
  ) throws(InputError) -> [CoverageTable] {
    let rows = try ResultStore.verdicts(in: folder)
    let tables = tables(rows, by: keys)
    if tables.isEmpty {
      let swept = self.tables(rows)
      throw InputError(
        at: .wholeFile(folder),
        swept.isEmpty
          ? "no scenario of these results has a sweep"
          : "no sweep of these results is over \((keys ?? []).joined(separator: ", "))",
        hint: swept.first.map {
          "keys: "
            + ([$0.rowKey, $0.columnKey].compactMap { $0 } + $0.others).joined(separator: ", ")
        })
    }
    return tables
  }
}
