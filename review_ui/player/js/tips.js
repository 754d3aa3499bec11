// What the pointer tells: words, never a mark-up.

import { h } from "./dom.js";
import { clock, length, percent } from "./format.js";

export function laneTip(timeline, { lane, index, gap }) {
  const { events } = timeline;
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
    [null, found.text[finding] && `\u201c${found.text[finding].slice(0, 300)}\u201d`],
    [null, `How sure: ${percent(found.score[finding])}${found.draft[finding] ? ", words are a draft" : ""}`],
    [null, stateWords(found.verdict[finding], found.reviewer[finding])],
  ];
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
