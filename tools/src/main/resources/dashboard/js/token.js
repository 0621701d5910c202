// The token that changing requests carry, where the server has one: kept until the tab is closed, shown only when it is needed.

import { byId } from "./dom.js";

const KEY = "millrace.token";

export function token() {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

/** Shows the field. */
export function needToken(why) {
  byId("token-why").textContent = why;
  byId("token-form").hidden = false;
}

export function startToken() {
  byId("token-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const given = byId("token").value.trim();
    try {
      if (given === "") {
        sessionStorage.removeItem(KEY);
      } else {
        sessionStorage.setItem(KEY, given);
      }
    } catch {
      return; // without storage there is no token
    }
    byId("token").value = "";
    byId("token-form").hidden = true;
  });
}
