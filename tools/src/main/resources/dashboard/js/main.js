// Starts the page. Each part stands alone: one that has nothing to show says "–", and the others go on.

import { announce, byId } from "./dom.js";
import { follow } from "./feed.js";
import { Live } from "./live.js";
import { Tiles } from "./tiles.js";
import { startDead } from "./dead.js";
import { startFlights } from "./flights.js";
import { startHealth } from "./health.js";
import { startJournal } from "./journal.js";
import { startRoom } from "./room.js";
import { startToken } from "./token.js";

const STATES = {
  connecting: { text: "connecting", notice: "" },
  live: { text: "live", notice: "" },
  polling: { text: "polling", notice: "The stream of figures is interrupted; they are asked for now and then." },
  lost: { text: "not connected", notice: "Not connected to the server. The figures below are old; it is tried again by itself." },
};

let state = "connecting";

function onState(next) {
  if (next === state) {
    return;
  }
  const before = state;
  state = next;
  byId("link").dataset.state = next;
  byId("link-text").textContent = STATES[next].text;
  byId("notice").textContent = STATES[next].notice;
  byId("notice").hidden = STATES[next].notice === "";
  if (next !== "live" || before !== "connecting") {
    announce(next === "live" ? "Connected again." : STATES[next].notice);
  }
}

const tiles = new Tiles();
const live = new Live();
const listeners = [];

startToken();
startHealth();
startJournal();
listeners.push(startFlights(), startDead());
startRoom();

follow((figures) => {
  const at = typeof figures.at === "number" ? figures.at : Date.now();
  tiles.add(at, figures);
  live.add(at, figures);
  listeners.forEach((listener) => listener(figures));
}, onState);
