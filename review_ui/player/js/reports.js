// Techniques and reports: what people confirmed over a period, of whom, and from each number to the second it was said.

import { AskedPage, mountingPage } from "./asked_page.js";
import { fill, h } from "./dom.js";
import { HeardList } from "./reports_heard.js";
import { elsewhere, examples, groups, notCovered, others, techniques, tiles } from "./reports_table.js";

const PERIOD = ["first", "last"];
const FILTERS = ["officer", "unit", "precinct"];
const TITLES = { officer: "Officer", unit: "Unit", precinct: "Precinct" };
const LIST = { of: "", heard: "" };
const EXPORTS = { html: "One page with charts, for the screen or for paper", csv: "One row for each technique, for a spreadsheet", json: "Everything, for programs" };

class Reports extends AskedPage {
  constructor(host, component) {
    super(host, component, {
      kind: "audit reports",
      key: "reports",
      names: [...PERIOD, "by", ...FILTERS, "label", "of", "heard"],
      waiting: "Counting. For a year of a large agency the first time takes some seconds.",
      about: "What is counted",
    });
  }

  get scope() {
    return this.query([...PERIOD, ...FILTERS, "by"]);
  }

  get source() {
    return `/bwc/reports?${this.query([...PERIOD, ...FILTERS, "by", "label"])}`;
  }

  draw() {
    const { said } = this;
    this.drawBar();
    if (this.list) this.list.gone = true;
    this.list = null;
    if (this.asked.get("of")) {
      this.list = new HeardList(this);
      fill(this.body, this.list.root);
    } else if (!said.whole.recordings) fill(this.body, this.nothing());
    else
      fill(
        this.body,
        this.heading(),
        h("p", { class: "note" }, "Counted is what a person listened to and confirmed, in recordings that were reviewed. What speaks against an officer counts for nobody until a person confirmed both what was said and who said it. Numbers of different people cannot be compared."),
        tiles(said),
        techniques(said, this),
        others(said, this),
        groups(said, this),
        examples(said, this),
        elsewhere(said, this),
        notCovered(said),
      );
    this.root.dataset.ready = "true";
  }

  heading() {
    const narrowed = Object.entries(this.said.narrowed);
    if (!narrowed.length) return null;
    return h("div", { class: "where" }, h("button", { class: "plain", onclick: () => this.ask({ ...this.none, ...LIST }, { push: true }) }, "\u2190 Everything"), h("h2", {}, narrowed.map(([name, [, title]]) => `${TITLES[name]} ${title}`).join(", ")));
  }

  get none() {
    return Object.fromEntries(FILTERS.map((name) => [name, ""]));
  }

  // a group of the table is opened by narrowing down to it
  enter(name) {
    const { by } = this.said;
    if (by === "month") this.ask({ ...ofMonth(name), by: "officer", ...LIST }, { push: true });
    else this.ask({ [by]: name, by: by === "officer" ? "month" : "officer", ...LIST }, { push: true });
  }

  listen(of, heard) {
    this.ask({ of, heard }, { push: true, reload: false });
  }

  drawBar() {
    const { said } = this;
    const by = h("select", { "data-name": "by", onchange: (event) => this.ask({ by: event.target.value, ...LIST }) }, ...said.groupings.map(([name, title]) => h("option", { value: name, selected: name === said.by }, title)));
    fill(
      this.bar,
      this.days(LIST),
      h("label", {}, "By", by),
      ...FILTERS.map((name) => this.filter(name, TITLES[name], said.filters[name], said.narrowed[name] ? said.narrowed[name][0] : "", LIST)),
      this.filter("label", "Technique", said.labels, said.label, LIST),
      (Object.keys(said.narrowed).length > 0 || said.label) && h("button", { class: "plain", onclick: () => this.ask({ ...this.none, label: "", ...LIST }) }, "Clear"),
      this.exports(`/bwc/reports/export?${this.scope}`, EXPORTS),
    );
  }

  nothing() {
    const { said } = this;
    const { store } = this.component.data;
    const { period, newest } = said;
    const narrow = Object.keys(said.narrowed).length > 0 && said.in_period > 0;
    return h(
      "section",
      { class: "empty" },
      h("h2", {}, narrow ? "No recordings fit" : `No recordings from ${period.first} to ${period.last}`),
      narrow && h("p", {}, `${said.in_period} recordings start in this period; none of them is of what was chosen. `, h("button", { onclick: () => this.ask(this.none) }, "Show all of them")),
      !narrow && newest && h("p", {}, "The newest recording of this store is elsewhere. ", h("button", { onclick: () => this.ask({ ...newest, ...LIST }) }, `Show ${newest.first} to ${newest.last}`)),
      !narrow && !newest && h("p", {}, said.units.length ? `No recordings of your units (${said.units.join(", ")}) with a known date are in this store.` : "No recordings with a known date are in this store. Put recordings in, then load this page again:"),
      !narrow && !newest && !said.units.length && h("pre", {}, `bwc analyze FOLDER --store ${store}`),
      notCovered(said),
    );
  }

  destroy() {
    super.destroy();
    if (this.list) this.list.gone = true;
  }
}

function ofMonth(name) {
  const [year, month] = name.split("-").map(Number);
  return { first: `${name}-01`, last: new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10) };
}

export default mountingPage(Reports);
