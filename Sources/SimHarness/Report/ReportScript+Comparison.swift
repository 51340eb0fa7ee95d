extension ReportScript {
  /// Two runs beside each other: A is the one compared with, B the page's own.
  static let comparison = #"""
    function comparisonSection() {
      const all = data.comparison;
      if (!all) return null;
      const rowOf = new Map(rows.map((row) => [row.scenario + "\n" + row.ego, row]));
      const find = (pair) => rowOf.get(pair[0] + "\n" + pair[1]);
      const link = (pair) => {
        const row = find(pair);
        return row ? h("button", { class: "link", type: "button",
          click: () => select(row, true) }, label(row)) : pair[0];
      };
      const interval = ([mean, low, high]) =>
        `${signed(mean, 4)} [${signed(low, 4)}, ${signed(high, 4)}]`;
      const run = ({ folder, episodes, mean, planners, choices }) =>
        `${folder}: ${plural(episodes, "episode")}, mean score ${fixed(mean, 4)}, `
        + `planner ${planners.join(", ")}${choices.length ? "; " + choices.join(" ") : ""}`;
      let verdict = "no episode has a score in both";
      if (all.score) {
        const [mean, low, high] = all.score;
        verdict = mean === 0 && low === 0 && high === 0 ? "no difference"
          : low > 0 ? "B is better" : high < 0 ? "B is worse" : "not told apart";
      }
      const facts = [["A", run(all.a)], ["B", run(all.b)],
        ["in both", `${plural(all.pairs.length, "episode")}, ${all.same} the same to the bit`
          + [["A", all.onlyInA], ["B", all.onlyInB]].filter(([, list]) => list.length)
            .map(([name, list]) => `; ${list.length} only in ${name}`).join("")],
        ["score B − A", all.score ? `${interval(all.score)}: ${verdict}` : verdict]];
      if (all.means) {
        facts.push(["means", all.means.map(([mean, low, high], place) =>
          `${"AB"[place]} ${fixed(mean, 4)} [${fixed(low, 4)}, ${fixed(high, 4)}]`).join(", ")]);
      }
      const [better, worse, p] = all.sign;
      facts.push(["sign test", `${better} files better, ${worse} worse, `
        + `${all.files - better - worse} equal: p ${p < .0001 ? "< 0.0001" : "= " + fixed(p, 4)}`]);
      const items = (pairs, why) => h("ul", { class: "plain" }, pairs.map((pair) =>
        h("li", {}, link(pair), ": ", breakable(why(pair)))));
      const list = (title, pairs, why) => pairs.length ? [h("h3", {}, `${title}: ${pairs.length}`),
        items(pairs.slice(0, 12), why), pairs.length > 12 ? h("details", {},
          h("summary", {}, `${pairs.length - 12} more`), items(pairs.slice(12), why)) : null]
        : [h("p", { class: "note" }, `${title}: none`)];
      const reasons = (pair) => (find(pair) ? find(pair).reasons.join("; ") : "");
      const failed = all.pairs.filter((pair) => pair[4] === "pass" && pair[5] !== "pass");
      const mended = all.pairs.filter((pair) => pair[4] !== "pass" && pair[5] === "pass");
      const moved = all.pairs.filter((pair) => pair[2] !== null && pair[3] !== null
        && pair[2] !== pair[3]).sort((a, b) => Math.abs(b[3] - b[2]) - Math.abs(a[3] - a[2]));
      const movers = moved.length ? plainTable("The biggest movers",
        [["episode"], ["A", true], ["B", true], ["B − A", true], ["why"]],
        moved.slice(0, 15).map((pair) => [link(pair), fixed(pair[2], 3), fixed(pair[3], 3),
          signed(pair[3] - pair[2], 3),
          pair[3] < pair[2] ? "B: " + reasons(pair) : "A: " + pair[6]])) : null;
      return section("Comparison", h("p", { class: "note" },
        "Differences are B's value less A's for the same ego of the same episode, with 95 % "
          + "intervals of a bootstrap that draws whole scenario files. A dot's size tells how "
          + "many episodes it is."),
      h("dl", { class: "facts" }, facts.map(([name, value]) =>
        [h("dt", {}, name), h("dd", {}, value)])),
      h("div", { class: "split halves" }, h("div", {}, h("h3", {}, "Scores, episode by episode"),
        scatter(all.pairs, find)), h("div", {}, h("h3", {}, "Differences in metrics"),
        forest(all))),
      list("Newly failed", failed, reasons), list("Newly fixed", mended, (pair) => pair[6]),
      movers);
    }

    /** A's scores to the right, B's upwards; above the diagonal B is better. */
    function scatter(pairs, find) {
      const size = 380, edge = 34;
      const x = (score) => edge + (size - edge - 8) * score;
      const y = (score) => size - edge - (size - edge - 8) * score;
      const both = pairs.filter((pair) => pair[2] !== null && pair[3] !== null);
      const drawing = h("svg", { viewBox: `0 0 ${size} ${size}`, width: size, height: size,
        role: "img", "aria-label": `Scores of ${both.length} episodes in A and B: `
          + `${both.filter((pair) => pair[3] > pair[2]).length} are better in B, `
          + `${both.filter((pair) => pair[3] < pair[2]).length} worse` });
      for (const tick of [0, .25, .5, .75, 1]) {
        drawing.append(h("line", { class: "axis", x1: x(tick), x2: x(tick), y1: y(0), y2: y(1) }),
          h("line", { class: "axis", x1: x(0), x2: x(1), y1: y(tick), y2: y(tick) }),
          h("text", { x: x(tick), y: size - edge + 16, "text-anchor": "middle" }, String(tick)),
          h("text", { x: edge - 6, y: y(tick) + 4, "text-anchor": "end" }, String(tick)));
      }
      drawing.append(h("line", { class: "zero", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }),
        h("text", { x: x(.5), y: size - 2, "text-anchor": "middle" }, "A"),
        h("text", { x: 2, y: y(.5) + 14 }, "B"));
      // Scores are often the same for many: one dot for all of them.
      const places = new Map();
      for (const pair of both) {
        const place = `${pair[2].toFixed(2)} ${pair[3].toFixed(2)}`;
        if (!places.has(place)) places.set(place, []);
        places.get(place).push(pair);
      }
      for (const [pair, ...others] of places.values()) {
        const kind = pair[3] > pair[2] ? "better" : pair[3] < pair[2] ? "worse" : "";
        drawing.append(h("circle", { class: "dot " + kind, cx: x(pair[2]), cy: y(pair[3]),
          r: Math.min(16, 3 + Math.sqrt(others.length)).toFixed(1), style: "cursor:pointer",
          click: () => { const row = find(pair); if (row) select(row, true); } },
        h("title", {}, `${pair[0]}${others.length ? ` and ${others.length} more` : ""}: `
          + `A ${fixed(pair[2], 3)}, B ${fixed(pair[3], 3)}`)));
      }
      return drawing;
    }

    /** Mean differences with their intervals; those that moved. */
    function forest(all) {
      const entries = (all.score ? [["score", null, null, all.score]] : [])
        .concat(all.metrics.filter(([name]) => scored.some((metric) => metric.name === name)))
        .filter(([, , , [mean, low, high]]) => mean !== 0 || low !== 0 || high !== 0);
      if (!entries.length) return h("p", { class: "note" }, "None of the scored metrics moved.");
      const widest = Math.max(...entries.flatMap(([, , , [, low, high]]) =>
        [Math.abs(low), Math.abs(high)]));
      const x = (value) => 110 + 100 * value / widest;
      const bar = ([mean, low, high]) => h("svg", { viewBox: "0 0 220 20", width: 220, height: 20,
        role: "img",
        "aria-label": `${signed(mean, 4)}, from ${signed(low, 4)} to ${signed(high, 4)}` },
      h("line", { class: "zero", x1: 110, x2: 110, y1: 0, y2: 20 }),
      h("line", { class: "whisker", x1: x(low), x2: x(high), y1: 10, y2: 10 }),
      h("line", { class: "whisker", x1: x(low), x2: x(low), y1: 6, y2: 14 }),
      h("line", { class: "whisker", x1: x(high), x2: x(high), y1: 6, y2: 14 }),
      h("circle", { class: "dot " + (low > 0 ? "better" : high < 0 ? "worse" : ""), cx: x(mean),
        cy: 10, r: 4.5, style: "fill-opacity:1" }));
      return plainTable(`Means and 95 % intervals; the scale ends at ±${widest.toFixed(3)}.`,
        [["metric"], ["B − A", true], ["interval"]],
        entries.map(([name, , , estimate]) => [name, signed(estimate[0], 4), bar(estimate)]));
    }


    """#

  /// Puts the page together.
  static let main = #"""
    function build() {
      view.detail = h("section", { class: "detail", "aria-labelledby": "detail-title",
        "aria-live": "off", tabindex: -1 });
      const table = episodes();
      document.getElementById("page").append(head(), h("main", {}, summary(),
        comparisonSection(), h("div", { class: "split work" }, view.detail, table),
        h("div", { class: "split halves", style: "margin:1rem 0" }, distribution(),
          metricSection()),
        families(), robustness(), coverage(), skipped()));
      const worst = state.shown.find((row) => row.clip !== null) || state.shown[0];
      if (worst) select(worst, false);
      document.documentElement.dataset.ready = Math.round(performance.now()) + " ms, script "
        + Math.round(performance.now() - started) + " ms";
    }
    build();

    """#
}
