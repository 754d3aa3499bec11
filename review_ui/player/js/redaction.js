// What is to be covered in a recording: places on its picture, stretches of its sound, a look before, and the copy.

import { getJson, post } from "./api.js";
import { SOUNDS, inspector } from "./covering_inspect.js";
import { Lanes, LOOKS, lookWords } from "./covering_lanes.js";
import { BY_HAND, Editing, carriedOn, changed, doubts, lookedAt, moved, isFound, place, retimed, round, split } from "./covering_plan.js";
import { Picture } from "./covering_picture.js";
import { CoveredSound } from "./covering_sound.js";
import { fill, h, icon, isDark } from "./dom.js";
import { clock, length, utc } from "./format.js";
import { helpDialog, listen } from "./keys.js";
import { mounting } from "./mounting.js";

const SAVE_AFTER = 800;
const POLL = 1000;
const FIRST_LENGTH = 3;
const STEP = 0.01;
const NEW = { x: 0.4, y: 0.35, width: 0.2, height: 0.3 };
const KEYS = [
  ["Space", "play, pause"],
  ["J / L", "5 seconds back / on"],
  [", / .", "one picture back / on (Shift: 10)"],
  ["N / P", "to the next / previous stretch to look at"],
  ["G", "looked at: it is covered here"],
  ["A", "add a place in the middle of the picture"],
  ["Arrows", "move the chosen place (Shift: larger, smaller); in the list of lanes: choose"],
  ["K", "key here: it stays where it is at this moment"],
  ["[ / ]", "to the key before / after"],
  ["I / O", "it begins / ends here"],
  ["S", "split it here"],
  ["X", "switch it off, on"],
  ["Delete", "remove it"],
  ["T", "a stretch of sound begins here; again: it ends here"],
  ["V", "show it as it will be"],
  ["Ctrl+Z / Ctrl+Y", "take back / do again"],
  ["+ / \u2212 / 0", "zoom the lanes in / out / all of it"],
  ["Esc", "choose nothing"],
  ["?", "this list"],
];
const ACTIONS = {
  " ": "toggle", j: ["skip", -5], l: ["skip", 5], ",": ["frames", -1], ".": ["frames", 1], "<": ["frames", -10], ">": ["frames", 10],
  "shift+,": ["frames", -10], "shift+.": ["frames", 10], n: ["next", 1], p: ["next", -1], g: "good", a: "add", k: "key", "[": ["toKey", -1], "]": ["toKey", 1],
  i: ["edge", "from"], o: ["edge", "to"], s: "split", x: "off", Delete: "remove", t: "stretch", v: "see", "+": ["zoom", 0.5], "=": ["zoom", 0.5], "-": ["zoom", 2],
  0: "fit", Escape: "nothing", "?": "help",
  ArrowLeft: ["arrow", -1, 0, false], ArrowRight: ["arrow", 1, 0, false], ArrowUp: ["arrow", 0, -1, false], ArrowDown: ["arrow", 0, 1, false],
  "shift+ArrowLeft": ["arrow", -1, 0, true], "shift+ArrowRight": ["arrow", 1, 0, true], "shift+ArrowUp": ["arrow", 0, -1, true], "shift+ArrowDown": ["arrow", 0, 1, true],
};
const ONCE = new Set(["toggle", "add", "key", "split", "off", "remove", "stretch", "see", "good", "help"]);
const STATES = { waiting: "waits", failed: "not made", stopped: "stopped" };
const JOB_WORDS = { covered: "Covered copy", faces: "Looking for faces" };

class Redaction {
  constructor(host, component) {
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
    this.inspect = h("section", { class: "panel inspect", "aria-label": "What is chosen" });
    this.find = h("section", { class: "panel find", "aria-label": "Add what is to be covered" });
    this.make = h("section", { class: "panel make-copy", "aria-label": "Covered copy" });
    this.sheet = h("div", { class: "sheet" });
    this.help = helpDialog(KEYS);
    this.versions = h("dialog", { class: "versions", "aria-label": "Versions of this plan" });
    const shape = h("select", { "aria-label": "Shape of new places", onchange: (event) => (this.shape = event.target.value) }, h("option", { value: "box" }, "box"), h("option", { value: "ellipse" }, "round"));
    this.pictureTools = h("span", { class: "tools" }, button("Add a place", () => this.add(), "In the middle of the picture; or draw on it (A)", "A"), shape);
    this.root = h("div", { class: "bwc redaction" }, this.trouble,
      h("div", { class: "tools head" }, this.undoButton, this.redoButton, this.pictureTools, this.seeButton, h("button", { onclick: () => this.listVersions() }, "Versions\u2026"), h("button", { onclick: () => this.help.showModal(), title: "Keys (?)" }, "Keys", h("kbd", { "aria-hidden": "true" }, "?")), this.state),
      h("div", { class: "two" },
        h("div", { class: "seen" }, this.picture.root,
          h("div", { class: "controls" }, button("\u2212 5 s", () => this.skip(-5), "5 seconds back (J)"), button("\u2039", () => this.frames(-1), "One picture back (,)"), this.playing, button("\u203a", () => this.frames(1), "One picture on (.)"), button("+ 5 s", () => this.skip(5), "5 seconds on (L)"), this.now),
          this.lookBar),
        h("div", { class: "side" }, this.inspect, this.find, this.make)),
      this.lanes.root, this.sheet, this.help, this.versions);
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
    this.leaving = () => this.flush();
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

  good() {
    const part = this.chosen;
    const here = this.doubts().find((one) => one.kind === "unsure" && one.region.uid === part?.uid && this.at >= one.from - 0.05 && this.at <= one.to + 0.05);
    if (here) this.change(part, lookedAt(part, here.from, here.to));
    else this.note("Go to a stretch of a face that was not seen first (N).");
  }

  // ---- changes

  change(part, ...next) {
    this.plan.replace(part, ...next.filter(Boolean));
    this.after();
  }

  all(parts, change) {
    const uids = new Set(parts.map((part) => part.uid));
    this.plan.set({ sound: this.plan.sound.map((part) => (uids.has(part.uid) ? changed(part, change) : part)) });
    this.after();
  }

  removeAll(parts) {
    const uids = new Set(parts.map((part) => part.uid));
    this.plan.set({ picture: this.plan.picture.filter((part) => !uids.has(part.uid)), sound: this.plan.sound.filter((part) => !uids.has(part.uid)) });
    this.after();
  }

  remove(part = this.chosen) {
    if (part) this.removeAll([part]);
  }

  drawn(box) {
    const at = round(this.at);
    const to = round(Math.min(this.said.duration, at + FIRST_LENGTH));
    const key = { at, x: box.x, y: box.y, width: box.width, height: box.height };
    const made = this.plan.add({ from: Math.min(at, round(to - 0.1)), to, shape: this.shape, cover: "fill", by: BY_HAND, what: "", keys: [key] });
    this.uid = made.uid;
    this.after();
  }

  add() {
    if (!this.said?.picture) return;
    this.video.pause();
    this.drawn(NEW);
    this.picture.canvas.focus();
  }

  key() {
    const part = this.chosen;
    if (part?.keys) this.change(part, moved(part, this.at, place(part, this.at), false));
  }

  toKey(by) {
    const part = this.chosen;
    if (!part?.keys) return;
    const found = by > 0 ? part.keys.find((key) => key.at > this.at + 0.02) : part.keys.findLast((key) => key.at < this.at - 0.02);
    if (found) this.seek(found.at);
  }

  edge(name) {
    const part = this.chosen;
    const next = part && retimed(part, name === "from" ? this.at : part.from, name === "to" ? this.at : part.to);
    if (next) this.change(part, next);
    else if (part) this.note("It ends after it begins: move the video first.");
  }

  split() {
    const part = this.chosen;
    const halves = part && split(part, round(this.at));
    if (halves) this.change(part, ...halves);
    else this.note("Choose a place or a stretch, and stand within it.");
  }

  off() {
    const part = this.chosen;
    if (part) this.change(part, changed(part, { off: !part.off }));
  }

  stretch() {
    if (!this.said?.sound) return;
    if (this.mark === undefined) {
      this.mark = round(this.at);
      this.note(`A stretch of sound begins at ${clock(this.mark, 1)}. Go on, then press T again.`);
      return this.found();
    }
    const [from, to] = [Math.min(this.mark, round(this.at)), Math.max(this.mark, round(this.at))];
    this.mark = undefined;
    this.found();
    if (to - from < 0.05) return this.note("That is too short: it ended where it began.");
    this.uid = this.plan.add({ from, to, cover: this.how || "tone", why: BY_HAND }).uid;
    return this.after();
  }

  arrow(dx, dy, resize) {
    const focused = this.root.getRootNode().activeElement;
    if (focused === this.lanes.list) {
      if (dy) this.lanes.choose(dy);
      else if (!this.lanes.along(dx)) this.skip(dx);
    } else if (!this.chosen?.keys || !this.picture.nudge(dx * STEP, dy * STEP, resize)) this.skip(dx || dy);
  }

  undo() {
    if (this.plan.undo()) this.after();
  }

  redo() {
    if (this.plan.redo()) this.after();
  }

  see() {
    this.seen = !this.seen;
    this.seeButton.setAttribute("aria-pressed", String(this.seen));
    this.note(this.seen ? "As it will be: covered picture and covered sound." : "");
    this.show();
    if (!this.seen) this.sound.tick(null);
  }

  after() {
    this.dirty = true;
    this.drawAll();
    this.note("");
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.flush(), SAVE_AFTER);
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
    this.found();
    this.making();
    this.drawAll();
    clearTimeout(this.timer);
    if (said.jobs.some((job) => job.state === "waiting" || job.state === "cutting")) this.timer = setTimeout(() => this.root.isConnected && this.follow(), POLL);
  }

  async follow() {
    const said = await this.ask(() => getJson(`/bwc/redact/${this.id}`));
    if (!said) return;
    if (said.version !== this.plan.version && !this.dirty && !this.sending) this.plan.take(said.plan, said.version);
    this.know(said);
  }

  // saves what was changed; one save at a time, each after the version that this page knows
  async flush() {
    clearTimeout(this.saving);
    if (this.sending) await this.sending;
    if (!this.dirty) return true;
    this.sending = this.send();
    const done = await this.sending;
    this.sending = null;
    return done;
  }

  async send() {
    this.dirty = false;
    const sent = this.plan.state;
    const body = { recording: this.id, after: this.plan.version, plan: this.plan.body() };
    this.root.dataset.saved = "no";
    fill(this.state, "Saving\u2026");
    try {
      const said = await post("/bwc/redact/plan", body);
      this.plan.saved(sent, said.plan, said.version);
      this.trouble.hidden = true;
      this.know({ ...said });
      this.root.dataset.saved = this.dirty ? "no" : "yes";
      return true;
    } catch (error) {
      this.dirty = true;
      if (error.status === 412) return this.join();
      this.tell(`Not saved: ${error.message}`);
      this.drawAll();
      return false;
    }
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
    if (!(await this.flush())) return;
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
    const last = this.said?.versions[0];
    if (last && !this.dirty) fill(this.state, `Saved: version ${last.number}, ${last.who}, ${utc(last.at_utc)}`);
    else if (this.said) fill(this.state, this.dirty ? "Not saved yet" : "");
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
    // a field in which somebody is typing stays
    const focused = this.root.getRootNode().activeElement;
    if (this.inspect.contains(focused) && focused.matches("input[type=text], input[type=number]") && this.shownUid === this.uid && !this.plan.changedSince) {
      if (document.hasFocus() && focused === this.typing) return;
    }
    const mark = focused && this.inspect.contains(focused) ? [...this.inspect.querySelectorAll("button, select, input")].indexOf(focused) : -1;
    this.shownUid = this.uid;
    fill(this.inspect, ...inspector(this.chosen, {
      time: () => round(this.at), seek: (at) => this.seek(at), change: (part, ...next) => this.change(part, ...next), remove: (part) => this.remove(part),
      trouble: (text) => this.note(text), doubts: () => this.doubts(), name: (part) => this.name(part), whole: (part) => this.whole(part),
      setWhole: (on) => (this.wholes.set(this.uid, on), this.drawAll()), play: (from) => (this.seek(from), this.video.play().catch(() => undefined)),
      toKey: (by) => this.toKey(by), key: () => this.key(), good: () => this.good(), carry: (doubt) => this.change(doubt.region, carriedOn(doubt.region, doubt.next)),
      sound: () => this.plan.sound, all: (parts, change) => this.all(parts, change), removeAll: (parts) => this.removeAll(parts),
    }).flat().filter(Boolean));
    if (mark >= 0) this.inspect.querySelectorAll("button, select, input")[mark]?.focus();
  }

  found() {
    const { said } = this;
    if (!said || this.find.contains(this.root.getRootNode().activeElement?.closest("select"))) return;
    const looking = said.jobs.some((job) => job.kind === "faces" && (job.state === "waiting" || job.state === "cutting"));
    const words = (what) => () => this.act("/bwc/redact/find", { ...what, cover: this.how || "tone" });
    const how = h("select", { "aria-label": "What is heard instead", onchange: (event) => (this.how = event.target.value) }, ...SOUNDS.map(([value, text]) => h("option", { value, selected: value === (this.how || "tone") }, text)));
    const voice = (one) => `${one.voice.replace(/^v/, "Voice ")}${one.role ? `, ${one.role}` : ""}, ${one.turns} ${one.turns === 1 ? "turn" : "turns"} from ${clock(one.first)}`;
    const voices = said.voices.length > 0 && h("select", { "aria-label": "Cover one voice", onchange: (event) => event.target.value && words({ voice: event.target.value })() }, h("option", { value: "" }, "One voice \u2026"), ...said.voices.map((one) => h("option", { value: one.voice }, voice(one))));
    fill(this.find, h("h2", {}, "Find what is to be covered"),
      said.picture && h("p", {}, h("button", { disabled: !said.faces || looking, onclick: () => this.act("/bwc/redact/faces", {}) }, looking ? "Looking for faces\u2026" : "Look for faces"), !said.faces && h("span", { class: "faint" }, ` Not possible here: ${said.faces_why}. Draw them by hand.`)),
      said.sound && h("div", { class: "tools" }, h("button", { onclick: () => this.stretch(), title: "A stretch of sound begins, or ends, where the video stands (T)" }, this.mark === undefined ? "Sound: begins here" : `began at ${clock(this.mark, 1)}: ends here`, h("kbd", { "aria-hidden": "true" }, "T")), h("label", {}, "by a ", how)),
      said.sound && (said.words ? h("div", { class: "tools" }, h("button", { onclick: words({ names: true }) }, "Spoken names"), h("button", { onclick: words({ numbers: true }) }, "Spoken numbers"), voices) : h("p", { class: "faint" }, "No transcript: names and numbers cannot be found. Mark them by hand.")),
      ...this.plan.state.remarks.map((text) => h("p", { class: "draft" }, text)));
  }

  making() {
    if (this.make.contains(this.root.getRootNode().activeElement) && this.running) {
      fill(this.running, ...this.jobs());
      return;
    }
    const mark = h("input", { type: "checkbox", checked: this.marked, onchange: () => (this.marked = mark.checked) });
    const why = h("input", { type: "text", placeholder: "goes into the manifest and the log", maxlength: "500", value: this.why || "", oninput: () => (this.why = why.value) });
    this.running = h("ul", { class: "made", "aria-live": "polite" }, ...this.jobs());
    fill(this.make, h("h2", {}, "Covered copy"),
      h("label", { class: "why" }, h("span", {}, "What for"), why),
      h("p", {}, h("label", {}, mark, " watermark (who, when, training copy)")),
      h("div", { class: "tools" }, h("button", { onclick: () => this.lookBefore() }, "Pictures from the copy"), h("button", { class: "make", onclick: () => this.order() }, "Make the covered copy")),
      this.running);
  }

  order() {
    const left = this.doubts().filter((one) => one.kind !== "bare").length;
    if (left && this.warned !== left) {
      this.warned = left;
      return this.tell(`${left} ${left === 1 ? "stretch was" : "stretches were"} not looked at (N goes through them). Press again to make the copy all the same.`);
    }
    return this.act("/bwc/redact", { watermark: Boolean(this.marked), why: this.why || "" });
  }

  jobs() {
    const { jobs, copies } = this.said;
    const busy = (job) => job.state === "waiting" || job.state === "cutting";
    const rows = jobs.map((job) => h("li", { "data-state": job.state }, h("span", {}, JOB_WORDS[job.kind] || job.kind), busy(job) && h("progress", { max: "1", value: job.done, "aria-label": JOB_WORDS[job.kind] }), h("span", { class: job.problem ? "problem" : "faint" }, job.problem || (job.state === "cutting" ? `${Math.round(100 * job.done)}\u202f%${job.left === null ? "" : `, about ${length(Math.max(1, job.left))} left`}` : STATES[job.state] || job.state)), busy(job) && h("button", { onclick: () => this.act("/bwc/redact/stop", { job: job.job }) }, "Stop")));
    const name = (one) => one.file.split(/[/\\]/).at(-1);
    return [...rows, ...copies.map((one) => h("li", { class: "copied" }, one.there ? h("a", { href: `/bwc/redact/${this.id}/copy/${one.number}`, download: name(one), title: one.file }, name(one)) : h("span", { class: "faint", title: one.file }, `${name(one)}: not there any more`), h("span", { class: "faint" }, `${(one.size / 1e6).toFixed(1)} MB`)))];
  }

  async lookBefore() {
    if (!(await this.flush())) return;
    fill(this.sheet, h("p", { class: "faint", role: "status" }, "Pictures are being covered\u2026"));
    const image = h("img", { alt: "Covered pictures, each place framed", src: `/bwc/redact/${this.id}/preview?now=${Date.now()}` });
    image.addEventListener("load", () => {
      fill(this.sheet, h("h2", {}, "Pictures as the copy will have them (places framed)"), image);
      image.scrollIntoView({ block: "nearest" });
    });
    image.addEventListener("error", () => fill(this.sheet, h("p", { class: "trouble" }, icon("warn"), "No picture to look at: no place in the picture is covered, or the source is not where it was.")));
  }

  listVersions() {
    const rows = this.said.versions.map((one, n) => h("tr", {}, h("td", {}, String(one.number)), h("td", {}, utc(one.at_utc)), h("td", {}, one.who), h("td", {}, one.said), h("td", {}, n > 0 && h("button", { onclick: () => (this.versions.close(), this.act("/bwc/redact/restore", { after: this.plan.version, version: one.number })) }, "Take up again"))));
    fill(this.versions, h("h2", {}, "Versions"), h("p", { class: "faint" }, "Every change is kept with who and when. None can be deleted; an older one can be taken up again."),
      rows.length ? h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Versions" }, h("table", {}, h("thead", {}, h("tr", {}, ...["No.", "When", "Who", "What", ""].map((text) => (text ? h("th", { scope: "col" }, text) : h("td", {}))))), h("tbody", {}, ...rows))) : h("p", {}, "None yet: nothing was changed."),
      h("button", { onclick: () => this.versions.close() }, "Close"));
    this.versions.showModal();
  }

  destroy() {
    this.flush();
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
