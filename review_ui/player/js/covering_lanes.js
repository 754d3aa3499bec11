// A lane for each place and for each kind of covered sound on one line of time, and above them what wants to be looked at.

import { fill, h, icon } from "./dom.js";
import { clock } from "./format.js";
import { isDense, keyAt, place, retimed } from "./covering_plan.js";

const ROW = 26;
const RULER = 22;
const EDGE = 6;
const NARROWEST = 1;
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
export const LOOKS = { unsure: "covered by guess", open: "perhaps uncovered", bare: "with nothing covered" };

export class Lanes {
  // act: {picture(), sound(), doubts(), chosen(), choose(part), look(doubt), seek(t), time(), change(part, next), name(part)}
  constructor(act) {
    this.act = act;
    this.duration = 1;
    [this.start, this.end] = [0, 1];
    this.still = h("canvas", { "aria-hidden": "true" });
    this.moving = h("canvas", { "aria-hidden": "true" });
    this.plot = h("div", { class: "plot" }, this.still, this.moving);
    this.list = h("ul", { class: "labels", role: "listbox", tabindex: "0", "aria-label": "Places and stretches of sound: up and down choose" });
    this.said = h("span", { class: "faint" });
    const button = (text, title, does) => h("button", { title, "aria-label": title, onclick: does }, text);
    this.zoomed = h("div", { class: "zoom" }, button("+", "Zoom in (+)", () => this.zoom(0.5)), button("\u2212", "Zoom out (\u2212)", () => this.zoom(2)), button("All", "All of the recording (0)", () => this.fit()), this.said);
    this.scroll = h("div", { class: "scroll" }, this.list, this.plot);
    this.root = h("section", { class: "covering-lanes", "aria-label": "Times of what is covered" }, this.zoomed, this.scroll);
    this.plot.addEventListener("pointerdown", (event) => this.press(event));
    this.plot.addEventListener("pointermove", (event) => this.drag(event));
    this.plot.addEventListener("pointerup", (event) => this.release(event));
    this.plot.addEventListener("pointercancel", () => ((this.held = null), this.draw()));
    this.plot.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(this.plot);
  }

  know(duration) {
    this.duration = Math.max(duration, 0.1);
    this.fit();
  }

  fit() {
    this.view(0, this.duration);
  }

  zoom(factor, around = this.act.time()) {
    const width = Math.min(this.duration, Math.max(NARROWEST, (this.end - this.start) * factor));
    const share = Math.min(1, Math.max(0, (around - this.start) / (this.end - this.start)));
    this.view(around - share * width, around - share * width + width);
  }

  view(start, end) {
    const width = Math.min(end - start, this.duration);
    this.start = Math.min(Math.max(0, start), this.duration - width);
    this.end = this.start + width;
    this.said.textContent = width < this.duration ? `${clock(this.start, 1)} \u2013 ${clock(this.end, 1)}` : "";
    this.draw();
  }

  // the moment that is shown stays in sight
  follow() {
    const at = this.act.time();
    if (at < this.start || at > this.end) this.view(at - (this.end - this.start) * 0.1, at + (this.end - this.start) * 0.9);
    else this.playhead();
  }

  rows() {
    const kinds = new Map();
    for (const span of this.act.sound()) kinds.set(span.why, [...(kinds.get(span.why) || []), span]);
    return [
      { kind: "look", name: "To look at", parts: [] },
      ...this.act.picture().map((part) => ({ kind: "place", name: this.act.name(part), parts: [part] })),
      ...[...kinds].map(([why, parts]) => ({ kind: "sound", name: `Sound: ${why}`, parts })),
    ];
  }

  draw() {
    const rows = (this.shown = this.rows());
    const chosen = this.act.chosen();
    this.labels(rows, chosen);
    const [width, height] = [this.plot.clientWidth, RULER + rows.length * ROW];
    this.plot.style.height = `${height}px`;
    const dots = Math.min(2, window.devicePixelRatio || 1);
    for (const canvas of [this.still, this.moving]) {
      [canvas.width, canvas.height] = [Math.max(1, width * dots), height * dots];
      Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    }
    const pen = this.still.getContext("2d");
    pen.scale(dots, dots);
    const style = getComputedStyle(this.root);
    const paint = (name) => style.getPropertyValue(`--bwc-${name}`).trim();
    this.paint = { line: paint("line"), faint: paint("faint"), found: paint("found"), ink: paint("ink"), hatch: paint("hatch"), warn: paint("warn"), accent: paint("accent"), ground: style.getPropertyValue("--st-background-color").trim() || "#fff" };
    this.ruler(pen, width, height);
    rows.forEach((row, n) => this.row(pen, row, RULER + n * ROW, width, chosen));
    this.playhead();
  }

  labels(rows, chosen) {
    const doubts = this.act.doubts();
    fill(this.list, h("li", { role: "presentation", class: "corner" }), ...rows.map((row) => {
      const mine = row.parts.some((part) => part.uid === chosen?.uid);
      const count = row.kind === "look" ? doubts.length : row.kind === "sound" ? row.parts.length : "";
      const off = row.parts.length > 0 && row.parts.every((part) => part.off);
      const unsure = row.kind === "place" && !off && row.parts[0].lost?.length > 0;
      return h("li", { role: "option", class: off ? "off" : "", "aria-selected": String(mine), title: row.name, onclick: () => this.step(row, 0) }, h("span", { class: "name" }, row.name), unsure && h("span", { class: "unsure", title: "Parts of it were not seen" }, "?"), off && h("span", { class: "faint" }, "off"), count !== "" && h("span", { class: "count" }, String(count)));
    }));
    this.list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }

  // up and down in the list of lanes
  choose(by) {
    const rows = this.shown || this.rows();
    const now = rows.findIndex((row) => row.parts.some((part) => part.uid === this.act.chosen()?.uid));
    const row = rows[Math.min(rows.length - 1, Math.max(0, now + by))];
    if (row) this.step(row, 0);
  }

  // to a part of a lane; 0: the first that is not over yet
  step(row, by) {
    if (row.kind === "look") return this.act.look(this.act.doubts().find((one) => one.from >= this.act.time() - 0.01) || this.act.doubts()[0]);
    const now = row.parts.findIndex((part) => part.uid === this.act.chosen()?.uid);
    const next = by ? row.parts[now + by] : row.parts.find((part) => part.to > this.act.time()) || row.parts[0];
    if (!next) return undefined;
    this.act.choose(next);
    const at = this.act.time();
    return at < next.from || at >= next.to ? this.act.seek(next.from) : undefined;
  }

  // left and right among the stretches of a lane of sound; false where the chosen part is no such one
  along(by) {
    const row = (this.shown || []).find((one) => one.kind === "sound" && one.parts.some((part) => part.uid === this.act.chosen()?.uid));
    if (row) this.step(row, by);
    return Boolean(row);
  }

  x(time, width = this.plot.clientWidth) {
    return ((time - this.start) / (this.end - this.start)) * width;
  }

  ruler(pen, width, height) {
    const wanted = ((this.end - this.start) / Math.max(1, width)) * 80;
    const step = STEPS.find((one) => one >= wanted) || STEPS.at(-1);
    pen.font = "12px system-ui";
    for (let time = Math.ceil(this.start / step) * step; time <= this.end; time += step) {
      const x = Math.round(this.x(time, width)) + 0.5;
      pen.strokeStyle = this.paint.line;
      pen.beginPath();
      pen.moveTo(x, 0);
      pen.lineTo(x, height);
      pen.stroke();
      pen.fillStyle = this.paint.faint;
      pen.fillText(clock(time, step < 1 ? 1 : 0), x + 4, 14);
    }
  }

  row(pen, row, top, width, chosen) {
    pen.fillStyle = this.paint.line;
    pen.fillRect(0, top + ROW - 1, width, 1);
    if (row.kind === "look") {
      for (const doubt of this.act.doubts()) this.bar(pen, doubt.from, doubt.to, top + 6, ROW - 12, doubt.kind);
      return;
    }
    for (const part of row.parts) {
      const mine = part.uid === chosen?.uid;
      const shown = mine && this.held?.next ? this.held.next : part;
      this.bar(pen, shown.from, shown.to, top + 5, ROW - 10, part.off ? "off" : "on", mine);
      for (const [from, to] of (!part.off && shown.lost) || []) this.bar(pen, from, to, top + 5, ROW - 10, "unsure");
      if (row.kind === "place" && (mine || !isDense(shown))) this.keys(pen, shown, top + ROW / 2, width, mine);
    }
  }

  bar(pen, from, to, top, height, how, mine = false) {
    const [left, right] = [Math.max(-4, this.x(from)), Math.min(this.plot.clientWidth + 4, this.x(to))];
    const width = Math.max(3, right - left);
    if (right < -2 || left > this.plot.clientWidth + 2) return;
    pen.lineWidth = mine ? 2.5 : 1;
    pen.strokeStyle = mine ? this.paint.ink : how === "open" || how === "unsure" ? this.paint.warn : how === "off" || how === "bare" ? this.paint.faint : this.paint.found;
    pen.setLineDash(how === "off" ? [2, 3] : how === "open" ? [4, 3] : []);
    if (how === "on") {
      pen.fillStyle = this.paint.found;
      pen.fillRect(left, top, width, height);
    } else if (how === "unsure") {
      pen.fillStyle = this.hatch(pen, this.paint.warn);
      pen.clearRect(left, top, width, height);
      pen.fillRect(left, top, width, height);
    }
    if (how === "bare") pen.strokeRect(left + 0.5, top + height / 2 - 1, width - 1, 2);
    else pen.strokeRect(left + 0.5, top + 0.5, Math.max(1, width - 1), height - 1);
    pen.setLineDash([]);
  }

  hatch(pen, colour) {
    if (this.hatched?.colour === colour) return this.hatched.pattern;
    const tile = document.createElement("canvas");
    [tile.width, tile.height] = [6, 6];
    const brush = tile.getContext("2d");
    brush.strokeStyle = colour;
    brush.lineWidth = 1.6;
    for (const shift of [-6, 0, 6]) {
      brush.beginPath();
      brush.moveTo(shift, 6);
      brush.lineTo(shift + 6, 0);
      brush.stroke();
    }
    this.hatched = { colour, pattern: pen.createPattern(tile, "repeat") };
    return this.hatched.pattern;
  }

  keys(pen, part, y, width, mine) {
    let before = -99;
    for (const key of part.keys) {
      const x = this.x(key.at, width);
      if (x - before < (mine ? 7 : 9) || x < -6 || x > width + 6 || key.at < part.from - 0.001 || key.at > part.to + 0.001) continue;
      before = x;
      pen.beginPath();
      pen.moveTo(x, y - 5);
      pen.lineTo(x + 5, y);
      pen.lineTo(x, y + 5);
      pen.lineTo(x - 5, y);
      pen.closePath();
      pen.fillStyle = this.paint.ground;
      pen.fill();
      pen.lineWidth = mine ? 2 : 1;
      pen.strokeStyle = this.paint.ink;
      pen.stroke();
    }
  }

  playhead() {
    const pen = this.moving.getContext("2d");
    const dots = Math.min(2, window.devicePixelRatio || 1);
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.clearRect(0, 0, this.moving.width, this.moving.height);
    const x = this.x(this.act.time());
    pen.fillStyle = this.paint?.ink || "#888";
    pen.fillRect(x - 0.75, 0, 1.5, this.moving.height);
    pen.beginPath();
    pen.moveTo(x - 5, 0);
    pen.lineTo(x + 5, 0);
    pen.lineTo(x, 7);
    pen.fill();
  }

  // pointer

  spot(event) {
    const box = this.plot.getBoundingClientRect();
    const x = event.clientX - box.left;
    const row = this.shown?.[Math.floor((event.clientY - box.top - RULER) / ROW)];
    return { x, row: event.clientY - box.top < RULER ? undefined : row, time: this.start + (x / box.width) * (this.end - this.start) };
  }

  // what a pointer takes hold of: an edge or a key of the chosen part, a part, or the time
  hold({ x, row, time }) {
    if (!row || row.kind === "look") return { time: true, row };
    const mine = row.parts.find((part) => part.uid === this.act.chosen()?.uid);
    if (mine) {
      if (Math.abs(this.x(mine.from) - x) < EDGE) return { part: mine, edge: "from" };
      if (Math.abs(this.x(mine.to) - x) < EDGE) return { part: mine, edge: "to" };
      const key = mine.keys?.find((one) => Math.abs(this.x(one.at) - x) < EDGE && one.at >= mine.from && one.at <= mine.to);
      if (key) return { part: mine, key };
    }
    const part = row.parts.find((one) => time >= one.from - 0.05 && time <= one.to + 0.05) || row.parts.find((one) => Math.abs(this.x(one.from) - x) < EDGE || Math.abs(this.x(one.to) - x) < EDGE);
    return part ? { part, time: true } : { time: true };
  }

  press(event) {
    if (event.button) return;
    const spot = this.spot(event);
    this.held = this.hold(spot);
    this.plot.setPointerCapture(event.pointerId);
    if (this.held.part) this.act.choose(this.held.part);
    if (this.held.row?.kind === "look") {
      const doubt = this.act.doubts().find((one) => spot.time >= one.from && spot.time <= one.to);
      if (doubt) this.act.look(doubt);
      this.held = null;
    } else if (this.held.time) this.act.seek(spot.time);
    else if (this.held.key) this.act.seek(this.held.key.at);
  }

  drag(event) {
    const spot = this.spot(event);
    if (!this.held) {
      const what = this.hold(spot);
      this.plot.style.cursor = what.edge ? "ew-resize" : what.key ? "grab" : "pointer";
      return;
    }
    const time = Math.min(this.duration, Math.max(0, spot.time));
    const { part, edge, key } = this.held;
    if (edge) this.held.next = retimed(part, edge === "from" ? time : part.from, edge === "to" ? time : part.to) || this.held.next;
    else if (key) this.held.next = keyAt(part, key.at, Math.min(part.to, Math.max(part.from, time)));
    if (edge || key) this.draw();
    this.act.seek(time);
  }

  release() {
    const { part, next } = this.held || {};
    this.held = null;
    if (part && next && next !== part) this.act.change(part, next);
    else this.draw();
  }

  wheel(event) {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.spot(event).time);
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      const by = ((event.deltaX || event.deltaY) / this.plot.clientWidth) * (this.end - this.start);
      this.view(this.start + by, this.end + by);
    }
  }

  destroy() {
    this.resizing.disconnect();
  }
}

export function placeSaid(part, at) {
  const { x, y, width, height } = place(part, at);
  return [x, y, width, height].map((share) => Math.round(share * 1000) / 10);
}

export function lookWords(doubt, name) {
  const span = `${clock(doubt.from, 1)} \u2013 ${clock(doubt.to, 1)}`;
  if (doubt.kind === "bare") return [icon("query"), ` ${span}: nothing in the picture is covered.`];
  if (doubt.kind === "open") return [icon("warn"), ` ${span}: ${name} was lost and something like it is found again. In between nothing covers it.`];
  return [icon("warn"), ` ${span}: ${name} was not seen by the program here. Its place is a guess.`];
}
