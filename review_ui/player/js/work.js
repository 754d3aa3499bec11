// The work on one recording: what was played of it, by whom; whose queue it is in; taking back; signing it off.

import { getJson, postChange, postSignOff, postWatched } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { percent, utc } from "./format.js";

const EVERY = 15000; // milliseconds between reports of what was played
const FASTEST = 2; // what is played faster counts as skimmed, not as watched
const LONGEST_STEP = 0.75; // seconds between two pictures that still are one stretch, at one times the speed
const ROWS = 3; // people whose bars are drawn

export class Work {
  // view: {timeline, card(), tell(problem), say(text), go(where)}
  constructor(recording, view) {
    this.recording = recording;
    this.view = view;
    this.pending = [];
    this.open = null;
    this.sent = performance.now();
    this.rows = [];
    this.root = h("section", { class: "workline", "aria-label": "Work on this recording" });
    this.onHide = () => document.hidden && this.flush(true);
    document.addEventListener("visibilitychange", this.onHide);
  }

  async load() {
    try {
      this.said = await getJson(`/bwc/work/${this.recording}`);
      this.view.card().know(this.said);
      this.draw();
    } catch (error) {
      this.view.tell(error.message);
    }
  }

  // called with every picture: joins what is played without a jump
  tick(time, playing, rate) {
    if (!playing || rate > FASTEST) return this.close();
    const step = this.open ? time - this.open[1] : -1;
    if (step >= 0 && step < LONGEST_STEP * Math.max(1, rate)) this.open[1] = time;
    else {
      this.close();
      this.open = [time, time];
    }
    if (performance.now() - this.sent > EVERY) this.flush();
  }

  close() {
    if (this.open && this.open[1] - this.open[0] > 0.1) this.pending.push(this.open);
    this.open = null;
  }

  async flush(ending = false) {
    const from = this.open?.[1];
    this.close();
    if (!ending && from !== undefined) this.open = [from, from];
    const spans = this.pending.map(([start, end]) => [Number(start.toFixed(3)), Number(end.toFixed(3))]);
    if (!spans.length) return;
    this.pending = [];
    this.sent = performance.now();
    try {
      const mine = await postWatched(this.recording, spans);
      if (!this.said || this.gone) return;
      const others = this.said.watched.filter((one) => one.who !== this.said.me);
      this.said.watched = [{ who: this.said.me, ...mine }, ...others];
      this.drawBars();
    } catch {
      // tried again with the next report
      this.pending = [...spans, ...this.pending].slice(-150);
    }
  }

  draw() {
    fill(this.root, ...workParts(this.said, { done: (number) => this.done(number), sign: () => this.sign() }));
    this.drawBars();
  }

  drawBars() {
    for (const part of this.rows) part.remove();
    this.rows = [];
    const { first, last, labels, root } = this.view.timeline;
    if (last === undefined) return;
    const listed = this.said.watched.some((one) => one.who === this.said.me) ? this.said.watched : [{ who: this.said.me, spans: [], share: 0 }, ...this.said.watched];
    for (const one of listed.slice(0, ROWS)) {
      const mine = one.who === this.said.me;
      const title = `${mine ? "You" : one.who} watched ${percent(one.share)}`;
      const parts = one.spans.map(([start, end]) => h("span", { style: `left:${((start - first) / (last - first)) * 100}%;width:${((end - start) / (last - first)) * 100}%` }));
      this.rows.push(h("div", { class: "label seenlabel", title: "Played at twice the speed or slower" }, h("span", { class: "name" }, title)), h("div", { class: "seenbar", role: "img", "aria-label": title }, ...parts));
    }
    for (const part of this.rows) root.insertBefore(part, labels);
  }

  // signed once, however often it is pressed until that is kept
  async sign() {
    if (this.signing) return;
    this.signing = true;
    await this.flush();
    await this.keep(postSignOff(this.recording, ""), "Signed off");
    this.signing = false;
  }

  async done(number) {
    try {
      await postChange({ number, state: "done" });
      this.view.say("Done");
      this.view.reload();
    } catch (error) {
      this.view.tell(error.message);
    }
  }

  async keep(asked, said) {
    try {
      this.said = await asked;
      this.view.card().know(this.said);
      this.draw();
      this.view.say(said);
    } catch (error) {
      this.view.tell(`Not kept: ${error.message}`);
    }
  }

  destroy() {
    this.flush(true);
    this.gone = true;
    document.removeEventListener("visibilitychange", this.onHide);
  }
}

// whose queue a recording or an incident is in, and whether its review is signed off.
// act: {done(number), sign()} and, where it can be taken from here, take(number or undefined)
export function workParts(said, act) {
  const { assignments, signed, blind, may } = said;
  const [newest] = signed;
  const button = (title, onclick, about) => h("button", { type: "button", title: about || null, onclick }, title);
  const queued = (one) => {
    const where = one.blind ? "In your queue, blind: others\u2019 answers are hidden. " : one.anybody && act.take ? "In the queue, for anybody. " : "In the queue. ";
    return h("span", {}, h("strong", {}, where), one.due_utc && `Due ${one.due_utc.slice(0, 10)}. `, may && one.anybody && act.take && button("Take it", () => act.take(one.number)), " ", may && button("Done", () => act.done(one.number)));
  };
  const free = act.take && may && !assignments.length && !blind;
  return [
    ...assignments.map(queued),
    free && h("span", {}, h("span", { class: "faint" }, said.others.length ? `With ${said.others.join(", ")}. ` : "In nobody\u2019s queue. "), button("Take it", () => act.take())),
    newest ? signedLine(newest) : !blind && h("span", { class: "faint" }, "Not signed off."),
    signed.length > 1 && h("span", { class: "faint" }, `${signed.length - 1} earlier`),
    !blind && may && button(newest ? "Sign off again" : "Sign off this review", () => act.sign(), "Locks findings, answers and what was watched as they stand now, with a hash. Later changes are told, and alter nothing of it."),
  ];
}

function signedLine(one) {
  const said = `Signed off by ${one.who}, ${utc(one.at_utc)}, ${one.sha256.slice(0, 12)}`;
  return h("span", { title: `sha256 ${one.sha256}` }, icon(one.intact ? "check" : "warn"), said, one.intact ? "" : " \u2014 NOT what was signed", one.changed.length > 0 && h("span", { class: "problem" }, `changed since: ${one.changed.join(", ")}`));
}
