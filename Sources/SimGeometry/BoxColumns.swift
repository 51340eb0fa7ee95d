/// Many oriented boxes as one array a number, for overlap tests in batches.
///
/// The kernels do in four lanes exactly what `OrientedBox.overlaps` does, operation by operation:
/// every answer equals the scalar one to the bit.
public struct BoxColumns: Sendable {
  /// x of the centres, metres.
  public private(set) var centreX: [Double] = []
  /// y of the centres, metres.
  public private(set) var centreY: [Double] = []
  /// x of the unit vectors along the lengths.
  public private(set) var directionX: [Double] = []
  /// y of the unit vectors along the lengths.
  public private(set) var directionY: [Double] = []
  /// Half of the lengths, metres.
  public private(set) var halfLength: [Double] = []
  /// Half of the widths, metres.
  public private(set) var halfWidth: [Double] = []

  /// No boxes.
  public init() {}

  /// The columns of some boxes, in their order.
  public init(_ boxes: some Sequence<OrientedBox>) {
    for box in boxes { append(box) }
  }

  /// Number of boxes.
  public var count: Int { centreX.count }

  /// Adds a box behind the others.
  public mutating func append(_ box: OrientedBox) {
    centreX.append(box.centre.x)
    centreY.append(box.centre.y)
    directionX.append(box.direction.x)
    directionY.append(box.direction.y)
    halfLength.append(box.halfLength)
    halfWidth.append(box.halfWidth)
  }

  /// Replaces the box at a place.
  public mutating func replace(at index: Int, with box: OrientedBox) {
    centreX[index] = box.centre.x
    centreY[index] = box.centre.y
    directionX[index] = box.direction.x
    directionY[index] = box.direction.y
    halfLength[index] = box.halfLength
    halfWidth[index] = box.halfWidth
  }

  /// Removes all boxes and keeps the memory.
  public mutating func removeAll() {
    centreX.removeAll(keepingCapacity: true)
    centreY.removeAll(keepingCapacity: true)
    directionX.removeAll(keepingCapacity: true)
    directionY.removeAll(keepingCapacity: true)
    halfLength.removeAll(keepingCapacity: true)
    halfWidth.removeAll(keepingCapacity: true)
  }

  /// Lends all columns as pointers.
  func withPointers<R>(_ body: (BoxPointers) -> R) -> R {
    centreX.withUnsafeBufferPointer { x in
      centreY.withUnsafeBufferPointer { y in
        directionX.withUnsafeBufferPointer { ux in
          directionY.withUnsafeBufferPointer { uy in
            halfLength.withUnsafeBufferPointer { length in
              halfWidth.withUnsafeBufferPointer { width in
                body(BoxPointers(x: x, y: y, ux: ux, uy: uy, length: length, width: width))
              }
            }
          }
        }
      }
    }
  }
}
