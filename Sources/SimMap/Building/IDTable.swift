/// Places of elements by their ids: a hash table with linear probing, made for some hundred short
/// texts that are entered once and looked up a few times. Nothing walks through it.
struct IDTable: Sendable {
  private var ids: [String] = []
  /// Of each id; negative: it was taken out.
  private var places: [Int] = []
  private var hashes: [UInt32] = []
  /// Index into `ids` plus one; 0: free. A power of two of them, at most half of them taken.
  private var slots: [Int32] = []

  init(reservingCapacity count: Int = 0) {
    if count > 0 { reserveCapacity(count) }
  }

  mutating func reserveCapacity(_ count: Int) {
    ids.reserveCapacity(count)
    places.reserveCapacity(count)
    hashes.reserveCapacity(count)
    var size = 8
    while size < 2 * count { size *= 2 }
    if size > slots.count { resize(to: size) }
  }

  /// The place of an id; nil if there is none.
  subscript(id: String) -> Int? {
    guard let index = find(id, IDTable.hash(id)), places[index] >= 0 else { return nil }
    return places[index]
  }

  /// Enters or replaces the place of an id.
  ///
  /// - Returns: the place that it had before.
  @discardableResult
  mutating func updateValue(_ place: Int, forKey id: String) -> Int? {
    let hash = IDTable.hash(id)
    if let index = find(id, hash) {
      let earlier = places[index]
      places[index] = place
      return earlier >= 0 ? earlier : nil
    }
    insert(id, hash, place)
    return nil
  }

  /// The place of an id; it is entered at `place` if there is none.
  mutating func place(of id: String, orEntering place: Int) -> Int {
    let hash = IDTable.hash(id)
    guard let index = find(id, hash) else {
      insert(id, hash, place)
      return place
    }
    if places[index] < 0 { places[index] = place }
    return places[index]
  }

  /// Takes an id out.
  mutating func removeValue(forKey id: String) {
    if let index = find(id, IDTable.hash(id)) { places[index] = -1 }
  }

  private mutating func insert(_ id: String, _ hash: UInt32, _ place: Int) {
    ids.append(id)
    places.append(place)
    hashes.append(hash)
    if 2 * ids.count > slots.count {
      resize(to: max(8, 2 * slots.count))
    } else {
      enter(ids.count - 1)
    }
  }

  private mutating func resize(to size: Int) {
    slots = [Int32](repeating: 0, count: size)
    for index in ids.indices { enter(index) }
  }

  private mutating func enter(_ index: Int) {
    let mask = slots.count - 1
    var slot = Int(hashes[index]) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = Int32(index + 1)
  }

  /// Index of an id in `ids`; nil if it was never entered.
  private func find(_ id: String, _ hash: UInt32) -> Int? {
    if slots.isEmpty { return nil }
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if hashes[index] == hash, ids[index] == id { return index }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Eight bytes at a time, mixed by multiplication.
  private static func hash(_ id: String) -> UInt32 {
    // (Swift's own texts always have their bytes in one piece: nothing is copied.)
    id.utf8.withContiguousStorageIfAvailable { hash(of: $0) }
      ?? Array(id.utf8).withUnsafeBufferPointer { hash(of: $0) }
  }

  private static func hash(of bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let raw = UnsafeRawBufferPointer(bytes)
    var hash = UInt64(truncatingIfNeeded: raw.count)
    var all: UInt64 = 0
    var i = 0
    while i < raw.count {
      var word: UInt64 = 0
      if i + 8 <= raw.count {
        word = raw.loadUnaligned(fromByteOffset: i, as: UInt64.self)
      } else {
        for k in i..<raw.count { word = word << 8 | UInt64(raw[k]) }
      }
      all |= word
      hash = mixed(hash, word)
      i += 8
    }
    if all & 0x8080_8080_8080_8080 != 0 { hash = hashOfDigits(bytes) }
    return UInt32(truncatingIfNeeded: hash >> 32 ^ hash)
  }

  private static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
    return product ^ product >> 29
  }

  /// Beyond ASCII texts may be equal without having the same bytes; digits they share.
  private static func hashOfDigits(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0
    for byte in bytes where byte >= 0x30 && byte <= 0x39 { hash = mixed(hash, UInt64(byte)) }
    return hash
  }
}
