// What is drawn where: lanes with their marks, sorted for fast search. No drawing here.

export const ROW_HEIGHT = 15;
const LANE_PAD = 3;
const MOST_ROWS = { speech: 4, findings: 3, cameras: 1, curves: 1 };
const CURVE_HEIGHT = 28;
// what a reviewer must not miss: in a colour of its own, and as a band through the speech above it
const TOGETHER = "kind:multi_officer_commands";
const STRONG = new Set([TOGETHER, "kind:conflicting_commands"]);
const STRONG_LABELS = new Set(["force_threatened", "force_announced"]);

export function isStrong(kind, label) {
  return STRONG.has(`kind:${kind}`) || STRONG_LABELS.has(label);
}

// Marks of one lane as typed arrays sorted by start; `reach[i]` is the largest end among marks 0..i, which makes
// "the first mark that still lasts at time t" a binary search although marks may contain each other.
export class Marks {
  constructor(spans, mostRows) {
    const order = [...spans.keys()].sort((a, b) => spans[a].start - spans[b].start || spans[a].end - spans[b].end);
    const count = order.length;
    this.start = new Float64Array(count);
    this.end = new Float64Array(count);
    this.reach = new Float64Array(count);
    this.row = new Uint8Array(count);
    this.ref = new Int32Array(count);
    this.rows = 1;
    const free = [];
    let reach = -Infinity;
    order.forEach((from, to) => {
      const { start, end, ref, row } = spans[from];
      this.start[to] = start;
      this.end[to] = end;
      this.ref[to] = ref ?? from;
      this.reach[to] = reach = Math.max(reach, end);
      this.row[to] = row ?? placeInRow(free, start, end, mostRows);
    });
    this.rows = Math.max(1, free.length, ...new Set(this.row.map((row) => row + 1)));
    this.length = count;
  }

  // indices [first, last) of the marks that touch [from, to]
  between(from, to) {
    return [bisect(this.reach, from), bisect(this.start, to)];
  }
}

function placeInRow(free, start, end, mostRows) {
  let row = free.findIndex((until) => until <= start + 1e-9);
  if (row < 0) row = free.length < mostRows ? free.length : free.indexOf(Math.min(...free));
  free[row] = Math.max(free[row] ?? -Infinity, end);
  return row;
}

// the first index whose value is larger than `wanted`
export function bisect(values, wanted) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

// opened: keys of folded rows that a person opened
export function buildLanes(events, opened = new Set()) {
  const found = events.findings;
  const speech = events.speech;
  const byKind = new Map();
  found.id.forEach((_, index) => {
    const key = `kind:${found.kind[index]}`;
    if (!byKind.has(key)) byKind.set(key, []);
    byKind.get(key).push({ start: found.start[index], end: found.end[index], ref: index });
  });
  const bySpeaker = new Map();
  speech.start.forEach((start, index) => {
    const lane = speech.lane[index];
    if (!bySpeaker.has(lane)) bySpeaker.set(lane, []);
    bySpeaker.get(lane).push({ start, end: speech.end[index], ref: index });
  });
  const lanes = events.lanes.flatMap((lane, index) => {
    const spans = (lane.group === "speech" ? bySpeaker.get(index) : byKind.get(lane.key)) || [];
    // an incident's lane that no camera could fill says so once
    const single = lane.state === "done" || !events.incident;
    const gaps = single ? events.not_analysed.filter((gap) => gap.lanes.includes(lane.key)) : [];
    if (lane.state !== "done") gaps.push({ start: 0, end: events.recording.duration, what: "", reason: lane.reason });
    const whole = { ...lane, gaps, kind: lane.key.slice(5), strong: STRONG.has(lane.key), together: lane.key === TOGETHER };
    const parts = lane.parts?.length && spans.length ? inParts(whole, spans, found.label) : [{ ...whole, spans }];
    return parts.map((part) => ({ ...part, marks: new Marks(part.spans, MOST_ROWS[lane.group]) }));
  });
  if (events.incident) lanes.push(...flagLane(events), ...incidentLanes(events));
  else if (events.cameras.length) lanes.push(...cameraLanes(events));
  const rest = lanes.filter((lane) => !foldable(lane));
  return place([...rest, ...folded(lanes.filter(foldable), opened)]);
}

// a detector of many labels: a lane for each of its groups, the last for the labels that no other names
function inParts(lane, spans, labels) {
  const last = lane.parts.length - 1;
  const number = ({ ref }) => {
    const named = lane.parts.findIndex((part) => part.labels.includes(labels[ref]));
    return named < 0 ? last : named;
  };
  return lane.parts.map((part, index) => ({ ...lane, key: `${lane.key}:${index}`, title: part.title, strong: part.key, spans: spans.filter((span) => number(span) === index) })).filter((part, index) => part.spans.length || index < last);
}

const foldable = (lane) => lane.group === "findings" && !lane.marks.length;

// lanes without a mark that say the same (nothing found, or not analysed for one reason) share a row that opens
function folded(lanes, opened) {
  const alike = new Map();
  for (const lane of lanes) {
    const gaps = lane.gaps.map(({ start, end, reason }) => [start, end, reason]);
    const key = JSON.stringify([lane.state, lane.state === "done" ? "" : lane.reason, gaps]);
    alike.set(key, [...(alike.get(key) || []), lane]);
  }
  const rows = [...alike].map(([key, own]) => (own.length > 1 ? [foldRow(`fold:${key}`, own, opened), own] : [own[0], []]));
  // what is hatched, even in part, stands above what was looked for everywhere and not found
  const rank = (row) => (row.state !== "done" ? 0 : row.gaps.length ? 1 : 2);
  rows.sort(([a], [b]) => rank(a) - rank(b));
  return rows.flatMap(([row, own]) => (row.open ? [row, ...own.map((lane) => ({ ...lane, inside: true }))] : [row]));
}

function foldRow(key, own, opened) {
  const names = own.map((lane) => lane.title).join(", ");
  const done = own[0].state === "done";
  const partly = done && own[0].gaps.length > 0;
  const said = done ? `Looked for and not found${partly ? ", but where hatched" : ""}: ${names}` : `Not analysed (${own[0].reason}): ${names}`;
  return {
    key,
    group: "findings",
    fold: true,
    open: opened.has(key),
    title: done ? `${own.length} not found` : `${own.length} not analysed`,
    about: said,
    said,
    state: own[0].state,
    reason: own[0].reason,
    gaps: own[0].gaps,
    marks: new Marks([], 1),
  };
}

// an incident's cameras: what each recorded, under it what it did not see or hear, and where it was off
function incidentLanes(events) {
  const found = events.findings;
  const faults = new Map(events.lanes.filter((lane) => lane.of_camera).map((lane) => [lane.key.slice(5), lane.title]));
  return events.cameras.map(({ device, wearer, recordings }, number) => {
    const own = new Set(recordings.map((one) => one.recording));
    const spots = [...found.id.keys()].filter((i) => faults.has(found.kind[i]) && found.recordings[i].some((one) => own.has(one)));
    const rows = [
      ...recordings.map((one) => ({ ...one, row: 0 })),
      ...spots.map((i) => ({ start: found.start[i], end: found.end[i], finding: i, name: faults.get(found.kind[i]), row: 1 })),
    ];
    return {
      key: `camera:${device}`,
      group: "cameras",
      ofIncident: true,
      order: -1,
      title: `${number + 1}  ${device}`,
      about: [wearer && `taken to be worn by ${wearer}`, ...recordings.map((one) => `${one.name}: ${one.offset_source}`)].filter(Boolean).join("\n"),
      rows,
      state: "done",
      gaps: between(recordings, 0, events.recording.duration).map((gap) => ({ ...gap, off: true })),
      marks: new Marks(rows.map(({ start, end, row }, ref) => ({ start, end, ref, row })), 2),
    };
  });
}

// the stretches of [first, last] in which none of these recorded
export function between(recordings, first, last) {
  const gaps = [];
  let until = first;
  for (const { start, end } of [...recordings].sort((a, b) => a.start - b.start)) {
    if (start > until + 0.05) gaps.push({ start: until, end: start });
    until = Math.max(until, end);
  }
  if (last > until + 0.05) gaps.push({ start: until, end: last });
  return gaps;
}

function flagLane({ flags }) {
  if (!flags.length) return [];
  const marks = new Marks(flags.map(({ at }, ref) => ({ start: at, end: at, ref })), 1);
  return [{ key: "flags", group: "flags", order: -2, title: "Dispatch", about: "Times of the dispatch record, by its own clock", rows: flags, state: "done", gaps: [], marks }];
}

// one lane per camera, the one of this recording first; what it recorded besides, in the same lane
function cameraLanes({ recording, cameras }) {
  const own = { start: 0, end: recording.duration, recording: null, name: recording.name };
  const byDevice = new Map([[recording.device || "this camera", [own]]]);
  for (const camera of cameras) {
    const device = camera.device || camera.name;
    byDevice.set(device, [...(byDevice.get(device) || []), camera]);
  }
  return [...byDevice].map(([device, rows]) => ({
    key: `camera:${device}`,
    group: "cameras",
    title: device,
    about: rows[0] === own ? "The camera of this recording" : `Another camera of this incident, placed by: ${rows[0].offset_source}`,
    rows,
    state: "done",
    gaps: [],
    marks: new Marks(rows.map(({ start, end }, ref) => ({ start, end, ref })), 1),
  }));
}

const GROUP_ORDER = { curves: -0.5, speech: 0, findings: 1, cameras: 2 };

function place(lanes) {
  const order = (lane) => lane.order ?? GROUP_ORDER[lane.group];
  lanes.sort((a, b) => order(a) - order(b));
  let top = 0;
  lanes.forEach((lane, index) => {
    lane.newGroup = index > 0 && lanes[index - 1].group !== lane.group;
    if (lane.newGroup) top += 8;
    lane.top = top;
    lane.height = lane.group === "curves" ? CURVE_HEIGHT : lane.marks.rows * ROW_HEIGHT + 2 * LANE_PAD;
    top += lane.height;
  });
  return { lanes, height: top };
}

export function rowTop(lane, row) {
  return lane.top + LANE_PAD + row * ROW_HEIGHT;
}

// the shortest mark under the pointer, else the nearest within `slack` seconds; `hidden(mark)` are not there
export function markAt(lane, y, time, slack, hidden = () => false) {
  const [first, last] = lane.marks.between(time - slack, time + slack);
  let best = -1;
  let bestCost = Infinity;
  const row = Math.max(0, Math.min(lane.marks.rows - 1, Math.floor((y - lane.top - LANE_PAD) / ROW_HEIGHT)));
  for (let index = first; index < last; index += 1) {
    if (lane.marks.row[index] !== row || hidden(index)) continue;
    const { [index]: start } = lane.marks.start;
    const { [index]: end } = lane.marks.end;
    const outside = Math.max(start - time, time - end, 0);
    if (outside > slack) continue;
    const cost = outside * 1e6 + (end - start);
    if (cost < bestCost) [best, bestCost] = [index, cost];
  }
  return best;
}
