// Values of the last five minutes. Bounded: by time, and by count if they come faster than once a second.

import { isNumber } from "./dom.js";

export const WINDOW = 300_000;
const MOST = 400;
const GAP = 6_000;

export class Series {
  constructor() {
    this.points = [];
    this.added = 0;
  }

  add(at, value) {
    const last = this.points.at(-1);
    if (last && at <= last.x) {
      return;
    }
    if (last && at - last.x > GAP) {
      this.points.push({ x: last.x + 1, y: null }); // no line over what nobody saw
    }
    this.points.push({ x: at, y: isNumber(value) ? value : null });
    this.added++;
    let old = Math.max(0, this.points.length - MOST);
    while (this.points[old] && this.points[old].x < at - WINDOW) {
      old++;
    }
    this.points.splice(0, old);
  }

  /** The newest value, undefined if there is none. */
  get newest() {
    return this.points.at(-1)?.y ?? undefined;
  }

  /** Newest, least, most and mean of what is shown. */
  summary() {
    const values = this.points.map((point) => point.y).filter(isNumber);
    if (values.length === 0) {
      return { least: undefined, most: undefined, mean: undefined };
    }
    return {
      least: Math.min(...values),
      most: Math.max(...values),
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    };
  }
}
