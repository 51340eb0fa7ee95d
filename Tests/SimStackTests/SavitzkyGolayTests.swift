import SimStack
import Testing

@Suite struct SavitzkyGolayTests {
  static let input = [
    0, 0.1, 0.3, 0.6, 1, 1.4, 1.7, 1.9, 2, 2, 1.9, 1.6, 1.2, 0.7, 0.2, -0.4, -1, -1.5, -1.8, -2,
  ]

  /// Values of SciPy's `savgol_filter`, mode `interp`, for the filters of nuPlan's metrics.
  @Test func smoothingAndItsSlopeMatchSciPy() throws {
    let smooth = try #require(
      SavitzkyGolay(window: 8, order: 2).filtered(Self.input, spacing: 0.1))
    let expected = [
      -0.08333333, 0.14285714, 0.39285714, 0.66666667, 1.1875, 1.534375, 1.803125, 1.971875,
      2.021875, 1.95, 1.740625, 1.4125, 0.975, 0.446875, -0.13125, -0.70625, -0.94166667, -1.375,
      -1.75833333, -2.09166667,
    ]
    for (a, b) in zip(smooth, expected) { #expect((a - b).magnitude < 5.1e-9) }
    let rounded = smooth.map { ($0 * 1e8).rounded() / 1e8 }
    let slope = try #require(
      SavitzkyGolay(window: 15, order: 2, derivative: 1).filtered(rounded, spacing: 0.1))
    let slopes = [
      6.3658985, 5.5079748, 4.6500511, 3.7921274, 2.9342037, 2.07628001, 1.21835631, 0.36043261,
      -0.41249468, -1.15740327, -1.90048363, -2.59802827, -3.14348958, -3.63753215, -4.13157472,
      -4.62561729, -5.11965986, -5.61370243, -6.107745, -6.60178757,
    ]
    for (a, b) in zip(slope, slopes) { #expect((a - b).magnitude < 1e-7) }
  }

  /// Heading 0.02 k^1.5: yaw rate and acceleration as SciPy gives them.
  @Test func yawFiltersMatchSciPy() throws {
    let heading = (0..<20).map { 0.02 * Double($0) * Double($0).squareRoot() }
    let rate = try #require(
      SavitzkyGolay(window: 5, order: 2, derivative: 1).filtered(heading, spacing: 0.1))
    for (a, b) in zip(rate, [0.166952, 0.28543752, 0.40392305, 0.51064505, 0.5944242]) {
      #expect((a - b).magnitude < 1e-8)
    }
    let acceleration = try #require(
      SavitzkyGolay(window: 5, order: 3, derivative: 2).filtered(heading, spacing: 0.1))
    for (a, b) in zip(acceleration, [1.96946493, 1.57716008, 1.18485524, 0.89712794, 0.76406824]) {
      #expect((a - b).magnitude < 1e-8)
    }
  }

  /// A polynomial of the filter's degree passes an odd window unchanged, everywhere: 1 - 2t + 3t^2
  /// with the slope 6t - 2 and the second derivative 6.
  @Test(arguments: [3, 5, 7, 11, 15])
  func polynomialsPassOddWindows(_ window: Int) throws {
    let times = (0..<20).map { 0.25 * Double($0) }
    let samples = times.map { 1 - 2 * $0 + 3 * $0 * $0 }
    for derivative in 0...2 {
      let filter = SavitzkyGolay(window: window, order: 2, derivative: derivative)
      let filtered = try #require(filter.filtered(samples, spacing: 0.25))
      for (t, value) in zip(times, filtered) {
        let exact = [1 - 2 * t + 3 * t * t, 6 * t - 2, 6][derivative]
        #expect((value - exact).magnitude < 1e-9)
      }
    }
  }

  /// An even window gives the line half a sample ahead, inside; at its ends the line itself.
  @Test func evenWindowsLeadByHalfASample() throws {
    let samples = (0..<12).map(Double.init)
    let filtered = try #require(SavitzkyGolay(window: 4, order: 1).filtered(samples, spacing: 1))
    for (i, value) in filtered.enumerated() {
      let isInside = i >= 2 && i < 10
      #expect((value - (Double(i) + (isInside ? 0.5 : 0))).magnitude < 1e-12)
    }
  }

  @Test func windowsNeedTheirSamples() {
    #expect(SavitzkyGolay(window: 8, order: 2).filtered([1, 2, 3], spacing: 1) == nil)
    #expect(SavitzkyGolay(window: 3, order: 3).filtered([1, 2, 3], spacing: 1) == nil)
    #expect(SavitzkyGolay(window: 8, order: 2).fitting(3).window == 3)
    #expect(SavitzkyGolay(window: 1, order: 0).filtered([], spacing: 1) == nil)
  }
}
