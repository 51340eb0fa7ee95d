import SimGeometry
public import SimModels
public import SimWorld

/// Scores driven candidates as PDM-Closed does (Dauner et al. 2023), after nuPlan's closed-loop
/// metrics: gates for at-fault collisions, drivable area and driving direction times a weighted
/// mean of progress, time to collision and comfort.
public struct CandidateScorer: Sendable {
  /// Constants; the defaults are the official planner's.
  public struct Parameters: Hashable, Sendable {
    /// Time between states, s.
    public var step = 0.1
    /// Weight of the progress term.
    public var progressWeight = 5.0
    /// Weight of the time to collision.
    public var ttcWeight = 5.0
    /// Weight of comfort.
    public var comfortWeight = 2.0
    /// Where the best gains no more than this, all gain alike, metres.
    public var leastProgress = 0.1
    /// Steps ahead at which boxes moved on straight must not touch, ascending.
    public var lookAheads = [0, 3, 6, 9]
    /// To the letter, lateral acceleration is 0, no corner may leave the road at all, reversing
    /// counts as driving forwards.
    public var compat = false
    /// What moves is kept clear of by this much to its sides, metres, where times to collision are
    /// looked at: nobody moves exactly as foreseen. Not used with compat.
    public var clearance = 0.3
    /// What is left of a candidate that collides without being at fault, other than from behind;
    /// not used with compat.
    public var unblamed = 0.5
    /// A corner may stick out so far, metres (nuPlan's metric); not used with compat.
    public var roadTolerance = 0.3

    /// The defaults.
    public init() {}
  }

  /// What became of one candidate.
  public struct Result: Hashable, Sendable {
    /// 0 after an at-fault collision with a road user, 0.5 with an object.
    public var noCollision = 1.0
    /// 0 if a corner leaves the road.
    public var drivableArea = 1.0
    /// 0.5 beyond 2 m against the traffic, 0 beyond 6 m.
    public var drivingDirection = 1.0
    /// Along the centreline, not negative, metres.
    public var progress = 0.0
    /// `progress` against the best.
    public var progressShare = 0.0
    /// 0 if a collision is ever less than a second ahead.
    public var ttc = 1.0
    /// 1 if all bounds are kept.
    public var comfort = 1.0
    /// The bounds that are kept.
    public var comfortParts = Comfort()
    /// First step with an at-fault collision; nil: none.
    public var collisionStep: Int?
    /// First step with too short a time to a collision; nil: none.
    public var ttcStep: Int?
    /// In [0, 1].
    public var score = 0.0

    /// The defaults.
    public init() {}

    /// Product of the gates.
    public var gate: Double { noCollision * drivingDirection * drivableArea }
  }

  /// Which comfort bounds are kept.
  @frozen
  public struct Comfort: OptionSet, Hashable, Sendable {
    /// Bits.
    public let rawValue: UInt8

    /// The bounds of some bits.
    @inlinable
    public init(rawValue: UInt8 = 0) { self.rawValue = rawValue }

    /// Along the heading, (-4.05, 2.40) m/s^2.
    public static let longitudinalAcceleration = Comfort(rawValue: 1)
    /// Below 4.89 m/s^2.
    public static let lateralAcceleration = Comfort(rawValue: 2)
    /// Of the size of the acceleration, below 8.37 m/s^3.
    public static let magnitudeJerk = Comfort(rawValue: 4)
    /// Below 4.13 m/s^3.
    public static let longitudinalJerk = Comfort(rawValue: 8)
    /// Below 1.93 rad/s^2.
    public static let yawAcceleration = Comfort(rawValue: 16)
    /// Below 0.95 rad/s.
    public static let yawRate = Comfort(rawValue: 32)
    /// All of them.
    public static let all = Comfort(rawValue: 63)
  }

  /// Constants.
  public let parameters: Parameters
  /// One a candidate.
  public internal(set) var results: [Result]
  /// Where the boxes stand: entry `candidate * samples + step`.
  public private(set) var places: [DrivingAreas.Place]

  let candidates: Int
  let samples: Int
  /// Box centres, as the states.
  var centreX: [Double]
  var centreY: [Double]
  /// Obstacles that may be met at all.
  var relevant: [Int32] = []
  /// Box centres moved on straight: entry `(row * candidates + candidate) * samples + step` for row
  /// `row` of the look-aheads.
  var aheadX: [Double]
  var aheadY: [Double]
  /// Centres of the obstacle at hand, one a step.
  var otherX: [Double]
  var otherY: [Double]
  /// The same at the look-aheads: entry `row * samples + step`.
  var otherAheadX: [Double]
  var otherAheadY: [Double]
  var comfort: CandidateComfort

  /// - Parameters:
  ///   - candidates: how many are scored at once.
  ///   - samples: states of each.
  public init(candidates: Int, samples: Int, _ parameters: Parameters = Parameters()) {
    precondition(candidates > 0 && samples > 1, "something to score")
    precondition(parameters.step > 0, "time passes between states")
    self.parameters = parameters
    self.candidates = candidates
    self.samples = samples
    results = [Result](repeating: Result(), count: candidates)
    places = [DrivingAreas.Place](repeating: [], count: candidates * samples)
    centreX = [Double](repeating: 0, count: candidates * samples)
    centreY = centreX
    aheadX = [Double](
      repeating: 0, count: parameters.lookAheads.count * candidates * samples)
    aheadY = aheadX
    otherX = [Double](repeating: 0, count: samples + (parameters.lookAheads.last ?? 0))
    otherY = otherX
    otherAheadX = [Double](repeating: 0, count: parameters.lookAheads.count * samples)
    otherAheadY = otherAheadX
    comfort = CandidateComfort(
      samples: samples, step: parameters.step, compat: parameters.compat)
  }

  /// Scores all candidates.
  ///
  /// - Parameters:
  ///   - states: driven, as many as the scorer is for; all begin in the same state.
  ///   - obstacles: at the same steps.
  ///   - centreline: along which progress is measured.
  ///   - progress: arc length of the box centre on it now; nil: to be found.
  public mutating func score(
    _ states: CandidateStates, among obstacles: ObstacleForecast, on areas: inout DrivingAreas,
    along centreline: CandidatePath, progress: Double? = nil, _ vehicle: VehicleParameters
  ) {
    precondition(
      states.candidates == candidates && states.samples == samples, "states of all candidates")
    let extent = placeCentres(states, vehicle)
    areas.gather(
      extent.bounds.expanded(by: vehicle.length), around: Vector2(centreX[0], centreY[0]))
    chooseRelevant(extent, obstacles, vehicle)
    for candidate in 0..<candidates {
      results[candidate] = Result()
      states.withColumns { columns in
        let drive = Drive(columns, candidate * samples, vehicle)
        placeOnRoad(candidate, drive, areas)
        let parts = comfort.parts(drive, samples: samples)
        results[candidate].comfortParts = parts
        results[candidate].comfort = parts == .all ? 1 : 0
      }
      measureProgress(candidate, along: centreline, from: progress)
    }
    states.withColumns { meet($0, obstacles, areas, vehicle) }
    weigh()
  }

  /// Of the best candidates the first; where all score 0 (but with compat), of those that stay on
  /// the road the first of those that collide last.
  public var best: Int {
    var best = 0
    for candidate in results.indices where results[candidate].score > results[best].score {
      best = candidate
    }
    guard !parameters.compat, results[best].score == 0 else { return best }
    var latest = -1
    for candidate in results.indices {
      var step = results[candidate].collisionStep ?? samples
      if results[candidate].drivableArea > 0 { step += samples + 1 }
      if step > latest {
        latest = step
        best = candidate
      }
    }
    return best
  }

  /// The states of one candidate.
  struct Drive {
    let x: UnsafePointer<Double>
    let y: UnsafePointer<Double>
    let heading: UnsafePointer<Double>
    let speed: UnsafePointer<Double>
    let acceleration: UnsafePointer<Double>
    let yawRate: UnsafePointer<Double>
    let cosine: UnsafePointer<Double>
    let sine: UnsafePointer<Double>
    let vehicle: VehicleParameters

    init(_ columns: CandidateStates.Columns, _ first: Int, _ vehicle: VehicleParameters) {
      x = columns[.x] + first
      y = columns[.y] + first
      heading = columns[.heading] + first
      speed = columns[.speed] + first
      acceleration = columns[.acceleration] + first
      yawRate = columns[.yawRate] + first
      cosine = columns[.cosine] + first
      sine = columns[.sine] + first
      self.vehicle = vehicle
    }

    @inline(__always)
    func box(_ step: Int) -> OrientedBox {
      let direction = Vector2(cosine[step], sine[step])
      return OrientedBox(
        centre: Vector2(x[step], y[step]) + direction * vehicle.rearAxleToCentre,
        heading: heading[step], direction: direction, length: vehicle.length,
        width: vehicle.width)
    }
  }

  /// How far the candidates get.
  struct Extent {
    var bounds = BoundingBox.empty
    var fastest = 0.0
  }

  private mutating func placeCentres(
    _ states: CandidateStates, _ vehicle: VehicleParameters
  ) -> Extent {
    var extent = Extent()
    let offset = vehicle.rearAxleToCentre
    let count = candidates * samples
    centreX.withUnsafeMutableBufferPointer { centreX in
      centreY.withUnsafeMutableBufferPointer { centreY in
        states.withColumns { columns in
          let (x, y) = (columns[.x], columns[.y])
          let (cosine, sine, speed) = (columns[.cosine], columns[.sine], columns[.speed])
          for k in 0..<count {
            let cx = x[k] + cosine[k] * offset
            let cy = y[k] + sine[k] * offset
            centreX[k] = cx
            centreY[k] = cy
            extent.bounds.formUnion(Vector2(cx, cy))
            extent.fastest = max(extent.fastest, speed[k].magnitude)
          }
        }
      }
    }
    return extent
  }

  private mutating func placeOnRoad(
    _ candidate: Int, _ drive: Drive, _ areas: DrivingAreas
  ) {
    let first = candidate * samples
    var stretch = 0.0
    var longest = 0.0
    for step in 0..<samples {
      let box = drive.box(step)
      let place = areas.place(of: box)
      places[first + step] = place
      if place.contains(.offRoad), results[candidate].drivableArea > 0,
        parameters.compat || areas.excursion(of: box) >= parameters.roadTolerance
      {
        results[candidate].drivableArea = 0
      }
      if place.contains(.oncoming) {
        if step > 0 {
          let moved = Vector2(
            centreX[first + step] - centreX[first + step - 1],
            centreY[first + step] - centreY[first + step - 1])
          stretch += moved.length
        }
        longest = max(longest, stretch)
      } else {
        stretch = 0
      }
    }
    results[candidate].drivingDirection = longest < 2 ? 1 : longest < 6 ? 0.5 : 0
  }

  private mutating func measureProgress(
    _ candidate: Int, along centreline: CandidatePath, from progress: Double?
  ) {
    let first = candidate * samples
    let last = first + samples - 1
    let end = Vector2(centreX[last], centreY[last])
    let gain: Double
    if let progress {
      let way = (end - Vector2(centreX[first], centreY[first])).length
      gain =
        centreline.project(end, from: progress - 20, to: progress + 2 * way + 20) - progress
    } else {
      gain =
        centreline.project(end) - centreline.project(Vector2(centreX[first], centreY[first]))
    }
    results[candidate].progress = max(gain, 0)
  }

  private mutating func weigh() {
    let p = parameters
    var most = 0.0
    for result in results { most = max(most, result.progress * result.gate) }
    for k in results.indices {
      let gate = results[k].gate
      let share =
        most > p.leastProgress
        ? results[k].progress * gate / most : gate == 0 ? 0 : 1
      results[k].progressShare = share
      let sum =
        p.progressWeight * share + p.ttcWeight * results[k].ttc
        + p.comfortWeight * results[k].comfort
      results[k].score = gate * (sum / (p.progressWeight + p.ttcWeight + p.comfortWeight))
    }
  }
}
