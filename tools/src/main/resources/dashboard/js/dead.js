// Dead letters of queues and of jobs: looked at, and replayed when the reader has said yes.

import { byId, element, isNumber, number, table, words } from "./dom.js";
import { ask, listOf, offers } from "./http.js";

const QUEUES = "/api/v2/queues";
const JOBS = "/api/jobs/dead";
const REFRESH = 10_000;
const SHOWN = 20;

let counted = "";
let lookedAt = 0;

function say(text, failed = false) {
  byId("dead-said").textContent = text;
  byId("dead-said").classList.toggle("failed", failed);
}

/** Asks in a dialogue; whoever closes it by Escape says no. */
function confirmed(question) {
  const dialogue = byId("confirm");
  byId("confirm-text").textContent = question;
  dialogue.returnValue = "no";
  dialogue.showModal();
  return new Promise((resolve) => {
    // The event comes a moment after the dialogue has closed, and it may be open again by then, for the next question.
    dialogue.onclose = () => {
      if (!dialogue.open) {
        resolve(dialogue.returnValue === "yes");
      }
    };
  });
}

async function replay(path, what, body) {
  if (!(await confirmed(`Replay ${what}? It is tried again from the first attempt.`))) {
    return;
  }
  try {
    const answer = await ask("POST", path, body);
    const count = [answer?.replayed, answer?.count].find(isNumber);
    say(count === undefined ? `${what} is replayed.` : `${number(count)} replayed.`);
  } catch (failure) {
    say(failure.message, true);
  }
  byId("dead-title").focus(); // the button that was pressed is about to go
  await look();
}

function letterRow(letter, path) {
  const id = String(letter.id);
  const button = element("button", {
    type: "button",
    class: "quiet small",
    "aria-label": `Replay ${id}`,
    onclick: () => replay(path, id, { ids: [id] }),
  }, "Replay");
  return [id, letter.type ?? "", letter.attempts ?? "", words(letter.error), button];
}

function lettersOf(name, letters, total, path) {
  const all = element("button", { type: "button", class: "small", onclick: () => replay(path, `all of ${name}`, { all: true }) },
    "Replay all", element("span", { class: "hidden" }, ` of ${name}`));
  return element("div", {},
    element("div", { class: "row" }, element("strong", {}, `${name}: ${number(total ?? letters.length)}`), all),
    table(`Dead letters of ${name}`, ["Id", "Type", "Attempts", "Reason", ""],
      letters.slice(0, SHOWN).map((letter) => letterRow(letter, path))));
}

function fill(id, parts) {
  byId(id).replaceChildren(...(parts.length > 0 ? parts : [element("p", { class: "empty" }, "–")]));
}

async function lookAtQueues() {
  if (!(await offers("GET", `${QUEUES}/{queue}/dead`))) {
    return [];
  }
  const parts = [];
  for (const queue of listOf(await ask("GET", QUEUES), "queues")) {
    const name = String(queue.name);
    if (queue.dead === 0) {
      continue;
    }
    const path = `${QUEUES}/${encodeURIComponent(name)}/dead`;
    const letters = listOf(await ask("GET", path), "dead");
    if (letters.length > 0) {
      parts.push(lettersOf(name, letters, queue.dead, `${path}/replay`));
    }
  }
  return parts.length > 0 ? parts : [element("p", { class: "empty" }, "None.")];
}

async function lookAtJobs() {
  if (!(await offers("GET", JOBS))) {
    return [];
  }
  const letters = listOf(await ask("GET", JOBS), "dead");
  return letters.length > 0
    ? [lettersOf("jobs", letters, undefined, `${JOBS}/replay`)]
    : [element("p", { class: "empty" }, "None.")];
}

/** Shows one list; what can't be had is said in its place. */
async function lookInto(id, looking) {
  if (byId(id).contains(document.activeElement)) {
    return; // nothing is taken from under the reader's fingers
  }
  try {
    fill(id, await looking());
  } catch (failure) {
    fill(id, [element("p", { class: "empty" }, failure.message)]);
  }
}

async function look() {
  lookedAt = Date.now();
  await Promise.all([lookInto("dead-queues", lookAtQueues), lookInto("dead-jobs", lookAtJobs)]);
}

/** Looks once; what is returned takes the figures, and looks again when their numbers change. */
export function startDead() {
  look();
  return (figures) => {
    const now = JSON.stringify([(figures.flights?.queues ?? []).map((queue) => queue.dead), figures.site?.jobs?.dead]);
    if (now !== counted && Date.now() - lookedAt > REFRESH) {
      counted = now;
      look();
    }
  };
}
