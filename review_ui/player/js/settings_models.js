// Which models are here and which are not, what is therefore not analysed, where things lie, versions and licences.

import { lasting } from "./audit_format.js";
import { h, icon } from "./dom.js";
import { capital } from "./format.js";
import { heads } from "./settings_policy.js";

export function modelsTab(said, page) {
  const { installed } = said;
  return h(
    "div",
    {},
    backends(installed),
    missing(said.missing),
    models(said, page),
    places(said.places, installed),
    licences(installed),
  );
}

function backends(installed) {
  const kinds = [...new Set(installed.backends.map((one) => one.kind))];
  const used = (kind) => installed.backends.find((one) => one.kind === kind && one.available);
  return h(
    "section",
    {},
    h("h2", {}, "What an analysis uses now"),
    h("table", {}, heads("For", "Uses", "Not here", "What follows"), h("tbody", {}, ...kinds.map((kind) => {
      const others = installed.backends.filter((one) => one.kind === kind && !one.available);
      const best = installed.backends.find((one) => one.kind === kind);
      return h("tr", {}, h("th", { scope: "row" }, capital(kind)), h("td", {}, used(kind) ? h("span", {}, used(kind).name, h("span", { class: "block faint" }, used(kind).reason)) : "phrases of the pack, and the classifier of words that ships"), h("td", {}, ...others.map((one) => h("span", { class: "block" }, one.name, h("span", { class: "faint" }, ` ${one.reason}`)))), h("td", {}, best.available ? h("span", { class: "good" }, icon("check"), " the best there is") : h("span", { class: "problem" }, icon("warn"), installed.lacking[kind] || "")));
    }))),
  );
}

function missing(rows) {
  if (!rows) return null;
  return h(
    "section",
    {},
    h("h2", {}, "What was not analysed in this store, and why"),
    rows.length ? h("table", {}, heads("What", "Why", "Recordings", "Time"), h("tbody", {}, ...rows.map((one) => h("tr", {}, h("td", {}, capital(one.what.replaceAll("_", " "))), h("td", { dir: "auto" }, one.reason), h("td", { class: "n" }, one.recordings), h("td", { class: "n" }, lasting(one.seconds)))))) : h("p", {}, "Everything that was looked for could be looked for, in every recording."),
  );
}

function models(said, page) {
  const { installed } = said;
  const row = (one) => h("tr", {}, h("th", { scope: "row" }, one.name), h("td", {}, `${capital(one.task)}: ${one.about}`), h("td", { class: "n" }, one.size_mb ? `${one.size_mb} MB` : "not known"), h("td", {}, one.licence, one.gated && " (its page asks for an account)"), h("td", {}, one.state === "installed" ? h("span", { class: "good" }, icon("check"), " here") : one.state === "not installed" ? h("details", { class: "phrases" }, h("summary", {}, "not here: how to get it"), how(one, installed)) : h("span", { class: "problem" }, icon("warn"), one.state), one.verified_utc && h("span", { class: "block faint" }, `checked ${one.verified_utc.slice(0, 10)}`)));
  return h("section", {}, h("h2", {}, "Models that can be put in"), h("p", { class: "faint" }, "Nothing is fetched by itself, and this page fetches nothing. A model is used from the next analysis on."), h("table", {}, heads("Name", "For", "Size", "Licence", "Here?"), h("tbody", {}, ...installed.models.map(row))), h("p", {}, h("button", { onclick: () => again(page) }, "Look again at what is here")));
}

function how(one, installed) {
  const folder = installed.weights_folder;
  return h("div", {}, h("p", {}, "On a machine with a network:"), h("pre", {}, `bwc models pull ${one.name}`), folder && [h("p", {}, "A machine without one takes the folder from there, and checks it:"), h("pre", {}, `copy it to ${one.folder || `${folder}/${one.name}`}\nbwc models verify ${one.name}`)]);
}

async function again(page) {
  page.body.setAttribute("aria-busy", "true");
  const { getJson } = await import("./api.js");
  try {
    page.said = await getJson("/bwc/settings/models?again=1");
    page.draw();
  } catch (error) {
    page.fail(error);
  }
  page.body.removeAttribute("aria-busy");
}

function places(said, installed) {
  if (!said) return null;
  const rows = [...said.rows, ["Model weights", installed.weights_folder, ""], ["ffmpeg", installed.ffmpeg, ""], ["Free where the program was started", `${(installed.free_bytes / 1e9).toFixed(1)} GB`, ""]];
  return h(
    "section",
    {},
    h("h2", {}, "Stores and folders"),
    h("table", {}, h("tbody", {}, ...rows.map(([name, place, more]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", { class: "any", dir: "auto" }, place), h("td", { class: "faint" }, more))))),
    said.failed_count > 0 && h("details", { class: "part" }, h("summary", {}, h("span", { class: "problem" }, icon("warn"), `${said.failed_count} files could not be read`)), h("table", {}, h("tbody", {}, ...said.failed.map(([path, why]) => h("tr", {}, h("td", { class: "any", dir: "auto" }, path), h("td", { dir: "auto" }, why)))))),
  );
}

function licences(installed) {
  const here = installed.packages.filter((one) => one.version && !one.extra);
  const extras = installed.packages.filter((one) => one.extra);
  const row = (one) => h("tr", {}, h("th", { scope: "row" }, one.name), h("td", {}, one.version || "not installed"), h("td", {}, one.licence), h("td", { class: "faint" }, one.extra && `only for [${one.extra}]`));
  return h("section", {}, h("h2", {}, "Versions and licences"), h("p", {}, `bwc-review ${installed.program}, Apache License 2.0. Python ${installed.python}, SQLite ${installed.sqlite}.`), h("details", { class: "part" }, h("summary", {}, "Packages ", h("span", { class: "faint" }, String(here.length + extras.length))), h("table", {}, heads("Package", "Version", "Licence", "Needed"), h("tbody", {}, ...[...here, ...extras].map(row)))));
}
