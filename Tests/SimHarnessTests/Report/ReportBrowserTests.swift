import Foundation
import Testing

/// `report.html` in a browser: what a person sees and does. Chromium is what CI installs for it.
@Suite(.enabled(if: Browser.isInstalled, "needs Debian's chromium"))
struct ReportBrowserTests {
  /// Opens a page with a script at its end that calls `check(words, isTrue)` and at last `done()`.
  private func visit(_ folder: TemporaryFolder, width: Int = 1500, _ script: String) throws
    -> Browser.Visit
  {
    let page = try folder.text("report.html").replacing(
      "</body>", with: "<script>\(ReportBrowserTests.frame)\(script)</script></body>")
    try folder.write(page, to: "checked.html")
    return try Browser.open(folder.path + "/checked.html", width: width)
  }

  private static let frame = #"""
    const results = [];
    const check = (words, isTrue) => { results.push((isTrue ? "holds: " : "FAILS: ") + words); };
    const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const key = (target, name) =>
      target.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
    const change = (target, kind) => target.dispatchEvent(new Event(kind, { bubbles: true }));
    const shown = () => [...document.querySelectorAll(".rows tbody tr")]
      .map((line) => line.querySelector("button").textContent);
    const write = () => {
      const list = document.createElement("pre");
      list.id = "checks";
      list.textContent = "\n" + results.join("\n") + "\n";
      document.body.append(list);
    };
    const run = (steps) => steps().catch((error) => check(String(error), false)).finally(write);

    """#

  private func expectAll(_ visit: Browser.Visit, atLeast count: Int) {
    let lines = visit.document.split(separator: "\n")
    let failed = lines.filter { $0.hasPrefix("FAILS: ") }
    #expect(failed.isEmpty, "\(failed.joined(separator: "\n"))")
    #expect(lines.count { $0.hasPrefix("holds: ") } >= count)
    #expect(visit.console.isEmpty, "\(visit.console.joined(separator: "\n"))")
  }

  @Test func theTableSortsFiltersAndPlays() async throws {
    let folder = try await ReportWorlds.batch()
    let visit = try visit(
      folder,
      #"""
      run(async () => {
        check("all rows are there", shown().length === 10 && rows.length === 10);
        check("no name is markup", document.title.startsWith("simrun: 10 episodes")
          && document.querySelectorAll("script").length === 3 && !document.querySelector("i b"));
        check("names are text", shown().some((name) => name.includes("<" + "/script><script>")));
        check("worst first", rows[document.querySelector(".rows tbody tr").dataset.row].verdict
          === "error");
        const heads = [...document.querySelectorAll(".rows thead button")];
        heads[0].click();
        check("sorted by name", shown().join() === [...shown()].sort().join());
        check("says so", heads[0].closest("th").getAttribute("aria-sort") === "ascending");
        heads[0].click();
        check("and downwards", shown().join() === [...shown()].sort().reverse().join());
        const search = document.getElementById("search");
        search.value = "no way THROUGH";
        change(search, "input");
        check("found by its reason", shown().join() === "thrown");
        search.value = "";
        change(search, "input");
        const verdict = document.getElementById("by-verdict");
        verdict.value = "fail";
        change(verdict, "change");
        check("filtered by verdict", [...shown()].sort().join() === "thrown,unmet");
        check("counted", view.count.textContent === "2 of 10 episodes");
        verdict.value = "";
        change(verdict, "change");
        const family = document.getElementById("by-family");
        family.value = "sweeps";
        change(family, "change");
        check("filtered by family", shown().length === 3);
        family.value = "";
        change(family, "change");
        const bar = document.querySelector("svg .hit");
        key(bar, "Enter");
        check("a bar filters", shown().length > 0 && shown().length < 10);
        check("and its filter has the focus", document.activeElement === view.clear);
        view.clear.click();
        check("and is taken back", shown().length === 10);

        const line = [...document.querySelectorAll(".rows tbody tr")]
          .find((line) => line.querySelector("button").textContent === "sweep[ego.speed=14]");
        line.querySelector("td.number").click();
        check("a click selects", line.getAttribute("aria-selected") === "true");
        check("the title is its name",
          document.getElementById("detail-title").textContent === "sweep[ego.speed=14]");
        check("it plays", view.player.isPlaying);
        // (A busy machine draws seldom.)
        for (let tries = 0; tries < 200 && view.player.tick < 3; tries += 1) await later(20);
        check("time goes on", view.player.tick > 2);
        const canvas = document.querySelector("canvas");
        check("the map has the focus", document.activeElement === canvas);
        key(canvas, " ");
        check("space stops", !view.player.isPlaying);
        key(canvas, "Home");
        check("home is the start", view.player.tick === 0);
        key(canvas, "ArrowRight");
        check("an arrow is a tick", view.player.tick === 1);
        key(canvas, "End");
        check("end is the end", view.player.tick === rows[line.dataset.row].ticks - 1);
        const slider = document.querySelector(".slider input");
        slider.value = 12;
        change(slider, "input");
        check("the slider sets the tick", view.player.tick === 12
          && document.querySelector(".time").textContent.startsWith("1.2 s of 3.0 s"));
        const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        const colours = new Set();
        for (let at = 0; at < pixels.length; at += 4 * 97) {
          colours.add(pixels[at] * 65536 + pixels[at + 1] * 256 + pixels[at + 2]);
        }
        check("something is drawn", colours.size > 5);
        const clip = decodeClip(data.clips[rows[line.dataset.row].clip]);
        const ego = clip.agents[clip.egoAgents[0]];
        const lead = clip.agents.find((agent) => agent.id === "lead");
        // 14 m/s from the start; the leader does 14 m/s from 40 m ahead.
        check("agents are where they were", Math.abs(lead.x[30] - lead.x[0] - 42) < .05
          && Math.abs(lead.x[0] - ego.x[0] - 40) < .02 && Math.abs(ego.speed[0] - 14) < .01);
        check("plans and a way are there", clip.egos[0].plans[0].length > 3
          && clip.shapes.some(({ kind }) => kind === 14) && clip.shapes.some((s) => s.kind === 0));
        key(document.querySelector(".rows tbody button"), "ArrowDown");
        check("arrows go from row to row", document.activeElement
          === document.querySelectorAll(".rows tbody button")[1]);
      });
      """#)
    expectAll(visit, atLeast: 28)
  }

  /// Forecasts of a predictor that says how unsure it is: every shown point has an ellipse, and
  /// they grow. With deviations of 1 m/s along and 0.1 m/s across in steps of 0.2 s, five steps
  /// make 0.2 m times the root of 5 after a second.
  @Test func ellipsesAreDrawn() async throws {
    let (scenarios, out) = (try TemporaryFolder(), try TemporaryFolder())
    try scenarios.write(
      HarnessWorlds.following(
        name: "unsure",
        planner: "idm, predictor: {constant-velocity: {uncertainty: velocity}}"),
      to: "unsure.yaml")
    _ = try await runBatch(scenarios, out: out)
    let visit = try visit(
      out,
      #"""
      run(async () => {
        document.querySelector(".rows .mark").closest("tr").click();
        view.player.isPlaying = false;
        const clip = decodeClip(data.clips[0]);
        const mode = clip.egos[0].forecasts.values[5][0];
        check("a spread a point", mode.points.length === 8 && mode.spreads.length === 8);
        check("they grow", mode.spreads.every(([a], index) =>
          a > .2 && (!index || a > mode.spreads[index - 1][0])));
        check("by the law: " + mode.spreads[0].join(" "),
          Math.abs(mode.spreads[0][0] - .2 * Math.sqrt(5)) < .01);
        const canvas = document.querySelector("canvas");
        const shot = (spreads) => {
          const kept = mode.spreads;
          mode.spreads = spreads;
          const layers = { forecasts: true, ellipses: true };
          const camera = { x: mode.points[0][0], y: mode.points[0][1], scale: 20 };
          drawScene(canvas, clip, clip.egos[0], 5, camera, layers);
          mode.spreads = kept;
          return canvas.toDataURL();
        };
        check("they are drawn", shot(mode.spreads) !== shot([]));
      });
      """#)
    expectAll(visit, atLeast: 4)
  }

  /// What was recorded of choices is played, and every layer with something to show can be hidden
  /// by its key and by its box.
  @Test func proposalsAndAttentionAreDrawn() async throws {
    let folder = try await ReportWorlds.watched()
    let visit = try visit(
      folder,
      #"""
      run(async () => {
        check("the family is the folder", rows[0].family === "family");
        document.querySelector(".rows .mark").closest("tr").querySelector("td.number").click();
        check("a click plays", view.player.isPlaying);
        const canvas = document.querySelector("canvas");
        key(canvas, " ");
        key(canvas, "Home");
        for (let step = 0; step < 12; step += 1) key(canvas, "ArrowRight");
        const clip = decodeClip(data.clips[0]), ego = clip.egos[0];
        const choice = ego.proposals.values[12];
        check("fifteen proposals", choice.ways.length === 15 && choice.chosen >= 0);
        const own = clip.agents[ego.agent];
        check("they begin at the ego", choice.ways.every(({ points: [[x, y]] }) =>
          Math.hypot(x - own.x[12], y - own.y[12]) < .06));
        check("scores are shares", choice.ways.every(({ score }) => score >= 0 && score <= 1));
        check("they are counted: " + document.querySelector(".told").textContent,
          document.querySelector(".told").textContent.startsWith("15 proposals, best "));
        const targets = ego.attention.values[12];
        check("attention of three", targets.length === 3);
        check("it is a whole", targets.every(({ agents }) =>
          Math.abs(agents.reduce((sum, { weight }) => sum + weight, 0) - 1) < .03));
        check("lanes count", targets.every(({ stretches }) =>
          stretches.some(({ weight, points }) => weight === 1 && points.length > 1)));
        check("lanes have names", clip.lanes.some(({ id }) => id === "main.1"));
        const nearest = clip.agents[view.player.selected].id;
        check("the nearest is selected: " + nearest, nearest === "beside");
        // Some are there only from near, or of an ego that does not see everything.
        ego.perceived[12] = { unseen: [clip.agents.findIndex(({ id }) => id === "beside")],
          displaced: [{ agent: -1, x: own.x[12] + 5, y: own.y[12] + 3, heading: 0, length: 4,
            width: 2 }] };
        for (let step = 0; step < 3; step += 1) key(canvas, "+");
        for (const theme of ["light", "dark"]) {
          setTheme(theme, false);
          for (const { key: letter, name } of layerList) {
            const box = [...document.querySelectorAll(".layers input")]
              .find((box) => box.getAttribute("aria-keyshortcuts") === letter);
            // A straight road has no signals; this network does not say how sure it is.
            if (["signals", "ellipses"].includes(name)) {
              check(name + " may be lacking", name === "signals" || box.disabled);
              continue;
            }
            const [was, before] = [view.player.layers[name], canvas.toDataURL()];
            key(canvas, letter);
            check(`${letter} changes the picture in ${theme}`, canvas.toDataURL() !== before
              && view.player.layers[name] === !was && box.checked === !was);
            box.click();
            check("and its box changes it back", canvas.toDataURL() === before
              && box.checked === was);
          }
        }
        const picture = canvas.toDataURL();
        const lead = clip.agents.findIndex(({ id }) => id === "lead");
        const who = [...document.querySelectorAll(".controls select")].pop();
        who.value = String(lead);
        change(who, "change");
        check("another is selected", view.player.selected === lead
          && canvas.toDataURL() !== picture);
        check("and told of", document.querySelector(".told").textContent
          .includes("attention of lead"));
        key(canvas, "Escape");
        check("escape is the nearest again", canvas.toDataURL() === picture && who.value === "");
        // The ego is a little behind the middle; it is no target of attention.
        const box = canvas.getBoundingClientRect();
        const at = { clientX: box.left + box.width * .38, clientY: box.top + box.height / 2,
          bubbles: true, pointerId: 1 };
        canvas.setPointerCapture = () => {};
        canvas.dispatchEvent(new PointerEvent("pointerdown", at));
        canvas.dispatchEvent(new PointerEvent("pointerup", at));
        check("a click selects", view.player.selected === ego.agent);
      });
      """#)
    expectAll(visit, atLeast: 65)
  }

  /// Layers of which nothing was recorded say so, and stay hidden.
  @Test func layersSayWhatTheyLack() async throws {
    let folder = try await ReportWorlds.batch(hasBroken: false)
    let visit = try visit(
      folder,
      #"""
      run(async () => {
        document.querySelector(".rows .mark").closest("tr").click();
        const canvas = document.querySelector("canvas");
        key(canvas, " ");
        const before = canvas.toDataURL();
        for (const [letter, name] of [["v", "proposals"], ["A", "attention"]]) {
          const box = document.querySelector(`.layers input[aria-keyshortcuts=${letter}]`);
          check(name + " cannot be shown", box.disabled && !box.checked);
          key(canvas, letter);
          check("nor by its key", !view.player.layers[name] && !box.checked
            && canvas.toDataURL() === before);
          const status = document.querySelector(".player [role=status]").textContent;
          check("it says why: " + status,
            status.startsWith(name + ": not recorded (simrun batch --record-choices; "));
        }
        const note = [...document.querySelectorAll(".player .note")].map((n) => n.textContent);
        check("the list says it", note.some((text) => text.includes("attention: not recorded")));
      });
      """#)
    expectAll(visit, atLeast: 7)
  }

  @Test func everybodyCanUseIt() async throws {
    let folder = try await ReportWorlds.batch()
    let script = #"""
      run(async () => {
        const playable = document.querySelector(".rows .mark").closest("tr");
        playable.click();
        const all = document.querySelectorAll("button, input, select, canvas, [role=button]");
        const unnamed = [...all]
          .filter((element) => !(element.hidden || element.getAttribute("aria-label")
            || element.closest("label") || element.textContent.trim()));
        check("everything has a name: " + unnamed.map((e) => e.outerHTML.slice(0, 80)).join(" "),
          unnamed.length === 0);
        check("sections have names", [...document.querySelectorAll("section")].every((part) =>
          document.getElementById(part.getAttribute("aria-labelledby"))));
        const channel = (value) =>
          value <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
        const luminance = (hex) => {
          const parts = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16) / 255));
          return .2126 * parts[0] + .7152 * parts[1] + .0722 * parts[2];
        };
        // Contrast of text as WCAG 2.2 wants it.
        for (const theme of ["light", "dark"]) {
          setTheme(theme, false);
          const style = getComputedStyle(document.documentElement);
          for (const [ink, paper] of [["ink", "page"], ["ink", "card"], ["soft", "card"],
            ["soft", "page"], ["accent", "card"], ["accent", "pick"], ["pass", "card"],
            ["fail", "card"], ["error", "card"], ["pass", "pick"], ["fail", "pick"],
            ["ink", "good"], ["ink", "mid"], ["ink", "bad"], ["soft", "good"], ["soft", "mid"], ["soft", "bad"],
            ["accent-ink", "accent"]]) {
            const [a, b] = [ink, paper].map((name) =>
              luminance(style.getPropertyValue("--" + name).trim()));
            const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
            check(`${ink} on ${paper} in ${theme}: ${ratio.toFixed(2)}`, ratio >= 4.5);
          }
        }
        for (const theme of ["light", "dark"]) {
          setTheme(theme, false);
          const swatch = document.querySelector(".key i");
          const probe = document.createElement("i");
          probe.style.background = palettes[theme].ego;
          check("the key has the map's colours in " + theme,
            swatch && swatch.style.background === probe.style.background);
        }
        const button = document.querySelector("button.theme");
        const before = isDark();
        button.click();
        check("the theme changes", isDark() !== before);
        check("nothing sticks out: " + document.documentElement.scrollWidth + " of " + innerWidth,
          document.documentElement.scrollWidth <= innerWidth);
      });
      """#
    for width in [1500, 500] { expectAll(try visit(folder, width: width, script), atLeast: 40) }
  }

  @Test(arguments: ["light", "dark"])
  func itCanBeDrawn(theme: String) async throws {
    let folder = try await ReportWorlds.batch()
    // Where somebody wants to look at them.
    let place = ProcessInfo.processInfo.environment["PROVINGGROUND_SCREENSHOTS"] ?? folder.path
    let file = "\(place)/report-\(theme).png"
    let visit = try Browser.open(
      folder.path + "/report.html", screenshot: file, fragment: "#theme=\(theme)")
    #expect(visit.console.isEmpty)
    let image = try Data(contentsOf: URL(filePath: file))
    #expect(image.starts(with: [0x89, 0x50, 0x4E, 0x47]) && image.count > 20_000)
  }
}
