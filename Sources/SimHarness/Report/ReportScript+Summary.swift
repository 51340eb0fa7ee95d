extension ReportScript {
  /// Totals, the distribution of scores, what takes points.
  static let plots = #"""
    function head() {
      const words = [data.program, "profile " + data.profile].concat(data.choices).join(" · ");
      return h("header", { class: "top" },
        h("a", { class: "skip", href: "#episodes" }, "Skip to the episodes"),
        h("h1", {}, plural(rows.length, "episode")), h("p", {}, words), themeButton());
    }

    function summary() {
      const count = (verdict) => rows.filter((row) => row.verdict === verdict).length;
      const tile = (name, value, kind) =>
        h("div", { class: kind }, h("dt", {}, name), h("dd", {}, value));
      const planners = [...new Set(rows.map((row) => row.planner))].filter(Boolean);
      return section("Summary", h("dl", { class: "tiles" },
        tile("mean score", fixed(data.mean, 4)),
        tile("pass", String(count("pass")), "pass"),
        tile("fail", String(count("fail")), count("fail") ? "fail" : null),
        tile("error", String(count("error")), count("error") ? "error" : null),
        data.notRun ? tile("did not run", String(data.notRun), "error") : null,
        tile("wall time", fixed(data.wall, 1) + " s"),
        tile("planner", planners.slice(0, 3).join(", ") + (planners.length > 3 ? ", …" : ""),
          "small")));
    }

    /** Bars over equal bins of [0, 1]; each is a button for the table. */
    function distribution() {
      const width = 560, height = 190, left = 40, bottom = 26, bins = 20;
      const groups = Array.from({ length: bins }, () => ({ pass: 0, other: 0 }));
      const values = rows.filter((row) => row.score !== null);
      for (const row of values) {
        const group = groups[Math.min(bins - 1, Math.floor(row.score * bins))];
        if (row.verdict === "pass") group.pass += 1; else group.other += 1;
      }
      const most = Math.max(1, ...groups.map((group) => group.pass + group.other));
      const scale = (count) => (height - bottom - 14) * Math.sqrt(count / most);
      const step = (width - left) / bins;
      const drawing = h("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "group",
        "aria-label": "Distribution of scores, bars of width 0.05" });
      for (const share of [0.25, 0.5, 1]) {
        const count = Math.max(1, Math.round(most * share * share));
        const y = height - bottom - scale(count);
        drawing.append(
          h("line", { class: "axis", x1: left, x2: width, y1: y, y2: y }),
          h("text", { x: left - 6, y: y + 4, "text-anchor": "end" }, String(count)));
      }
      groups.forEach((group, bin) => {
        const x = left + bin * step;
        const all = scale(group.pass + group.other);
        const bad = group.pass + group.other ? all * group.other / (group.pass + group.other) : 0;
        const from = bin / bins, to = (bin + 1) / bins;
        const words = `score ${from.toFixed(2)} to ${to.toFixed(2)}: `
          + `${group.pass} pass, ${group.other} do not`;
        const show = () => filterBy({ from, to: bin === bins - 1 ? 2 : to, label: words });
        drawing.append(
          h("rect", { class: "bar", x: x + 1, width: step - 2, y: height - bottom - all,
            height: Math.max(0, all - bad) }),
          h("rect", { class: "bar bad", x: x + 1, width: step - 2, y: height - bottom - bad,
            height: bad }));
        if (group.pass + group.other) {
          drawing.append(h("rect", { class: "hit", x, width: step, y: 0, height: height - bottom,
            tabindex: 0, role: "button", "aria-label": words, click: show,
            keydown: (event) => { if (event.key === "Enter" || event.key === " ") {
              event.preventDefault(); show(); } } }, h("title", {}, words)));
        }
      });
      for (let tick = 0; tick <= 10; tick += 2) {
        drawing.append(h("text", { x: left + tick / 10 * (width - left), y: height - 8,
          "text-anchor": tick === 10 ? "end" : "middle" }, (tick / 10).toFixed(1)));
      }
      const without = rows.length - values.length;
      return section("Scores", drawing, h("p", { class: "note" },
        "Height by the square root of the number; orange: does not pass. A bar shows its episodes."
          + (without ? ` ${plural(without, "episode")} without a score.` : "")));
    }

    /** What a scored metric took, over all episodes that have it. */
    function metricLosses() {
      return scored.map((metric) => {
        const values = rows.filter((row) => row.score !== null)
          .map((row) => row.values[metric.index])
          .filter((value) => value !== null && value !== undefined);
        return { metric, values, mean: values.length ? mean(values) : null,
          zero: values.filter((value) => value === 0).length,
          lost: values.filter((value) => value < 1).length };
      }).filter((entry) => entry.values.length)
        .sort((a, b) => b.lost - a.lost || a.metric.index - b.metric.index);
    }

    function metricSection() {
      const strip = (values) => {
        const bins = Array(10).fill(0);
        for (const value of values) {
          bins[Math.max(0, Math.min(9, Math.floor(value * 10)))] += 1;
        }
        const most = Math.max(1, ...bins);
        return h("svg", { viewBox: "0 0 100 26", width: 100, height: 26, role: "img",
          "aria-label": "values from 0 to 1 in tenths: " + bins.join(", ") },
          h("line", { class: "axis", x1: 0, x2: 100, y1: 25.5, y2: 25.5 }),
          bins.map((count, bin) => count === 0 ? null : h("rect", {
            class: bin === 9 ? "bar" : "bar bad", x: bin * 10 + 1, width: 8,
            y: 25 - Math.max(2, 24 * Math.sqrt(count / most)),
            height: Math.max(2, 24 * Math.sqrt(count / most)) })));
      };
      const lines = metricLosses().map(({ metric, values, mean, zero, lost }) => [
        lost === 0 ? metric.name : h("button", { class: "link", type: "button",
          click: () => filterBy({ metric: metric.index, label: `${metric.name} below 1` }) },
          metric.name),
        metric.role === "weighted" ? "weight " + metric.weight : metric.role,
        fixed(mean, 4), String(lost), String(zero), strip(values),
      ]);
      return section("Metrics", plainTable("What each scored metric took; a name shows the "
        + "episodes that lost something by it.", [["metric"], ["role"], ["mean", true],
        ["below 1", true], ["zero", true], ["values 0 to 1"]], lines));
    }


    """#

  /// Families, robustness, coverage, skipped files.
  static let groups = #"""
    function grouped(keysOf) {
      const groups = new Map();
      for (const row of rows) {
        for (const key of keysOf(row)) {
          if (!groups.has(key)) groups.set(key, []);
          groups.get(key).push(row);
        }
      }
      return groups;
    }

    /** Numbers of a group's rows. */
    function statistics(group) {
      const scores = group.filter((row) => row.score !== null).map((row) => row.score);
      return { count: group.length, passed: group.filter((row) => row.verdict === "pass").length,
        mean: scores.length ? mean(scores) : null,
        low: scores.length ? Math.min(...scores) : null,
        high: scores.length ? Math.max(...scores) : null };
    }

    /** From the lowest to the highest score, with the mean. */
    function range({ mean, low, high }) {
      if (mean === null) return null;
      const x = (score) => 4 + 152 * score;
      return h("svg", { viewBox: "0 0 160 18", width: 160, height: 18, role: "img",
        "aria-label": `from ${fixed(low, 3)} to ${fixed(high, 3)}, mean ${fixed(mean, 3)}` },
        h("line", { class: "axis", x1: 4, x2: 156, y1: 9, y2: 9 }),
        h("rect", { class: "bar", x: x(low) - 1, width: x(high) - x(low) + 2, y: 6, height: 6,
          opacity: .55 }),
        h("circle", { class: "dot", cx: x(mean), cy: 9, r: 4, style: "fill-opacity:1" }));
    }

    const groupings = [
      ["folder", (row) => [row.family]], ["tag", (row) => row.tagList],
      ["planner", (row) => [row.planner]], ["traffic", (row) => [row.traffic]],
      ["outcome", (row) => [row.outcome]],
    ];

    function families() {
      const place = h("div", {});
      const draw = (choice) => {
        const [name, keysOf] = groupings[choice];
        const entries = [...grouped(keysOf)].map(([key, group]) => [key, statistics(group)]);
        entries.sort(([a, x], [b, y]) =>
          (x.mean ?? -1) - (y.mean ?? -1) || (a < b ? -1 : a > b ? 1 : 0));
        const most = 60;
        place.replaceChildren(plainTable(null,
          [[name], ["episodes", true], ["pass", true], ["mean", true], ["lowest", true],
            ["score from lowest to highest"]],
          entries.slice(0, most).map(([key, group]) => [
            h("button", { class: "link", type: "button", click: () => filterBy({
              group: choice, key, label: `${name} ${key || "(none)"}` }) }, key || "(none)"),
            String(group.count), String(group.passed), fixed(group.mean, 3), fixed(group.low, 3),
            range(group),
          ])),
          entries.length > most
            ? h("p", { class: "note" }, `and ${entries.length - most} with higher scores`) : "");
      };
      const choice = h("select", { change: () => draw(choice.selectedIndex) },
        groupings.map(([name]) => h("option", {}, name)));
      draw(0);
      return section("Families", h("div", { class: "filters" },
        h("label", {}, "one line for each", choice)), place);
    }

    function robustness() {
      // (Several egos of one episode are no sweep.)
      const sweeps = [...grouped((row) => [row.base])]
        .filter(([, group]) => new Set(group.map((row) => row.scenario)).size > 1)
        .map(([name, group]) => {
          const worst = group.reduce((a, b) => (b.score ?? -1) < (a.score ?? -1) ? b : a);
          return { name, worst, ...statistics(group) };
        });
      if (!sweeps.length) return null;
      const spread = (sweep) => sweep.low === null ? 0 : sweep.high - sweep.low;
      sweeps.sort((a, b) => a.passed / a.count - b.passed / b.count || spread(b) - spread(a)
        || (a.name < b.name ? -1 : 1));
      const most = 40;
      const line = (sweep) => [
        sweep.name, `${sweep.passed}/${sweep.count}`, fixed(sweep.mean, 3), fixed(sweep.low, 3),
        fixed(spread(sweep), 3), range(sweep),
        h("button", { class: "link", type: "button", click: () => select(sweep.worst, true) },
          sweep.worst.scenario.slice(sweep.name.length) || sweep.worst.scenario),
      ];
      const columns = [["scenario"], ["pass", true], ["mean", true], ["lowest", true],
        ["spread", true], ["score from lowest to highest"], ["worst at"]];
      return section("Robustness", plainTable("How much scores move when a scenario's parameters "
        + "or seed do; what fails or spreads most comes first.", columns,
        sweeps.slice(0, most).map(line)),
        sweeps.length > most ? h("details", {}, h("summary", {},
          `${sweeps.length - most} more`), plainTable(null, columns, sweeps.slice(most).map(line)))
          : null);
    }

    function coverage() {
      if (!data.coverage.length) return null;
      const cell = ([passed, count, score]) => h("td", {
        class: "number " + (count === 0 ? "" : passed === count ? "all" : passed ? "some" : "none"),
      }, count === 0 ? "–" : `${passed}/${count}`,
      count === 0 ? null : h("div", { class: "mark" }, fixed(score, 2)));
      const table = (entry) => [h("h3", {}, entry.name), h("div", { class: "scroll" },
        h("table", { style: "width:auto" },
          h("thead", {}, h("tr", {}, [entry.columnKey ? `${entry.rowKey} \\ ${entry.columnKey}`
            : entry.rowKey].concat(entry.columnLabels).map((label, place) =>
            h("th", { scope: "col", class: place ? "number" : null }, label)))),
          h("tbody", {}, entry.cells.map((line, place) => h("tr", {},
            h("th", { scope: "row" }, entry.rowLabels[place]), line.map(cell)))))),
      entry.others.length
        ? h("p", { class: "note" }, "over all values of " + entry.others.join(", ")) : null];
      const isPerfect = (entry) => entry.cells.flat().every(([passed, count]) => passed === count);
      const whole = data.coverage.filter(isPerfect);
      const rest = data.coverage.filter((entry) => !isPerfect(entry));
      return section("Coverage", h("p", { class: "note" },
        "Episodes that passed, of those run, with their mean score."), rest.map(table),
        whole.length ? h("details", { open: !rest.length && whole.length < 4 },
          h("summary", {}, `${plural(whole.length, "sweep")} in which all pass`),
          whole.map(table)) : null);
    }

    function skipped() {
      if (!data.skipped.length) return null;
      return section("Skipped", h("ul", { class: "plain" },
        data.skipped.map(([path, reason]) => h("li", {}, `${path}: ${reason}`))));
    }


    """#
}
