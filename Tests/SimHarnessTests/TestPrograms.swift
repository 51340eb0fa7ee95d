import Foundation
import SimCore
import SimStack
import StackTestSupport
import TestSupport
import Testing

@testable import SimHarness

/// Planning programs for tests, in Python with and without the client.
enum TestPrograms {
  /// The folder of the client and its example.
  static var folder: URL { SharedData.packageRoot.appending(path: "assets/python") }

  static var laneFollower: [String] { ["python3", folder.path + "/lane_follower.py"] }

  /// A program without the client, which answers `hello` and `episode` as it should.
  ///
  /// - Parameter plan: what it does at a plan; `q` is the question, `say` answers.
  static func plain(_ plan: String, hello: String? = nil) -> [String] {
    let text = """
      import json, os, signal, sys, time
      def say(**answer): print(json.dumps(answer), flush=True)
      for line in sys.stdin:
          q = json.loads(line)
          if q["type"] == "hello":
              \(hello ?? "say(type='hello', protocol=1)")
          elif q["type"] == "episode":
              say(type="ready")
          else:
              e = q["ego"]
              v = e["speed"]
              rows = [[k / 10, e["x"] + k / 10 * v, e["y"], 0.0, v] for k in range(30)]
              \(plan)
      """
    return ["python3", "-c", text]
  }

  /// One with the client.
  static func client(_ body: String) -> [String] {
    let text = """
      import sys
      sys.path.insert(0, "\(folder.path)")
      import provingground as pg
      \(body)
      """
    return ["python3", "-c", text]
  }

  /// A planner that asks a program.
  static func planner(
    _ command: [String], _ more: [String: ParameterValues.Value] = [:],
    setup: DrivingSetup = TestScenes.setup(TestRoads.straight())
  ) throws -> any Planner {
    let entry = ExternalPlanner.entry
    var values: [String: ParameterValues.Value] = ["command": .text(CommandWords.join(command))]
    values.merge(more) { $1 }
    return try entry.make(ParameterValues(entry.schema, overriding: values), setup)
  }
}
