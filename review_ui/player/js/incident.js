// One incident: its cameras in step, what they heard together, and what was found, on one time axis.

import { postCorrection } from "./api.js";
import { Deck } from "./deck.js";
import { fill, h, icon } from "./dom.js";
import { clock } from "./format.js";
import { IncidentWork } from "./incident_work.js";
import { helpDialog, KEYS } from "./keys.js";
import { mounting } from "./mounting.js";
import { Placing } from "./placing.js";
import { overlapsIn, Player } from "./player.js";
import { Speakers } from "./speakers.js";
import { Stage } from "./stage.js";
import { UsePanel } from "./use_panel.js";

const OF_CLIPS = new Set(["I / O", "Shift+Space", "E"]);
const OF_ORDERS = new Set(["multi_officer_commands", "conflicting_commands", "shouted_command", "repeated_command", "spoken_command"]);
const MOST_NAMES = 3;
const HELP = [["1 \u2013 4", "hear this camera"], ...KEYS.filter(([key]) => !OF_CLIPS.has(key))];

class IncidentPlayer extends Player {
  build(act) {
    // words and speakers are put right here, and kept on the recording whose camera the words were taken from
    act.correct = (turn) => this.speakers.open(ofCamera(turn, () => act.open(turn.recording, turn.at)));
    act.corrected = (turn) => this.kept(`Kept on the recording of ${turn.camera}; the findings were looked for again.`);
    this.speakers = new Speakers(null, act);
    this.notice = h("p", { class: "notice", "aria-live": "polite" });
    this.more = h("div", { class: "more" });
    this.stage = new Stage({ heard: (number, instead) => this.heard(number, instead), open: act.open });
    this.deck = new Deck({ stage: this.stage }, act);
    this.placing = new Placing(this.data.incident, {
      shift: (recording, start) => this.stage.shift(recording, start),
      kept: (text) => this.kept(text),
    });
    this.work = new IncidentWork(this.data.incident, { stage: this.stage, card: () => this.findings.card, tell: (problem) => this.tell(problem), say: (text) => (this.live.textContent = text), reload: () => this.load() });
    this.use = new UsePanel(`/bwc/camera-use/incident/${this.data.incident}`, this.useActions());
    this.help = helpDialog(HELP);
    this.laid = h("details", { class: "about" });
    this.tools = h("div", { class: "tools" }, this.work.root, this.notice, this.more, this.placing.root, this.use.root);
    this.below = [this.laid, this.help, this.speakers.dialog];
  }

  addresses() {
    const at = `/bwc/incident/${this.data.incident}`;
    return { events: at, transcript: `${at}/transcript`, why: `${at}/why`, curves: `${at}/curves` };
  }

  place() {
    return { c: this.data.incident };
  }

  keyActions() {
    const { markEdge, loop, clip, ...rest } = super.keyActions();
    return { ...rest, hear: (number) => this.stage.hear(number) };
  }

  shown(events, said) {
    this.transcript.show(said, [], { draft: events.draft, sound: true, overlaps: overlapsIn(events.findings) });
    this.deck.captions.show(said.turns, events.draft);
    this.stage.show(events.cameras, events.recording.duration);
    this.deck.know(events.recording);
    this.placing.show(structuredClone(events.cameras));
    this.drawMore();
    fill(this.laid, h("summary", {}, "How the cameras were laid on one clock, and what was not analysed"), laidTable(events), missing(events));
  }

  // cameras beyond the four that play
  drawMore() {
    const waiting = [...this.events.cameras.keys()].filter((number) => !this.stage.on.includes(number));
    const swap = (number) => h("button", { onclick: () => (this.stage.hear(number), this.drawMore()) }, icon("camera"), `${this.events.cameras[number].device}: bring here and hear`);
    fill(this.more, waiting.length > 0 && h("span", { class: "faint" }, "Four cameras play at a time. Others:"), ...waiting.map(swap));
    this.more.hidden = !waiting.length;
  }

  loadRest() {
    return undefined;
  }

  drawHead({ recording, notes }) {
    const back = h("a", { href: "/", class: "back", onclick: (event) => this.follow(event, {}) }, icon("back"), "Recordings");
    const down = h("button", { class: "down", onclick: () => this.root.scrollIntoView({ block: "end", behavior: "smooth" }) }, "Order of events and policy: below");
    fill(this.head, back, h("h1", { dir: "auto" }, recording.name), h("span", { class: "faint" }, recording.clock), ...notes.map((note) => h("span", { class: "problem" }, icon("warn"), note)), down);
  }

  // a second of a recording of the incident is played here, on its own camera
  seekOn(recording, time) {
    const number = this.events.cameras.findIndex((camera) => camera.recordings.some((row) => row.recording === recording));
    if (number < 0) return super.seekOn(recording, time);
    this.stage.hear(number);
    this.shownAt(this.events.cameras[number].recordings.find((row) => row.recording === recording).start + time);
  }

  // a finding is heard where it was found
  choose(index, seek = true) {
    const { start, recordings } = this.events.findings;
    const found = new Set(recordings[index]);
    const fits = (camera) => camera?.recordings.some((row) => found.has(row.recording) && row.end > start[index]);
    const number = this.events.cameras.findIndex(fits);
    if (found.size && number >= 0 && !fits(this.events.cameras[this.stage.wanted])) this.stage.hear(number);
    super.choose(index, seek);
  }

  // with an order: which names were heard before it
  context(index) {
    const found = this.events.findings;
    if (!OF_ORDERS.has(found.kind[index])) return super.context(index);
    const lane = this.events.lanes.find((one) => one.key === "kind:name_sharing");
    if (lane?.state !== "done") return h("p", { class: "names" }, "Names were not looked for here.");
    const before = [...found.id.keys()].filter((i) => found.kind[i] === "name_sharing" && found.start[i] < found.start[index] && found.verdict[i] !== "dismissed");
    if (!before.length) return h("p", { class: "names" }, "No name was found in the words before this moment.");
    const row = (i) => h("li", {}, h("button", { onclick: () => this.choose(i) }, clock(found.start[i])), h("span", { dir: "auto" }, found.summary[i]));
    return h("div", { class: "names" }, h("h4", {}, "Names before this moment"), h("ol", {}, ...before.slice(-MOST_NAMES).map(row)));
  }

  heard(number, instead) {
    const camera = this.events?.cameras[number];
    if (!camera) return;
    this.timeline.heard = `camera:${camera.device}`;
    this.timeline.draw();
    const wanted = this.events.cameras[this.stage.wanted];
    const text = instead ? `${wanted.device} has no sound here: ${camera.device} is heard until it is back.` : "";
    if (this.notice.textContent !== text) this.notice.textContent = text;
  }

  async reword(turn, text) {
    await postCorrection({ recording: turn.recording, ...ofCamera(turn).stretch, kind: "text", text });
    await this.kept(`Kept on the recording of ${turn.camera}; the findings were looked for again.`);
  }

  async kept(text) {
    const time = this.deck.time;
    await this.load();
    this.deck.seek(time);
    this.live.textContent = text;
  }
}

// a turn as the recording has it from which it was taken
function ofCamera(turn, open) {
  const { recording, camera, at: start, until: end, heard_as: voice } = turn;
  return { ...turn, voice, start, end, when: turn.start, stretch: { start, end, voice }, place: { recording, camera, open } };
}

function laidTable({ cameras }) {
  const head = h("tr", {}, ...["Camera", "Recording", "Begins", "Ends", "Laid there by", "Remark"].map((name) => h("th", { scope: "col" }, name)));
  const rows = cameras.flatMap(({ device, recordings }) =>
    recordings.map((row) => h("tr", {}, ...[device, row.name, clock(row.start, 2), clock(row.end, 2), row.offset_source, row.remark].map((text) => h("td", { dir: "auto" }, text)))),
  );
  return h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows));
}

function missing({ not_analysed: gaps }) {
  const rows = [...new Set(gaps.filter((gap) => gap.what).map((gap) => `${clock(gap.start)} \u2013 ${clock(gap.end)}: ${gap.what}. ${gap.reason}`))];
  return rows.length ? h("ul", {}, ...rows.map((row) => h("li", {}, row))) : null;
}

export default mounting(IncidentPlayer, "incident");
