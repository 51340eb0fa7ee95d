extension ReportScript {
  /// The table of episodes: filters, sorting, selection.
  static let table = #"""
    const difference = new Map();
    for (const pair of data.comparison ? data.comparison.pairs : []) {
      if (pair[2] !== null && pair[3] !== null) {
        difference.set(pair[0] + "\n" + pair[1], pair[3] - pair[2]);
      }
    }
    for (const row of rows) row.difference = difference.get(row.scenario + "\n" + row.ego) ?? null;

    const verdictOrder = { error: 0, fail: 1, pass: 2 };
    const hasTwins = new Set();
    {
      const seen = new Set();
      for (const row of rows) {
        if (seen.has(row.scenario)) hasTwins.add(row.scenario);
        seen.add(row.scenario);
      }
    }
    const label = (row) =>
      hasTwins.has(row.scenario) ? `${row.scenario} (${row.ego})` : row.scenario;

    const columns = [
      { title: "scenario", key: (row) => label(row) },
      { title: "verdict", key: (row) => verdictOrder[row.verdict] },
      { title: "score", isNumber: true, key: (row) => row.score ?? -1 },
      { title: "family", isOptional: true, key: (row) => row.family },
      { title: "why", key: (row) => row.reasons.join("; ") },
    ];
    if (new Set(rows.map((row) => row.planner)).size > 1) {
      columns.splice(3, 0, { title: "planner", isOptional: true, key: (row) => row.planner });
    }
    if (data.comparison) {
      columns.splice(3, 0, { title: "B − A", isNumber: true, key: (row) => row.difference ?? 0 });
    }

    const state = { text: "", verdict: "", family: "", only: null, sort: 2, isDown: false,
      most: 200, shown: [], selected: null };
    const view = {};

    function matches(row) {
      if (state.verdict && row.verdict !== state.verdict) return false;
      if (state.family && row.family !== state.family) return false;
      const only = state.only;
      if (only) {
        if (only.from !== undefined
          && !(row.score !== null && row.score >= only.from && row.score < only.to)) return false;
        if (only.metric !== undefined && !(row.values[only.metric] < 1
          && row.values[only.metric] !== null)) return false;
        if (only.group !== undefined
          && !groupings[only.group][1](row).includes(only.key)) return false;
      }
      if (!state.text) return true;
      if (row.search === undefined) {
        row.search = [row.scenario, row.tags, row.planner, row.ego, row.outcome, row.zeroedBy,
          row.reasons.join(" "), row.hash].join(" ").toLowerCase();
      }
      return state.text.toLowerCase().split(/\s+/).every((word) => row.search.includes(word));
    }

    function filterBy(only) {
      state.only = only;
      refresh();
      document.getElementById("episodes").scrollIntoView();
      view.clear.focus();
    }

    function refresh() {
      const { key } = columns[state.sort];
      const sign = state.isDown ? -1 : 1;
      const found = rows.filter(matches);
      found.sort((a, b) => {
        const x = key(a), y = key(b);
        return x < y ? -sign : x > y ? sign : a.index - b.index;
      });
      state.shown = found;
      view.body.replaceChildren(...found.slice(0, state.most).map(line));
      view.count.textContent = found.length === rows.length
        ? `all ${plural(rows.length, "episode")}` : `${found.length} of ${rows.length} episodes`;
      view.clear.hidden = !state.only;
      view.clear.textContent = state.only ? `✕ ${state.only.label}` : "";
      view.more.hidden = found.length <= state.most;
      view.more.textContent = `show all ${found.length}`;
      view.heads.forEach((head, place) => {
        head.setAttribute("aria-sort", place !== state.sort ? "none"
          : state.isDown ? "descending" : "ascending");
        head.querySelector("span").textContent = place !== state.sort ? ""
          : state.isDown ? " ▼" : " ▲";
      });
    }

    function line(row) {
      const cells = {
        scenario: () => h("td", { class: "name" },
          h("button", { type: "button" }, breakable(label(row))),
          row.clip === null ? null : h("span", { class: "mark" }, " ▶")),
        verdict: () => h("td", { class: `verdict ${row.verdict}` }, row.verdict),
        score: () => h("td", { class: "number" }, fixed(row.score, 4),
          row.score === null ? null : meter(row.score)),
        planner: () => h("td", { class: "optional" }, row.planner),
        family: () => h("td", { class: "optional" }, row.family),
        why: () => h("td", { class: "wide" }, breakable(row.reasons.join("; "))),
        "B − A": () => h("td", { class: "number " + (row.difference > 0 ? "pass"
          : row.difference < 0 ? "fail" : "") },
        row.difference === null ? "" : signed(row.difference, 4)),
      };
      const isSelected = state.selected === row;
      return h("tr", { "data-row": row.index, "aria-selected": isSelected ? "true" : null },
        columns.map(({ title }) => cells[title]()));
    }

    /** Shows an episode's details; its player begins if somebody asked for it. */
    function select(row, isAsked) {
      state.selected = row;
      for (const old of view.body.querySelectorAll("[aria-selected]")) {
        old.removeAttribute("aria-selected");
      }
      const shown = view.body.querySelector(`[data-row="${row.index}"]`);
      if (shown) shown.setAttribute("aria-selected", "true");
      showDetail(row, isAsked);
    }

    function episodes() {
      const text = h("input", { type: "search", id: "search", input: () => {
        state.text = text.value.trim();
        refresh();
      } });
      const choice = (name, values) => {
        const box = h("select", { id: "by-" + name, change: () => {
          state[name] = box.value;
          refresh();
        } }, h("option", { value: "" }, "all"),
        values.map((value) => h("option", { value }, value)));
        return h("label", {}, name, box);
      };
      const heads = columns.map(({ title, isNumber, isOptional }, place) => h("th", {
        scope: "col", class: isNumber ? "number" : isOptional ? "optional" : null,
      }, h("button", { type: "button", click: () => {
        state.isDown = state.sort === place && !state.isDown;
        state.sort = place;
        refresh();
      } }, title, h("span", { "aria-hidden": "true" }))));
      const body = h("tbody", {
        click: (event) => {
          const line = event.target.closest("tr");
          if (line) select(rows[line.dataset.row], true);
        },
        keydown: (event) => {
          const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" };
          if (!step[event.key]) return;
          const other = event.target.closest("tr")[step[event.key]];
          if (other) {
            event.preventDefault();
            other.querySelector("button").focus();
          }
        },
      });
      const count = h("p", { class: "note", role: "status" });
      const clear = h("button", { type: "button", class: "chip", hidden: true,
        click: () => { state.only = null; refresh(); text.focus(); } });
      const more = h("button", { type: "button", hidden: true,
        click: () => { state.most = Infinity; refresh(); } });
      Object.assign(view, { body, count, clear, more, heads });
      const families = [...new Set(rows.map((row) => row.family))].sort();
      const part = section("Episodes", h("div", { class: "filters" },
        h("label", { class: "grow" }, "words in name, tags or reason", text),
        choice("verdict", ["pass", "fail", "error"]), choice("family", families), clear), count,
      h("div", { class: "rows" }, h("table", {}, h("thead", {}, h("tr", {}, heads)), body)), more);
      part.id = "episodes";
      part.tabIndex = -1;
      part.classList.add("table");
      refresh();
      return part;
    }


    """#

  /// All that is known of one episode.
  static let detail = #"""
    function metricTable(row) {
      const lines = metrics.filter(({ index }) => row.values[index] !== null
        && row.values[index] !== undefined)
        .map(({ name, role, index }) => [name, role, fixed(row.values[index], 4)]);
      return h("details", {}, h("summary", {}, plural(lines.length, "metric")),
        plainTable(null, [["metric"], ["role"], ["value", true]], lines));
    }

    function showDetail(row, isAsked) {
      if (view.player) view.player.stop();
      view.player = null;
      const facts = [["ego", row.ego], ["planner", row.planner], ["predictor", row.predictor],
        ["perception", row.perception], ["traffic", row.traffic], ["outcome", row.outcome],
        ["file", row.path], ["tags", row.tagList.join(", ")], ["seed", row.seed],
        ["ticks", String(row.ticks)], ["hash", row.hash]];
      const parts = [
        h("h2", { id: "detail-title" }, breakable(label(row))),
        h("p", {}, h("span", { class: `verdict ${row.verdict}` }, row.verdict),
          ` · score ${fixed(row.score, 4)}`,
          row.difference === null ? null : ` · B − A ${signed(row.difference, 4)}`),
        h("ul", { class: "plain" }, row.reasons.map((reason) => h("li", {}, breakable(reason)))),
      ];
      if (row.clip !== null) {
        view.player = makePlayer(row, decodeClip(data.clips[row.clip]));
        parts.push(view.player.element);
      } else if (row.ticks > 0) {
        parts.push(h("p", { class: "note" }, data.clips.length
          ? "This page plays the worst episodes that left a recording (▶)."
          : "No episode left a recording to play: run the batch with --record all."));
      }
      parts.push(
        h("dl", { class: "facts" }, facts.filter(([, value]) => value).map(([name, value]) =>
          [h("dt", {}, name), h("dd", {}, value)])),
        row.values.length ? metricTable(row) : null);
      view.detail.replaceChildren(...parts.filter(Boolean));
      if (view.player) {
        view.player.start(isAsked);
        if (isAsked) {
          const box = view.player.element.getBoundingClientRect();
          if (box.top < 0 || box.bottom > innerHeight) {
            view.detail.scrollIntoView({ block: "start" });
          }
        }
      } else if (isAsked && view.detail.getBoundingClientRect().top > innerHeight) {
        view.detail.scrollIntoView({ block: "nearest" });
      }
    }


    """#
}
