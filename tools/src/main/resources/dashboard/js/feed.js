// The figures, once a second: server-sent events; while they don't come, by asking. Nothing is kept open for a page that nobody
// sees, for a browser has six connections to a server.

import { ask } from "./http.js";

const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 30_000;
const SILENCE = 8_000;
const POLL = 2_000;

/**
 * Follows the figures.
 *
 * @param onFigures gets each
 * @param onState gets "connecting", "live", "polling" or "lost"
 */
export function follow(onFigures, onState) {
  let source = null;
  let live = false;
  let delay = FIRST_DELAY;
  let retry = 0;
  let silence = 0;
  let nextPoll = 0;

  function heard() {
    clearTimeout(silence);
    silence = setTimeout(lost, SILENCE);
  }

  function open() {
    close();
    source = new EventSource("/api/dashboard/events");
    source.addEventListener("figures", (event) => {
      heard();
      live = true;
      delay = FIRST_DELAY;
      clearTimeout(nextPoll);
      onState("live");
      take(event.data);
    });
    source.onerror = lost;
    heard();
  }

  function take(text) {
    let figures;
    try {
      figures = JSON.parse(text);
    } catch {
      return; // the next one comes in a second
    }
    onFigures(figures);
  }

  function close() {
    clearTimeout(retry);
    clearTimeout(silence);
    source?.close();
    source = null;
  }

  function lost() {
    close();
    live = false;
    retry = setTimeout(open, delay * (0.75 + Math.random() / 2));
    delay = Math.min(delay * 2, LONGEST_DELAY);
    clearTimeout(nextPoll);
    poll();
  }

  /** Goes on until the stream comes. */
  async function poll() {
    let pause = POLL;
    try {
      const figures = await ask("GET", "/api/dashboard");
      if (!live) {
        onState("polling");
        onFigures(figures);
      }
    } catch {
      if (!live) {
        onState("lost");
      }
      pause = Math.max(POLL, delay);
    }
    if (!live && !document.hidden) {
      clearTimeout(nextPoll);
      nextPoll = setTimeout(poll, pause);
    }
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
      clearTimeout(nextPoll);
      live = false;
    } else if (source === null) {
      open();
    }
  });
  onState("connecting");
  open();
}

/** Events of another path, opened again when they end. Call what is returned to stop. */
export function listen(path, name, onEvent, onState) {
  let source = null;
  let delay = FIRST_DELAY;
  let retry = 0;
  let stopped = false;

  function open() {
    source = new EventSource(path);
    source.addEventListener(name, (event) => {
      delay = FIRST_DELAY;
      onState(true);
      onEvent(JSON.parse(event.data));
    });
    source.onerror = () => {
      source.close();
      if (!stopped) {
        onState(false);
        retry = setTimeout(open, delay);
        delay = Math.min(delay * 2, LONGEST_DELAY);
      }
    };
  }

  open();
  return () => {
    stopped = true;
    clearTimeout(retry);
    source.close();
  };
}
