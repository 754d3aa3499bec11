// The transcript: follows the playback word by word, click to go there.

import { fill, h, icon } from "./dom.js";
import { clock } from "./format.js";
import { bisect } from "./lanes.js";
import { editWords } from "./transcript_edit.js";
import { TranscriptSearch } from "./transcript_search.js";

const MOST_WORDS = 30000;
const LOW = 0.5;
const HANDS_OFF = 4000;
const AT_ONCE = 0.15; // seconds that two turns must share to be told as said at once

export class Transcript {
  constructor(act) {
    this.act = act;
    this.list = h("ol", { class: "turns" });
    this.empty = h("p", { class: "faint pad" });
    this.follow = h("input", { type: "checkbox", checked: true });
    this.scroll = h("div", { class: "scroll", tabindex: "-1" }, this.empty, this.list);
    this.notes = h("div", {});
    this.search = new TranscriptSearch(this, act);
    this.root = h(
      "section",
      { class: "panel transcript", "aria-label": "Transcript" },
      h("header", {}, h("h2", {}, "Transcript"), h("label", { class: "faint" }, this.follow, " follow")),
      this.search.root,
      this.notes,
      this.scroll,
    );
    this.touched = -HANDS_OFF;
    for (const name of ["wheel", "pointerdown", "keydown"]) {
      this.scroll.addEventListener(name, () => (this.touched = performance.now()), { passive: true });
    }
    this.list.addEventListener("click", (event) => this.press(event));
    this.list.addEventListener("dblclick", (event) => this.edit(event.target.closest("li.turn"), event.target.closest("[data-at]")));
    this.current = -1;
    this.word = null;
  }

  // overlaps: stretches in which two voices were measured at once
  show(said, gaps, { draft, sound, overlaps }) {
    const seen = this.turns && this.scroll.scrollTop;
    this.turns = said.turns;
    this.current = -1;
    this.word = null;
    this.together = atOnce(said.turns, overlaps);
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
    if (seen) this.scroll.scrollTop = seen;
    this.search.look();
  }

  turn(turn, index, byWord) {
    const text = h("span", { class: "text", dir: "auto" });
    if (byWord && turn.words.length) {
      for (const [word, start, , sure] of turn.words) {
        const low = sure !== null && sure < LOW;
        text.append(h("span", { "data-at": start, class: low ? "low" : null }, word), " ");
      }
    } else text.textContent = turn.text;
    const others = this.together[index];
    const why = `${turn.why || "role not told"}. Press to correct who speaks or what is said.`;
    const role = turn.role && !turn.who.toLowerCase().startsWith(turn.role) ? h("span", { class: "faint" }, ` ${turn.role}`) : null;
    return h(
      "li",
      { class: others ? "turn atonce" : "turn", "data-turn": index },
      h("button", { class: "at", "aria-label": `Go to ${clock(turn.start)}, ${turn.who}` }, clock(turn.start)),
      h("div", {}, others && h("span", { class: "overlap" }, others), h("button", { class: "who", title: why }, h("span", { class: `dot ${turn.role || "unknown"}` }), turn.who, role), text, turn.corrected && h("span", { class: "corrected", dir: "auto" }, `Corrected: ${turn.corrected}`)),
      this.act.reword && h("button", { class: "pen", tabindex: "-1", title: "Put these words right (R, or double click a word)", "aria-label": `Put the words at ${clock(turn.start)} right` }, icon("pen")),
    );
  }

  // words put right in place; without a line: those of the turn that is being said
  edit(line = this.lines?.[this.current], word = null) {
    if (!line || !this.act.reword) return;
    const turn = this.turns[Number(line.dataset.turn)];
    window.getSelection().removeAllRanges();
    line.scrollIntoView({ block: "nearest" });
    editWords(line, turn, word ? [...line.querySelectorAll("[data-at]")].indexOf(word) : null, (text) => this.act.reword(turn, text));
  }

  // a line comes into sight, and stays while a person reads
  bring(index) {
    this.touched = performance.now();
    this.lines[index]?.scrollIntoView({ block: "nearest" });
  }

  press(event) {
    if (String(window.getSelection()).length) return;
    const line = event.target.closest("li.turn");
    if (!line || event.target.closest(".editing")) return;
    if (event.target.closest("button.pen")) {
      this.edit(line);
      return;
    }
    if (event.target.closest("button.who")) {
      this.act.correct(this.turns[Number(line.dataset.turn)]);
      return;
    }
    const word = event.target.closest("[data-at]");
    this.act.seek(word ? Number(word.dataset.at) : this.turns[Number(line.dataset.turn)].start);
  }

  // the turn that began last
  latest(time) {
    return this.turns?.length ? bisect(this.starts, time + 1e-3) - 1 : -1;
  }

  tick(time) {
    if (!this.turns?.length) return;
    let index = this.latest(time);
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

// turn -> who speaks at the same time, in words; null: nobody
function atOnce(turns, overlaps = []) {
  const others = turns.map(() => null);
  turns.forEach((turn, index) => {
    for (let next = index + 1; next < turns.length && turns[next].start < turn.end - AT_ONCE; next += 1) {
      if (turns[next].voice === turn.voice || Math.min(turn.end, turns[next].end) - turns[next].start < AT_ONCE) continue;
      for (const [a, b] of [[index, next], [next, index]]) others[a] = new Set([...(others[a] || []), turns[b].who]);
    }
  });
  return others.map((names, index) => {
    if (names) return `at once with ${[...names].join(", ")}`;
    const { start, end } = turns[index];
    return overlaps.some((span) => span.start < end - AT_ONCE && span.end > start + AT_ONCE) ? "somebody else speaks at once" : null;
  });
}

function nothingSaid(measured, sound) {
  if (measured) return "No words were found in this recording.";
  return sound ? "No transcript: the words were not analysed." : "No transcript: this recording has no sound.";
}
