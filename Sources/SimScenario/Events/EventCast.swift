import SimCore
import SimWorld

/// Everybody whom events may be about, and what can be done to them.
struct EventCast {
  /// What moves somebody.
  enum Mover {
    /// Nobody: it stands where it is.
    case none
    /// A traffic policy of this name.
    case policy(String)
    /// A driving stack.
    case stack
  }

  struct Member {
    var id: String
    var agentClass: AgentClass
    var mover: Mover
  }

  private var members: [String: Member] = [:]
  /// In file order.
  private(set) var ids: [String] = []

  init(_ agents: [AgentDeclaration], _ fleets: [FleetDeclaration]) {
    for agent in agents {
      let mover: Mover =
        switch agent.driver {
        case .none: .none
        case .policy(let choice): .policy(choice.name)
        case .stack: .stack
        }
      add(Member(id: agent.id, agentClass: agent.agentClass, mover: mover))
    }
    for fleet in fleets {
      for number in 0..<fleet.count {
        add(
          Member(
            id: "\(fleet.id).\(number)", agentClass: fleet.agentClass,
            mover: .policy(fleet.policy.name)))
      }
    }
  }

  private mutating func add(_ member: Member) {
    members[member.id] = member
    ids.append(member.id)
  }

  /// The member of an id; an unknown one is reported.
  func member(_ id: Located<String>, _ sink: DiagnosticSink) -> Member? {
    if let member = members[id.value] { return member }
    let near = nearestSpelling(of: id.value, among: ids)
    let shown = ids.prefix(12).joined(separator: ", ") + (ids.count > 12 ? ", …" : "")
    sink.error(
      at: id.location, "there is no agent '\(id.value)'",
      hint: near.map { "did you mean '\($0)'?" } ?? "agents: \(shown)")
    return nil
  }
}
