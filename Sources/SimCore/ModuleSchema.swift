/// The physical dimension of a quantity; values are always held in the SI unit named here.
public enum Dimension: String, Hashable, Sendable, CaseIterable {
  /// A plain number.
  case none = ""
  /// Metres.
  case length = "m"
  /// Seconds.
  case time = "s"
  /// Metres a second.
  case speed = "m/s"
  /// Metres a second squared.
  case acceleration = "m/s^2"
  /// Change of acceleration, metres a second cubed.
  case jerk = "m/s^3"
  /// Radians, counter-clockwise.
  case angle = "rad"
  /// Radians a second.
  case angularRate = "rad/s"
  /// Radians a second squared.
  case angularAcceleration = "rad/s^2"
  /// Inverse of a radius, one over metres; positive to the left.
  case curvature = "1/m"
  /// Happenings a second.
  case frequency = "1/s"
}

/// What a module's parameter is: name, type, unit, default and bounds. It is written once, next to
/// the module, and read by `simrun catalog`, by the scenario reader and by the docs check.
public struct ParameterSchema: Hashable, Sendable {
  /// The type of a parameter with its default and, for numbers, the closed range allowed.
  public enum Kind: Hashable, Sendable {
    /// A number; default and range are in the SI unit of its dimension.
    case number(default: Double, in: ClosedRange<Double>, dimension: Dimension)
    /// A whole number without a unit.
    case integer(default: Int, in: ClosedRange<Int>)
    /// Yes or no.
    case flag(default: Bool)
    /// One of a few words.
    case choice(default: String, among: [String])
    /// Free text.
    case text(default: String)
    /// A program with its arguments: a list of texts, or one text that `CommandWords` takes apart.
    case command(default: String)
  }

  /// The key that people write, unique within its module, e.g. `headway`.
  public var name: String
  /// Its type with default and bounds.
  public var kind: Kind
  /// One line that says what it does.
  public var summary: String

  /// A parameter with the line that documents say about it.
  public init(_ name: String, _ kind: Kind, _ summary: String) {
    self.name = name
    self.kind = kind
    self.summary = summary
  }
}

/// A module of another kind that goes well with one: it is taken where a scenario names none.
public struct ModulePartner: Hashable, Sendable {
  /// What it is.
  public var kind: ModuleKind
  /// Its name; if there is none of that name, the first of its kind is taken.
  public var name: String
  /// A flag of the module with which it is not taken; nil: always.
  public var unless: String?

  /// A partner, always or unless a flag is set.
  public init(_ kind: ModuleKind, _ name: String, unless flag: String? = nil) {
    self.kind = kind
    self.name = name
    unless = flag
  }
}

/// What a plug-in module is called and what can be set in it.
public struct ModuleSchema: Hashable, Sendable {
  /// The name used in scenarios and on the command line, e.g. `idm`.
  public var name: String
  /// One line that says what it is, with its source (paper, standard).
  public var summary: String
  /// What can be set, in the order in which documents list it.
  public var parameters: [ParameterSchema]
  /// What it goes with where nothing else is asked for.
  public var partners: [ModulePartner]

  /// A module with the line that documents say about it.
  public init(
    _ name: String, _ summary: String, parameters: [ParameterSchema] = [],
    partners: [ModulePartner] = []
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.partners = partners
  }

  /// The module of a kind that it goes with at these parameters; nil: it does not mind.
  public func partner(_ kind: ModuleKind, with values: ParameterValues) -> String? {
    partners.first { partner in
      partner.kind == kind && !(partner.unless.map { values.flag($0) } ?? false)
    }?.name
  }
}

/// The kinds of plug-in, as scenario keys and command-line flags call them.
public enum ModuleKind: String, Hashable, Sendable, CaseIterable {
  /// A stage of the ego's stack, the policy of background traffic, or a metric.
  case perception, predictor, planner, controller, policy, metric
}

/// Every module that this program knows, by kind: names, parameters, types and units. The harness
/// builds it from the rooms' catalogs and hands it to the scenario reader, which thereby can
/// point at a wrong module name or parameter without knowing a single module.
public struct CatalogSchema: Hashable, Sendable {
  /// Modules of each kind in catalog order.
  public var modules: [ModuleKind: [ModuleSchema]]

  /// A catalog of these modules.
  public init(modules: [ModuleKind: [ModuleSchema]]) {
    self.modules = modules
  }

  /// The schema of a module; nil if there is none of that name.
  public func module(_ kind: ModuleKind, _ name: String) -> ModuleSchema? {
    modules[kind]?.first { $0.name == name }
  }
}

/// The parameters of one module, checked against its schema and complete with defaults.
public struct ParameterValues: Hashable, Sendable {
  /// One value, in SI units.
  public enum Value: Hashable, Sendable {
    /// A number in the SI unit of its parameter's dimension.
    case number(Double)
    /// A whole number.
    case integer(Int)
    /// Yes or no.
    case flag(Bool)
    /// Free text, or the word chosen.
    case text(String)
  }

  /// Names and values, but for those in `own`; shared by all values that were made from each other.
  private(set) var shared: [(name: String, value: Value)]
  /// Values in place of those of `shared`, by their places there: in a crowd each differs from the
  /// others in one or two.
  private(set) var own: [(place: Int, value: Value)] = []

  /// Names and values in the order of the schema, so that everything derived is deterministic.
  public var entries: [(name: String, value: Value)] {
    var entries = shared
    for (place, value) in own { entries[place].value = value }
    return entries
  }

  /// The defaults of a schema, with some replaced.
  ///
  /// - Precondition: every override names a parameter of the schema with a value of its kind.
  public init(_ schema: ModuleSchema, overriding overrides: [String: Value] = [:]) {
    shared = schema.parameters.map { parameter in
      let standard: Value =
        switch parameter.kind {
        case .number(let value, _, _): .number(value)
        case .integer(let value, _): .integer(value)
        case .flag(let value): .flag(value)
        case .choice(let value, _): .text(value)
        case .text(let value), .command(let value): .text(value)
        }
      return (parameter.name, overrides[parameter.name] ?? standard)
    }
    for name in overrides.keys {
      precondition(shared.contains { $0.name == name }, "no parameter '\(name)' in \(schema.name)")
    }
  }

  /// Values as they were stored with a result, without the schema they once followed.
  public init(entries: [(name: String, value: Value)]) {
    shared = entries
  }

  /// Replaces one value.
  ///
  /// - Precondition: the schema has a parameter of that name and kind.
  public mutating func set(_ name: String, _ value: Value) {
    let place = place(of: name)
    shared[place].value = value
    own.removeAll { $0.place == place }
  }

  /// These values but for one; all others are kept once for both.
  ///
  /// - Precondition: the schema has a parameter of that name and kind.
  public func with(_ name: String, _ value: Value) -> ParameterValues {
    let place = place(of: name)
    var values = self
    if let known = own.firstIndex(where: { $0.place == place }) { values.own.remove(at: known) }
    values.own.append((place, value))
    return values
  }

  /// Both were made from the same values, and differ in one value at most.
  ///
  /// That can be told at once; of values that were not made from each other it says no, whatever
  /// they are.
  ///
  /// - Precondition: the schema has a parameter of that name.
  public func differs(from other: ParameterValues, onlyIn name: String) -> Bool {
    let isShared = shared.withUnsafeBufferPointer { shared in
      other.shared.withUnsafeBufferPointer { $0.baseAddress == shared.baseAddress }
    }
    guard isShared else { return false }
    let place = place(of: name)
    var rest = other.own.count { $0.place != place }
    for (own, value) in own where own != place {
      guard other.own.contains(where: { $0.place == own && $0.value == value }) else {
        return false
      }
      rest -= 1
    }
    return rest == 0
  }

  private func place(of name: String) -> Int {
    // (Lengths first: most names differ in that, and comparing texts is a call.)
    let length = name.utf8.count
    for i in shared.indices where shared[i].name.utf8.count == length && shared[i].name == name {
      return i
    }
    preconditionFailure("no parameter '\(name)'")
  }

  private func value(_ name: String) -> Value {
    let place = place(of: name)
    for entry in own where entry.place == place { return entry.value }
    return shared[place].value
  }

  /// A number in SI units. - Precondition: the schema has a number of that name.
  public func number(_ name: String) -> Double {
    guard case .number(let value) = value(name) else {
      preconditionFailure("parameter '\(name)' is no number")
    }
    return value
  }

  /// An integer. - Precondition: the schema has an integer of that name.
  public func integer(_ name: String) -> Int {
    guard case .integer(let value) = value(name) else {
      preconditionFailure("parameter '\(name)' is no integer")
    }
    return value
  }

  /// A flag. - Precondition: the schema has a flag of that name.
  public func flag(_ name: String) -> Bool {
    guard case .flag(let value) = value(name) else {
      preconditionFailure("parameter '\(name)' is no flag")
    }
    return value
  }

  /// A text or choice. - Precondition: the schema has a text or choice of that name.
  public func text(_ name: String) -> String {
    guard case .text(let value) = value(name) else {
      preconditionFailure("parameter '\(name)' is no text")
    }
    return value
  }

  /// The same names and values in the same order.
  public static func == (a: ParameterValues, b: ParameterValues) -> Bool {
    a.entries.elementsEqual(b.entries) { $0.name == $1.name && $0.value == $1.value }
  }

  public func hash(into hasher: inout Hasher) {
    for entry in entries {
      hasher.combine(entry.name)
      hasher.combine(entry.value)
    }
  }
}

/// A module chosen by name with its parameters, e.g. `{idm: {headway: 1.2 s}}`.
public struct ModuleChoice: Hashable, Sendable {
  /// The module's name, e.g. `idm`.
  public var name: String
  /// Values for all parameters of the module.
  public var parameters: ParameterValues

  /// A module of this name with checked parameters.
  public init(name: String, parameters: ParameterValues) {
    self.name = name
    self.parameters = parameters
  }

  /// A policy that chooses lanes by itself, by the convention that it says so in a parameter
  /// `lane_change` that is other than `none`.
  public var choosesLanes: Bool {
    // (Not by `entries`, which puts them all together.)
    guard let place = parameters.shared.firstIndex(where: { $0.name == "lane_change" }) else {
      return false
    }
    let own = parameters.own.first { $0.place == place }
    guard case .text(let choice) = own?.value ?? parameters.shared[place].value else {
      return false
    }
    return choice != "none"
  }

  /// A policy that can choose lanes, by the same convention: it knows the parameter.
  public var knowsLanes: Bool { parameters.shared.contains { $0.name == "lane_change" } }

  /// A module with its defaults.
  public init(_ schema: ModuleSchema) {
    self.init(name: schema.name, parameters: ParameterValues(schema))
  }
}
