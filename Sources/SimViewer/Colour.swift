/// A colour in 8-bit sRGB with opacity, not premultiplied.
@frozen
public struct Colour: Hashable, Sendable {
  /// 0 to 255, gamma-coded as sRGB.
  public var red: UInt8
  /// 0 to 255, gamma-coded as sRGB.
  public var green: UInt8
  /// 0 to 255, gamma-coded as sRGB.
  public var blue: UInt8
  /// 255 is opaque.
  public var alpha: UInt8

  /// A colour by its parts; opaque unless told otherwise.
  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8, alpha: UInt8 = 255) {
    self.red = red
    self.green = green
    self.blue = blue
    self.alpha = alpha
  }

  /// A colour from its hexadecimal number, e.g. `0xE69F00`.
  public init(hex: UInt32, alpha: UInt8 = 255) {
    self.init(
      UInt8(hex >> 16 & 255), UInt8(hex >> 8 & 255), UInt8(hex & 255), alpha: alpha)
  }

  /// The same colour with another opacity.
  public func with(alpha: UInt8) -> Colour { Colour(red, green, blue, alpha: alpha) }

  /// A mix with another colour: 0 gives this one, 1 the other.
  public func mixed(with other: Colour, _ share: Double) -> Colour {
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8(min(max((Double(a) + (Double(b) - Double(a)) * share).rounded(), 0), 255))
    }
    return Colour(
      mix(red, other.red), mix(green, other.green), mix(blue, other.blue),
      alpha: mix(alpha, other.alpha))
  }

  /// No light.
  public static let black = Colour(0, 0, 0)
  /// All light.
  public static let white = Colour(255, 255, 255)
}
