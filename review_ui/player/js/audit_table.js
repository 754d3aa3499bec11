// Headline figures, the table of groups, and what the figures do not cover.

import { add, fill, h, icon } from "./dom.js";
import { count, lasting, rate, share } from "./audit_format.js";
import { capital } from "./format.js";

const SHORT = { late_start: "Late start", early_stop: "Early stop", gap: "Gap", muted: "No sound", not_seeing: "Not seeing", buffer_missing: "Buffer" };
const MANY = 12; // groups from which on a field to find one helps

export function tiles(said, drill) {
  const { whole, goals } = said;
  const tile = (number, text, more, where) => h("div", { class: "tile" }, where && number ? h("button", { class: "number", "aria-label": `${count(number)}, ${text}`, onclick: () => drill(where) }, count(number)) : h("span", { class: "number" }, count(number)), h("span", { class: "what" }, text), h("span", { class: "faint" }, more));
  const { activated, coverage } = whole;
  const video = rate(activated, goals.activated);
  const covered = coverage === null ? null : [coverage, coverage, coverage];
  const told = whole.with + whole.without;
  const excused = whole.considered && activated && whole.considered[0] !== activated[0] && `; ${rate(whole.considered, goals.activated).value} have video leaving out what people excused`;
  return h(
    "div",
    { class: "tiles" },
    h("div", { class: "tile" }, h("span", { class: "number" }, video.value), h("span", { class: "what" }, told ? `have video: ${count(whole.with)} of ${count(told)} calls` : "calls with video: none to count"), bar(activated, goals.activated), h("span", { class: "faint" }, `${activated ? `95 % interval ${video.low} to ${video.high}; ` : ""}goal ${share(goals.activated)}`)),
    h("div", { class: "tile" }, h("span", { class: "number" }, rate(covered, goals.covered).value), h("span", { class: "what" }, "of required time covered"), bar(covered, goals.covered), h("span", { class: "faint" }, `${whole.required_s > 0 ? `${lasting(whole.covered_s)} of ${lasting(whole.required_s)}; ` : ""}goal ${share(goals.covered)}`)),
    tile(whole.without, "calls without video", `of ${count(told)} that required it${whole.not_told ? " and of which it can be told" : ""}${excused || ""}`, { list: "without" }),
    tile(whole.states["to look at"], "observations to look at", `${count(whole.states.justified)} justified, ${count(whole.states.confirmed)} confirmed, ${count(whole.states["not applicable"])} not applicable`, { state: "to look at" }),
    tile(whole.left_out + whole.not_told, "calls that are not counted", `of ${count(whole.cases)}: ${count(whole.left_out)} left out, ${count(whole.not_told)} cannot be told`, { list: whole.left_out ? "left-out" : "not-told" }),
    h("div", { class: "tile" }, h("span", { class: "what" }, "Not analysed, of the time covered"), h("span", { class: "two-shares" }, h("b", {}, share(whole.unheard)), " of the sound"), h("span", { class: "two-shares" }, h("b", {}, share(whole.unwatched)), " of the picture"), h("span", { class: "faint" }, whole.buffers[1] > 0 ? `buffer not measured in ${count(whole.buffers[1])} of ${count(whole.buffers[0] + whole.buffers[1])} recordings` : "never counted as good")),
  );
}

// every kind of observation over all calls: how many, in how many of the calls in which it could be seen, how long
export function observed(said, drill) {
  const heads = [["What was observed", ""], ["Number", ""], ["Calls", "of those in which it could be looked for"], ["Share", "of these calls, 95 % interval"], ["Median", ""], ["Longest", ""], ["Together", ""], ...said.states.map((state) => [capital(state), ""])];
  // a number alone says nothing to who cannot see the table round it
  const to = (number, where, what) => (number ? h("button", { class: "count", "aria-label": `${count(number)}, ${what}`, onclick: () => drill({ group: "", ...where }) }, count(number)) : h("span", { class: "faint" }, "0"));
  const line = (one) => {
    const name = h("th", { scope: "row" }, one.title);
    if (!one.could && !one.count) return h("tr", {}, name, h("td", { class: "faint", colspan: heads.length - 1 }, "not analysed in any of these calls"));
    const between = rate(one.share);
    const length = (seconds) => (one.kind === "buffer_missing" ? "\u2013" : lasting(seconds));
    return h(
      "tr",
      {},
      name,
      h("td", { class: "n" }, to(one.count, { kind: one.kind }, one.title)),
      h("td", { class: "n" }, `${count(one.calls)} of ${count(one.looked)}`),
      h("td", { class: "n" }, between.value, one.share && h("span", { class: "faint" }, ` (${between.low} to ${between.high})`)),
      ...[one.median, one.longest, one.sum].map((seconds) => h("td", { class: "n" }, length(seconds))),
      ...said.states.map((state) => h("td", { class: "n" }, to(one.states[state], { kind: one.kind, state }, `${one.title}, ${state}`))),
    );
  };
  return h(
    "section",
    { class: "observed" },
    h("table", { "aria-label": "What was observed over all calls" }, h("thead", {}, h("tr", {}, ...heads.map(([name, about], n) => h("th", { scope: "col", class: n > 0 ? "n" : "" }, name, about && h("span", { class: "longest" }, about))))), h("tbody", {}, ...said.observed.map(line))),
    h("p", { class: "faint" }, inAll(said.whole)),
  );
}

// the rows count what the policy does not allow; how long cameras were mute or blind at all stands here
function inAll({ covered_s, muted_s, unseen_s, unheard, unwatched }) {
  const lost = (seconds, unknown, what) => (unknown === null || unknown >= 1 ? `${what}: not analysed` : `${what}: ${lasting(seconds)}`);
  return `Of the ${lasting(covered_s)} that cameras ran, in all: ${lost(muted_s, unheard, "without sound")} (mutes that the policy allows among it, the pre-event buffer not); ${lost(unseen_s, unwatched, "not seeing")}. Whether a microphone was covered or rubbed is not measured.`;
}

// a share with its interval as a line and the goal, where there is one, as a mark
export function bar(found, goal = null) {
  if (!found) return h("span", { class: "share none", title: "nothing to count" });
  const at = (value) => `${(Math.min(1, Math.max(0, value)) * 100).toFixed(2)}%`;
  const told = rate(found, goal);
  const said = `${told.value}${found[2] > found[1] ? `, between ${told.low} and ${told.high}` : ""}` + (goal === null ? "" : `; goal ${share(goal)}`);
  return h(
    "span",
    { class: "share", role: "img", "aria-label": said, title: said },
    h("span", { class: "fill", style: `width:${at(found[0])}` }),
    found[2] > found[1] && h("span", { class: "between", style: `left:${at(found[1])};width:${at(found[2] - found[1])}` }),
    goal !== null && h("span", { class: "goal", style: `left:${at(goal)}` }),
  );
}

export function groupTable(said, drill) {
  const title = said.groupings.find(([name]) => name === said.grouping)[1];
  const body = h("tbody", {});
  const heads = [
    [title, "", ""], ["With video", "", "Calls with video, of those of which it can be told; line: 95 % interval, mark: goal"], ["Calls", "that required it", "Calls that required a camera"], ["Without", "", "Calls without video"],
    ["Not told", "", "Calls of which it cannot be told whether there is a recording"], ["Covered", "of required", "Required time in which the camera ran"],
    ...Object.entries(SHORT).map(([kind, name]) => [name, kind === "buffer_missing" ? "" : "longest", "Number, and the longest"]), ["To look at", "", "Observations that nobody has looked at"],
    ["Not analysed", "sound | picture", "Share of the covered time"], ...(said.locked ? [["When locked", "with video", "Calls with video when the period was locked"]] : []),
  ];
  const head = h("thead", {}, h("tr", {}, ...heads.map(([name, under, about], n) => h("th", { scope: "col", class: n > 1 ? "n" : "", title: about }, name, under && h("span", { class: "longest" }, under)))));
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
    h("table", { "aria-label": `Figures by ${title.toLowerCase()}` }, head, body),
  );
}

function article(title) {
  return `${/^[aeiou]/i.test(title) ? "an" : "a"} ${title.toLowerCase()}`;
}

function row(one, said, drill, total = false) {
  const cellOf = (number, what, where, more = "") => h("td", { class: "n" }, number ? h("button", { class: "count", "aria-label": `${count(number)}, ${what}, ${one.title}`, onclick: () => drill({ group: one.group, ...where }) }, count(number)) : h("span", { class: "faint" }, "0"), more && h("span", { class: "longest" }, more));
  const kinds = Object.keys(SHORT).map((kind) => {
    const [number, median, worst, looked] = one.kinds[kind];
    if (!looked && !number) return h("td", { class: "n faint", title: "Could not be looked for in any of these calls" }, "\u2013");
    const cell = cellOf(number, SHORT[kind], { kind }, number && kind !== "buffer_missing" ? lasting(worst) : "");
    if (number) cell.title = `${number}: median ${lasting(median)}, longest ${lasting(worst)}`;
    if (kind === "muted" && one.muted_s > 0) cell.title = [cell.title, `without sound in all ${lasting(one.muted_s)}, mutes that the policy allows among it`].filter(Boolean).join("; ");
    return cell;
  });
  return h(
    "tr",
    { class: total ? "total" : "" },
    h("th", { scope: "row" }, h("button", { class: "count name", "data-group": one.group, onclick: () => drill({ group: one.group, list: one.group ? "" : "all" }) }, one.title)),
    h("td", { class: "rate" }, bar(one.activated, said.goals.activated), h("b", {}, rate(one.activated, said.goals.activated).value)),
    h("td", { class: "n" }, one.required ? h("button", { class: "count", "aria-label": `${count(one.required)}, calls that required a camera, ${one.title}`, onclick: () => drill({ group: one.group, list: "all" }) }, count(one.required)) : "0", one.left_out > 0 && h("span", { class: "longest" }, h("button", { class: "count", title: "Calls that the policy leaves out, or of which this cannot be told", onclick: () => drill({ group: one.group, list: "left-out" }) }, `${count(one.left_out)} left out`))),
    cellOf(one.without, "without video", { list: "without" }),
    cellOf(one.not_told, "cannot be told", { list: "not-told" }),
    h("td", { class: "n" }, rate(one.coverage === null ? null : [one.coverage, one.coverage, one.coverage], said.goals.covered).value, h("span", { class: "longest" }, lasting(one.required_s))),
    ...kinds,
    cellOf(one.states["to look at"], "to look at", { state: "to look at" }),
    h("td", { class: "n pair" }, `${share(one.unheard)} | ${share(one.unwatched)}`),
    said.locked && h("td", { class: "n" }, one.held === null ? share(null) : rate([one.held, one.held, one.held], said.goals.activated).value),
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
    h("p", { class: "faint" }, !hours.recordings ? "No recording starts in this period." : `${count(hours.recordings)} recordings start in this period, ${lasting(hours.recorded * 3600)}. Sound was analysed in ${lasting(hours.heard * 3600)} of them, the picture in ${lasting(hours.seen * 3600)}, words in ${lasting(hours.read * 3600)}.`),
    h("p", { class: "faint" }, `The goals, and when a camera had to be on, are those of policy pack ${said.policy.name} ${said.policy.version} (sha256 ${said.policy.sha256.slice(0, 12)}). Days and times are those of ${said.period.zone}.`, !said.zone_named && " The pack names no zone, so that UTC stands in for the agency's own: days begin at midnight UTC."),
    h("p", { class: "faint" }, `Counted from: ${Object.entries(said.sources).map(([what, text]) => `${what} (${text})`).join("; ")}.`),
    said.loose.length > 0 && loose(said, open),
  );
}

function list(title, pairs) {
  const total = pairs.reduce((sum, [, number]) => sum + number, 0);
  return h("details", {}, h("summary", {}, `${title}: ${count(total)}`), h("table", {}, h("tbody", {}, ...pairs.map(([name, number]) => h("tr", {}, h("td", { class: "n" }, count(number)), h("td", {}, name))))));
}

function loose(said, open) {
  const rows = said.loose.filter((one) => one.id);
  const more = said.loose.find((one) => one.more);
  return h(
    "details",
    {},
    h("summary", {}, `Recordings that count for no call: ${count(rows.length + (more ? more.more : 0))}`),
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...["Recording", "Camera", "Start", "Length", "Why"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, ...rows.map((one) => h("tr", {}, h("td", {}, h("button", { class: "count", onclick: () => open(one.id) }, one.file)), h("td", {}, one.camera || "not stated"), h("td", {}, one.start), h("td", { class: "n" }, lasting(one.duration)), h("td", {}, one.reason)))),
    ),
    more && h("p", { class: "faint" }, `${count(more.more)} more: they are all in the export "Recordings of no call".`),
  );
}
