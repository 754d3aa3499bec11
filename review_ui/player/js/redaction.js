// What is to be covered in a recording: places on its picture, stretches of its sound, a look before, and the copy.

import { getJson, post } from "./api.js";
import { Changes } from "./covering_changes.js";
import { inspector } from "./covering_inspect.js";
import { ACTIONS, KEYS, ONCE } from "./covering_keys.js";
import { Lanes, LOOKS, lookWords } from "./covering_lanes.js";
import { Panels } from "./covering_panels.js";
import { Picture } from "./covering_picture.js";
import { Editing, carriedOn, doubts, isFound, round } from "./covering_plan.js";
import { CoveredSound } from "./covering_sound.js";
import { fill, h, icon, isDark } from "./dom.js";
import { clock, utc } from "./format.js";
import { isBusy } from "./job_row.js";
import { helpDialog, listen } from "./keys.js";
import { mounting } from "./mounting.js";
import { Saving } from "./saving.js";

const POLL = 1000;
const STEP = 0.01;

class Redaction extends Changes {
  constructor(host, component) {
    super();
    this.data = component.data;
    this.id = component.data.recording;
    this.plan = new Editing();
    this.shape = "box";
    this.wholes = new Map();
    this.video = h("video", { src: `/bwc/media/${this.id}/review`, preload: "auto", playsinline: true, "aria-label": "Recording" });
    this.sound = new CoveredSound(this.video);
    this.picture = new Picture(this.video, {
      plan: () => this.plan.picture, chosen: () => this.chosen, choose: (part) => this.choose(part), whole: (part) => this.whole(part),
      seen: () => this.seen, change: (part, next) => this.change(part, next), draw: (box) => this.drawn(box), shape: () => this.shape,
    });
    this.lanes = new Lanes({
      picture: () => this.plan.picture, sound: () => this.plan.sound, doubts: () => this.doubts(), chosen: () => this.chosen,
      choose: (part) => this.choose(part), look: (doubt) => this.look(doubt), seek: (at) => this.seek(at), time: () => this.at,
      change: (part, next) => this.change(part, next), name: (part) => this.name(part),
    });
    this.panels = new Panels({ id: this.id, act: (path, body) => this.act(path, body), flush: () => this.saving.flush(), tell: (text) => this.tell(text), left: () => this.doubts().filter((one) => one.kind !== "bare").length, stretch: () => this.stretch(), version: () => this.plan.version });
    this.saving = new Saving(() => this.send(), () => this.stateTold());
    this.build();
    host.append(this.root);
    this.update(component);
    this.listen();
    this.load();
  }

  update(component) {
    this.component = component;
    this.root.dataset.theme = isDark(this.root) ? "dark" : "light";
    this.lanes.hatched = null;
    if (this.said) this.lanes.draw();
  }

  build() {
    const button = (text, does, title, key) => h("button", { onclick: does, title }, text, key && h("kbd", { "aria-hidden": "true" }, key));
    this.playing = h("button", { class: "big", onclick: () => this.toggle() });
    this.now = h("span", { class: "now" });
    this.undoButton = button("Take back", () => this.undo(), "Take the last step back (Ctrl+Z)");
    this.redoButton = button("Do again", () => this.redo(), "Do again what was taken back (Ctrl+Y)");
    this.seeButton = h("button", { "aria-pressed": "false", onclick: () => this.see(), title: "Covered picture and sound as the copy will have them (V)" }, "As it will be", h("kbd", { "aria-hidden": "true" }, "V"));
    this.state = h("span", { class: "faint state", role: "status" });
    this.trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    this.lookBar = h("div", { class: "tools looks" });
    this.inspect = h("section", { class: "panel inspect", "aria-label": "What is chosen" }, h("p", { class: "faint" }, "Reading the plan\u2026"));
    this.help = helpDialog(KEYS);
    const shape = h("select", { "aria-label": "Shape of new places", onchange: (event) => (this.shape = event.target.value) }, h("option", { value: "box" }, "box"), h("option", { value: "ellipse" }, "round"));
    this.pictureTools = h("span", { class: "tools" }, button("Add a place", () => this.add(), "In the middle of the picture; or draw on it (A)", "A"), shape);
    this.root = h("div", { class: "bwc redaction" }, this.trouble,
      h("div", { class: "tools head" }, this.undoButton, this.redoButton, this.pictureTools, this.seeButton, h("button", { onclick: () => this.panels.listVersions() }, "Versions\u2026"), h("button", { onclick: () => this.help.showModal(), title: "Keys (?)" }, "Keys", h("kbd", { "aria-hidden": "true" }, "?")), this.state),
      h("div", { class: "two" },
        h("div", { class: "seen" }, this.picture.root,
          h("div", { class: "controls" }, button("\u2212 5 s", () => this.skip(-5), "5 seconds back (J)"), button("\u2039", () => this.frames(-1), "One picture back (,)"), this.playing, button("\u203a", () => this.frames(1), "One picture on (.)"), button("+ 5 s", () => this.skip(5), "5 seconds on (L)"), this.now),
          this.lookBar),
        h("div", { class: "side" }, this.inspect, this.panels.find, this.panels.make)),
      this.lanes.root, this.panels.sheet, this.help, this.panels.versions);
  }

  listen() {
    const video = this.video;
    for (const name of ["seeked", "loadedmetadata", "loadeddata"]) video.addEventListener(name, () => this.moved());
    for (const name of ["play", "pause"]) video.addEventListener(name, () => this.moved());
    video.addEventListener("play", () => this.run());
    video.addEventListener("error", () => this.tell("There is no copy of this recording that can be played, so places cannot be drawn on it. Run the analysis again with review copies."));
    const does = {};
    for (const name of ["toggle", "skip", "frames", "next", "good", "add", "key", "toKey", "edge", "split", "off", "remove", "stretch", "see", "arrow"]) does[name] = (...rest) => this[name](...rest);
    does.zoom = (factor) => this.lanes.zoom(factor);
    does.fit = () => this.lanes.fit();
    does.nothing = () => this.choose(null);
    does.help = () => this.help.showModal();
    this.deaf = listen(does, ACTIONS, ONCE);
    this.steps = (event) => {
      const key = event.key.toLowerCase();
      if (!(event.ctrlKey || event.metaKey) || event.altKey || !["z", "y"].includes(key)) return;
      if (event.composedPath()[0].matches?.("input[type=text], input[type=number], textarea")) return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) this.redo();
      else this.undo();
    };
    window.addEventListener("keydown", this.steps);
    // what was changed a moment ago is sent before the page is left
    this.leaving = () => ((this.gone = true), this.saving.flush());
    window.addEventListener("pagehide", this.leaving);
  }

  // ---- time

  get at() {
    return this.video.currentTime;
  }

  seek(at) {
    this.video.currentTime = Math.min(Math.max(0, at), this.said?.duration ?? at);
    this.moved();
  }

  toggle() {
    if (this.video.paused) this.video.play().catch(() => this.moved());
    else this.video.pause();
  }

  skip(by) {
    this.seek(this.at + by);
  }

  frames(count) {
    this.video.pause();
    const frame = 1 / (this.said?.frame_rate || 30);
    this.seek((Math.floor(this.at / frame + 1e-3) + count + 0.5) * frame);
  }

  run() {
    const tick = () => {
      if (this.video.paused || !this.root.isConnected) return;
      this.show();
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  show() {
    this.picture.draw();
    this.lanes.follow();
    this.sound.tick(this.seen ? this.plan.sound : null);
    this.now.textContent = `${clock(this.at, 1)} / ${clock(this.said?.duration ?? 0)}`;
  }

  // stands, or was moved: fields that tell of this moment too
  moved() {
    this.show();
    fill(this.playing, icon(this.video.paused ? "play" : "pause"));
    this.playing.setAttribute("aria-label", this.video.paused ? "Play" : "Pause");
    this.playing.title = this.video.paused ? "Play (Space)" : "Pause (Space)";
    if (this.video.paused && this.said) this.inspected();
  }

  // ---- what is chosen, and what is to be looked at

  get chosen() {
    return this.plan.find(this.uid);
  }

  choose(part) {
    this.uid = part?.uid;
    this.drawAll();
  }

  whole(part) {
    return this.wholes.get(part.uid) ?? isFound(part);
  }

  name(part) {
    if (!part.keys) return `Sound ${clock(part.from, 1)} \u2013 ${clock(part.to, 1)}`;
    return `${this.plan.picture.findIndex((one) => one.uid === part.uid) + 1}. ${part.what || (part.shape === "ellipse" ? "round place" : "place")}`;
  }

  doubts() {
    if (!this.said?.picture) return [];
    if (this.doubted !== this.plan.picture) {
      this.doubted = this.plan.picture;
      this.listed = doubts(this.plan.picture, this.said.duration);
    }
    return this.listed;
  }

  look(doubt) {
    if (!doubt) return;
    this.looking = doubt;
    if (doubt.region) this.uid = doubt.region.uid;
    this.video.pause();
    this.standing = doubt.from + Math.min(0.02, (doubt.to - doubt.from) / 2);
    this.seek(this.standing);
    this.drawAll();
  }

  next(by) {
    const all = this.doubts();
    // from the one that is being looked at; else from this moment
    const same = (one) => this.looking && one.kind === this.looking.kind && one.from === this.looking.from && one.region?.uid === this.looking.region?.uid;
    const now = Math.abs(this.at - this.standing) < 0.001 ? all.findIndex(same) : -1;
    const found = now >= 0 ? all[now + by] : by > 0 ? all.find((one) => one.from > this.at - 0.001) : all.findLast((one) => one.from < this.at);
    if (found) this.look(found);
    else this.note(all.length ? `No ${by > 0 ? "further" : "earlier"} stretch to look at.` : "Nothing to look at: all that is covered was seen.");
  }

  arrow(dx, dy, resize) {
    const focused = this.root.getRootNode().activeElement;
    if (focused === this.lanes.list) {
      if (dy) this.lanes.choose(dy);
      else if (!this.lanes.along(dx)) this.skip(dx);
    } else if (!this.chosen?.keys || !this.picture.nudge(dx * STEP, dy * STEP, resize)) this.skip(dx || dy);
  }

  see() {
    this.seen = !this.seen;
    this.seeButton.setAttribute("aria-pressed", String(this.seen));
    this.note(this.seen ? "As it will be: covered picture and covered sound." : "");
    this.show();
    if (!this.seen) this.sound.tick(null);
  }

  after() {
    this.saving.touch();
    this.drawAll();
    this.note("");
  }

  // ---- to and from the program

  async ask(what) {
    try {
      const said = await what();
      this.trouble.hidden = true;
      return said;
    } catch (error) {
      this.tell(error.message);
      return null;
    }
  }

  async load() {
    const said = await this.ask(() => getJson(`/bwc/redact/${this.id}`));
    if (!said) return;
    this.plan.take(said.plan, said.version);
    this.lanes.know(said.duration);
    this.know(said);
    this.video.hidden = !said.picture && !said.sound;
    this.pictureTools.hidden = !said.picture;
    this.root.dataset.ready = "true";
    this.moved();
  }

  know(said) {
    this.said = said;
    this.tellPanels();
    this.drawAll();
    clearTimeout(this.timer);
    if (said.jobs.some(isBusy)) this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.root.isConnected && this.follow(), POLL);
  }

  tellPanels() {
    this.panels.know(this.said, this.plan.state.remarks, this.mark);
  }

  async follow() {
    const said = await this.ask(() => getJson(`/bwc/redact/${this.id}`));
    if (!said) return;
    if (said.version < this.plan.version) return this.later(); // asked before what was saved meanwhile: it tells of less
    if (said.version !== this.plan.version && !this.saving.busy) this.plan.take(said.plan, said.version);
    this.know(said);
  }

  // saves what was changed, after the version that this page knows
  async send() {
    const sent = this.plan.state;
    const body = { recording: this.id, after: this.plan.version, plan: this.plan.body() };
    try {
      const said = await post("/bwc/redact/plan", body, Boolean(this.gone));
      this.plan.saved(sent, said.plan, said.version);
      this.trouble.hidden = true;
      this.know(said);
      return true;
    } catch (error) {
      if (error.status === 412) return this.join();
      this.tell(`Not saved: ${error.message}`);
      return false;
    }
  }

  stateTold() {
    const { busy, sending } = this.saving;
    const last = this.said?.versions[0];
    this.root.dataset.saved = busy ? "no" : "yes";
    if (busy) fill(this.state, sending ? "Saving\u2026" : "Not saved yet");
    else fill(this.state, last ? `Saved: version ${last.number}, ${last.who}, ${utc(last.at_utc)}` : "");
  }

  // another person, or the program that looks for faces, saved first
  async join() {
    const said = await this.ask(() => getJson(`/bwc/redact/${this.id}`));
    if (!said) return false;
    this.plan.join(said.plan, said.version);
    this.know(said);
    this.tell(`${said.versions[0].who} changed this plan at the same time (${said.versions[0].said}). Both are kept: look for places that are there twice.`);
    return this.send();
  }

  async act(path, body) {
    if (!(await this.saving.flush())) return;
    const said = await this.ask(() => post(path, { recording: this.id, ...body }));
    if (!said) return;
    if (said.version !== this.plan.version) {
      this.plan.past.push(this.plan.state);
      this.plan.take(said.plan, said.version);
    }
    this.know(said);
  }

  // ---- what is drawn

  drawAll() {
    this.undoButton.disabled = !this.plan.past.length;
    this.redoButton.disabled = !this.plan.future.length;
    this.stateTold();
    this.show();
    this.lanes.draw();
    this.inspected();
    this.looks();
  }

  looks() {
    const all = this.doubts();
    const counts = Object.entries(LOOKS).map(([kind, words]) => [all.filter((one) => one.kind === kind).length, words]).filter(([count]) => count);
    const here = all.find((one) => this.at >= one.from - 0.02 && this.at < one.to && one === this.looking) || all.find((one) => this.at >= one.from && this.at < one.to && one.kind !== "bare");
    fill(this.lookBar,
      h("button", { onclick: () => this.next(-1), disabled: !all.length, title: "Previous stretch to look at (P)" }, "\u2039 Previous"), h("button", { onclick: () => this.next(1), disabled: !all.length, title: "Next stretch that is not covered, or not surely (N)" }, "Next to look at \u203a", h("kbd", { "aria-hidden": "true" }, "N")),
      h("span", {}, all.length ? `${all.length} ${all.length === 1 ? "stretch" : "stretches"}: ${counts.map(([count, words]) => `${count} ${words}`).join(", ")}` : "Nothing to look at."), this.hint && h("span", { class: "hint", role: "status" }, this.hint),
      here && h("p", { class: "here" }, ...lookWords(here, here.region ? this.name(here.region) : "")));
  }

  note(text) {
    this.hint = text;
    if (this.said) this.looks();
  }

  tell(text) {
    fill(this.trouble, icon("warn"), text);
    this.trouble.hidden = false;
  }

  inspected() {
    const focused = this.root.getRootNode().activeElement;
    const mark = focused && this.inspect.contains(focused) ? [...this.inspect.querySelectorAll("button, select, input")].indexOf(focused) : -1;
    fill(this.inspect, ...inspector(this.chosen, {
      time: () => round(this.at), seek: (at) => this.seek(at), change: (part, ...next) => this.change(part, ...next), remove: (part) => this.remove(part),
      trouble: (text) => this.note(text), doubts: () => this.doubts(), name: (part) => this.name(part), whole: (part) => this.whole(part),
      setWhole: (on) => (this.wholes.set(this.uid, on), this.drawAll()), play: (from) => (this.seek(from), this.video.play().catch(() => undefined)),
      toKey: (by) => this.toKey(by), key: () => this.key(), good: () => this.good(), carry: (doubt) => this.change(doubt.region, carriedOn(doubt.region, doubt.next)),
      sound: () => this.plan.sound, all: (parts, change) => this.all(parts, change), removeAll: (parts) => this.removeAll(parts),
    }).flat().filter(Boolean));
    if (mark >= 0) this.inspect.querySelectorAll("button, select, input")[mark]?.focus();
  }

  destroy() {
    this.saving.flush();
    this.deaf();
    window.removeEventListener("keydown", this.steps);
    window.removeEventListener("pagehide", this.leaving);
    clearTimeout(this.timer);
    this.sound.destroy();
    this.picture.destroy();
    this.lanes.destroy();
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.load();
    this.root.remove();
  }
}

export default mounting(Redaction, "recording");
