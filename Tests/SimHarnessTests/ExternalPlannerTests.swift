import Foundation
import Glibc
import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import StackTestSupport
import Testing

@testable import SimHarness

/// Planning programs: what they get, what counts of their answers, and what their faults come to.
@Suite(.serialized) struct ExternalPlannerTests {
  static let map = TestRoads.straight()
  static let scene = TestScenes.scene(
    map, ego: TestScenes.ego(x: 50, speed: 10), tracks: [TestScenes.car(3, x: 70, speed: 5)])

  private func plan(
    _ planner: inout any Planner, _ scene: Scene = Self.scene, _ forecast: Forecast = .none
  ) throws -> Trajectory {
    try planner.plan(scene, forecast, in: TestScenes.context(scene))
  }

  private func failure(
    _ command: [String], _ more: [String: ParameterValues.Value] = [:]
  ) -> String {
    do {
      var planner = try TestPrograms.planner(command, more)
      _ = try plan(&planner)
      return "none"
    } catch {
      return (error as? StageFailure)?.reason ?? "\(error)"
    }
  }

  /// The bits of a number go there and back.
  @Test func plansComeBackAsTheyWereMade() throws {
    var planner = try TestPrograms.planner(
      TestPrograms.plain(
        """
        rows = [[0, 1e-3, -0.1, 0.3, 7], [0.25, 50/3, 2e22, -3.0, 0.0]]
                say(type='plan', tick=q['tick'], more={'a': [1, {'b': None}]}, trajectory=rows)
        """))
    let points = try plan(&planner).points
    #expect(points.map(\.timeMicroseconds) == [0, 250_000])
    #expect(points[0].pose.position.x == 1e-3 && points[0].pose.position.y == -0.1)
    #expect(points[0].pose.heading == 0.3 && points[0].speed == 7)
    #expect(points[1].pose.position.x == 50.0 / 3 && points[1].pose.position.y == 2e22)
    #expect(!planner.readsForecast)
  }

  /// A plan that begins later begins where the vehicle is.
  @Test func theStateNowIsPutBeforeALaterStart() throws {
    var planner = try TestPrograms.planner(
      TestPrograms.plain("say(type='plan', tick=0, trajectory=[[0.1, 1, 2, 0, 3, 0.5]])"))
    let points = try plan(&planner).points
    #expect(points.map(\.timeMicroseconds) == [0, 100_000])
    #expect(points[0].pose == Self.scene.ego.pose && points[1].acceleration == 0.5)
  }

  /// Each fault of a program with the words of its outcome.
  static let faults: [(plan: String, reason: String)] = [
    ("sys.exit(3)", "the program ended (exit code 3)"),
    (
      "1 / 0",
      "the program ended (exit code 1); it said: "
    ),
    ("os.kill(os.getpid(), signal.SIGSEGV)", "the program ended (signal 11)"),
    ("os.close(1); time.sleep(60)", "the program closed its standard output"),
    ("print('hello there', flush=True)", "the program answered what is no JSON: 'hello there'"),
    ("print('{\"type\": \"plan\"', flush=True)", "the program answered what is no JSON"),
    ("say(type='plan', tick=0)", "the program answered a plan without a trajectory"),
    (
      "say(type='plan', tick=7, trajectory=rows)",
      "the program answered a plan for tick 7, not for 0"
    ),
    ("say(type='plan', trajectory=rows)", "the program answered a plan for tick none, not for 0"),
    ("say(type='ready')", "the program answered ready, not a plan"),
    ("say(kind='plan')", "the program answered without a type"),
    ("say(type='go')", "the program answered with an unknown type 'go'"),
    (
      "rows[2][1] = float('nan'); say(type='plan', tick=0, trajectory=rows)",
      "the program answered point 2 with 'NaN', which is no number"
    ),
    (
      "rows[2][1] = float('-inf'); say(type='plan', tick=0, trajectory=rows)",
      "the program answered point 2 with '-Infinity', which is no number"
    ),
    (
      "print('{\"type\":\"plan\",\"tick\":0,\"trajectory\":[[0,1e999,0,0,0]]}', flush=True)",
      "the program answered point 0 with a number that is infinite"
    ),
    (
      "rows[2][1] = None; say(type='plan', tick=0, trajectory=rows)",
      "the program answered point 2 with 'null', which is no number"
    ),
    (
      "rows[2].pop(); say(type='plan', tick=0, trajectory=rows)",
      "the program answered point 2 with 4 numbers, not 5 or 6"
    ),
    (
      "rows[2] += [1]; say(type='plan', tick=0, trajectory=rows)",
      "the program answered point 2 with 6 numbers, others have 5"
    ),
    (
      "rows[0] += [1, 2, 3]; say(type='plan', tick=0, trajectory=rows)",
      "the program answered point 0 with more than 6 numbers"
    ),
    (
      "say(type='plan', tick=0, trajectory={'a': 1})",
      "the program answered a trajectory that is no list"
    ),
    (
      "say(type='plan', tick=0, trajectory=[1, 2])",
      "the program answered point 0 that is no list of numbers"
    ),
    (
      "say(type='plan', tick=0, trajectory=[])",
      "the program's plan is wrong: a plan needs at least 2 points, this one has 0"
    ),
    (
      "rows[2][0] = 0; say(type='plan', tick=0, trajectory=rows)",
      "the program's plan is wrong: times of the plan do not increase at point 2"
    ),
    (
      "rows[0][0] = -1; say(type='plan', tick=0, trajectory=rows)",
      "the program answered point 0 at -1.0 s from now"
    ),
    (
      "rows[1][0] = 1e300; say(type='plan', tick=0, trajectory=rows)",
      "the program answered point 1 at 1e+300 s from now"
    ),
    (
      "say(type='plan', tick=0, trajectory=rows * 400)",
      "the program answered a plan of more than 10000 points"
    ),
    ("print('x' * 5000000, flush=True)", "the program answered a line of more than 4 MiB"),
    ("print('[' * 100000, flush=True)", "the program answered what is no JSON"),
    (
      "print('{\"a\":' + '[' * 100000, flush=True)", "the program answered what is no JSON"
    ),
    ("print('\\0' * 9, flush=True)", "the program answered what is no JSON"),
    ("sys.stdout.buffer.write(bytes(range(128, 256)) + b'\\n'); sys.stdout.flush()",
      "the program answered what is no JSON"),
    (
      "print('{}\\n{}', flush=True)",
      "the program answered more than the one line that was asked for"
    ),
    ("say(type='error', message='no way\\nthrough')", "the program failed: no way through"),
    ("time.sleep(60)", "no answer within 0.5 s"),
    ("while True: sys.stderr.write('x' * 9999 + '\\n')", "no answer within 0.5 s; it said: xxx"),
    ("sys.stderr.write('a\\nb\\nlast\\x1b[1m words\\n'); sys.exit(1)",
      "the program ended (exit code 1); it said: a | b | last [1m words"),
  ]

  /// What a program says too late for its own episode costs no other one: it is not asked again.
  @Test func whoSaysMoreThanAskedIsNotUsedAgain() throws {
    let loud = try PlannerProgram(["sh", "-c", "echo more; cat"], showsErrors: false)
    for _ in 0..<5_000 where loud.isQuiet { usleep(1_000) }
    #expect(!loud.isQuiet && loud.isAlive)
    ProgramPool.shared.give(ReadyProgram(program: loud, wantsForecasts: false))
    #expect(ProgramPool.shared.take(loud.command) == nil)
    #expect(!loud.isAlive)
    // Who only waits is.
    let quiet = try PlannerProgram(["sh", "-c", "cat"], showsErrors: false)
    ProgramPool.shared.give(ReadyProgram(program: quiet, wantsForecasts: false))
    let taken = ProgramPool.shared.take(quiet.command)
    #expect(taken?.program === quiet)
    quiet.end()
  }

  @Test(arguments: faults.indices)
  func faultsAreReasons(_ index: Int) {
    let fault = Self.faults[index]
    let reason = failure(
      TestPrograms.plain(fault.plan),
      reasonIsTimeout(fault.reason) ? ["timeout": .number(0.5)] : [:])
    #expect(reason.hasPrefix(fault.reason), "\(fault.plan): \(reason)")
    if fault.plan == "1 / 0" { #expect(reason.hasSuffix("ZeroDivisionError: division by zero")) }
  }

  private func reasonIsTimeout(_ reason: String) -> Bool { reason.hasPrefix("no answer") }

  /// What the conformance suite asks of planners, of the example.
  @Test func theExampleCopesWithEveryScene() throws {
    for item in TestScenes.all(on: Self.map) {
      for more in [[:], ["restart": .text("episode")]] as [[String: ParameterValues.Value]] {
        var planner = try TestPrograms.planner(TestPrograms.laneFollower, more)
        let points = try plan(&planner, item.scene).points
        #expect(points.first?.timeMicroseconds == item.scene.ego.timeMicroseconds, "\(item)")
        #expect(points.count == 41)
      }
    }
  }

  @Test func whatCannotStartSaysWhy() {
    #expect(failure([]).hasPrefix("planner 'external' needs a command"))
    #expect(
      failure(["/nowhere/planner"])
        == "'/nowhere/planner' cannot be started: No such file or directory")
    let missing = failure(["python3", "/nowhere.py"])
    #expect(missing.hasPrefix("the program ended (exit code 2); it said:"))
    #expect(failure(["true"]) == "the program ended (exit code 0)")
    #expect(
      failure(["sleep", "60"], ["start_timeout": .number(0.3)]) == "no answer within 0.3 s")
    #expect(
      failure(TestPrograms.plain("", hello: "say(type='hello', protocol=2)"))
        == "the program speaks version 2 of the protocol, this one version 1")
    #expect(
      failure(TestPrograms.plain("", hello: "say(type='hello', protocol='1')"))
        == "the program answered the version of the protocol as something that is no whole number")
    #expect(
      failure(TestPrograms.plain("", hello: "say(type='plan')"))
        == "the program answered plan to hello")
  }

  /// A program that has failed is gone with what it had started, and the next episode has another.
  @Test func aFailureEndsTheGroup() throws {
    let command = TestPrograms.plain(
      """
      child = os.fork()
              if child == 0: time.sleep(600)
              sys.stderr.write('%d %d' % (os.getpid(), child)); sys.stderr.flush()
              time.sleep(600)
      """)
    let reason = failure(command, ["timeout": .number(1)])
    let numbers = reason.split(separator: " ").suffix(2).compactMap { Int32($0) }
    try #require(numbers.count == 2)
    for number in numbers {
      // An orphan is waited for by somebody else, which takes a moment.
      for _ in 0..<500 where isRunning(number) { usleep(10_000) }
      #expect(!isRunning(number))
    }
  }

  private func isRunning(_ process: pid_t) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
      return false
    }
    return !text.contains(") Z ")
  }

  /// One program serves episode after episode; each of them begins anew, with its own seed.
  @Test func aProgramServesManyEpisodes() throws {
    let command = TestPrograms.client(
      """
      import os, random
      class P(pg.Planner):
          def initialize(self, episode): self.calls = 0
          def compute_trajectory(self, scene):
              self.calls += 1
              return [(k, os.getpid(), self.calls, 0, random.random()) for k in range(2)]
      pg.run(P)
      """)
    func episode(_ more: [String: ParameterValues.Value] = [:]) throws -> [Trajectory] {
      var planner = try TestPrograms.planner(command, more)
      return [try plan(&planner), try plan(&planner)]
    }
    let first = try episode()
    let second = try episode()
    #expect(first == second)
    #expect(first.map { $0.points[0].pose.position.y } == [1, 2])
    let fresh = try episode(["restart": .text("episode")])
    #expect(fresh[0].points[0].pose.position.x != first[0].points[0].pose.position.x)
    #expect(fresh[0].points.map(\.speed) == first[0].points.map(\.speed))
  }

  /// What the client's planner does wrong is told with its place; the program goes on.
  @Test func exceptionsAreToldWithTheirPlace() throws {
    let command = TestPrograms.client(
      """
      class P(pg.Planner):
          def compute_trajectory(self, scene):
              print("thinking")
              return [][3]
      pg.run(P)
      """)
    #expect(
      failure(command) == "the program failed: IndexError: list index out of range (<string>:7)")
  }

  @Test func forecastsAreForThoseWhoWantThem() throws {
    let command = TestPrograms.client(
      """
      class P(pg.Planner):
          forecasts = True
          def compute_trajectory(self, scene):
              x, y, heading = scene.forecast.points[0][0][1]
              forecast = scene.forecast
              return [(0, x, y, heading, forecast.tracks[0]), (forecast.step, 0, 0, 0, 0)]
      pg.run(P)
      """)
    var planner = try TestPrograms.planner(command)
    #expect(planner.readsForecast)
    let forecast = Forecast(
      stepMicroseconds: 500_000, steps: 2, modes: 1, tracks: [3], probabilities: [1],
      points: [
        Forecast.Point(x: 1, y: 2, heading: 3), Forecast.Point(x: 72.5, y: 0.25, heading: 0.125),
      ])
    let points = try plan(&planner, Self.scene, forecast).points
    #expect(points[0].pose.position.x == 72.5 && points[0].pose.position.y == 0.25)
    #expect(points[0].pose.heading == 0.125 && points[0].speed == 3)
    #expect(points[1].timeMicroseconds == 500_000)
  }

  /// Ten lines a second with fifty others in the scene: what is above the program's own time.
  @Test func manyTicksGoThrough() throws {
    var planner = try TestPrograms.planner(
      TestPrograms.plain("say(type='plan', tick=q['tick'], trajectory=rows)"))
    for tick in 0..<200 {
      let scene = TestScenes.scene(
        Self.map, ego: TestScenes.ego(x: 50, speed: 10, tick: tick),
        tracks: (0..<50).map { TestScenes.car($0, x: 70 + Double($0) / 3, speed: 5) })
      let points = try plan(&planner, scene).points
      #expect(points[0].timeMicroseconds == scene.ego.timeMicroseconds && points.count == 30)
    }
  }
}
