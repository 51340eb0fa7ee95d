public import SimGeometry

/// The paths of a world, by number: lines that are kept, or lines that are made whenever one is
/// asked for, as in a crowd in which each agent goes a way of its own and nobody looks at it again
/// once `PathTable` has it.
public struct PathList: RandomAccessCollection, ExpressibleByArrayLiteral, Sendable {
  private enum Source: Sendable {
    case kept([Polyline])
    case made(Int, @Sendable (Int) -> Polyline)
  }

  private let source: Source

  /// Paths that are kept.
  public init(_ paths: [Polyline]) { source = .kept(paths) }

  /// Paths that are kept.
  public init(arrayLiteral paths: Polyline...) { self.init(paths) }

  /// Paths that are made when they are asked for.
  ///
  /// - Parameters:
  ///   - count: how many there are.
  ///   - make: a path by its number; always the same one.
  public init(count: Int, making make: @escaping @Sendable (Int) -> Polyline) {
    source = .made(count, make)
  }

  /// The first number.
  public var startIndex: Int { 0 }

  /// One past the last number.
  public var endIndex: Int {
    switch source {
    case .kept(let paths): paths.count
    case .made(let count, _): count
    }
  }

  /// A path by its number.
  public subscript(number: Int) -> Polyline {
    switch source {
    case .kept(let paths): paths[number]
    case .made(_, let make): make(number)
    }
  }

  /// The paths if they are kept; nil: they are made when they are asked for.
  var kept: [Polyline]? {
    guard case .kept(let paths) = source else { return nil }
    return paths
  }
}

extension PathList: Equatable {
  /// Whether the paths are the same.
  public static func == (a: Self, b: Self) -> Bool { a.elementsEqual(b) }
}
