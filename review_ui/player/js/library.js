// The list of recordings: incidents with their cameras on one clock, then single recordings, then files that failed.

import { getJson } from "./api.js";
import { fill, h, icon, isDark, plainClick } from "./dom.js";

// rows that are drawn at a time: of 25,000 all at once a browser would stand still for seconds
const AT_ONCE = 200;

class Library {
  constructor(host, component) {
    this.component = component;
    this.wanted = h("input", { type: "search", placeholder: "Find by name, camera or day", "aria-label": "Find a recording", oninput: () => this.draw(AT_ONCE) });
    this.open = h("input", { type: "checkbox", onchange: () => this.draw(AT_ONCE) });
    this.body = h("div", { class: "groups" }, h("p", { class: "faint" }, "\u2026"));
    this.root = h("div", { class: "bwc" }, h("div", { class: "search" }, this.wanted, h("label", {}, this.open, " with findings to review")), this.body);
    host.append(this.root);
    this.update(component);
  }

  async update(component) {
    this.component = component;
    this.root.dataset.theme = isDark(this.root) ? "dark" : "light";
    if (this.version === component.data.version) return;
    const version = (this.version = component.data.version);
    try {
      const said = await getJson("/bwc/recordings");
      if (version !== this.version) return; // a newer one is on its way
      this.said = said;
      this.draw();
    } catch (error) {
      if (version === this.version) fill(this.body, h("p", { class: "trouble", role: "alert" }, icon("warn"), error.message));
    }
  }

  draw(most = this.most || AT_ONCE) {
    if (!this.said) return;
    this.most = most;
    const fits = this.fitting();
    const incidents = this.said.incidents.map((one) => ({ ...one, recordings: one.recordings.filter(fits) })).filter((one) => one.recordings.length);
    const single = this.said.recordings.filter(fits);
    const all = incidents.reduce((sum, one) => sum + one.recordings.length, single.length);
    let room = most;
    const shown = incidents.filter((one) => room > 0 && (room -= one.recordings.length) > -one.recordings.length);
    const alone = single.slice(0, Math.max(0, room));
    const left = all - shown.reduce((sum, one) => sum + one.recordings.length, alone.length);
    fill(
      this.body,
      ...shown.map((incident) => this.incident(incident)),
      alone.length > 0 && h("section", { class: "group" }, incidents.length > 0 && h("h2", {}, "Single recordings"), h("ul", {}, ...alone.map((row) => this.row(row)))),
      left > 0 && h("p", { class: "left" }, h("button", { onclick: () => this.showMore() }, `Show ${Math.min(left, AT_ONCE)} more`), h("span", { class: "faint" }, ` ${left} more fit: type a name, a camera or a day to narrow them down`)),
      !all && h("p", { class: "faint" }, "No recording fits this search."),
      this.failed(),
    );
    this.root.dataset.ready = "true";
  }

  // the next rows, with the keyboard at the first of them
  showMore() {
    const before = this.body.querySelectorAll("a.row").length;
    this.draw(this.most + AT_ONCE);
    this.body.querySelectorAll("a.row")[before]?.focus();
  }

  fitting() {
    const words = this.wanted.value.toLowerCase().split(/\s+/).filter(Boolean);
    const open = this.open.checked;
    return (row) => {
      row.text ??= `${row.name} ${row.device} ${row.start_utc || ""}`.toLowerCase();
      return words.every((word) => row.text.includes(word)) && (!open || row.to_review > 0);
    };
  }

  incident(incident) {
    const found = incident.findings.map((one) => this.firstOf(incident, one));
    const length = Math.max(incident.length, 1);
    return h(
      "section",
      { class: "group" },
      h("h2", {}, incident.name, h("span", { class: "faint" }, ` grouped by ${incident.grouped_by}`), this.together(incident), ...found),
      h("ul", {}, ...incident.recordings.map((row) => this.row(row, { left: (row.offset / length) * 100, width: (row.duration / length) * 100 }))),
    );
  }

  together(incident) {
    return h("a", { href: `/?c=${incident.id}`, class: "together", onclick: (event) => this.follow(event, { c: incident.id }) }, icon("camera"), incident.recordings.length > 1 ? "all cameras together" : "its page");
  }

  // the first finding of a kind, with all cameras of the incident
  firstOf(incident, one) {
    const place = { c: incident.id, f: one.kind };
    return h("a", { href: `/?c=${incident.id}&f=${one.kind}`, class: "chip", title: "Go to the first", onclick: (event) => this.follow(event, place) }, ...counted(one));
  }

  // a recording that belongs to no incident has its sequence and checklist on a page of its own
  course(row) {
    return h("a", { href: `/?c=${row.id}`, class: "together course", onclick: (event) => this.follow(event, { c: row.id }) }, "sequence and checklist");
  }

  row(row, place) {
    const when = row.start_utc ? row.start_utc.slice(0, 16).replace("T", " ") : "start not known";
    const left = row.to_review ? h("span", { class: "todo" }, `${row.to_review} to review`) : h("span", { class: "faint" }, row.findings.length ? "all reviewed" : row.looked ? "nothing found" : "not analysed yet");
    return h(
      "li",
      {},
      h(
        "a",
        { href: `/?r=${row.id.slice(0, 16)}`, class: "row", onclick: (event) => this.follow(event, { r: row.id, ...kindUnder(event) }) },
        h("span", { class: "name" }, h("strong", { dir: "auto" }, row.name), h("span", { class: "faint" }, row.device ? `camera ${row.device}` : "")),
        h("span", { class: "when" }, when, h("span", { class: "faint" }, row.length)),
        h("span", { class: "found" }, ...row.findings.map(chip), ...row.problems.map((problem) => h("span", { class: "problem" }, icon("warn"), problem))),
        left,
        place && h("span", { class: "place", title: "When this camera recorded, on the clock of the incident" }, h("span", { style: `left:${place.left}%;width:max(3px, ${place.width}%)` })),
      ),
      !place && this.course(row),
    );
  }

  follow(event, where) {
    if (plainClick(event)) this.component.setTriggerValue("go", where);
  }

  failed() {
    const rows = this.said.failed;
    if (!rows.length) return null;
    return h(
      "details",
      { class: "failed" },
      h("summary", {}, icon("warn"), `${rows.length} file${rows.length > 1 ? "s" : ""} with problems: not or not fully analysed`),
      h("dl", {}, ...rows.flatMap((one) => [h("dt", { dir: "auto" }, one.path), h("dd", { dir: "auto" }, one.problem)])),
    );
  }
}

// a row is one link; a click on one of its counts leads to the first finding of that kind
function chip(one) {
  return h("span", { class: "chip", "data-kind": one.kind, title: "Go to the first" }, ...counted(one));
}

function kindUnder(event) {
  const kind = event.target.closest?.("[data-kind]")?.dataset.kind;
  return kind ? { f: kind } : {};
}

function counted({ title, count }) {
  return [h("b", {}, count), ` ${title}`];
}

const LISTS = new WeakMap();

export default function mount(component) {
  const host = component.parentElement;
  const list = LISTS.get(host);
  if (list && list.root.isConnected) list.update(component);
  else LISTS.set(host, new Library(host, component));
}
