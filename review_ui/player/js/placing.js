// Moving a camera in time by hand: tried out at once, kept with who and when, and taken back.

import { postPlace } from "./api.js";
import { fill, h } from "./dom.js";

const STEPS = [-1, -0.1, -0.02, 0.02, 0.1, 1];

export class Placing {
  // act: {shift(recording, start), kept(), say(text)}
  constructor(incident, act) {
    this.incident = incident;
    this.act = act;
    this.by = 0;
    this.which = h("select", { "aria-label": "Recording to move", onchange: () => this.choose() });
    this.source = h("span", { class: "faint source" });
    this.moved = h("output", { class: "moved" });
    this.steps = STEPS.map((step) => h("button", { onclick: () => this.move(step), title: `${Math.abs(step)} s ${step < 0 ? "earlier" : "later"}` }, `${step < 0 ? "\u2212" : "+"}${Math.abs(step)} s`));
    this.keep = h("button", { class: "make keep", onclick: () => this.send(this.by) }, "Keep");
    this.back = h("button", { class: "back", onclick: () => this.send(null) }, "As it was measured");
    this.trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    this.root = h(
      "details",
      { class: "placing" },
      h("summary", {}, "Are the cameras out of step? Move one in time"),
      h("p", { class: "faint" }, "Choose a recording and move it earlier or later until one sound, or one movement, comes at the same moment in both. What you keep stays, with your name, in every later analysis."),
      h("div", { class: "row" }, this.which, this.source),
      h("div", { class: "row" }, ...this.steps.slice(0, 3), this.moved, ...this.steps.slice(3), this.keep, this.back),
      this.trouble,
    );
  }

  show(cameras) {
    this.rows = cameras.flatMap((camera) => camera.recordings.map((row) => ({ ...row, device: camera.device })));
    const before = this.which.value;
    fill(this.which, ...this.rows.map((row) => h("option", { value: row.recording, selected: row.recording === before }, `${row.device}: ${row.name}`)));
    if (!before && this.rows.length > 1) this.which.value = this.rows[1].recording;
    this.root.hidden = this.rows.length < 2;
    this.by = 0;
    this.showRow();
  }

  get row() {
    return this.rows.find((row) => row.recording === this.which.value);
  }

  choose() {
    for (const row of this.rows) this.act.shift(row.recording, row.start);
    this.by = 0;
    this.showRow();
  }

  move(step) {
    this.by = Math.round((this.by + step) * 1000) / 1000;
    this.act.shift(this.row.recording, this.row.start + this.by);
    this.showRow();
  }

  showRow() {
    const { row, by } = this;
    this.source.textContent = `laid here by: ${row.offset_source}${row.remark ? ` (${row.remark})` : ""}`;
    this.moved.textContent = by ? `${Math.abs(by).toFixed(2)} s ${by < 0 ? "earlier" : "later"}` : "not moved";
    this.keep.disabled = !by;
    this.back.hidden = !row.by_hand;
  }

  async send(by) {
    this.trouble.hidden = true;
    for (const button of [this.keep, this.back]) button.disabled = true;
    try {
      await postPlace(this.incident, this.row.recording, by);
      this.act.kept(by === null ? "Back where it was measured." : "Kept: this recording was moved.");
    } catch (error) {
      this.trouble.hidden = false;
      this.trouble.textContent = `It was not kept: ${error.message}`;
    }
    this.back.disabled = false;
    this.showRow();
  }
}
