// The health strip: asked every two minutes, for the server answers most of these from its cache.

import { byId, clock, element, isNumber, number } from "./dom.js";
import { ask, every, offers } from "./http.js";

const INTERVAL = 120_000;

function said(status) {
  const text = String(status).toLowerCase();
  const kind = text === "ok" ? "good" : text === "degraded" ? "warning" : "bad";
  return element("span", { class: kind }, String(status));
}

/** The checks that administrators are told of: of a part whether it is well, and how long it took to find out. */
function checks(details) {
  return Object.entries(details ?? {})
    .filter(([, check]) => typeof check?.ok === "boolean")
    .slice(0, 8)
    .map(([name, check]) => element("span", {}, `${name} `, said(check.ok ? "ok" : "down")));
}

function show(answer, measured) {
  const server = isNumber(answer.responseMs) ? `, of which ${number(answer.responseMs, 2)} ms in the server` : "";
  byId("health").replaceChildren(
    element("span", {}, "Status ", said(answer.status ?? "unknown")),
    ...checks(answer.details),
    element("span", {}, answer.cached ? "from the cache" : "fresh"),
    element("span", {}, `checked at ${clock(answer.checkedAt)}`),
    element("span", {}, `answered in ${number(measured, 1)} ms${server}`),
    again());
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
