import SimCore
import Testing

@testable import SimHarness

/// Intervals and tests of differences, with values worked out by hand.
@Suite struct ComparisonStatisticsTests {
  /// Eight better and two worse of ten: 2 (1 + 10 + 45) / 1024. Five of five: 2 / 32.
  @Test(arguments: [
    (8, 2, 112.0 / 1024), (0, 5, 2.0 / 32), (1, 0, 1.0), (3, 3, 1.0), (0, 0, 1.0),
  ])
  func signTestIsTheBinomialTail(_ better: Int, _ worse: Int, _ p: Double) {
    #expect((SignTest(better: better, worse: worse).p - p).magnitude < 1e-12)
    #expect((SignTest(better: worse, worse: better).p - p).magnitude < 1e-12)
  }

  /// 5,000 against 5,000 neither overflows nor vanishes; 5,200 against 4,800 is four deviations off
  /// (p = 6.5e-5 by the normal approximation with correction for continuity).
  @Test func signTestTakesManyPairs() {
    #expect(SignTest(better: 5000, worse: 5000).p == 1)
    let p = SignTest(better: 5200, worse: 4800).p
    #expect(p > 6.2e-5 && p < 6.8e-5)
  }

  /// A file of three episodes that gain 1 and a file of one that gains nothing: the mean is 3/4. Of
  /// the four equally likely draws of two files one is all ones and one all zeros, so the interval
  /// reaches from 0 to 1, whereas drawing episodes would have given something narrower.
  @Test func filesAreDrawnWithAllTheirEpisodes() throws {
    let bootstrap = ClusterBootstrap(clusters: [0, 0, 0, 1])
    let estimate = try #require(bootstrap.estimates([[1, 1, 1, 0]]).first ?? nil)
    #expect(estimate.mean == 0.75)
    #expect(estimate.low == 0 && estimate.high == 1 && !estimate.isClear)
    #expect(estimate.count == 4)
  }

  @Test func noDifferenceIsExactlyNone() throws {
    let bootstrap = ClusterBootstrap(clusters: [0, 1, 2])
    let none = try #require(bootstrap.estimates([[0, 0, 0]])[0])
    #expect(none.mean == 0 && none.low == 0 && none.high == 0 && !none.isClear)
    let constant = try #require(bootstrap.estimates([[0.25, 0.25, 0.25]])[0])
    #expect(constant.low == 0.25 && constant.high == 0.25 && constant.isClear)
  }

  /// What has no value takes no part, and a column of nothing has no estimate.
  @Test func missingValuesTakeNoPart() throws {
    let bootstrap = ClusterBootstrap(clusters: [0, 1, 2])
    let estimates = bootstrap.estimates([[.nan, 2, 2], [.nan, .nan, .nan]])
    #expect(estimates[0]?.mean == 2 && estimates[0]?.count == 2)
    #expect(estimates[0]?.low == 2 && estimates[0]?.high == 2)
    #expect(estimates[1] == nil)
    #expect(ClusterBootstrap(clusters: []).estimates([[]]) == [nil])
  }

  /// The interval of 40 normal numbers around 0.3 holds 0.3 about 95 times in 100 (the percentile
  /// bootstrap of so few a little less often).
  @Test func intervalsHoldTheTruthAsOftenAsTheySay() throws {
    let random = CounterRandom(seed: 7)
    let purpose = RandomPurpose("test.values")
    var hits = 0
    for trial in 0..<300 {
      let values = (0..<40).map {
        random.normal(purpose, mean: 0.3, deviation: 1, stream: UInt64(trial), tick: 0, index: $0)
      }
      let bootstrap = ClusterBootstrap(
        clusters: Array(0..<40), resamples: 400, seed: UInt64(trial))
      let estimate = try #require(bootstrap.estimates([values])[0])
      if estimate.low <= 0.3 && estimate.high >= 0.3 { hits += 1 }
    }
    #expect(hits >= 270 && hits <= 294, "\(hits) of 300")
  }

  @Test func theSeedDecides() {
    let clusters = Array(0..<20)
    let values = clusters.map { Double($0 * $0 % 7) }
    func estimate(_ seed: UInt64) -> ClusterBootstrap.Estimate? {
      ClusterBootstrap(clusters: clusters, resamples: 200, seed: seed).estimates([values])[0]
    }
    #expect(estimate(1) == estimate(1))
    #expect(estimate(1) != estimate(2))
  }

  /// Between 10 and 20 at a quarter: 12.5 (two values are 1 apart in rank).
  @Test func quantilesLieBetweenNeighbours() {
    #expect(ClusterBootstrap.quantile(0.25, of: [10, 20]) == 12.5)
    #expect(ClusterBootstrap.quantile(1, of: [10, 20]) == 20)
    #expect(ClusterBootstrap.quantile(0.5, of: []) == nil)
  }
}

/// `simrun compare` and `simrun gate` as users run them.
@Suite struct ComparisonCommandTests {
  /// Two files: four cells by the leader's place, and two seeds that are the same episode.
  private func scenarios() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      HarnessWorlds.following(name: "near", extra: "sweep: {agents.lead.s: [70, 74, 80, 90]}"),
      to: "near.yaml")
    try folder.write(
      HarnessWorlds.following(name: "twins", extra: "sweep: {seed: 0..1}"), to: "twins.yaml")
    return folder
  }

  private func batch(_ scenarios: TemporaryFolder, _ more: [String] = []) throws -> TemporaryFolder
  {
    let out = try TemporaryFolder()
    let run = try Program.run("simrun", ["batch", scenarios.path, "--out", out.path] + more)
    #expect(run.status == 0, "\(run.errors)")
    return out
  }

  private func compare(_ a: TemporaryFolder, _ b: TemporaryFolder) throws -> RunComparison {
    try RunComparison(
      RunResults(in: RunFolder(a.path)), RunResults(in: RunFolder(b.path)), resamples: 200)
  }

  @Test func aRunIsLikeItself() throws {
    let run = try batch(try scenarios())
    let comparison = try compare(run, run)
    #expect(comparison.pairs.count == 6 && comparison.sameCount == 6)
    // The second seed's episode is the first's.
    #expect(comparison.comparedCount == 5 && comparison.clusterCount == 2)
    let score = try #require(comparison.score)
    #expect(score.difference.mean == 0 && score.difference.low == 0 && score.difference.high == 0)
    let means = try #require(comparison.means)
    #expect(means.a == means.b && means.a.mean == score.a && means.a.count == 5)
    #expect(means.a.low <= means.a.mean && means.a.mean <= means.a.high)
    #expect(comparison.metrics.count > 8)
    for metric in comparison.metrics {
      #expect(metric.difference.mean == 0 && metric.difference.low == 0, "\(metric.name)")
    }
    #expect(comparison.movers(10).isEmpty && comparison.sign.p == 1)
    let text = ComparisonText.text(comparison)
    #expect(text.contains("6 episodes in both, 6 of them the same to the bit\n"))
    #expect(text.contains("score B - A   0, 95 % interval [0, 0]: no difference\n"))
  }

  /// One constant: how long a headway the planner keeps. It shows in every episode's hash, in the
  /// mean speed (it drops back), and the text says which constant it was.
  @Test func oneConstantIsFound() throws {
    let folder = try scenarios()
    let a = try batch(folder)
    let b = try batch(folder, ["--set", "ego.planner.idm.headway=2.5"])
    let comparison = try compare(a, b)
    #expect(comparison.sameCount == 0)
    let speed = try #require(comparison.metrics.first { $0.name == "ego_mean_speed" })
    #expect(speed.difference.mean < 0 && speed.difference.isClear)
    let text = ComparisonText.text(comparison)
    #expect(text.contains("--set ego.planner.idm.headway=2.5"))
    #expect(text.contains("ego_mean_speed"))
    let run = try Program.run("simrun", ["compare", a.path, b.path, "--resamples", "200"])
    #expect(run.status == 0)
    #expect(run.output == text)
  }

  /// With a wide headway the planner drops back and loses progress; what it reaches with the usual
  /// one is attainable.
  @Test func theBestOfReferencesIsAttainable() throws {
    let folder = try scenarios()
    let usual = try batch(folder)
    let wide = try batch(folder, ["--set", "ego.planner.idm.headway=2.5"])
    func scores(_ run: TemporaryFolder, _ others: [TemporaryFolder]) throws -> AttainableScores {
      try AttainableScores(
        RunResults(in: RunFolder(run.path)),
        against: others.map { try RunResults(in: RunFolder($0.path)) })
    }
    let own = try scores(usual, [usual])
    #expect(own.entries.count == 6 && own.entries.allSatisfy { $0.gap == 0 })
    let both = try scores(wide, [usual, wide])
    for entry in both.entries {
      let best = try #require(entry.best)
      #expect(best >= entry.row.score ?? 2 && entry.planner == "idm")
    }
    #expect(both.attainable >= own.mean && both.mean <= both.attainable)
    let run = try Program.run("simrun", ["attainable", wide.path, usual.path, wide.path])
    #expect(run.status == 0)
    #expect(run.output == both.text())
    let compat = try batch(folder, ["--profile", "nuplan-compat"])
    let profiles = try Program.run("simrun", ["attainable", usual.path, compat.path])
    #expect(profiles.status == 2 && profiles.errors.contains("scored by 'nuplan-compat', but"))
  }

  @Test func whatCannotBeComparedEndsWith2() throws {
    let folder = try scenarios()
    let a = try batch(folder)
    let compat = try batch(folder, ["--profile", "nuplan-compat"])
    let profiles = try Program.run("simrun", ["compare", a.path, compat.path])
    #expect(profiles.status == 2 && profiles.errors.contains("scored by 'nuplan-compat', but"))
    let other = try TemporaryFolder()
    try other.write(HarnessWorlds.following(name: "other"), to: "other.yaml")
    let elsewhere = try batch(other)
    let apart = try Program.run("simrun", ["compare", a.path, elsewhere.path])
    #expect(apart.status == 2 && apart.errors.contains("has no episode in common"))
    let nothing = try Program.run("simrun", ["compare", a.path, other.path])
    #expect(nothing.status == 2 && nothing.errors.contains("there are no results here"))
  }

  /// 0: nothing lost. 1: something was. 2: could not tell.
  @Test func theGateEndsWithItsVerdict() throws {
    let folder = try scenarios()
    let a = try batch(folder)
    let baseline = a.path + "/baseline.yaml"
    func gate(_ run: TemporaryFolder, _ more: [String] = []) throws -> Program.Run {
      try Program.run("simrun", ["gate", "--baseline", baseline, run.path] + more)
    }
    #expect(try gate(a).status == 2)  // there is no baseline yet

    let made = try gate(a, ["--update"])
    #expect(made.status == 0)
    #expect(made.output.split(separator: "\n").count { $0.hasPrefix("+ ") } == 6)
    let same = try gate(a, ["--exact"])
    #expect(same.status == 0)
    #expect(
      same.output
        == "6 episodes held to the baseline: 0 losses, 0 gains, 0 state hashes changed\n")

    // Other bits; a bound on the mean speed finds them.
    let b = try batch(folder, ["--set", "ego.planner.idm.headway=2.5"])
    #expect(try gate(b, ["--exact"]).status == 1)
    let slower = try gate(
      b,
      [
        "--tolerance", "ego_mean_speed=0.001", "--tolerance", "score=1",
        "--tolerance", "score_mean=1",
      ])
    #expect(slower.status == 1)
    #expect(slower.output.contains("near[agents.lead.s=70]: ego_mean_speed"))
    let wide = ["ego_mean_speed=100", "score=1", "score_mean=1"].flatMap { ["--tolerance", $0] }
    #expect(try gate(b, wide).status == 0)

    // An episode less, and one that does not meet what is expected any more.
    let fewer = try gate(try batch(folder, ["--filter", "near*"]))
    #expect(fewer.status == 1)
    #expect(fewer.output.contains("twins[seed=0]: is not in the run\n"))
    let out = try TemporaryFolder()
    _ = try Program.run(
      "simrun", ["batch", folder.path, "--out", out.path, "--set", "expect.score.min=1.5"])
    let unmet = try gate(out)
    #expect(unmet.status == 1 && unmet.output.contains("near[agents.lead.s=70]: pass -> fail; "))

    // What could not run is neither a pass nor a new baseline.
    try folder.write("version: 1\nname: b\nmap: {template: nowhere}\n", to: "b.yaml")
    _ = try Program.run("simrun", ["batch", folder.path, "--out", out.path])
    #expect(try gate(out).status == 2)
    let before = try a.text("baseline.yaml")
    let refused = try gate(out, ["--update"])
    #expect(refused.status == 2 && refused.errors.contains("could not run"))
    #expect(try a.text("baseline.yaml") == before)
  }

  /// An update shows what it changes and keeps the tolerances of the file.
  @Test func anUpdateIsADiff() throws {
    let folder = try scenarios()
    let a = try batch(folder)
    let baseline = a.path + "/baseline.yaml"
    let gate = ["gate", "--baseline", baseline]
    _ = try Program.run("simrun", gate + [a.path, "--update", "--tolerance", "score=0.01"])
    let b = try batch(folder, ["--set", "agents.lead.speed=13"])
    let update = try Program.run("simrun", gate + [b.path, "--update"])
    let lines = update.output.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("- ") } == 6 && lines.count { $0.hasPrefix("+ ") } == 6)
    #expect(lines.last == "6 episodes, 12 lines changed: \(baseline)")
    #expect(try a.text("baseline.yaml").contains("tolerances: {\"score\": 0.01}\n"))
    let read = try Baseline(file: baseline)
    let run = try RunResults(in: RunFolder(b.path))
    #expect(read.text == (try Baseline(recording: run, tolerances: read.tolerances)).text)
  }

  /// Every mistake in a baseline is located.
  @Test(arguments: [
    ("version: 2\n", ":1:10: error: a baseline of version 2 cannot be read"),
    ("version: 1\n", "a baseline needs 'profile'"),
    ("[1, 2\n", "error"),
    (
      "version: 1\nprofile: strict\ntolerances: {score: -1}\nmetrics: []\nepisodes: []\n",
      ":3:21: error: a tolerance must be at least 0"
    ),
    (
      "version: 1\nprofile: strict\nmetrics: [a]\nepisodes:\n  - {scenario: x, ego: e, verdict: "
        + "good, score: 1, values: [], hash: \"0\"}\n",
      ":5:36: error: 'verdict' cannot be 'good'"
    ),
    (
      "version: 1\nprofile: strict\nmetrics: [a]\nepisodes:\n  - {scenario: x, ego: e, verdict: "
        + "pass, score: 1, values: [], hash: \"0\"}\n",
      "there are 0 values for 1 metrics"
    ),
  ])
  func brokenBaselinesAreLocated(_ text: String, _ message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "baseline.yaml")
    let error = #expect(throws: InputError.self) {
      try Baseline(file: folder.path + "/baseline.yaml")
    }
    let shown = try #require(error).description
    #expect(shown.contains(message), "\(shown)")
  }
}
