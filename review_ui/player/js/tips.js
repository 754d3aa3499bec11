// What the pointer tells: words, never a mark-up.

import { h } from "./dom.js";
import { clock, figure, length, percent } from "./format.js";
import { RULER } from "./paint.js";

const MOST_FIGURES = 4;

// words that a tip of a finding shows of what was said
const MOST_LETTERS = 300;

export function laneTip(timeline, { lane, index, gap }, time) {
  const { events } = timeline;
  if (lane.fold) return [[lane.title, lane.said], [null, lane.open ? "Click to shut" : "Click to see each lane"]];
  if (lane.group === "curves") return curveTip(timeline, lane, time, gap);
  if (index < 0) {
    if (gap?.off) return [["Camera off", `no recording, ${clock(gap.start, 1)} \u2013 ${clock(gap.end, 1)} (${length(gap.end - gap.start)})`], [null, `Camera ${lane.title.trim()}`]];
    if (gap) return [["Not analysed", gap.reason]];
    return lane.group === "findings" && lane.state === "done" && !lane.marks.length ? [[lane.title, "Looked for, nothing found"]] : [];
  }
  const start = lane.marks.start[index];
  const end = lane.marks.end[index];
  const span = `${clock(start, 1)} \u2013 ${clock(end, 1)} (${length(end - start)})`;
  if (lane.group === "speech") return [[lane.title + (lane.role ? `, ${lane.role}` : ""), span], [null, lane.about && `Role: ${lane.about}`]];
  if (lane.group === "flags") {
    const { title, text } = lane.rows[lane.marks.ref[index]];
    return [[`Dispatch record: ${title}`, text]];
  }
  if (lane.group === "cameras" && lane.rows[lane.marks.ref[index]].finding === undefined) {
    const row = lane.rows[lane.marks.ref[index]];
    if (lane.ofIncident) return [[`Camera ${lane.title}`, span], [null, row.name], [null, `Laid here by: ${row.offset_source}`]];
    return [[`Camera ${lane.title}`, span], [null, row.name], [null, row.recording ? "Click to open it at this moment" : "This recording"]];
  }
  const found = events.findings;
  const finding = lane.ofIncident ? lane.rows[lane.marks.ref[index]].finding : lane.marks.ref[index];
  return [
    [lane.ofIncident ? lane.rows[lane.marks.ref[index]].name : lane.title, span],
    [null, found.summary[finding]],
    [null, found.text[finding] && `\u201c${found.text[finding].slice(0, MOST_LETTERS)}\u201d`],
    [null, [found.who[finding], found.role[finding]].filter(Boolean).join(", ")],
    [null, `${howSure(found.score[finding])}${found.draft[finding] ? ", words are a draft" : ""}`],
    ...why(timeline.why?.[found.id[finding]]),
    [null, stateWords(found.verdict[finding], found.reviewer[finding])],
  ];
}

export function howSure(score) {
  return score === null ? "How sure: not told" : `How sure: ${percent(score)}`;
}

// the rule and the first figures; all of them stand on the card
function why(evidence) {
  if (!evidence) return [];
  const { why: words, rule, ...rest } = evidence;
  const plainly = Object.entries(rest).filter(([, value]) => ["number", "string", "boolean"].includes(typeof value) && value !== "");
  const figures = plainly.slice(0, MOST_FIGURES).map(([name, value]) => figure(name, value).join(" "));
  return [[null, words && `Why: ${words}`], [null, rule && `Rule: ${rule}`], [null, figures.join(" \u00b7 ")]];
}

function curveTip(timeline, lane, time, gap) {
  const missing = gap ? [["Not analysed", gap.reason]] : [];
  const curve = timeline.curves?.get(lane.key.slice(6));
  if (!curve) return gap ? missing : [[lane.title, lane.about]];
  const found = curve.between(time, time + (timeline.to - timeline.from) / timeline.width);
  if (!found) return gap ? missing : [[lane.title, "not measured here"], [null, lane.about]];
  const value = lane.key === "curve:loudness" ? `${Math.round(found[1])} dBFS` : `${Math.round(found[1])} a minute`;
  // of an incident one camera may have been left out
  return [[lane.title, value], [null, lane.about], ...missing];
}

// over the waveform: what was measured of raised voice at this moment
export function soundTip(timeline, time, y) {
  const { events } = timeline;
  if (y < RULER || y >= timeline.lanesTop) return [];
  if (events.effort.state !== "done") return [["Vocal effort not measured", events.effort.reason]];
  const curve = timeline.curves?.get("effort");
  if (!curve) return [];
  const found = curve.between(time, time + (timeline.to - timeline.from) / timeline.width);
  return found ? [[null, `Raised voice: ${percent(found[1])} likely`]] : [[null, "Vocal effort: not measured here, nobody was heard to speak"]];
}

export function stateWords(verdict, reviewer) {
  return verdict ? `${verdict.charAt(0).toUpperCase()}${verdict.slice(1)} by ${reviewer}` : "Not reviewed yet";
}

export function tipLines(time, lines) {
  const rows = [h("div", { class: "when" }, time)];
  for (const [title, text] of lines) {
    if (title) rows.push(h("strong", {}, title));
    if (text) rows.push(h("div", { dir: "auto" }, text));
  }
  return rows;
}

// a small picture of that moment, over ruler and waveform only
export function sound(timeline, time, y) {
  const strip = timeline.thumbnails;
  if (!strip || y >= timeline.lanesTop || time < 0 || time > timeline.events.recording.duration) return null;
  const number = Math.min(strip.count - 1, Math.max(0, Math.floor(time / strip.every)));
  const column = number % strip.columns;
  const row = Math.floor(number / strip.columns);
  const style = `width:${strip.width}px;height:${strip.height}px;background-image:url("${strip.address}");background-position:-${column * strip.width}px -${row * strip.height}px`;
  return h("div", { class: "thumb", style });
}
