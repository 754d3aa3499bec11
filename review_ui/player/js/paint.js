// Drawing on canvases: lanes, ruler, overview, and what moves over them.

import { drawCurve } from "./curves.js";
import { clock } from "./format.js";
import { ROW_HEIGHT, rowTop } from "./lanes.js";
import { drawPeaks } from "./peaks.js";

export const RULER = 24;
export const SOUND = 44;
const MARK = ROW_HEIGHT - 3;
const LEAST_MARK = 3;
const MOST_PIECE = 9;
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];
const ORDER = { dismissed: 0, new: 1, unsure: 2, confirmed: 3 };

export function palette(root) {
  const style = getComputedStyle(root);
  const read = (name) => style.getPropertyValue(name).trim();
  const colours = {};
  for (const name of ["text", "faint", "line", "ground", "panel", "officer", "civilian", "radio", "unknown", "found", "ink", "head", "hatch", "outside", "accent", "quiet", "calm", "raised", "loud"]) {
    colours[name] = read(`--bwc-${name}`);
  }
  colours.font = `12px ${read("--st-font") || "sans-serif"}`;
  colours.pattern = hatching(colours.hatch);
  return colours;
}

function hatching(colour) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const context = tile.getContext("2d");
  context.strokeStyle = colour;
  context.lineWidth = 1.4;
  context.beginPath();
  for (const shift of [-8, 0, 8]) {
    context.moveTo(shift, 8);
    context.lineTo(shift + 8, 0);
  }
  context.stroke();
  return context.createPattern(tile, "repeat");
}

export function drawLanes(view) {
  const { still, width, height, colours, lanes, lanesTop } = view;
  const context = still.getContext("2d");
  context.clearRect(0, 0, width, height);
  drawOutside(view, context);
  drawRuler(view, context);
  if (view.peaks && lanesTop > RULER) {
    const perPixel = (view.to - view.from) / width;
    drawPeaks(context, view.peaks, { from: view.from, perPixel, width, top: RULER, height: SOUND, effort: view.curves?.get("effort"), raised: view.events.effort.raised, colours });
  } else if (lanesTop > RULER) say(context, colours, "no waveform was made", 8, RULER + SOUND / 2);
  context.save();
  context.translate(0, lanesTop);
  drawTogether(view, context);
  for (const lane of lanes) {
    context.fillStyle = colours.line;
    context.fillRect(0, lane.top + lane.height, width, 1);
    if (lane.group === "curves" && lane.state === "done") drawCurveLane(view, context, lane);
    for (const gap of lane.gaps) (gap.off ? drawOff : drawGap)(view, context, lane, gap);
    if (lane.ofIncident) drawCamera(view, context, lane);
    else if (lane.group === "flags") drawFlags(view, context, lane);
    else drawMarks(view, context, lane);
    if (lane.fold) drawFold(view, context, lane);
    else if (lane.group === "findings" && lane.state === "done" && !lane.marks.length) {
      say(context, colours, "nothing found", Math.max(8, view.x(0) + 8), lane.top + lane.height / 2);
    }
  }
  context.restore();
}

function say(context, colours, text, x, y) {
  context.font = colours.font;
  context.textBaseline = "middle";
  const wide = context.measureText(text).width;
  context.fillStyle = colours.ground;
  context.globalAlpha = 0.85;
  context.fillRect(x - 4, y - 8, wide + 8, 16);
  context.globalAlpha = 1;
  context.fillStyle = colours.faint;
  context.fillText(text, x, y + 0.5);
}

// several officers at once: a band from the first curve through everybody's speech down to the lane that says it
function drawTogether(view, context) {
  const lane = view.lanes.find((one) => one.together);
  if (!lane) return;
  const top = view.lanes.find((one) => one.group === "curves" || one.group === "speech")?.top ?? lane.top;
  const [first, last] = lane.marks.between(view.from, view.to);
  const verdict = view.events.findings.verdict;
  context.fillStyle = view.colours.loud;
  let painted = -1;
  for (let index = first; index < last; index += 1) {
    const finding = lane.marks.ref[index];
    if (verdict[finding] === "dismissed" || view.hides(finding)) continue;
    const left = Math.max(painted, view.x(lane.marks.start[index]));
    const right = Math.min(view.width, Math.max(left + 2, view.x(lane.marks.end[index])));
    if (right <= left) continue;
    context.globalAlpha = 0.16;
    context.fillRect(left, top, right - left, lane.top + lane.height - top);
    context.globalAlpha = 1;
    painted = right;
  }
}

function drawCurveLane(view, context, lane) {
  const curve = view.curves?.get(lane.key.slice(6));
  if (curve) drawCurve(context, curve, { view, top: lane.top + 3, height: lane.height - 4, colour: view.colours.calm });
}

// lanes that say the same, in one line; hatched where that is "not analysed"
function drawFold(view, context, lane) {
  const left = Math.max(8, view.x(0) + 8);
  say(context, view.colours, fitted(context, view.colours, lane.said, view.width - left - 12), left, lane.top + lane.height / 2);
}

// canvases squeeze text that is too long: cut it at a word instead
function fitted(context, colours, text, width) {
  context.font = colours.font;
  if (context.measureText(text).width <= width) return text;
  const words = text.split(" ");
  while (words.length > 2 && context.measureText(`${words.join(" ")} \u2026`).width > width) words.pop();
  return `${words.join(" ")} \u2026`;
}

function drawOutside(view, context) {
  const left = view.x(0);
  const right = view.x(view.events.recording.duration);
  context.fillStyle = view.colours.outside;
  if (left > 0) context.fillRect(0, 0, left, view.height);
  if (right < view.width) context.fillRect(right, 0, view.width - right, view.height);
  const low = view.height - 12;
  if (left > 100) say(context, view.colours, "before the start", 8, low);
  if (view.width - right > 90) say(context, view.colours, "after the end", right + 8, low);
}

function drawRuler(view, context) {
  const { width, height, colours } = view;
  const step = STEPS.find((one) => (one / (view.to - view.from)) * width >= 80) || STEPS.at(-1);
  context.font = colours.font;
  context.textBaseline = "middle";
  for (let number = Math.ceil(view.from / step); number * step <= view.to; number += 1) {
    const x = Math.round(view.x(number * step));
    context.fillStyle = colours.line;
    context.fillRect(x, RULER - 6, 1, height);
    context.fillStyle = colours.faint;
    const text = clock(number * step, step < 1 ? 1 : 0);
    if (x + 4 + context.measureText(text).width < width) context.fillText(text, x + 4, RULER / 2);
  }
  context.fillStyle = colours.line;
  context.fillRect(0, RULER - 1, width, 1);
}

function drawGap(view, context, lane, gap) {
  const left = Math.max(0, view.x(gap.start));
  const right = Math.min(view.width, view.x(gap.end));
  if (right <= left) return;
  context.fillStyle = view.colours.pattern;
  context.fillRect(left, lane.top + 2, Math.max(2, right - left), lane.height - 4);
  if (right - left < 120 || lane.marks.length || lane.fold) return;
  const text = fitted(context, view.colours, `not analysed${gap.reason ? `: ${gap.reason}` : ""}`, right - left - 40);
  say(context, view.colours, text, left + 8, lane.top + lane.height / 2);
}

// no recording: an empty frame that says so, for it looks like nothing else here
function drawOff(view, context, lane, gap) {
  const left = Math.max(-2, view.x(gap.start));
  const right = Math.min(view.width + 2, view.x(gap.end));
  if (right <= left) return;
  context.strokeStyle = view.colours.faint;
  context.setLineDash([4, 3]);
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, rowTop(lane, 0) + 2, Math.max(1, right - left - 1), MARK - 1);
  context.setLineDash([]);
  if (right - left > 90) say(context, view.colours, "camera off", left + 8, rowTop(lane, 0) + ROW_HEIGHT / 2);
}

// a camera of an incident: what it recorded, and under it what it did not see or hear
function drawCamera(view, context, lane) {
  const found = view.events.findings;
  for (let index = 0; index < lane.marks.length; index += 1) {
    const left = Math.max(-4, view.x(lane.marks.start[index]));
    const right = Math.min(view.width + 4, Math.max(left + 3, view.x(lane.marks.end[index])));
    if (right < 0 || left > view.width) continue;
    const { finding, name } = lane.rows[lane.marks.ref[index]];
    if (finding !== undefined && view.hides(finding)) continue;
    const top = rowTop(lane, lane.marks.row[index]) + 1.5;
    if (finding === undefined) {
      context.fillStyle = view.heard === lane.key ? view.colours.accent : view.colours.unknown;
      context.fillRect(left, top, right - left, MARK);
    } else {
      drawFinding(context, view.colours, { verdict: found.verdict[finding], score: found.score[finding] }, { left, top, width: right - left });
      context.font = view.colours.font;
      const wide = context.measureText(name).width;
      let next = index + 1;
      while (next < lane.marks.length && lane.marks.row[next] !== 1) next += 1;
      const room = next === lane.marks.length ? view.width : view.x(lane.marks.start[next]);
      if (right + wide + 12 < room) say(context, view.colours, name, right + 6, top + MARK / 2);
    }
  }
}

function drawFlags(view, context, lane) {
  const rows = [...lane.rows].sort((a, b) => a.at - b.at);
  rows.forEach(({ at, title }, number) => {
    const x = Math.round(view.x(at));
    if (x < -80 || x > view.width) return;
    context.fillStyle = view.colours.head;
    context.globalAlpha = 0.5;
    context.fillRect(x, lane.top, 1, view.height);
    context.globalAlpha = 1;
    context.beginPath();
    context.moveTo(x, lane.top + 3);
    context.lineTo(x + 9, lane.top + 7.5);
    context.lineTo(x, lane.top + 12);
    context.fill();
    // its words only where they end before the next flag: pointing at a flag tells them in any case
    const room = (number + 1 < rows.length ? view.x(rows[number + 1].at) : view.width) - x - 22;
    context.font = view.colours.font;
    if (context.measureText(title).width <= room) say(context, view.colours, title, x + 14, lane.top + lane.height / 2);
  });
}

function drawMarks(view, context, lane) {
  const { marks } = lane;
  const [first, last] = marks.between(view.from, view.to);
  if (lane.group !== "findings") {
    context.fillStyle = view.colours[lane.role || "unknown"];
    fillMarks(view, context, lane, first, last);
    return;
  }
  const found = view.events.findings;
  const layers = [[], [], [], []];
  for (let index = first; index < last; index += 1) {
    if (!view.hides(marks.ref[index])) layers[ORDER[found.verdict[marks.ref[index]] || "new"]].push(index);
  }
  for (const layer of layers) drawLayer(view, context, lane, layer, found);
}

// speech and cameras: one colour; marks that end on an already painted pixel are skipped
function fillMarks(view, context, lane, first, last) {
  const painted = new Float64Array(lane.marks.rows).fill(-1);
  for (let index = first; index < last; index += 1) {
    const left = Math.max(-2, view.x(lane.marks.start[index]));
    const right = Math.min(view.width + 2, Math.max(left + 1, view.x(lane.marks.end[index])));
    const row = lane.marks.row[index];
    if (right <= painted[row]) continue;
    context.fillRect(left, rowTop(lane, row) + 1.5, Math.max(1, right - left), MARK);
    painted[row] = Math.floor(right);
  }
}

// marks too narrow to be told apart are drawn as pieces of a few pixels, as sure as the surest of them
function drawLayer(view, context, lane, layer, found) {
  const painted = new Float64Array(lane.marks.rows).fill(-1);
  const pieces = Array.from({ length: lane.marks.rows }, () => null);
  const draw = ({ left, right, verdict, score }, row) => drawFinding(context, view.colours, { verdict, score, strong: lane.strong }, { left, top: rowTop(lane, row) + 1.5, width: right - left });
  for (const index of layer) {
    const finding = lane.marks.ref[index];
    const row = lane.marks.row[index];
    const exact = view.x(lane.marks.end[index]);
    const left = Math.max(-4, view.x(lane.marks.start[index]));
    const right = Math.min(view.width + 4, Math.max(left + LEAST_MARK, exact));
    if (right <= painted[row]) continue;
    painted[row] = Math.floor(right);
    const mark = { left, right, verdict: found.verdict[finding], score: found.score[finding] };
    const piece = pieces[row];
    if (piece && left <= piece.right && right - piece.left <= MOST_PIECE && exact - left < LEAST_MARK) {
      piece.right = Math.max(piece.right, right);
      piece.score = piece.score === null || mark.score === null ? null : Math.max(piece.score, mark.score);
      continue;
    }
    if (piece) draw(piece, row);
    pieces[row] = mark;
  }
  pieces.forEach((piece, row) => piece && draw(piece, row));
}

// the state is told by shape as well as by colour: full, half, outline. A score of null: not told, drawn as if sure
export function drawFinding(context, colours, { verdict, score, strong }, { left, top, width }) {
  const own = strong ? colours.loud : colours.found;
  context.lineWidth = 1;
  if (verdict === "confirmed") {
    context.fillStyle = colours.ink;
    context.fillRect(left, top, width, MARK);
  } else if (verdict === "dismissed") {
    context.strokeStyle = colours.faint;
    context.strokeRect(left + 0.5, top + 0.5, Math.max(1, width - 1), MARK - 1);
  } else if (verdict === "unsure") {
    context.strokeStyle = context.fillStyle = own;
    context.strokeRect(left + 0.5, top + 0.5, Math.max(1, width - 1), MARK - 1);
    context.fillRect(left, top + MARK / 2, width, MARK / 2);
  } else {
    context.globalAlpha = 0.4 + 0.6 * (score ?? 1);
    context.fillStyle = own;
    context.fillRect(left, top, width, MARK);
    context.globalAlpha = 1;
  }
}

export function drawOverview(view) {
  const { overview, width, colours, events, lanes } = view;
  const context = overview.getContext("2d");
  const height = overview.clientHeight;
  const scale = width / (view.last - view.first);
  context.clearRect(0, 0, width, height);
  context.fillStyle = colours.panel;
  context.fillRect((0 - view.first) * scale, 0, events.recording.duration * scale, height);
  let row = 0;
  const rows = lanes.filter((lane) => lane.group === "findings" && lane.marks.length);
  for (const lane of rows) {
    const top = 3 + (row * (height - 6)) / rows.length;
    const thick = Math.max(1, Math.min(3, (height - 6) / rows.length - 1)) + (lane.strong ? 1 : 0);
    context.fillStyle = lane.strong ? colours.loud : colours.found;
    // what touches is one piece: 20,000 marks are then some hundred pieces
    let [from, to] = [0, -1];
    for (let index = 0; index < lane.marks.length; index += 1) {
      if (view.hides(lane.marks.ref[index])) continue;
      const left = (lane.marks.start[index] - view.first) * scale;
      const right = Math.max(left + 1.5, (lane.marks.end[index] - view.first) * scale);
      if (left > to) {
        if (to > from) context.fillRect(from, top, to - from, thick);
        from = left;
      }
      to = Math.max(to, right);
    }
    if (to > from) context.fillRect(from, top, to - from, thick);
    row += 1;
  }
  if (view.to - view.from < view.last - view.first - 1e-6) {
    context.strokeStyle = colours.head;
    context.lineWidth = 1.5;
    context.strokeRect((view.from - view.first) * scale + 1, 1, Math.max(4, (view.to - view.from) * scale - 2), height - 2);
  }
}

export function drawMoving(view) {
  const { moving, width, height, colours } = view;
  const context = moving.getContext("2d");
  context.clearRect(0, 0, width, height);
  drawStretch(view, context);
  if (view.selected >= 0) outlineSelected(view, context);
  if (view.hover) {
    context.fillStyle = colours.faint;
    context.fillRect(Math.round(view.hover.x), 0, 1, height);
  }
  const x = Math.round(view.x(Math.min(Math.max(view.time, view.first), view.last)));
  if (x >= -6 && x <= width + 6) {
    context.fillStyle = colours.head;
    context.fillRect(x - 1, 8, 2, height);
    context.beginPath();
    context.moveTo(x - 6, 1);
    context.lineTo(x + 6, 1);
    context.lineTo(x, 10);
    context.fill();
  }
}

// what is marked for a clip: shaded, with a bracket at each edge
function drawStretch(view, context) {
  const { start, end } = view.marked;
  context.fillStyle = context.strokeStyle = view.colours.accent;
  if (start !== null && end !== null) {
    context.globalAlpha = 0.16;
    context.fillRect(view.x(start), 0, Math.max(1, view.x(end) - view.x(start)), view.height);
    context.globalAlpha = 1;
  }
  context.lineWidth = 2;
  for (const [at, hook] of [[start, 7], [end, -7]]) {
    if (at === null) continue;
    const x = view.x(at);
    context.beginPath();
    context.moveTo(x + hook, 2);
    context.lineTo(x, 2);
    context.lineTo(x, view.height - 2);
    context.lineTo(x + hook, view.height - 2);
    context.stroke();
  }
}

function outlineSelected(view, context) {
  for (const lane of view.lanes) {
    if (lane.group !== "findings") continue;
    const index = lane.marks.ref.indexOf(view.selected);
    if (index < 0 || view.hides(view.selected)) continue;
    const left = Math.max(-6, view.x(lane.marks.start[index]));
    const right = Math.min(view.width + 6, Math.max(left + 3, view.x(lane.marks.end[index])));
    if (right < 0 || left > view.width) return;
    const top = view.lanesTop + rowTop(lane, lane.marks.row[index]) + 1.5;
    context.strokeStyle = view.colours.head;
    context.lineWidth = 2;
    context.strokeRect(left - 2.5, top - 2.5, right - left + 5, MARK + 5);
    return;
  }
}
