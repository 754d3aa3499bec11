// The list of findings (also the accessible twin of the lanes) and the card of the one that is looked at.

import { fill, h, icon } from "./dom.js";
import { clock } from "./format.js";
import { Card } from "./card.js";
import { isStrong } from "./lanes.js";
import { Sure } from "./sure.js";

const ROW = 46;
const SPARE = 8;
const STATE_ICON = { confirmed: "check", dismissed: "cross", unsure: "query" };

export class Findings {
  // act: {choose(index), judge(verdict), narrowed()}
  constructor(act, viewer) {
    this.act = act;
    this.count = h("span", { class: "faint" });
    this.kinds = h("select", { "aria-label": "Kind of finding", onchange: () => this.filter() });
    this.open = h("input", { type: "checkbox", onchange: () => this.filter() });
    this.sure = new Sure(viewer, () => {
      this.filter();
      act.narrowed();
    });
    this.list = h("ol", { class: "rows" });
    this.empty = h("p", { class: "faint pad", hidden: true });
    this.scroll = h("div", { class: "scroll", onscroll: () => this.draw(), tabindex: "-1" }, this.empty, this.list);
    this.card = new Card(act);
    this.root = h(
      "section",
      { class: "panel findings", "aria-label": "Findings" },
      h("header", {}, h("h2", {}, "Findings"), this.count),
      h("div", { class: "filters" }, this.kinds, h("label", {}, this.open, " not reviewed only")),
      this.sure.root,
      this.scroll,
      this.card.root,
    );
    this.shown = [];
    this.selected = -1;
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(this.scroll);
  }

  show(events) {
    this.found = events.findings;
    this.titles = new Map(events.lanes.map((lane) => [lane.key.slice(5), lane.title]));
    this.sure.show(this.found, this.titles);
    const kinds = [...new Set(this.found.kind)];
    fill(this.kinds, h("option", { value: "" }, "All kinds"), ...kinds.map((kind) => h("option", { value: kind }, this.title(kind))));
    this.filter();
  }

  // the list holds this kind alone until another one is chosen
  only(kind) {
    this.kinds.value = kind;
    this.filter();
  }

  title(kind) {
    return this.titles.get(kind) || kind;
  }

  filter() {
    const { kind, verdict } = this.found;
    const wanted = this.kinds.value;
    this.shown = [...kind.keys()].filter((i) => (!wanted || kind[i] === wanted) && (!this.open.checked || !verdict[i] || i === this.selected) && !this.sure.hides(i));
    this.recount();
    this.empty.hidden = this.shown.length > 0;
    this.empty.textContent = kind.length ? `None that fits this choice${this.sure.count ? `: ${this.sure.count} are less sure than you ask for` : ""}.` : "Nothing was found. Look at the lanes below for what was not analysed.";
    this.list.style.height = `${this.shown.length * ROW}px`;
    this.draw();
  }

  recount() {
    this.sure.tell();
    const open = this.found.verdict.filter((verdict) => !verdict).length;
    const all = this.found.kind.length;
    this.count.textContent = all ? `${all}, ${open ? `${open} to review` : "all reviewed"}` : "none";
  }

  // only the rows in sight are elements: 20,000 findings cost as much as 20
  draw() {
    if (!this.found) return;
    const first = Math.max(0, Math.floor(this.scroll.scrollTop / ROW) - SPARE);
    const last = Math.min(this.shown.length, Math.ceil((this.scroll.scrollTop + this.scroll.clientHeight) / ROW) + SPARE);
    const focused = this.root.getRootNode().activeElement?.closest?.("li")?.dataset.index;
    fill(this.list, ...this.shown.slice(first, last).map((index, place) => this.row(index, first + place)));
    if (focused !== undefined) this.list.querySelector(`li[data-index="${focused}"] button`)?.focus({ preventScroll: true });
  }

  row(index, place) {
    const { start, kind, label, summary, verdict, who, role } = this.found;
    const strong = isStrong(kind[index], label[index]) ? " strong" : "";
    const state = verdict[index];
    const mark = state ? h("span", { class: `state ${state}`, title: state }, icon(STATE_ICON[state]), h("span", { class: "hidden" }, state)) : h("span", { class: `state open${strong}`, title: "not reviewed yet" });
    const by = who[index] ? h("span", { class: "faint" }, ` ${who[index]}${role[index] ? `, ${role[index]}` : ""}`) : null;
    return h(
      "li",
      { style: `top:${place * ROW}px`, "data-index": index, "aria-setsize": this.shown.length, "aria-posinset": place + 1 },
      h(
        "button",
        { onclick: () => this.act.choose(index), "aria-current": index === this.selected ? "true" : null },
        mark,
        h("span", { class: "at" }, clock(start[index])),
        h("span", { class: "what" }, h("span", { class: "kind" }, this.title(kind[index]), by), h("span", { class: "summary", dir: "auto" }, summary[index])),
      ),
    );
  }

  select(index) {
    this.selected = index;
    let place = this.shown.indexOf(index);
    if (place < 0 && index >= 0) {
      // a filter hides what was asked for: show everything
      this.kinds.value = "";
      if (this.sure.hides(index)) {
        this.sure.ask(index);
        this.act.narrowed();
      }
      this.open.checked = false;
      this.filter();
      place = this.shown.indexOf(index);
    }
    const top = place * ROW;
    if (top < this.scroll.scrollTop || top + ROW > this.scroll.scrollTop + this.scroll.clientHeight) {
      this.scroll.scrollTop = top - this.scroll.clientHeight / 3;
    }
    this.draw();
  }

  // the neighbour of the selected finding in the list, or the nearest to a time where none is selected
  step(by, time, openOnly) {
    const fits = (index) => !openOnly || !this.found.verdict[index];
    const place = this.shown.indexOf(this.selected);
    if (place < 0) {
      const { start } = this.found;
      const near = by > 0 ? this.shown.find((i) => start[i] >= time - 0.01 && fits(i)) : this.shown.findLast((i) => start[i] < time - 0.01 && fits(i));
      return near ?? -1;
    }
    for (let at = place + by; at >= 0 && at < this.shown.length; at += by) if (fits(this.shown[at])) return this.shown[at];
    return -1;
  }

  destroy() {
    this.resizing.disconnect();
    this.sure.destroy();
  }
}
