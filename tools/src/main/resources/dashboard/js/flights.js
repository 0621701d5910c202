// Stored flights: the list, the track of one or of all on the map, and what a track is in numbers.

import { byId, colour, day, element, isNumber, lasting, number, words } from "./dom.js";
import { ask, listOf, offers } from "./http.js";
import { draw, drawScale, linesOf, measure } from "./track.js";

const LIST = "/api/v2/flights";
const SHOWN = 100;
const OVERLAID = 24;
const REFRESH = 5_000;
const ALL = Symbol("all");

let flights = [];
let selected = null;
let tracks = [];
let asked = 0; // an answer that comes after another was asked for is dropped
let listedAt = 0;
let listedAs = "";
let shownAs = "";

function idOf(flight) {
  return String(flight.id ?? flight.flightId ?? flight.flight ?? flight.name);
}

function pointsOf(flight) {
  return [flight.points, flight.pointCount, flight.total, flight.count].find(isNumber);
}

function choice(label, count, value) {
  return element("button", {
    type: "button",
    "aria-pressed": String(selected === value),
    onclick: () => select(value),
  }, element("span", {}, label), element("span", {}, count));
}

function showList() {
  const list = byId("flight-list");
  const focused = list.contains(document.activeElement)
    ? [...list.querySelectorAll("button")].indexOf(document.activeElement)
    : -1;
  const scrolled = list.firstElementChild?.scrollTop ?? 0;
  if (flights.length === 0) {
    list.replaceChildren(element("p", { class: "empty" }, "–"));
    return;
  }
  const box = element("div", { class: "flights", role: "group", "aria-labelledby": "flights-list-title" },
    choice(`All${flights.length > OVERLAID ? `, the first ${OVERLAID}` : ""}`, `${number(flights.length)} flights`, ALL),
    ...flights.slice(0, SHOWN).map((flight) => choice(idOf(flight), `${number(pointsOf(flight))} points`, idOf(flight))));
  list.replaceChildren(box);
  if (flights.length > SHOWN) {
    list.append(element("p", { class: "empty" }, `and ${number(flights.length - SHOWN)} more`));
  }
  box.scrollTop = scrolled;
  box.querySelectorAll("button")[focused]?.focus({ preventScroll: true });
}

async function select(value) {
  selected = value;
  showList();
  await showTracks();
}

async function load(id) {
  const path = `${LIST}/${encodeURIComponent(id)}/track`;
  try {
    return { id, lines: linesOf(await ask("GET", path)) };
  } catch (failure) {
    return { id, lines: [], failed: failure.message };
  }
}

async function showTracks() {
  const mine = ++asked;
  shownAs = nowAs();
  const wanted = selected === ALL ? flights.slice(0, OVERLAID).map(idOf) : selected === null ? [] : [selected];
  const loaded = [];
  for (const id of wanted) {
    loaded.push(await load(id)); // one at a time: others want connections too
    if (mine !== asked) {
      return;
    }
  }
  tracks = loaded;
  paint();
}

function paint() {
  const canvas = byId("map");
  tracks.forEach((track, index) => {
    track.colour = tracks.length > 1 ? colour(`--series-${index % 8}`) : undefined;
  });
  const altitudes = draw(canvas, tracks);
  const all = measure(tracks.flatMap((track) => track.lines));
  const title = tracks.length === 1 ? tracks[0].id : tracks.length > 1 ? `${tracks.length} flights` : "Track";
  byId("map-title").textContent = title;
  canvas.setAttribute("aria-label", tracks.length === 0 || all.points === 0
    ? "No track is shown"
    : `Track of ${title}: ${number(all.points)} points over ${number(all.metres / 1000, 1)} km`
      + (all.most === undefined ? "" : `, from ${number(all.least)} to ${number(all.most)} m of altitude`));
  showLegend(altitudes);
  showSummary(all);
}

function showLegend(altitudes) {
  const legend = byId("map-legend");
  legend.replaceChildren();
  if (tracks.length > 1) {
    tracks.forEach((track, index) => legend.append(element("span", {},
      element("span", { class: `swatch colour-${index % 8}`, "aria-hidden": "true" }), track.id)));
  } else if (altitudes.most !== undefined) {
    const scale = element("canvas", { "aria-hidden": "true" });
    legend.append(`${number(altitudes.least)} m`, scale, `${number(altitudes.most)} m of altitude`);
    drawScale(scale);
  }
}

function showSummary(all) {
  const summary = byId("flight-summary");
  const failed = tracks.find((track) => track.failed);
  if (all.points === 0) {
    summary.replaceChildren(element("p", { class: "empty" }, failed ? failed.failed : "–"));
    return;
  }
  const facts = {
    "Points on the map": number(all.points),
    "Way over ground": `${number(all.metres / 1000, 1)} km`,
  };
  if (all.most !== undefined) {
    facts["Altitude"] = `${number(all.least)} to ${number(all.most)} m`;
  }
  const flight = tracks.length === 1 ? flights.find((its) => idOf(its) === tracks[0].id) : null;
  Object.assign(facts, flight ? factsOf(flight) : {});
  summary.replaceChildren(element("dl", { class: "facts" },
    ...Object.entries(facts).map(([name, value]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, value)))));
}

const TIMES = new Map([["start", "Start"], ["end", "End"], ["first", "First point"], ["last", "Last point"],
  ["startedAt", "Start"], ["endedAt", "End"], ["firstAt", "First point"], ["lastAt", "Last point"]]);

/** What the list says of a flight, with times as times and the rest as words. */
function factsOf(flight) {
  const facts = {};
  for (const [key, value] of Object.entries(flight)) {
    if (["id", "flightId", "flight", "name"].includes(key) || value === null || typeof value === "object") {
      continue;
    }
    if (TIMES.has(key)) {
      facts[TIMES.get(key)] = day(value);
    } else if (/seconds$/i.test(key)) {
      facts["Duration"] = lasting(value);
    } else {
      const name = key.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
      facts[name[0].toUpperCase() + name.slice(1)] = words(value);
    }
  }
  return facts;
}

async function list() {
  try {
    flights = listOf(await ask("GET", LIST), "flights");
  } catch {
    return; // those that were known stay
  }
  if (selected === null && flights.length > 0) {
    selected = idOf(flights[0]);
  }
  showList();
  if (selected !== null && shownAs !== nowAs()) {
    await showTracks();
  }
}

/** What is to be shown, with its points: when that is another, the map is old. */
function nowAs() {
  const its = selected === ALL ? flights : flights.filter((flight) => idOf(flight) === selected);
  return JSON.stringify([selected === ALL, its.slice(0, OVERLAID).map((flight) => [idOf(flight), pointsOf(flight)])]);
}

/** Lists the flights; what is returned takes the figures, and lists them again when they tell of new points. */
export function startFlights() {
  showList();
  showSummary({ points: 0 });
  let there = false;
  offers("GET", LIST).then((its) => {
    there = its;
    if (there) {
      list();
    }
    paint();
  });
  document.addEventListener("theme", paint);
  new ResizeObserver(() => paint()).observe(byId("map"));
  return (figures) => {
    const its = `${figures.flights?.flights} ${figures.flights?.pointsStored}`;
    if (there && its !== listedAs && Date.now() - listedAt > REFRESH) {
      listedAs = its;
      listedAt = Date.now();
      list();
    }
  };
}
