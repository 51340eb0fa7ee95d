import SimCore
import SimGeometry
import SimMap
import SimStack

/// An event as declared.
struct EventDeclaration: Sendable {
  var id: String
  /// Of its id, or of the whole event if it has none.
  var location: SourceLocation
  var trigger: TriggerDeclaration
  var edge: ScriptedEvent.Edge
  var delay: Int
  var times: Int
  var steps: [[ActionDeclaration]]
  var text: String
}

/// Conditions as declared.
indirect enum TriggerDeclaration: Sendable {
  case all([TriggerDeclaration])
  case any([TriggerDeclaration])
  case condition(ConditionDeclaration)
}

/// A condition as declared; ids of agents have been checked.
enum ConditionDeclaration: Sendable {
  case time(tick: Int)
  case onLane(agent: String, lane: Located<String>, s: Located<Double>)
  case near(agent: String, point: Vector2, radius: Double)
  case distance(String, String, EventBound)
  case timeGap(String, String, EventBound)
  case timeToCollision(String, String, EventBound)
  case speed(String, EventBound)
  case stands(String, ticks: Int)
  case signal(Located<String>, [SignalColour])
  case after(Located<String>)
  case ended(Located<String>)
}

/// An action as declared.
struct ActionDeclaration: Sendable {
  enum Verb: Sendable {
    case speed(SpeedScript)
    case brake(Double)
    case stop(deceleration: Double, ticks: Int)
    case stopFor(String, deceleration: Double)
    case changeLane(toLeft: Bool, ticks: Int)
    case offset(Double, ticks: Int)
    case follow(Located<[Vector2]>, speed: Double?, stops: Bool)
    case cutIn(String, gap: Double, ticks: Int)
    case runRed
    case changePolicy(ModuleChoice)
    case appear
    case disappear
    case openDoor(toLeft: Bool)
    case show(Located<String>, SignalColour)
  }

  /// Nil for actions on signals.
  var agent: String?
  var verb: Verb
  var after: Int
  var lasts: Int?
  var word: String
  /// Of the whole action.
  var location: SourceLocation
}

extension TriggerDeclaration {
  /// Ids of the agents that it is about.
  var agents: [String] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.agents)
    case .condition(let condition):
      switch condition {
      case .onLane(let agent, _, _), .near(let agent, _, _), .speed(let agent, _),
        .stands(let agent, _):
        [agent]
      case .distance(let from, let to, _), .timeGap(let from, let to, _),
        .timeToCollision(let from, let to, _):
        [from, to]
      case .time, .signal, .after, .ended: []
      }
    }
  }
}

extension ActionDeclaration {
  /// Ids of the agents that it is about.
  var agents: [String] {
    let own = agent.map { [$0] } ?? []
    switch verb {
    case .stopFor(let other, _), .cutIn(let other, _, _): return own + [other]
    default: return own
    }
  }
}
