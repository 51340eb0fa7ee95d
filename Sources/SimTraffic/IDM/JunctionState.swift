/// What of a car only junctions, signals and crosswalks need.
struct JunctionState: Sendable {
  // What those behind it read.
  /// Way that it will surely get on, as far as those in front of it do, without asking to be let in
  /// anywhere, metres.
  var advance = 0.0
  /// From its front to where it waits for the group that it asks for, metres; infinite: none within
  /// reach.
  var askWay = Double.infinity
  /// The greatest key of those groups that it has been let into and not left; -infinity: none.
  var lastKey = -Double.infinity

  /// Added to the places of the asked group, metres.
  var askLap = 0.0
  /// The gap to the next car on its own lanes, metres; infinite: there is none.
  var queueGap = Double.infinity
  /// That car; none: there is none.
  var queueLeader = Car.none

  // Its places among stops and junctions: indices into the route tables.
  var stop: Int32
  /// The stop sign at which it has halted; none: it has still to halt at the next.
  var halted = Car.none
  var group: Int32
  /// First of its tickets, one per group of its route.
  var tickets: Int32
  /// Number of its driver, also where it is that of a shadow.
  var driver: Int32

  /// The next group of conflicts that it has not been let into; none: none within reach.
  var asked = Car.none
  /// The first of its claims for that group.
  var firstClaim: Int32 = 0
  /// Who keeps it waiting in this tick, and who did in the last one: of the policy's cars; none.
  var waitsFor = Car.none
  var waitedFor = Car.none
  /// Ticks for which it has stood because others go first; and since it was let in.
  var held: Int32 = 0
  var heldInside: Int32 = 0
  /// Tick since which it has waited too long for others; until it drives again it goes before
  /// others who can wait. `Claim.noTicket`: it has not.
  var stuckSince = Claim.noTicket
  /// Tick since which it has stood for want of room behind the junction; until it drives again.
  /// `Claim.noTicket`: it has not.
  var roomSince = Claim.noTicket
  /// How many they are: one for each lane of the group that its way leads over.
  var claimCount: Int16 = 0
  /// It may ask: what comes before the asked group is decided.
  var mayAsk = true
  /// It has asked and others go first.
  var refused = false
  /// Others go before it where their way becomes one with its own.
  var mergesBehind = false
  /// It stops before a crosswalk that is not at the end of a junction: until it goes on it is not
  /// let into the next one, so that others go.
  var waitsForWalkers = false
  /// What it stops for is a crosswalk at the end of a junction.
  var stopsAtExit = false
  /// What it stops for, if that is none of the policy's cars, is somebody who walks across.
  var stopsForWalker = false

  /// At the start of a route.
  init(at route: RouteTables.Route, tickets: Int32, driver: Int32) {
    stop = route.stops.lowerBound
    group = route.groups.lowerBound
    self.tickets = tickets
    self.driver = driver
  }
}
