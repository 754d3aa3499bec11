// One call drawn on a line of time: what dispatch says, when a camera had to be on, every camera, what was observed.

import { lasting, wall } from "./audit_format.js";
import { fill, h, plainClick } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const LABEL = 176; // pixels for names on the left
const LANE = 30;
const BAR = 18;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
let drawn = 0;

function s(tag, props = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, String(value));
  }
  for (const child of children.flat()) if (child) element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  return element;
}

export class Timeline {
  constructor(said, open) {
    this.said = said;
    this.open = open;
    this.hatch = `bwc-unlooked-${(drawn += 1)}`;
    this.picture = h("div", { class: "picture" });
    this.root = h("figure", { class: "use-time" }, this.picture, legend(said));
    new ResizeObserver(() => this.picture.clientWidth && this.picture.clientWidth !== this.width && this.draw()).observe(this.picture);
  }

  x(time) {
    const [first, last] = this.said.axis;
    return LABEL + ((Math.min(last, Math.max(first, time)) - first) / (last - first)) * (this.width - LABEL - 8);
  }

  draw() {
    const { said } = this;
    this.width = this.picture.clientWidth || 800;
    const lanes = [];
    if (said.times.length) lanes.push(["Dispatch record", () => this.times()]);
    lanes.push(["Camera required", () => said.required.map(([start, end]) => this.block("required", start, end, `required for ${lasting(end - start)}`))]);
    const [own, ...others] = said.cameras;
    lanes.push([own.title, () => this.camera(own)]);
    const kinds = [...new Set(said.findings.map((one) => one.title))];
    for (const kind of kinds) lanes.push([kind, () => this.observed(kind), "observed"]);
    for (const other of others) lanes.push([other.title, () => this.camera(other), "other"]);
    const height = 22 + lanes.length * LANE + 4;
    const svg = s("svg", { viewBox: `0 0 ${this.width} ${height}`, width: this.width, height, role: "group", "aria-label": described(said) }, this.pattern(), this.ticks(height));
    lanes.forEach(([title, make, kind], n) => {
      const top = 22 + n * LANE;
      const lane = s("g", { transform: `translate(0 ${top})`, class: kind || "" });
      lane.append(s("text", { x: 0, y: 18, class: n === (said.times.length ? 2 : 1) ? "strong" : "" }, shortened(title), s("title", {}, title)));
      if (kind !== "observed" && make !== null) lane.append(s("line", { x1: LABEL, x2: this.width - 8, y1: LANE - 3, y2: LANE - 3, class: "rule" }));
      for (const part of make().flat()) if (part) lane.append(part);
      svg.append(lane);
    });
    fill(this.picture, svg);
  }

  pattern() {
    return s("defs", {}, s("pattern", { id: this.hatch, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, s("line", { x1: 0, y1: 0, x2: 0, y2: 6, class: "hatch" })));
  }

  // a second of the call as the clocks on the wall there show it, put forward or back where the zone does so
  wall(at) {
    const turned = this.said.zone_turns.reduce((sum, [when, by]) => sum + (when > 0 ? (at >= when ? by : 0) : at < when ? -by : 0), 0);
    return wall(this.said.zero_local + at + turned);
  }

  // the same at a tick: with the name of the time, "01:00:00 EST", at the first one and where the clocks were turned
  named(at, begins, step) {
    const turns = this.said.zone_turns;
    const turned = turns.find(([when]) => at >= when && at - step < when);
    const name = turned ? turned[3] : begins && turns.length ? turns[0][2] : "";
    return name ? `${this.wall(at)} ${name}` : this.wall(at);
  }

  ticks(height) {
    const [first, last] = this.said.axis;
    const zero = this.said.zero_local;
    const most = Math.max(2, Math.floor((this.width - LABEL) / 92));
    const step = STEPS.find((one) => (last - first) / one <= most) || Math.ceil((last - first) / most / 3600) * 3600;
    const marks = s("g", { class: "ticks" });
    for (let day = Math.ceil((zero + first) / step) * step; day <= zero + last; day += step) {
      const x = this.x(day - zero);
      marks.append(s("line", { x1: x, x2: x, y1: 16, y2: height }), s("text", { x: Math.min(x, this.width - 28), y: 11, "text-anchor": "middle" }, this.named(day - zero, day - zero - step < first, step)));
    }
    return marks;
  }

  // names beside their marks, on the side and row where they cover nothing; without any such place the pointer tells
  times() {
    const together = new Map();
    for (const [name, at] of this.said.times) together.set(at, [...(together.get(at) || []), name]);
    const marks = [...together].map(([at, names]) => ({ name: names.join(", "), at, x: this.x(at), wide: names.join(", ").length * 6.2 + 8 }));
    const taken = [];
    const places = (mark) => [[1, 0], [0, 0], [1, 1], [0, 1]].map(([right, row]) => ({ right, row, from: right ? mark.x : mark.x - mark.wide, to: right ? mark.x + mark.wide : mark.x }));
    const inside = (place) => place.from >= LABEL - 60 && place.to <= this.width - 4;
    const overText = (place) => taken.some((one) => one.row === place.row && one.from < place.to && place.from < one.to);
    const overLine = (mark, place) => marks.some((one) => one !== mark && one.x > place.from - 2 && one.x < place.to + 2);
    return marks.map((mark) => {
      const free = places(mark).filter((place) => inside(place) && !overText(place));
      const place = free.find((one) => !overLine(mark, one)) || free[0];
      if (place) taken.push(place);
      const text = place && s("text", { x: place.right ? mark.x + 4 : mark.x - 4, y: place.row ? 25 : 13, "text-anchor": place.right ? "start" : "end" }, mark.name);
      return s("g", { class: "time" }, s("title", {}, `${mark.name} ${this.wall(mark.at)}`), s("line", { x1: mark.x, x2: mark.x, y1: 2, y2: LANE - 4 }), text);
    });
  }

  block(kind, start, end, title, extra = {}) {
    const x = this.x(start);
    return s("rect", { class: kind, x, width: Math.max(2, this.x(end) - x), y: 5, height: BAR, rx: 2, ...extra }, s("title", {}, title));
  }

  observed(title) {
    return this.said.findings
      .filter((one) => one.title === title)
      .map((one) => {
        const x = this.x(one.start);
        const wide = Math.max(3, this.x(one.end) - x);
        const text = one.kind === "buffer_missing" ? "" : lasting(one.seconds);
        const room = wide > text.length * 7 + 8;
        const after = x + wide + 5;
        const left = after + text.length * 7 > this.width;
        const label = s("text", { x: room ? x + wide / 2 : left ? x - 5 : after, y: 19, "text-anchor": room ? "middle" : left ? "end" : "start", class: room ? "on" : "" }, text);
        return s("g", {}, s("rect", { class: `seen ${one.state.replaceAll(" ", "-")}`, x, width: wide, y: 5, height: BAR, rx: 2 }, s("title", {}, `${one.summary} (${one.state})`)), text && label);
      });
  }

  camera(camera) {
    const [first, last] = this.said.axis;
    const shown = camera.recordings.filter((one) => one.end > first && one.start < last);
    const parts = shown.map((one) => this.recording(one, camera.own));
    const away = camera.recordings.length - shown.length;
    if (!shown.length) parts.push(s("text", { x: LABEL + 6, y: 18, class: "none" }, away ? `${away} recordings, none of them near` : "no recording"));
    return parts;
  }

  recording(one, own) {
    const start = this.x(one.start);
    const end = this.x(one.end);
    const looked = [!one.heard && "sound not analysed", !one.seen && "picture not analysed", one.buffer > 0 && `buffer of ${lasting(one.buffer)} without sound`].filter(Boolean);
    const said = `${one.name}, ${this.wall(one.start)} to ${this.wall(one.end)}${looked.length ? `; ${looked.join("; ")}` : ""}`;
    const at = Math.min(Math.max(0, -one.start), Math.max(0, one.end - one.start - 1));
    const group = s("a", { class: own ? "recording own" : "recording", href: `/?r=${one.id.slice(0, 16)}&t=${at.toFixed(1)}`, "aria-label": `Open ${said}`, onclick: (event) => this.follow(event, one, at) });
    group.append(s("title", {}, `${said}. Click to open it at that second.`), s("rect", { class: "ran", x: start, width: Math.max(2, end - start), y: 5, height: BAR, rx: 2 }));
    if (!one.heard || !one.seen) group.append(s("rect", { x: start, width: Math.max(2, end - start), y: one.seen ? 5 + BAR / 2 : 5, height: one.seen || one.heard ? BAR / 2 : BAR, fill: `url(#${this.hatch})` }));
    if (one.buffer > 0) group.append(this.piece("buffer", one, 0, one.buffer, 5 + BAR / 2, BAR / 2, "silent buffer from before the button was pressed"));
    for (const [from, to, text] of one.unseen) group.append(this.piece("unseen", one, from, to, 5, BAR / 2, text));
    for (const [from, to, text] of one.muted) group.append(this.piece("muted", one, from, to, 5 + BAR / 2, BAR / 2, text));
    for (const [from, to, text] of one.gaps) group.append(this.piece("cut", one, from, to, 3, BAR + 4, text));
    return group;
  }

  piece(kind, one, from, to, y, height, text) {
    const x = this.x(one.start + from);
    return s("rect", { class: kind, x, width: Math.max(2, this.x(one.start + to) - x), y, height }, s("title", {}, text));
  }

  follow(event, one, at) {
    if (!plainClick(event)) return;
    const [first, last] = this.said.axis;
    const box = this.picture.getBoundingClientRect();
    // from the keyboard there is no place: the start of the call then
    const time = event.detail ? first + ((event.clientX - box.left - LABEL) / (this.width - LABEL - 8)) * (last - first) - one.start : at;
    this.open(one.id, Math.max(0, time));
  }
}

function shortened(text) {
  return text.length > 25 ? `${text.slice(0, 24)}\u2026` : text;
}

function described(said) {
  const cameras = said.cameras.map((one) => `${one.title}: ${one.recordings.length} recordings`).join("; ");
  const seen = said.findings.map((one) => `${one.title} ${lasting(one.seconds)}`).join(", ");
  return `Camera required for ${lasting(said.required_s)}, covered ${lasting(said.covered_s)}. ${cameras}. Observed: ${seen || "nothing"}.`;
}

function legend(said) {
  const recordings = said.cameras.flatMap((one) => one.recordings);
  const there = [
    [true, "ran", "recorded"],
    [recordings.some((one) => one.buffer > 0), "buffer", "silent buffer"],
    [recordings.some((one) => one.muted.length), "muted", "no sound"],
    [recordings.some((one) => one.unseen.length), "unseen", "not seeing"],
    [recordings.some((one) => one.gaps.length), "cut", "gap in the file"],
    [recordings.some((one) => !one.heard || !one.seen), "unlooked", "not analysed"],
  ];
  const keys = there.filter(([shown]) => shown).map(([, kind, text]) => h("span", { class: "key" }, h("i", { class: kind }), text));
  return h("figcaption", { class: "faint" }, ...keys, h("span", {}, "Click a camera to open it at that second."));
}
