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

  private var flows: [String: FlowDeclaration] = [:]

  init(
    _ agents: [AgentDeclaration], _ fleets: [FleetDeclaration], _ flows: [FlowDeclaration] = []
  ) {
    let count = fleets.reduce(agents.count) { $0 + $1.count }
    members.reserveCapacity(count)
    ids.reserveCapacity(count)
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
    for flow in flows {
      self.flows[flow.id] = flow
      ids.append("\(flow.id).0")
    }
  }

  /// A vehicle of a flow by its number in it; how many come is known only later.
  private func arrival(_ id: String) -> Member? {
    guard let (flow, _) = splitFlowID(id), let flow = flows[flow] else { return nil }
    let kinds = flow.types.filter { $0.weight > 0 }
    return Member(
      id: id, agentClass: kinds.first?.agentClass ?? .car, mover: .policy(flow.policy.name))
  }

  private mutating func add(_ member: Member) {
    members[member.id] = member
    ids.append(member.id)
  }

  /// The member of an id; an unknown one is reported.
  func member(_ id: Located<String>, _ sink: DiagnosticSink) -> Member? {
    if let member = members[id.value] ?? arrival(id.value) { return member }
    let near = nearestSpelling(of: id.value, among: ids)
    let shown = ids.prefix(12).joined(separator: ", ") + (ids.count > 12 ? ", …" : "")
    sink.error(
      at: id.location, "there is no agent '\(id.value)'",
      hint: near.map { "did you mean '\($0)'?" } ?? "agents: \(shown)")
    return nil
  }
}

/// The parts of the id of a vehicle of a flow, `flow.3`; nil if it is not like one.
func splitFlowID(_ id: String) -> (flow: String, number: Int)? {
  guard let dot = id.lastIndex(of: "."), let number = Int(id[id.index(after: dot)...]), number >= 0,
    String(number) == id[id.index(after: dot)...]
  else { return nil }
  return (String(id[..<dot]), number)
}
