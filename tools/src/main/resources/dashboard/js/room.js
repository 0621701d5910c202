// A room to vote in: join it under a name, see what its plugins show, vote; changes by others come as events.

import { byId, element, NOTHING, number, words } from "./dom.js";
import { ask, listOf, offers } from "./http.js";
import { listen } from "./feed.js";

const ROOMS = "/api/rooms";

let room = null;
let listener = null;
let playing = null;
let stop = () => {};

function path(...parts) {
  return [ROOMS, ...parts.map((part) => (part.startsWith("/") ? part.slice(1) : encodeURIComponent(part)))].join("/");
}

function say(text, failed = false) {
  byId("room-said").textContent = text;
  byId("room-said").classList.toggle("failed", failed);
}

/** Does something; says why it failed if it did. */
async function trying(action) {
  try {
    await action();
  } catch (failure) {
    say(failure.message, true);
  }
}

async function names() {
  if (!(await offers("GET", ROOMS))) {
    return [];
  }
  const rooms = listOf(await ask("GET", ROOMS), "rooms").map((its) => String(its.room));
  byId("rooms").replaceChildren(...rooms.slice(0, 50).map((name) => element("option", { value: name })));
  return rooms;
}

async function join() {
  if (!(await offers("POST", ROOMS))) {
    say("This server has no rooms.");
    return;
  }
  const wanted = byId("join-room").value.trim();
  const name = byId("join-name").value.trim();
  if (wanted === "" || name === "") {
    say("A room and a name are needed.", true);
    return;
  }
  if (!(await names()).includes(wanted)) {
    await ask("POST", ROOMS, { room: wanted });
  }
  if (room !== null) {
    await leave();
  }
  const started = performance.now();
  const view = await ask("POST", path(wanted, "/listeners"), { listener: name });
  room = wanted;
  listener = name;
  enable(true);
  say(`You are in ${room} as ${listener}; all of it came in ${number(performance.now() - started, 1)} ms.`);
  show(view);
  stop = listen(path(room, "/events"), "room", show, (there) => {
    if (!there && room !== null) {
      say("The room's events are interrupted; they come back by themselves.");
    }
  });
}

async function leave() {
  const left = room;
  stop();
  stop = () => {};
  room = null;
  enable(false);
  byId("room-name").textContent = "No room yet";
  byId("playing").textContent = NOTHING;
  byId("components").replaceChildren();
  say(`You have left ${left}.`);
  await ask("DELETE", path(left, "/listeners", listener));
}

function enable(inRoom) {
  for (const id of ["leave", "vote", "skip"]) {
    byId(id).disabled = !inRoom;
  }
}

// ---- what the room shows ----

function show(view) {
  if (room === null || view === null) {
    return;
  }
  const old = view.stale ? ", as it last was" : view.partial ? ", not all of it can be read" : "";
  byId("room-name").textContent = `${view.name ?? room}, ${number(view.listeners)} listening${old}`;
  playing = view.track ?? null;
  byId("playing").textContent = playing ?? NOTHING;
  byId("newest").textContent = (view.newest ?? []).slice(0, 8).join(", ") || NOTHING;
  byId("components").replaceChildren(
    ...Object.entries(view.components ?? {}).slice(0, 12).map(([name, its]) => component(name, its)));
}

function component(name, its) {
  const facts = its !== null && typeof its === "object" && !Array.isArray(its) ? Object.entries(its) : [["value", its]];
  return element("div", { class: "component" },
    element("h4", {}, name),
    element("dl", {}, ...facts.slice(0, 20).flatMap(([key, value]) => [element("dt", {}, key), element("dd", {}, words(value))])));
}

// ---- what a listener does ----

export function startRoom() {
  byId("join-name").value = `listener-${Math.floor(1000 + Math.random() * 9000)}`;
  trying(names);
  byId("join-room").addEventListener("focus", () => trying(names));
  byId("join").addEventListener("submit", (event) => {
    event.preventDefault();
    trying(join);
  });
  byId("leave").addEventListener("click", () => trying(leave));
  byId("play").addEventListener("submit", (event) => {
    event.preventDefault();
    if (room === null) {
      say("Join a room first.", true);
      return;
    }
    trying(async () => {
      const track = byId("play-track").value.trim();
      await ask("POST", path(room, "/track"), { track });
      byId("play-track").value = "";
      say(`${track} plays.`);
    });
  });
  byId("vote").addEventListener("click", () => {
    if (playing === null) {
      say("Nothing plays that could be skipped.", true);
      return;
    }
    trying(async () => {
      const answer = await ask("POST", path(room, "/votes"), { listener, track: playing });
      say(answer.skipped ? "The track is skipped." : `${number(answer.votes)} of ${number(answer.needed)} votes that skip it.`);
    });
  });
  byId("skip").addEventListener("click", () => trying(async () => {
    await ask("POST", path(room, "/skip"), {});
    say("Skipped.");
  }));
  addEventListener("pagehide", () => stop());
}
