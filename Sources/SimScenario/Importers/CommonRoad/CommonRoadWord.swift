/// The names of elements and attributes that mean something in a CommonRoad file.
enum CommonRoadWord: UInt8, CaseIterable {
  // Root and its head.
  case commonRoad, commonRoadVersion, benchmarkID, timeStepSize, author, affiliation, source, date
  case tags, scenarioTags, location, geoNameId, gpsLatitude, gpsLongitude, geoTransformation
  case environment
  // Lanelets.
  case lanelet, id, ref, leftBound, rightBound, point, x, y, z, lineMarking, predecessor, successor
  case adjacentLeft, adjacentRight, drivingDir, laneletType, userOneWay, userBidirectional
  case trafficSignRef, trafficLightRef, stopLine, speedLimit
  // Signs, lights, intersections.
  case trafficSign, trafficSignElement, trafficSignID, additionalValue, virtual, trafficLight
  case cycle, cycleElement, duration, color, timeOffset, direction, active
  case intersection, incoming, incomingLanelet, successorsRight, successorsStraight, successorsLeft
  case isLeftOf, crossing, crossingLanelet, outgoing
  // Obstacles and states.
  case dynamicObstacle, staticObstacle, environmentObstacle, phantomObstacle, obstacle, role, type
  case shape, rectangle, circle, polygon, length, width, orientation, center, radius
  case initialState, trajectory, state, occupancySet, occupancy, initialSignalState, signalSeries
  case position, time, velocity, acceleration, yawRate, slipAngle, exact, intervalStart, intervalEnd
  // Planning problems.
  case planningProblem, goalState
}

/// Which number each word has in one document, and the other way round.
struct CommonRoadVocabulary {
  private let names: [XMLName]
  private let words: [CommonRoadWord?]

  init(of xml: XMLDocument) {
    var words = [CommonRoadWord?](repeating: nil, count: xml.names.count)
    names = CommonRoadWord.allCases.map { word in
      let name = xml.name(String(describing: word))
      if name != .absent { words[Int(name.index)] = word }
      return name
    }
    self.words = words
  }

  subscript(_ word: CommonRoadWord) -> XMLName { names[Int(word.rawValue)] }

  /// The word that an element's name is; nil for names without meaning here.
  func word(_ name: XMLName) -> CommonRoadWord? { words[Int(name.index)] }
}
