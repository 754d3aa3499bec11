// One finding in full: what was observed, how sure, why, and what people said of it.

import { getJson } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { clock, figure, length, percent, utc } from "./format.js";

const CHOICES = [
  ["confirmed", "Confirm", "C", "check"],
  ["dismissed", "Dismiss", "X", "cross"],
  ["unsure", "Unsure", "U", "query"],
];

export class Card {
  constructor(act) {
    this.body = h("div", { class: "scroll body", tabindex: "-1" });
    this.note = h("textarea", { rows: "1", maxlength: "4000", placeholder: "Note (W), kept with your next answer", "aria-label": "Note for the verdict" });
    this.note.addEventListener("keydown", (event) => event.key === "Escape" && this.note.blur());
    this.buttons = CHOICES.map(([verdict, title, key, picture]) =>
      h("button", { class: `verdict ${verdict}`, "aria-pressed": "false", "data-verdict": verdict, onclick: () => act.judge(verdict) }, icon(picture), title, h("kbd", {}, key)),
    );
    this.said = h("p", { class: "said" });
    this.earlier = h("ol", { class: "earlier faint" });
    this.answers = h("div", { class: "answers" }, this.note, h("div", { class: "buttons" }, ...this.buttons), this.said, this.earlier);
    this.hint = h("p", { class: "faint pad" }, "Choose a finding to see why it was marked and to answer it, or press ", h("kbd", {}, "N"), " for the next one.");
    this.root = h("article", { class: "card", "aria-label": "Finding in full" }, this.hint, this.body, this.answers);
    this.body.hidden = this.answers.hidden = true;
  }

  show(events, why, index, title, context = null) {
    this.root.hidden = !events.findings.id.length;
    this.hint.hidden = index >= 0;
    this.body.hidden = this.answers.hidden = index < 0;
    if (index < 0) return;
    if (this.index !== index) this.note.value = "";
    this.index = index;
    const found = events.findings;
    const span = `${clock(found.start[index], 1)} \u2013 ${clock(found.end[index], 1)}`;
    const outside = found.end[index] <= 0 || found.start[index] >= events.recording.duration;
    const who = [found.who[index], found.role[index]].filter(Boolean).join(", ");
    fill(
      this.body,
      h("h3", {}, title),
      h("p", { class: "facts" }, span, h("span", { class: "faint" }, ` ${length(found.end[index] - found.start[index])}`), who && ` \u00b7 ${who}`),
      h("p", { class: "summary", dir: "auto" }, found.summary[index]),
      found.text[index] && h("blockquote", { dir: "auto" }, found.text[index]),
      found.draft[index] && h("p", { class: "draft" }, "Draft words: listen first."),
      outside && h("p", { class: "faint" }, "This lies outside the recording."),
      context,
      sure(found.score[index]),
      reasons(why?.[found.id[index]]),
    );
    this.showVerdict(found, index);
  }

  showVerdict(found, index) {
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.verdict === found.verdict[index]));
    if (!found.verdict[index]) fill(this.said, h("span", { class: "faint" }, "Nobody has answered yet."));
    else fill(this.said, h("strong", {}, sentence(found.verdict[index])), ` by ${found.reviewer[index]}, ${utc(found.at_utc[index])}`, found.note[index] && h("q", { dir: "auto" }, found.note[index]));
    fill(this.earlier);
    if (found.verdict[index]) this.history(found.id[index], index);
  }

  async history(id, index) {
    try {
      const all = await getJson(`/bwc/verdicts/${id}`);
      if (this.index !== index) return;
      const rows = all.slice(0, -1).reverse();
      fill(this.earlier, ...rows.map((one) => h("li", {}, `Before: ${one.verdict} by ${one.reviewer}, ${utc(one.at_utc)}`, one.note && h("q", { dir: "auto" }, one.note))));
    } catch {
      // the newest verdict is on screen; the earlier ones can wait for the next look
    }
  }
}

function sentence(verdict) {
  return verdict.charAt(0).toUpperCase() + verdict.slice(1);
}

function sure(score) {
  return h(
    "div",
    { class: "sure", title: "How sure the detector is that this is on the recording; not how serious it is" },
    h("span", {}, "How sure"),
    h("meter", { min: "0", max: "1", value: score, "aria-label": "How sure the detector is" }),
    h("span", {}, percent(score)),
  );
}

function reasons(evidence) {
  if (evidence === undefined) return h("p", { class: "faint" }, "\u2026");
  const { why, rule, ...figures } = evidence;
  const rows = Object.entries(figures).map(([name, value]) => figure(name, value));
  return h(
    "div",
    { class: "why" },
    h("h4", {}, "Why"),
    why && h("p", { dir: "auto" }, String(why)),
    rows.length > 0 && h("dl", {}, ...rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", { dir: "auto" }, value)])),
    rule && h("p", { class: "rule faint", dir: "auto" }, `Rule: ${rule}`),
  );
}
