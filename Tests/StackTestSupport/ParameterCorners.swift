public import SimCore

extension ModuleSchema {
  /// The defaults, and every parameter alone at each end of what its schema allows: a module must
  /// work at all of them.
  public var corners: [ParameterValues] {
    var corners = [ParameterValues(self)]
    for parameter in parameters {
      let ends: [ParameterValues.Value] =
        switch parameter.kind {
        case .number(_, let range, _): [.number(range.lowerBound), .number(range.upperBound)]
        case .integer(_, let range): [.integer(range.lowerBound), .integer(range.upperBound)]
        case .flag: [.flag(false), .flag(true)]
        case .choice(_, let words): words.map { .text($0) }
        case .text, .command: []
        }
      for end in ends {
        corners.append(ParameterValues(self, overriding: [parameter.name: end]))
      }
    }
    return corners
  }
}
