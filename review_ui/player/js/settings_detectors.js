// Every detector: what it looks for, with which settings, and how its last runs ended.

import { h, icon } from "./dom.js";
import { capital } from "./format.js";
import { heads } from "./settings_policy.js";

export function detectorsTab(said) {
  return h(
    "div",
    {},
    h("p", { class: "note" }, said.program.file ? `Settings are read from ${said.program.file} where the program was started; ` : "There is no bwc.toml where the program was started: all settings are the program's own. ", "Thresholds of a detector are changed there, under ", h("code", {}, "[detectors.NAME]"), "; what it looks for in words stands in the policy pack."),
    h("table", { class: "wide" }, heads("Detector", "Looks at", "Version", "Settings", "Last runs"), h("tbody", {}, ...said.detectors.map(row))),
    h("h2", {}, "The program's own settings"),
    ...said.program.sections.map(([name, rows]) => h("details", { class: "part" }, h("summary", {}, h("code", {}, `[${name}]`), h("span", { class: "faint" }, ` ${rows.filter((one) => one.set).length} changed`)), settings(rows))),
  );
}

function row(one) {
  const changed = one.settings.filter((setting) => setting.set).length;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, one.title, h("span", { class: "block faint" }, one.about)),
    h("td", {}, one.looks_at, one.by_policy && h("span", { class: "block faint" }, "by the policy pack")),
    h("td", { class: "n" }, one.version),
    h("td", {}, one.settings.length ? h("details", { class: "phrases" }, h("summary", {}, `${one.settings.length} ${one.settings.length === 1 ? "setting" : "settings"}${changed ? `, ${changed} changed` : ""}`), settings(one.settings)) : h("span", { class: "faint" }, "none")),
    h("td", {}, runs(one.runs)),
  );
}

function runs(found) {
  if (!found) return h("span", { class: "faint" }, "\u2013");
  const never = found.of - found.done - sum(found.not_analysed) - sum(found.failed);
  return [
    h("span", {}, `${found.done} of ${found.of} recordings`),
    ...found.not_analysed.map(([why, count]) => h("span", { class: "block faint", dir: "auto" }, `${count} not analysed: ${why}`)),
    ...found.failed.map(([why, count]) => h("span", { class: "block problem", dir: "auto" }, icon("warn"), `${count} failed: ${why}`)),
    never > 0 && h("span", { class: "block faint" }, `${never} never looked at`),
    found.older > 0 && h("span", { class: "block faint" }, `${found.older} by an older version; bwc analyze does them again`),
  ];
}

function sum(pairs) {
  return pairs.reduce((total, [, count]) => total + count, 0);
}

function settings(rows) {
  return h("table", {}, heads("Setting", "Value", "What it is"), h("tbody", {}, ...rows.map((one) => h("tr", {}, h("th", { scope: "row" }, h("code", {}, one.key)), h("td", { class: one.set ? "set" : "" }, said(one.value)), h("td", {}, capital(one.about), one.set && h("span", { class: "block faint" }, `default: ${said(one.default)}`))))));
}

function said(value) {
  if (value === "") return "\u2013";
  return Array.isArray(value) ? value.join(", ") : typeof value === "object" && value ? JSON.stringify(value) : String(value);
}
