// Up to four cameras of an incident in step, as one video: one camera is heard and is the clock, the others run without
// a sound track at a rate that keeps them at the same moment. Where no camera records, time goes on by itself.

import { fill, h } from "./dom.js";
import { Tile } from "./tile.js";

// more than four playing videos block every other request of the browser (six connections to one address)
export const MOST = 4;
const EVERY = 100;
const STILL = 0.01;
const JUMP = 0.6;
const STEER = 0.25;
const START = 0.15;

export class Stage extends EventTarget {
  // act: {heard(camera number, why), open(recording, t)}
  constructor(act) {
    super();
    this.act = act;
    this.tiles = [];
    this.wanted = 0;
    this.rate = 1;
    this.silent = false;
    this.paused = true;
    this.held = false;
    this.base = 0;
    this.duration = 0;
    this.root = h("div", { class: "stage" });
    this.resizing = new ResizeObserver(() => this.arrange());
    this.resizing.observe(this.root);
  }

  show(cameras, duration) {
    this.duration = duration;
    this.cameras = cameras;
    this.on ||= [...cameras.keys()].slice(0, MOST);
    if (this.tiles.length) this.tiles.forEach((tile) => tile.know(cameras[tile.number]));
    else {
      this.tiles = this.on.map((number) => this.tile(number));
      fill(this.root, ...this.tiles.map((tile) => tile.root));
      this.arrange();
    }
    this.control();
  }

  tile(number) {
    const tile = new Tile(number, this.cameras[number], {
      press: () => (this.heard === tile ? (this.paused ? this.play() : this.pause()) : this.hear(number)),
      hear: () => this.hear(number),
      open: (recording, time) => this.act.open(recording, time),
      ready: () => {
        this.control();
        if (!this.seeking) this.dispatchEvent(new Event("seeked"));
      },
    });
    return tile;
  }

  // a camera beyond the fourth takes the place of the last that is not heard
  bring(number) {
    if (this.on.includes(number)) return;
    const place = this.tiles.findLastIndex((tile) => tile.number !== this.wanted);
    const tile = this.tile(number);
    this.tiles[place].destroy();
    this.tiles[place].root.replaceWith(tile.root);
    this.tiles[place] = tile;
    this.on[place] = number;
    this.arrange();
    this.control();
  }

  // as many columns as give the largest pictures
  arrange() {
    const { clientWidth: width, clientHeight: height } = this.root;
    const count = this.tiles.length;
    const size = (columns) => Math.min(width / columns, ((height / Math.ceil(count / columns) - 30) * 16) / 9);
    let best = 1;
    for (let columns = 2; columns <= count; columns += 1) if (size(columns) > size(best) * 1.05) best = columns;
    this.root.style.gridTemplateColumns = `repeat(${best}, minmax(0, 1fr))`;
  }

  // what a video element offers to the deck

  get currentTime() {
    const passed = this.paused || this.held ? 0 : ((performance.now() - this.since) / 1000) * this.rate;
    return Math.min(this.base + passed, this.duration || Infinity);
  }

  set currentTime(time) {
    this.anchor(Math.max(0, Math.min(time, this.duration || time)));
    this.choose();
    for (const tile of this.tiles) tile.go(this.base);
    this.dispatchEvent(new Event("seeked"));
  }

  get seeking() {
    return this.tiles.some((tile) => tile.seeking);
  }

  get playbackRate() {
    return this.rate;
  }

  set playbackRate(rate) {
    this.anchor(this.currentTime);
    this.rate = rate;
    this.dispatchEvent(new Event("ratechange"));
  }

  get muted() {
    return this.silent;
  }

  set muted(silent) {
    this.silent = silent;
    this.choose();
    this.dispatchEvent(new Event("volumechange"));
  }

  async play() {
    if (this.currentTime >= this.duration - 0.05) this.currentTime = 0;
    this.anchor(this.currentTime);
    this.paused = false;
    this.timer ||= setInterval(() => this.control(), EVERY);
    this.dispatchEvent(new Event("play"));
    this.control();
  }

  pause() {
    if (this.paused) return;
    this.anchor(this.currentTime);
    this.paused = true;
    this.held = false;
    clearInterval(this.timer);
    this.timer = null;
    for (const tile of this.tiles) tile.rest(this.base);
    this.dispatchEvent(new Event("pause"));
  }

  // which camera is heard

  hear(number) {
    if (!this.cameras?.[number]) return;
    this.bring(number);
    this.wanted = number;
    this.choose();
    this.control();
  }

  // the camera that is wanted, or while it is off another that records
  choose() {
    const time = this.base;
    const wanted = this.tiles.find((tile) => tile.number === this.wanted);
    const other = this.tiles.find((tile) => tile.sounds(time));
    const chosen = !wanted || wanted.sounds(time) ? wanted : other || wanted;
    const changed = this.heard !== chosen;
    this.heard = chosen;
    for (const tile of this.tiles) tile.listen(tile === chosen, this.silent, tile.number === this.wanted);
    if (changed && chosen) this.act.heard(chosen.number, chosen !== wanted);
  }

  anchor(time) {
    this.base = time;
    this.since = performance.now();
  }

  // ten times a second: the heard camera is the clock, the others are brought to it
  control() {
    const now = this.currentTime;
    this.anchor(now);
    this.choose();
    for (const tile of this.tiles) tile.place(now);
    if (this.paused) return;
    if (now >= this.duration - 0.02) {
      this.pause();
      return;
    }
    const lead = this.heard?.covers(now) ? this.heard : null;
    if (lead) this.follow(lead, now);
    else this.held = false;
    const time = this.currentTime;
    for (const tile of this.tiles) if (tile !== lead) this.steer(tile, time);
  }

  // until the heard camera moves, nothing does
  follow(lead, now) {
    lead.video.playbackRate = this.rate;
    if (!lead.usable) {
      this.held = true;
      return;
    }
    if (lead.video.paused) {
      if (Math.abs(lead.time - now) > STILL) lead.seek(now);
      this.held = true;
      lead.start();
      return;
    }
    const at = lead.time;
    if (Math.abs(at - now) > JUMP + EVERY / 1000 * this.rate * 3) {
      lead.seek(now);
      this.held = true;
      return;
    }
    const moves = at !== lead.last;
    lead.last = at;
    this.held = !moves;
    this.anchor(at);
  }

  steer(tile, time) {
    if (!tile.covers(time) || !tile.usable || !tile.shows) {
      tile.video.pause();
      return;
    }
    if (this.held) {
      tile.video.pause();
      return;
    }
    const drift = tile.time - time;
    if (Math.abs(drift) > (tile.video.paused ? START : JUMP)) {
      tile.seek(time + 0.05 * this.rate);
      return;
    }
    const steer = Math.abs(drift) < STILL ? 0 : Math.max(-STEER, Math.min(STEER, drift));
    tile.video.playbackRate = Math.min(16, this.rate * (1 - steer));
    if (tile.video.paused) tile.start();
  }

  // the recording a person is moving: its new place on the clock, before it is kept
  shift(recording, start) {
    for (const tile of this.tiles) tile.shift(recording, start);
    this.currentTime = this.currentTime;
  }

  destroy() {
    clearInterval(this.timer);
    this.resizing.disconnect();
    this.tiles.forEach((tile) => tile.destroy());
  }
}
