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
    this.hides = (index) => this.hidden(index);
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

  hidden(index) {
    if (!this.least || !this.found) return false;
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

  tell() {
    this.count = this.found.id.reduce((sum, _, index) => sum + (this.hidden(index) ? 1 : 0), 0);
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
