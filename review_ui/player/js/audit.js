// The audit of camera use: a period and what it is narrowed down to, headline figures, groups, and from there to a call.

import { getJson } from "./api.js";
import { Calls } from "./audit_calls.js";
import { samplesPanel } from "./audit_sample.js";
import { groupTable, tiles, lockedLine, remarks } from "./audit_table.js";
import { fill, h, icon, isDark } from "./dom.js";

const PERIOD = ["first", "last"];
const FILTERS = ["officer", "unit", "call-type", "shift"];
const DRILL = ["group", "list", "kind", "state", "key"];
const TITLES = { officer: "Officer", unit: "Unit", "call-type": "Call type", shift: "Shift" };
const SLOW = 1200; // milliseconds after which waiting is explained

class Audit {
  constructor(host, component) {
    this.component = component;
    this.asked = new URLSearchParams(window.location.search);
    this.bar = h("div", { class: "bar", role: "search", "aria-label": "What is counted" });
    this.trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    this.waiting = h("p", { class: "waiting faint", role: "status", hidden: true });
    this.body = h("div", { class: "counted" });
    this.live = h("div", { class: "hidden", "aria-live": "polite" });
    this.root = h("div", { class: "bwc audit" }, this.bar, this.trouble, this.waiting, this.body, this.live);
    host.append(this.root);
    this.onBack = () => this.root.isConnected && new URLSearchParams(window.location.search).has("a") && this.returned();
    window.addEventListener("popstate", this.onBack);
    this.update(component);
  }

  update(component) {
    this.component = component;
    this.root.dataset.theme = isDark(this.root) ? "dark" : "light";
    if (this.version === component.data.version) return;
    this.version = component.data.version;
    this.load();
  }

  query(names, extra = {}) {
    const query = new URLSearchParams();
    for (const name of names) if (this.asked.get(name)) query.set(name, this.asked.get(name));
    for (const [name, value] of Object.entries(extra)) query.set(name, value);
    return query;
  }

  get scope() {
    return this.query([...PERIOD, ...FILTERS, "by"]);
  }

  // changes what is asked for; `push`: the browser's back button returns to what was shown before
  ask(changes, { push = false, reload = true } = {}) {
    for (const [name, value] of Object.entries(changes)) {
      if (value) this.asked.set(name, value);
      else this.asked.delete(name);
    }
    const address = `${window.location.pathname}?${this.query(["a", ...PERIOD, "by", ...FILTERS, ...DRILL], { a: "1" })}`;
    if (push) window.history.pushState(window.history.state, "", address);
    else window.history.replaceState(window.history.state, "", address);
    if (reload) this.load();
    else this.draw();
  }

  returned() {
    this.asked = new URLSearchParams(window.location.search);
    this.load();
  }

  async load() {
    const turn = (this.turn = (this.turn || 0) + 1);
    this.root.setAttribute("aria-busy", "true");
    this.trouble.hidden = true;
    const slow = setTimeout(() => this.wait(), this.said ? SLOW : 150);
    try {
      const said = await getJson(`/bwc/audit?${this.scope}`);
      if (turn !== this.turn) return;
      this.said = said;
      this.draw();
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    } finally {
      clearTimeout(slow);
      if (turn === this.turn) {
        this.root.removeAttribute("aria-busy");
        this.waiting.hidden = true;
      }
    }
  }

  wait() {
    this.waiting.textContent = "Counting. For a month of a large agency the first time takes some seconds.";
    this.waiting.hidden = false;
  }

  fail(error) {
    fill(this.trouble, icon("warn"), trouble(error), " ", h("button", { onclick: () => this.load() }, "Try again"));
    this.trouble.hidden = false;
    this.root.dataset.ready = "true";
  }

  draw() {
    const { said } = this;
    this.drawBar();
    if (this.calls) this.calls.gone = true;
    this.calls = null;
    if (!said.calls) fill(this.body, this.nothing());
    else if (this.drilled) {
      this.calls = new Calls(this);
      fill(this.body, this.calls.root);
    } else {
      fill(
        this.body,
        tiles(said, (where) => this.drill({ group: "", ...where })),
        lockedLine(said),
        said.incidents_only && h("p", { class: "note" }, "No dispatch record was imported for this period: what counts as a call here is an incident that other cameras recorded."),
        groupTable(said, (where) => this.drill(where)),
        remarks(said, (recording) => this.open(recording, 0)),
        samplesPanel(this),
      );
    }
    this.root.dataset.ready = "true";
  }

  get drilled() {
    return this.asked.has("group") || this.asked.has("list") || this.asked.has("kind") || this.asked.has("state") || this.asked.has("key");
  }

  // "" as a group is the whole: it is told apart from no group by the list that is asked for
  drill({ group = "", list = "", kind = "", state = "" }) {
    const plain = !group && !list && !kind && !state;
    this.ask({ group, list: plain ? "all" : list, kind, state, key: "" }, { push: true, reload: false });
  }

  back() {
    this.ask({ group: "", list: "", kind: "", state: "", key: "" }, { push: true });
  }

  drawBar() {
    const { said } = this;
    const day = (name, title) => h("label", {}, title, h("input", { type: "date", value: said.period[name], "data-name": name, onchange: (event) => event.target.value && this.ask({ [name]: event.target.value, ...(name === "first" ? { last: said.period.last } : { first: said.period.first }), key: "" }) }));
    const month = (by) => h("button", { title: by < 0 ? "The month before" : "The month after", "aria-label": by < 0 ? "The month before" : "The month after", onclick: () => this.ask({ ...monthBeside(said.period.first, by), key: "" }) }, by < 0 ? "\u2039" : "\u203a");
    const by = h("select", { "data-name": "by", onchange: (event) => this.ask({ by: event.target.value, group: "", list: "", kind: "", state: "", key: "" }) }, ...said.groupings.map(([name, title]) => h("option", { value: name, selected: name === said.grouping }, title)));
    const narrowed = Object.keys(said.narrowed).length > 0;
    fill(
      this.bar,
      h("div", { class: "days" }, month(-1), day("first", "From"), day("last", "to"), month(1)),
      h("label", {}, "By", by),
      ...FILTERS.map((name) => this.filter(name)),
      narrowed && h("button", { class: "plain", onclick: () => this.ask(Object.fromEntries(FILTERS.map((name) => [name, ""]))) }, "Clear"),
      h("div", { class: "export" }, h("span", { class: "faint" }, "Export"), ...[["html", "Page"], ["csv", "CSV"], ["json", "JSON"]].map(([form, title]) => h("a", { class: "button", href: `/bwc/audit/export?${this.query([...PERIOD, ...FILTERS, "by"], { form })}`, download: "", title: exportTitle(form) }, title))),
    );
  }

  filter(name) {
    const options = this.said.filters[name];
    const chosen = this.said.narrowed[name] || "";
    const select = h("select", { "data-name": name, onchange: (event) => this.ask({ [name]: event.target.value, key: "" }) }, h("option", { value: "" }, "all"), ...options.map(([value, title]) => h("option", { value, selected: value === chosen }, title)));
    return h("label", { class: chosen ? "chosen" : "" }, TITLES[name], select);
  }

  nothing() {
    const { said } = this;
    const store = this.component.data.store;
    return h(
      "section",
      { class: "empty" },
      h("h2", {}, `No calls from ${said.period.first} to ${said.period.last}`),
      said.newest
        ? h("p", {}, "The newest call of this store is elsewhere. ", h("button", { onclick: () => this.ask({ ...said.newest, key: "" }) }, `Show ${said.newest.first} to ${said.newest.last}`), " Or bring in the dispatch records of this period:")
        : h("p", {}, "Nothing says yet when a camera had to be on. Bring in an export of the dispatch system and the roster, both as CSV, then load this page again:"),
      h("pre", {}, `bwc import-roster ROSTER.csv --store ${store}\nbwc import-dispatch DISPATCH.csv --store ${store}`),
      h("p", { class: "faint" }, "Without dispatch records, cameras are compared with the other cameras of the same incident alone: an incident needs recordings of two officers and a roster that says whose they are."),
      remarks(said, (recording) => this.open(recording, 0)),
      said.hours.recordings > 0 && samplesPanel(this),
    );
  }

  open(recording, time) {
    this.component.setTriggerValue("go", { r: recording, t: Math.max(0, time).toFixed(1) });
  }

  // a plain click stays in this tab; with Ctrl, Shift or the middle button the browser opens the link its own way
  recordingLink(recording, time, ...children) {
    const follow = (event) => {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.open(recording, time);
    };
    return h("a", { href: `/?r=${recording.slice(0, 16)}&t=${Math.max(0, time).toFixed(1)}`, onclick: follow }, ...children);
  }

  say(text) {
    this.live.textContent = text;
  }

  destroy() {
    window.removeEventListener("popstate", this.onBack);
    if (this.calls) this.calls.gone = true;
  }
}

function exportTitle(form) {
  return { html: "One page with charts and all rows, for the screen or for paper", csv: "The figures of each group, for a spreadsheet", json: "Everything, for programs" }[form];
}

// what the program says of a refusal is plain words; what the browser says of a broken answer is not
export function trouble(error) {
  return error.status ? error.message : "The program did not answer as it should. Is it still running?";
}

export function monthBeside(first, by) {
  const [year, month] = first.split("-").map(Number);
  const day = (date) => date.toISOString().slice(0, 10);
  return { first: day(new Date(Date.UTC(year, month - 1 + by, 1))), last: day(new Date(Date.UTC(year, month + by, 0))) };
}

const PAGES = new WeakMap();

export default function mount(component) {
  const host = component.parentElement;
  let page = PAGES.get(host);
  if (page && page.root.isConnected) page.update(component);
  else PAGES.set(host, (page = new Audit(host, component)));
  const generation = (page.generation = (page.generation || 0) + 1);
  return () => {
    if (page.generation !== generation) return;
    page.destroy();
    page.root.remove();
    PAGES.delete(host);
  };
}
