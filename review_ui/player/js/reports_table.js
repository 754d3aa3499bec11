// The parts of the reports page: headline figures, techniques, groups, examples, and what the figures do not cover.

import { share } from "./audit_format.js";
import { bar } from "./audit_table.js";
import { fill, h, icon } from "./dom.js";
import { capital, clock } from "./format.js";

const MANY = 12; // groups from which on a field to find one helps

export function tiles(said) {
  const { whole, goals } = said;
  const { hours } = whole;
  const reviewed = whole.recordings ? whole.reviewed_recordings / whole.recordings : null;
  const analysed = hours.recorded ? Math.min(1, hours.analysed / hours.recorded) : null;
  const open = whole.findings - whole.findings_looked_at;
  const tile = (number, what, more) => h("div", { class: "tile" }, h("span", { class: "number" }, number), h("span", { class: "what" }, what), h("span", { class: "faint" }, more));
  return h(
    "div",
    { class: "tiles" },
    h("div", { class: "tile" }, h("span", { class: "number" }, share(reviewed)), h("span", { class: "what" }, "of recordings reviewed"), exact(reviewed, goals.reviewed), h("span", { class: "faint" }, `goal ${share(goals.reviewed)}; ${whole.reviewed_recordings} of ${whole.recordings}`)),
    h("div", { class: "tile" }, h("span", { class: "number" }, share(analysed)), h("span", { class: "what" }, "of the time: words analysed"), exact(analysed), h("span", { class: "faint" }, `${hour(hours.analysed)} of ${hour(hours.recorded)}; ${hour(hours.recorded - hours.analysed)} not analysed`), hours.analysed_from_a_draft > 0 && h("span", { class: "problem" }, `${hours.analysed_from_a_draft >= hours.analysed - 0.001 ? "all" : hour(hours.analysed_from_a_draft)} of it from a draft of low accuracy`)),
    tile(`${whole.reviewed_contacts} of ${whole.contacts}`, "contacts with people reviewed", `${hour(hours.reviewed_contact)} of ${hour(hours.contact)} of contact`),
    tile(open, "findings that nobody has looked at", `of ${whole.findings}`),
    said.waiting !== null && tile(said.waiting, "observations wait for a person", "they could speak against somebody and count for nobody"),
    tile(whole.force_reports, whole.force_reports === 1 ? "use-of-force report" : "use-of-force reports", "of this period"),
  );
}

// a count of all there is has no interval
function exact(value, goal = null) {
  return bar(value === null ? null : [value, value, value], goal);
}

export function hour(hours) {
  if (Math.abs(hours) < 1 / 36000) return "0 min";
  return hours > 0 && hours < 1 ? `${(hours * 60).toFixed(hours * 60 < 10 ? 1 : 0)} min` : `${hours.toFixed(hours < 10 ? 1 : 0)} h`;
}

export function techniques(said, page) {
  const { whole } = said;
  const heard = whole.techniques.filter((one) => one.confirmed || one.not_yet_confirmed);
  const silent = whole.techniques.filter((one) => !one.confirmed && !one.not_yet_confirmed);
  const rated = whole.reviewed_contacts > 0;
  const heads = [["Technique", ""], ["Confirmed", "Heard and confirmed by a person, in reviewed recordings", "n"], ["Not yet confirmed", "Found by the program; no person has confirmed it: it counts nowhere", "n"], ...(rated ? [["Share of reviewed contacts", "Reviewed contacts in which it was confirmed at least once; line: 95 % interval, mark: goal of the policy pack"], ["Per hour of reviewed contact", "95 % interval in brackets", "n"], ["By month", "Confirmed per hour of reviewed contact"]] : [])];
  return h(
    "section",
    { class: "groups" },
    h("div", { class: "find" }, h("h2", {}, "De-escalation techniques heard"), h("span", { class: "faint" }, "Every number opens what was said, and from there the second.")),
    !whole.hours.analysed ? unanalysed(said) : heard.length ? h("table", {}, header(heads), h("tbody", {}, ...heard.map((one) => technique(one, said, page)))) : h("p", {}, `No technique was found in ${hour(whole.hours.analysed)} of analysed words.`),
    heard.length > 0 && !rated && h("p", { class: "faint silent" }, "No contact of this selection is reviewed yet: shares and rates follow from the first one on."),
    whole.hours.analysed > 0 && silent.length > 0 && h("p", { class: "faint silent" }, `Looked for, not found: ${silent.map((one) => one.title).join(", ")}.`),
  );
}

function unanalysed(said) {
  const [why] = Object.keys(said.whole.not_analysed);
  return h("p", { class: "problem" }, icon("warn"), `Words were not analysed, so that it is not known which techniques were used${why ? `: ${why}` : ""}.`);
}

function header(heads) {
  return h("thead", {}, h("tr", {}, ...heads.map(([name, about, kind = ""]) => h("th", { scope: "col", class: kind, title: about || null }, name))));
}

function technique(one, said, page) {
  const clauses = said.clauses[one.label] || [];
  return h(
    "tr",
    { class: one.label === said.label ? "chosen" : "" },
    h("th", { scope: "row" }, capital(one.title), clauses.length > 0 && h("span", { class: "clauses", title: clauses.map(([id, title]) => `${id}: ${title}`).join("\n") }, clauses.map(([id]) => id).join(", "))),
    ...counts(one, page),
    said.whole.reviewed_contacts > 0 && [...shares(one, said), h("td", {}, months(one))],
  );
}

function counts(one, page) {
  const number = (count, state) => h("td", { class: "n" }, count ? h("button", { class: "count", "aria-label": `${count} ${one.title}, ${state === "waiting" ? "not yet confirmed" : "confirmed"}`, onclick: () => page.listen(one.label, state) }, count) : h("span", { class: "faint" }, "0"));
  return [number(one.confirmed, "confirmed"), number(one.not_yet_confirmed, "waiting")];
}

function shares(one, said) {
  const found = one.share_of_reviewed_contacts;
  const rate = one.per_hour_of_reviewed_contact;
  const goal = said.goals.techniques[one.label] ?? null;
  return [
    h("td", { class: "rate" }, bar(found, goal), h("b", {}, share(found && found[0])), goal !== null && h("span", { class: "longest" }, `goal ${share(goal)}`)),
    h("td", { class: "n" }, rate ? [rate[0].toFixed(1), h("span", { class: "faint" }, ` (${rate[1].toFixed(1)} to ${rate[2].toFixed(1)})`)] : "\u2013"),
  ];
}

// a column for each month: its height the rate, a dash where no contact of it was reviewed
function months(one) {
  const rows = Object.entries(one.months);
  const most = Math.max(0.1, ...rows.map(([, rate]) => (rate ? rate[0] : 0)));
  const said = rows.map(([month, rate]) => `${month}: ${rate ? rate[0].toFixed(1) : "no reviewed contact"}`);
  return h("span", { class: "months", role: "img", "aria-label": said.join("; "), title: said.join("\n") }, ...rows.map(([, rate]) => h("span", { class: rate ? "" : "none", style: rate ? `height:${Math.max(2, (rate[0] / most) * 22).toFixed(0)}px` : null })));
}

export function others(said, page) {
  if (!said.other.length) return null;
  return h("section", { class: "groups others" }, h("h2", {}, "Other observations, confirmed with their speaker"), h("table", {}, h("tbody", {}, ...said.other.map(([label, title, number]) => h("tr", {}, h("th", { scope: "row" }, capital(title)), h("td", { class: "n" }, h("button", { class: "count", onclick: () => page.listen(label, "confirmed") }, number)))))));
}

export function groups(said, page) {
  const title = said.groupings.find(([name]) => name === said.by)[1];
  const chosen = said.labels.find(([label]) => label === said.label);
  const heads = [
    [title, ""], ["Reviewed", "Share of the recordings; mark: goal of the policy pack"], ["Recordings", "", "n"], ["Recorded", "", "n"], ["Words analysed", "Share of the recorded time"], ["Contacts reviewed", "", "n"], ["Findings open", "That nobody has looked at", "n"], ["Force reports", "", "n"],
    ...(chosen ? [[`${capital(chosen[1])}: confirmed`, "", "n"], ["Not yet", "Found by the program, confirmed by nobody", "n"], ["Share of reviewed contacts", ""], ["Per hour", "Confirmed, per hour of reviewed contact", "n"]] : []),
  ];
  const body = h("tbody", {});
  const find = h("input", { type: "search", placeholder: `Find: ${title.toLowerCase()}`, "aria-label": `Find: ${title.toLowerCase()}`, oninput: () => show() });
  const show = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = said.groups.filter((one) => words.every((word) => one.title.toLowerCase().includes(word)));
    fill(body, ...rows.map((one) => group(one, said, page)), !rows.length && h("tr", {}, h("td", { colspan: heads.length, class: "faint" }, said.roster ? "None fits." : "The roster says of nobody who wore which camera.")));
  };
  show();
  return h(
    "section",
    { class: "groups" },
    h("div", { class: "find" }, h("h2", {}, `By ${title.toLowerCase()}`), said.groups.length > MANY && find, h("span", { class: "faint" }, `${said.by === "month" ? "In order of time" : "In order of name"}. A name opens its record. ${chosen ? "" : "Choose a technique above to see it by " + title.toLowerCase() + "."}`)),
    !said.roster && said.by !== "month" && h("p", { class: "problem" }, icon("warn"), `No roster was imported: it is not known whose recordings these are. bwc import-roster ROSTER.csv --store ${page.component.data.store}`),
    h("table", {}, header(heads), body),
  );
}

function group(one, said, page) {
  const { hours } = one;
  const reviewed = one.recordings ? one.reviewed_recordings / one.recordings : null;
  const analysed = hours.recorded ? Math.min(1, hours.analysed / hours.recorded) : null;
  const [technique] = one.techniques;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("button", { class: "count name", onclick: () => page.enter(one.name) }, one.title)),
    h("td", { class: "rate" }, exact(reviewed, said.goals.reviewed), h("b", {}, share(reviewed))),
    h("td", { class: "n" }, one.recordings),
    h("td", { class: "n" }, hour(hours.recorded)),
    h("td", { class: "rate" }, exact(analysed), h("b", {}, share(analysed))),
    h("td", { class: "n" }, `${one.reviewed_contacts} of ${one.contacts}`),
    h("td", { class: "n" }, one.findings - one.findings_looked_at),
    h("td", { class: "n" }, one.force_reports),
    technique && [h("td", { class: "n" }, technique.confirmed), h("td", { class: "n" }, technique.not_yet_confirmed), ...shares(technique, said)],
  );
}

export function examples(said, page) {
  if (!said.examples.length) return null;
  return h("section", { class: "examples" }, h("h2", {}, "Examples that people confirmed"), h("ul", {}, ...said.examples.map((one) => h("li", {}, quote(one, page)))));
}

export function quote(one, page) {
  return [h("q", { dir: "auto" }, one.text), h("span", { class: "faint" }, ` ${one.title} \u2013 `), page.link({ r: one.recording, t: Math.max(0, one.at - 1).toFixed(1), f: one.finding }, `${one.file} at ${clock(one.at)}`)];
}

// reports of one incident, and of a year for the public
export function elsewhere(said) {
  const subject = h("select", { "aria-label": "Incident or recording" }, ...said.events.map((one) => h("option", { value: one.id }, one.name)));
  const year = h("select", { "aria-label": "Year" }, ...said.years.map((one) => h("option", { value: one }, one)));
  const show = (address) => window.open(address, "_blank", "noopener");
  return h(
    "section",
    { class: "elsewhere" },
    h("h2", {}, "Reports as pages"),
    said.events.length > 0 && h("div", { class: "form" }, h("span", {}, "Of one incident, for a supervisor"), subject, h("button", { onclick: () => show(`/bwc/reports/incident/${encodeURIComponent(subject.value)}`) }, "Open in a new tab")),
    said.years.length > 0 && h("div", { class: "form" }, h("span", {}, "For the public, small counts withheld"), year, h("button", { onclick: () => show(`/bwc/public-report/${year.value}`) }, "Open in a new tab"), h("button", { onclick: () => window.location.assign(`/bwc/public-report/${year.value}?form=csv`) }, "CSV")),
    h("p", { class: "faint" }, "Every report that is opened or exported is a row of the activity log."),
  );
}

export function notCovered(said) {
  const { whole } = said;
  const missing = Object.entries(whole.not_analysed);
  return h(
    "div",
    { class: "remarks" },
    missing.length > 0 && h("details", { open: missing.length < 4 }, h("summary", {}, `Words not analysed in ${hour(whole.hours.recorded - whole.hours.analysed)}, and why`), h("table", {}, h("tbody", {}, ...missing.map(([why, hours]) => h("tr", {}, h("td", { class: "n" }, hour(hours)), h("td", { dir: "auto" }, why)))))),
    said.without_clock > 0 && h("p", { class: "problem" }, icon("warn"), `${said.without_clock} recordings of the store have no known date: they are in no period.`),
    said.units.length > 0 && h("p", {}, `Your account is for ${said.units.join(", ")}: nothing of other units is counted here.`),
    h("p", { class: "faint" }, `A recording is reviewed when each of its findings was looked at, or somebody watched all of it. ${said.notes[2]} A recording belongs to the month it starts in. Days are those of ${said.period.zone}${said.zone_named ? "" : ", since the policy pack names no zone"}. Policy pack ${said.policy.name} ${said.policy.version}.`),
  );
}
