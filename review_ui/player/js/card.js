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
    this.body = h("div", { class: "scroll body", tabindex: "0", role: "region", "aria-label": "What was found and why" });
    this.note = h("textarea", { rows: "1", maxlength: "4000", placeholder: "Note (W), kept with your next answer", "aria-label": "Note for the verdict" });
    this.note.addEventListener("keydown", (event) => event.key === "Escape" && this.note.blur());
    this.buttons = CHOICES.map(([verdict, title, key, picture]) =>
      h("button", { class: `verdict ${verdict}`, "aria-pressed": "false", "data-verdict": verdict, onclick: () => act.judge(verdict) }, icon(picture), title, h("kbd", {}, key)),
    );
    this.right = h("input", { type: "checkbox" });
    this.speaker = h("label", { class: "right", hidden: true }, this.right, h("span", {}, " The speaker is right, too", h("kbd", {}, "S")), h("span", { class: "faint" }, "else it counts nowhere"));
    this.back = h("button", { type: "button", class: "takeback", hidden: true, onclick: () => act.takeBack() }, "Take back ", h("kbd", {}, "T"));
    this.told = h("p", { class: "said" });
    this.earlier = h("ol", { class: "earlier faint", "aria-label": "Earlier answers" });
    this.answers = h("div", { class: "answers" }, this.note, this.speaker, h("div", { class: "buttons" }, ...this.buttons), this.told, this.back, this.earlier);
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

  // of the whole recording: whose session this is, which kinds need the speaker confirmed, and for which that was done
  know(work) {
    this.me = work.me;
    this.adverse = new Set(work.adverse);
    this.confirmed = new Set(work.speakers);
    if (this.found && this.index >= 0) this.showVerdict(this.found, this.index);
  }

  needsSpeaker(found, index) {
    return Boolean(this.adverse?.has(found.label[index]));
  }

  speakerRight() {
    return !this.speaker.hidden && this.right.checked;
  }

  turnSpeaker() {
    if (!this.speaker.hidden) this.right.checked = !this.right.checked;
  }

  // what was kept of an answer
  keptAnswer(id, kept) {
    if (kept.speaker && kept.verdict === "confirmed") this.confirmed?.add(id);
    else this.confirmed?.delete(id);
  }

  tookBack(id, counts) {
    if (!counts.speaker) this.confirmed?.delete(id);
  }

  showVerdict(found, index) {
    this.found = found;
    const verdict = found.verdict[index];
    const needs = this.needsSpeaker(found, index);
    this.speaker.hidden = !needs;
    this.right.checked = needs && Boolean(this.confirmed?.has(found.id[index]));
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.verdict === verdict));
    this.back.hidden = !verdict || found.reviewer[index] !== this.me;
    const waits = needs && verdict === "confirmed" && !this.confirmed?.has(found.id[index]);
    if (!verdict) fill(this.told, h("span", { class: "faint" }, "Nobody has answered yet."));
    else fill(this.told, h("strong", {}, sentence(verdict)), ` by ${found.reviewer[index]}, ${utc(found.at_utc[index])}`, waits && h("span", { class: "problem" }, "the speaker is not confirmed: counts in no record yet"), found.note[index] && h("q", { dir: "auto" }, found.note[index]));
    fill(this.earlier);
    this.history(found, index);
  }

  async history(found, index) {
    const turn = (this.turn = (this.turn || 0) + 1);
    try {
      const all = await getJson(`/bwc/verdicts/${found.id[index]}`);
      if (this.turn !== turn) return;
      const now = found.at_utc[index];
      const rows = all.filter((one) => !found.verdict[index] || one.at_utc !== now || one.verdict !== found.verdict[index]).reverse();
      this.earlier.tabIndex = rows.length ? 0 : -1; // a long list scrolls, also by keyboard
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
  if (score === null) return h("p", { class: "faint" }, "How sure: not told");
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
