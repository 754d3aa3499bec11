// Beside the picture: what programs can find, the copy that is to be made, and the versions of the plan.

import { SOUNDS } from "./covering_inspect.js";
import { fill, h, icon } from "./dom.js";
import { clock, utc } from "./format.js";
import { fileSize, isBusy, jobRow } from "./job_row.js";

const JOBS = { covered: "Covered copy", faces: "Looking for faces" };

export class Panels {
  // act: {id, act(path, body), flush(), tell(text), left() -> stretches not looked at, stretch(), version()}
  constructor(act) {
    this.act = act;
    this.how = "tone";
    this.find = h("section", { class: "panel find", "aria-label": "Add what is to be covered" });
    this.make = h("section", { class: "panel make-copy", "aria-label": "Covered copy" });
    this.sheet = h("div", { class: "sheet" });
    this.versions = h("dialog", { class: "versions", "aria-label": "Versions of this plan" });
  }

  // mark: where a stretch of sound was begun, undefined: none
  know(said, remarks, mark) {
    this.said = said;
    this.found(remarks, mark);
    this.making();
  }

  focused(panel) {
    const { activeElement } = panel.getRootNode();
    return panel.contains(activeElement) && activeElement.matches("select, input");
  }

  found(remarks, mark) {
    const { said } = this;
    if (!said || this.focused(this.find)) return;
    const looking = said.jobs.some((job) => job.kind === "faces" && isBusy(job));
    const words = (what) => () => this.act.act("/bwc/redact/find", { ...what, cover: this.how });
    const how = h("select", { "aria-label": "What is heard instead", onchange: (event) => (this.how = event.target.value) }, ...SOUNDS.map(([value, text]) => h("option", { value, selected: value === this.how }, text)));
    const voice = (one) => `${one.voice.replace(/^v/, "Voice ")}${one.role ? `, ${one.role}` : ""}, ${one.turns} ${one.turns === 1 ? "turn" : "turns"} from ${clock(one.first)}`;
    const chosen = (event) => {
      const { value } = event.target;
      event.target.blur();
      if (value) words({ voice: value })();
    };
    const voices = said.voices.length > 0 && h("select", { "aria-label": "Cover one voice", onchange: chosen }, h("option", { value: "" }, "One voice \u2026"), ...said.voices.map((one) => h("option", { value: one.voice }, voice(one))));
    const key = h("kbd", { "aria-hidden": "true" }, "T");
    fill(this.find, h("h2", {}, "Find what is to be covered"),
      said.picture && h("p", {}, h("button", { disabled: !said.faces || looking, onclick: () => this.act.act("/bwc/redact/faces", {}) }, looking ? "Looking for faces\u2026" : "Look for faces"), !said.faces && h("span", { class: "faint" }, ` Not possible here: ${said.faces_why}. Draw them by hand.`)),
      said.sound && h("div", { class: "tools" }, h("button", { onclick: () => this.act.stretch(), title: "A stretch of sound begins, or ends, where the video stands (T)" }, mark === undefined ? "Sound: begins here" : `began at ${clock(mark, 1)}: ends here`, key), h("label", {}, "by ", how)),
      said.sound && (said.words ? h("div", { class: "tools" }, h("button", { onclick: words({ names: true }) }, "Spoken names"), h("button", { onclick: words({ numbers: true }) }, "Spoken numbers"), voices) : h("p", { class: "faint" }, "No transcript: names and numbers cannot be found. Mark them by hand.")),
      ...remarks.map((text) => h("p", { class: "draft" }, text)));
  }

  making() {
    if (this.focused(this.make) && this.running) return fill(this.running, ...this.jobs());
    const mark = h("input", { type: "checkbox", checked: this.marked, onchange: () => (this.marked = mark.checked) });
    const why = h("input", { type: "text", placeholder: "goes into the manifest and the log", maxlength: "500", value: this.why || "", oninput: () => (this.why = why.value) });
    this.running = h("ul", { class: "made", "aria-live": "polite" }, ...this.jobs());
    return fill(this.make, h("h2", {}, "Covered copy"),
      h("label", { class: "why" }, h("span", {}, "What for"), why),
      h("p", {}, h("label", {}, mark, " watermark (who, when, training copy)")),
      h("div", { class: "tools" }, h("button", { onclick: () => this.lookBefore() }, "Pictures as they will be"), h("button", { class: "make", onclick: () => this.order() }, "Make the covered copy")),
      this.running);
  }

  order() {
    const left = this.act.left();
    if (left && this.warned !== left) {
      this.warned = left;
      return this.act.tell(`${left} ${left === 1 ? "stretch was" : "stretches were"} not looked at (N goes through them). Press again to make the copy all the same.`);
    }
    return this.act.act("/bwc/redact", { watermark: Boolean(this.marked), why: this.why || "" });
  }

  jobs() {
    const { jobs, copies } = this.said;
    const stop = (job) => this.act.act("/bwc/redact/stop", { job: job.job });
    const name = (one) => one.file.split(/[/\\]/).at(-1);
    const copy = (one) => (one.there ? h("a", { href: `/bwc/redact/${this.act.id}/copy/${one.number}`, download: name(one), title: one.file }, name(one)) : h("span", { class: "faint", title: one.file }, `${name(one)}: not there any more`));
    return [...jobs.map((job) => jobRow(job, JOBS[job.kind] || job.kind, stop)), ...copies.map((one) => h("li", { class: "copied" }, copy(one), h("span", { class: "faint" }, fileSize(one.size))))];
  }

  async lookBefore() {
    if (!(await this.act.flush())) return;
    fill(this.sheet, h("p", { class: "faint", role: "status" }, "Pictures are being covered\u2026"));
    const image = h("img", { alt: "Covered pictures, each place framed", src: `/bwc/redact/${this.act.id}/preview?now=${Date.now()}` });
    image.addEventListener("load", () => {
      fill(this.sheet, h("h2", {}, "Pictures as the copy will have them (places framed)"), image);
      image.scrollIntoView({ block: "nearest" });
    });
    image.addEventListener("error", () => fill(this.sheet, h("p", { class: "trouble" }, icon("warn"), "No picture to look at: no place in the picture is covered, or the source is not where it was.")));
  }

  listVersions() {
    const again = (one) => () => (this.versions.close(), this.act.act("/bwc/redact/restore", { after: this.act.version(), version: one.number }));
    const rows = this.said.versions.map((one, n) => h("tr", {}, h("td", {}, String(one.number)), h("td", {}, utc(one.at_utc)), h("td", {}, one.who), h("td", {}, one.said), h("td", {}, n > 0 && h("button", { "aria-label": `Take up version ${one.number} again`, onclick: again(one) }, "Take up again"))));
    fill(this.versions, h("h2", {}, "Versions"), h("p", { class: "faint" }, "Every change is kept with who and when. None can be deleted; an older one can be taken up again."),
      rows.length ? h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Versions" }, h("table", {}, h("thead", {}, h("tr", {}, ...["No.", "When", "Who", "What", ""].map((text) => (text ? h("th", { scope: "col" }, text) : h("td", {}))))), h("tbody", {}, ...rows))) : h("p", {}, "None yet: nothing was changed."),
      h("button", { onclick: () => this.versions.close() }, "Close"));
    this.versions.showModal();
  }
}
