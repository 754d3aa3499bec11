// The pack in force: what it asks for, with which words and numbers, where each of it stands, and its versions.

import { keepAddress } from "./address.js";
import { post } from "./api.js";
import { trouble } from "./asked_page.js";
import { share } from "./audit_format.js";
import { fill, h, icon } from "./dom.js";
import { capital, utc } from "./format.js";

const SETS = { phrases: "anywhere", starts: "where a clause starts", alone: "as a whole clause", answers: "as an answer", after: "\u2026 to", unless: "not where the sentence says", unless_line: "not where the line says", imperatives: "where a clause starts, or after \u201cI need you to\u201d", vague: "says not what to do", wide: "verbs, where nothing narrower fits", bare: "without a verb", about: "belongs here" };

export function policyTab(said, page) {
  const own = said.files.find((one) => !one.shipped);
  const may = said.manage && own;
  const change = (stub) => may && stub && h("button", { class: "plain small", onclick: () => page.edit(own.name, stub) }, "change");
  const parts = h("div", {});
  const sections = said.problems.length ? [] : [clauses(said), techniques(said, change), orders(said, change), numbers("Times", said.windows, change), numbers("Cameras and goals", said.camera, change), form(said), words(said)];
  const find = h("input", { type: "search", placeholder: "Find a phrase, a clause, a number", "aria-label": "Find a phrase, a clause, a number", value: page.asked.get("find") || "", oninput: () => narrow(parts, find.value, page) });
  fill(parts, ...sections);
  const whole = h("div", {}, head(said, page, own), standing(said, page), versions(said, page), sections.length > 0 && h("div", { class: "find" }, find, h("span", { class: "faint" }, "What is looked for, and where each of it stands.")), parts, h("p", { class: "faint" }, said.retention));
  if (find.value) narrow(parts, find.value, page);
  return whole;
}

function head(said, page, own) {
  const { stamp } = said;
  return h(
    "section",
    { class: "pack" },
    said.problems.length > 0 && h("div", { class: "trouble" }, icon("warn"), "The policy pack cannot be used as it stands. Nothing can be analysed or counted until it is put right:", h("ul", {}, ...said.problems.map((one) => h("li", {}, `${one.file}${one.line ? `, line ${one.line}` : ""}: ${one.message}`)))),
    stamp && h("h2", {}, `${said.title || stamp.name} `, h("span", { class: "faint" }, `${stamp.name}, version ${stamp.version}`)),
    stamp && h("p", { class: "faint" }, said.shipped ? "The model policy that comes with the program. " : `This agency's own pack, in ${own ? own.name : "its file"}; what it does not say comes from the model policy. `, `Hash ${stamp.sha256.slice(0, 12)}: every finding keeps it.${said.zone ? ` Days are those of ${said.zone}.` : ""}`),
    !said.problems.length && h("p", { class: "good" }, icon("check"), " Checked: no mistakes."),
    said.manage && (own ? h("p", {}, ...said.files.filter((one) => !one.shipped).map((one) => h("button", { class: "make", onclick: () => page.edit(one.name) }, `Change ${one.name}`))) : said.shipped && begin(page)),
  );
}

function begin(page) {
  const name = h("input", { type: "text", maxlength: "64", required: true, placeholder: "our_city", "aria-label": "Name of the pack" });
  const told = h("p", { class: "trouble", role: "alert", hidden: true });
  const make = async (event) => {
    event.preventDefault();
    try {
      const made = await post("/bwc/manage/begin", { name: name.value });
      if (told.isConnected) page.edit(made.file);
    } catch (error) {
      told.hidden = false;
      fill(told, icon("warn"), trouble(error));
    }
  };
  return h("form", { class: "form", onsubmit: make }, h("span", {}, "An agency writes its own pack: it keeps the model policy and says what is different."), h("label", {}, "Name", name), h("button", { class: "make" }, "Begin our own pack"), told);
}

function standing(said, page) {
  const now = said.standing;
  if (!now) return null;
  if (!now.recordings) return h("p", { class: "note" }, "Nothing was analysed with a policy pack yet.");
  const others = now.others.reduce((sum, [, count]) => sum + count, 0);
  const told = h("span", { class: "faint", role: "status" });
  const look = async (event) => {
    event.target.disabled = true;
    try {
      await post("/bwc/manage/redo", {});
      watch(told, page);
    } catch (error) {
      event.target.disabled = false;
      told.textContent = trouble(error);
    }
  };
  if (said.redoing?.at_work) watch(told, page);
  return h(
    "div",
    { class: "note" },
    h("p", {}, `${now.by_this} of ${now.recordings} recordings were looked at with this pack. ${now.findings} findings of this store go by a policy pack, ${now.with_verdict} of them with a person's verdict.`),
    others > 0 && h("p", {}, `${others} ${others === 1 ? "recording was" : "recordings were"} looked at with another one: ${now.others.map(([name, count]) => `${name}, ${count}`).join("; ")}. `, said.manage && !said.redoing?.at_work && h("button", { onclick: look }, "Look again with this pack"), " "),
    said.redoing?.problem && h("p", { class: "problem" }, icon("warn"), `Looking again ended early: ${said.redoing.problem}`),
    told,
  );
}

// asks again until it is done, as long as the page stands
function watch(told, page) {
  told.textContent = "Looking again \u2026 verdicts stay.";
  setTimeout(() => told.isConnected && page.load(), 2000);
}

function versions(said, page) {
  if (!said.versions.length) return null;
  return h(
    "details",
    { class: "versions" },
    h("summary", {}, `Versions that were kept: ${said.versions.length}`),
    h("table", {}, heads("When", "Who", "File", "Pack", "Note", ""), h("tbody", {}, ...said.versions.map((one) => h("tr", {}, h("td", {}, utc(one.at_utc)), h("td", {}, one.who), h("td", {}, one.file), h("td", {}, one.pack.name ? `${one.pack.name} ${one.pack.version} (${one.pack.sha256.slice(0, 12)})` : "could not be read"), h("td", { dir: "auto" }, one.note), h("td", {}, h("button", { class: "plain small", "aria-label": `Read version ${one.number}`, onclick: () => page.look(one.number) }, "read")))))),
  );
}

export function heads(...names) {
  return h("thead", {}, h("tr", {}, ...names.map((name) => h("th", { scope: "col" }, name || h("span", { class: "hidden" }, "Actions")))));
}

function where(from) {
  if (!from.length) return h("span", { class: "faint" }, "program");
  const [first, ...rest] = from.map(([file, line]) => `${file}:${line}`);
  return h("span", { class: "faint from", title: rest.length ? `Laid over ${rest.join(", ")}` : null }, first);
}

function part(title, count, table, open = false) {
  return h("details", { class: "part", open }, h("summary", {}, `${title} `, h("span", { class: "faint" }, String(count))), table);
}

function clauses(said) {
  const on = said.clauses.filter((one) => one.enabled).length;
  const row = (one) => h("tr", { class: one.enabled ? "" : "off" }, h("th", { scope: "row" }, one.id), h("td", {}, h("strong", {}, one.title), h("span", { class: "block" }, one.text), one.note && h("span", { class: "block faint" }, one.note)), h("td", {}, one.enabled ? (one.labels.length ? one.labels.map((label) => label.replaceAll("_", " ")).join(", ") : `shown by: ${one.shown_by}`) : "switched off: not looked for"), h("td", {}, one.source), h("td", {}, where(one.from)));
  return part("Clauses", `${on} of ${said.clauses.length} switched on`, h("table", { class: "asked" }, heads("Clause", "What it asks for", "Looked for", "Source", "Stands in"), h("tbody", {}, ...said.clauses.map(row))), true);
}

function techniques(said, change) {
  const row = (one) => h("tr", {}, h("th", { scope: "row" }, capital(one.title), one.clauses.length > 0 && h("span", { class: "clauses" }, one.clauses.join(", "))), h("td", {}, phrases(one.sets), change(one.stub)), h("td", { class: "n" }, one.threshold.toFixed(2), one.veto > 0 && h("span", { class: "faint" }, ` / ${one.veto.toFixed(2)}`), change(one.threshold_stub)), h("td", { class: "n" }, one.goal === null ? h("span", { class: "faint" }, "none") : share(one.goal)), h("td", {}, where(one.from.length ? one.from : one.threshold_from)));
  return part("What is looked for in speech", said.techniques.length, h("table", {}, heads("Label", "Phrases", "Counts from / not below", "Goal", "Stands in"), h("tbody", {}, ...said.techniques.map(row))));
}

function orders(said, change) {
  const row = (one) => h("tr", {}, h("th", { scope: "row" }, capital(one.name.replaceAll("_", " ")), one.clause && h("span", { class: "clauses" }, one.clause)), h("td", {}, phrases(one.sets), change(one.stub)), h("td", {}, where(one.from)));
  return part("Orders", said.orders.length, h("table", {}, heads("About", "Phrases", "Stands in"), h("tbody", {}, ...said.orders.map(row))));
}

function phrases(sets) {
  const names = Object.keys(sets);
  if (!names.length) return h("span", { class: "faint" }, "no phrases: by the program's own rules or the classifier");
  const count = names.reduce((sum, name) => sum + sets[name].length, 0);
  return h("details", { class: "phrases" }, h("summary", {}, `${count} phrases`), ...names.map((name) => h("div", {}, h("span", { class: "faint" }, SETS[name] || name), h("ul", {}, ...sets[name].map((text) => h("li", {}, h("code", {}, text)))))));
}

function numbers(title, rows, change) {
  const shown = (value) => (Array.isArray(value) ? value.join(", ") || "none" : value === true ? "yes" : value === false ? "no" : typeof value === "object" && value ? Object.entries(value).map(([key, one]) => `${key}: ${one}`).join("; ") || "none" : String(value));
  const row = (one) => h("tr", {}, h("th", { scope: "row" }, capital(one.key.replaceAll("_", " "))), h("td", { class: one.set ? "set" : "" }, shown(one.value), change(one.stub)), h("td", {}, one.about, one.set && !Array.isArray(one.value) && typeof one.value !== "object" && h("span", { class: "block faint" }, `the program's default: ${shown(one.default)}`)), h("td", {}, where(one.from)));
  return part(title, rows.length, h("table", {}, heads("Setting", "Value", "What it is", "Stands in"), h("tbody", {}, ...rows.map(row))));
}

function form(said) {
  if (!said.form.length) return null;
  return part("Questions of the review form", said.form.length, h("table", {}, heads("Question", "Answers", "Clause"), h("tbody", {}, ...said.form.map((one) => h("tr", {}, h("td", {}, one.question), h("td", {}, one.answers.join(" / ") || "in free words"), h("td", {}, one.clause))))));
}

function words(said) {
  if (!said.hotwords.length) return null;
  return part("Words that a recogniser should expect", said.hotwords.length, h("p", {}, said.hotwords.join(", ")));
}

// rows that hold all the words; parts without any are shut and dimmed
function narrow(parts, text, page) {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  page.asked.set("find", text);
  if (!text) page.asked.delete("find");
  keepAddress("settings", page.query(["settings", ...page.names], { settings: "1" }));
  for (const one of parts.querySelectorAll("details.part")) {
    const rows = [...one.querySelectorAll("tbody > tr")];
    let left = 0;
    for (const row of rows) {
      row.hidden = !wanted.every((word) => row.textContent.toLowerCase().includes(word));
      left += !row.hidden;
      for (const phrases of row.querySelectorAll("details.phrases")) {
        phrases.open = wanted.length > 0 && !row.hidden;
        for (const item of phrases.querySelectorAll("li")) item.hidden = wanted.length > 0 && !wanted.some((word) => item.textContent.toLowerCase().includes(word));
      }
    }
    one.hidden = wanted.length > 0 && rows.length > 0 && !left;
    if (wanted.length) one.open = left > 0;
  }
}
