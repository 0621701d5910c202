// Requests: with the token where there is one, with a deadline, and with failures that can be shown.

import { needToken, token } from "./token.js";

const DEADLINE = 15_000;

/** A request that was answered with a problem, or not at all. Its message is for people. */
export class Failure extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

let offered = null;

/** Whether the server has a route; what it does not have is not asked for. */
export async function offers(method, path) {
  offered ??= ask("GET", "/openapi.json").then(
    (document) => document.paths ?? {},
    (failure) => {
      offered = null; // asked again by the next
      throw failure;
    },
  );
  try {
    return Boolean((await offered)[path]?.[method.toLowerCase()]);
  } catch {
    return false;
  }
}

function problem(status, text) {
  try {
    const { title, detail } = JSON.parse(text);
    return detail ?? title ?? `the server answered ${status}`;
  } catch {
    return `the server answered ${status}`;
  }
}

/** The JSON of an answer, null where there is none. */
export async function ask(method, path, body) {
  const headers = { Accept: "application/json" };
  if (token()) {
    headers.Authorization = `Bearer ${token()}`;
  }
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  let response;
  let text;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(DEADLINE),
      cache: "no-store",
    });
    text = await response.text();
  } catch (failure) {
    throw new Failure(0, failure.name === "TimeoutError" ? "the server took too long" : "the server can't be reached");
  }
  if (!response.ok) {
    const why = problem(response.status, text);
    if (response.status === 401 || response.status === 403) {
      needToken(why);
    }
    throw new Failure(response.status, why);
  }
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    throw new Failure(response.status, "the server's answer can't be read");
  }
}

/** The list in an answer that is one, or holds one under some name. */
export function listOf(answer, ...names) {
  if (Array.isArray(answer)) {
    return answer;
  }
  for (const name of names) {
    if (Array.isArray(answer?.[name])) {
      return answer[name];
    }
  }
  return [];
}

/** Does something now and then each so many milliseconds, while the page is seen. */
export function every(milliseconds, action) {
  let last = 0;
  const due = () => {
    if (!document.hidden && Date.now() - last >= milliseconds - 500) {
      last = Date.now();
      action();
    }
  };
  due();
  setInterval(due, milliseconds);
  document.addEventListener("visibilitychange", due);
}
