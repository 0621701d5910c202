// Stored flights: the list, the track of one or of all on the map, and what a track is in numbers.

import { byId, colour, day, element, isNumber, lasting, NOTHING, number, words } from "./dom.js";
import { ask, listOf, offers } from "./http.js";
import { draw, drawScale, linesOf, measure } from "./track.js";

const LIST = "/api/v2/flights";
const SHOWN = 100;
const OVERLAID = 24;
const REFRESH = 5_000;
const ALL = Symbol("all");

let flights = [];
let total = 0;
let selected = null;
let tracks = [];
let asked = 0; // an answer that comes after another was asked for is dropped
let listedAt = 0;
let listedAs = "";
let shownAs = "";

function idOf(flight) {
  return String(flight.flight ?? flight.id);
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
    choice(flights.length > OVERLAID ? `The newest ${OVERLAID}` : "All", `${number(total)} flights`, ALL),
    ...flights.slice(0, SHOWN).map((flight) => choice(idOf(flight), `${number(flight.points)} points`, idOf(flight))));
  list.replaceChildren(box);
  if (total > SHOWN) {
    list.append(element("p", { class: "empty" }, `and ${number(total - SHOWN)} older ones`));
  }
  box.scrollTop = scrolled;
  box.querySelectorAll("button")[focused]?.focus({ preventScroll: true });
}

async function select(value) {
  selected = value;
  showList();
  await showTracks();
}

async function load(id, withFacts) {
  const path = `${LIST}/${encodeURIComponent(id)}`;
  try {
    const lines = linesOf(await ask("GET", `${path}/track`));
    return { id, lines, facts: withFacts ? await ask("GET", path) : null };
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
    loaded.push(await load(id, wanted.length === 1)); // one at a time: others want connections too
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
  const facts = tracks.length === 1 && tracks[0].facts
    ? factsOf(tracks[0].facts)
    : { "Points on the map": number(all.points), "Way over ground": `${number(all.metres / 1000, 1)} km` };
  summary.replaceChildren(element("dl", { class: "facts" },
    ...Object.entries(facts).map(([name, value]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, value)))));
}

function range({ lowest, highest } = {}) {
  return isNumber(lowest) && isNumber(highest) ? `${number(lowest)} to ${number(highest)} m` : NOTHING;
}

function factsOf(facts) {
  return {
    "Fixes": `${number(facts.fixes)}, ${number(facts.validFixes)} valid`,
    "Distance": `${number(facts.distanceKm, 1)} km`,
    "Duration": lasting(facts.durationSeconds),
    "Start": day(facts.first),
    "End": day(facts.last),
    "Altitude by satellite": range(facts.gnssAltitude),
    "By pressure": range(facts.pressureAltitude),
    "Came by": words(facts.source),
    "Came twice": number(facts.duplicates),
    "Malformed lines": number(facts.problems?.count),
  };
}

async function list() {
  try {
    const answer = await ask("GET", `${LIST}?limit=${SHOWN}`);
    flights = listOf(answer, "flights");
    total = answer.total ?? flights.length;
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
  return JSON.stringify([selected === ALL, its.slice(0, OVERLAID).map((flight) => [idOf(flight), flight.points])]);
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
