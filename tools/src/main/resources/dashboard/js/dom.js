// Elements and numbers. Whatever comes from the server becomes text, never markup.

export const NOTHING = "–";

/** An element with attributes, listeners (`onclick` and the like) and children; texts become text. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      made.addEventListener(name.slice(2), value);
    } else if (value === true) {
      made.setAttribute(name, "");
    } else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(name, String(value));
    }
  }
  made.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

/** A colour of the style sheet. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}

/** A number as people read it; what is none is a dash. */
export function number(value, digits = 0) {
  if (!isNumber(value)) {
    return NOTHING;
  }
  return value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: 0 });
}

/** The same, short: 12,345,678 is 12.3 M. */
export function short(value, digits = 1) {
  if (!isNumber(value)) {
    return NOTHING;
  }
  for (const [limit, letter] of [[1e9, "G"], [1e6, "M"], [1e4, "k"]]) {
    if (Math.abs(value) >= limit) {
      return `${number(value / (letter === "k" ? 1e3 : limit), 1)} ${letter}`;
    }
  }
  return number(value, digits);
}

export function withUnit(text, unit) {
  return unit && text !== NOTHING ? `${text}${unit.startsWith("/") ? "" : " "}${unit}` : text;
}

/** A time of day, of milliseconds or of a text in ISO form. */
export function clock(value) {
  const date = new Date(value);
  return Number.isNaN(date.getTime())
    ? NOTHING
    : date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

export function day(value) {
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? NOTHING : date.toISOString().slice(0, 16).replace("T", " ");
}

/** A length of time. */
export function lasting(seconds) {
  if (!isNumber(seconds)) {
    return NOTHING;
  }
  if (seconds < 60) {
    return `${number(seconds, 1)} s`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  }
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** Any value in a few words. */
export function words(value) {
  if (value === null || value === undefined || value === "") {
    return NOTHING;
  }
  if (isNumber(value)) {
    return number(value, 3);
  }
  if (typeof value === "boolean") {
    return value ? "yes" : "no";
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? NOTHING : value.slice(0, 12).map(words).join(", ") + (value.length > 12 ? ", …" : "");
  }
  if (typeof value === "object") {
    return Object.entries(value).slice(0, 12).map(([key, its]) => `${key} ${words(its)}`).join(", ") || NOTHING;
  }
  const text = String(value);
  return text.length > 200 ? text.slice(0, 200) + "…" : text;
}

/** A table in a box that scrolls by itself. Cells that are numbers are shown as such. */
export function table(caption, headings, rows) {
  const cell = (value) => {
    if (value instanceof Node) {
      return element("td", {}, value);
    }
    return typeof value === "number"
      ? element("td", { class: "number" }, number(value, 2))
      : element("td", { class: "break" }, words(value));
  };
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    element("table", {},
      element("caption", { class: "hidden" }, caption),
      element("thead", {}, element("tr", {}, ...headings.map((heading) => element("th", { scope: "col" }, heading)))),
      element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map(cell))))));
}

let lastSaid = "";

/** Tells those who can't see; for what matters only. */
export function announce(text) {
  if (text !== lastSaid) {
    lastSaid = text;
    byId("announcer").textContent = text;
  }
}
