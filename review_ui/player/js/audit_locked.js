// The values that were locked at the end of the period, beside the live ones, and which calls stand otherwise since.

import { count, lasting, rate, share } from "./audit_format.js";
import { h, icon } from "./dom.js";
import { capital } from "./format.js";

export function lockedLine(said, drill) {
  const held = said.locked;
  if (!held) return null;
  const { whole: then } = held;
  const there = held.changed - held.gone.length;
  const stands = held.changed ? `${count(held.changed)} ${held.changed === 1 ? "call stands" : "calls stand"} otherwise since.` : "Nothing changed since.";
  const line = h(
    "details",
    { class: "locked" },
    h("summary", {}, h("strong", {}, `Locked ${held.at} by ${held.who}: ${rate(then.activated, said.goals.activated).value} of calls with video, ${share(then.coverage)} of the time covered. `), stands),
    besides(said, then),
    Object.keys(held.reasons).length > 0 && h("ul", {}, ...Object.entries(held.reasons).map(([reason, number]) => h("li", {}, `${reason} (${count(number)})`))),
    there > 0 && h("p", {}, h("button", { onclick: () => drill({ group: "", list: "changed" }) }, there === 1 ? "Show the call that stands otherwise" : `Show the ${count(there)} calls that stand otherwise`)),
    held.gone.length > 0 && h("p", {}, `No longer in the dispatch records: ${held.gone.slice(0, 20).join("; ")}${held.gone.length > 20 ? `; and ${count(held.gone.length - 20)} more` : ""}.`),
    held.policy_changed && h("p", {}, `The policy pack is another one than then (${held.policy}).`),
    held.earlier > 0 && h("p", {}, `${held.earlier === 1 ? "An earlier lock" : `${held.earlier} earlier locks`} of this period ${held.earlier === 1 ? "is" : "are"} kept. Reason for this one: ${held.reason}`),
    h("p", { class: "faint" }, `Lock ${held.number}, sha256 ${held.sha256}. Page and JSON of the export hold both values; the tables hold the live ones.`),
  );
  if (!held.intact) return h("div", {}, h("p", { class: "trouble" }, icon("warn"), "What was locked no longer has the hash that it was locked with: do not rely on it."), line);
  return line;
}

function besides(said, then) {
  const now = said.whole;
  const goal = said.goals.activated;
  const rows = [
    ["Calls that required a camera", count(then.required), count(now.required)],
    ["With video", `${count(then.with)} (${rate(then.activated, goal).value})`, `${count(now.with)} (${rate(now.activated, goal).value})`],
    ["Without video", count(then.without), count(now.without)],
    ["Cannot be told", count(then.not_told), count(now.not_told)],
    ["Left out", count(then.left_out), count(now.left_out)],
    ["Time covered, of the time required", `${lasting(then.covered_s)} of ${lasting(then.required_s)} (${share(then.coverage)})`, `${lasting(now.covered_s)} of ${lasting(now.required_s)} (${share(now.coverage)})`],
    ...said.kinds.map(([kind, title]) => [title, count(then.kinds[kind] || 0), count(now.kinds[kind][0])]),
    ...said.states.map((state) => [capital(state), count(then.states[state] || 0), count(now.states[state])]),
  ];
  const row = ([name, before, after]) => h("tr", { class: before === after ? "" : "other" }, h("th", { scope: "row" }, name), h("td", {}, before), h("td", {}, after), h("td", {}, before === after ? "" : "otherwise"));
  return h("table", {}, h("thead", {}, h("tr", {}, ...["", "Locked", "Live", ""].map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, ...rows.map(row)));
}
