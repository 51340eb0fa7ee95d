public import SimGeometry

extension AgentTable.Columns {
  /// The box of a row, from its cached unit direction.
  @inlinable
  public func box(_ row: Int) -> OrientedBox {
    OrientedBox(
      centre: Vector2(x[row], y[row]), heading: heading[row],
      direction: Vector2(directionX[row], directionY[row]), length: length[row], width: width[row])
  }
}

extension AgentTable {
  /// The box of a row, from its cached unit direction.
  @inlinable
  public func box(_ row: Int) -> OrientedBox {
    OrientedBox(
      centre: Vector2(x[row], y[row]), heading: heading[row],
      direction: Vector2(directionX[row], directionY[row]), length: lengths[row], width: widths[row]
    )
  }
}
