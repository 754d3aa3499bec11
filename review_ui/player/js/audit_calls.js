// The calls of a group on the left, one call with its line of time and its observations on the right.

import { keepAddress } from "./address.js";
import { getJson, postState } from "./api.js";
import { lasting, share } from "./audit_format.js";
import { Timeline } from "./audit_timeline.js";
import { fill, h, icon } from "./dom.js";
import { utc } from "./format.js";

const LISTS = { all: "All", with: "With video", without: "Without video", "not-told": "Cannot be told", "left-out": "Left out" };
const NEED_A_REASON = new Set(["justified", "not applicable"]);
const STATE_ABOUT = {
  "to look at": "Nobody has said anything of it yet",
  justified: "It was so, and there was a good reason",
  confirmed: "It was so",
  "not applicable": "It was not so, or the camera did not have to be on",
};

export class Calls {
  constructor(audit) {
    this.audit = audit;
    this.said = audit.said;
    this.head = h("div", { class: "head" });
    this.list = h("ol", { class: "calls", "aria-label": "Calls" });
    this.more = h("div", { class: "more" });
    this.detail = h("div", { class: "detail" }, h("p", { class: "faint" }, "\u2026"));
    this.trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    this.root = h("section", { class: "drill" }, this.head, this.trouble, h("div", { class: "two" }, h("div", { class: "left" }, this.list, this.more), this.detail));
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.drawHead();
    this.load();
  }

  get group() {
    const name = this.audit.asked.get("group") || "";
    return this.said.groups.find((one) => one.group === name) || this.said.whole;
  }

  query(extra = {}) {
    const query = this.audit.scope;
    const { asked } = this.audit;
    if (asked.has("group")) query.set("group", asked.get("group"));
    for (const name of ["list", "kind", "state"]) if (asked.get(name) && asked.get(name) !== "all") query.set(name, asked.get(name));
    for (const [name, value] of Object.entries(extra)) query.set(name, value);
    return query;
  }

  drawHead() {
    const { asked } = this.audit;
    const { group, said } = this;
    const whole = !asked.has("group");
    const title = said.groupings.find(([name]) => name === said.grouping)[1].toLowerCase();
    const counts = { all: group.cases, with: group.with, without: group.without, "not-told": group.not_told, "left-out": group.left_out };
    const now = asked.get("kind") || asked.get("state") ? "" : asked.get("list") || "all";
    const tab = (name) => h("button", { class: name === now ? "tab now" : "tab", "aria-pressed": name === now ? "true" : "false", onclick: () => this.audit.ask({ list: name, kind: "", state: "", key: "" }, { reload: false }) }, `${LISTS[name]} `, h("b", {}, counts[name]));
    const pick = (name, first, options) => h("select", { "aria-label": first, "data-name": `drill-${name}`, onchange: (event) => this.audit.ask({ [name]: event.target.value, list: event.target.value || asked.get("kind") || asked.get("state") ? "" : "all", key: "" }, { reload: false }) }, h("option", { value: "" }, first), ...options.map(([value, text]) => h("option", { value, selected: asked.get(name) === value }, text)));
    const kinds = said.kinds.map(([kind, text]) => [kind, `${text} (${group.kinds[kind][0]})`]);
    const states = said.states.map((state) => [state, `${state} (${group.states[state]})`]);
    const chosen = asked.get("kind") && group.kinds[asked.get("kind")];
    fill(
      this.head,
      h("div", { class: "where" }, h("button", { class: "plain", onclick: () => this.audit.back() }, icon("back"), ` All by ${title}`), h("h2", {}, whole ? "All calls" : group.title), h("span", { class: "faint" }, `${share(group.activated && group.activated[0])} with video, ${share(group.coverage)} of the required time covered`)),
      h("div", { class: "tabs" }, ...Object.keys(LISTS).filter((name) => counts[name] || name === "all").map(tab), pick("kind", "Any observation", kinds), pick("state", "In any state", states)),
      chosen && chosen[0] > 0 && h("p", { class: "faint" }, `${chosen[0]} ${chosen[0] === 1 ? "observation" : "observations"}, median ${lasting(chosen[1])}, longest ${lasting(chosen[2])}.`),
    );
  }

  async load(from = 0) {
    try {
      const said = await getJson(`/bwc/audit/calls?${this.query({ from })}`);
      if (this.gone || (from && from !== this.rows.length)) return; // pressed twice: these are here already
      this.rows = from ? [...this.rows, ...said.rows] : said.rows;
      this.total = said.total;
      this.drawList();
      const key = this.audit.asked.get("key");
      const at = Math.max(0, this.rows.findIndex((row) => row.key === key));
      if (!from && this.rows.length) this.choose(at, { quiet: true });
      if (!this.rows.length) fill(this.detail);
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error) {
    if (this.gone) return;
    fill(this.trouble, icon("warn"), error.message);
    this.trouble.hidden = false;
  }

  drawList() {
    const whose = this.said.grouping !== "officer" || !this.audit.asked.has("group");
    fill(this.list, ...this.rows.map((row, n) => h("li", {}, h("button", { class: "call", "data-key": row.key, onclick: () => this.choose(n) }, ...this.line(row, whose)))));
    if (!this.rows.length) fill(this.list, h("li", { class: "faint" }, "No call fits."));
    const left = this.total - this.rows.length;
    fill(this.more, left > 0 && h("button", { onclick: () => this.load(this.rows.length) }, `${left} more`));
  }

  line(row, whose) {
    const seen = row.observed.map(([kind, seconds, state, fits]) => h("span", { class: `mark ${state.replaceAll(" ", "-")}${fits ? "" : " other"}`, title: state }, `${this.title(kind)}${kind === "buffer_missing" ? "" : ` ${lasting(seconds)}`}${state === "to look at" ? "" : `: ${state}`}`));
    const state = row.left_out || (row.recordings ? `${lasting(row.covered_s)} of ${lasting(row.required_s)} covered` : "no recording");
    return [h("span", { class: "first" }, h("b", {}, row.start.slice(5, 16)), ` ${row.call}`), h("span", { class: "faint" }, [whose && row.officer, row.type, state].filter(Boolean).join(" \u00b7 ")), seen.length > 0 && h("span", { class: "marks" }, ...seen)];
  }

  title(kind) {
    return this.said.kinds.find(([name]) => name === kind)[1];
  }

  key(event) {
    if (event.target.closest("input, select, textarea, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (!by || (event.key.startsWith("Arrow") && !event.target.closest(".calls"))) return;
    event.preventDefault();
    event.stopPropagation();
    this.step(by);
  }

  step(by) {
    const to = Math.min(this.rows.length - 1, Math.max(0, this.at + by));
    if (to !== this.at) this.choose(to, { focus: true });
  }

  async choose(at, { quiet = false, focus = false } = {}) {
    const row = this.rows[at];
    this.at = at;
    this.list.querySelectorAll("button.call").forEach((button, n) => {
      button.setAttribute("aria-current", n === at ? "true" : "false");
      if (n === at) {
        if (focus) button.focus({ preventScroll: true });
        within(this.list, button);
      }
    });
    if (!quiet) this.audit.asked.set("key", row.key);
    if (!quiet) this.address();
    try {
      const said = await getJson(`/bwc/audit/call?${this.audit.query(["first", "last"], { key: row.key })}`);
      if (this.gone || this.at !== at) return;
      this.draw(said);
      if (!quiet) this.audit.say(`Call ${said.call}, ${said.findings.length} observations`);
    } catch (error) {
      this.fail(error);
    }
  }

  address() {
    const { audit } = this;
    keepAddress("a", audit.query(["a", "first", "last", "by", "officer", "unit", "call-type", "shift", "group", "list", "kind", "state", "key"], { a: "1" }));
  }

  draw(said) {
    this.trouble.hidden = true;
    this.call = said;
    const open = (recording, time) => this.audit.open(recording, time);
    this.timeline = new Timeline(said, open);
    const first = said.cameras[0].recordings[0];
    fill(
      this.detail,
      h("div", { class: "title" }, h("h3", {}, `Call ${said.call}`), h("span", {}, [said.type, said.disposition].filter(Boolean).join(", ")), h("span", { class: "faint" }, `${said.start} (${said.zone})`), h("span", { class: "faint steps" }, h("button", { "aria-label": "The call before", title: "The call before (K)", onclick: () => this.step(-1) }, "\u2039"), ` ${this.at + 1} of ${this.total} `, h("button", { "aria-label": "The next call", title: "The next call (J)", onclick: () => this.step(1) }, "\u203a"))),
      h("p", {}, h("b", {}, said.officer), said.unit && `, unit ${said.unit}`, ". ", said.left_out ? `Left out: ${said.left_out}.` : `A camera was required for ${lasting(said.required_s)}, and ran for ${lasting(said.covered_s)} of it${said.required_s > 0 ? ` (${share(said.covered_s / said.required_s)})` : ""}.`, first && [" ", this.audit.recordingLink(first.id, Math.max(0, -first.start), "Open the recording")]),
      this.timeline.root,
      said.notes.length > 0 && h("ul", { class: "notes faint" }, ...said.notes.map((note) => h("li", {}, note))),
      said.findings.length ? said.findings.map((finding) => this.card(finding)) : !said.left_out && h("p", { class: "faint" }, said.cameras[0].recordings.length ? "Nothing was observed of this camera at this call, in what was analysed." : "Whether there is a recording cannot be told."),
      ...[...new Set(said.findings.flatMap((one) => one.evidence.filter((part) => part.kind === "dispatch").map((part) => part.text)))].map((text) => h("p", { class: "faint", dir: "auto" }, `Dispatch record: ${text}`)),
      !said.findings.length && said.source && h("p", { class: "faint" }, `Dispatch record: ${said.source}`),
    );
    this.timeline.draw();
    this.audit.root.dataset.call = said.key;
  }

  card(finding) {
    const wanted = { state: finding.state, reason: "", category: "" };
    const reason = h("input", { type: "text", maxlength: "2000", "aria-label": "Reason", placeholder: "Reason: what was it, and how is it known?", value: finding.history.at(-1)?.reason || "", oninput: () => show() });
    const category = h("select", { "aria-label": "Category" }, h("option", { value: "" }, "category of the justification \u2026"), ...this.said.justifications.map((name) => h("option", { value: name, selected: finding.history.at(-1)?.category === name }, name)));
    const keep = h("button", { class: "keep", onclick: () => this.keep(finding, wanted.state, reason.value, wanted.state === "justified" ? category.value : "", false) }, "Keep");
    const keepNext = h("button", { class: "keep", title: "Keep it and go on to the next call", onclick: () => this.keep(finding, wanted.state, reason.value, wanted.state === "justified" ? category.value : "", true) }, "Keep, next call");
    const hint = h("span", { class: "faint" });
    const radios = this.said.states.map((state) => h("label", { class: "state", title: STATE_ABOUT[state] }, h("input", { type: "radio", name: `state-${finding.id}`, value: state, checked: state === finding.state, onchange: () => { wanted.state = state; show(); } }), ` ${state}`));
    const show = () => {
      const lacking = NEED_A_REASON.has(wanted.state) && !reason.value.trim();
      category.hidden = wanted.state !== "justified";
      keep.disabled = keepNext.disabled = lacking;
      hint.textContent = lacking ? "A reason is needed." : "";
    };
    show();
    return h(
      "article",
      { class: `card ${finding.state.replaceAll(" ", "-")}`, "data-finding": finding.id },
      h("header", {}, h("h4", {}, finding.title), finding.kind !== "buffer_missing" && h("b", {}, lasting(finding.seconds)), h("span", { class: "faint" }, finding.clock.slice(11)), h("span", { class: "faint", title: "How sure the program is that it was so; never how bad it is" }, `how sure: ${share(finding.sure)}`)),
      h("p", { dir: "auto" }, finding.summary),
      h("ul", { class: "evidence" }, ...finding.evidence.filter((one) => one.kind !== "dispatch").map((one) => h("li", { dir: "auto" }, one.text, one.recording && [" ", this.audit.recordingLink(one.recording, one.at, `Open ${one.name} there`)]))),
      h("fieldset", {}, h("legend", {}, "What it was, as you see it"), h("div", { class: "choices" }, ...radios), h("div", { class: "reason" }, category, reason, keep, keepNext, hint)),
      finding.history.length > 0 && h("ol", { class: "history faint" }, ...finding.history.map((one) => h("li", {}, `${utc(one.at_utc)} ${one.who}: ${[one.state, one.category, one.reason].filter(Boolean).join(", ")}`))),
    );
  }

  async keep(finding, state, reason, category, next) {
    const { first, last } = this.said.period;
    const { at, call } = this; // another call may be looked at when it is kept
    if (this.keeping) return;
    this.keeping = true;
    try {
      await postState({ first, last, key: call.key, finding: finding.id, state, reason, category });
    } catch (error) {
      this.fail(error);
      this.trouble.scrollIntoView({ block: "nearest" });
      return;
    } finally {
      this.keeping = false;
    }
    if (this.gone) return;
    this.audit.say(`Kept: ${finding.title} is ${state}`);
    const row = this.rows[at];
    const number = call.findings.findIndex((one) => one.id === finding.id);
    row.observed[number][2] = state;
    const whose = this.said.grouping !== "officer" || !this.audit.asked.has("group");
    const button = this.list.querySelectorAll("button.call")[at];
    fill(button, ...this.line(row, whose).flat());
    if (this.at === at && next && at < this.rows.length - 1) this.step(1);
    else if (this.at === at) this.choose(at, { quiet: true });
    this.refresh();
  }

  // new counts without a new list: the list must not move under the person's hands
  async refresh() {
    try {
      this.audit.said = this.said = await getJson(`/bwc/audit?${this.audit.scope}`);
      if (!this.gone) this.drawHead();
    } catch (error) {
      this.fail(error);
    }
  }
}

// keeps the chosen row of a list in sight, without moving the page
function within(list, item) {
  const top = item.offsetTop - list.offsetTop;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + item.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = top + item.offsetHeight - list.clientHeight;
}
