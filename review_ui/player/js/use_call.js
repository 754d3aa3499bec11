// One call of one officer in full: what was required and recorded, the line of time, what was observed, the evidence for
// it, and what people said of it. The same on the audit's page and on those of recordings and incidents.

import { postState } from "./api.js";
import { lasting, share } from "./audit_format.js";
import { Timeline } from "./audit_timeline.js";
import { h, icon } from "./dom.js";

const NEED_A_REASON = new Set(["justified", "not applicable"]);
const STATE_ABOUT = {
  "to look at": "Nobody has said anything of it yet",
  justified: "It was so, and there was a good reason",
  confirmed: "It was so",
  "not applicable": "It was not so, or the camera did not have to be on",
};

// said: the call; from: {states, justifications}; act: {open(recording, time), link(recording, time, text),
// incident(id, name), keep(finding, state, reason, category, next), none for whoever may not say what it was}; next: there is a next call to go on to
export function callInFull(said, from, act, next = false) {
  const timeline = new Timeline(said, act.open);
  const first = said.cameras[0].recordings[0];
  const dispatch = new Set(said.findings.flatMap((one) => one.evidence.filter((part) => part.kind === "dispatch").map((part) => part.text)));
  const ways = [
    first && act.link(first.id, Math.max(0, -first.start), "Open the recording"),
    ...(act.incident ? said.incidents.map(({ id, name }) => act.incident(id, name)) : []),
  ].filter(Boolean);
  const parts = [
    h("p", {}, h("b", { dir: "auto" }, said.officer), said.unit && `, unit ${said.unit}`, ". ", required(said), ...ways.flatMap((way) => [" ", way])),
    timeline.root,
    said.notes.length > 0 && h("ul", { class: "notes faint" }, ...said.notes.map((note) => h("li", {}, note))),
    ...(said.findings.length ? said.findings.map((finding) => card(finding, from, act, next)) : [h("p", { class: "faint" }, nothing(said))]),
    ...[...dispatch].map((text) => h("p", { class: "faint", dir: "auto" }, `Dispatch record: ${text}`)),
    !said.findings.length && said.source && h("p", { class: "faint" }, `Dispatch record: ${said.source}`),
    said.said_before.length > 0 && before(said.said_before),
    said.recordings.length > 0 && recordings(said),
  ];
  return { parts, timeline };
}

// the card of a finding is drawn anew when something of it was kept: the focus stays on it
export function backTo(root, finding) {
  root.querySelector(`[data-finding="${finding}"] input:checked`)?.focus({ preventScroll: true });
}

// what call it is and when it began, with the name of the zone where its short name does not say it; `more`: beside it
export function heading(said, more) {
  const began = said.start.endsWith(` ${said.zone}`) ? said.start : `${said.start} (${said.zone})`;
  return h("div", { class: "title" }, h("h3", { dir: "auto" }, said.title), h("span", { dir: "auto" }, [said.type, said.disposition].filter(Boolean).join(", ")), h("span", { class: "faint" }, began), more);
}

// judged: {state, reason, category}; what somebody else said since the finding was drawn is not written over
export function keepState({ first, last }, call, finding, judged) {
  return postState({ first, last, key: call.key, finding: finding.id, ...judged, seen: finding.history.length });
}

function required(said) {
  if (said.left_out) return `Left out: ${said.left_out}.`;
  return `A camera was required for ${lasting(said.required_s)}, and ran for ${lasting(said.covered_s)} of it${said.required_s > 0 ? ` (${share(said.covered_s / said.required_s)})` : ""}.`;
}

function nothing(said) {
  if (said.left_out) return "What is left out is not looked at for late starts, gaps and the like.";
  if (!said.recordings.length) return "Whether there is a recording cannot be told.";
  const unlooked = [...new Set(said.recordings.flatMap((one) => one.not_analysed))];
  const within = said.covered_s < said.required_s ? " Starts and stops within the grace of the policy are no observations." : "";
  return unlooked.length ? `Nothing was observed in what was analysed; not analysed: ${unlooked.join(", ")}.${within}` : `Nothing was observed of this camera at this call.${within}`;
}

function card(finding, from, act, next) {
  let state = finding.state;
  const last = finding.history.at(-1);
  const reason = h("input", { type: "text", maxlength: "2000", "aria-label": "Reason", placeholder: last ? "Reason for saying otherwise, or more" : "Reason: what was it, and how is it known?", oninput: () => show() });
  const category = h("select", { "aria-label": "Category", onchange: () => show() }, h("option", { value: "" }, "category of the justification \u2026"), ...from.justifications.map((name) => h("option", { value: name, selected: last?.category === name }, name)));
  const said = () => [finding, state, reason.value, state === "justified" ? category.value : ""];
  const keep = h("button", { class: "keep", onclick: () => act.keep(...said(), false) }, "Keep");
  const keepNext = next && h("button", { class: "keep", title: "Keep it and go on to the next call", onclick: () => act.keep(...said(), true) }, "Keep, next call");
  const hint = h("span", { class: "faint", "aria-live": "polite" });
  const radios = from.states.map((one) => h("label", { class: "choice", title: STATE_ABOUT[one] }, h("input", { type: "radio", name: `state-${finding.id}`, value: one, checked: one === state, onchange: () => { state = one; show(); } }), ` ${one}`));
  const show = () => {
    const lacking = NEED_A_REASON.has(state) && !reason.value.trim();
    const same = state === finding.state && !reason.value.trim() && (state !== "justified" || category.value === (last?.category || ""));
    category.hidden = state !== "justified";
    keep.disabled = lacking || same;
    if (keepNext) keepNext.disabled = keep.disabled;
    hint.textContent = lacking && !same ? "A reason is needed." : "";
  };
  show();
  return h(
    "article",
    { class: `use-card ${finding.state.replaceAll(" ", "-")}`, "data-finding": finding.id },
    h("header", {}, h("h4", {}, finding.title), finding.kind !== "buffer_missing" && h("b", {}, lasting(finding.seconds)), h("span", { class: "faint" }, finding.clock), h("span", { class: "faint", title: "How sure the program is that it was so; never how bad it is" }, `how sure: ${share(finding.sure)}`), !act.keep && h("b", {}, finding.state)),
    h("p", { dir: "auto" }, finding.summary),
    h("ul", { class: "evidence" }, ...evidence(finding).map((one) => h("li", { dir: "auto" }, one.text, one.recording && [" ", act.link(one.recording, one.at, `Open ${one.name} there`)]))),
    act.keep && h("fieldset", {}, h("legend", {}, "What it was, as you see it"), h("div", { class: "choices" }, ...radios), h("div", { class: "reason" }, category, reason, keep, keepNext, hint)),
    finding.history.length > 0 && h("ol", { class: "history faint", "aria-label": "What people said of it" }, ...finding.history.map((one) => h("li", { dir: "auto" }, words(one)))),
  );
}

// the dispatch record is the same for all of a call and stands once; where it is all there is, it is named here
function evidence(finding) {
  const own = finding.evidence.filter((one) => one.kind !== "dispatch");
  return own.length ? own : finding.evidence.slice(0, 1).map((one) => ({ ...one, text: one.kind === "dispatch" ? "The dispatch record, below" : one.text }));
}

function words(one) {
  return `${one.at} ${one.who}: ${[one.state, one.category, one.reason].filter(Boolean).join(", ")}`;
}

function before(rows) {
  return h(
    "section",
    { class: "said-before" },
    h("p", { class: "problem" }, icon("warn"), "Said of this camera at this call, of what is no longer observed, or now from another second on:"),
    h("ol", { class: "history" }, ...rows.map((one) => h("li", { dir: "auto" }, h("b", {}, `${one.title}${one.seconds ? ` ${lasting(one.seconds)}` : ""}, from ${one.clock}: `), words(one)))),
  );
}

// by which clock each recording lies there, what was found against that clock, its buffer, and what nobody looked at
function recordings(said) {
  const buffer = (one) => {
    if (one.buffer === null) return "not measured";
    const asked = one.buffer_asked > 0 ? `, ${lasting(one.buffer_asked)} asked for` : "";
    return (one.buffer > 0 ? `${lasting(one.buffer)} without sound` : "none") + asked;
  };
  const row = (one) => h("tr", {}, h("th", { scope: "row", dir: "auto" }, one.name), h("td", {}, `${one.start}, ${lasting(one.length)}`), h("td", { dir: "auto" }, `${one.clock}, may be off by ${lasting(one.within)}`, ...one.doubts.map((doubt) => h("span", { class: "problem" }, icon("warn"), doubt))), h("td", {}, buffer(one)), h("td", {}, one.not_analysed.join(", ") || "\u2013"));
  return h(
    "details",
    { class: "clocks", open: said.recordings.some((one) => one.doubts.length) },
    h("summary", {}, said.recordings.length === 1 ? "The recording, its clock and its buffer" : `${said.recordings.length} recordings, their clocks and buffers`),
    h("div", { class: "wide" }, h("table", {}, h("thead", {}, h("tr", {}, ...["Recording", `Starts (${said.zone})`, "By which clock", "Pre-event buffer", "Not analysed"].map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, ...said.recordings.map(row)))),
  );
}
