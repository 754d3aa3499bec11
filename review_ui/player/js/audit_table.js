// Headline figures, the table of groups, and what the figures do not cover.

import { add, fill, h, icon } from "./dom.js";
import { lasting, share } from "./audit_format.js";
import { utc } from "./format.js";

const SHORT = { late_start: "Late start", early_stop: "Early stop", gap: "Gap", muted: "No sound", not_seeing: "Not seeing", buffer_missing: "Buffer" };
const MANY = 12; // groups from which on a field to find one helps

export function tiles(said, drill) {
  const { whole, goals } = said;
  const tile = (number, text, more, where) => h("div", { class: "tile" }, where && number ? h("button", { class: "number", onclick: () => drill(where) }, number) : h("span", { class: "number" }, number), h("span", { class: "what" }, text), h("span", { class: "faint" }, more));
  const { activated } = whole;
  return h(
    "div",
    { class: "tiles" },
    h("div", { class: "tile" }, h("span", { class: "number" }, share(activated && activated[0])), h("span", { class: "what" }, "of calls have video"), bar(activated, goals.activated), h("span", { class: "faint" }, `goal ${share(goals.activated)}${activated ? `; ${share(activated[1])} to ${share(activated[2])}` : ""}`)),
    h("div", { class: "tile" }, h("span", { class: "number" }, share(whole.coverage)), h("span", { class: "what" }, "of required time covered"), bar(whole.coverage === null ? null : [whole.coverage, whole.coverage, whole.coverage], goals.covered), h("span", { class: "faint" }, `goal ${share(goals.covered)}; ${lasting(whole.covered_s)} of ${lasting(whole.required_s)}`)),
    tile(whole.without, "calls without video", whole.considered && whole.activated && whole.considered[0] !== whole.activated[0] ? `${share(whole.considered[0])} have video, leaving out what people excused` : "recording was required", { list: "without" }),
    tile(whole.states["to look at"], "observations to look at", `${whole.states.justified} justified, ${whole.states.confirmed} confirmed, ${whole.states["not applicable"]} not applicable`, { state: "to look at" }),
    tile(whole.left_out + whole.not_told, "calls that are not counted", `${whole.left_out} left out, ${whole.not_told} cannot be told`, { list: whole.left_out ? "left-out" : "not-told" }),
    h("div", { class: "tile" }, h("span", { class: "number" }, `${share(whole.unheard)} | ${share(whole.unwatched)}`), h("span", { class: "what" }, "of covered time not analysed"), h("span", { class: "faint" }, "sound | picture")),
  );
}

// a share with its interval as a line and the goal, where there is one, as a mark
export function bar(found, goal = null) {
  if (!found) return h("span", { class: "share none", title: "nothing to count" });
  const at = (value) => `${(Math.min(1, Math.max(0, value)) * 100).toFixed(2)}%`;
  const said = `${share(found[0])}, between ${share(found[1])} and ${share(found[2])}` + (goal === null ? "" : `; goal ${share(goal)}`);
  return h(
    "span",
    { class: "share", role: "img", "aria-label": said, title: said },
    h("span", { class: "fill", style: `width:${at(found[0])}` }),
    found[2] > found[1] && h("span", { class: "between", style: `left:${at(found[1])};width:${at(found[2] - found[1])}` }),
    goal !== null && h("span", { class: "goal", style: `left:${at(goal)}` }),
  );
}

export function lockedLine(said) {
  const held = said.locked;
  if (!held) return null;
  const reasons = Object.entries(held.reasons).map(([reason, count]) => `${reason} (${count})`);
  const line = h(
    "details",
    { class: "locked" },
    h("summary", {}, h("strong", {}, `Locked ${utc(held.at_utc)} by ${held.who}: ${share(held.activated && held.activated.value)} of calls with video, ${share(held.coverage)} of the time covered. `), held.changed ? `${held.changed === 1 ? "1 call stands" : `${held.changed} calls stand`} otherwise since.` : "Nothing changed since."),
    reasons.length > 0 && h("ul", {}, ...reasons.map((reason) => h("li", {}, reason))),
    held.policy_changed && h("p", {}, "The policy pack is another one than then."),
    held.earlier > 0 && h("p", {}, `${held.earlier} earlier locks of this period are kept. Reason for this one: ${held.reason}`),
  );
  if (!held.intact) line.prepend(h("p", { class: "trouble" }, icon("warn"), "What was locked no longer has the hash that it was locked with: do not rely on it."));
  return line;
}

export function groupTable(said, drill) {
  const title = said.groupings.find(([name]) => name === said.grouping)[1];
  const body = h("tbody", {});
  const heads = [
    [title, ""], ["With video", "Calls with video, of those that required it; line: 95 % interval, mark: goal"], ["Calls", "Calls that required a camera"], ["Without", "Calls without video"],
    ["Not told", "Calls of which it cannot be told whether there is a recording"], ["Covered", "Required time in which the camera ran"],
    ...Object.entries(SHORT).map(([, name]) => [name, "Number, and the longest"]), ["To look at", "Observations that nobody has looked at"],
    ["Not analysed", "Share of the covered time: sound | picture"], ...(said.locked ? [["When locked", "Calls with video when the period was locked"]] : []),
  ];
  const head = h("thead", {}, h("tr", {}, ...heads.map(([name, about], n) => h("th", { scope: "col", class: n > 1 ? "n" : "", title: about }, name))));
  const find = h("input", { type: "search", placeholder: `Find ${article(title)}`, "aria-label": `Find ${article(title)}`, oninput: () => show() });
  const open = h("input", { type: "checkbox", onchange: () => show() });
  const show = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = said.groups.filter((one) => words.every((word) => one.title.toLowerCase().includes(word)) && (!open.checked || one.states["to look at"] > 0));
    fill(body, ...rows.map((one) => row(one, said, drill)), rows.length === said.groups.length && rows.length > 1 && row(said.whole, said, drill, true));
    if (!rows.length) add(body, [h("tr", {}, h("td", { colspan: heads.length, class: "faint" }, "None fits."))]);
  };
  show();
  return h(
    "section",
    { class: "groups" },
    h("div", { class: "find" }, h("h2", {}, `By ${title.toLowerCase()}`), said.groups.length > MANY && find, h("label", {}, open, " only with something to look at"), h("span", { class: "faint" }, "In order of name. Every number opens its calls.")),
    h("table", {}, head, body),
  );
}

function article(title) {
  return `${/^[aeiou]/i.test(title) ? "an" : "a"} ${title.toLowerCase()}`;
}

function row(one, said, drill, total = false) {
  const count = (number, where, more = "") => h("td", { class: "n" }, number ? h("button", { class: "count", onclick: () => drill({ group: one.group, ...where }) }, number) : h("span", { class: "faint" }, "0"), more && h("span", { class: "longest" }, more));
  const kinds = Object.keys(SHORT).map((kind) => {
    const [number, median, worst, looked] = one.kinds[kind];
    if (!looked && !number) return h("td", { class: "n faint", title: "Could not be looked for in any of these calls" }, "\u2013");
    const cell = count(number, { kind }, number && kind !== "buffer_missing" ? lasting(worst) : "");
    if (number) cell.title = `${number}: median ${lasting(median)}, longest ${lasting(worst)}`;
    return cell;
  });
  return h(
    "tr",
    { class: total ? "total" : "" },
    h("th", { scope: "row" }, h("button", { class: "count name", onclick: () => drill({ group: one.group, list: one.group ? "" : "all" }) }, one.title)),
    h("td", { class: "rate" }, bar(one.activated, said.goals.activated), h("b", {}, share(one.activated && one.activated[0]))),
    h("td", { class: "n" }, one.required ? h("button", { class: "count", onclick: () => drill({ group: one.group, list: "all" }) }, one.required) : "0", one.left_out > 0 && h("span", { class: "longest" }, h("button", { class: "count", title: "Calls that the policy leaves out, or of which this cannot be told", onclick: () => drill({ group: one.group, list: "left-out" }) }, `${one.left_out} left out`))),
    count(one.without, { list: "without" }),
    count(one.not_told, { list: "not-told" }),
    h("td", { class: "n" }, share(one.coverage), h("span", { class: "longest" }, lasting(one.required_s))),
    ...kinds,
    count(one.states["to look at"], { state: "to look at" }),
    h("td", { class: "n pair" }, `${share(one.unheard)} | ${share(one.unwatched)}`),
    said.locked && h("td", { class: "n" }, share(one.held)),
  );
}

export function remarks(said, open) {
  const { hours } = said;
  const left = Object.entries(said.left_out);
  const categories = Object.entries(said.categories);
  return h(
    "div",
    { class: "remarks" },
    left.length > 0 && list("Calls left out, and why", left),
    categories.length > 0 && list("Justified, by category", categories),
    said.timeless > 0 && h("p", { class: "problem" }, icon("warn"), `${said.timeless} calls of the dispatch records state no time: they are in no period.`),
    h("p", { class: "faint" }, `${hours.recordings} recordings start in this period, ${hours.recorded.toFixed(1)} h. Sound was analysed in ${hours.heard.toFixed(1)} h, the picture in ${hours.seen.toFixed(1)} h, words in ${hours.read.toFixed(1)} h. Days are those of ${said.period.zone}. Policy pack ${said.policy.name} ${said.policy.version}.`),
    said.loose.length > 0 && loose(said, open),
  );
}

function list(title, pairs) {
  const total = pairs.reduce((sum, [, count]) => sum + count, 0);
  return h("details", {}, h("summary", {}, `${title}: ${total}`), h("table", {}, h("tbody", {}, ...pairs.map(([name, count]) => h("tr", {}, h("td", { class: "n" }, count), h("td", {}, name))))));
}

function loose(said, open) {
  const rows = said.loose.filter((one) => one.id);
  const more = said.loose.find((one) => one.more);
  return h(
    "details",
    {},
    h("summary", {}, `Recordings that count for no call: ${rows.length + (more ? more.more : 0)}`),
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...["Recording", "Camera", "Start", "Length", "Why"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, ...rows.map((one) => h("tr", {}, h("td", {}, h("button", { class: "count", onclick: () => open(one.id) }, one.file)), h("td", {}, one.camera || "not stated"), h("td", {}, one.start), h("td", { class: "n" }, lasting(one.duration)), h("td", {}, one.reason)))),
    ),
    more && h("p", { class: "faint" }, `${more.more} more: export the CSV of recordings with bwc audit --csv --rows recordings.`),
  );
}
