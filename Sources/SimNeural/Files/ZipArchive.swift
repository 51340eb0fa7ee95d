import SimCore

/// Something wrong in a file and the byte where it stands.
struct FileFault: Error, Hashable {
  var message: String
  var place: Int
}

/// The members of a ZIP archive that are stored without compression, as PyTorch writes them.
struct ZipArchive {
  /// One file of the archive.
  struct Member {
    var name: String
    var data: ArraySlice<UInt8>
  }

  private(set) var members: [Member] = []

  /// Takes an archive apart; every offset and length of it is checked.
  init(_ bytes: [UInt8]) throws(FileFault) {
    func word(_ place: Int, _ size: Int) throws(FileFault) -> Int {
      guard place >= 0, place <= bytes.count - size else {
        throw FileFault(message: "the archive ends too early", place: bytes.count)
      }
      var value: UInt64 = 0
      for i in 0..<size { value |= UInt64(bytes[place + i]) << UInt64(8 * i) }
      guard let whole = Int(exactly: value) else {
        throw FileFault(message: "an impossible offset in the archive", place: place)
      }
      return whole
    }
    // The directory's end stands before a comment of at most 65535 bytes.
    var end = bytes.count - 22
    let lowest = max(0, end - 65_535)
    while end >= lowest, try word(end, 4) != 0x0605_4B50 { end -= 1 }
    guard end >= lowest else { throw FileFault(message: "not a ZIP archive", place: 0) }
    var count = try word(end + 10, 2)
    var place = try word(end + 16, 4)
    if count == 0xFFFF || place == 0xFFFF_FFFF, end >= 20, try word(end - 20, 4) == 0x0706_4B50 {
      // The 64-bit directory's end, by way of its locator.
      let wide = try word(end - 12, 8)
      guard try word(wide, 4) == 0x0606_4B50 else {
        throw FileFault(message: "the archive's directory is not where it should be", place: wide)
      }
      count = try word(wide + 32, 8)
      place = try word(wide + 48, 8)
    }
    // An entry takes at least 46 bytes.
    guard count <= bytes.count / 46 else {
      throw FileFault(message: "\(count) members in an archive of \(bytes.count) bytes", place: end)
    }
    var total = 0
    for _ in 0..<count {
      guard try word(place, 4) == 0x0201_4B50 else {
        throw FileFault(message: "a broken directory entry in the archive", place: place)
      }
      let method = try word(place + 10, 2)
      let sum = try word(place + 16, 4)
      var size = try word(place + 24, 4)
      let nameLength = try word(place + 28, 2)
      let extraLength = try word(place + 30, 2)
      let commentLength = try word(place + 32, 2)
      var local = try word(place + 42, 4)
      let extraEnd = place + 46 + nameLength + extraLength
      guard extraEnd + commentLength <= bytes.count,
        let name = String(
          validating: bytes[place + 46..<place + 46 + nameLength], as: UTF8.self)
      else { throw FileFault(message: "a broken directory entry in the archive", place: place) }
      if size == 0xFFFF_FFFF || local == 0xFFFF_FFFF {
        // 64-bit numbers follow in the extra field with tag 1, in this order.
        var field = place + 46 + nameLength
        while field + 4 <= extraEnd {
          let length = try word(field + 2, 2)
          guard try word(field, 2) == 1 else {
            field += 4 + length
            continue
          }
          field += 4
          if size == 0xFFFF_FFFF {
            size = try word(field, 8)
            field += try word(place + 20, 4) == 0xFFFF_FFFF ? 16 : 8
          }
          if local == 0xFFFF_FFFF { local = try word(field, 8) }
          break
        }
      }
      guard method == 0 else {
        throw FileFault(message: "member '\(name)' is compressed", place: place)
      }
      guard try word(local, 4) == 0x0403_4B50 else {
        throw FileFault(message: "member '\(name)' is not where it should be", place: local)
      }
      let start = local + 30 + (try word(local + 26, 2)) + (try word(local + 28, 2))
      guard size <= bytes.count, start <= bytes.count - size else {
        throw FileFault(message: "member '\(name)' ends after the archive", place: place)
      }
      // Members that lie over each other would be summed up many times.
      total += size
      guard total <= bytes.count else {
        throw FileFault(message: "members larger than the archive together", place: place)
      }
      let data = bytes[start..<start + size]
      guard CRC32.of(data) == UInt32(sum) else {
        throw FileFault(message: "member '\(name)' does not match its checksum", place: start)
      }
      members.append(Member(name: name, data: data))
      place = extraEnd + commentLength
    }
  }
}
