import Synchronization

/// Room for an object that is made when somebody first asks for it; of several that are made at the
/// same time one is kept.
///
/// (As `AtomicLazyReference`, of which the compiler makes calls of generic code.)
struct MadeOnce<Object: AnyObject & Sendable>: ~Copyable, Sendable {
  /// Its address; 0: it is not there yet.
  private let address = Atomic<UInt>(0)

  deinit {
    let address = address.load(ordering: .acquiring)
    guard let pointer = UnsafeRawPointer(bitPattern: address) else { return }
    Unmanaged<Object>.fromOpaque(pointer).release()
  }

  /// The object; nil: it has not been made yet.
  @inline(__always)
  var object: Object? {
    guard let pointer = UnsafeRawPointer(bitPattern: address.load(ordering: .acquiring)) else {
      return nil
    }
    return Unmanaged<Object>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// Keeps an object, unless somebody has been faster.
  ///
  /// - Returns: the one that is kept.
  func keep(_ object: Object) -> Object {
    let mine = Unmanaged.passRetained(object)
    let (isKept, known) = address.compareExchange(
      expected: 0, desired: UInt(bitPattern: mine.toOpaque()), ordering: .acquiringAndReleasing)
    if isKept { return object }
    mine.release()
    guard let pointer = UnsafeRawPointer(bitPattern: known) else { return object }
    return Unmanaged<Object>.fromOpaque(pointer).takeUnretainedValue()
  }
}
