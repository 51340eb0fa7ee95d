/// The script of `report.html`, without any library: plain functions over the page's data, part by
/// part. Text gets into the page as text nodes only, so that no value can be markup.
enum ReportScript {
  /// The whole script.
  static let text = [
    "\"use strict\";\n", base, plots, groups, table, detail, clip, scene, layers, player,
    comparison, main,
  ].joined()

  /// Elements, numbers, the rows of the data, the theme.
  static let base = #"""
    const started = performance.now();
    const data = JSON.parse(document.getElementById("data").textContent);
    const rows = data.rows.map((values, index) => {
      const row = { index };
      data.fields.forEach((name, place) => { row[name] = values[place]; });
      row.family = row.family || "(top)";
      row.tagList = row.tags ? row.tags.split(",") : [];
      row.base = row.scenario.replace(/\[.*\]$/s, "");
      row.reasons = [row.reason].concat(row.unmet, row.why.replace(/^score [^:]*: ?/, ""))
        .filter(Boolean);
      return row;
    });
    const metrics = data.metrics.map(([name, role, weight], index) =>
      ({ name, role, weight, index }));
    const scored = metrics.filter((metric) => metric.role !== "statistic");

    /** An element with attributes (functions are listeners) and children (texts are text). */
    function h(tag, attributes, ...children) {
      const isDrawn = ["svg", "g", "rect", "line", "circle", "path", "text", "title"].includes(tag);
      const element = isDrawn
        ? document.createElementNS("http://www.w3.org/2000/svg", tag)
        : document.createElement(tag);
      for (const [name, value] of Object.entries(attributes || {})) {
        if (value === null || value === undefined || value === false) continue;
        if (typeof value === "function") element.addEventListener(name, value);
        else element.setAttribute(name, value === true ? "" : value);
      }
      for (const child of children.flat(Infinity)) {
        if (child !== null && child !== undefined) element.append(child);
      }
      return element;
    }

    /** A name that may be broken where its parts end. */
    const breakable = (text) => text.split(/(?<=[_[\],=./])/)
      .flatMap((part, place) => place ? [document.createElement("wbr"), part] : [part]);
    const fixed = (value, digits) =>
      value === null || value === undefined ? "–" : value.toFixed(digits);
    const signed = (value, digits) =>
      Number(value.toFixed(digits)) === 0 ? "0"
        : (value > 0 ? "+" : "−") + Math.abs(value).toFixed(digits);
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

    function section(title, ...children) {
      const id = "s-" + title.toLowerCase().replace(/[^a-z]+/g, "-");
      return h("section", { "aria-labelledby": id }, h("h2", { id }, title), ...children);
    }

    /** A table from texts and elements; columns are [title, isNumber]. */
    function plainTable(caption, columns, lines) {
      const cells = (line) => line.map((cell, place) => {
        if (cell instanceof Element && cell.tagName === "TD") return cell;
        return h("td", { class: columns[place][1] ? "number" : null }, cell);
      });
      return h("div", { class: "scroll" }, h("table", {},
        caption ? h("caption", {}, caption) : null,
        h("thead", {}, h("tr", {}, columns.map(([title, isNumber]) =>
          h("th", { scope: "col", class: isNumber ? "number" : null }, title)))),
        h("tbody", {}, lines.map((line) => h("tr", {}, cells(line))))));
    }

    /** A bar from 0 to 1. */
    const meter = (share) => h("span", { class: "meter", "aria-hidden": "true" },
      h("i", { style: `width:${(100 * Math.max(0, Math.min(1, share))).toFixed(1)}%` }));

    const prefersDark = matchMedia("(prefers-color-scheme: dark)");
    let themeListeners = [];
    function storedTheme() {
      const asked = /theme=(light|dark)/.exec(location.hash);
      if (asked) return asked[1];
      try { return localStorage.getItem("theme"); } catch { return null; }
    }
    function setTheme(theme, isChosen) {
      document.documentElement.dataset.theme = theme;
      if (isChosen) { try { localStorage.setItem("theme", theme); } catch { /* not kept */ } }
      for (const listener of themeListeners) listener();
    }
    const isDark = () => document.documentElement.dataset.theme === "dark";
    setTheme(storedTheme() || (prefersDark.matches ? "dark" : "light"), false);
    prefersDark.addEventListener("change", () => {
      if (!storedTheme()) setTheme(prefersDark.matches ? "dark" : "light", false);
    });
    function themeButton() {
      const button = h("button", { class: "theme", type: "button",
        click: () => setTheme(isDark() ? "light" : "dark", true) });
      const label = () => { button.textContent = isDark() ? "Light colours" : "Dark colours"; };
      themeListeners.push(label);
      label();
      return button;
    }


    """#
}
