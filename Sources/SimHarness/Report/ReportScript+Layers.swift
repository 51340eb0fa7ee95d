extension ReportScript {
  /// The player's layers: simview's, with its keys.
  static let layers = #"""
    /** From the worst to the best score, as simview has them; lighter on the dark map. */
    const scoreStops = {
      light: [[194, 74, 0], [243, 230, 184], [0, 103, 165]],
      dark: [[255, 118, 51], [246, 236, 200], [70, 168, 240]],
    };
    function scoreColour(score) {
      const stops = scoreStops[isDark() ? "dark" : "light"];
      const place = 2 * Math.max(0, Math.min(1, score));
      const [a, b] = place < 1 ? stops : stops.slice(1);
      const share = place < 1 ? place : place - 1;
      return `rgb(${a.map((value, at) => Math.round(value + (b[at] - value) * share)).join(",")})`;
    }
    const scoreBar = () => `linear-gradient(90deg,${[0, .25, .5, .75, 1].map(scoreColour).join()})`;

    const unrecorded = (part, who) => {
      if (part.state === "left out") return "left out: the page would grow too large";
      return part.state === "shown" ? null
        : `not recorded (simrun batch --record-choices; ${who})`;
    };
    const unperceived = (ego) => ego.perceived.some(Boolean) ? null : "not recorded";
    const unforeseen = ({ forecasts }) =>
      forecasts.state === "left out" ? "left out: the page would grow too large"
        : forecasts.values.some((modes) => modes && modes.length) ? null
          : "none recorded";

    /**
     * From the lowest to the topmost, with simview's keys. `lacks` says of an ego why there is
     * nothing to show. (Lines and texts of some are drawn with the map and the labels.)
     */
    const layerList = [
      { key: "m", name: "map", words: "map" },
      { key: "r", name: "route", words: "route and goal" },
      { key: "n", name: "laneNames", words: "lane names", isOff: true },
      { key: "A", name: "attention", words: "attention", draw: drawAttention,
        lacks: (ego) => unrecorded(ego.attention, "predictor hpnet") },
      { key: "t", name: "trails", words: "trails", draw: drawTrails },
      { key: "f", name: "forecasts", words: "forecasts", draw: drawForecasts, lacks: unforeseen },
      { key: "e", name: "ellipses", words: "ellipses", draw: drawEllipses,
        lacks: (ego) => unforeseen(ego) || (ego.forecasts.values.some((modes) =>
          modes && modes.some(({ spreads }) => spreads.length)) ? null
          : "not told by the predictor") },
      { key: "u", name: "truth", words: "later truth", isOff: true, draw: drawTruth,
        lacks: unforeseen },
      { key: "v", name: "proposals", words: "proposals", draw: drawProposals,
        lacks: (ego) => unrecorded(ego.proposals, "planners pdm-closed and frenet") },
      { key: "p", name: "plan", words: "ego plan", draw: drawPlan,
        lacks: (ego) => ego.plans.some(Boolean) ? null : "not recorded" },
      { key: "s", name: "signals", words: "signals", draw: drawSignals },
      { key: "a", name: "agents", words: "agents", draw: drawAgents },
      { key: "k", name: "tracks", words: "perceived tracks", draw: drawTracks, lacks: unperceived },
      { key: "d", name: "unseen", words: "unseen", draw: drawUnseen, lacks: unperceived },
      { key: "i", name: "labels", words: "names" },
      { key: "q", name: "selection", words: "selection", draw: drawSelection },
    ];

    function drawSignals({ context, clip, tick, pixel }) {
      for (const signal of clip.signals) {
        context.strokeStyle = lightColours[signal.colours[tick]];
        context.lineWidth = Math.max(.7, 3 * pixel);
        strokePoints(context, signal.from, [signal.to]);
      }
    }

    function drawAgents({ context, clip, ego, tick, pixel, colours }) {
      clip.agents.forEach((agent, place) => {
        if (!agent.present[tick] || place === ego.agent) return;
        const isEgo = clip.egoAgents.includes(place);
        drawAgent(context, agent, tick, isEgo ? colours.ego : bodyColours[agent.kind], pixel);
      });
      const own = clip.agents[ego.agent];
      if (own.present[tick]) drawAgent(context, own, tick, colours.ego, pixel);
    }

    /** What the forecast of the selected agent depended on: the heavier, the more. */
    function drawAttention(now) {
      const { context, clip, tick, pixel, colours, selected } = now;
      const target = attendedBy(now);
      if (!target) return;
      context.lineCap = "butt";
      context.strokeStyle = colours.attention;
      for (const { points, weight } of target.stretches) {
        if (points.length < 2) continue;
        context.globalAlpha = .1 + .75 * Math.min(1, weight);
        context.lineWidth = Math.max(2.2, 4 * pixel);
        strokePoints(context, points[0], points.slice(1));
      }
      context.globalAlpha = 1;
      context.lineCap = "round";
      const from = clip.agents[selected];
      for (const { place, weight } of target.agents) {
        const other = clip.agents[place];
        if (!other.present[tick]) continue;
        for (const [colour, extra] of [["halo", 4], ["ink", 1]]) {
          context.strokeStyle = colours[colour];
          context.lineWidth = (extra + 7 * weight) * pixel;
          strokePoints(context, [from.x[tick], from.y[tick]], [[other.x[tick], other.y[tick]]]);
        }
      }
    }

    function attendedBy({ clip, ego, tick, selected }) {
      const list = ego.attention.values[tick];
      if (!list || selected < 0 || !clip.agents[selected].present[tick]) return null;
      return list.find(({ agent }) => agent === selected) || null;
    }

    function drawForecasts({ context, clip, ego, tick, pixel, colours }) {
      for (const mode of ego.forecasts.values[tick] || []) {
        const agent = clip.agents[mode.agent];
        const start = agent && agent.present[tick]
          ? [agent.x[tick], agent.y[tick]] : mode.points[0];
        context.strokeStyle = context.fillStyle = colours.forecast;
        context.globalAlpha = .25 + .75 * mode.share;
        context.lineWidth = Math.max(.12, 1.5 * pixel);
        context.setLineDash([.5, .45]);
        strokePoints(context, start, mode.points);
        context.setLineDash([]);
        const end = mode.points[mode.points.length - 1];
        context.beginPath();
        context.arc(end[0], end[1], Math.max(.25, 2 * pixel), 0, 7);
        context.fill();
      }
      context.globalAlpha = 1;
    }

    function drawEllipses({ context, ego, tick, pixel, colours }) {
      for (const mode of ego.forecasts.values[tick] || []) {
        context.globalAlpha = .25 + .75 * mode.share;
        mode.spreads.forEach(([a, b, c], index) => {
          drawSpread(context, mode.points[index], a, b, c, colours.forecast, pixel);
        });
      }
      context.globalAlpha = 1;
    }

    /** Where those of whom there is a forecast then really went. (Its points are seconds.) */
    function drawTruth({ context, clip, ego, tick, pixel, colours }) {
      const modes = ego.forecasts.values[tick] || [];
      context.strokeStyle = colours.ink;
      context.lineWidth = Math.max(.12, 1.6 * pixel);
      context.setLineDash([5 * pixel, 4 * pixel]);
      for (const place of new Set(modes.map(({ agent }) => agent))) {
        const agent = clip.agents[place];
        if (!agent || !agent.present[tick]) continue;
        const { points } = modes.find((mode) => mode.agent === place);
        const last = Math.min(clip.ticks - 1, tick + Math.round(points.length / clip.step));
        const way = [];
        for (let at = tick; at <= last; at += 1) {
          if (agent.present[at]) way.push([agent.x[at], agent.y[at]]);
        }
        if (way.length > 1) strokePoints(context, way[0], way.slice(1));
      }
      context.setLineDash([]);
    }

    /** The ways that the planner weighed by score; the one that it took is thick. */
    function drawProposals({ context, ego, tick, pixel, colours }) {
      const choice = ego.proposals.values[tick];
      if (!choice) return;
      const stroke = ({ points }, width, colour) => {
        context.strokeStyle = colour;
        context.lineWidth = width;
        if (points.length > 1) strokePoints(context, points[0], points.slice(1));
      };
      const taken = choice.ways[choice.chosen];
      if (taken) {
        const width = Math.max(1.2, 7 * pixel);
        stroke(taken, width + 3 * pixel, colours.ink);
        stroke(taken, width, scoreColour(taken.score));
      }
      // The best lie on top: many share most of their way.
      const others = choice.ways.filter((way) => way !== taken && way.points.length)
        .sort((a, b) => a.score - b.score);
      for (const way of others) {
        const colour = scoreColour(way.score);
        stroke(way, 2.2 * pixel, colour);
        // Those that differ in speed alone end at different places.
        const [x, y] = way.points[way.points.length - 1];
        for (const [radius, fill] of [[4.2, colours.ink], [3.2, colour]]) {
          context.beginPath();
          context.arc(x, y, radius * pixel, 0, 7);
          context.fillStyle = fill;
          context.fill();
        }
      }
    }

    function drawPlan({ context, ego, tick, pixel, colours }) {
      const plan = ego.plans[tick];
      if (!plan || !plan.length) return;
      context.strokeStyle = context.fillStyle = colours.plan;
      context.lineWidth = Math.max(.3, 2.5 * pixel);
      const [start, ...rest] = plan;
      strokePoints(context, start, rest);
      for (const [x, y] of rest) {
        context.beginPath();
        context.arc(x, y, Math.max(.3, 2.2 * pixel), 0, 7);
        context.fill();
      }
    }

    /** What is perceived elsewhere than it is, tied to it; from near, all that is perceived. */
    function drawTracks({ context, clip, ego, tick, pixel, colours, isNear }) {
      const perceived = ego.perceived[tick];
      if (!perceived) return;
      context.lineWidth = Math.max(.15, 1.6 * pixel);
      context.strokeStyle = colours.unseen;
      const elsewhere = new Set([ego.agent, ...perceived.unseen]);
      for (const box of perceived.displaced) {
        boxPath(context, box.x, box.y, box.heading, box.length, box.width);
        context.stroke();
        elsewhere.add(box.agent);
        const agent = clip.agents[box.agent];
        if (agent) strokePoints(context, [box.x, box.y], [[agent.x[tick], agent.y[tick]]]);
      }
      if (!isNear) return;
      context.strokeStyle = colours.track;
      context.setLineDash([.6, .4]);
      clip.agents.forEach((agent, place) => {
        if (!agent.present[tick] || elsewhere.has(place)) return;
        boxPath(context, agent.x[tick], agent.y[tick], agent.heading[tick], agent.length + .3,
          agent.width + .3);
        context.stroke();
      });
      context.setLineDash([]);
    }

    /** Who is there and not perceived: veiled, in a broken frame. */
    function drawUnseen({ context, clip, ego, tick, pixel, colours }) {
      const perceived = ego.perceived[tick];
      if (!perceived) return;
      context.lineWidth = Math.max(.15, 1.6 * pixel);
      context.strokeStyle = colours.unseen;
      context.fillStyle = colours.veil;
      context.setLineDash([.6, .4]);
      for (const place of perceived.unseen) {
        const agent = clip.agents[place];
        boxPath(context, agent.x[tick], agent.y[tick], agent.heading[tick], agent.length + .8,
          agent.width + .8);
        context.fill();
        context.stroke();
      }
      context.setLineDash([]);
    }

    function drawSelection({ context, clip, tick, pixel, colours, selected }) {
      const agent = clip.agents[selected];
      if (!agent || !agent.present[tick]) return;
      const more = 2 * Math.max(1, 8 * pixel);
      for (const [colour, width] of [["halo", 4], ["ink", 2]]) {
        context.strokeStyle = colours[colour];
        context.lineWidth = width * pixel;
        boxPath(context, agent.x[tick], agent.y[tick], agent.heading[tick], agent.length + more,
          agent.width + more);
        context.stroke();
      }
    }

    /** Names of lanes, probabilities of forecasts, shares of attention. */
    function drawNumbers(now, layers, scale, place, write) {
      const { context, clip, ego, tick, selected, isNear } = now;
      if (layers.laneNames) {
        for (const lane of clip.lanes) {
          if (lane.length * scale < context.measureText(lane.id).width + 12) continue;
          write(lane.id, ...place(lane.x, lane.y));
        }
      }
      if (layers.forecasts && isNear) {
        for (const { agent: number, share, points } of ego.forecasts.values[tick] || []) {
          const agent = clip.agents[number], end = points[points.length - 1];
          // Of one that stays where it is, one would lie on the other.
          if (share < .1 || share > .995 || !agent || !agent.present[tick]
            || Math.hypot(end[0] - agent.x[tick], end[1] - agent.y[tick]) < agent.length) continue;
          const [x, y] = place(...end);
          write(share.toFixed(2), x + 16, y + 4);
        }
      }
      const target = layers.attention ? attendedBy(now) : null;
      if (!target) return;
      const from = clip.agents[selected];
      for (const { place: number, weight } of target.agents) {
        const other = clip.agents[number];
        if (weight < .03 || !other.present[tick]) continue;
        write(`${(100 * weight).toFixed(0)}%`, ...place((from.x[tick] + 2 * other.x[tick]) / 3,
          (from.y[tick] + 2 * other.y[tick]) / 3));
      }
    }


    """#
}
