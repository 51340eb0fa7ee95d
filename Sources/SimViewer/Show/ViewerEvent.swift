public import SimGeometry

/// Something that a person does to the viewer.
public enum ViewerEvent: Hashable, Sendable {
  /// A key that is no character.
  public enum Key: Hashable, Sendable {
    /// The arrow that points to the left, and so on.
    case left, right, up, down, home, end, tab, escape, enter
    /// A character as it is typed.
    case character(Character)
  }

  /// Keys held down with another.
  public struct Modifiers: OptionSet, Hashable, Sendable {
    /// One bit a key.
    public let rawValue: Int

    /// The keys of some bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Shift.
    public static let shift = Modifiers(rawValue: 1)
    /// Control.
    public static let control = Modifiers(rawValue: 2)
  }

  /// A key goes down.
  case key(Key, Modifiers)
  /// The mouse's button goes down at a pixel.
  case press(Vector2)
  /// The mouse moves to a pixel.
  case move(Vector2)
  /// The button goes up at a pixel.
  case release(Vector2)
  /// The wheel turns at a pixel; positive: away from the person.
  case wheel(Vector2, Double)
  /// The picture gets another size, pixels.
  case resize(Int, Int)
}

/// What the viewer asks of the program around it.
public enum ViewerRequest: Hashable, Sendable {
  /// To end.
  case quit
  /// To save the picture.
  case save
  /// To run the episode again, the same up to the present tick and then with another choice.
  case branch(tick: Int, choice: String)
}
