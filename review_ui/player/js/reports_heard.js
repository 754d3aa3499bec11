// What was said, by contact: the utterances behind a number, each of which opens its second.

import { getJson } from "./api.js";
import { trouble } from "./asked_page.js";
import { fill, h, icon } from "./dom.js";
import { capital, clock } from "./format.js";

const STATES = { confirmed: "Confirmed", waiting: "Not yet confirmed" };

export class HeardList {
  constructor(page) {
    this.page = page;
    this.rows = [];
    this.head = h("div", { class: "where" });
    this.trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    this.list = h("div", { class: "heard" }, h("p", { class: "faint" }, "\u2026"));
    this.root = h("section", { class: "drill" }, this.head, this.trouble, this.list);
    this.load(0);
  }

  get state() {
    return this.page.asked.get("heard") === "waiting" ? "waiting" : "confirmed";
  }

  async load(from) {
    const query = this.page.scope;
    query.set("label", this.page.asked.get("of"));
    query.set("state", this.state);
    query.set("from", from);
    try {
      const said = await getJson(`/bwc/reports/heard?${query}`);
      if (this.gone || from !== this.rows.length) return; // pressed twice: these are here already
      this.rows = [...this.rows, ...said.rows];
      this.draw(said);
    } catch (error) {
      fill(this.trouble, icon("warn"), trouble(error));
      this.trouble.hidden = false;
    }
  }

  draw(said) {
    const { page } = this;
    const tab = (state) => h("button", { class: state === this.state ? "tab now" : "tab", "aria-pressed": state === this.state ? "true" : "false", onclick: () => page.ask({ heard: state }, { push: true, reload: false }) }, STATES[state]);
    const adverse = !page.said.labels.some(([label]) => label === said.label);
    fill(this.head, h("button", { class: "plain", onclick: () => page.ask({ of: "", heard: "" }, { push: true, reload: false }) }, icon("back"), " All techniques"), h("h2", {}, capital(said.title)), !adverse && h("span", { class: "tabs" }, tab("confirmed"), tab("waiting")), h("span", { class: "faint" }, this.about(said, adverse)));
    if (!said.total) fill(this.list, h("p", { class: "faint" }, this.state === "waiting" ? "Nothing waits to be confirmed." : "Nobody has confirmed any yet."));
    else fill(this.list, ...contacts(this.rows).map((one) => this.contact(one)), this.rows.length < said.total && h("button", { onclick: () => this.load(this.rows.length) }, `Show more (${said.total - this.rows.length})`));
    page.say(`${said.total} ${said.title}, ${STATES[this.state].toLowerCase()}`);
  }

  about(said, adverse) {
    if (adverse) return `${said.total} times, each with its words and its speaker confirmed by a person.`;
    if (this.state === "waiting") return `${said.total} found by the program. Open one, listen, and confirm it or not: until then it counts nowhere.`;
    const rest = said.total - said.counted;
    return `${said.total} confirmed by people.${rest ? ` ${rest} of them in recordings that are not reviewed to the end, which are not counted yet.` : ""}`;
  }

  contact({ event, incident, recording, when, rows }) {
    const { page } = this;
    return h(
      "article",
      {},
      h("h3", { dir: "auto" }, incident ? page.link({ c: incident }, event) : event, h("span", { class: "faint" }, ` ${when.slice(0, 10)}`), h("a", { class: "report", href: `/bwc/reports/incident/${encodeURIComponent(incident || recording)}`, target: "_blank", rel: "noopener" }, "report")),
      h("ul", {}, ...rows.map((one) => h("li", {}, page.link({ r: one.recording, t: Math.max(0, one.at - 1).toFixed(1), f: one.finding }, h("span", { class: "time" }, clock(one.at)), h("span", { class: "text", dir: "auto" }, one.text || one.title)), h("span", { class: "faint" }, this.who(one))))),
    );
  }

  who(one) {
    const who = one.spoken_by ? `said by ${one.spoken_by}` : one.worn_by ? `on the camera of ${one.worn_by}` : "the roster names nobody for this camera";
    return `${who}; ${one.file}${one.cameras > 1 ? ` and ${one.cameras - 1} more` : ""}, ${one.when.slice(11)}`;
  }
}

// utterances of one contact together, in the order in which they come
function contacts(rows) {
  const found = new Map();
  for (const row of rows) {
    const key = row.incident || row.recording;
    if (!found.has(key)) found.set(key, { ...row, rows: [] });
    found.get(key).rows.push(row);
  }
  return [...found.values()];
}
