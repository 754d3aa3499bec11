// Debrief reels: a list of clips, put in order, given words, looked at, and made into one film with a page.

import { keepAddress } from "./address.js";
import { getJson, post } from "./api.js";
import { seconds } from "./clips.js";
import { fill, h, icon, isDark } from "./dom.js";
import { clock, length } from "./format.js";
import { fileSize, isBusy, jobRow } from "./job_row.js";
import { Saving } from "./saving.js";

const POLL = 1000;
const AS_PLANNED = "as planned.toml";
const CAPTIONS = [["burned in", "burned into the picture"], ["track", "as a track"], ["none", "none"]];
const SIZES = [["1280x720", "1280 \u00d7 720"], ["1920x1080", "1920 \u00d7 1080"], ["640x360", "640 \u00d7 360 (small)"]];

const field = (label, control, more = {}) => h("label", more, h("span", {}, label), control);
const select = (label, rows, value, does) => h("select", { "aria-label": label, onchange: (event) => does(event.target.value) }, ...rows.map(([one, text]) => h("option", { value: one, selected: one === value }, text)));

class Reels {
  constructor(host, component) {
    this.bar = h("div", { class: "tools" });
    this.trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    this.body = h("div", { class: "list" }, h("p", { class: "faint" }, "Reading the lists\u2026"));
    this.fresh = h("dialog", { class: "fresh", "aria-label": "New list" });
    this.root = h("div", { class: "bwc reels" }, this.trouble, this.bar, this.body, this.fresh);
    host.append(this.root);
    this.chosen = 0;
    this.saving = new Saving(() => this.send(), () => this.told());
    this.update(component);
    this.start(component.data.chosen);
  }

  update(component) {
    this.component = component;
    this.root.dataset.theme = isDark(this.root) ? "dark" : "light";
  }

  async ask(what) {
    try {
      const said = await what();
      this.trouble.hidden = true;
      return said;
    } catch (error) {
      fill(this.trouble, icon("warn"), error.status === 412 ? `${error.message}: choose the list again to see it as it is now.` : error.message);
      this.trouble.hidden = false;
      return null;
    }
  }

  async start(wanted) {
    this.all = await this.ask(() => getJson("/bwc/reel"));
    if (!this.all) return;
    const name = this.all.lists.includes(wanted) ? wanted : this.all.lists[0];
    if (name) await this.open(name);
    else this.empty();
    this.top();
    this.root.dataset.ready = "true";
  }

  async open(name) {
    const turn = (this.turn = (this.turn || 0) + 1);
    if (!(await this.saving.flush())) return;
    const said = await this.ask(() => getJson(`/bwc/reel/list/${encodeURIComponent(name)}`));
    if (!said || turn !== this.turn) return; // another list was chosen meanwhile
    this.chosen = 0;
    this.know(said);
    this.address();
    this.top();
  }

  address() {
    keepAddress("clips", new URLSearchParams({ clips: "1", reel: this.list.name }));
  }

  know(said) {
    this.list = said;
    this.reel = said.reel;
    this.saving.dirty = false;
    this.told();
    this.draw();
    this.follow();
  }

  // ---- the bar: which list

  top() {
    const lists = this.all.lists;
    fill(this.bar,
      lists.length > 0 && select("List", lists.map((name) => [name, name]), this.list?.name, (name) => this.open(name)),
      h("button", { onclick: () => this.begin() }, "New list\u2026"),
      this.list && h("button", { onclick: () => this.begin(this.list.name), title: "The same clips under another name, to be changed there" }, "Use again\u2026"),
      (this.state = h("span", { class: "faint state", role: "status" })));
    this.told();
  }

  told() {
    const { sending, dirty, busy } = this.saving;
    this.root.dataset.saved = busy ? "no" : "yes";
    if (this.state) fill(this.state, sending ? "Saving\u2026" : dirty ? "Not saved yet" : this.list ? "Saved" : "");
  }

  empty() {
    this.list = null;
    fill(this.body, h("p", { class: "faint" }, "No list yet. Begin one here, or mark a stretch on a recording (I, O, then E) and put it into a list there."));
  }

  begin(like = "") {
    const name = h("input", { type: "text", maxlength: "60", required: true, value: like ? `${like} again` : "" });
    const label = h("select", {}, h("option", { value: "" }, "nothing: clips are added one by one"), ...this.all.confirmed.map((one) => h("option", { value: one.label }, `${one.title} (${one.count} confirmed)`)));
    const beside = h("input", { type: "checkbox" });
    const trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    const form = h("form", { onsubmit: (event) => (event.preventDefault(), send()) },
      field("Name of the list", name),
      !like && field("Begin it with confirmed findings of", label),
      !like && this.all.confirmed.length > 0 && h("label", { class: "check" }, beside, " two cameras side by side where the incident has them"),
      trouble, h("div", { class: "tools" }, h("button", { type: "submit", class: "go" }, "Begin the list"), h("button", { type: "button", onclick: () => this.fresh.close() }, "Close")));
    const send = async () => {
      try {
        if (!(await this.saving.flush())) return;
        const said = await post("/bwc/reel/begin", { name: name.value, like, label: label.value, beside: beside.checked });
        this.fresh.close();
        this.all.lists = [...new Set([...this.all.lists, said.name])].sort();
        this.chosen = 0;
        this.know(said);
        this.address();
        this.top();
      } catch (error) {
        fill(trouble, icon("warn"), error.message);
        trouble.hidden = false;
      }
    };
    fill(this.fresh, h("h2", {}, like ? `Use ${like} again` : "New list"), form);
    this.fresh.showModal();
  }

  // ---- changes

  change(change) {
    Object.assign(this.reel, change);
    this.saving.touch();
  }

  clips(clips, chosen = this.chosen) {
    this.chosen = Math.max(0, Math.min(clips.length - 1, chosen));
    this.change({ clip: clips });
    this.draw();
  }

  set(n, change) {
    this.change({ clip: this.reel.clip.map((clip, m) => (m === n ? { ...clip, ...change } : clip)) });
    this.rows();
  }

  async send() {
    const sent = this.reel;
    const clips = sent.clip;
    const said = await this.ask(() => post("/bwc/reel/save", { name: this.list.name, sha256: this.list.sha256, reel: sent }));
    if (!said) return false;
    this.list = { ...said, reel: this.reel };
    // what the program knows of the clips; words that somebody is typing stay
    this.reel.clip = this.reel.clip.map((clip, n) => {
      const { name, duration, problem, others, planned, redaction, beside_redaction } = said.reel.clip[clips.indexOf(clip)] || {};
      return name === undefined ? clip : Object.assign(clip, { name, duration, problem, others, planned, redaction, beside_redaction });
    });
    this.rows();
    this.earlier();
    return true;
  }

  move(n, by) {
    const clips = [...this.reel.clip];
    const [clip] = clips.splice(n, 1);
    clips.splice(n + by, 0, clip);
    this.clips(clips, n + by);
    this.listed.querySelectorAll("li")[n + by]?.querySelector(by < 0 ? ".up" : ".down")?.focus();
  }

  // ---- what is drawn

  draw() {
    this.listed = h("ol", { class: "clips" });
    this.past = h("details", { class: "adding past", open: this.pastOpened, ontoggle: (event) => (this.pastOpened = event.target.open) });
    this.editor = h("section", { class: "panel editor", "aria-label": "Clip" });
    this.making = h("section", { class: "panel", "aria-label": "Reel and page" });
    const { reel } = this;
    const title = h("input", { type: "text", maxlength: "200", value: reel.title, oninput: () => this.change({ title: title.value }) });
    const about = h("textarea", { rows: "2", oninput: () => this.change({ about: about.value }) });
    about.value = reel.about;
    fill(this.body, h("div", { class: "two" }, h("div", {}, field("Title of the reel", title), field("What it is about (on its page)", about), this.listed, this.adding(), this.past, this.making), this.editor));
    this.rows();
    this.edit();
    this.made();
    this.earlier();
  }

  // every version of the list that was saved; an earlier one can be taken up again, which makes it the next one
  earlier() {
    const versions = this.list.versions || [];
    this.past.hidden = versions.length < 2;
    fill(this.past, h("summary", {}, "Earlier versions"),
      h("ul", { class: "made" }, ...versions.map((one, n) => h("li", {}, h("span", {}, `${one.version}. ${one.said}`), h("span", { class: "faint" }, `${one.who}, ${new Date(one.at).toLocaleString()}`), n > 0 ? h("button", { onclick: () => this.takeUp(one.version), "aria-label": `Take up version ${one.version} again` }, "Take up again") : h("span", { class: "faint" }, "as it is now")))));
  }

  async takeUp(version) {
    if (!(await this.saving.flush())) return;
    const said = await this.ask(() => post("/bwc/reel/earlier", { name: this.list.name, sha256: this.list.sha256, version }));
    if (!said) return;
    this.chosen = 0;
    this.know(said);
  }

  rows() {
    const clips = this.reel.clip;
    const button = (text, label, does, more) => h("button", { "aria-label": label, title: label, onclick: does, ...more }, text);
    fill(this.listed, ...clips.map((clip, n) => h("li", { class: n === this.chosen ? "chosen" : "" },
      h("button", { class: "name", "aria-current": n === this.chosen ? "true" : null, onclick: () => ((this.chosen = n), this.rows(), this.edit()) }, h("strong", { dir: "auto" }, `${n + 1}. ${clip.title || clip.label || "clip"}`), h("span", { class: "faint", dir: "auto" }, clip.problem || `${clip.name}, ${clock(clip.start, 1)} \u2013 ${clock(clip.end, 1)} (${length(clip.end - clip.start)})${clip.beside ? ", side by side" : ""}${clip.redaction ? ", covered" : ""}`)),
      button("\u2191", `Clip ${n + 1} earlier`, () => this.move(n, -1), { class: "up", disabled: n === 0 }),
      button("\u2193", `Clip ${n + 1} later`, () => this.move(n, 1), { class: "down", disabled: n === clips.length - 1 }),
      button(icon("cross"), `Leave clip ${n + 1} out`, () => this.clips(clips.filter((_, m) => m !== n), n)))),
      !clips.length && h("li", { class: "faint" }, "No clip yet."));
  }

  adding() {
    const recordings = this.all.recordings;
    if (!recordings.length) return h("p", { class: "faint" }, "No recording of this store has picture or sound.");
    const which = h("select", { "aria-label": "Recording" }, ...recordings.map((one) => h("option", { value: one.id }, one.name)));
    const [from, to] = ["From", "To"].map((text) => h("input", { type: "text", inputmode: "decimal", placeholder: text === "From" ? "0:12.5" : "0:40", "aria-label": text }));
    const add = () => {
      const [start, end] = [seconds(from.value), seconds(to.value)];
      const known = recordings.find((one) => one.id === which.value);
      if (start === null || end === null || end <= start || start >= known.duration) {
        fill(this.trouble, icon("warn"), `Times are seconds (83.5) or m:ss.s within ${clock(known.duration)}, and the end comes after the start.`);
        this.trouble.hidden = false;
        return;
      }
      this.trouble.hidden = true;
      const clip = { recording: known.id, start, end: Math.min(end, known.duration), finding: "", label: "", title: "", clause: "", beside: "", sound: "first", redaction: "", beside_redaction: "", look_for: "", questions: [], notes: "", name: known.name, duration: known.duration, others: [], planned: 0, problem: "" };
      this.clips([...this.reel.clip, clip], this.reel.clip.length);
    };
    return h("details", { class: "adding", open: this.opened, ontoggle: (event) => (this.opened = event.target.open) }, h("summary", {}, "Add a clip"), h("div", { class: "tools" }, which, from, h("span", {}, "to"), to, h("button", { onclick: add }, "Add")), h("p", { class: "faint" }, "Or on a recording: mark a stretch, or choose a finding, press E, and put it into this list."));
  }

  edit() {
    const clip = this.reel.clip[this.chosen];
    this.stopped?.();
    if (!clip) return fill(this.editor, h("p", { class: "faint" }, "Add a clip first."));
    const n = this.chosen;
    const text = (name, label, rows) => {
      const box = h("textarea", { rows, oninput: () => this.set(n, { [name]: name === "questions" ? box.value.split("\n").map((line) => line.trim()).filter(Boolean) : box.value }) });
      box.value = name === "questions" ? clip.questions.join("\n") : clip[name];
      return field(label, box);
    };
    const title = h("input", { type: "text", maxlength: "200", value: clip.title, placeholder: clip.label || "", oninput: () => this.set(n, { title: title.value }) });
    const edge = (name) => {
      const box = h("input", { type: "text", inputmode: "decimal", value: clock(clip[name], 2), onchange: () => {
        const at = seconds(box.value);
        const next = { ...this.reel.clip[n], [name]: at };
        const right = at !== null && next.start < next.end && next.start < clip.duration;
        box.setAttribute("aria-invalid", String(!right));
        if (right) this.set(n, { [name]: at });
      } });
      return field(name === "start" ? "From" : "To", box);
    };
    const others = clip.others || [];
    fill(this.editor,
      h("h2", { dir: "auto" }, `Clip ${n + 1}: ${clip.name || ""}`),
      clip.problem ? h("p", { class: "problem" }, icon("warn"), clip.problem) : this.preview(n),
      h("div", { class: "fields" }, field("Title on its card", title), h("div", { class: "edges" }, edge("start"), edge("end"))),
      h("div", { class: "fields" },
        others.length > 0 && field("Side by side with", select("Side by side with", [["", "no other camera"], ...others.map((one) => [one.recording, one.name])], clip.beside, (beside) => (this.set(n, beside ? { beside } : { beside, sound: "first", beside_redaction: "" }), this.edit()))),
        clip.beside && field("Sound of", select("Sound of", [["first", "this camera"], ["second", "the other camera"]], clip.sound, (sound) => (this.set(n, { sound }), this.edit()))),
        this.cover(n, "redaction", clip.beside ? "This camera is" : "Covered", clip.planned), clip.beside && this.cover(n, "beside_redaction", "The other camera is", others.find((one) => one.recording === clip.beside)?.planned)),
      text("look_for", "What to look for", "2"), text("questions", "Questions, one in each line", "3"), text("notes", "Notes for the speaker", "2"),
      h("p", {}, h("a", { href: `?r=${clip.recording}&t=${clip.start}${clip.finding ? `&f=${clip.finding}` : ""}`, target: "_blank", rel: "noopener" }, "Open the recording there"), "  ", h("a", { href: `?x=${clip.recording}`, target: "_blank", rel: "noopener" }, "Cover faces, places, names")));
    return undefined;
  }

  cover(n, name, label, planned) {
    const clip = this.reel.clip[n];
    const rows = [["", "not covered"]];
    if (clip[name] && clip[name] !== AS_PLANNED) rows.push([clip[name], `covered: ${clip[name].replace(/\.toml$/, "").replace(/^plan of \w+ /, "")}`]);
    if (planned) rows.push([AS_PLANNED, `covered as planned now (version ${planned})`]);
    return field(label, select(label, rows, clip[name], (value) => this.set(n, { [name]: value })));
  }

  // the clip as it is recorded, the other camera beside it in step; covers, card and captions come with the film
  preview(n) {
    const clip = () => this.reel.clip[n];
    const video = (recording, kind, label) => h("video", { src: `/bwc/media/${recording}/${kind}`, preload: "metadata", playsinline: true, "aria-label": label });
    const first = video(clip().recording, "review", "This camera");
    const other = (clip().others || []).find((one) => one.recording === clip().beside);
    const second = other && video(other.recording, clip().sound === "second" ? "review" : "silent", "The other camera");
    first.muted = clip().sound === "second";
    const play = h("button", { onclick: () => toggle() }, icon("play"), " Play the clip");
    const now = h("span", { class: "faint now" });
    const step = () => {
      if (second && Math.abs(second.currentTime - first.currentTime - other.offset) > 0.15) second.currentTime = Math.max(0, first.currentTime + other.offset);
    };
    const tick = () => {
      now.textContent = `${clock(Math.max(0, first.currentTime - clip().start), 1)} / ${clock(clip().end - clip().start, 1)}`;
      if (first.currentTime >= clip().end - 0.02 && !first.paused) rest();
      if (!first.paused) {
        step();
        this.frame = requestAnimationFrame(tick);
      }
    };
    const rest = () => {
      first.pause();
      second?.pause();
      fill(play, icon("play"), " Play the clip");
    };
    const toggle = () => {
      if (!first.paused) return rest();
      if (first.currentTime < clip().start - 0.05 || first.currentTime >= clip().end - 0.1) first.currentTime = clip().start;
      step();
      fill(play, icon("pause"), " Pause");
      second?.play().catch(() => undefined);
      return first.play().then(tick, rest);
    };
    first.addEventListener("loadedmetadata", () => ((first.currentTime = clip().start), tick()), { once: true });
    second?.addEventListener("loadedmetadata", step, { once: true });
    first.addEventListener("error", () => fill(now, "There is no copy to play here; the film is made from the recording itself."));
    this.stopped = () => (rest(), cancelAnimationFrame(this.frame));
    return h("div", { class: "preview" }, h("div", { class: "screens" }, first, second), h("div", { class: "tools" }, play, now));
  }

  made() {
    const { reel } = this;
    const check = (name, text) => {
      const box = h("input", { type: "checkbox", checked: reel[name], onchange: () => this.change({ [name]: box.checked }) });
      return h("label", { class: "check" }, box, ` ${text}`);
    };
    const card = h("input", { type: "number", min: "0", max: "30", step: "0.5", value: reel.card, onchange: () => card.checkValidity() && this.change({ card: Number(card.value) }) });
    const size = `${reel.width_px}x${reel.height_px}`;
    const sizes = SIZES.some(([one]) => one === size) ? SIZES : [[size, size.replace("x", " \u00d7 ")], ...SIZES];
    const why = h("input", { type: "text", maxlength: "500", placeholder: "goes into the manifest and the log" });
    const inside = h("input", { type: "checkbox" });
    this.running = h("ul", { class: "made", "aria-live": "polite" });
    fill(this.making, h("h2", {}, "Reel and debrief page"),
      h("div", { class: "fields" }, field("Captions", select("Captions", CAPTIONS, reel.captions, (captions) => this.change({ captions }))), field("Picture", select("Picture", sizes, size, (value) => { const [width_px, height_px] = value.split("x").map(Number); this.change({ width_px, height_px }); })), field("Seconds of a card", card), field("What for", why)),
      h("div", { class: "checks" }, check("clauses", "the policy\u2019s clause below the picture"), check("names", "names of officers"), check("watermark", "watermark (who, when, training copy)"), h("label", { class: "check" }, inside, " the film inside of the page")),
      h("div", { class: "tools" }, h("button", { class: "go", onclick: () => this.make(inside.checked, why.value) }, "Make reel and page")), this.running);
    this.jobs();
  }

  async make(inside, why) {
    if (!(await this.saving.flush())) return;
    const said = await this.ask(() => post("/bwc/reel/make", { name: this.list.name, inside, why }));
    if (said) this.progress(said);
  }

  progress(said) {
    if (said.name !== this.list?.name) return; // asked of the list that was open before
    this.list = { ...this.list, jobs: said.jobs, films: said.films };
    this.jobs();
    this.follow();
  }

  jobs() {
    const stop = async (job) => {
      const said = await this.ask(() => post("/bwc/reel/stop", { name: this.list.name, job: job.job }));
      if (said) this.progress(said);
    };
    const films = this.list.films.map((film) => h("li", { class: "film" }, h("a", { href: `/bwc/exports/${film.number}/file`, download: film.file }, film.file), h("span", { class: "faint" }, `${film.kind === "reel" ? "film" : "page"}, ${fileSize(film.size)}`)));
    fill(this.running, ...this.list.jobs.map((job) => jobRow(job, "Reel", stop)), ...films, films.length > 1 && h("li", { class: "faint" }, "Keep film and page in one folder: the page plays the film that lies beside it."));
  }

  follow() {
    clearTimeout(this.timer);
    if (!this.list.jobs.some(isBusy)) return;
    this.timer = setTimeout(async () => {
      if (!this.root.isConnected) return;
      const said = await this.ask(() => getJson(`/bwc/reel/list/${encodeURIComponent(this.list.name)}`));
      if (said) this.progress(said);
    }, POLL);
  }
}

const SHOWN = new WeakMap();

// never taken down by a run of the page: words that somebody typed a moment ago are still to be saved
export default function mount(component) {
  const host = component.parentElement;
  const there = SHOWN.get(host);
  if (there?.root.isConnected) there.update(component);
  else SHOWN.set(host, new Reels(host, component));
}
