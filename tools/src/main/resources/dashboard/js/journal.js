// The two queries of the operations journal, each minute.

import { byId, clock, isNumber } from "./dom.js";
import { CategoryChart } from "./charts.js";
import { ask, every, listOf, offers } from "./http.js";

const INTERVAL = 60_000;
const BATCHES = "/api/v2/journal/batches";
const METHODS = "/api/v2/journal/methods";

function column(name, rows, key) {
  return { name, values: rows.map((row) => (isNumber(row[key]) ? row[key] : null)) };
}

async function rows(path) {
  if (!(await offers("GET", path))) {
    return [];
  }
  try {
    return listOf(await ask("GET", path), "minutes", "methods");
  } catch {
    return []; // the chart says that there are no figures; it is asked again in a minute
  }
}

export function startJournal() {
  const parent = byId("journal");
  const batches = new CategoryChart(parent,
    { title: "Batch size by minute", kind: "line", digits: 1, about: "Pipelined operations of the last 24 hours, mean of each minute" });
  const speed = new CategoryChart(parent,
    { title: "Points per second by method", digits: 0, horizontal: true, about: "Of the last hour" });
  const durations = new CategoryChart(parent,
    { title: "Mean duration by method", unit: "ms", digits: 2, horizontal: true, about: "Of the last hour" });
  const operations = new CategoryChart(parent,
    { title: "Operations by method", digits: 0, horizontal: true, about: "Of the last hour" });

  every(INTERVAL, async () => {
    const byMinute = (await rows(BATCHES)).slice(-1_440);
    batches.show(byMinute.map((row) => clock(row.minute).slice(0, 5)), byMinute.length === 0
      ? []
      : [column("batch size", byMinute, "batchSize")]);
    const byMethod = (await rows(METHODS)).slice(0, 20);
    const methods = byMethod.map((row) => String(row.method));
    const show = (chart, name, key) =>
      chart.show(methods, methods.length === 0 ? [] : [column(name, byMethod, key)]);
    show(speed, "points/s", "pointsPerSecond");
    show(durations, "mean duration", "averageMillis");
    show(operations, "operations", "operations");
  });
}
