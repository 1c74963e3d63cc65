// The panels of plot_html.py on canvases. One time window for all; values hold until the next sample.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const BLUE = "#1f5fa8", GREEN = "rgba(125,181,138,.4)", RED = "#c0392b", GREY = "#999";
  const LEFT = 64, RIGHT = 12, TOP = 18, BOTTOM = 18, HEIGHT = 170;
  const whole = [0, data.end];
  let shown = whole.slice(), pointer = null, drag = null;

  const views = data.panels.map((panel) => {
    const canvas = document.createElement("canvas");
    document.getElementById("panels").append(canvas);
    return { panel, canvas, context: canvas.getContext("2d") };
  });

  // The last index with t <= time, -1 before the first.
  function before(t, time) {
    let low = 0, high = t.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (t[middle] <= time) low = middle + 1; else high = middle;
    }
    return low - 1;
  }
  function at(curve, time) {
    const i = before(curve.t, time);
    return i < 0 ? null : curve.v[i];
  }
  function eachShown(curve, f) {
    const last = Math.min(before(curve.t, shown[1]) + 1, curve.t.length - 1);
    for (let i = Math.max(before(curve.t, shown[0]), 0); i <= last; ++i) f(curve.t[i], curve.v[i]);
  }
  function range(panel) {
    let low = Infinity, high = -Infinity;
    const take = (_, v) => { if (v !== null) { low = Math.min(low, v); high = Math.max(high, v); } };
    eachShown(panel.value, take);
    if (low > high) for (const edge of [panel.low, panel.high]) if (edge) eachShown(edge, take);
    if (low > high) return [0, 1];
    const room = (high - low) * 0.12 || Math.max(Math.abs(low) * 0.01, 0.5);
    return [low - room, high + room];
  }
  function ticks(low, high, count) {
    const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
    const list = [];
    for (let v = Math.ceil(low / step) * step; v <= high; v += step) list.push(v);
    return { list, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
  }
  // Corners of a curve of which each value holds until the next; a break ends a piece.
  function pieces(curve, x, y) {
    const all = [];
    let piece = null, y0 = 0;
    eachShown(curve, (t, v) => {
      if (piece) piece.push([x(t), y0]);
      if (v === null) { piece = null; return; }
      if (!piece) all.push((piece = []));
      y0 = y(v);
      piece.push([x(t), y0]);
    });
    return all;
  }
  function path(context, points) {
    points.forEach(([px, py], i) => (i ? context.lineTo(px, py) : context.moveTo(px, py)));
  }
  function line(context, x0, y0, x1, y1, colour, dash = []) {
    context.strokeStyle = colour;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
    context.setLineDash([]);
  }

  function drawBand(context, panel, x, y) {
    // Both edges at the union of their times, so that the area closes.
    const inside = (t) => t > shown[0] && t < shown[1];
    const times = [...new Set([shown[0], ...panel.low.t.filter(inside), ...panel.high.t.filter(inside), shown[1]])];
    times.sort((a, b) => a - b);
    // One path, filled once: pieces that overlap by a fraction of a pixel would else be darker there.
    context.fillStyle = GREEN;
    context.beginPath();
    for (let i = 0; i + 1 < times.length; ++i) {
      const low = at(panel.low, times[i]), high = at(panel.high, times[i]);
      if (low === null || high === null) continue;
      context.rect(x(times[i]), y(high), Math.max(x(times[i + 1]) - x(times[i]), 0.5), y(low) - y(high));
    }
    context.fill();
  }

  function draw({ panel, canvas, context }) {
    const scale = window.devicePixelRatio || 1, width = canvas.clientWidth;
    canvas.style.height = HEIGHT + "px";
    canvas.width = width * scale;
    canvas.height = HEIGHT * scale;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, HEIGHT);
    context.font = "11px system-ui, sans-serif";
    context.lineWidth = 1;
    const [low, high] = range(panel), right = width - RIGHT, bottom = HEIGHT - BOTTOM;
    const x = (t) => LEFT + ((t - shown[0]) / (shown[1] - shown[0])) * (right - LEFT);
    const y = (v) => bottom - ((v - low) / (high - low)) * (bottom - TOP);
    context.fillStyle = "#444";
    const rows = ticks(low, high, 4), columns = ticks(shown[0], shown[1], 8);
    context.textAlign = "right";
    for (const v of rows.list) {
      line(context, LEFT, y(v), right, y(v), "#eee");
      context.fillText(v.toFixed(rows.digits) + " " + panel.unit, LEFT - 4, y(v) + 4);
    }
    context.textAlign = "center";
    for (const t of columns.list) {
      line(context, x(t), TOP, x(t), bottom, "#eee");
      context.fillText(t.toFixed(columns.digits) + " s", x(t), HEIGHT - 4);
    }
    context.save();
    context.beginPath();
    context.rect(LEFT, TOP, right - LEFT, bottom - TOP);
    context.clip();
    if (panel.low && panel.high) drawBand(context, panel, x, y);
    for (const [t] of data.steps) line(context, x(t), TOP, x(t), bottom, "#ccc");
    for (const [t] of data.marks) line(context, x(t), TOP, x(t), bottom, RED, [2, 3]);
    for (const [v, label] of panel.limits) {
      line(context, LEFT, y(v), right, y(v), RED, [6, 4]);
      context.fillStyle = RED;
      context.textAlign = "left";
      context.fillText(label, LEFT + 4, y(v) - 3);
    }
    context.strokeStyle = BLUE;
    context.lineWidth = 1.4;
    for (const points of pieces(panel.value, x, y)) {
      context.beginPath();
      path(context, points);
      context.stroke();
    }
    context.fillStyle = RED;
    for (const [t, v] of panel.trips) {
      context.beginPath();
      path(context, [[x(t) - 5, y(v) - 9], [x(t) + 5, y(v) - 9], [x(t), y(v)]]);
      context.fill();
    }
    if (drag && !drag.move) {
      context.fillStyle = "rgba(31,95,168,.15)";
      context.fillRect(drag.from, TOP, drag.to - drag.from, bottom - TOP);
    }
    context.restore();
    context.strokeStyle = GREY;
    context.strokeRect(LEFT, TOP, right - LEFT, bottom - TOP);
    context.textAlign = "left";
    context.fillStyle = "#222";
    let text = panel.name + (panel.axis ? ` (${panel.axis})` : "");
    if (pointer !== null && pointer >= LEFT && pointer <= right) {
      const time = shown[0] + ((pointer - LEFT) / (right - LEFT)) * (shown[1] - shown[0]);
      const show = (v) => (v === null ? "unknown" : v.toPrecision(6) + " " + panel.unit);
      text += `   ${time.toFixed(3)} s: ${show(at(panel.value, time))}`;
      if (panel.low && panel.high) text += `   allowed ${show(at(panel.low, time))} to ${show(at(panel.high, time))}`;
      line(context, pointer, TOP, pointer, bottom, GREY);
    }
    context.fillText(text, LEFT, TOP - 6);
    if (panel === data.panels[0]) {
      context.fillStyle = RED;
      const ends = [];  // of each row of labels where its last one ends
      for (const [t, label] of data.marks.filter(([t]) => t >= shown[0] && t <= shown[1]).slice(0, 12)) {
        const wide = context.measureText(label).width + 8, left = Math.max(Math.min(x(t) + 3, right - wide), LEFT + 3);
        const free = ends.findIndex((taken) => taken <= left), row = free < 0 ? ends.length : free;
        ends[row] = left + wide;
        context.fillText(label, left, TOP + 11 + 11 * row);
      }
    }
  }

  let waiting = false;
  function redraw() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; views.forEach(draw); });
  }
  function timeOf(canvas, px) {
    const right = canvas.clientWidth - RIGHT;
    const share = Math.min(Math.max((px - LEFT) / (right - LEFT), 0), 1);
    return shown[0] + share * (shown[1] - shown[0]);
  }
  function show(from, to) {
    if (to - from < 1e-4) return;
    const length = Math.min(to - from, whole[1] - whole[0]);
    const begin = Math.min(Math.max(from, whole[0]), whole[1] - length);
    shown = [begin, begin + length];
  }
  for (const { canvas } of views) {
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      drag = { from: event.offsetX, to: event.offsetX, move: event.shiftKey };
    });
    canvas.addEventListener("pointermove", (event) => {
      pointer = event.offsetX;
      if (drag) {
        if (drag.move) {
          const by = timeOf(canvas, drag.to) - timeOf(canvas, event.offsetX);
          show(shown[0] + by, shown[1] + by);
        }
        drag.to = event.offsetX;
      }
      redraw();
    });
    canvas.addEventListener("pointerup", () => {
      if (drag && !drag.move && Math.abs(drag.to - drag.from) > 4) {
        const ends = [timeOf(canvas, drag.from), timeOf(canvas, drag.to)].sort((a, b) => a - b);
        show(ends[0], ends[1]);
      }
      drag = null;
      redraw();
    });
    canvas.addEventListener("pointerleave", () => { pointer = null; redraw(); });
    canvas.addEventListener("dblclick", () => { shown = whole.slice(); redraw(); });
  }
  window.addEventListener("resize", redraw);
  redraw();
})();
