// Keys of the review page. They work wherever nobody is typing, and never reach Streamlit's own keys.

import { h } from "./dom.js";

export const KEYS = [
  ["Space or K", "play, pause"],
  ["J / L", "backwards / forwards; press again: faster"],
  ["\u2190 / \u2192", "5 seconds back / on (Shift: 1 second)"],
  [", / .", "one frame back / on (Shift: 10 frames)"],
  ["N / P", "next / previous finding"],
  ["Shift+N", "next finding that is not reviewed"],
  ["C / X / U", "confirm / dismiss / unsure"],
  ["S", "the speaker is right, too: goes with your next answer"],
  ["T", "take your answer back"],
  ["I / O", "mark where a stretch begins / ends"],
  ["Shift+Space", "play the stretch over and over"],
  ["E", "make a clip of the stretch, or of the finding"],
  ["W", "write a note (Esc: leave it)"],
  ["+ / \u2212 / 0", "zoom the timeline in / out / all of it"],
  ["Z", "zoom to the finding"],
  ["/", "search the transcript (Enter: next, Shift+Enter: previous, Esc: leave)"],
  ["R", "put right the words that are being said"],
  ["V", "captions on, off"],
  ["M", "sound off, on"],
  ["?", "this list"],
];

const ACTIONS = {
  " ": "toggle",
  k: "toggle",
  j: "backwards",
  l: "forwards",
  ArrowLeft: ["skip", -5],
  ArrowRight: ["skip", 5],
  "shift+ArrowLeft": ["skip", -1],
  "shift+ArrowRight": ["skip", 1],
  ",": ["frames", -1],
  ".": ["frames", 1],
  "<": ["frames", -10],
  ">": ["frames", 10],
  "shift+,": ["frames", -10],
  "shift+.": ["frames", 10],
  n: ["step", 1],
  p: ["step", -1],
  "shift+n": ["step", 1, true],
  "shift+p": ["step", -1, true],
  c: ["judge", "confirmed"],
  x: ["judge", "dismissed"],
  u: ["judge", "unsure"],
  w: "note",
  s: "speaker",
  t: "takeBack",
  i: ["markEdge", "start"],
  o: ["markEdge", "end"],
  e: "clip",
  "shift+ ": "loop",
  "+": ["zoom", 0.5],
  "=": ["zoom", 0.5],
  "-": ["zoom", 2],
  0: "fit",
  z: "fitFinding",
  m: "mute",
  "/": "search",
  r: "reword",
  v: "captions",
  "?": "help",
  1: ["hear", 0],
  2: ["hear", 1],
  3: ["hear", 2],
  4: ["hear", 3],
};

const BUTTONS = "button, a, summary";
const BLOCK_REPEAT = new Set(["toggle", "loop", "clip", "judge", "speaker", "takeBack", "note", "help", "mute", "search", "reword", "captions", "forwards", "backwards"]);

// does: action name -> function; `once`: actions that a key held down does not repeat; returns what stops listening
export function listen(does, actions = ACTIONS, once = BLOCK_REPEAT) {
  let clicked = null; // the button that the pointer led to, until the keyboard leads elsewhere
  const point = (event) => {
    const [target] = event.composedPath();
    clicked = target instanceof Element ? target.closest(BUTTONS) : null;
  };
  const press = (event) => {
    if (event.key === "Tab") clicked = null;
    const target = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = actions[event.shiftKey ? `shift+${key}` : key] ?? actions[key];
    const [name, ...rest] = [action].flat();
    if (!does[name]) return;
    if ((key === " " || key.startsWith("Arrow")) && keepsKeys(target, clicked)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(event.repeat && once.has(name))) does[name](...rest);
  };
  window.addEventListener("keydown", press, { capture: true });
  window.addEventListener("pointerdown", point, { capture: true });
  return () => {
    window.removeEventListener("keydown", press, { capture: true });
    window.removeEventListener("pointerdown", point, { capture: true });
  };
}

// a box keeps its own keys, and so does a button that the keyboard led to. One that was clicked does not: Space plays.
// A finding is opened by Enter, so Space plays it in any case
function keepsKeys(target, clicked) {
  const focused = target instanceof Element && target.closest(`${BUTTONS}, input, select, [role=slider]`);
  return Boolean(focused) && !focused.closest(".rows") && focused !== clicked;
}

function typing(target) {
  return target instanceof Element && (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=range], [type=button])") || target.closest("dialog[open], [role=dialog]") !== null);
}

export function helpDialog(keys = KEYS) {
  const close = h("button", { onclick: () => dialog.close() }, "Close");
  const rows = keys.map(([key, what]) => h("tr", {}, h("th", { scope: "row" }, key), h("td", {}, what)));
  const dialog = h("dialog", { "aria-label": "Keys" }, h("h2", {}, "Keys"), h("table", {}, h("tbody", {}, ...rows)), close);
  return dialog;
}
