// Captions over the picture, from the transcript as it stands: corrections and names show at once.

import { fill, h } from "./dom.js";

const LONGEST = 84; // letters of a caption
const MOST = 2; // people who speak at once
const KEY = "bwc.captions";

export class Captions {
  constructor() {
    this.root = h("div", { class: "captions", hidden: true });
    this.turns = [];
    this.on = remembered();
  }

  show(turns, draft) {
    this.turns = turns.map((turn) => ({ start: turn.start, end: turn.end, who: turn.who, role: turn.role, parts: parts(turn) }));
    this.draft = draft;
    this.said = null;
  }

  toggle() {
    this.on = !this.on;
    try {
      window.localStorage.setItem(KEY, this.on ? "on" : "");
    } catch {
      // only this page remembers it then
    }
    return this.on;
  }

  // near: the number of the turn that was said last; an earlier one can still be going on
  tick(time, near) {
    const rows = [];
    for (let index = near; this.on && index >= Math.max(0, near - 6) && rows.length < MOST; index -= 1) {
      const turn = this.turns[index];
      if (!turn || turn.start > time || turn.end < time) continue;
      const part = turn.parts.findLast((one) => one.start <= time + 1e-3) || turn.parts[0];
      if (part) rows.unshift([turn, part.text]);
    }
    const said = rows.map(([turn, text]) => turn.who + text).join();
    if (said === this.said) return;
    this.said = said;
    this.root.hidden = !rows.length;
    fill(this.root, ...rows.map(([turn, text]) => h("p", {}, h("strong", { class: turn.role || "unknown" }, `${turn.who}: `), h("span", { dir: "auto" }, text))), this.draft && rows.length > 0 && h("small", {}, "draft words"));
  }
}

// pieces of a turn that fit on a picture, each with its first second
function parts({ start, end, text, words }) {
  const timed = words.length ? words.map(([word, at]) => [word, at]) : text.split(/\s+/).map((word, index, all) => [word, start + ((end - start) * index) / all.length]);
  const out = [];
  for (const [word, at] of timed) {
    const cut = word.slice(0, LONGEST);
    if (out.length && out.at(-1).text.length + cut.length < LONGEST) out.at(-1).text += ` ${cut}`;
    else out.push({ start: at, text: cut });
  }
  return out;
}

function remembered() {
  try {
    return window.localStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}
