import SimCore
import Testing

/// Known answers of XXH64 with seed 0, and the properties that make the hashes usable as keys.
@Suite struct StableHashTests {
  @Test(
    arguments: [
      ("", 0xef46_db37_51d8_e999), ("a", 0xd24e_c4f1_a98c_6e5b), ("abc", 0x44bc_2cf5_ad77_0999),
      // 39 characters: one stripe of 32 bytes, a half word and three bytes.
      ("Nobody inspects the spammish repetition", 0xfbce_a83c_8a37_8bf1),
    ] as [(String, UInt64)])
  func knownAnswers(text: String, hash: UInt64) {
    #expect(StableHash.of(text) == hash)
    #expect(StableHash.of(bytes: Array(text.utf8)) == hash)
    #expect(StableHash.of(bytes: AnyCollection(Array(text.utf8))) == hash)
  }

  @Test func sequencesOfValuesDoNotRunIntoEachOther() {
    func hash(_ combine: (inout StableHasher) -> Void) -> UInt64 {
      var hasher = StableHasher()
      combine(&hasher)
      return hasher.value
    }
    let hashes = [
      hash { _ in },
      hash { $0.combine("") },
      hash {
        $0.combine("ab")
        $0.combine("c")
      },
      hash {
        $0.combine("a")
        $0.combine("bc")
      },
      hash { $0.combine("abc") },
      hash { $0.combine("abc\0") },
      hash { $0.combine(1) },
      hash { $0.combine(UInt64(1)) },
      hash { $0.combine(true) },
      hash { $0.combine(1.0) },
      hash { $0.combine(Double.leastNonzeroMagnitude) },
      hash { $0.combine(nil as Double?) },
      hash {
        $0.combine(nil as Double?)
        $0.combine(nil as String?)
      },
    ]
    #expect(Set(hashes).count == hashes.count)
    #expect(hash { $0.combine(-0.0) } == hash { $0.combine(0.0) })
  }

  @Test func anotherSeedGivesAnotherHash() {
    var a = StableHasher(seed: 1)
    var b = StableHasher(seed: 2)
    a.combine("x")
    b.combine("x")
    #expect(a.value != b.value)
  }
}
