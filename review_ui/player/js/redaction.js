// What is to be covered in a recording: places drawn on its picture with keys over time, stretches of sound, the copy.

import { Refused, getJson } from "./api.js";
import { fill, h, icon, isDark } from "./dom.js";

const COVERS = [["fill", "solid (safest)"], ["pixelate", "mosaic"], ["blur", "blur"]];

async function post(path, body) {
  const headers = { "Content-Type": "application/json", "X-BWC-Write": "1" };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, said.problem || `the program answered ${answer.status}`);
  return said;
}

function clock(seconds) {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - 60 * minutes).toFixed(1).padStart(4, "0")}`;
}

function place(region, at) {
  const keys = region.keys;
  if (at <= keys[0].at) return keys[0];
  for (let n = 1; n < keys.length; n += 1) {
    if (at <= keys[n].at) {
      const [a, b] = [keys[n - 1], keys[n]];
      const share = (at - a.at) / Math.max(b.at - a.at, 1e-6);
      const mix = (name) => a[name] + (b[name] - a[name]) * share;
      return { at, x: mix("x"), y: mix("y"), width: mix("width"), height: mix("height") };
    }
  }
  return keys[keys.length - 1];
}

class Redaction {
  constructor(host, component) {
    this.component = component;
    this.id = component.data.recording;
    this.selected = -1;
    this.plan = { picture: [], sound: [] };
    this.video = h("video", { src: `/bwc/media/${this.id}/review`, controls: true, preload: "auto", playsinline: true });
    this.canvas = h("canvas", { class: "places", tabindex: "0", "aria-label": "Draw a place to cover over the picture" });
    this.screen = h("div", { class: "screen" }, this.video, this.canvas);
    this.places = h("ul", { class: "rows places-list" });
    this.sounds = h("ul", { class: "rows" });
    this.tools = h("div", { class: "tools" });
    this.words = h("div", { class: "tools" });
    this.copy = h("div", { class: "copy" });
    this.say = h("p", { class: "trouble", role: "alert", hidden: true });
    this.sheet = h("div", { class: "sheet" });
    this.root = h(
      "div", { class: "bwc redaction" }, this.say,
      h("div", { class: "two" },
        h("div", {}, this.screen, this.tools),
        h("div", {}, h("h2", {}, "Places in the picture"), this.places, h("h2", {}, "Stretches of sound"), this.sounds, this.words, h("h2", {}, "Covered copy"), this.copy)),
      this.sheet);
    host.append(this.root);
    this.root.dataset.theme = isDark(this.root) ? "dark" : "light";
    this.listen();
    this.load();
  }

  listen() {
    const draw = () => this.draw();
    for (const name of ["loadedmetadata", "seeked", "timeupdate", "pause"]) this.video.addEventListener(name, draw);
    new ResizeObserver(draw).observe(this.screen);
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
    this.canvas.addEventListener("pointermove", (event) => this.drag(event));
    this.canvas.addEventListener("pointerup", () => this.release());
    this.canvas.addEventListener("keydown", (event) => this.nudge(event));
  }

  async act(what) {
    try {
      this.take(await what());
      this.say.hidden = true;
    } catch (error) {
      fill(this.say, icon("warn"), error.message);
      this.say.hidden = false;
    }
  }

  load() {
    return this.act(() => getJson(`/bwc/redact/${this.id}`));
  }

  save() {
    const { picture, sound } = this.plan;
    return this.act(() => post("/bwc/redact/plan", { recording: this.id, plan: { picture, sound, remarks: this.plan.remarks || [] } }));
  }

  take(said) {
    this.said = said;
    this.plan = { picture: [], sound: [], ...said.plan };
    if (this.selected >= this.plan.picture.length) this.selected = -1;
    this.list();
    this.draw();
    this.root.dataset.ready = "true";
    clearTimeout(this.timer);
    if (said.jobs.some((job) => job.state === "waiting" || job.state === "cutting")) {
      this.timer = setTimeout(() => this.root.isConnected && this.follow(), 1000);
    }
  }

  async follow() {
    try {
      const said = await getJson(`/bwc/redact/${this.id}`);
      this.said = said;
      this.copies();
      if (said.jobs.some((job) => job.state === "waiting" || job.state === "cutting")) this.timer = setTimeout(() => this.root.isConnected && this.follow(), 1000);
    } catch (error) {
      fill(this.say, icon("warn"), error.message);
      this.say.hidden = false;
    }
  }

  // ---- the picture

  frame() {
    const box = this.video.getBoundingClientRect();
    const [w, h0] = [this.video.videoWidth || 16, this.video.videoHeight || 9];
    const share = Math.min(box.width / w, box.height / h0);
    const [width, height] = [w * share, h0 * share];
    return { left: (box.width - width) / 2, top: (box.height - height) / 2, width, height };
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const clamp = (v) => Math.min(1, Math.max(0, v));
    return { x: clamp((event.clientX - box.left) / box.width), y: clamp((event.clientY - box.top) / box.height) };
  }

  press(event) {
    this.video.pause();
    this.canvas.setPointerCapture(event.pointerId);
    const at = this.video.currentTime;
    const from = this.point(event);
    const hit = this.plan.picture.findIndex((r) => {
      const key = place(r, at);
      return at >= r.from && at <= r.to && from.x >= key.x && from.x <= key.x + key.width && from.y >= key.y && from.y <= key.y + key.height;
    });
    this.selected = hit;
    this.drawn = hit < 0 ? { from, box: null } : { from, moving: { ...place(this.plan.picture[hit], at) } };
    this.list();
    this.draw();
  }

  drag(event) {
    if (!this.drawn) return;
    const now = this.point(event);
    const from = this.drawn.from;
    if (this.drawn.moving) {
      const key = this.drawn.moving;
      const x = Math.min(1 - key.width, Math.max(0, key.x + now.x - from.x));
      const y = Math.min(1 - key.height, Math.max(0, key.y + now.y - from.y));
      this.drawn.box = { x, y, width: key.width, height: key.height };
    } else {
      this.drawn.box = { x: Math.min(from.x, now.x), y: Math.min(from.y, now.y), width: Math.abs(now.x - from.x), height: Math.abs(now.y - from.y) };
    }
    this.draw();
  }

  release() {
    const drawn = this.drawn;
    this.drawn = null;
    if (!drawn || !drawn.box || drawn.box.width < 0.005 || drawn.box.height < 0.005) return this.draw();
    if (drawn.moving) return this.key(drawn.box);
    const at = this.video.currentTime;
    const to = Math.min(this.video.duration || at + 3, at + 3);
    this.plan.picture.push({ from: Math.round(at * 1000) / 1000, to: Math.round(to * 1000) / 1000, shape: this.shape || "box", cover: "fill", by: "by hand", what: "", keys: [{ at: Math.round(at * 1000) / 1000, ...drawn.box }] });
    this.selected = this.plan.picture.length - 1;
    return this.save();
  }

  key(box) {
    const region = this.plan.picture[this.selected];
    const at = Math.round(this.video.currentTime * 1000) / 1000;
    region.keys = [...region.keys.filter((k) => Math.abs(k.at - at) > 0.02), { at, ...box }].sort((a, b) => a.at - b.at);
    region.from = Math.min(region.from, at);
    region.to = Math.max(region.to, at);
    return this.save();
  }

  nudge(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    const region = this.plan.picture[this.selected];
    if (!step || !region) return;
    event.preventDefault();
    const key = place(region, this.video.currentTime);
    const move = event.shiftKey ? { width: Math.max(0.01, key.width + step[0] * 0.01), height: Math.max(0.01, key.height + step[1] * 0.01) } : { x: Math.max(0, key.x + step[0] * 0.01), y: Math.max(0, key.y + step[1] * 0.01) };
    const { x, y, width, height } = { ...key, ...move };
    this.key({ x, y, width: Math.min(width, 1 - x), height: Math.min(height, 1 - y) });
  }

  draw() {
    const frame = this.frame();
    Object.assign(this.canvas.style, { left: `${frame.left}px`, top: `${frame.top}px`, width: `${frame.width}px`, height: `${frame.height}px` });
    this.canvas.width = Math.max(1, frame.width);
    this.canvas.height = Math.max(1, frame.height);
    const pen = this.canvas.getContext("2d");
    const at = this.video.currentTime;
    this.plan.picture.forEach((region, n) => {
      if (at < region.from || at > region.to || (this.drawn && this.drawn.moving && n === this.selected)) return;
      this.shapeOf(pen, place(region, at), region.shape, n === this.selected, n + 1);
    });
    if (this.drawn && this.drawn.box) this.shapeOf(pen, this.drawn.box, this.drawn.moving ? this.plan.picture[this.selected].shape : this.shape || "box", true, "");
  }

  shapeOf(pen, key, shape, chosen, label) {
    const [x, y, w, t] = [key.x * this.canvas.width, key.y * this.canvas.height, key.width * this.canvas.width, key.height * this.canvas.height];
    pen.beginPath();
    if (shape === "ellipse") pen.ellipse(x + w / 2, y + t / 2, w / 2, t / 2, 0, 0, 2 * Math.PI);
    else pen.rect(x, y, w, t);
    pen.fillStyle = "rgba(40, 44, 52, .62)";
    pen.fill();
    pen.lineWidth = chosen ? 3 : 1.5;
    pen.strokeStyle = chosen ? "#ffd23f" : "#ffffff";
    pen.stroke();
    pen.fillStyle = "#ffffff";
    pen.font = "600 14px system-ui";
    pen.fillText(String(label), x + 5, y + 17);
  }

  // ---- the lists

  list() {
    const shape = h("select", { "aria-label": "Shape of new places", onchange: (e) => { this.shape = e.target.value; } }, h("option", { value: "box" }, "box"), h("option", { value: "ellipse", selected: this.shape === "ellipse" }, "round"));
    const step = (by) => () => { this.video.pause(); this.video.currentTime = Math.max(0, this.video.currentTime + by); };
    fill(this.tools, h("button", { onclick: step(-0.2) }, "\u2212 0.2 s"), h("button", { onclick: step(0.2) }, "+ 0.2 s"), h("label", {}, "New places: ", shape), h("span", { class: "faint" }, "Draw on the picture. Drag a place at another moment to give it a key there; between keys it moves evenly."));
    const none = (text) => h("li", { class: "faint" }, text);
    fill(this.places, ...(this.plan.picture.length ? this.plan.picture.map((region, n) => this.regionRow(region, n)) : [none("None yet.")]));
    fill(this.sounds, ...(this.plan.sound.length ? this.plan.sound.map((sound, n) => this.soundRow(sound, n)) : [none("None yet.")]));
    this.wordTools();
    this.copies();
  }

  regionRow(region, n) {
    const edge = (name) => h("button", { title: `${name === "from" ? "Begins" : "Ends"} where the video stands`, onclick: () => this.edge(region, name) }, name === "from" ? `from ${clock(region.from)}` : `to ${clock(region.to)}`);
    const cover = h("select", { "aria-label": "How it is covered", onchange: (e) => { region.cover = e.target.value; this.save(); } }, ...COVERS.map(([value, text]) => h("option", { value, selected: region.cover === value }, text)));
    const name = `${n + 1}. ${region.what || region.shape}, ${region.keys.length} ${region.keys.length === 1 ? "key" : "keys"}`;
    return h("li", { class: n === this.selected ? "chosen" : "" }, h("button", { class: "name", onclick: () => { this.selected = n; this.video.currentTime = region.from + 0.01; this.list(); this.draw(); } }, name), edge("from"), edge("to"), cover, h("button", { "aria-label": `Remove place ${n + 1}`, onclick: () => { this.plan.picture.splice(n, 1); this.selected = -1; this.save(); } }, icon("cross")));
  }

  edge(region, name) {
    const at = Math.round(this.video.currentTime * 1000) / 1000;
    if (name === "from" ? at >= region.to : at <= region.from) {
      fill(this.say, icon("warn"), "A place ends after it begins: move the video first.");
      this.say.hidden = false;
      return;
    }
    region[name] = at;
    this.save();
  }

  soundRow(sound, n) {
    const cover = h("select", { "aria-label": "How it is covered", onchange: (e) => { sound.cover = e.target.value; this.save(); } }, ...["tone", "mute"].map((value) => h("option", { value, selected: sound.cover === value }, value)));
    return h("li", {}, h("button", { class: "name", onclick: () => { this.video.currentTime = Math.max(0, sound.from - 1); this.video.play(); } }, `${clock(sound.from)} to ${clock(sound.to)}, ${sound.why}`), cover, h("button", { "aria-label": `Remove stretch ${n + 1}`, onclick: () => { this.plan.sound.splice(n, 1); this.save(); } }, icon("cross")));
  }

  wordTools() {
    const find = (what) => () => this.act(() => post("/bwc/redact/find", { recording: this.id, ...what }));
    const begin = h("button", { onclick: () => { this.mark = this.video.currentTime; this.list(); } }, this.mark === undefined ? "Stretch begins here" : `began at ${clock(this.mark)}`);
    const end = h("button", { disabled: this.mark === undefined, onclick: () => this.stretch() }, "and ends here");
    const voices = this.said.voices.length > 0 && h("select", { "aria-label": "Cover one voice", onchange: (e) => e.target.value && find({ voice: e.target.value })() }, h("option", { value: "" }, "One voice \u2026"), ...this.said.voices.map((v) => h("option", { value: v }, v)));
    fill(this.words, begin, end, this.said.words ? [h("button", { onclick: find({ names: true }) }, "Spoken names"), h("button", { onclick: find({ numbers: true }) }, "Spoken numbers"), voices] : h("span", { class: "faint" }, "No transcript: names and numbers cannot be found."), ...(this.plan.remarks || []).map((text) => h("p", { class: "draft" }, text)));
  }

  stretch() {
    const [from, to] = [Math.min(this.mark, this.video.currentTime), Math.max(this.mark, this.video.currentTime)];
    this.mark = undefined;
    if (to - from < 0.05) return this.list();
    this.plan.sound.push({ from: Math.round(from * 1000) / 1000, to: Math.round(to * 1000) / 1000, cover: "tone", why: "by hand" });
    return this.save();
  }

  copies() {
    if (!this.said || this.copy.contains(this.root.getRootNode().activeElement)) {
      if (this.running) fill(this.running, ...this.jobs());
      return;
    }
    const faces = h("input", { type: "checkbox", disabled: !this.said.faces });
    const mark = h("input", { type: "checkbox" });
    const why = h("input", { type: "text", placeholder: "What is it for?", maxlength: "500" });
    this.running = h("ul", { class: "rows", "aria-live": "polite" }, ...this.jobs());
    fill(
      this.copy,
      h("p", {}, h("label", {}, faces, " find and cover faces"), !this.said.faces && h("span", { class: "faint" }, ` Not possible here: ${this.said.faces_why}. Draw them by hand.`)),
      h("p", {}, h("label", {}, mark, " watermark (who, when, training copy)")),
      h("p", {}, why),
      h("p", {}, h("button", { onclick: () => this.look() }, "Look before"), " ", h("button", { class: "go", onclick: () => this.act(() => post("/bwc/redact", { recording: this.id, faces: faces.checked, watermark: mark.checked, why: why.value })) }, "Make the covered copy")),
      this.running,
    );
  }

  jobs() {
    const words = { waiting: "waits", cutting: "is being made", failed: "failed", stopped: "stopped" };
    const copies = this.said.copies.map((one) => h("li", { class: one.there ? "copied" : "copied faint" }, one.there ? icon("check") : icon("warn"), ` ${one.file}`, one.there ? "" : " (not there any more)"));
    const jobs = this.said.jobs.map((job) => h("li", {}, `Copy ${words[job.state] || job.state}`, job.state === "cutting" ? `, ${Math.round(100 * job.done)} %${job.left === null ? "" : `, about ${Math.ceil(job.left)} s left`}` : "", job.problem ? `: ${job.problem}` : "", (job.state === "waiting" || job.state === "cutting") && h("button", { onclick: () => this.act(() => post("/bwc/redact/stop", { recording: this.id, job: job.job })) }, "Stop")));
    return [...jobs, ...copies];
  }

  look() {
    const image = h("img", { alt: "Covered pictures", src: `/bwc/redact/${this.id}/preview?now=${Date.now()}` });
    image.addEventListener("error", () => fill(this.sheet, h("p", { class: "trouble" }, "Nothing to look at yet: draw a place first.")));
    fill(this.sheet, h("h2", {}, "Covered pictures (places framed)"), image);
  }
}

const SHOWN = new WeakMap();

export default function mount(component) {
  const host = component.parentElement;
  const there = SHOWN.get(host);
  if (!there || !there.root.isConnected) SHOWN.set(host, new Redaction(host, component));
}
