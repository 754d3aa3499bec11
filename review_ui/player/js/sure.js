// How sure a detector must be for a finding to be in sight: the slider for all kinds, and the way to set kinds apart.

import { h, icon } from "./dom.js";
import { percent } from "./format.js";
import { Apart } from "./sure_apart.js";
import { Bars, MOST, STEP } from "./sure_bars.js";

const MOST_NAMED = 2; // kinds that are set apart and told by name; of more their number

export class Sure {
  // changed(): what is hidden is another now
  constructor(viewer, changed) {
    this.bars = new Bars(viewer);
    this.changed = changed;
    this.asked = new Set();
    this.weighed = { flags: new Uint8Array(0), count: 0, kinds: new Map() };
    this.titles = new Map();
    this.slider = h("input", { type: "range", min: "0", max: String(MOST), step: String(STEP), "aria-label": "How sure at least", oninput: () => this.set(Number(this.slider.value)) });
    this.slider.value = String(this.bars.all);
    this.told = h("output", {});
    this.apart = new Apart({
      title: (kind) => this.title(kind),
      weighed: () => this.weighed.kinds,
      set: (least, kind) => this.set(least, kind),
      join: (kinds) => this.join(kinds),
    });
    this.each = h("button", { type: "button", class: "each", "data-apart": "", "aria-haspopup": "dialog", "aria-label": "Each kind apart", title: "Each kind apart", onclick: () => this.apart.toggle(this.kinds(), () => this.each) }, icon("sure"));
    this.names = h("p", { class: "faint setapart", hidden: true });
    const title = "Hides marks and rows that the detector is less sure of. Confirmed findings, findings of a link, and those that tell no score stay.";
    this.root = h("div", {}, h("div", { class: "leastsure", title }, h("span", {}, "How sure at least"), this.slider, this.told, this.each), this.names, this.apart.root);
    // drawing asks for thousands of marks at every picture: this answers from what was worked out once
    this.hides = (index) => this.weighed.flags[index] === 1;
  }

  // titles: kind -> what it is called
  show(found, titles) {
    this.found = found;
    this.titles = titles;
    this.each.disabled = !found.id.length;
    this.tell();
  }

  title(kind) {
    return this.titles.get(kind) || kind;
  }

  // those that were found here, in the order of the lanes
  kinds() {
    const found = this.weighed.kinds;
    return [...new Set([...this.titles.keys(), ...found.keys()])].filter((kind) => found.has(kind));
  }

  get count() {
    return this.weighed.count;
  }

  // what a link or a person asks for is shown, however sure
  ask(index) {
    this.asked.add(this.found.id[index]);
    this.tell();
  }

  set(least, kind = "") {
    this.bars.set(least, kind);
    this.tell();
    this.changed();
  }

  join(kinds) {
    this.bars.join(kinds);
    this.tell();
    this.changed();
  }

  // the button on a lane; lane: the lane's key, one kind may have several
  opener(kind, lane) {
    const its = this.weighed.kinds.get(kind);
    if (!its) return null;
    const own = its.apart ? `${its.least ? `from ${percent(its.least / 100)}` : "all"}, set apart` : "";
    const now = () => this.root.getRootNode().querySelector(`[data-apart="${CSS.escape(lane)}"]`);
    const title = `How sure, for this kind alone${own && `: ${own}`}`;
    // no stop for Tab: the button beside the slider leads to every kind
    return h("button", { type: "button", class: own ? "own" : null, tabindex: "-1", "data-apart": lane, "aria-haspopup": "dialog", "aria-label": `${this.title(kind)}: ${title}`, title, onclick: () => this.apart.toggle([kind], now) }, icon("sure"));
  }

  // after anything that changes what is hidden, also an answer
  tell() {
    this.weighed = this.bars.weigh(this.found, this.asked);
    const { count, kinds } = this.weighed;
    const { all } = this.bars;
    const own = [...kinds].filter(([, its]) => its.apart);
    this.slider.setAttribute("aria-valuetext", percent(all / 100));
    const hides = all || own.some(([, its]) => its.least);
    this.told.textContent = hides ? [all && percent(all / 100), `${count} hidden`].filter(Boolean).join(", ") : "all";
    this.names.hidden = !own.length;
    this.names.textContent = own.length > MOST_NAMED ? `${own.length} kinds are set apart` : `Set apart: ${own.map(([kind, { least }]) => `${this.title(kind)} ${least ? `from ${percent(least / 100)}` : "all"}`).join(", ")}`;
    if (this.apart.open) this.apart.tell();
  }

  destroy() {
    this.apart.destroy();
  }
}
