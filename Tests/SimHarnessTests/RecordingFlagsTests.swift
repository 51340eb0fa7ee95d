import SimCore
import SimEpisode
import SimMetrics
import SimScenario
import SimStack
import Testing

@testable import SimHarness

/// Flags about recorded traffic, over authored scenarios and recordings.
@Suite struct RecordingFlagsTests {
  /// A road of 300 m with a mover that drives 30 m.
  private static let recording: String = {
    let states = (1...30).map { step in
      "<state><position><point><x>\(20 + step)</x><y>0</y></point></position>"
        + "<orientation><exact>0</exact></orientation><time><exact>\(step)</exact></time>"
        + "<velocity><exact>10</exact></velocity></state>"
    }
    return """
      <?xml version="1.0"?>
      <commonRoad commonRoadVersion="2020a" benchmarkID="T" timeStepSize="0.1">
      <lanelet id="1">
      <leftBound><point><x>0</x><y>2</y></point><point><x>300</x><y>2</y></point></leftBound>
      <rightBound><point><x>0</x><y>-2</y></point><point><x>300</x><y>-2</y></point></rightBound>
      </lanelet>
      <dynamicObstacle id="7"><type>car</type>
      <shape><rectangle><length>4.5</length><width>1.8</width></rectangle></shape>
      <initialState><position><point><x>20</x><y>0</y></point></position>
      <orientation><exact>0</exact></orientation><time><exact>0</exact></time>
      <velocity><exact>10</exact></velocity></initialState>
      <trajectory>\(states.joined(separator: "\n"))</trajectory></dynamicObstacle>
      </commonRoad>
      """
  }()

  private func folder(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write(text, to: name) }
    return folder
  }

  @Test func authoredScenariosSayThatTheyKeepTheirTrafficAndEgos() throws {
    let folder = try folder([
      "a.yaml": HarnessWorlds.following(name: "a"), "b.yaml": HarnessWorlds.following(name: "b"),
      "c.xml": Self.recording,
    ])
    var request = BatchRequest(paths: [folder.path])
    request.traffic = .reactive
    request.egoFrom = .all
    let set = try ScenarioSet(request, catalogs: .shipped)
    #expect(set.entries.map(\.ticket.name) == ["a", "b", "c[ego=7]"])
    #expect(
      set.notes.filter { $0.location.file.hasPrefix("--") }.map {
        "\($0.location.file) \($0.message)"
      }
        == [
          "--ego-from 2 YAML files of authored scenarios keep their own egos: the flag is for "
            + "recordings",
          "--traffic 2 YAML files of authored scenarios run as written: no agent of theirs is "
            + "recorded",
        ])
    let executor = EpisodeExecutor(
      catalogs: .shipped, profile: .strict, record: .none, traffic: .reactive)
    #expect(executor.trafficName("a.yaml") == "as-written")
    #expect(executor.trafficName("c.xml") == "reactive")
  }

  @Test func anEgoThatNobodyKnowsIsAnError() throws {
    let folder = try folder([
      "a.yaml": HarnessWorlds.following(name: "a"), "c.xml": Self.recording,
    ])
    func message(_ id: String, _ name: String) -> String? {
      var request = BatchRequest(paths: [folder.path + name])
      request.egoFrom = .id(id)
      do throws(InputError) {
        _ = try ScenarioSet(request, catalogs: .shipped)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(message("7", "") == nil)
    #expect(
      message("8", "/c.xml") == """
        --ego-from: error: no recording has a mover '8' that can be the ego
          hint: c.xml: agent '8' cannot be the ego: it is not in the file
        """)
    #expect(
      message("lead", "/a.yaml") == """
        --ego-from: error: no recording has a mover 'lead' that can be the ego
          hint: YAML scenarios name their own egos
        """)
  }

  @Test func settingsThatRecordingsHave() throws {
    let folder = try folder(["a.yaml": HarnessWorlds.following(name: "a"), "c.xml": Self.recording])
    var request = BatchRequest(paths: [folder.path])
    request.egoFrom = .all
    request.settings = [
      ("duration", "1.5"), ("seed", "9"), ("end_on", "collision"), ("expect", "{score: {min: 2}}"),
      ("profile", "nuplan-compat"),
    ]
    let set = try ScenarioSet(request, catalogs: .shipped)
    #expect(set.broken.isEmpty)
    for entry in set.entries {
      let scenario = try entry.ticket.build()
      #expect(scenario.ticks == 15 && scenario.seed == 9)
      #expect(scenario.endOn == [.collision] && scenario.profile == "nuplan-compat")
      #expect(scenario.expectations.map(\.minimum) == [2])
    }
    // What only a scenario file has is said of each recording.
    request.settings = [("map.lanes", "3")]
    let mixed = try ScenarioSet(request, catalogs: .shipped)
    #expect(mixed.entries.map(\.ticket.name) == ["a"])
    #expect(
      mixed.broken.first?.error.description.contains("unknown key 'map' in an imported recording")
        == true)
  }

  /// A goal that is no place on the route is missed or reached like any other.
  @Test func everyKindOfGoalCounts() throws {
    let region = HarnessWorlds.following(name: "a")
      .replacing("goal: {lane: main.1, s: 300}", with: "goal: {position: [200, 0], radius: 2}")
    let timed = HarnessWorlds.following(name: "b")
      .replacing("goal: {lane: main.1, s: 300}", with: "goal: {time: [1, 2]}")
    let none = HarnessWorlds.following(name: "c")
      .replacing("goal: {lane: main.1, s: 300}, ", with: "")
    let folder = try folder(["a.yaml": region, "b.yaml": timed, "c.yaml": none])
    let set = try ScenarioSet(BatchRequest(paths: [folder.path]), catalogs: .shipped)
    #expect(set.broken.map(\.error.description) == [])
    let executor = EpisodeExecutor(catalogs: .shipped, profile: .strict, record: .all)
    let values = try set.entries.map { entry -> Double? in
      let output = executor.run(try entry.ticket.build())
      let recording = try #require(output.recording)
      // Also of a stored episode.
      let stored = try Recording(decoding: recording.encoded(), file: "t")
      #expect(
        stored.results(.strict)[0].value(named: "goal_reached")
          == output.results[0].value(named: "goal_reached"))
      return output.results[0].value(named: "goal_reached")
    }
    #expect(values == [0, 1, nil])
  }

  /// What can be expected by name is there in every episode.
  @Test func everyCountThatCanBeExpectedExists() throws {
    let folder = try folder([
      "a.yaml": HarnessWorlds.following(name: "a")
        .replacing("s: 300", with: "s: 60")
    ])
    let set = try ScenarioSet(BatchRequest(paths: [folder.path]), catalogs: .shipped)
    let executor = EpisodeExecutor(catalogs: .shipped, profile: .strict, record: .none)
    let result = executor.run(try set.entries[0].ticket.build()).results[0]
    for name in EpisodeResult.countNames {
      #expect(result.value(named: name) != nil, "\(name) has no value")
    }
    #expect(BatchRequest(paths: []).loadOptions(.shipped).resultNames == EpisodeResult.countNames)
  }
}
