import Testing

@testable import SimTraffic

/// What groups of conflicts share.
@Suite struct GroupShapeTests {
  private func entry(_ origin: Double) -> RouteTables.Entry {
    RouteTables.Entry(
      lane: 0, start: origin, end: origin + 50, origin: origin, firstPiece: 0, lastPiece: 0,
      isLaneChange: false, isFork: false, isJoin: false, isOverlapped: true)
  }

  /// Conflicts of two lanes that follow each other, the second of which ends before it starts.
  private func draft(_ entries: [RouteTables.Entry], from first: Int32) -> GroupDraft {
    func place(_ lane: Int32, _ way: Double) -> Double {
      entries[Int(first + lane)].origin + way
    }
    func mark(_ lane: Int32, _ way: Double) -> GroupDraft.Mark {
      GroupDraft.Mark(place: place(lane, way), entry: first + lane, way: way)
    }
    var draft = GroupDraft(place(0, 40.3), place(0, 47.1), first)
    draft.take(place(1, 5.7), place(1, -12.4), first + 1)
    draft.giveWay(mark(1, 50))
    draft.giveWay(mark(0, 50))
    draft.crossingEnd = draft.end
    return draft
  }

  /// Two routes lead through junctions of one shape, one after 100.1 m and the other one after
  /// 7.3 m: they share the shape, and where it is on each is the sum to the bit.
  @Test func groupsOfOneShapeShareIt() {
    var tables = RouteTables()
    tables.entries = [entry(100.1), entry(150.2), entry(7.3), entry(57.4)]
    var shapes = GroupShapes()
    tables.groups = [Int32(0), 2].map { shapes.add(draft(tables.entries, from: $0)) }
    tables.shapes = shapes.shapes
    #expect(tables.shapes.count == 1)
    #expect(tables.groups.map(\.shape) == [0, 0])
    #expect(tables.groups[0].hold == 100.1 + 40.3)
    #expect(tables.groups[1].end == 7.3 + 47.1)
    tables.withView { tables in
      #expect(tables.entries(of: 1) == 2..<4)
      #expect(tables.groups[1].low == 57.4 - 12.4 && tables.groups[1].high == 57.4 + 5.7)
      #expect(tables.yieldEnd(of: 0) == 150.2 + 50 + 6)
      #expect(tables.yieldEnd(of: 1) == 57.4 + 50 + 6)
    }
    // Another lane more is another shape; a crosswalk before it is not.
    var longer = draft(tables.entries, from: 0)
    longer.entries = 0..<3
    #expect(shapes.add(longer).shape == 1)
    tables.groups[0].holdsBeforeCrosswalk = true
    #expect(tables.groups[0].holdsBeforeCrosswalk && tables.groups[0].shape == 0)
    tables.groups[0].holdsBeforeCrosswalk = false
    #expect(!tables.groups[0].holdsBeforeCrosswalk)
  }

  /// Nobody gives way: no place behind which there should be room.
  @Test func whoGivesNoWayNeedsNoRoom() {
    var tables = RouteTables()
    tables.entries = [entry(10)]
    var shapes = GroupShapes()
    tables.groups = [shapes.add(GroupDraft(12, 12, 0))]
    tables.shapes = shapes.shapes
    tables.withView { #expect($0.yieldEnd(of: 0) == -.infinity) }
  }

  /// What caps allow is kept once, to the bit.
  @Test func allowancesAreKeptOnce() {
    var allowances = Allowances()
    let slow = RouteTables.Allowance(limit: 13.89, ease: 3)
    #expect(allowances.place(of: .all) == 0)
    #expect(allowances.place(of: slow) == 1)
    #expect(allowances.place(of: RouteTables.Allowance(limit: 13.89, ease: 3.0.nextUp)) == 2)
    #expect(allowances.place(of: slow) == 1)
    #expect(allowances.list.count == 3)
    #expect(MemoryLayout<RouteTables.Group>.stride == 48)
    #expect(MemoryLayout<RouteTables.Cap>.stride == 16)
  }
}
