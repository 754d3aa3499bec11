// The time axis: view, canvases and pointer. Two stacked canvases: what stands still, and what moves over it.

import { fill, h, icon } from "./dom.js";
import { clock } from "./format.js";
import { buildLanes, markAt } from "./lanes.js";
import { drawLanes, drawMoving, drawOverview, palette, RULER, SOUND } from "./paint.js";
import { laneTip, sound, soundTip, tipLines } from "./tips.js";

const LEAST_VIEW = 0.5;
const OVERVIEW = 26;

export class Timeline {
  // act: {seek(t), choose(finding index), open(recording, t), apart(lane) -> a button or null}
  constructor(act) {
    this.act = act;
    this.still = h("canvas", { "aria-hidden": "true" });
    this.moving = h("canvas", { "aria-hidden": "true" });
    this.plot = h("div", { class: "plot" }, this.still, this.moving);
    this.labels = h("div", { class: "labels" });
    this.overview = h("canvas", { class: "overview", "aria-hidden": "true" });
    this.tip = h("div", { class: "tip", role: "status", hidden: true });
    this.zoomLabel = h("span", { class: "faint" });
    this.buttons = h(
      "div",
      { class: "zoom" },
      h("button", { onclick: () => this.zoom(0.5), title: "Closer  ( + )", "aria-label": "Zoom in" }, "+"),
      h("button", { onclick: () => this.zoom(2), title: "Wider  ( \u2212 )", "aria-label": "Zoom out" }, "\u2212"),
      h("button", { onclick: () => this.fit(), title: "Everything  ( 0 )" }, "All"),
      this.zoomLabel,
    );
    this.root = h("section", { class: "timeline", "aria-label": "Timeline" }, this.buttons, this.overview, this.labels, this.plot, this.tip);
    this.time = 0;
    this.hover = null;
    this.selected = -1;
    this.marked = { start: null, end: null };
    this.peaks = null;
    this.curves = null;
    this.opened = new Set();
    this.hides = () => false;
    this.thumbnails = null;
    this.pending = false;
    this.listen();
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(this.plot);
  }

  show(events) {
    this.events = events;
    // after a correction the same stretch stays in view
    const same = this.first === events.axis[0] && this.last === events.axis[1];
    [this.first, this.last] = events.axis;
    if (!same) [this.from, this.to] = events.axis;
    this.lay();
  }

  lay() {
    const { lanes, height } = buildLanes(this.events, this.opened);
    this.lanes = lanes;
    this.lanesTop = RULER + (this.events.recording.sound ? SOUND : 0);
    this.height = this.lanesTop + height + 6;
    this.drawLabels();
    this.resize();
  }

  // a row of lanes that say the same is opened, or shut again
  fold(key) {
    if (!this.opened.delete(key)) this.opened.add(key);
    this.lay();
    this.labels.querySelector(`button[data-fold="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }

  // hides(finding index): below what a person asked for
  narrow(hides) {
    this.hides = hides;
    this.drawLabels();
    this.draw();
  }

  know(curves) {
    this.curves = curves;
    this.drawLabels();
    this.draw();
  }

  drawLabels() {
    if (!this.events) return;
    const rows = [h("div", { class: "label corner", style: `height:${RULER}px` })];
    if (this.lanesTop > RULER) rows.push(this.soundLabel());
    for (const lane of this.lanes) rows.push(this.label(lane));
    fill(this.labels, ...rows);
  }

  soundLabel() {
    const { state, reason } = this.events.effort;
    const about = state === "done" ? "Coloured where a voice is raised; pale where nobody speaks" : `Vocal effort was not measured: ${reason}`;
    return h("div", { class: "label wave", style: `height:${SOUND}px`, title: about }, h("span", { class: "name" }, "Sound", state !== "done" && h("span", { class: "faint" }, " effort not measured")));
  }

  label(lane) {
    const style = `height:${lane.height}px;${lane.newGroup ? "margin-top:8px" : ""}`;
    const title = [lane.title, lane.about].filter(Boolean).join(": ");
    if (lane.fold) {
      const press = () => this.fold(lane.key);
      return h("div", { class: "label", style, title: lane.about }, h("button", { class: "fold", "data-fold": lane.key, "aria-expanded": String(lane.open), "aria-label": lane.about, onclick: press }, icon(lane.open ? "open" : "shut"), lane.title));
    }
    const tag = lane.group === "speech" ? h("span", { class: `dot ${lane.role || "unknown"}` }) : null;
    const role = lane.group === "speech" && lane.role && !lane.title.toLowerCase().startsWith(lane.role) ? h("span", { class: "faint" }, ` ${lane.role}`) : null;
    return h("div", { class: `label${lane.strong ? " strong" : ""}${lane.inside ? " inside" : ""}`, style, title }, tag, h("span", { class: "name" }, lane.title, role), this.count(lane), lane.group === "findings" && lane.marks.length > 0 && this.act.apart(lane));
  }

  // how many marks are in sight, or the peak of a curve
  count(lane) {
    const most = lane.group === "curves" && this.curves?.get(lane.key.slice(6))?.most();
    if (most) return h("span", { class: "count", title: "the highest" }, lane.key === "curve:loudness" ? `${Math.round(most)} dB` : Math.round(most));
    if (lane.group !== "findings" || !lane.marks.length) return null;
    const seen = lane.marks.ref.reduce((sum, finding) => sum + (this.hides(finding) ? 0 : 1), 0);
    return h("span", { class: "count" }, seen === lane.marks.length ? seen : `${seen} of ${lane.marks.length}`);
  }

  resize() {
    if (!this.events) return;
    this.width = Math.max(50, this.plot.clientWidth);
    this.plot.style.height = `${this.height}px`;
    const ratio = window.devicePixelRatio || 1;
    for (const canvas of [this.still, this.moving]) sized(canvas, this.width, this.height, ratio);
    sized(this.overview, this.width, OVERVIEW, ratio);
    this.repaint();
  }

  // colours may have changed: read them again
  repaint() {
    this.colours = palette(this.root);
    this.draw();
  }

  // at most one drawing per picture of the screen
  draw() {
    if (this.pending || !this.events) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      drawLanes(this);
      drawOverview(this);
      drawMoving(this);
    });
  }

  tick(time, playing) {
    this.time = time;
    if (playing && (time > this.to || time < this.from) && this.to - this.from < this.last - this.first) {
      this.look(time - (this.to - this.from) * 0.1);
    }
    if (this.events && !this.pending) drawMoving(this);
  }

  x(time) {
    return ((time - this.from) / (this.to - this.from)) * this.width;
  }

  at(x) {
    return this.from + (x / this.width) * (this.to - this.from);
  }

  look(from, span = this.to - this.from) {
    const wanted = Math.min(Math.max(span, LEAST_VIEW), this.last - this.first);
    this.from = Math.min(Math.max(from, this.first), this.last - wanted);
    this.to = this.from + wanted;
    this.zoomLabel.textContent = wanted < (this.last - this.first) * 0.999 ? `${clock(this.from)} \u2013 ${clock(this.to)}` : "";
    this.draw();
  }

  zoom(factor, around = this.from <= this.time && this.time <= this.to ? this.time : (this.from + this.to) / 2) {
    const span = (this.to - this.from) * factor;
    const share = (around - this.from) / (this.to - this.from);
    this.look(around - share * Math.max(span, LEAST_VIEW), span);
  }

  fit(start = this.first, end = this.last) {
    const room = start === this.first && end === this.last ? 0 : Math.max(2, (end - start) * 0.6);
    this.look(start - room, end - start + 2 * room);
  }

  // bring a time into view without changing the zoom
  reveal(start, end) {
    const span = this.to - this.from;
    if (start < this.from || end > this.to) this.look(end - start > span ? start : (start + end) / 2 - span / 2);
  }

  // the stretch between in and out; null: an edge that is not marked
  mark(start, end) {
    this.marked = { start, end };
    if (this.events) drawMoving(this);
  }

  select(index) {
    this.selected = index;
    this.draw();
  }

  listen() {
    let grip = null;
    this.plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.events) return;
      grip = { x: event.offsetX, from: this.from, scrub: event.offsetY < this.lanesTop, moved: false };
      this.plot.setPointerCapture(event.pointerId);
      if (grip.scrub) this.act.seek(this.at(event.offsetX));
    });
    this.plot.addEventListener("pointermove", (event) => {
      if (!this.events) return;
      if (!grip) return this.point(event);
      grip.moved ||= Math.abs(event.offsetX - grip.x) > 3;
      if (grip.scrub) this.act.seek(this.at(event.offsetX));
      else if (grip.moved) this.look(grip.from - ((event.offsetX - grip.x) / this.width) * (this.to - this.from));
      return undefined;
    });
    this.plot.addEventListener("pointerup", (event) => {
      if (grip && !grip.scrub && !grip.moved) this.press(event);
      grip = null;
    });
    this.plot.addEventListener("pointercancel", () => (grip = null));
    this.plot.addEventListener("pointerleave", () => this.point(null));
    // the plain wheel belongs to the page, except over ruler and waveform; with Ctrl it zooms everywhere
    const wheel = (event) => {
      if (!this.events) return;
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
      const zooms = event.ctrlKey || event.metaKey || (event.currentTarget === this.overview || event.offsetY < this.lanesTop);
      if (!sideways && !zooms) return;
      event.preventDefault();
      const delta = sideways ? event.deltaX || event.deltaY : event.deltaY;
      if (sideways) this.look(this.from + (delta / this.width) * (this.to - this.from));
      else this.zoom(Math.exp(Math.sign(delta) * Math.min(Math.abs(delta), 120) * 0.003), this.at(event.offsetX));
    };
    this.plot.addEventListener("wheel", wheel, { passive: false });
    this.overview.addEventListener("wheel", wheel, { passive: false });
    const jump = (event) => {
      if (!this.events || !(event.buttons & 1)) return;
      const time = this.first + (event.offsetX / this.width) * (this.last - this.first);
      if (this.to - this.from < this.last - this.first) this.look(time - (this.to - this.from) / 2);
      else this.act.seek(time);
    };
    this.overview.addEventListener("pointerdown", (event) => {
      this.overview.setPointerCapture(event.pointerId);
      jump(event);
    });
    this.overview.addEventListener("pointermove", jump);
  }

  // what lies under the pointer: {lane, index} of a mark, or {lane, gap}
  under(x, y) {
    const inLanes = y - this.lanesTop;
    const lane = this.lanes.find((one) => inLanes >= one.top && inLanes < one.top + one.height);
    if (!lane) return null;
    const time = this.at(x);
    const index = markAt(lane, inLanes, time, (3 / this.width) * (this.to - this.from), (mark) => this.hiddenMark(lane, mark));
    if (index >= 0) return { lane, index };
    const gap = lane.gaps.find((one) => time >= one.start && time <= one.end);
    return { lane, index: -1, gap };
  }

  hiddenMark(lane, mark) {
    const ref = lane.marks.ref[mark];
    const finding = lane.group === "findings" ? ref : lane.rows?.[ref]?.finding;
    return finding !== undefined && this.hides(finding);
  }

  point(event) {
    const inside = event && event.offsetX >= 0 && event.offsetX <= this.width;
    this.hover = inside ? { x: event.offsetX, y: event.offsetY, hit: this.under(event.offsetX, event.offsetY) } : null;
    const hit = this.hover?.hit;
    this.plot.style.cursor = hit && (hit.index >= 0 || hit.lane.fold) ? "pointer" : "crosshair";
    if (!this.hover) this.tip.hidden = true;
    else {
      const lines = hit ? laneTip(this, hit, this.at(event.offsetX)) : soundTip(this, this.at(event.offsetX), event.offsetY);
      fill(this.tip, ...tipLines(clock(this.at(event.offsetX), 1), lines), sound(this, this.at(event.offsetX), event.offsetY));
      this.tip.hidden = false;
      const left = this.plot.offsetLeft + event.offsetX;
      const room = this.root.clientWidth - this.tip.offsetWidth - 8;
      this.tip.style.left = `${Math.max(0, Math.min(left + 14, room))}px`;
      const at = this.plot.offsetTop + event.offsetY;
      // below the pointer, or above it where the window ends
      const fits = event.clientY + 18 + this.tip.offsetHeight < window.innerHeight;
      this.tip.style.top = `${fits ? at + 18 : at - 14 - this.tip.offsetHeight}px`;
    }
    drawMoving(this);
  }

  press(event) {
    const hit = this.under(event.offsetX, event.offsetY);
    if (hit?.lane.fold) return this.fold(hit.lane.key);
    if (!hit || hit.index < 0) return this.act.seek(this.at(event.offsetX));
    const { lane, index } = hit;
    if (lane.group === "findings") return this.act.choose(lane.marks.ref[index]);
    const other = lane.rows?.[lane.marks.ref[index]];
    if (other?.finding !== undefined) return this.act.choose(other.finding);
    if (lane.group === "flags") return this.act.seek(lane.marks.start[index]);
    if (lane.ofIncident) return this.act.seek(this.at(event.offsetX));
    if (other?.recording) return this.act.open(other.recording, this.at(event.offsetX) - other.start);
    return this.act.seek(lane.group === "speech" ? lane.marks.start[index] : this.at(event.offsetX));
  }

  destroy() {
    this.resizing.disconnect();
  }
}

function sized(canvas, width, height, ratio) {
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
}
