// A file of the pack in an editor: checked while it is typed, tried out on recordings, kept with a note.

import { getJson, post } from "./api.js";
import { trouble } from "./asked_page.js";
import { fill, h, icon } from "./dom.js";
import { clock } from "./format.js";

const PAUSE = 600; // milliseconds without a key after which the text is checked
const LINE = 20; // pixels: as in settings.css

export class PackEditor {
  constructor(page) {
    this.page = page;
    this.changed = false;
    this.text = h("textarea", { class: "code", spellcheck: "false", wrap: "off", autocomplete: "off", "aria-label": "Text of the policy pack", oninput: () => this.typed() });
    this.gutter = h("pre", { class: "gutter", "aria-hidden": "true" });
    this.text.addEventListener("scroll", () => (this.gutter.scrollTop = this.text.scrollTop));
    this.state = h("p", { class: "state", role: "status" });
    this.problems = h("ol", { class: "problems" });
    this.trial = h("div", { class: "trial" });
    this.note = h("input", { type: "text", maxlength: "500", placeholder: "Why: who asked for it, which order", "aria-label": "Note" });
    this.head = h("div", { class: "where" });
    this.acts = h("div", { class: "acts" });
    this.root = h("section", { class: "editor" }, this.head, h("div", { class: "sides" }, h("div", { class: "paper" }, this.gutter, this.text), h("div", { class: "beside" }, this.acts, this.state, this.problems, this.trial)));
    this.open();
  }

  async open() {
    const { asked } = this.page;
    const query = new URLSearchParams(asked.get("version") ? { version: asked.get("version") } : { file: asked.get("file") });
    try {
      this.file = await getJson(`/bwc/settings/text?${query}`);
      if (this.gone) return;
      this.draw();
    } catch (error) {
      this.drawHead("");
      this.tell(trouble(error), "bad");
    }
  }

  get old() {
    return this.page.asked.get("version");
  }

  drawHead(name) {
    fill(this.head, h("button", { class: "plain", onclick: () => this.page.leave() }, icon("back"), " Policy pack"), h("h2", {}, name));
  }

  draw() {
    const { file, page } = this;
    this.drawHead(this.old ? `${file.file}, version ${this.old} as it was kept` : file.file);
    this.text.value = page.kept ?? file.text;
    this.text.readOnly = !file.changeable;
    if (page.kept !== undefined) this.changed = true;
    page.kept = undefined;
    if (page.stub && file.changeable) this.append(page.stub);
    page.stub = "";
    this.count();
    if (file.changeable) {
      fill(this.acts, h("button", { onclick: () => this.tryOut() }, "Try it on recordings"), h("div", { class: "keep" }, this.note, h("button", { class: "make", "data-name": "keep", onclick: () => this.keep() }, "Keep")));
      this.check();
    } else {
      fill(this.acts, this.old && page.manages && h("button", { onclick: () => this.restore() }, "Begin a change from this text"));
      this.tell(this.old ? "This is what stood there. It cannot be changed." : "This file comes with the program, or your account only reads it.", "");
    }
  }

  // puts a table to change at the end, or its key into the table that stands there already, and marks the value
  append(stub) {
    const [header, ...rest] = stub.trimEnd().split("\n");
    const lines = this.text.value.replace(/\n*$/, "").split("\n");
    let at = lines.findIndex((line) => line.trim() === header);
    if (at < 0) {
      lines.push("", header);
      at = lines.length - 1;
    }
    const next = lines.findIndex((line, n) => n > at && /^\s*\[/.test(line));
    const end = next < 0 ? lines.length : next;
    const key = rest[0].split("=")[0].trim();
    let place = lines.findIndex((line, n) => n > at && n < end && line.split("=")[0].trim() === key);
    if (place < 0) {
      place = at + 1;
      lines.splice(place, 0, ...rest.filter((line) => !lines.slice(at + 1, end).some((one) => one.split("=")[0].trim() === line.split("=")[0].trim())));
    }
    this.text.value = `${lines.join("\n")}\n`;
    this.changed = this.text.value !== this.file.text;
    requestAnimationFrame(() => this.go({ file: this.file.file, line: place + 1 }));
  }

  restore() {
    this.page.kept = this.file.text;
    this.page.ask({ version: "", file: this.file.file }, { push: true, reload: false });
  }

  typed() {
    this.changed = this.text.value !== this.file.text;
    this.count();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.check(), PAUSE);
  }

  count() {
    const lines = this.text.value.split("\n").length;
    const wrong = new Set((this.found || []).filter((one) => one.file === this.file.file).map((one) => one.line));
    fill(this.gutter, ...Array.from({ length: lines }, (_, n) => h("span", { class: wrong.has(n + 1) ? "wrong" : "" }, `${n + 1}\n`)));
    this.gutter.scrollTop = this.text.scrollTop;
  }

  get body() {
    return { file: this.file.file, text: this.text.value };
  }

  async check() {
    const turn = (this.turn = (this.turn || 0) + 1);
    try {
      const said = await post("/bwc/manage/check", this.body);
      if (turn === this.turn && !this.gone) this.judged(said);
    } catch (error) {
      if (turn === this.turn) this.tell(trouble(error), "bad");
    }
  }

  judged({ problems, notes = [] }) {
    this.found = problems;
    this.count();
    const fix = problems.length === 1 && /give the changed pack another$/.test(problems[0].message) && problems[0].line;
    const button = this.acts.querySelector("[data-name=keep]");
    if (button) button.disabled = problems.length > 0 || !this.changed;
    fill(
      this.problems,
      ...problems.map((one) => h("li", {}, h("button", { class: "plain", onclick: () => this.go(one) }, one.line ? `${one.file}, line ${one.line}` : one.file), " ", one.message, fix && h("button", { onclick: () => this.raise(problems[0].line) }, "Raise the version"))),
      ...notes.map((text) => h("li", { class: "faint" }, `May be a slip: ${text}`)),
    );
    if (problems.length) this.tell(`${problems.length} ${problems.length === 1 ? "mistake" : "mistakes"}: it cannot be kept like this.`, "bad");
    else this.tell(this.changed ? "No mistakes. Not kept yet." : "No mistakes. This is what is in force.", "good");
  }

  go({ file, line }) {
    if (!line || file !== this.file.file) return;
    const lines = this.text.value.split("\n");
    const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    this.text.focus();
    this.text.setSelectionRange(from, from + lines[line - 1].length);
    this.text.scrollTop = Math.max(0, (line - 6) * LINE);
  }

  // version = "7" -> "8"; "2025-a" -> "2025-a.1"
  raise(line) {
    const lines = this.text.value.split("\n");
    lines[line - 1] = lines[line - 1].replace(/(["'])(.*?)\1/, (_, mark, version) => `${mark}${/^\d+$/.test(version) ? Number(version) + 1 : `${version}.1`}${mark}`);
    this.text.value = lines.join("\n");
    this.typed();
  }

  async tryOut() {
    fill(this.trial, h("p", { class: "faint" }, "Looking at recordings with both packs \u2026"));
    try {
      const said = await post("/bwc/manage/try", this.body);
      if (!this.gone) fill(this.trial, ...tried(said, this.page));
    } catch (error) {
      fill(this.trial);
      if (error.said?.problems) this.judged(error.said);
      else this.tell(trouble(error), "bad");
    }
  }

  async keep() {
    try {
      const kept = await post("/bwc/manage/keep", { ...this.body, base: this.file.sha256, note: this.note.value });
      this.changed = false;
      this.page.say(`Kept as version ${kept.pack.version}`);
      if (!this.gone) this.page.leave();
    } catch (error) {
      if (error.said?.problems) this.judged(error.said);
      else this.tell(trouble(error), "bad");
    }
  }

  tell(text, kind) {
    this.state.className = `state ${kind}`;
    fill(this.state, kind === "bad" ? icon("warn") : kind === "good" ? icon("check") : null, ` ${text}`);
  }
}

function tried({ trial, standing, words_again: words, roles_again: roles }, page) {
  const list = (title, counts) => h("div", {}, h("h4", {}, title), counts.length ? h("ul", {}, ...counts.map(([name, count]) => h("li", {}, h("b", {}, count), ` ${name}`))) : h("p", { class: "faint" }, "none"));
  const examples = (rows) => rows.length > 0 && h("ul", { class: "quotes" }, ...rows.map((one) => h("li", {}, h("q", { dir: "auto" }, one.text), h("span", { class: "faint" }, ` ${one.title} \u2013 `), h("a", { href: `/?${new URLSearchParams({ r: one.recording.slice(0, 16), t: Math.max(0, one.start - 1).toFixed(1) })}`, target: "_blank", rel: "noopener" }, `${one.file} at ${clock(one.start)}`), one.verdict && h("span", { class: "chip" }, "has a verdict"))));
  return [
    h("h3", {}, `Looked at ${trial.tried} of ${trial.of} recordings`, h("span", { class: "faint" }, ` in ${trial.seconds} s`)),
    h("p", {}, `${trial.stays} findings stay. Once it is kept, ${standing.findings} findings of ${standing.recordings} recordings are looked for again.`),
    list("Would come", trial.comes),
    examples(trial.coming),
    list("Would go", trial.goes),
    examples(trial.going),
    trial.verdicts_going > 0 && h("p", { class: "problem" }, icon("warn"), `${trial.verdicts_going} of those that go have a person's verdict. Verdicts are kept; the findings are retired.`),
    words && h("p", { class: "problem" }, icon("warn"), "The expected words change: they are used when words are recognised, so only a new analysis shows what they do."),
    roles && h("p", { class: "problem" }, icon("warn"), "The words that tell officers from others change: who counts as an officer is decided by an analysis, so only a new one shows what they do."),
    h("p", { class: "faint" }, "Tried on single recordings: what several cameras of an incident heard together is not in these numbers."),
  ];
}
