/// Which places of an image every place of a convolution's result reads. An image with one row is a
/// sequence: the window then runs over time.
public struct ConvolutionWindow: Hashable, Sendable {
  /// Rows and columns of the kernel.
  public var rows: Int, columns: Int
  /// Places from one window to the next, both ways.
  public var stride = 1
  /// Places from one element of the kernel to the next, both ways.
  public var dilation = 1
  /// Zeros around the image.
  public var top = 0, bottom = 0, left = 0, right = 0

  /// A window over an image, without zeros around it.
  public init(rows: Int, columns: Int) {
    precondition(rows > 0 && columns > 0, "a kernel has elements")
    self.rows = rows
    self.columns = columns
  }

  /// A window over time that ends at its place: results never read what comes later.
  public static func causal(_ length: Int, dilation: Int = 1) -> ConvolutionWindow {
    var window = ConvolutionWindow(rows: 1, columns: length)
    window.dilation = dilation
    window.left = (length - 1) * dilation
    return window
  }

  /// The size of the result for an image of some size; 0 where no window fits.
  public func size(height: Int, width: Int) -> (height: Int, width: Int) {
    func count(_ length: Int, _ kernel: Int) -> Int {
      let room = length - dilation * (kernel - 1) - 1
      return room < 0 ? 0 : room / stride + 1
    }
    return (count(height + top + bottom, rows), count(width + left + right, columns))
  }

  /// For every image, place of the result and element of the kernel the row that is read; -1: a
  /// zero.
  ///
  /// - Parameter images: of the same size, one after the other.
  func places(images: Int, height: Int, width: Int) -> [Int32] {
    precondition(stride > 0 && dilation > 0, "steps forward")
    let size = size(height: height, width: width)
    var places: [Int32] = []
    places.reserveCapacity(images * size.height * size.width * rows * columns)
    for image in 0..<images {
      for y in 0..<size.height {
        for x in 0..<size.width {
          for row in 0..<rows {
            for column in 0..<columns {
              let v = y * stride - top + row * dilation
              let u = x * stride - left + column * dilation
              let isInside = v >= 0 && v < height && u >= 0 && u < width
              places.append(isInside ? Int32((image * height + v) * width + u) : -1)
            }
          }
        }
      }
    }
    return places
  }
}

/// A convolution (cross-correlation, as networks mean the word) over sequences or images whose
/// places are rows of channels: the window's rows beside each other, times the kernel.
///
/// The shipped forecaster has none; it is for networks of one's own, over time or over pictures.
public struct Convolution<Engine: TensorEngine> {
  /// What every place of the result reads.
  public let window: ConvolutionWindow
  let linear: Linear<Engine>

  /// The layer whose parameters are `name.weight` [outputs, rows * columns * channels], elements of
  /// the kernel row by row and channels fastest, and `name.bias` [outputs].
  public init(_ engine: inout Engine, _ name: String, _ window: ConvolutionWindow) {
    self.window = window
    linear = Linear(&engine, name)
  }

  /// The result [images * height * width of `window.size`, outputs].
  ///
  /// - Parameter x: places of images of one size [images * height * width, channels].
  public func callAsFunction(
    _ engine: inout Engine, _ x: Engine.Value, images: Int = 1, height: Int = 1, width: Int,
    clamped: Bool = false
  ) -> Engine.Value {
    precondition(engine.tensor(x).rows == images * height * width, "all places of all images")
    let places = window.places(images: images, height: height, width: width)
    return linear(
      &engine, engine.unfold(x, places, columns: window.rows * window.columns), clamped: clamped)
  }
}
