// The transcript: follows the playback word by word, click to go there.

import { fill, h } from "./dom.js";
import { clock } from "./format.js";
import { bisect } from "./lanes.js";

const MOST_WORDS = 30000;
const LOW = 0.5;
const HANDS_OFF = 4000;

export class Transcript {
  constructor(act) {
    this.act = act;
    this.list = h("ol", { class: "turns" });
    this.empty = h("p", { class: "faint pad" });
    this.follow = h("input", { type: "checkbox", checked: true });
    this.scroll = h("div", { class: "scroll", tabindex: "-1" }, this.empty, this.list);
    this.notes = h("div", {});
    this.root = h(
      "section",
      { class: "panel transcript", "aria-label": "Transcript" },
      h("header", {}, h("h2", {}, "Transcript"), h("label", { class: "faint" }, this.follow, " follow")),
      this.notes,
      this.scroll,
    );
    this.touched = -HANDS_OFF;
    for (const name of ["wheel", "pointerdown", "keydown"]) {
      this.scroll.addEventListener(name, () => (this.touched = performance.now()), { passive: true });
    }
    this.list.addEventListener("click", (event) => this.press(event));
    this.current = -1;
    this.word = null;
  }

  show(said, gaps, { draft, sound }) {
    this.turns = said.turns;
    this.starts = Float64Array.from(said.turns, (turn) => turn.start);
    const words = said.turns.reduce((sum, turn) => sum + turn.words.length, 0);
    this.empty.hidden = said.turns.length > 0;
    this.empty.textContent = nothingSaid(said.measured, sound);
    if (draft) {
      const title = `Words by ${draft}, a low-accuracy recogniser`;
      fill(this.notes, h("p", { class: "draft", title }, h("strong", {}, "Draft. "), "Low accuracy: listen before you rely on a word."));
    }
    const rows = said.turns.map((turn, index) => ({ at: turn.start, row: this.turn(turn, index, words <= MOST_WORDS) }));
    for (const gap of gaps) {
      const text = `${clock(gap.start)} \u2013 ${clock(gap.end)} not analysed: ${gap.reason}`;
      rows.push({ at: gap.start, row: h("li", { class: "gap" }, text) });
    }
    rows.sort((a, b) => a.at - b.at);
    fill(this.list, ...rows.map((one) => one.row));
    this.lines = [...this.list.querySelectorAll("li.turn")];
  }

  turn(turn, index, byWord) {
    const text = h("span", { class: "text", dir: "auto" });
    if (byWord && turn.words.length) {
      for (const [word, start, , sure] of turn.words) {
        const low = sure !== null && sure < LOW;
        text.append(h("span", { "data-at": start, class: low ? "low" : null }, word), " ");
      }
    } else text.textContent = turn.text;
    return h(
      "li",
      { class: "turn", "data-turn": index },
      h("button", { class: "at", "aria-label": `Go to ${clock(turn.start)}, ${turn.who}` }, clock(turn.start)),
      h("div", {}, h("button", { class: "who", title: `${turn.why || "role not told"}. Press to correct who speaks or what is said.` }, h("span", { class: `dot ${turn.role || "unknown"}` }), turn.who, turn.role && !turn.who.toLowerCase().startsWith(turn.role) ? h("span", { class: "faint" }, ` ${turn.role}`) : null), text),
    );
  }

  press(event) {
    if (String(window.getSelection()).length) return;
    const line = event.target.closest("li.turn");
    if (!line) return;
    if (event.target.closest("button.who")) {
      this.act.correct(this.turns[Number(line.dataset.turn)]);
      return;
    }
    const word = event.target.closest("[data-at]");
    this.act.seek(word ? Number(word.dataset.at) : this.turns[Number(line.dataset.turn)].start);
  }

  tick(time) {
    if (!this.turns?.length) return;
    let index = bisect(this.starts, time + 1e-3) - 1;
    // of two people at once the one who began last, if still speaking; else whoever still is
    while (index > 0 && this.turns[index].end < time && this.turns[index - 1].end > time) index -= 1;
    if (index !== this.current) this.move(index);
    this.markWord(index, time);
  }

  move(index) {
    this.lines[this.current]?.removeAttribute("aria-current");
    this.current = index;
    const line = this.lines[index];
    if (!line) return;
    line.setAttribute("aria-current", "true");
    if (!this.follow.checked || performance.now() - this.touched < HANDS_OFF) return;
    const top = line.offsetTop;
    if (top < this.scroll.scrollTop + 30 || top + line.offsetHeight > this.scroll.scrollTop + this.scroll.clientHeight - 30) {
      this.scroll.scrollTop = top - this.scroll.clientHeight / 3;
    }
  }

  markWord(index, time) {
    const words = this.turns[index]?.words || [];
    let number = words.findIndex(([, start, end]) => time >= start - 1e-3 && time < end);
    if (this.turns[index] && time > this.turns[index].end) number = -1;
    const span = number < 0 ? null : this.lines[index]?.querySelectorAll("[data-at]")[number] || null;
    if (span === this.word) return;
    this.word?.classList.remove("now");
    span?.classList.add("now");
    this.word = span;
  }
}

function nothingSaid(measured, sound) {
  if (measured) return "No words were found in this recording.";
  return sound ? "No transcript: the words were not analysed." : "No transcript: this recording has no sound.";
}
