// What stands behind the page: the file, the steps of the analysis with their versions, what was not analysed.

import { h } from "./dom.js";
import { clock } from "./format.js";

export function about(said, provenance) {
  return h(
    "details",
    { class: "about" },
    h("summary", {}, "About this recording and its analysis", provenance && h("span", { class: "faint" }, ` ${provenance}`)),
    h(
      "div",
      { class: "columns" },
      h("section", {}, h("h3", {}, "The file"), h("dl", {}, ...said.file.flatMap(([name, value]) => [h("dt", {}, name), h("dd", { dir: "auto" }, value)]))),
      h("section", {}, h("h3", {}, "What was done"), said.steps.length ? steps(said.steps) : h("p", {}, "No step was run on this recording."), ...said.policies.map((pack) => h("p", {}, `Policy pack: ${pack}`))),
      h("section", {}, h("h3", {}, "What was not analysed"), missing(said.missing)),
    ),
  );
}

function steps(rows) {
  const head = h("tr", {}, ...["Step", "How", "Result", "When (UTC)"].map((name) => h("th", { scope: "col" }, name)));
  return h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows.map((row) => h("tr", {}, ...[row.step, row.how, row.state, row.when_utc].map((cell) => h("td", { dir: "auto" }, cell))))));
}

function missing(rows) {
  const never = h("li", {}, "In no recording: whether the microphone is covered or rubbed. It could not be told from ordinary sound.");
  return h("ul", {}, ...rows.map((gap) => h("li", {}, `${clock(gap.start)} \u2013 ${clock(gap.end)}: ${gap.what}. ${gap.reason}`)), never);
}
