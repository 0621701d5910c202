// The charts that move with every figure: what each shows, and where it finds it.

import { announce, byId, isNumber, NOTHING, number } from "./dom.js";
import { CategoryChart, LiveChart } from "./charts.js";
import { deadLetters } from "./tiles.js";

function place(name) {
  return document.querySelector(`[data-charts="${name}"]`);
}

/** For each part of a list, by its name: a value. */
function byName(list, value) {
  return Object.fromEntries((list ?? []).map((part) => [part.name, value(part)]));
}

/** All lanes of all queues: queues of one lane go by their name. */
function lanes(queues) {
  const depths = {};
  for (const queue of queues ?? []) {
    const its = Object.entries(queue.lanes ?? {});
    if (its.length === 0) {
      depths[queue.name] = queue.waiting;
    }
    for (const [lane, depth] of its) {
      const name = (queues.length === 1 || its.length === 1) ? (its.length === 1 ? queue.name : lane) : `${queue.name} ${lane}`;
      depths[name] = depth;
    }
  }
  return depths;
}

function sum(list, key) {
  const values = (list ?? []).map((part) => part[key]).filter(isNumber);
  return values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0);
}

/** A number of many, as a rate: how much it rose in a second. */
class Rise {
  at(at, value) {
    const before = this.before;
    this.before = { at, value };
    if (!before || !isNumber(before.value) || !isNumber(value) || at <= before.at || value < before.value) {
      return undefined;
    }
    return (1000 * (value - before.value)) / (at - before.at);
  }
}

const CHARTS = [
  ["client", { title: "Commands and writes", unit: "/s", digits: 0, about: "Commands sent, and the socket writes that carried them" },
    (f) => ({ commands: f.client?.commandsPerSecond, writes: f.client?.writesPerSecond })],
  ["client", { title: "Commands per write", digits: 1, about: "How many commands left together: one means no pipelining" },
    (f) => ({ "commands per write": f.client?.writesPerSecond ? f.client.commandsPerWrite : undefined })],
  ["client", { title: "Round trips saved", unit: "/s", digits: 0, about: "Commands that needed no write of their own" },
    (f, at, state) => ({ "trips saved": (state.saved ??= new Rise()).at(at, f.client?.tripsSaved) })],
  ["client", { title: "Latency of commands", unit: "ms", digits: 2, about: "From the call to its answer, of the last second" },
    (f) => ({ p50: f.client?.p50Ms, p99: f.client?.p99Ms })],
  ["client", { title: "Calls under way", digits: 0, about: "Waiting for the writer, and sent without an answer yet" },
    (f) => ({ queued: f.client?.queued, "in flight": f.client?.inFlight })],
  ["client", { title: "Connections and breaker", digits: 0, stepped: true, about: "Open connections; the breaker is 1 while calls fail at once" },
    (f) => ({ connections: f.client?.connections, "breaker open": breakerOpen(f) })],

  ["queues", { title: "Depth by lane", digits: 0, stacked: true, about: "Jobs that can be claimed, by priority lane" },
    (f) => lanes(f.flights?.queues)],
  ["queues", { title: "Leased, delayed and dead", digits: 0 },
    (f) => ({ leased: sum(f.flights?.queues, "leased"), delayed: sum(f.flights?.queues, "delayed"), dead: sum(f.flights?.queues, "dead") })],
  ["queues", { title: "Oldest job", unit: "s", digits: 1, about: "How long the oldest job that can be claimed has waited" },
    (f) => byName(f.flights?.queues, (queue) => queue.oldestSeconds)],
  ["queues", { title: "Batch size", digits: 1, about: "Jobs that one write to the queue carried, mean of the last second" },
    (f) => ({ "batch size": f.flights?.batchSize })],
  ["queues", { title: "Points stored", unit: "/s", digits: 0, about: "Track points that workers stored" },
    (f) => ({ points: f.flights?.pointsPerSecond })],

  ["caches", { title: "Hit ratio", unit: "%", digits: 1, most: 100 },
    (f) => byName(f.records?.caches, (cache) => (isNumber(cache.hitRatio) ? 100 * cache.hitRatio : undefined))],
  ["caches", { title: "Entries", digits: 0, about: "Entries in memory" },
    (f) => byName(f.records?.caches, (cache) => cache.entries)],
  ["caches", { title: "Commands saved", unit: "/s", digits: 0, about: "Reads that memory answered" },
    (f, at, state) => ({ "commands saved": (state.commandsSaved ??= new Rise()).at(at, f.records?.commandsSaved) })],

  ["state", { title: "Connections", digits: 0, stepped: true, about: "Known connections of all processes, those of this one, and players" },
    (f) => ({ known: f.connections?.connections, "of this process": f.connections?.local, players: f.connections?.players })],
  ["state", { title: "Unwritten", digits: 0, about: "Records with changes that Redis does not have yet" },
    (f) => ({ unwritten: f.connections?.unwritten })],
  ["state", { title: "Oldest unwritten", unit: "ms", digits: 0, about: "What a crash now would lose is no older" },
    (f) => ({ age: f.connections?.oldestUnwrittenMs })],
  ["state", { title: "Changes behind", unit: "/s", digits: 0, about: "Fields written, and changes that needed no write of their own" },
    (f, at, state) => ({
      written: (state.written ??= new Rise()).at(at, f.connections?.written),
      coalesced: (state.coalesced ??= new Rise()).at(at, f.connections?.coalesced),
    })],

  ["jobs", { title: "Jobs waiting", digits: 0, about: "Queued jobs, and batches that are being worked on" },
    (f) => ({ queued: f.site?.jobs?.totalQueuedJobs, "active batches": f.site?.jobs?.activeBatches })],
  ["jobs", { title: "Jobs ended", unit: "/s", digits: 1 },
    (f, at, state) => ({
      completed: (state.completed ??= new Rise()).at(at, f.site?.jobs?.completed),
      failed: (state.failed ??= new Rise()).at(at, f.site?.jobs?.failed),
    })],
];

export function breakerOpen(figures) {
  const breaker = figures.client?.breaker;
  return breaker === undefined ? undefined : Number(breaker !== "closed");
}

export class Live {
  constructor() {
    this.state = {};
    this.charts = CHARTS.map(([where, options, values]) => ({ chart: new LiveChart(place(where), options), values }));
    this.types = new CategoryChart(place("jobs"),
      { title: "Batches by type", digits: 0, horizontal: true, about: "Batches of each type since the start" });
    this.told = {};
  }

  add(at, figures) {
    for (const { chart, values } of this.charts) {
      chart.add(at, values(figures, at, this.state));
    }
    const types = Object.entries(figures.site?.jobs?.batchesByType ?? {}).slice(0, 12);
    this.types.show(types.map(([type]) => type), types.length === 0 ? [] : [{ name: "batches", values: types.map(([, count]) => count) }]);
    this.tellState(figures.connections);
    this.tellChanges(figures);
  }

  tellState(connections) {
    const said = byId("state-said");
    if (!connections?.status) {
      said.textContent = NOTHING;
      return;
    }
    const reasons = connections.reasons ?? [];
    const status = String(connections.status).toLowerCase();
    said.className = status === "ok" ? "about" : "about bad";
    said.textContent = `The state is ${status}${connections.mode ? `, kept ${connections.mode}` : ""}`
      + `: ${number(connections.failed)} writes failed, ${number(connections.dropped)} changes dropped, `
      + `${number(connections.conflicts)} conflicts.` + (reasons.length ? ` ${reasons.join("; ")}.` : "");
  }

  /** Says aloud what is worth a word: the breaker, the state's health, a new dead letter. */
  tellChanges(figures) {
    const now = { breaker: figures.client?.breaker, state: figures.connections?.status, dead: deadLetters(figures) };
    const before = this.told;
    this.told = now;
    if (before.breaker && now.breaker && now.breaker !== before.breaker) {
      announce(`The circuit breaker is ${now.breaker}.`);
    } else if (before.state && now.state && now.state !== before.state) {
      announce(`The connection state is ${now.state}.`);
    } else if (isNumber(before.dead) && now.dead > before.dead) {
      announce(`${number(now.dead)} dead letters.`);
    }
  }
}
