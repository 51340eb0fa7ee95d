import SimGeometry
import SimMap
import SimModels
import SimWorld

// Who goes first where ways cross or merge.
extension IDMPolicy {
  /// Lays claim to the zones of those who have been let into junctions, and lets in others.
  mutating func takeTurns(_ view: WorldView) {
    if tables.groups.isEmpty { return }
    let tick = Int32(truncatingIfNeeded: view.tick)
    turns.asking.removeAll(keepingCapacity: true)
    cars.withUnsafeMutableBufferPointer { cars in
      atJunctions.withUnsafeMutableBufferPointer { atJunctions in
        drivers.withView { drivers in
          tickets.withUnsafeMutableBufferPointer { tickets in
            keys.withUnsafeMutableBufferPointer { keys in
              lanes.withUnsafeMutableBufferPointer { lanes in
                isRed.withUnsafeBufferPointer { isRed in
                  isYellow.withUnsafeBufferPointer { isYellow in
                    sharedTables.withView { tables in
                      let approach = JunctionApproach(
                        cars: cars, atJunctions: atJunctions, drivers: drivers, tickets: tickets,
                        keys: keys, lanes: lanes, isRed: isRed, isYellow: isYellow,
                        tables: tables, patience: patience)
                      approach.comeNear(tick, &turns)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    decide()
  }

  private mutating func decide() {
    guard !turns.asking.isEmpty else { return }
    cars.withUnsafeMutableBufferPointer { cars in
      atJunctions.withUnsafeMutableBufferPointer { atJunctions in
        drivers.withView { drivers in
          tickets.withUnsafeBufferPointer { tickets in
            keys.withUnsafeMutableBufferPointer { keys in
              lanes.withUnsafeBufferPointer { lanes in
                turns.claims.withUnsafeMutableBufferPointer { claims in
                  sharedTables.withView { tables in
                    let referee = Referee(
                      cars: cars, atJunctions: atJunctions, drivers: drivers, tickets: tickets,
                      keys: keys, lanes: lanes, claims: claims, tables: tables,
                      patience: patience)
                    for c in turns.asking { referee.decide(Int(c), last: &lastKey) }
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// Claims for somebody who is not of the policy: for the lanes along which it goes and those
  /// that follow, since nobody knows where it wants to go.
  mutating func claim(for it: Thing, _ agentClass: AgentClass) {
    guard it.speed > 0.5, agentClass.isVehicle || agentClass == .bicycle else { return }
    for k in foundLanes.indices {
      let lane = Int(foundLanes[k])
      guard lanes[lane].isNearWatched else { continue }
      let line = map.lanes[lane].centreline
      let place = line.project(Vector2(it.x, it.y))
      let along = line.directions[Int(place.segment)]
      guard along.x * it.directionX + along.y * it.directionY > 0.7,
        place.distance < it.halfWidth + 1.5
      else { continue }
      claim(lane, front: place.s + it.halfLength, it, levels: 2)
    }
  }

  private mutating func claim(_ lane: Int, front: Double, _ it: Thing, levels: Int) {
    if lanes[lane].isWatched {
      lanes.withUnsafeMutableBufferPointer { lanes in
        turns.add(
          Claim(
            front: front, rear: front - 2 * it.halfLength, speed: it.speed,
            ticket: Claim.noTicket, key: -.infinity, pull: 0, top: 0, isAble: true,
            wantsRoom: false, refused: false,
            isLong: 2 * it.halfLength > BodyZones.Fleet.longFrom,
            stuckSince: Claim.noTicket, zonesStart: -.infinity, zonesEnd: .infinity,
            car: Car.none, next: Car.none),
          to: lane, lanes)
      }
    }
    let length = map.lanes[lane].length
    guard levels > 0, length - front < 6 * it.speed else { return }
    for next in map.lanes[lane].successors where lanes[next].isNearWatched {
      if let signal = map.signal(from: lane, to: next), isRed[signal] { continue }
      claim(next, front: front - length, it, levels: levels - 1)
    }
  }
}
