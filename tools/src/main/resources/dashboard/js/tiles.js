// The six numbers at the top, each with the line of its last five minutes.

import { byId, colour, element, isNumber, NOTHING, number, short } from "./dom.js";
import { Series, WINDOW } from "./series.js";

const TILES = [
  { label: "Round trips saved", of: (f) => f.client?.tripsSaved, text: (v) => short(v), line: "rise" },
  { label: "Commands per write", of: (f) => (f.client?.writesPerSecond ? f.client.commandsPerWrite : undefined), text: (v) => number(v, 1) },
  { label: "Commands", unit: "/s", of: (f) => f.client?.commandsPerSecond, text: (v) => short(v, 0) },
  { label: "p99 of commands", unit: "ms", of: (f) => f.client?.p99Ms, text: (v) => number(v, 2) },
  { label: "Hit ratio", unit: "%", of: hitPercent, text: (v) => number(v, 1) },
  { label: "Dead letters", of: deadLetters, text: (v) => number(v) },
];

/** Of all caches together, in percent. */
export function hitPercent(figures) {
  const caches = figures.records?.caches ?? [];
  const hits = caches.reduce((sum, cache) => sum + (cache.hits ?? 0), 0);
  const all = hits + caches.reduce((sum, cache) => sum + (cache.misses ?? 0), 0);
  return all === 0 ? undefined : (100 * hits) / all;
}

/** Of all queues and of the jobs; undefined where neither says any. */
export function deadLetters(figures) {
  const counts = [...(figures.flights?.queues ?? []).map((queue) => queue.dead), figures.site?.jobs?.dead].filter(isNumber);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

export class Tiles {
  constructor() {
    this.tiles = TILES.map((tile) => {
      const value = element("span", {}, NOTHING);
      const unit = element("span", { class: "unit", hidden: true }, tile.unit ?? "");
      const canvas = element("canvas", { "aria-hidden": "true" });
      byId("tiles").append(element("li", { class: "tile" },
        element("span", { class: "label" }, tile.label),
        element("span", { class: "value" }, value, unit),
        canvas));
      return { ...tile, value, unit, canvas, series: new Series() };
    });
    document.addEventListener("theme", () => this.draw());
    addEventListener("resize", () => this.draw());
  }

  add(at, figures) {
    for (const tile of this.tiles) {
      const value = tile.of(figures);
      tile.value.textContent = isNumber(value) ? tile.text(value) : NOTHING;
      tile.unit.hidden = !isNumber(value);
      tile.series.add(at, value);
    }
    this.at = at;
    this.draw();
  }

  draw() {
    const line = colour("--series-0");
    this.tiles.forEach((tile) => spark(tile.canvas, tile.series.points, this.at ?? 0, line, tile.line === "rise"));
  }
}

/** A line without axes, from its least value or from zero. */
function spark(canvas, points, now, line, fromLeast) {
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  const values = points.map((point) => point.y).filter(isNumber);
  if (values.length < 2) {
    return;
  }
  const most = Math.max(...values);
  const least = fromLeast ? Math.min(...values) : Math.min(0, ...values);
  // A window that has just begun fills the tile: a line of a few pixels says nothing.
  const span = Math.min(WINDOW, Math.max(30_000, now - points[0].x));
  const x = (at) => width - ((now - at) / span) * width;
  const y = (value) => height - 2 - (most === least ? 0 : ((value - least) / (most - least)) * (height - 6));
  let from = null;
  const strokes = [];
  for (const point of points) {
    if (!isNumber(point.y)) {
      from = null;
      continue;
    }
    if (from === null) {
      from = [];
      strokes.push(from);
    }
    from.push([x(point.x), y(point.y)]);
  }
  for (const stroke of strokes) {
    pen.beginPath();
    stroke.forEach(([left, top], index) => (index === 0 ? pen.moveTo(left, top) : pen.lineTo(left, top)));
    pen.strokeStyle = line;
    pen.lineWidth = 1.75;
    pen.lineJoin = "round";
    pen.stroke();
    pen.lineTo(stroke.at(-1)[0], height);
    pen.lineTo(stroke[0][0], height);
    pen.closePath();
    pen.fillStyle = line + "22";
    pen.fill();
  }
}
