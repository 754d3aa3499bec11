// A stretch of the recording: marked with in and out, looked at in a loop, cut into a clip, and handed out.

import { getJson, post, postClip, stopClip } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { clock, length, utc } from "./format.js";
import { fileSize, isBusy, jobRow } from "./job_row.js";

const PAD = 5;
const POLL = 600;
const SHORTEST = 0.05;
const KINDS = [
  ["exact", "Exact", "Begins and ends at the very picture. Where the source allows, only the edges are encoded anew."],
  ["original", "Original quality", "The source's own data, untouched. Begins at the key picture before the stretch; the true start is stated."],
  ["sound", "Sound alone", "Without the picture, cut to the sample."],
];

export class Clips {
  // act: {seek(t), play(), time(), found() -> {start, end, title} or null, marked(), say(text)}
  constructor(recording, act) {
    this.recording = recording;
    this.act = act;
    this.start = this.end = null;
    this.looping = false;
    this.said = h("span", { class: "stretch" });
    this.inButton = h("button", { onclick: () => this.mark("start"), title: "The stretch begins here (I)" }, "In", h("kbd", {}, "I"));
    this.outButton = h("button", { onclick: () => this.mark("end"), title: "The stretch ends here (O)" }, "Out", h("kbd", {}, "O"));
    this.foundButton = h("button", { onclick: () => this.markFinding(), title: `The chosen finding with ${PAD} s before and after` }, `Finding \u00b1 ${PAD} s`);
    this.loopButton = h("button", { onclick: () => this.loop(), title: "Play the stretch over and over (Shift+Space)", "aria-pressed": "false" }, icon("play"), " Stretch");
    this.clearButton = h("button", { onclick: () => this.clear(), title: "Take the marks away" }, "Clear");
    this.clipButton = h("button", { class: "make", onclick: () => this.open(), title: "Make a clip of the stretch (E)" }, "Clip\u2026", h("kbd", {}, "E"));
    this.root = h("section", { class: "clipbar", "aria-label": "Stretch and clip" }, this.inButton, this.outButton, this.foundButton, this.said, this.loopButton, this.clearButton, this.clipButton);
    this.build();
    this.draw();
  }

  know(duration) {
    this.duration = duration;
  }

  mark(edge) {
    const at = Math.round(this.act.time() * 1000) / 1000;
    this[edge] = at;
    // an edge beyond the other one begins a new stretch
    if (this.start !== null && this.end !== null && this.end - this.start < SHORTEST) this[edge === "start" ? "end" : "start"] = null;
    this.changed();
    this.act.say(edge === "start" ? `In: ${clock(at, 1)}` : `Out: ${clock(at, 1)}`);
  }

  markFinding() {
    const found = this.act.found();
    if (!found) return this.hint("Choose a finding first (N), or mark a stretch with I and O.");
    this.start = Math.max(0, Math.round((found.start - PAD) * 1000) / 1000);
    this.end = Math.min(this.duration ?? Infinity, Math.round((Math.max(found.end, found.start + 0.5) + PAD) * 1000) / 1000);
    this.changed();
    return this.act.say(`Marked: ${clock(this.start, 1)} to ${clock(this.end, 1)}`);
  }

  clear() {
    this.start = this.end = null;
    this.changed();
  }

  get whole() {
    return this.start !== null && this.end !== null;
  }

  changed() {
    if (!this.whole) this.setLoop(false);
    this.draw();
    this.act.marked();
  }

  draw() {
    const { start, end, whole } = this;
    if (whole) fill(this.said, h("strong", {}, `${clock(start, 1)} \u2013 ${clock(end, 1)}`), h("span", { class: "faint" }, ` ${length(end - start)}`));
    else if (start !== null) fill(this.said, `from ${clock(start, 1)}; mark the end with `, h("kbd", {}, "O"));
    else if (end !== null) fill(this.said, `until ${clock(end, 1)}; mark the start with `, h("kbd", {}, "I"));
    else fill(this.said, h("span", { class: "faint" }, "Mark a stretch to loop it or to make a clip of it."));
    for (const button of [this.loopButton, this.clipButton]) button.disabled = !whole;
    this.clearButton.disabled = start === null && end === null;
  }

  // said aloud, and shown for a while where the stretch stands
  hint(text) {
    this.act.say(text);
    fill(this.said, text);
    clearTimeout(this.hinting);
    this.hinting = setTimeout(() => this.draw(), 4000);
  }

  loop() {
    if (!this.whole) return this.hint("Mark a stretch first: I where it begins, O where it ends.");
    this.setLoop(!this.looping);
    if (!this.looping) return this.act.pause();
    this.act.seek(this.start);
    return this.act.play();
  }

  setLoop(on) {
    this.looping = on;
    this.loopButton.setAttribute("aria-pressed", String(on));
  }

  // called as the recording plays or is searched
  tick(time, playing) {
    if (!this.looping || !playing) return;
    if (time >= this.end) this.act.seek(this.start);
  }

  // dialog

  build() {
    const text = (label, name) => h("label", {}, h("span", {}, label), (this[name] = h("input", { type: "text", inputmode: "decimal", maxlength: "16" })));
    this.kinds = KINDS.map(([value, title, about], n) => {
      const choice = h("input", { type: "radio", name: "kind", value, checked: n === 0 });
      return h("label", { class: "kind" }, choice, h("span", {}, h("strong", {}, title), h("span", { class: "faint" }, about)));
    });
    const check = (name, label) => h("label", {}, (this[name] = h("input", { type: "checkbox" })), ` ${label}`);
    this.trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    this.list = h("ul", { class: "made", "aria-live": "polite" });
    this.send = h("button", { type: "submit", class: "make" }, "Make the clip");
    const why = h("label", {}, h("span", {}, "What for"), (this.why = h("input", { type: "text", maxlength: "500", placeholder: "goes into the manifest and the log" })));
    const form = h(
      "form",
      { onsubmit: (event) => (event.preventDefault(), this.make()) },
      h("div", { class: "edges" }, text("From", "fromField"), text("To", "toField"), why),
      h("fieldset", {}, h("legend", {}, "Kind"), ...this.kinds),
      h("fieldset", { class: "row" }, h("legend", {}, "Captions beside it"), check("vtt", "WebVTT"), check("srt", "SubRip"), check("names", "with the names that people gave")),
      this.trouble,
      h("div", { class: "row" }, this.send, h("button", { type: "button", onclick: () => this.dialog.close() }, "Close")),
    );
    this.intoList = h("section", { class: "row", "aria-label": "Put it into a debrief list" });
    this.dialog = h("dialog", { class: "clipping", "aria-label": "Make a clip" }, h("h2", {}, "Make a clip"), form, this.intoList, h("h3", {}, "Clips of this recording"), this.list);
    this.dialog.addEventListener("close", () => clearTimeout(this.timer));
  }

  open() {
    if (!this.whole) this.markFinding();
    if (!this.whole) return;
    this.setLoop(false);
    this.act.pause();
    this.fromField.value = clock(this.start, 3);
    this.toField.value = clock(this.end, 3);
    this.trouble.hidden = true;
    this.lists = undefined;
    fill(this.intoList);
    this.dialog.showModal();
    this.follow();
  }

  // the stretch, with what the chosen finding says of it, as a clip of a debrief reel
  offerLists(lists) {
    if (this.lists !== undefined || !lists) return;
    this.lists = lists;
    const name = h("input", { type: "text", maxlength: "60", placeholder: "name of a new list", "aria-label": "Name of the new list" });
    const which = h("select", { "aria-label": "Debrief list", onchange: () => (name.hidden = which.value !== "") }, ...lists.map((one) => h("option", { value: one }, one)), h("option", { value: "" }, "new list\u2026"));
    name.hidden = lists.length > 0;
    const said = h("span", { role: "status" });
    const add = async () => {
      const start = seconds(this.fromField.value);
      const end = seconds(this.toField.value);
      if (start === null || end === null || end <= start) return this.tell("Times are seconds (83.5) or h:mm:ss.mmm, and the end comes after the start.");
      const found = this.act.found();
      const finding = found && found.end > start && found.start < end ? found.id : undefined;
      try {
        const list = await post("/bwc/reel/add", { name: which.value || name.value, recording: this.recording, start, end, finding });
        this.trouble.hidden = true;
        return fill(said, icon("check"), ` Clip ${list.reel.clip.length} of `, h("a", { href: `?clips=1&reel=${encodeURIComponent(list.name)}`, target: "_blank", rel: "noopener" }, list.name));
      } catch (error) {
        return this.tell(error.message);
      }
    };
    fill(this.intoList, h("span", {}, "Or put it into a debrief list:"), which, name, h("button", { type: "button", onclick: add }, "Add"), said, h("a", { href: `?x=${this.recording}`, target: "_blank", rel: "noopener" }, "Cover faces, places, names\u2026"));
  }

  async make() {
    const start = seconds(this.fromField.value);
    const end = seconds(this.toField.value);
    if (start === null || end === null || end <= start) return this.tell("Times are seconds (83.5) or h:mm:ss.mmm, and the end comes after the start.");
    [this.start, this.end] = [start, end];
    this.changed();
    const kind = this.kinds.map((label) => label.firstChild).find((choice) => choice.checked).value;
    const captions = ["vtt", "srt"].filter((form) => this[form].checked);
    this.trouble.hidden = true;
    this.send.disabled = true;
    try {
      await postClip({
        recording: this.recording, start, end, kind: kind === "original" ? "original" : "exact", audio_only: kind === "sound",
        captions, names: captions.length > 0 && this.names.checked, why: this.why.value,
      });
    } catch (error) {
      this.tell(error.message);
    }
    this.send.disabled = false;
    return this.follow();
  }

  tell(problem) {
    this.trouble.hidden = false;
    fill(this.trouble, icon("warn"), problem);
  }

  async follow() {
    clearTimeout(this.timer);
    const turn = (this.turn = (this.turn || 0) + 1);
    try {
      const said = await getJson(`/bwc/clips/${this.recording}`);
      if (turn !== this.turn) return; // asked before a clip was begun: it is not among them
      this.offerLists(said.lists);
      fill(this.list, ...said.jobs.map((job) => jobRow(job, `${clock(job.start, 1)} \u2013 ${clock(job.end, 1)}, ${title(job.kind)}`, () => this.stop(job))), ...said.clips.map((clip) => this.clip(clip)));
      if (!said.jobs.length && !said.clips.length) fill(this.list, h("li", { class: "faint" }, "None yet."));
      const busy = said.jobs.some(isBusy);
      if (busy && this.dialog.open) this.timer = setTimeout(() => this.follow(), POLL);
    } catch (error) {
      this.tell(error.message);
    }
  }

  clip(clip) {
    const at = (name) => `/bwc/clips/${this.recording}/${clip.number}/${encodeURIComponent(name)}`;
    const link = (name, text, extra) => h("a", { href: at(name), download: name, class: extra }, text);
    const { start: from, end: to, asked } = clip;
    const moved = typeof asked.start === "number" && (Math.abs(asked.start - from) > 0.002 || Math.abs(asked.end - to) > 0.002);
    const beside = clip.beside.map((name) => link(name, name.endsWith(".manifest.html") ? "manifest" : name.endsWith(".json") ? "manifest (JSON)" : name.slice(-3).toUpperCase(), "faint"));
    return h(
      "li",
      { class: "clip" },
      link(clip.name, `${clock(from, 3)} \u2013 ${clock(to, 3)}`, "main"),
      h("span", {}, `${title(clip.audio_only ? "sound" : clip.kind)}, ${fileSize(clip.size_bytes)}`),
      h("span", { class: "links" }, ...beside),
      h("span", { class: "faint", dir: "auto" }, `${clip.who}, ${utc(clip.at_utc)}${clip.why ? `: ${clip.why}` : ""}`),
      moved && h("span", { class: "faint" }, `asked for ${clock(asked.start, 3)} \u2013 ${clock(asked.end, 3)}`),
      h("span", { class: "faint notes" }, clip.remarks.join("; ")),
    );
  }

  async stop(job) {
    try {
      await stopClip(this.recording, job.job);
    } catch (error) {
      this.tell(error.message);
    }
    this.follow();
  }

  destroy() {
    this.turn = Infinity;
    clearTimeout(this.timer);
    clearTimeout(this.hinting);
  }
}

// "83.5", "1:23.5" or "0:01:23.500" -> 83.5; null: no time
export function seconds(text) {
  const parts = text.trim().split(":");
  if (parts.length > 3 || parts.some((part) => !/^\d+(\.\d+)?$/.test(part))) return null;
  const values = parts.map(Number);
  if (values.slice(1).some((value) => value >= 60)) return null;
  return values.reduce((sum, value) => sum * 60 + value, 0);
}

function title(kind) {
  return (KINDS.find(([value]) => value === kind)?.[1] || kind || "").toLowerCase();
}
