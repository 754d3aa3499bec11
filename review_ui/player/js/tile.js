// One camera of an incident: the picture of whatever it recorded at a moment, or that it was off.

import { fill, h, icon } from "./dom.js";
import { clock } from "./format.js";

// pictures of a review copy are at least this far apart: a difference below it cannot be seen
const FRAME = 1 / 15;

export class Tile {
  // act: {press(), hear(), open(recording, t), ready()}
  constructor(number, camera, act) {
    this.number = number;
    this.act = act;
    this.loud = false;
    this.video = h("video", { preload: "metadata", playsinline: true });
    this.video.muted = true;
    for (const name of ["seeked", "canplay"]) this.video.addEventListener(name, () => act.ready());
    this.video.addEventListener("loadedmetadata", () => this.loaded());
    this.video.addEventListener("error", () => this.src && this.fail());
    this.off = h("div", { class: "off" });
    this.picture = h("div", { class: "picture", onclick: () => act.press() }, this.video, this.off);
    this.button = h("button", { class: "hear", onclick: () => act.hear() });
    this.page = h("button", { class: "own", onclick: () => this.recording && act.open(this.recording.recording, Math.max(0, this.onRecording(this.moment))) });
    this.root = h("figure", { class: "tile" }, h("figcaption", {}, this.button, this.page), this.picture);
    this.moment = 0;
    this.know(camera);
  }

  know(camera) {
    this.camera = camera;
    this.rows = [...camera.recordings].sort((a, b) => a.start - b.start);
    if (this.recording) this.recording = this.rows.find((row) => row.recording === this.recording.recording) || null;
    this.video.setAttribute("aria-label", `Camera ${camera.device}`);
    this.marks();
    this.say();
  }

  // the recording that holds a moment, else the next, which is made ready, else the last
  at(time) {
    return this.rows.find((row) => time >= row.start - 1e-6 && time < row.end) || this.rows.find((row) => row.start > time) || this.rows.at(-1);
  }

  holds(time) {
    const row = this.at(time);
    return Boolean(row) && time >= row.start - 1e-6 && time < row.end && Boolean(row.media.review) && !this.failed?.has(row.recording);
  }

  // whether there is something to play now; a copy may be a little shorter than its recording
  covers(time) {
    if (!this.holds(time)) return false;
    const copy = this.recording === this.at(time) && Number.isFinite(this.video.duration) ? this.video.duration : Infinity;
    return this.onRecording(time, this.at(time)) < copy - 0.04;
  }

  sounds(time) {
    return this.covers(time) && this.at(time).sound;
  }

  onRecording(time, row = this.recording) {
    return row ? (time - row.start) / (1 + row.drift_ppm * 1e-6) : 0;
  }

  get time() {
    const row = this.recording;
    return row ? row.start + this.video.currentTime * (1 + row.drift_ppm * 1e-6) : 0;
  }

  get seeking() {
    return Boolean(this.src) && (this.video.seeking || this.loading);
  }

  get usable() {
    return Boolean(this.src) && !this.loading && !this.video.seeking && this.video.readyState >= 3;
  }

  get shows() {
    return Boolean(this.src) && !this.src.endsWith("/none");
  }

  // the right recording in the right variant, and what the tile says of this moment
  place(time) {
    this.moment = time;
    const row = this.at(time);
    if (row !== this.recording) {
      this.recording = row;
      this.say();
    }
    this.load();
    const covered = this.covers(time);
    const soundOnly = covered && (row.media.review.startsWith("audio") || !row.picture);
    this.off.hidden = covered && !soundOnly;
    this.root.classList.toggle("dark", !covered);
    const said = soundOnly ? ["Sound only", "this recording has no picture"] : this.why(time, row);
    if (!this.off.hidden && this.off.dataset.said !== said.join()) {
      this.off.dataset.said = said.join();
      fill(this.off, h("strong", {}, said[0]), h("span", {}, said[1]));
    }
  }

  why(time, row) {
    if (this.holds(time)) return ["No picture", "the copy of this recording ends here"];
    if (row && time >= row.start && time < row.end) return ["No copy to play", "it recorded here, and no copy was made or it cannot be played"];
    const before = this.rows.filter((one) => one.end <= time).at(-1);
    const after = this.rows.find((one) => one.start > time);
    if (before && after) return ["Camera off", `no recording from ${clock(before.end)} to ${clock(after.start)}`];
    if (after) return ["Camera off", `its first recording begins at ${clock(after.start)}`];
    return ["Camera off", `its last recording ended at ${clock(before?.end ?? 0)}`];
  }

  // only the camera that is heard is played with its sound track: such a track makes the sound device the clock
  variant() {
    const { media } = this.recording;
    if (this.loud || !media.silent) return media.review ? "review" : null;
    return "silent";
  }

  load() {
    const variant = this.recording && !this.failed?.has(this.recording.recording) ? this.variant() : null;
    const src = variant ? `/bwc/media/${this.recording.recording}/${variant}` : "";
    if (src === (this.src || "")) return;
    this.src = src;
    this.loading = Boolean(src);
    this.video.pause();
    if (src) this.video.src = src;
    else {
      this.video.removeAttribute("src");
      this.video.load();
    }
    this.marks();
  }

  marks() {
    this.video.dataset.start = this.recording?.start ?? "";
    this.video.dataset.drift = this.recording?.drift_ppm ?? "";
  }

  loaded() {
    this.loading = false;
    this.seek(this.moment);
    this.act.ready();
  }

  fail() {
    (this.failed ||= new Set()).add(this.recording.recording);
    this.src = "";
    this.loading = false;
    this.video.removeAttribute("src");
    this.place(this.moment);
    this.act.ready();
  }

  seek(time) {
    if (!this.src || this.loading) return;
    const most = Number.isFinite(this.video.duration) ? this.video.duration : Infinity;
    this.video.currentTime = Math.max(0, Math.min(this.onRecording(time), most));
  }

  // a jump of the whole stage
  go(time) {
    this.place(time);
    if (!this.loading) this.seek(time);
  }

  start() {
    this.video.play().catch(() => undefined);
  }

  rest(time) {
    this.video.pause();
    if (this.covers(time) && Math.abs(this.time - time) > FRAME / 4) this.seek(time);
  }

  listen(loud, silent, wanted) {
    const changed = loud !== this.loud;
    this.loud = loud;
    this.video.muted = !loud || silent;
    if (changed || wanted !== this.wanted) {
      this.wanted = wanted;
      this.say();
    }
    if (changed && this.recording) this.load();
  }

  say() {
    const { device, wearer } = this.camera;
    const waits = this.wanted && !this.loud;
    const word = this.loud ? "heard" : waits ? "off here" : "";
    fill(this.button, icon(this.loud ? "sound" : "silent"), h("span", { class: "device" }, device), wearer && h("span", { class: "faint" }, wearer), word && h("span", { class: "word" }, word), this.number < 9 && h("kbd", {}, this.number + 1));
    this.button.setAttribute("aria-pressed", String(this.loud));
    this.button.title = `Hear ${device}${wearer ? `, taken to be worn by ${wearer}` : ""} (${this.number + 1})`;
    fill(this.page, icon("camera"), "its page");
    this.page.title = `${this.recording?.name ?? ""}: open this camera's own page at this moment`;
    this.root.classList.toggle("heard", this.loud);
  }

  shift(recording, start) {
    for (const row of this.rows) {
      if (row.recording !== recording) continue;
      row.end += start - row.start;
      row.start = start;
    }
    this.marks();
  }

  destroy() {
    this.src = "";
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.load();
  }
}
