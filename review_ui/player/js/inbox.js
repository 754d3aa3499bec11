// The inbox: what this person is to review and why, what is new, draws, and how two reviewers agree.

import { getJson, postAssign, postChange, postDraw } from "./api.js";
import { fill, h, icon, isDark, plainClick } from "./dom.js";
import { clock, percent, utc } from "./format.js";

const GROUPINGS = [
  ["priority", "first by priority"],
  ["officer", "by chance, of each officer"],
  ["unit", "by chance, of each unit"],
  ["event type", "by chance, of each kind of event"],
];

class Inbox {
  constructor(host, component) {
    this.told = h("p", { class: "trouble", role: "alert", hidden: true });
    this.body = h("div", {}, h("p", { class: "faint" }, "\u2026"));
    this.live = h("div", { class: "hidden", "aria-live": "polite" });
    this.root = h("div", { class: "bwc" }, this.told, this.body, this.live);
    host.append(this.root);
    this.update(component);
    this.keep(() => getJson("/bwc/inbox"));
  }

  update(component) {
    this.component = component;
    this.root.dataset.theme = isDark(this.root) ? "dark" : "light";
    if (this.version !== undefined && this.version !== component.data.version) this.keep(() => getJson("/bwc/inbox"));
    this.version = component.data.version;
  }

  // one after the other: every answer is the whole inbox, and an earlier one must not be drawn over a later one
  keep(ask, said = "") {
    this.asked = (this.asked || Promise.resolve()).then(() => this.answered(ask, said));
    return this.asked;
  }

  // what is pressed twice is done once
  async act(ask, said) {
    if (this.acting) return;
    this.acting = true;
    await this.keep(ask, said);
    this.acting = false;
  }

  async answered(ask, said) {
    try {
      this.said = await ask();
      this.told.hidden = true;
      this.draw();
      this.live.textContent = said;
    } catch (error) {
      this.told.hidden = false;
      fill(this.told, icon("warn"), error.message);
    }
    this.root.dataset.ready = "true";
  }

  draw() {
    const { mine, anybody, others, done, me } = this.said;
    const overdue = [...mine, ...anybody].filter((row) => row.overdue).length;
    const count = mine.length + anybody.length;
    fill(
      this.body,
      h("p", { class: "sum" }, count ? [h("strong", {}, `${count} to review`), overdue > 0 && h("span", { class: "problem" }, icon("warn"), `${overdue} overdue`)] : this.empty()),
      this.section(`Assigned to ${me}`, mine),
      this.section("For anybody", anybody),
      this.fresh(),
      this.drawing(),
      this.section("With others", others, true),
      this.section("Done", done, true),
      this.draws(),
      this.agreement(),
    );
  }

  empty() {
    if (!this.said.recordings) return h("span", {}, h("strong", {}, "There are no recordings that you may see. "), "Once some were analysed, what is to be reviewed stands here. ", h("a", { href: "/", onclick: (event) => this.follow(event, {}) }, "Begin with a folder of recordings"), " or ask whoever manages accounts.");
    if (this.said.new_count) return h("span", {}, h("strong", {}, "Your queue is empty. "), "Take one of those below, the first to look at first, or have some drawn.");
    return h("span", {}, h("strong", {}, "Your queue is empty, "), "and every finding has an answer. To look at recordings where nothing was found, have some drawn by chance below.");
  }

  section(title, rows, folded = false) {
    if (!rows.length) return null;
    const list = h("ul", {}, ...rows.map((row) => this.row(row)));
    if (folded) return h("details", { class: "group" }, h("summary", {}, `${title} (${rows.length})`), list);
    return h("section", { class: "group" }, h("h2", {}, title, h("span", { class: "faint" }, String(rows.length))), list);
  }

  fresh() {
    const { new: rows, new_count: count } = this.said;
    if (!rows.length) return null;
    const rest = count - rows.length;
    return h(
      "section",
      { class: "group" },
      h("h2", {}, "New: findings to review, in nobody's queue", h("span", { class: "faint" }, "first what several officers do at once, force spoken of, cameras off")),
      h("ul", {}, ...rows.map((row) => this.row(row))),
      rest > 0 && h("p", { class: "faint more" }, `and ${rest} more`),
    );
  }

  row(row) {
    const query = new URLSearchParams(row.go);
    const when = row.start_utc ? utc(row.start_utc).slice(0, 16) : "start not known";
    return h(
      "li",
      { class: "item" },
      h("a", { href: `/?${query}`, class: "main", onclick: (event) => this.follow(event, row.go) }, h("strong", { dir: "auto" }, row.name), h("span", { class: "faint" }, row.incident ? `incident, ${row.cameras} recordings, ${row.length}` : `${when}, ${row.length}`)),
      h("div", { class: "why" }, ...row.reasons.map((reason) => h("span", {}, reason)), row.blind && h("span", { class: "chip" }, "blind second review: others' answers are hidden until you are done")),
      h("div", { class: "left" }, h("span", { class: row.to_review ? "todo" : "faint" }, row.to_review ? `${row.to_review} of ${row.findings} to review` : row.findings ? "all answered" : "nothing found"), this.seen(row)),
      h("div", { class: "due" }, this.due(row)),
      h("div", { class: "acts" }, this.acts(row)),
    );
  }

  seen(row) {
    const share = percent(row.watched);
    return h("span", { class: "seen", title: "Share of all its cameras that you have played, at twice the speed or slower" }, h("span", { class: "bar", "aria-hidden": "true" }, h("span", { style: `width:${row.watched * 100}%` })), h("span", { class: "faint" }, `watched ${share}`));
  }

  due(row) {
    if (!row.number) return null;
    if (row.state === "done" || row.changed_utc && !row.due_utc) return h("span", { class: "faint" }, utc(row.changed_utc || row.at_utc).slice(0, 10));
    const who = row.reviewer && row.reviewer !== this.said.me ? h("span", { class: "faint" }, row.reviewer) : null;
    if (!row.due_utc) return [who, h("span", { class: "faint" }, "no date")];
    return [who, h("span", { class: row.overdue ? "problem" : "" }, row.overdue && icon("warn"), `${row.overdue ? "overdue since" : "due"} ${row.due_utc.slice(0, 10)}`)];
  }

  acts(row) {
    const button = (title, act, kind = "") => h("button", { type: "button", class: kind, "aria-label": `${title}: ${row.name}`, onclick: act }, title);
    if (!row.number) return button("Take it", () => this.take(row));
    const change = (body, said) => () => this.act(() => postChange({ number: row.number, ...body }), said);
    if (row.state !== "open") return button("Open again", change({ state: "open" }, "In the queue again"));
    const open = button("Review", () => this.component.setTriggerValue("go", row.go), "make");
    if (row.reviewer === this.said.me) return [open, button("Done", change({ state: "done" }, "Done")), !row.blind && button("Give back", change({ reviewer: "" }, "For anybody"))];
    return [button("Take it", change({ reviewer: this.said.me }, "Taken")), button("Drop", change({ state: "dropped" }, "Dropped"))];
  }

  take(row) {
    return this.act(() => postAssign({ subject: row.subject, reviewer: this.said.me, kind: "priority" }), "Taken into your queue");
  }

  follow(event, where) {
    if (plainClick(event)) this.component.setTriggerValue("go", where);
  }

  drawing() {
    if (!this.said.recordings) return null;
    const field = (title, control, about) => h("label", { title: about || null }, h("span", { class: "faint" }, title), control);
    const how = h("select", {}, ...GROUPINGS.map(([value, title]) => h("option", { value }, title)));
    const each = h("input", { type: "number", min: "1", max: "100", value: "3" });
    const labels = h("select", {}, h("option", { value: "" }, "all kinds"), ...this.said.labels.map((label) => h("option", { value: label }, label.replaceAll("_", " "))));
    const reviewer = h("input", { type: "text", placeholder: "anybody", list: "people", maxlength: "64" });
    const people = h("datalist", { id: "people" }, ...[this.said.me, ...this.said.people].map((name) => h("option", { value: name })));
    const due = h("input", { type: "date" });
    const blind = h("input", { type: "checkbox" });
    const kinds = field("Kind of event", labels);
    const shown = () => (kinds.hidden = how.value !== "event type");
    how.addEventListener("change", shown);
    shown();
    const ask = (event) => {
      event.preventDefault();
      const wanted = { grouping: how.value, each: Number(each.value), labels: labels.value ? [labels.value] : [], reviewer: reviewer.value, due: due.value || null, blind: blind.checked };
      this.act(() => postDraw(wanted), "Drawn and put into the queue");
    };
    return h(
      "form",
      { class: "draw", onsubmit: ask, "aria-label": "Have recordings drawn for review" },
      h("h2", {}, "Have some drawn"),
      h("div", { class: "fields" }, field("Which", how), field("How many (each)", each), kinds, field("For", reviewer), people, field("Due", due), h("label", { class: "tick", title: "The reviewer sees nobody else's answers until it is done; then the two can be compared" }, blind, " blind second review"), h("button", { class: "make" }, "Draw")),
    );
  }

  draws() {
    const rows = this.said.draws;
    if (!rows.length) return null;
    const said = (row) => h("li", {}, `Draw ${row.number}: ${row.drawn} of ${row.of}, ${row.grouping}${row.period ? `, ${row.period}` : ""}, by ${row.who}, ${utc(row.at_utc)}`, row.seed && h("span", { class: "faint" }, ` \u00b7 seed ${row.seed}, ${row.alike ? "drawn again: the same" : "drawn again: NOT the same"} \u00b7 ${row.method}`));
    return h("details", { class: "group" }, h("summary", {}, `Draws (${rows.length}), each can be drawn again from its seed`), h("ul", { class: "plain" }, ...rows.map(said)));
  }

  agreement() {
    const said = this.said.agreement;
    if (!said?.rows.length) return null;
    const cell = (row) => h("tr", {}, h("th", { scope: "row" }, row.title), h("td", {}, row.n), h("td", {}, row.agreed), h("td", {}, percent(row.raw)), h("td", {}, row.kappa === null ? "not defined" : row.kappa.toFixed(2)));
    const apart = (one) => {
      const go = one.recording ? { r: one.recording, t: Math.max(0, one.start - 1).toFixed(1), f: one.finding } : { c: one.incident };
      return h("li", {}, h("a", { href: `/?${new URLSearchParams(go)}`, onclick: (event) => this.follow(event, go) }, `${one.title}, ${clock(one.start)}`), ` ${one.said.map(([who, verdict]) => `${who}: ${verdict}`).join(", ")}`);
    };
    return h(
      "details",
      { class: "group" },
      h("summary", {}, `Two reviewers: ${said.rows[0].agreed} of ${said.rows[0].n} answers agree`),
      h("table", {}, h("thead", {}, h("tr", {}, ...["Findings", "Judged by two", "Agree", "Share", "Cohen\u2019s kappa"].map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, ...said.rows.map(cell))),
      h("p", { class: "faint more" }, "Only blind second reviews are counted. With few findings neither figure says much."),
      said.disagreements.length > 0 && h("ul", { class: "plain" }, ...said.disagreements.map(apart)),
    );
  }
}

const INBOXES = new WeakMap();

export default function mount(component) {
  const host = component.parentElement;
  const inbox = INBOXES.get(host);
  if (inbox && inbox.root.isConnected) inbox.update(component);
  else INBOXES.set(host, new Inbox(host, component));
}
