// The calls of a group on the left, one call with its line of time and its observations on the right.

import { keepAddress } from "./address.js";
import { getJson } from "./api.js";
import { count, lasting, rate, share } from "./audit_format.js";
import { fill, h, icon } from "./dom.js";
import { backTo, callInFull, heading, keepState } from "./use_call.js";

const AT_ONCE = 300; // calls that the program sends at once
const RECOUNT = 800; // milliseconds after the last answer
const LISTS = { all: "All", with: "With video", without: "Without video", "not-told": "Cannot be told", "left-out": "Left out", changed: "Otherwise than locked" };
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
    const query = this.audit.listed;
    for (const [name, value] of Object.entries(extra)) query.set(name, value);
    return query;
  }

  drawHead() {
    const { asked } = this.audit;
    const { group, said } = this;
    const whole = !asked.has("group");
    const title = said.groupings.find(([name]) => name === said.grouping)[1].toLowerCase();
    const counts = { all: group.cases, with: group.with, without: group.without, "not-told": group.not_told, "left-out": group.left_out, changed: whole && said.locked ? said.locked.changed - said.locked.gone.length : 0 };
    const now = asked.get("kind") || asked.get("state") ? "" : asked.get("list") || "all";
    const tab = (name) => h("button", { class: name === now ? "tab now" : "tab", "aria-pressed": name === now ? "true" : "false", onclick: () => this.audit.ask({ list: name, kind: "", state: "", key: "" }, { reload: false }) }, `${LISTS[name]} `, h("b", {}, count(counts[name])));
    const pick = (name, first, options) => h("select", { "aria-label": first, "data-name": `drill-${name}`, onchange: (event) => this.audit.ask({ [name]: event.target.value, list: event.target.value || asked.get("kind") || asked.get("state") ? "" : "all", key: "" }, { reload: false }) }, h("option", { value: "" }, first), ...options.map(([value, text]) => h("option", { value, selected: asked.get(name) === value }, text)));
    const kinds = said.kinds.map(([kind, text]) => [kind, `${text} (${count(group.kinds[kind][0])})`]);
    const states = said.states.map((state) => [state, `${state} (${count(group.states[state])})`]);
    const chosen = asked.get("kind") && group.kinds[asked.get("kind")];
    fill(
      this.head,
      h("div", { class: "where" }, h("button", { class: "plain", onclick: () => this.audit.back() }, icon("back"), ` All by ${title}`), h("h2", {}, whole ? "All calls" : group.title), h("span", { class: "faint" }, `${rate(group.activated, said.goals.activated).value} with video (${count(group.with)} of ${count(group.with + group.without)}), ${share(group.coverage)} of the required time covered (${lasting(group.covered_s)} of ${lasting(group.required_s)})`)),
      h("div", { class: "tabs" }, ...Object.keys(LISTS).filter((name) => counts[name] || name === "all").map(tab), pick("kind", "Any observation", kinds), pick("state", "In any state", states)),
      chosen && chosen[0] > 0 && h("p", { class: "faint" }, `${count(chosen[0])} ${chosen[0] === 1 ? "observation" : "observations"}, median ${lasting(chosen[1])}, longest ${lasting(chosen[2])}.`),
    );
  }

  // the rows round the call of the address, or the first ones
  begin(said, key) {
    this.rows = said.rows;
    this.first = said.from;
    this.total = said.total;
    this.at = Math.max(0, this.rows.findIndex((row) => row.key === key));
    if (key && this.rows[this.at]?.key !== key) this.fail(new Error("The call of this link is not in this list: it was put otherwise since, or the list is narrowed down."));
  }

  putBefore(rows, from) {
    this.rows = [...rows, ...this.rows];
    this.at += rows.length;
    this.first = from;
  }

  async load(from) {
    try {
      const key = this.audit.asked.get("key");
      const said = await getJson(`/bwc/audit/calls?${this.query(from === undefined ? (key ? { at: key } : {}) : { from })}`);
      if (this.gone) return;
      if (from === undefined) this.begin(said, key);
      else if (from === this.first + this.rows.length) this.rows = [...this.rows, ...said.rows];
      else if (said.rows.length && from < this.first) this.putBefore(said.rows.slice(0, this.first - from), from);
      this.drawList();
      const focus = from === undefined && this.audit.arriving;
      this.audit.arriving = false;
      if (from === undefined && this.rows.length) this.choose(this.at, { quiet: true, focus });
      else this.mark();
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
    fill(this.list, ...this.rows.map((row, n) => h("li", {}, h("button", { class: "call", "data-key": row.key, onclick: () => this.choose(n) }, ...this.line(row)))));
    if (!this.rows.length) fill(this.list, h("li", { class: "faint" }, "No call fits."));
    const left = this.total - this.first - this.rows.length;
    const earlier = this.first > 0 && h("button", { onclick: () => this.load(Math.max(0, this.first - AT_ONCE)) }, `${count(this.first)} earlier`);
    fill(this.more, earlier, left > 0 && h("button", { onclick: () => this.load(this.first + this.rows.length) }, `${count(left)} more`));
  }

  line(row) {
    const whose = this.said.grouping !== "officer" || !this.audit.asked.has("group");
    const seen = row.observed.map(([kind, seconds, state, fits]) => h("span", { class: `mark ${state.replaceAll(" ", "-")}${fits ? "" : " other"}`, title: state }, `${this.title(kind)}${kind === "buffer_missing" ? "" : ` ${lasting(seconds)}`}${state === "to look at" ? "" : `: ${state}`}`));
    const state = row.left_out || (row.recordings ? `${lasting(row.covered_s)} of ${lasting(row.required_s)} covered` : "no recording");
    return [h("span", { class: "first" }, h("b", {}, `${row.start.slice(5, 16)}${row.start.slice(19)}`), ` ${row.call}`), h("span", { class: "faint" }, [whose && row.officer, row.type, state].filter(Boolean).join(" \u00b7 ")), seen.length > 0 && h("span", { class: "marks" }, ...seen), row.changed.length > 0 && h("span", { class: "faint", dir: "auto" }, `Since the lock: ${row.changed.join("; ")}`)];
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
    else this.audit.say(by > 0 ? "The last call of those that are listed" : "The first call of those that are listed");
  }

  // which of the rows is shown in full
  mark(focus = false) {
    this.list.querySelectorAll("button.call").forEach((button, n) => {
      button.setAttribute("aria-current", n === this.at ? "true" : "false");
      if (n !== this.at) return;
      if (focus) button.focus({ preventScroll: true });
      within(this.list, button);
    });
  }

  async choose(at, { quiet = false, focus = false } = {}) {
    const row = this.rows[at];
    this.at = at;
    this.mark(focus);
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
    const act = {
      open: (recording, time) => this.audit.open(recording, time),
      link: (...given) => this.audit.recordingLink(...given),
      incident: (id, name) => h("a", { href: `/?c=${id}`, title: name, onclick: (event) => this.audit.follow(event, { c: id }) }, icon("camera"), "all cameras together"),
      keep: (...given) => this.keep(...given),
    };
    const { parts, timeline } = callInFull(said, this.said, act, this.at < this.rows.length - 1);
    this.timeline = timeline;
    fill(
      this.detail,
      heading(said, h("span", { class: "faint steps" }, h("button", { "aria-label": "The call before", title: "The call before (K)", onclick: () => this.step(-1) }, "\u2039"), ` ${count(this.first + this.at + 1)} of ${count(this.total)} `, h("button", { "aria-label": "The next call", title: "The next call (J)", onclick: () => this.step(1) }, "\u203a"))),
      ...parts,
    );
    timeline.draw();
    this.audit.root.dataset.call = said.key;
  }

  async keep(finding, state, reason, category, next) {
    const { at, call } = this; // another call may be looked at when it is kept
    if (this.keeping) return;
    this.keeping = true;
    try {
      await keepState(this.said.period, call, finding, { state, reason, category });
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
    const button = this.list.querySelectorAll("button.call")[at];
    fill(button, ...this.line(row).flat());
    if (this.at === at && next && at < this.rows.length - 1) this.step(1);
    else if (this.at === at) {
      await this.choose(at, { quiet: true });
      if (this.at === at) backTo(this.detail, finding.id);
    }
    this.refresh();
  }

  // new counts, once after several answers in a row: for a month of a large agency counting takes seconds
  refresh() {
    clearTimeout(this.counting);
    this.counting = setTimeout(() => this.gone || this.recount(), RECOUNT);
  }

  // without a new list: the list must not move under the person's hands
  async recount() {
    try {
      const said = await getJson(`/bwc/audit?${this.audit.scope}`);
      if (this.gone) return;
      this.audit.said = this.said = said;
      this.drawHead();
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
