import ArgumentParser
import SimGeometry
import SimStack
import SimViewer

/// How the picture looks: its size, its layers and the camera.
struct LookOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Size of the picture, pixels.", valueName: "WxH"))
  var size = "1280x720"

  @Option(
    help: ArgumentHelp(
      "Layers: names alone (map,agents), or changes (+labels,-hud). "
        + FrameLayer.all.map(\.name).joined(separator: ", ") + ".", valueName: "list"))
  var layers: String?

  @Option(help: ArgumentHelp("Pixels a metre.", valueName: "scale"))
  var zoom: Double?

  @Option(help: "What the camera does: follow, fixed or all (the whole map).")
  var camera: String = "follow"

  @Option(help: ArgumentHelp("Place in the middle of a fixed camera, metres.", valueName: "x,y"))
  var at: String?

  @Flag(help: "The heading of the agent that the camera follows is up.")
  var headingUp = false

  @Option(help: ArgumentHelp("Agent to select.", valueName: "id"))
  var select: String?

  /// The state that these options ask for.
  func state() throws -> ViewerState {
    let parts = size.split(separator: "x").compactMap { Int($0) }
    guard parts.count == 2, parts.allSatisfy({ (64...8192).contains($0) }) else {
      throw ValidationError("--size is e.g. 1280x720, each from 64 to 8192 pixels")
    }
    var state = ViewerState(width: parts[0], height: parts[1])
    if let layers {
      guard let set = LayerSet(layers) else {
        throw ValidationError(
          "--layers '\(layers)': layers are "
            + FrameLayer.all.map(\.name).joined(separator: ", "))
      }
      state.layers = set
    }
    if let zoom {
      guard Camera.scales.contains(zoom) else {
        throw ValidationError("--zoom is between 0.05 and 80 pixels a metre")
      }
      state.camera.scale = zoom
    } else {
      // Ninety metres from top to bottom.
      state.camera.scale = Double(parts[1]) / 90
    }
    guard ["follow", "fixed", "all"].contains(camera) else {
      throw ValidationError("--camera is follow, fixed or all")
    }
    if let at {
      guard let place = LookOptions.place(at) else {
        throw ValidationError("--at is a place in metres, e.g. 120,-3.5, within 1e7 of the origin")
      }
      guard camera != "all" else {
        throw ValidationError("--at is a place to look at, --camera all the whole map: give one")
      }
      state.camera.mode = .fixed
      state.camera.centre = place
    }
    state.camera.isHeadingUp = headingUp
    return state
  }

  private static func place(_ text: String) -> Vector2? {
    let numbers = text.split(separator: ",").compactMap { Double($0) }
    guard numbers.count == 2, numbers.allSatisfy({ $0.magnitude <= Camera.farthest }) else {
      return nil
    }
    return Vector2(numbers[0], numbers[1])
  }

  /// What needs to know the episode.
  func place(_ state: inout ViewerState, _ show: Exhibit) throws {
    let header = show.record.header
    if let select {
      guard let row = header.ids.firstIndex(of: select) else {
        let some = header.ids.prefix(12).joined(separator: ", ")
        throw ValidationError(
          "--select \(select): there is no such agent, only \(some)"
            + (header.ids.count > 12 ? ", ..." : ""))
      }
      state.selected = row
    }
    if camera == "all" {
      state.showAll(of: show)
      if let zoom { state.camera.scale = zoom }
    } else if camera == "fixed", at == nil {
      state.camera.centre = state.view(of: show).centre
      state.camera.mode = .fixed
    }
  }
}
