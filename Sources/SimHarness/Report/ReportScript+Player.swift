extension ReportScript {
  /// Plays a clip: buttons, slider, keys, events on a track, speed over time.
  static let player = #"""
    const eventMarks = [[/collision/, "✕"], [/fail|off_road/, "!"], [/red|stop/, "■"],
      [/goal/, "★"], [/overrun|late/, "◷"]];
    const eventMark = (kind) => (eventMarks.find(([words]) => words.test(kind)) || [0, "•"])[1];

    function makePlayer(row, clip) {
      const own = clip.egos.find((ego) => clip.agents[ego.agent].id === row.ego) || clip.egos[0];
      const agent = clip.agents[own.agent];
      const last = clip.ticks - 1;
      let tick = 0, timer = null, before = 0, rest = 0;
      const camera = { x: agent.x[0], y: agent.y[0], scale: 0, metres: 90 };
      const lacking = new Map(layerList.map((layer) =>
        [layer.name, layer.lacks ? layer.lacks(own) : null]));
      const layers = Object.fromEntries(layerList.map(({ name, isOff }) =>
        [name, !isOff && !lacking.get(name)]));
      layers.labels = clip.agents.length < 40;
      /** The place of the agent that somebody selected; null: whom attention is told of nearby. */
      let picked = null;
      const speeds = [.25, .5, 1, 2, 4, 8];
      const seconds = (at) => (at * clip.step).toFixed(1) + " s";

      const canvas = h("canvas", { tabindex: 0, role: "img" });
      const time = h("span", { class: "time" });
      const play = h("button", { type: "button", click: () => toggle() });
      const slider = h("input", { type: "range", min: 0, max: last, step: 1, value: 0,
        "aria-label": "tick", input: () => { stop(); go(Number(slider.value)); } });
      const speed = h("select", { "aria-label": "speed" }, speeds.map((factor) =>
        h("option", { value: factor, selected: factor === 1 }, `${factor} ×`)));
      const follow = h("input", { type: "checkbox", checked: true, change: draw });

      /** Ticks worth jumping to: events, and where a bound begins to be broken. */
      const marks = row.events.map(([at, kind, other, value]) => ({ at, mark: eventMark(kind),
        words: kind.replaceAll("_", " ") + (other ? ` with ${other}` : "")
          + (value ? ` (${Number(value.toFixed(2))})` : "") }))
        .concat(row.violations.map(([metric, first, , reason]) => ({ at: first, mark: "▾",
          words: `${metrics[metric].name}: ${reason}` })))
        .filter(({ at }) => at <= last).sort((a, b) => a.at - b.at);
      const track = h("div", { class: "track", role: "group", "aria-label": "events" },
        row.violations.map(([, first, final]) => h("span", { class: "span",
          style: `left:${100 * first / last}%;width:${100 * (final - first) / last}%` })),
        marks.map(({ at, mark, words }) => h("button", { type: "button", title:
          `${seconds(at)}: ${words}`, "aria-label": `${seconds(at)}: ${words}`,
        style: `left:${100 * at / Math.max(1, last)}%`,
        click: () => { stop(); go(at); } }, mark)));
      const chart = speedChart();

      function describe() {
        const shown = agent.present[tick]
          ? `${agent.speed[tick].toFixed(1)} m/s (${(3.6 * agent.speed[tick]).toFixed(0)} km/h)`
          : "not there";
        time.textContent = `${seconds(tick)} of ${seconds(last)} · tick ${tick} · ${shown}`;
        slider.value = tick;
        slider.setAttribute("aria-valuetext", `${seconds(tick)}, ${shown}`);
        chart.cursor.setAttribute("x1", chart.x(tick));
        chart.cursor.setAttribute("x2", chart.x(tick));
        told.textContent = tell();
      }

      /** Who is selected: who was picked, else whoever is nearest of those foreseen; -1: nobody. */
      function selected() {
        if (picked !== null) return picked;
        const list = layers.attention ? own.attention.values[tick] : null;
        const away = ({ agent: place }) => Math.hypot(clip.agents[place].x[tick] - agent.x[tick],
          clip.agents[place].y[tick] - agent.y[tick]);
        const there = (list || []).filter((target) => clip.agents[target.agent].present[tick]);
        return there.length ? there.reduce((a, b) => away(b) < away(a) ? b : a).agent : -1;
      }

      /** What the layers of choices show, in words. */
      function tell() {
        const words = [];
        const choice = layers.proposals ? own.proposals.values[tick] : null;
        if (choice) {
          const best = Math.max(0, ...choice.ways.map(({ score }) => score));
          words.push(`${plural(choice.ways.length, "proposal")}, best ${best.toFixed(2)}`
            + (choice.isEmergency ? ": emergency" : ""));
        }
        const place = selected(), shown = clip.agents[place];
        if (shown && shown.present[tick]) {
          const target = layers.attention
            ? (own.attention.values[tick] || []).find((other) => other.agent === place) : null;
          words.push((target ? "attention of " : "") + `${shown.id} (${classNames[shown.kind]}, `
            + `${shown.speed[tick].toFixed(1)} m/s)`);
        }
        return words.join(" · ");
      }

      function pick(place) {
        picked = place;
        who.value = place === null ? "" : String(place);
        describe();
        draw();
      }

      function switchLayer(layer, isOn) {
        const reason = lacking.get(layer.name);
        if (!reason) layers[layer.name] = isOn;
        boxes.get(layer.name).checked = layers[layer.name];
        status.textContent = reason ? `${layer.words}: ${reason}`
          : `${layer.words} ${isOn ? "shown" : "hidden"}`;
        describe();
        draw();
      }

      function draw() {
        const box = canvas.getBoundingClientRect();
        if (!box.width) return;
        const ratio = devicePixelRatio || 1;
        const width = Math.round(box.width * ratio);
        const height = Math.round(Math.min(box.width * .62, innerHeight * .55) * ratio);
        if (canvas.width !== width || canvas.height !== height) {
          canvas.width = width;
          canvas.height = height;
        }
        canvas.ratio = ratio;
        if (follow.checked && agent.present[tick]) {
          // A little ahead of it: what comes matters more than what was.
          camera.x = agent.x[tick] + .12 * camera.metres * Math.cos(agent.heading[tick]);
          camera.y = agent.y[tick] + .12 * camera.metres * Math.sin(agent.heading[tick]);
        }
        camera.scale = width / camera.metres;
        drawScene(canvas, clip, own, tick, camera, layers, selected());
      }

      function go(to) {
        tick = Math.max(0, Math.min(last, to));
        describe();
        draw();
      }

      function frame() {
        const now = performance.now();
        rest += (now - before) / 1000 * Number(speed.value) / clip.step;
        before = now;
        const whole = Math.floor(rest);
        rest -= whole;
        if (whole > 0) go(tick + whole);
        if (tick >= last) return stop();
        timer = setTimeout(frame, 16);
      }

      function stop() {
        if (timer !== null) clearTimeout(timer);
        timer = null;
        play.textContent = "▶ Play";
        play.setAttribute("aria-pressed", "false");
      }

      function begin() {
        if (tick >= last) tick = 0;
        before = performance.now();
        rest = 0;
        play.textContent = "❚❚ Pause";
        play.setAttribute("aria-pressed", "true");
        timer = setTimeout(frame, 16);
      }

      function toggle() { if (timer === null) begin(); else stop(); }

      function jump(way) {
        stop();
        const others = marks.map(({ at }) => at).filter((at) => way > 0 ? at > tick : at < tick);
        if (others.length) go(way > 0 ? others[0] : others[others.length - 1]);
      }

      function zoom(factor) {
        camera.metres = Math.max(12, Math.min(800, camera.metres * factor));
        draw();
      }

      function pace(change) {
        const next = speed.selectedIndex + change;
        speed.selectedIndex = Math.max(0, Math.min(speeds.length - 1, next));
      }

      const keys = {
        " ": toggle, ArrowRight: (event) => { stop(); go(tick + (event.shiftKey ? 10 : 1)); },
        ArrowLeft: (event) => { stop(); go(tick - (event.shiftKey ? 10 : 1)); },
        Home: () => { stop(); go(0); }, End: () => { stop(); go(last); },
        ".": () => jump(1), ",": () => jump(-1), "+": () => zoom(1 / 1.25), "-": () => zoom(1.25),
        ArrowUp: () => pace(1), ArrowDown: () => pace(-1), Escape: () => pick(null),
        c: () => { follow.checked = !follow.checked; draw(); },
      };
      for (const layer of layerList) {
        keys[layer.key] = () => switchLayer(layer, !layers[layer.name]);
      }

      function speedChart() {
        const width = 600, height = 54;
        const top = Math.max(5, ...agent.speed);
        const x = (at) => last ? width * at / last : 0;
        const y = (value) => height - 4 - (height - 16) * Math.max(0, value) / top;
        const path = Array.from(agent.speed, (value, at) => agent.present[at]
          ? `${at && agent.present[at - 1] ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`
          : "").join("");
        const cursor = h("line", { class: "whisker", y1: 0, y2: height, x1: 0, x2: 0 });
        const element = h("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
          preserveAspectRatio: "none", style: "width:100%;height:3.4rem",
          "aria-label": `ego speed over time, up to ${top.toFixed(1)} m/s`,
          click: (event) => {
            const box = element.getBoundingClientRect();
            stop();
            go(Math.round((event.clientX - box.left) / box.width * last));
          } },
        h("line", { class: "axis", x1: 0, x2: width, y1: height - 4, y2: height - 4 }),
        h("path", { d: path, fill: "none", stroke: "var(--bar)", "stroke-width": 2,
          "vector-effect": "non-scaling-stroke" }), cursor);
        return { element, cursor, x, top };
      }

      const boxes = new Map();
      const toggles = layerList.map((layer) => {
        const reason = lacking.get(layer.name);
        const box = h("input", { type: "checkbox", checked: layers[layer.name], disabled: !!reason,
          "aria-keyshortcuts": layer.key,
          change: (event) => switchLayer(layer, event.target.checked) });
        boxes.set(layer.name, box);
        return h("label", { class: reason ? "lacking" : null, title: reason }, box, " ",
          h("kbd", {}, layer.key), " " + layer.words);
      });
      const reasons = [...new Set(lacking.values())].filter(Boolean).map((reason) =>
        layerList.filter(({ name }) => lacking.get(name) === reason)
          .map(({ words }) => words).join(", ") + ": " + reason);
      const told = h("p", { class: "note told" });
      const status = h("p", { class: "note", role: "status" });
      const known = new Set(own.attention.values.flatMap((targets) =>
        (targets || []).map((target) => target.agent)));
      const who = h("select", { change: () => pick(who.value === "" ? null : Number(who.value)) },
        h("option", { value: "" }, known.size ? "the nearest foreseen" : "nobody"),
        clip.agents.map((other, place) => [other, place])
          .filter(([, place]) => !known.size || known.has(place))
          .map(([other, place]) => h("option", { value: place }, other.id)));
      const bar = h("i", { class: "scores" });
      const kinds = [...new Set(clip.agents.filter((other) => other !== agent)
        .map((other) => Math.min(other.kind, 6)))].sort((a, b) => a - b);
      const key = (colour, words) =>
        h("span", {}, h("i", { style: `background:${colour}` }), words);
      // (The ego alone has another colour on the dark map.)
      const egoKey = key(palettes[isDark() ? "dark" : "light"].ego, "ego");
      const button = (words, name, act) =>
        h("button", { type: "button", title: name, "aria-label": name, click: act }, words);

      /** The agent under a point of the map, or nearly; null: none. */
      function agentAt(event) {
        const box = canvas.getBoundingClientRect();
        const scale = camera.scale / canvas.ratio;
        const x = camera.x + (event.clientX - box.left - box.width / 2) / scale;
        const y = camera.y - (event.clientY - box.top - box.height / 2) / scale;
        let found = null, least = 12 / scale;
        clip.agents.forEach((other, place) => {
          if (!other.present[tick]) return;
          const away = Math.hypot(other.x[tick] - x, other.y[tick] - y) - other.length / 2;
          if (away < least) [found, least] = [place, away];
        });
        return found;
      }

      let drag = null;
      canvas.addEventListener("pointerdown", (event) => {
        drag = { x: event.clientX, y: event.clientY, moved: 0 };
        canvas.setPointerCapture(event.pointerId);
      });
      canvas.addEventListener("pointermove", (event) => {
        if (!drag) return;
        const scale = camera.scale / canvas.ratio;
        drag.moved += Math.abs(event.clientX - drag.x) + Math.abs(event.clientY - drag.y);
        if (drag.moved < 4) return;
        follow.checked = false;
        camera.x -= (event.clientX - drag.x) / scale;
        camera.y += (event.clientY - drag.y) / scale;
        drag = { x: event.clientX, y: event.clientY, moved: drag.moved };
        draw();
      });
      canvas.addEventListener("pointerup", (event) => {
        if (drag && drag.moved < 4) pick(agentAt(event));
        drag = null;
      });
      canvas.addEventListener("wheel", (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15);
      }, { passive: false });
      canvas.setAttribute("aria-label", `Map of ${row.scenario}; space plays, arrows step`);

      const element = h("div", { class: "player", keydown: (event) => {
        const isField = event.target.matches("select, input:not([type=checkbox])");
        if (!keys[event.key] || (isField && !(event.target === slider && event.key === " "))
          || (event.target.matches("button, [type=checkbox]") && event.key === " ")
          || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        keys[event.key](event);
      } },
      h("div", { class: "stage" }, canvas),
      h("div", { class: "slider" }, slider, track),
      h("div", { class: "controls" }, play,
        button("◀", "one tick back", () => { stop(); go(tick - 1); }),
        button("▶", "one tick on", () => { stop(); go(tick + 1); }),
        button("|◀", "event before", () => jump(-1)), button("▶|", "next event", () => jump(1)),
        speed, button("−", "zoom out", () => zoom(1.25)), button("+", "zoom in", () => zoom(.8)),
        h("label", {}, follow, " follow"), h("label", {}, "selected ", who), time),
      told, chart.element,
      h("p", { class: "note" }, `ego speed, 0 to ${chart.top.toFixed(1)} m/s. Keys on the map: `
        + "space, ← → (shift: 10), home, end, comma and full stop for events, + −, "
        + "↑ ↓ for speed, c to follow, escape to select nobody; a click selects. Layers have "
        + "simview's letters."),
      h("fieldset", { class: "layers" }, h("legend", {}, "Layers"), toggles),
      reasons.length ? h("p", { class: "note" }, `No ${reasons.join("; no ")}.`) : null, status,
      h("div", { class: "key" }, egoKey,
        kinds.map((kind) => key(bodyColours[kind], kind === 6 ? "things" : classNames[kind])),
        lacking.get("proposals") ? null : h("span", {}, bar, "score of a proposal, 0 to 1"),
        lacking.get("attention") ? null : key(palettes.light.attention, "attended stretch")));
      themeListeners = themeListeners.filter((listener) => !listener.isPlayer);
      const redraw = () => {
        egoKey.firstChild.style.background = palettes[isDark() ? "dark" : "light"].ego;
        bar.style.background = scoreBar();
        draw();
      };
      bar.style.background = scoreBar();
      redraw.isPlayer = true;
      themeListeners.push(redraw);
      const resized = new ResizeObserver(() => draw());

      return { element, stop: () => { stop(); resized.disconnect(); }, get tick() { return tick; },
        get layers() { return layers; }, get selected() { return selected(); },
        get isPlaying() { return timer !== null; },
        start(isAsked) {
          stop();
          resized.observe(canvas.parentElement);
          go(0);
          if (!isAsked) return;
          canvas.focus({ preventScroll: true });
          begin();
        } };
    }


    """#
}
