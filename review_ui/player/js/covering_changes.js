// The steps of somebody who works on what is to be covered; each can be taken back.

import { BY_HAND, changed, lookedAt, moved, place, retimed, round, split } from "./covering_plan.js";
import { clock } from "./format.js";

const FIRST_LENGTH = 3;
const NEW = { x: 0.4, y: 0.35, width: 0.2, height: 0.3 };

// of the page, which has: plan, chosen, uid, at, said, video, picture, panels, mark, after(), note(text), seek(t),
// doubts(), tellPanels()
export class Changes {
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
      return this.tellPanels();
    }
    const [from, to] = [Math.min(this.mark, round(this.at)), Math.max(this.mark, round(this.at))];
    this.mark = undefined;
    this.tellPanels();
    if (to - from < 0.05) return this.note("That is too short: it ended where it began.");
    this.uid = this.plan.add({ from, to, cover: this.panels.how, why: BY_HAND }).uid;
    return this.after();
  }

  undo() {
    if (this.plan.undo()) this.after();
  }

  redo() {
    if (this.plan.redo()) this.after();
  }

  good() {
    const part = this.chosen;
    const here = this.doubts().find((one) => one.kind === "unsure" && one.region.uid === part?.uid && this.at >= one.from - 0.05 && this.at <= one.to + 0.05);
    if (here) this.change(part, lookedAt(part, here.from, here.to));
    else this.note("Go to a stretch of a face that was not seen first (N).");
  }
}
