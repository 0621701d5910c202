// The health strip: asked every two minutes, for the server answers most of these from its cache.

import { byId, element, isNumber, number, words } from "./dom.js";
import { ask, every, offers } from "./http.js";

const INTERVAL = 120_000;
const GOOD = new Set(["ok", "up", "healthy", "good", "closed"]);
const BAD = new Set(["down", "failed", "unhealthy", "stopped", "open", "unavailable"]);

function said(status) {
  const text = String(status).toLowerCase();
  const kind = GOOD.has(text) ? "good" : BAD.has(text) ? "bad" : "warning";
  return element("span", { class: kind }, String(status));
}

/** The status in something that is one, or has one. */
function statusOf(check) {
  return check !== null && typeof check === "object" ? check.status : check;
}

/** How long the server says that it took. */
function responseTime(answer) {
  const name = ["responseTimeMs", "responseMs", "responseTime", "tookMs", "durationMs"].find((key) => isNumber(answer[key]));
  return name ? answer[name] : undefined;
}

function show(answer, measured) {
  const parts = [element("span", {}, "Status ", said(answer.status ?? "unknown"))];
  const checks = answer.checks ?? answer.services ?? answer.components ?? {};
  const list = Array.isArray(checks) ? checks.map((check) => [check.name, check]) : Object.entries(checks);
  for (const [name, check] of list.slice(0, 12)) {
    const status = statusOf(check);
    parts.push(element("span", {}, `${name} `, typeof status === "string" ? said(status) : words(status)));
  }
  if (answer.cached !== undefined) {
    parts.push(element("span", {}, answer.cached ? "from the cache" : "fresh"));
  }
  const server = responseTime(answer);
  parts.push(element("span", {}, `answered in ${number(measured, 1)} ms`
    + (server === undefined ? "" : `, of which ${number(server, 2)} ms in the server`)));
  parts.push(again());
  byId("health").replaceChildren(...parts);
}

function again() {
  return element("button", { type: "button", class: "quiet small", onclick: look }, "Ask now");
}

async function look(event) {
  if (!(await offers("GET", "/api/health"))) {
    byId("health").replaceChildren("–");
    return;
  }
  const started = performance.now();
  try {
    show(await ask("GET", "/api/health"), performance.now() - started);
  } catch (failure) {
    byId("health").replaceChildren(element("span", { class: "bad" }, failure.message), again());
  }
  if (event) {
    byId("health").querySelector("button")?.focus(); // the one that was pressed is gone
  }
}

export function startHealth() {
  every(INTERVAL, () => look());
}
