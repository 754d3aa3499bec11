// The audit of camera use: a period and what it is narrowed down to, headline figures, groups, and from there to a call.

import { AskedPage, mountingPage } from "./asked_page.js";
import { Calls } from "./audit_calls.js";
import { samplesPanel } from "./audit_sample.js";
import { lockedLine } from "./audit_locked.js";
import { groupTable, observed, remarks, tiles } from "./audit_table.js";
import { count } from "./audit_format.js";
import { fill, h } from "./dom.js";

const PERIOD = ["first", "last"];
const FILTERS = ["officer", "unit", "call-type", "shift"];
const DRILL = ["group", "list", "kind", "state", "key"];
const TITLES = { officer: "Officer", unit: "Unit", "call-type": "Call type", shift: "Shift" };
const TABLES = [["figures", "These figures, as CSV"], ["calls", "Every call, as CSV"], ["observations", "Every observation, as CSV"], ["recordings", "Recordings of no call, as CSV"]];
const EXPORTS = { html: "One page with charts and all rows, for the screen or for paper", json: "Everything, for programs" };

class Audit extends AskedPage {
  constructor(host, component) {
    super(host, component, {
      kind: "audit",
      key: "a",
      names: [...PERIOD, "by", ...FILTERS, ...DRILL],
      waiting: "Counting. For a month of a large agency the first time takes some seconds.",
      about: "What is counted",
    });
  }

  get source() {
    return `/bwc/audit?${this.scope}`;
  }

  get scope() {
    return this.query([...PERIOD, ...FILTERS, "by"]);
  }

  // the scope, and of what list and which group the calls are
  get listed() {
    const query = this.scope;
    if (this.asked.has("group")) query.set("group", this.asked.get("group"));
    for (const name of ["list", "kind", "state"]) if (this.asked.get(name) && this.asked.get(name) !== "all") query.set(name, this.asked.get(name));
    return query;
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
        lockedLine(said, (where) => this.drill(where)),
        said.incidents_only && h("p", { class: "note" }, "No dispatch record was imported for this period: what counts as a call here is an incident that other cameras recorded."),
        said.whole.required > 0 ? observed(said, (where) => this.drill(where)) : none(said),
        groupTable(said, (where) => this.drill(where)),
        remarks(said, (recording) => this.open(recording, 0)),
        samplesPanel(this),
      );
    }
    this.root.dataset.ready = "true";
    if (this.left !== undefined && !this.drilled) this.returnTo(this.left);
  }

  // back from the calls of a group: to where one was in the table
  returnTo(group) {
    this.left = undefined;
    const names = [...this.body.querySelectorAll("button.name")];
    (names.find((one) => one.dataset.group === group) || names[0])?.focus();
  }

  get drilled() {
    return this.asked.has("group") || this.asked.has("list") || this.asked.has("kind") || this.asked.has("state") || this.asked.has("key");
  }

  // "" as a group is the whole: it is told apart from no group by the list that is asked for
  drill({ group = "", list = "", kind = "", state = "" }) {
    this.arriving = true; // the focus goes to the first call: without that the keyboard begins at the top of the page
    const plain = !group && !list && !kind && !state;
    this.ask({ group, list: plain ? "all" : list, kind, state, key: "" }, { push: true, reload: false });
    this.root.scrollIntoView({ block: "start" }); // what was clicked may have stood far down in a long table
  }

  back() {
    this.left = this.asked.get("group") || "";
    this.ask({ group: "", list: "", kind: "", state: "", key: "" }, { push: true });
  }

  drawBar() {
    const { said } = this;
    const by = h("select", { "data-name": "by", onchange: (event) => this.ask({ by: event.target.value, group: "", list: "", kind: "", state: "", key: "" }) }, ...said.groupings.map(([name, title]) => h("option", { value: name, selected: name === said.grouping }, title)));
    const narrowed = Object.keys(said.narrowed).length > 0;
    fill(
      this.bar,
      this.days({ key: "" }),
      h("label", {}, "By", by),
      ...FILTERS.map((name) => this.filter(name, TITLES[name], said.filters[name], said.narrowed[name] || "", { key: "" })),
      narrowed && h("button", { class: "plain", onclick: () => this.ask(Object.fromEntries(FILTERS.map((name) => [name, ""]))) }, "Clear"),
      this.exportsHere(),
    );
  }

  // what is exported is what is looked at: the list of a group where one is open, else the figures
  exportsHere() {
    const address = `/bwc/audit/export?${this.listed}`;
    const tables = TABLES.filter(([rows]) => rows !== "recordings" || !this.drilled).map(([rows, title]) => h("a", { href: `${address}&form=csv&rows=${rows}`, download: "" }, title));
    const root = this.exports(address, EXPORTS);
    if (this.drilled) root.firstElementChild.textContent = "Export these calls";
    root.append(h("details", { class: "tables" }, h("summary", { title: "Tables for a spreadsheet" }, "CSV \u25be"), h("div", { class: "menu" }, ...tables)));
    return root;
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

  destroy() {
    super.destroy();
    if (this.calls) this.calls.gone = true;
  }
}

// calls are there, and none of them counts: why, before a table of dashes
function none({ whole, left_out: reasons, narrowed }) {
  if (!whole.cases) return h("p", { class: "note" }, `No call of this period is ${Object.keys(narrowed).length ? "of what it is narrowed down to" : "there"}.`);
  return h("div", { class: "note" }, h("p", {}, "None of these calls counts, so that there are no figures:"), h("ul", {}, ...Object.entries(reasons).map(([reason, number]) => h("li", {}, `${reason} (${count(number)})`, reason.startsWith("no roster") && ": bring it in with bwc import-roster ROSTER.csv"))));
}

export default mountingPage(Audit);
