extension ReportScript {
  /// Reads what `ReportClip` wrote.
  static let clip = #"""
    const clips = new Map();

    /** A clip as arrays; lengths in metres, angles in radians. */
    function decodeClip(text) {
      if (clips.has(text)) return clips.get(text);
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      let at = 0;
      // Arithmetic, not bits: numbers may have more than 31.
      const number = () => {
        let value = 0, place = 1;
        for (;;) {
          const byte = bytes[at];
          at += 1;
          value += (byte & 127) * place;
          if (byte < 128) break;
          place *= 128;
        }
        return value % 2 ? -(value + 1) / 2 : value / 2;
      };
      const list = (count, read) => Array.from({ length: count }, read);
      const word = () => {
        const length = number();
        at += length;
        return new TextDecoder().decode(bytes.subarray(at - length, at));
      };
      const runs = (total) => {
        const values = new Uint8Array(total);
        for (let next = 0; next < total;) {
          const value = number(), length = number();
          values.fill(value, next, next + length);
          next += length;
        }
        return values;
      };
      const series = (count, scale) => {
        const values = new Float64Array(count);
        let last = 0, slope = 0;
        for (let index = 0; index < count; index += 1) {
          slope += number();
          last += slope;
          values[index] = last / scale;
        }
        return values;
      };
      const points = () => {
        let x = 0, y = 0;
        return list(number(), () => {
          x += number();
          y += number();
          return [x / 100, y / 100];
        });
      };
      const path = () => {
        const count = number();
        const x = series(count, 100), y = series(count, 100);
        return Array.from(x, (value, index) => [value, y[index]]);
      };

      const clip = { step: number() / 1e6, ticks: number(), origin: [number(), number()] };
      const { ticks } = clip;
      clip.agents = list(number(), () => ({
        id: word(), kind: number(), length: number() / 100, width: number() / 100 }));
      clip.egoAgents = list(number(), number);
      clip.shapes = list(number(), () => ({ kind: number(), points: points() }));
      clip.signals = list(number(), () => ({
        from: [number() / 100, number() / 100], to: [number() / 100, number() / 100],
        colours: runs(ticks) }));
      clip.lanes = list(number(), () => ({ id: word(), x: number() / 100, y: number() / 100,
        length: number() / 100 }));
      for (const agent of clip.agents) {
        agent.present = runs(ticks);
        const count = agent.present.reduce((sum, value) => sum + value, 0);
        const columns = { x: series(count, 100), y: series(count, 100),
          heading: series(count, 1000), speed: series(count, 100), lights: runs(count) };
        for (const [name, values] of Object.entries(columns)) {
          agent[name] = new Float64Array(ticks);
          let next = 0;
          for (let tick = 0; tick < ticks; tick += 1) {
            if (agent.present[tick]) {
              agent[name][tick] = values[next];
              next += 1;
            }
          }
        }
      }
      const spread = (read) => {
        const marks = runs(ticks);
        const values = list(marks.filter((mark) => mark === 1).length, read);
        let next = -1;
        return Array.from(marks, (mark) => {
          if (mark === 1) next += 1;
          return mark === 0 ? null : values[next];
        });
      };
      /** A part that may not be there: what there is of it, and its values. */
      const told = (read) => {
        const state = ["none", "shown", "left out"][number()];
        return { state, values: state === "shown" ? read() : [] };
      };
      const proposals = () => {
        // Each goes on from the start and the first step of the one before.
        const before = { score: 0, x: [0, 0], y: [0, 0] };
        const way = (count, axis) => {
          const values = [];
          let last = before[axis][0], slope = 0;
          for (let index = 0; index < count; index += 1) {
            const value = number() + last + slope;
            slope = index === 0 ? before[axis][1] - before[axis][0] : value - last;
            last = value;
            values.push(value);
          }
          if (count > 1) before[axis] = values;
          return values;
        };
        return spread(() => {
          const count = number(), chosen = number(), isEmergency = number() === 1;
          return { chosen, isEmergency, ways: list(count, () => {
            before.score += number();
            const points = number();
            const x = way(points, "x"), y = way(points, "y");
            return { score: before.score / 100, points: x.map((v, at) => [v / 20, y[at] / 20]) };
          }) };
        });
      };
      const attention = () => {
        const stretches = list(number(), points);
        const parts = (most) => {
          let place = 0;
          return list(number(), () => {
            place += number();
            return { place, weight: number() / most };
          });
        };
        return spread(() => {
          let agent = 0;
          return list(number(), () => {
            agent += number();
            const agents = parts(100);
            return { agent, agents, stretches: parts(50).map(({ place, weight }) =>
              ({ points: stretches[place], weight })) };
          });
        });
      };
      clip.egos = clip.egoAgents.map((agent) => ({
        agent,
        plans: spread(path),
        forecasts: told(() => spread(() => {
          const count = number(), hasSpreads = number();
          return list(count, () => {
            const mode = { agent: number(), share: number() / 1000, points: path() };
            const roots = () => series(hasSpreads ? mode.points.length : 0, 100);
            const a = roots(), b = roots(), c = roots();
            mode.spreads = Array.from(a, (value, index) => [value, b[index], c[index]]);
            return mode;
          });
        })),
        perceived: spread(() => ({
          unseen: list(number(), number),
          displaced: list(number(), () => ({ agent: number(), x: number() / 100, y: number() / 100,
            heading: number() / 1000, length: number() / 100, width: number() / 100 })) })),
        proposals: told(proposals),
        attention: told(attention),
      }));
      clips.set(text, clip);
      return clip;
    }


    """#

  /// Draws one tick.
  static let scene = #"""
    // Everything that moves takes hues that people with any common colour blindness can tell
    // apart (Okabe and Ito 2008). By class: car, truck, bus, motorcycle, bicycle, walker, things.
    const bodyColours = ["#e69f00", "#d55e00", "#d55e00", "#009e73", "#009e73", "#cc79a7",
      "#56b4e9", "#56b4e9", "#56b4e9", "#56b4e9"];
    const classNames = ["car", "truck", "bus", "motorcycle", "bicycle", "pedestrian", "cone",
      "barrier", "sign", "object"];
    const lightColours = ["#c4c9ce", "#009e73", "#f0e442", "#d55e00", "#d55e00", "#c4c9ce"];
    const palettes = {
      light: { ground: "#dedbd2", road: "#aab0b7", junction: "#a0a7af", parking: "#a9c7df",
        sidewalk: "#cfc6b4", bicycle: "#8cc4ae", bus: "#ddbf87", shoulder: "#bcc1c6",
        crosswalk: "#c9c3d2", paint: "#ffffff", curb: "#4a525b", faint: "#8d959d", ink: "#16191d",
        halo: "#ffffffd0", route: "#0072b255", ego: "#0072b2", plan: "#7a0f52",
        forecast: "#4a3b00", unseen: "#16191d", veil: "#dedbd2a8", track: "#0f5f96",
        attention: "#f0e442" },
      dark: { ground: "#24282d", road: "#454c54", junction: "#4c545d", parking: "#3c566c",
        sidewalk: "#4d483c", bicycle: "#32594a", bus: "#5e5033", shoulder: "#3a4047",
        crosswalk: "#5c5668", paint: "#d4d6d8", curb: "#99a1aa", faint: "#6b737c", ink: "#f2f0ea",
        halo: "#14171ac0", route: "#74bdeb4d", ego: "#4aa8e0", plan: "#ffa6d9",
        forecast: "#f3e2a4", unseen: "#f2f0ea", veil: "#24282da8", track: "#56b4e9",
        attention: "#f0e442" },
    };
    const areaNames = ["road", "junction", "parking", "sidewalk", "bicycle", "bus", "shoulder",
      "crosswalk"];
    /** Of each line: colour, width in metres, dashes in metres. */
    const lineStyles = { 8: ["paint", .15], 9: ["paint", .15, [3, 6]], 10: ["curb", .18],
      11: ["faint", .08], 12: ["paint", .4], 13: ["paint", .4, [.6, .4]], 14: ["route", 1.2],
      15: ["ego", .6, [.7, .5]] };

    /** Lines of a clip as paths, made once. */
    function shapePaths(clip) {
      if (!clip.paths) {
        clip.paths = clip.shapes.map(({ kind, points }) => {
          const path = new Path2D();
          points.forEach(([x, y], index) => {
            if (index) path.lineTo(x, y); else path.moveTo(x, y);
          });
          if (kind < 8) path.closePath();
          return { kind, path };
        });
      }
      return clip.paths;
    }

    function strokePoints(context, start, points) {
      context.beginPath();
      context.moveTo(start[0], start[1]);
      for (const [x, y] of points) context.lineTo(x, y);
      context.stroke();
    }

    /** The ellipse of one standard deviation; a, b, c is the triangular root of a covariance. */
    function drawSpread(context, [x, y], a, b, c, colour, pixel) {
      if (a < .05 && c < .05) return;
      context.save();
      context.transform(a, b, 0, c, x, y);
      context.beginPath();
      context.arc(0, 0, 1, 0, 7);
      context.restore();
      const alpha = context.globalAlpha;
      context.fillStyle = colour;
      context.globalAlpha = alpha * .12;
      context.fill();
      context.globalAlpha = alpha * .7;
      context.lineWidth = Math.max(.06, pixel);
      context.strokeStyle = colour;
      context.stroke();
      context.globalAlpha = alpha;
      context.lineWidth = Math.max(.12, 1.5 * pixel);
    }

    /** A box about its centre, with a mark at its front. */
    function boxPath(context, x, y, heading, length, width) {
      context.save();
      context.translate(x, y);
      context.rotate(heading);
      context.beginPath();
      context.rect(-length / 2, -width / 2, length, width);
      context.restore();
    }

    function drawAgent(context, agent, tick, colour, pixel) {
      const { length, width } = agent;
      context.save();
      context.translate(agent.x[tick], agent.y[tick]);
      context.rotate(agent.heading[tick]);
      const isRound = agent.kind === 5;
      context.beginPath();
      const radius = (size) => Math.max(size, .5) / 2 + .1;
      if (isRound) context.ellipse(0, 0, radius(length), radius(width), 0, 0, 7);
      else context.rect(-length / 2, -width / 2, length, width);
      context.fillStyle = colour;
      context.fill();
      context.lineWidth = Math.max(.08, 1.2 * pixel);
      context.strokeStyle = "#16191d";
      context.stroke();
      if (!isRound && agent.kind < 5) {
        context.beginPath();
        context.moveTo(length / 2, 0);
        context.lineTo(length * .2, width * .4);
        context.lineTo(length * .2, -width * .4);
        context.closePath();
        context.fillStyle = "#ffffffd0";
        context.fill();
        const lights = agent.lights[tick];
        const lamp = (x, y, fill) => {
          context.fillStyle = fill;
          context.fillRect(x - .3, y - .25, .6, .5);
        };
        for (const [bit, side] of [[1, 1], [2, -1]]) {
          if (!(lights & bit)) continue;
          lamp(length / 2 - .3, side * width / 2, "#f0e442");
          lamp(-length / 2 + .3, side * width / 2, "#f0e442");
        }
        if (lights & 4) for (const side of [1, -1]) {
          lamp(-length / 2, side * width * .33, "#ff2a12");
        }
      }
      context.restore();
    }

    /**
     * The tick of a clip on a canvas, by layers; `camera` has x, y and scale in pixels a metre,
     * `selected` is a place among the agents, -1 for none.
     */
    function drawScene(canvas, clip, ego, tick, camera, layers, selected = -1) {
      const context = canvas.getContext("2d");
      const colours = palettes[isDark() ? "dark" : "light"];
      const pixel = 1 / camera.scale;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.fillStyle = colours.ground;
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.setTransform(camera.scale, 0, 0, -camera.scale,
        canvas.width / 2 - camera.x * camera.scale, canvas.height / 2 + camera.y * camera.scale);
      context.lineJoin = "round";
      const now = { context, clip, ego, tick, pixel, colours, selected,
        isNear: camera.scale / (canvas.ratio || 1) >= 9 };
      drawShapes(now, layers);
      for (const { name, draw } of layerList) if (draw && layers[name]) draw(now);
      drawLabels(canvas, now, camera, layers);
    }

    function drawShapes({ context, clip, pixel, colours }, layers) {
      // (What was drawn before left its own ends of lines.)
      context.lineCap = "butt";
      for (const { kind, path } of shapePaths(clip)) {
        if (!(kind < 14 ? layers.map : layers.route)) continue;
        if (kind < 8) {
          context.fillStyle = colours[areaNames[kind]];
          context.fill(path);
          continue;
        }
        const [colour, width, dashes] = lineStyles[kind];
        context.strokeStyle = colours[colour];
        context.lineWidth = Math.max(width, pixel);
        context.setLineDash(dashes || []);
        context.stroke(path);
      }
      context.setLineDash([]);
      context.lineCap = "round";
    }

    /** Where everybody was in the last three seconds. */
    function drawTrails({ context, clip, tick, pixel, colours }) {
      const ticks = Math.round(3 / clip.step);
      context.lineWidth = Math.max(.15, 1.2 * pixel);
      context.strokeStyle = colours.ink;
      context.globalAlpha = .3;
      for (const agent of clip.agents) {
        if (!agent.present[tick] || agent.kind > 5) continue;
        const points = [];
        for (let past = tick; past >= Math.max(0, tick - ticks) && agent.present[past]; past -= 1) {
          points.push([agent.x[past], agent.y[past]]);
        }
        if (points.length > 1) strokePoints(context, points[0], points.slice(1));
      }
      context.globalAlpha = 1;
    }

    function drawLabels(canvas, now, camera, layers) {
      const { context, clip, ego, tick, colours } = now;
      const ratio = canvas.ratio || 1;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const width = canvas.width / ratio, height = canvas.height / ratio;
      const place = (x, y) => [width / 2 + (x - camera.x) * camera.scale / ratio,
        height / 2 - (y - camera.y) * camera.scale / ratio];
      context.font = "12px system-ui, 'DejaVu Sans', sans-serif";
      context.textAlign = "center";
      context.lineWidth = 3;
      context.strokeStyle = colours.halo;
      context.fillStyle = colours.ink;
      const write = (text, x, y) => {
        context.strokeText(text, x, y);
        context.fillText(text, x, y);
      };
      if (layers.labels) {
        clip.agents.forEach((agent, index) => {
          if (!agent.present[tick] || (agent.kind > 5 && index !== ego.agent)) return;
          const [x, y] = place(agent.x[tick], agent.y[tick]);
          if (x < -40 || y < -20 || x > width + 40 || y > height + 20) return;
          const up = 8 + Math.max(agent.width, 1.5) / 2 * camera.scale / ratio;
          write(agent.id, x, y - up);
        });
      }
      drawNumbers(now, layers, camera.scale / ratio, place, write);
      // A scale: the longest of 1, 2, 5, 10 … metres that is short enough.
      let metres = 1;
      for (const next of [2, 5, 10, 20, 50, 100, 200]) {
        if (next * camera.scale / ratio < width / 4) metres = next;
      }
      const long = metres * camera.scale / ratio;
      context.fillRect(12, height - 12, long, 2);
      context.textAlign = "left";
      write(`${metres} m`, 12, height - 18);
    }


    """#
}
