// Charts with words: each has its newest numbers as a label and a table beside the picture.

import { colour, element, isNumber, NOTHING, short, table, withUnit } from "./dom.js";
import { Series, WINDOW } from "./series.js";

const MOST_SERIES = 12;
const MINUTE = 60_000;

// What nobody sees is not drawn; it catches up when it comes into view.
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const chart = charts.get(entry.target);
    if (chart) {
      chart.visible = entry.isIntersecting;
      chart.draw();
    }
  }
}, { rootMargin: "100px" });
const charts = new Map();

if (globalThis.Chart) {
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 12;
}

document.addEventListener("theme", () => charts.forEach((chart) => chart.paint()));

function seriesColour(index) {
  return colour(`--series-${index % 8}`);
}

function axes() {
  const quiet = colour("--quiet");
  const line = colour("--line");
  return {
    x: { grid: { display: false }, border: { color: line }, ticks: { color: quiet, maxRotation: 0, autoSkipPadding: 16 } },
    y: {
      beginAtZero: true,
      grid: { color: line },
      border: { display: false },
      ticks: { color: quiet, maxTicksLimit: 5, callback: (value) => short(value, 2) },
    },
  };
}

function frame(parent, title, about) {
  const newest = element("p", { class: "newest" }, NOTHING);
  const canvas = element("canvas", { role: "img", "aria-label": `${title}: no figures yet`, "data-points": 0 });
  const numbers = element("div");
  const details = element("details", {},
    element("summary", {}, "Numbers", element("span", { class: "hidden" }, ` of ${title}`)), numbers);
  const figure = element("figure", { class: "card chart missing" },
    element("figcaption", { class: "head" }, element("h3", about ? { title: about } : {}, title), newest),
    element("div", { class: "plot" }, canvas), details);
  parent.append(figure);
  return { figure, canvas, newest, details, numbers };
}

function ago(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 1 ? "now" : seconds % 60 === 0 ? `−${seconds / 60} min` : `−${seconds} s`;
}

/** What all charts are: a frame, a picture drawn only while it is seen, and words. */
class Framed {
  constructor(parent, options) {
    Object.assign(this, { unit: "", digits: 1, ...options });
    Object.assign(this, frame(parent, this.title, this.about));
    this.visible = false;
    this.picture = null;
    charts.set(this.canvas, this);
    seen.observe(this.canvas);
    this.details.addEventListener("toggle", () => this.tell());
  }

  /** With the colours of now. */
  paint() {
    this.picture?.destroy();
    this.picture = null;
    this.draw();
  }

  draw() {
    if (!this.visible || !globalThis.Chart) {
      return;
    }
    if (this.picture === null) {
      this.picture = new Chart(this.canvas, this.configuration());
    } else {
      this.refresh();
      this.picture.update("none");
    }
  }

  common() {
    return {
      animation: false,
      maintainAspectRatio: false,
      normalized: true,
      interaction: { mode: "index", intersect: false },
      events: ["mousemove", "mouseout", "touchstart", "touchmove"],
    };
  }

  legend(shown) {
    return {
      display: shown,
      position: "bottom",
      labels: { color: colour("--text"), boxWidth: 10, boxHeight: 10, padding: 10 },
    };
  }

  refresh() {}
}

/** Lines over the last five minutes, one for each name that comes. */
export class LiveChart extends Framed {
  /** @param options title, about, unit, digits, stacked, most (of the axis) */
  constructor(parent, options) {
    super(parent, options);
    this.series = new Map();
    this.now = Date.now();
    this.total = 0;
  }

  /** Adds a value for each name; what is no number is a gap. */
  add(at, values) {
    this.now = at;
    this.began ??= at;
    for (const [name, value] of Object.entries(values)) {
      if (!this.series.has(name) && isNumber(value) && this.series.size < MOST_SERIES) {
        this.series.set(name, new Series());
        this.picture?.destroy();
        this.picture = null;
      }
    }
    for (const [name, series] of this.series) {
      series.add(at, values[name]);
      this.total++;
    }
    this.canvas.dataset.points = this.total;
    this.tell();
    this.draw();
  }

  /** What the picture spans: a line that has just begun would be lost in five minutes. */
  span() {
    const age = this.now - this.began;
    return age < MINUTE ? MINUTE : age < 3 * MINUTE ? 3 * MINUTE : WINDOW;
  }

  text(value) {
    return withUnit(short(value, this.digits), this.unit);
  }

  tell() {
    const newest = [...this.series].map(([name, its]) => [name, its.newest]);
    const known = newest.filter(([, value]) => isNumber(value));
    this.figure.classList.toggle("missing", known.length === 0);
    this.newest.textContent = known.length === 0
      ? NOTHING
      : known.slice(0, 3).map(([name, value]) => (this.series.size === 1 ? "" : `${name} `) + this.text(value)).join(" · ")
        + (known.length > 3 ? " …" : "");
    this.canvas.setAttribute("aria-label", `${this.title}, last five minutes: `
      + (known.length === 0 ? "no figures" : known.map(([name, value]) => `${name} ${this.text(value)}`).join(", ")));
    if (this.details.open) {
      this.numbers.replaceChildren(table(`${this.title}${this.unit ? ` in ${this.unit}` : ""}, last five minutes`,
        ["", "Now", "Least", "Most", "Mean"],
        [...this.series].map(([name, its]) => {
          const { least, most, mean } = its.summary();
          return [name, its.newest, least, most, mean];
        })));
    }
  }

  configuration() {
    const scales = axes();
    scales.x = {
      ...scales.x,
      type: "linear",
      min: this.now - this.span(),
      max: this.now,
      afterBuildTicks: (axis) => {
        const span = axis.max - axis.min;
        const parts = span > 3 * MINUTE ? 5 : 3;
        axis.ticks = Array.from({ length: parts + 1 }, (unused, part) => ({ value: axis.min + (part * span) / parts }));
      },
      ticks: { ...scales.x.ticks, autoSkip: false, callback: (value) => ago(this.now - value) },
    };
    scales.y.stacked = Boolean(this.stacked);
    scales.y.max = this.most;
    return {
      type: "line",
      data: {
        datasets: [...this.series].map(([name, its], index) => ({
          label: name,
          data: its.points,
          borderColor: seriesColour(index),
          backgroundColor: seriesColour(index) + "33",
          fill: this.stacked ? (index === 0 ? "origin" : "-1") : false,
          borderWidth: 1.75,
          pointRadius: 0,
          pointHitRadius: 6,
          stepped: this.stepped ? "after" : false,
        })),
      },
      options: {
        ...this.common(),
        parsing: false,
        scales,
        plugins: {
          legend: this.legend(this.series.size > 1),
          tooltip: {
            callbacks: {
              title: (items) => (items.length ? new Date(items[0].parsed.x).toLocaleTimeString("en-GB") : ""),
              label: (item) => ` ${item.dataset.label}: ${this.text(item.parsed.y)}`,
            },
          },
        },
      },
    };
  }

  refresh() {
    const axis = this.picture.options.scales.x;
    axis.min = this.now - this.span();
    axis.max = this.now;
  }
}

/** Categories with a bar, or a point of a line, for each name. */
export class CategoryChart extends Framed {
  /** @param options title, about, unit, digits, kind ("bar" or "line"), horizontal */
  constructor(parent, options) {
    super(parent, options);
    this.labels = [];
    this.columns = [];
    this.total = 0;
  }

  /** Shows others in the place of these: `columns` are of name and values. */
  show(labels, columns) {
    const others = columns.map(({ name }) => name).join("\n") !== this.columns.map(({ name }) => name).join("\n");
    this.labels = labels;
    this.columns = columns;
    this.total += labels.length * columns.length;
    this.canvas.dataset.points = this.total;
    if (others) {
      this.picture?.destroy();
      this.picture = null;
    }
    this.tell();
    this.draw();
  }

  text(value) {
    return withUnit(short(value, this.digits), this.unit);
  }

  tell() {
    const empty = this.labels.length === 0;
    this.figure.classList.toggle("missing", empty);
    const last = this.labels.length - 1;
    const told = this.kind === "line"
      ? this.columns.map(({ name, values }) => `${name} ${this.text(values[last])}`)
      : this.labels.slice(0, 8).map((label, index) =>
        `${label} ${this.columns.map(({ values }) => this.text(values[index])).join(" and ")}`);
    this.newest.textContent = empty ? NOTHING : told.slice(0, 2).join(" · ") + (told.length > 2 ? " …" : "");
    this.canvas.setAttribute("aria-label", `${this.title}: ` + (empty ? "no figures" : told.join(", ")));
    if (this.details.open) {
      const shown = this.labels.map((label, index) => [label, ...this.columns.map(({ values }) => values[index])]);
      this.numbers.replaceChildren(
        table(this.title, ["", ...this.columns.map(({ name }) => name)], shown.slice(-60).reverse()));
    }
  }

  data() {
    return {
      labels: this.labels,
      datasets: this.columns.map(({ name, values }, index) => ({
        label: name,
        data: values,
        backgroundColor: this.kind === "line" ? seriesColour(index) + "33" : seriesColour(index),
        borderColor: seriesColour(index),
        borderWidth: this.kind === "line" ? 1.75 : 0,
        borderRadius: 4,
        maxBarThickness: 36,
        pointRadius: this.labels.length > 40 ? 0 : 2,
        fill: this.kind === "line" ? "origin" : false,
      })),
    };
  }

  configuration() {
    const { x, y } = axes();
    return {
      type: this.kind ?? "bar",
      data: this.data(),
      options: {
        ...this.common(),
        indexAxis: this.horizontal ? "y" : "x",
        scales: this.horizontal
          ? { x: { ...y, ticks: { ...y.ticks, maxRotation: 0 } }, y: { ...x, ticks: { color: x.ticks.color, autoSkip: false } } }
          : { x, y },
        plugins: {
          legend: this.legend(this.columns.length > 1),
          tooltip: {
            callbacks: {
              label: (item) => ` ${item.dataset.label}: ${this.text(item.raw)}`,
            },
          },
        },
      },
    };
  }

  refresh() {
    const next = this.data();
    this.picture.data.labels = next.labels;
    next.datasets.forEach((dataset, index) => Object.assign(this.picture.data.datasets[index], dataset));
  }
}

