import Foundation
import TestSupport
import Testing

/// A counter that always says 0 would prove everything: this one counts.
@Suite(.enabled(if: AllocationCounter.isAvailable, "needs the GNU C library"))
struct AllocationCounterTests {
  private final class Node {
    var value: Int
    init(_ value: Int) { self.value = value }
  }

  @Test(arguments: [0, 1, 10, 1000])
  func everyObjectIsOneAllocation(objects: Int) {
    var nodes: [Node] = []
    nodes.reserveCapacity(objects)
    let count = AllocationCounter.count {
      for i in 0..<objects { nodes.append(Node(i)) }
    }
    #expect(count == objects)
    #expect(nodes.count == objects)
  }

  @Test func arithmeticOnAnArrayInPlaceAllocatesNothing() {
    var values = (0..<1000).map(Double.init)
    let count = AllocationCounter.count {
      values.withUnsafeMutableBufferPointer { values in
        for i in values.indices { values[i] = values[i] * 1.5 + Double(i).squareRoot() }
      }
    }
    #expect(count == 0)
    #expect(values[999] > 1498)
  }

  @Test func aGrowingArrayAllocatesAFewTimes() {
    var values: [Double] = []
    let count = AllocationCounter.count {
      for i in 0..<1000 { values.append(Double(i)) }
    }
    // Doubling from 2 or so up to 1,000.
    #expect((5...20).contains(count))
    #expect(values.count == 1000)
  }

  @Test func everyWayOfAllocatingCounts() throws {
    func isCounted(_ allocate: () -> UnsafeMutableRawPointer?) throws {
      var memory: UnsafeMutableRawPointer?
      #expect(AllocationCounter.count { memory = allocate() } == 1)
      try #require(memory).storeBytes(of: 1, as: UInt8.self)
      free(memory)
    }
    try isCounted { malloc(100) }
    try isCounted { calloc(10, 10) }
    try isCounted { realloc(nil, 100) }
    try isCounted { aligned_alloc(64, 128) }
    try isCounted {
      var memory: UnsafeMutableRawPointer?
      return posix_memalign(&memory, 256, 100) == 0 ? memory : nil
    }
    let old = malloc(10)
    try isCounted { realloc(old, 100_000) }
    // Swift's own way to memory of a wide alignment.
    let count = AllocationCounter.count {
      UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64).deallocate()
    }
    #expect(count == 1)
  }

  @Test func alignedMemoryIsAlignedAndBadAlignmentsFail() throws {
    var memory: UnsafeMutableRawPointer?
    for alignment in [8, 16, 64, 4096] {
      #expect(posix_memalign(&memory, alignment, 24) == 0)
      #expect(UInt(bitPattern: memory) % UInt(alignment) == 0)
      free(memory)
    }
    for alignment in [0, 4, 24] { #expect(posix_memalign(&memory, alignment, 24) == EINVAL) }
  }

  /// Memory that a test keeps, so that no compiler may leave its allocation out.
  private final class Keeper: @unchecked Sendable {
    private let slots = UnsafeMutableBufferPointer<UnsafeMutableRawPointer?>.allocate(capacity: 100)
    private var count = 0

    func allocate() {
      slots[count] = malloc(16 + count)
      count += 1
    }

    deinit {
      for i in 0..<count { free(slots[i]) }
      slots.deallocate()
    }
  }

  @Test func otherThreadsDoNotCount() {
    let keeper = Keeper()
    let start = DispatchSemaphore(value: 0)
    let end = DispatchSemaphore(value: 0)
    let there = HandedNumber()
    let thread = Thread {
      start.wait()
      there.value = AllocationCounter.count { for _ in 0..<100 { keeper.allocate() } }
      end.signal()
    }
    thread.start()
    let here = AllocationCounter.count {
      start.signal()
      end.wait()
    }
    #expect(here == 0)
    #expect(there.value == 100)
  }

  /// A number handed from one thread to another, which a semaphore keeps apart in time.
  private final class HandedNumber: @unchecked Sendable {
    var value = 0
  }

  /// What was freed before does not change how far an array grows, and so how often. Blocks of
  /// 1,088 bytes are free, each with one in use behind it; an array of 128 numbers asks for
  /// 32 + 8 * 128 = 1,056, which makes a block of 1,072 with its head, and is given a free one
  /// whole, since the 16 left are too few for a block. It has 1,064 bytes, so 129 numbers, not the
  /// 131 of the whole.
  @Test func capacitiesDoNotHangOnTheHeap() {
    let blocks = (0..<200).map { _ in malloc(1080) }
    for i in stride(from: 0, to: 200, by: 2) { free(blocks[i]) }
    var arrays: [[Double]] = []
    for _ in 0..<150 {
      var array: [Double] = []
      array.reserveCapacity(128)
      arrays.append(array)
    }
    #expect(arrays.allSatisfy { $0.capacity == 129 }, "\(Set(arrays.map(\.capacity)))")
    for i in stride(from: 1, to: 200, by: 2) { free(blocks[i]) }
  }

  @Test func countsNest() {
    let keeper = Keeper()
    var inner = 0
    let outer = AllocationCounter.count {
      keeper.allocate()
      inner = AllocationCounter.count { keeper.allocate() }
    }
    #expect(inner == 1)
    #expect(outer == 2)
  }
}
