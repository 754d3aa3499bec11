// One recording: player, transcript, findings and lanes, and how they move together. Runs without Python.

import { getBytes, getJson, postCorrection, postVerdict, postWithdraw } from "./api.js";
import { about } from "./about.js";
import { keepAddress } from "./address.js";
import { Clips } from "./clips.js";
import { readCurves } from "./curves.js";
import { Deck } from "./deck.js";
import { fill, h, icon, isDark, plainClick } from "./dom.js";
import { Findings } from "./findings.js";
import { clock } from "./format.js";
import { helpDialog, listen } from "./keys.js";
import { legend } from "./legend.js";
import { mounting } from "./mounting.js";
import { besideMute } from "./mutes.js";
import { readPeaks } from "./peaks.js";
import { Speakers } from "./speakers.js";
import { Timeline } from "./timeline.js";
import { Transcript } from "./transcript.js";
import { UsePanel } from "./use_panel.js";
import { Work } from "./work.js";

export class Player {
  constructor(host, component) {
    this.data = component.data;
    this.component = component;
    const act = {
      seek: (time) => this.deck.seek(time),
      choose: (index) => this.choose(index),
      judge: (verdict) => this.judge(verdict),
      step: (by, openOnly) => this.step(by, openOnly),
      open: (recording, time) => this.go({ r: recording, t: Math.max(0, time).toFixed(1) }),
      moved: (time, playing) => this.moved(time, playing),
      takeBack: () => this.takeBack(),
      settled: () => {
        this.keepAddress();
        this.work?.flush();
      },
      correct: (turn) => this.speakers.open(turn),
      corrected: () => this.load(),
      reword: (turn, text) => this.reword(turn, text),
      apart: (lane) => this.findings.sure.opener(lane.kind, lane.key),
      narrowed: () => this.timeline.narrow(this.findings.sure.hides),
    };
    this.selected = -1;
    this.live = h("div", { class: "hidden", "aria-live": "polite" });
    this.trouble = h("div", { class: "trouble", role: "alert", hidden: true });
    this.head = h("header", { class: "top" }, h("p", { class: "faint", role: "status" }, "Reading what was found \u2026"));
    this.findings = new Findings(act, this.data.viewer);
    this.transcript = new Transcript(act);
    this.timeline = new Timeline(act);
    this.build(act);
    this.root = h(
      "div",
      { class: "bwc" },
      this.head,
      this.trouble,
      h(
        "div",
        { class: "work" },
        h("div", { class: "left" }, h("div", { class: "upper" }, this.deck.root, this.transcript.root), this.tools, this.timeline.root, legend(() => this.help.showModal(), !this.data.incident)),
        this.findings.root,
      ),
      ...this.below,
      this.live,
    );
    host.append(this.root);
    this.theme();
    this.unlisten = listen(this.keyActions());
    this.onHide = () => document.hidden && this.deck.stop();
    document.addEventListener("visibilitychange", this.onHide);
    this.load();
  }

  // the parts that a recording has and an incident has otherwise
  build(act) {
    const media = this.data.media;
    this.deck = new Deck({ review: media.review, address: `/bwc/media/${this.data.recording}/review` }, act);
    this.help = helpDialog();
    this.speakers = new Speakers(this.data.recording, act);
    this.clips = new Clips(this.data.recording, this.clipActions());
    this.work = new Work(this.data.recording, {
      timeline: this.timeline,
      card: () => this.findings.card,
      tell: (problem) => this.tell(problem),
      say: (text) => (this.live.textContent = text),
      reload: () => this.load(),
    });
    this.use = new UsePanel(`/bwc/camera-use/recording/${this.data.recording}`, this.useActions());
    this.tools = h("div", {}, this.clips.root, this.work.root, this.use.root);
    this.below = [about(this.data.about, this.data.provenance), this.help, this.speakers.dialog, this.clips.dialog];
  }

  addresses() {
    const id = this.data.recording;
    return { events: `/bwc/events/${id}`, transcript: `/bwc/transcript/${id}`, why: `/bwc/why/${id}`, curves: `/bwc/curves/${id}` };
  }

  // what the address of this page begins with
  place() {
    return { r: this.data.recording.slice(0, 16) };
  }

  keyActions() {
    const { deck, timeline } = this;
    return {
      toggle: () => deck.toggle(),
      backwards: () => deck.backwards(),
      forwards: () => deck.forwards(),
      skip: (seconds) => deck.skip(seconds),
      frames: (count) => deck.frames(count),
      step: (by, openOnly) => this.step(by, openOnly),
      judge: (verdict) => this.judge(verdict),
      speaker: () => this.findings.card.turnSpeaker(),
      takeBack: () => this.takeBack(),
      note: () => this.findings.card.note.focus(),
      search: () => this.transcript.search.focus(),
      reword: () => this.transcript.edit(),
      captions: () => deck.toggleCaptions(),
      markEdge: (edge) => this.clips.mark(edge),
      loop: () => this.clips.loop(),
      clip: () => this.clips.open(),
      zoom: (factor) => timeline.zoom(factor),
      fit: () => timeline.fit(),
      fitFinding: () => this.selected >= 0 && timeline.fit(this.events.findings.start[this.selected], this.events.findings.end[this.selected]),
      mute: () => deck.toggleSound(),
      help: () => this.help.showModal(),
    };
  }

  useActions() {
    return {
      seek: (recording, time) => this.seekOn(recording, time),
      goTo: (where) => this.go(where),
      say: (text) => (this.live.textContent = text),
    };
  }

  // a second of a recording: here, or on its own page
  seekOn(recording, time) {
    if (recording === this.data.recording) this.shownAt(time);
    else this.go({ r: recording, t: time.toFixed(1) });
  }

  // what was clicked far down on the page is played at its top
  shownAt(time) {
    this.deck.seek(time);
    this.timeline.reveal(time, time);
    this.root.scrollIntoView({ block: "start" });
  }

  clipActions() {
    return {
      seek: (time) => this.deck.seek(time),
      play: () => this.deck.playing || this.deck.toggle(),
      pause: () => this.deck.stop(),
      time: () => this.deck.time,
      found: () => {
        const found = this.selected >= 0 && this.events.findings;
        return found ? { id: found.id[this.selected], start: found.start[this.selected], end: found.end[this.selected] } : null;
      },
      marked: () => this.timeline.mark(this.clips.start, this.clips.end),
      say: (text) => (this.live.textContent = text),
    };
  }

  theme() {
    this.root.dataset.theme = isDark(this.root) ? "dark" : "light";
    this.timeline.repaint?.();
  }

  update(component) {
    this.component = component;
    this.theme();
  }

  // of two loads at once (after two corrections) the later one is shown
  async load() {
    const { events: data, transcript, why } = this.addresses();
    const turn = (this.turn = (this.turn || 0) + 1);
    const over = () => this.gone || turn !== this.turn;
    try {
      const [events, said] = await Promise.all([getJson(data), getJson(transcript)]);
      if (over()) return;
      this.events = events;
      this.drawHead(events);
      this.timeline.show(events);
      this.findings.show(events);
      this.timeline.narrow(this.findings.sure.hides);
      this.showCard();
      await painted();
      if (over()) return;
      this.shown(events, said);
      if (this.root.dataset.ready) this.returned();
      else this.arrive();
      this.root.dataset.ready = "true";
      const working = this.work?.load();
      const reasons = await getJson(why);
      if (over()) return;
      this.timeline.why = this.why = reasons;
      this.showCard();
      await Promise.all([this.loadRest(), this.loadCurves(), working, this.use.load()]);
      if (!over()) this.root.dataset.ready = "all";
    } catch (error) {
      if (over()) return;
      this.tell(error.message);
      if (!this.root.dataset.ready) fill(this.head, h("a", { href: "/", class: "back", onclick: (event) => this.follow(event, {}) }, icon("back"), "Recordings"), h("button", { onclick: () => this.load() }, "Try again"));
    }
  }

  shown(events, said) {
    const gaps = events.not_analysed.filter((gap) => ["sound", "speech", "words"].includes(gap.what));
    this.transcript.show(said, gaps, { draft: this.data.draft, sound: events.recording.sound, overlaps: overlapsIn(events.findings) });
    this.deck.captions.show(said.turns, this.data.draft);
    this.deck.know(events.recording);
    this.clips.know(events.recording.duration);
  }

  loadRest() {
    const id = this.data.recording;
    return Promise.all([this.loadPeaks(id), this.loadThumbnails(id)]);
  }

  async loadCurves() {
    this.timeline.know(readCurves(await getBytes(this.addresses().curves)));
  }

  async loadPeaks(id) {
    if (!this.data.media.peaks) return;
    this.timeline.peaks = readPeaks(await getBytes(`/bwc/media/${id}/peaks`));
    this.timeline.draw();
  }

  async loadThumbnails(id) {
    if (!this.data.media.thumbnails || !this.data.media["thumbnail-index"]) return;
    const strip = await getJson(`/bwc/media/${id}/thumbnail-index`);
    const { width_px: width, height_px: height, columns, count, every } = strip;
    this.timeline.thumbnails = { width, height, columns, count, every, address: `/bwc/media/${id}/thumbnails` };
  }

  drawHead({ recording, cameras }) {
    const back = h("a", { href: "/", class: "back", onclick: (event) => this.follow(event, {}) }, icon("back"), "Recordings");
    const started = recording.start_utc ? `started ${recording.start_utc.slice(0, 19).replace("T", " ")} UTC` : "start time not known";
    const one = (device) => device && device !== recording.device && cameras.filter((camera) => camera.device === device).length === 1;
    const others = cameras.map((camera) => {
      const moment = () => ({ r: camera.recording, t: Math.max(0, this.deck.time - camera.start).toFixed(1) });
      const href = `/?r=${camera.recording.slice(0, 16)}`;
      return h("a", { href, class: "camera", title: `${camera.incident}; placed by: ${camera.offset_source}`, onclick: (event) => this.follow(event, moment()) }, icon("camera"), one(camera.device) ? camera.device : camera.name);
    });
    fill(
      this.head,
      back,
      h("h1", { dir: "auto" }, recording.name),
      h("span", { class: "faint", title: `Source of the time: ${recording.clock}` }, started),
      others.length > 0 && h("nav", { "aria-label": "Other cameras of this incident" }, h("span", { class: "faint" }, "Same incident:"), ...others, ...this.incidentLinks(cameras)),
      ...this.data.problems.map((problem) => h("span", { class: "problem" }, icon("warn"), problem)),
    );
  }

  // the way to all cameras at once, at this moment
  incidentLinks(cameras) {
    const each = [...new Map(cameras.map((camera) => [camera.incident_id, camera])).values()];
    return each.map(({ incident_id: id, incident, zero }) => {
      const go = (event) => this.follow(event, { c: id, t: Math.max(0, this.deck.time - zero).toFixed(1) });
      return h("a", { href: `/?c=${id}`, class: "camera", title: incident, onclick: go }, icon("camera"), "all cameras together");
    });
  }

  // the time and the finding of a deep link; a kind of finding stands for the first of it
  arrive() {
    const { start, finding } = this.data;
    const { id, kind } = this.events.findings;
    const ofKind = finding ? kind.indexOf(finding) : -1;
    if (ofKind >= 0) this.findings.only(finding);
    const index = finding && ofKind < 0 ? id.findIndex((one) => one.startsWith(finding)) : ofKind;
    if (index >= 0) this.choose(index, start === null);
    else if (finding) this.tell("The finding of this link is no longer said by the newest analysis.");
    if (start !== null && start !== undefined) {
      this.deck.seek(start);
      this.timeline.reveal(start, start);
    }
  }

  // the words are kept and the detectors run again on them; verdicts stay
  async reword(turn, text) {
    await postCorrection({ recording: this.data.recording, kind: "text", start: turn.start, end: turn.end, voice: turn.voice, text });
    await this.load();
  }

  // after a correction: the same finding is looked at, if it is still said
  returned() {
    const index = this.chosen ? this.events.findings.id.indexOf(this.chosen) : -1;
    this.selected = -1;
    if (index >= 0) this.choose(index, false);
    else this.showCard();
    this.live.textContent = "Kept; the findings were looked for again.";
  }

  choose(index, seek = true) {
    this.selected = index;
    const found = this.events.findings;
    this.chosen = found.id[index];
    this.showCard();
    this.findings.select(index);
    this.timeline.select(index);
    this.timeline.reveal(found.start[index], found.end[index]);
    this.live.textContent = `${this.findings.title(found.kind[index])} at ${clock(found.start[index])}: ${found.summary[index]}`;
    if (seek) this.deck.seek(found.start[index]);
    else this.keepAddress();
  }

  showCard() {
    const kind = this.events.findings.kind[this.selected];
    this.findings.card.show(this.events, this.why, this.selected, kind && this.findings.title(kind), kind && this.context(this.selected));
  }

  // what else stands on the card of a finding
  context(index) {
    return besideMute(this.events, index, (other) => this.choose(other));
  }

  step(by, openOnly = false) {
    if (!this.events) return;
    const index = this.findings.step(by, this.deck.time, openOnly);
    if (index >= 0) this.choose(index);
    else this.live.textContent = by > 0 ? "No later finding." : "No earlier finding.";
  }

  // shown at once; taken back if it could not be kept
  async judge(verdict) {
    const index = this.selected;
    if (index < 0) {
      this.live.textContent = "Choose a finding first: press N.";
      return;
    }
    const found = this.events.findings;
    const { card } = this.findings;
    const note = card.note.value.trim();
    const speaker = card.speakerRight(); // before the card is drawn again
    const before = found.verdict[index];
    found.verdict[index] = verdict;
    this.refresh(index);
    try {
      const kept = await postVerdict(found.id[index], verdict, note, speaker);
      for (const name of ["verdict", "reviewer", "note", "at_utc"]) found[name][index] = kept[name];
      card.keptAnswer(found.id[index], kept);
      if (this.selected === index && card.note.value.trim() === note) card.note.value = "";
      this.live.textContent = `Kept: ${verdict}`;
      this.trouble.hidden = true;
    } catch (error) {
      if (found.verdict[index] === verdict) found.verdict[index] = before;
      this.tell(`The answer was not kept: ${error.message}`);
    }
    this.refresh(index);
  }

  // the answer of this person counts no more; the history keeps it
  async takeBack() {
    const index = this.selected;
    if (index < 0) return;
    const found = this.events.findings;
    try {
      const counts = await postWithdraw(found.id[index]);
      for (const name of ["verdict", "reviewer", "note", "at_utc"]) found[name][index] = counts[name];
      this.findings.card.tookBack(found.id[index], counts);
      this.live.textContent = "Taken back";
      this.trouble.hidden = true;
    } catch (error) {
      this.tell(`Not taken back: ${error.message}`);
    }
    this.refresh(index);
  }

  refresh(index) {
    this.findings.recount();
    this.findings.draw();
    this.timeline.draw();
    if (this.selected === index) this.findings.card.showVerdict(this.events.findings, index);
  }

  moved(time, playing) {
    this.timeline.tick(time, playing);
    this.transcript.tick(time);
    this.deck.captions.tick(time, this.transcript.latest(time));
    this.clips?.tick(time, playing);
    // what is stepped through backwards is not watched
    this.work?.tick(time, playing && !this.deck.backRate, this.deck.video?.playbackRate || 1);
  }

  // the address in the browser always leads back to this very moment
  keepAddress() {
    clearTimeout(this.addressTimer);
    this.addressTimer = setTimeout(() => {
      if (this.gone || !this.events) return;
      const [[key, value]] = Object.entries(this.place());
      const query = new URLSearchParams({ [key]: value, t: this.deck.time.toFixed(1) });
      if (this.selected >= 0) query.set("f", this.events.findings.id[this.selected]);
      keepAddress(key, query);
    }, 300);
  }

  follow(event, where) {
    if (plainClick(event)) this.go(where);
  }

  go(where) {
    this.deck.stop();
    clearTimeout(this.addressTimer);
    this.component.setTriggerValue("go", where);
  }

  tell(problem) {
    this.trouble.hidden = false;
    fill(this.trouble, icon("warn"), problem);
  }

  destroy() {
    this.gone = true;
    clearTimeout(this.addressTimer);
    this.unlisten();
    document.removeEventListener("visibilitychange", this.onHide);
    this.use.gone = true;
    this.work?.destroy();
    this.clips?.destroy();
    this.deck.destroy();
    this.timeline.destroy();
    this.findings.destroy();
    this.root.remove();
  }
}

// where two voices were measured at once
export function overlapsIn({ kind, verdict, start, end }) {
  return [...kind.keys()].filter((i) => kind[i] === "overlapping_speech" && verdict[i] !== "dismissed").map((i) => ({ start: start[i], end: end[i] }));
}

// the lanes are drawn first: a long transcript takes longer to make than they do. A tab in the background draws nothing
function painted() {
  return new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 200);
  });
}

export default mounting(Player, "recording");
