public import SimStack

/// Everything pluggable of one episode, freshly made for it: the tick loop knows no module by name.
public struct EpisodeModules: Sendable {
  /// The stack that drives one vehicle, with the rates and the latency declared in the scenario.
  public struct Driver: Sendable {
    /// Turns the true state into the scene that the others see.
    public var perceiver: any Perceiver
    /// Says where the tracks of the scene will be.
    public var predictor: any Predictor
    /// Makes the plan.
    public var planner: any Planner
    /// Turns the plan into a command for the vehicle.
    public var controller: any Controller
    /// How often each of them runs.
    public var rates: StageRates
    /// A plan made at tick t takes effect at tick t + latency.
    public var planLatencyTicks: Int

    /// A stack that runs every tick and without latency unless told otherwise.
    public init(
      perceiver: any Perceiver, predictor: any Predictor, planner: any Planner,
      controller: any Controller, rates: StageRates = StageRates(), planLatencyTicks: Int = 0
    ) {
      self.perceiver = perceiver
      self.predictor = predictor
      self.planner = planner
      self.controller = controller
      self.rates = rates
      self.planLatencyTicks = planLatencyTicks
    }
  }

  /// All agents of one traffic policy: it is asked once a tick for all of them.
  public struct PolicyGroup: Sendable {
    /// The policy's name in its catalog, e.g. `idm`.
    public var name: String
    /// Number among the groups of this policy: an agent that changes from one choice of parameters
    /// to another changes groups.
    public var instance: Int
    /// Decides for all of the group's agents at once.
    public var policy: any TrafficPolicy
    /// Rows of the agent table, ascending; events may move agents to other groups.
    public var rows: [Int]

    /// The agents that one policy decides for.
    public init(name: String, instance: Int = 0, policy: any TrafficPolicy, rows: [Int]) {
      self.name = name
      self.instance = instance
      self.policy = policy
      self.rows = rows
    }
  }

  /// One per driven vehicle, in row order.
  public var drivers: [Driver]
  /// In a fixed order; their rows are disjoint.
  public var traffic: [PolicyGroup]

  /// The modules of one episode.
  public init(drivers: [Driver], traffic: [PolicyGroup]) {
    self.drivers = drivers
    self.traffic = traffic
  }
}

/// How often the stages of a driving stack run: every n-th tick, from tick 0 on.
public struct StageRates: Hashable, Sendable {
  /// Ticks from one scene to the next.
  public var perception: Int
  /// Ticks from one forecast to the next.
  public var predictor: Int
  /// Ticks from one plan to the next.
  public var planner: Int
  /// Ticks from one command to the next; in between, one to the actuators holds (a placement is for
  /// one tick).
  public var controller: Int

  /// - Precondition: all positive.
  public init(perception: Int = 1, predictor: Int = 1, planner: Int = 1, controller: Int = 1) {
    precondition(
      min(perception, predictor, planner, controller) >= 1, "a stage runs every n-th tick, n >= 1")
    self.perception = perception
    self.predictor = predictor
    self.planner = planner
    self.controller = controller
  }
}
