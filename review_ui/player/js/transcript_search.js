// Looks for words in the transcript of this page: every hit is marked, Enter goes from one to the next.

import { h } from "./dom.js";

export class TranscriptSearch {
  // transcript: {turns, lines}; act: {seek(t)}
  constructor(transcript, act) {
    this.transcript = transcript;
    this.act = act;
    this.hits = [];
    this.at = -1;
    this.input = h("input", { type: "search", placeholder: "Search these words ( / )", "aria-label": "Search the transcript", autocomplete: "off", oninput: () => this.look() });
    this.told = h("output", { class: "faint" });
    this.root = h("div", { class: "searching" }, this.input, this.told);
    this.input.addEventListener("keydown", (event) => this.key(event));
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  key(event) {
    if (event.key === "Enter") this.go(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") {
      this.input.value = "";
      this.look();
      this.input.blur();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // the newest transcript: the same words are looked for again
  look() {
    this.mark(false);
    const wanted = plainly(this.input.value.trim());
    this.hits = wanted ? (this.transcript.turns || []).flatMap((turn, index) => hitsOf(turn, index, wanted)) : [];
    this.at = -1;
    this.mark(true);
    this.tell(wanted);
  }

  tell(wanted) {
    const count = this.hits.length;
    this.told.textContent = !wanted ? "" : !count ? "none" : this.at < 0 ? `${count} \u00b7 Enter` : `${this.at + 1} of ${count}`;
  }

  go(by) {
    if (!this.hits.length) return;
    this.at = this.at < 0 && by < 0 ? this.hits.length - 1 : (this.at + by + this.hits.length) % this.hits.length;
    const { turn, first } = this.hits[this.at];
    this.mark(true);
    this.tell(true);
    this.transcript.bring(turn);
    this.act.seek(this.transcript.turns[turn].words[first]?.[1] ?? this.transcript.turns[turn].start);
  }

  mark(on) {
    this.hits.forEach((hit, number) => {
      for (const part of this.parts(hit)) {
        part.classList.toggle("hit", on);
        part.classList.toggle("chosen", on && number === this.at);
      }
    });
  }

  // the words of a hit; of a turn without word times all of its text
  parts({ turn, first, last }) {
    const line = this.transcript.lines[turn];
    const words = line?.querySelectorAll("[data-at]") || [];
    return words.length ? [...words].slice(first, last + 1) : [...(line?.querySelectorAll(".text") || [])];
  }
}

function plainly(text) {
  return text.normalize("NFC").toLowerCase().replace(/\s+/g, " ");
}

function hitsOf(turn, index, wanted) {
  const words = turn.words.map(([word]) => plainly(word));
  const text = words.length ? words.join(" ") : plainly(turn.text);
  const hits = [];
  let word = 0;
  let begins = 0; // of the word, in the text
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    while (word < words.length - 1 && begins + words[word].length < at + 1) begins += words[word++].length + 1;
    let last = word;
    for (let end = begins + (words[word]?.length ?? 0); last < words.length - 1 && end < at + wanted.length; ) end += words[++last].length + 1;
    hits.push({ turn: index, first: word, last });
  }
  return hits;
}
