// Camera use on the page of a recording or an incident: a line that says how much was observed, opened for all of it.

import { getJson } from "./api.js";
import { add, fill, h, plainClick } from "./dom.js";
import { backTo, callInFull, heading, keepState } from "./use_call.js";

export class UsePanel {
  // source: the address of its data; act: {seek(recording, time), goTo(where), say(text)}
  constructor(source, act) {
    this.source = source;
    this.act = act;
    this.line = h("summary", {}, h("strong", {}, "Camera use"), h("span", { class: "faint" }, " \u2026")); // one line from the start: nothing below it moves
    this.trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    this.calls = h("div", { class: "calls-of" });
    this.root = h("details", { class: "use", ontoggle: () => this.root.open && this.draw() }, this.line, this.trouble, this.calls);
  }

  async load() {
    try {
      const said = await getJson(this.source);
      if (this.gone) return;
      this.said = said;
      this.tell();
      if (this.root.open) this.draw();
    } catch (error) {
      if (this.gone) return;
      this.said = null;
      fill(this.line, h("strong", {}, "Camera use"), " ", h("span", { class: "faint" }, error.message || "not answered"));
    }
  }

  tell() {
    const { calls, why_none: none } = this.said;
    const found = calls.flatMap((call) => call.findings);
    const open = found.filter((one) => one.state === "to look at").length;
    const counted = (number, one, more) => `${number} ${number === 1 ? one : more}`;
    const text = none || `${counted(found.length, "observation", "observations")}${found.length ? `, ${open} to look at` : ""}; ${[...new Set(calls.map((call) => call.title))].join(", ")}, ${counted(new Set(calls.map((call) => call.officer)).size, "officer", "officers")}${this.said.other_units ? `; ${this.said.other_units} more of other units` : ""}`;
    fill(this.line, h("strong", {}, "Camera use"), h("span", { class: "faint", dir: "auto", title: text }, ` ${text}`));
  }

  // drawn only when it is opened: a call has a line of time, and a long incident has many
  draw() {
    if (!this.said || this.drawn === this.said) return;
    this.drawn = this.said;
    const drawn = this.said.calls.map((call) => this.call(call));
    fill(this.calls, ...drawn.map(({ root }) => root));
    for (const { timeline } of drawn) timeline.draw();
    if (!drawn.length) add(this.calls, [h("p", { class: "faint" }, this.said.why_none)]);
  }

  call(call) {
    const { act } = this;
    const open = (recording, time) => act.seek(recording, time);
    const link = (recording, time, text) => h("a", { href: `/?r=${recording.slice(0, 16)}&t=${Math.max(0, time).toFixed(1)}`, onclick: (event) => plainClick(event) && act.seek(recording, Math.max(0, time)) }, text);
    const keep = (finding, state, reason, category) => this.keep(call, finding, { state, reason, category });
    const { parts, timeline } = callInFull(call, this.said, { open, link, keep: this.said.may_state && keep });
    const where = { a: "1", ...call.audit, list: "all", key: call.key };
    const audit = this.said.may_state && h("a", { href: `/?${new URLSearchParams(where)}`, onclick: (event) => plainClick(event) && act.goTo(where) }, "In the camera audit");
    const root = h("section", { class: "of-call", "data-call": call.key }, heading(call, audit));
    add(root, parts);
    return { root, timeline };
  }

  async keep(call, finding, judged) {
    if (this.keeping) return;
    this.keeping = true;
    try {
      await keepState(this.said.period, call, finding, judged);
      this.trouble.hidden = true;
      await this.load();
      backTo(this.calls, finding.id);
      this.act.say(`Kept: ${finding.title} is ${judged.state}`);
    } catch (error) {
      fill(this.trouble, error.message);
      this.trouble.hidden = false;
      this.trouble.scrollIntoView({ block: "nearest" });
    } finally {
      this.keeping = false;
    }
  }
}
