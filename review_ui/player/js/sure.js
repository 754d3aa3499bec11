// How sure a detector must be for a finding to be in sight. Kept in the browser, for each viewer.

import { h } from "./dom.js";
import { percent } from "./format.js";

const STEP = 5; // percent
const MOST = 95;

export class Sure {
  // changed(): what is hidden is another now
  constructor(viewer, changed) {
    this.key = `bwc.least-sure.${viewer}`;
    this.asked = new Set();
    this.slider = h("input", { type: "range", min: "0", max: String(MOST), step: String(STEP), "aria-label": "How sure at least", oninput: () => this.set(Number(this.slider.value), changed) });
    this.least = this.slider.value = remembered(this.key);
    this.told = h("output", {});
    const title = "Hides marks and rows that the detector is less sure of. Confirmed findings, findings of a link, and those that tell no score stay.";
    this.root = h("div", { class: "leastsure", title }, h("span", {}, "How sure at least"), this.slider, this.told);
    this.flags = new Uint8Array(0);
    this.hides = (index) => this.flags[index] === 1;
  }

  show(found) {
    this.found = found;
    this.tell();
  }

  // what a link or a person asks for is shown, however sure
  ask(index) {
    this.asked.add(this.found.id[index]);
    this.tell();
  }

  // drawing asks for thousands of marks at every picture: `hides` answers from what was worked out once
  hidden(index) {
    const { score, verdict, id } = this.found;
    return score[index] !== null && score[index] * 100 < this.least - 1e-6 && verdict[index] !== "confirmed" && !this.asked.has(id[index]);
  }

  set(least, changed) {
    this.least = least;
    try {
      window.localStorage.setItem(this.key, String(least));
    } catch {
      // a browser that keeps nothing forgets this, too
    }
    this.tell();
    changed();
  }

  // after anything that changes what is hidden, also an answer
  tell() {
    const { length } = this.found.id;
    if (this.flags.length !== length) this.flags = new Uint8Array(length);
    this.count = 0;
    for (let index = 0; index < length; index += 1) this.count += this.flags[index] = this.least && this.hidden(index) ? 1 : 0;
    this.slider.setAttribute("aria-valuetext", percent(this.least / 100));
    this.told.textContent = this.least ? `${percent(this.least / 100)}, ${this.count} hidden` : "all";
  }
}

function remembered(key) {
  let least = 0;
  try {
    least = Number(window.localStorage.getItem(key));
  } catch {
    // nothing is kept here
  }
  return Number.isFinite(least) ? Math.min(MOST, Math.max(0, Math.round(least / STEP) * STEP)) : 0;
}
