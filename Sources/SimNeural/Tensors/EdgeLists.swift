/// Which rows a row attends to: lists of sources, one list per row or per group of rows.
public struct EdgeLists: Hashable, Sendable {
  /// Where each list starts among the edges; one more number than there are lists.
  public var offsets: [Int32] = [0]
  /// The source row of every edge.
  public var sources: [Int32] = []
  /// Rows that share one list: row i reads list i / `fan`.
  public var fan = 1
  /// With a value above 1 (then that of `fan`), the source row of member m of a list is
  /// `sources[e] * sourceFan + m`.
  public var sourceFan = 1

  /// Lists without edges yet.
  ///
  /// - Precondition: `sourceFan` is 1 or `fan`.
  public init(fan: Int = 1, sourceFan: Int = 1) {
    precondition(fan >= 1 && (sourceFan == 1 || sourceFan == fan), "sources of one or of each row")
    self.fan = fan
    self.sourceFan = sourceFan
  }

  /// Number of lists.
  public var count: Int { offsets.count - 1 }

  /// Number of rows that attend.
  public var nodes: Int { count * fan }

  /// Number of edges, shared ones counted once.
  public var edges: Int { sources.count }

  /// Ends the list to which edges were added.
  public mutating func endList() { offsets.append(Int32(sources.count)) }

  /// Places of a list's edges.
  func range(_ list: Int) -> Range<Int> { Int(offsets[list])..<Int(offsets[list + 1]) }

  /// Number of edges of the longest of some lists.
  func longest(_ part: Range<Int>) -> Int {
    part.reduce(0) { max($0, Int(offsets[$1 + 1]) - Int(offsets[$1])) }
  }

  /// The least entry among the sources of some lists; 0 if there is none.
  func leastSource(_ part: Range<Int>) -> Int {
    let edges = Int(offsets[part.lowerBound])..<Int(offsets[part.upperBound])
    return Int(sources[edges].min() ?? 0)
  }

  /// The first row beyond all sources of some lists.
  func sourceEnd(_ part: Range<Int>) -> Int {
    let edges = Int(offsets[part.lowerBound])..<Int(offsets[part.upperBound])
    return (Int(sources[edges].max() ?? -1) + 1) * sourceFan
  }
}
