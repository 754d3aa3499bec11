// What is to be covered in a recording, while somebody works on it: places and stretches are never changed but replaced,
// so that every step can be taken back, and what was not touched goes back to the program as its hash alone.

export const BY_HAND = "by hand";
export const GONE_OVER = ", gone over by hand";
const SHORTEST = 0.04;
const EASE = 0.25;
// from a face that was lost to one that is found: looked for so long and so near
const CARRIED_ON = 5;
const NEAR = 2;
const BARE = 0.5;

export const round = (at) => Math.round(at * 1000) / 1000;
export const isFound = (region) => region.by !== BY_HAND;
export const isDense = (region) => region.keys.length > 3 && (region.keys.at(-1).at - region.keys[0].at) / (region.keys.length - 1) < 0.5;
export const covers = (region, at) => !region.off && at >= region.from && at < region.to;

// where a place lies at a time; before its first and after its last key it stays where it is
export function place(region, at) {
  const { keys } = region;
  if (at <= keys[0].at) return keys[0];
  if (at >= keys.at(-1).at) return keys.at(-1);
  let [low, high] = [0, keys.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (keys[middle].at <= at) low = middle;
    else high = middle;
  }
  const [a, b] = [keys[low], keys[high]];
  const share = (at - a.at) / Math.max(b.at - a.at, 1e-6);
  const mix = (name) => a[name] + (b[name] - a[name]) * share;
  return { at, x: mix("x"), y: mix("y"), width: mix("width"), height: mix("height") };
}

// inside the picture, and never so small that nobody finds it again
export function inside({ x, y, width, height }) {
  const [w, h] = [Math.min(1, Math.max(0.01, width)), Math.min(1, Math.max(0.01, height))];
  return { x: Math.min(1 - w, Math.max(0, x)), y: Math.min(1 - h, Math.max(0, y)), width: w, height: h };
}

function touched(part, change) {
  const next = { ...part, ...change };
  delete next.sha;
  if (next.keys && isFound(next) && !next.by.endsWith(GONE_OVER)) next.by += GONE_OVER;
  return next;
}

export const changed = touched;

// the place moved or resized to `box` at a moment: at this moment alone, or by as much at all of its moments
export function moved(region, at, box, whole) {
  const key = { at: round(at), ...inside(box) };
  if (whole) {
    const old = place(region, at);
    const [dx, dy] = [key.x + key.width / 2 - old.x - old.width / 2, key.y + key.height / 2 - old.y - old.height / 2];
    const [sx, sy] = [key.width / old.width, key.height / old.height];
    const keys = region.keys.map((k) => {
      const [width, height] = [k.width * sx, k.height * sy];
      return { at: k.at, ...inside({ x: k.x + k.width / 2 + dx - width / 2, y: k.y + k.height / 2 + dy - height / 2, width, height }) };
    });
    return touched(region, { keys });
  }
  // among keys at every tenth of a second one alone would be a twitch: its neighbours give way
  const ease = isDense(region) ? EASE : 0.02;
  const keys = [...region.keys.filter((k) => Math.abs(k.at - key.at) > ease), key].sort((a, b) => a.at - b.at);
  return touched(region, { keys, from: Math.min(region.from, key.at), to: Math.max(region.to, key.at) });
}

export function withoutKey(region, at) {
  const keys = region.keys.filter((k) => k.at !== at);
  return keys.length ? touched(region, { keys }) : region;
}

export function keyAt(region, old, at) {
  const other = region.keys.some((k) => k.at !== old && Math.abs(k.at - at) < 0.01);
  if (other) return region;
  const keys = region.keys.map((k) => (k.at === old ? { ...k, at: round(at) } : k)).sort((a, b) => a.at - b.at);
  return touched(region, { keys });
}

// null where it would end before it begins
export function retimed(part, from, to) {
  if (to - from < SHORTEST) return null;
  const next = touched(part, { from: round(from), to: round(to) });
  if (part.lost) next.lost = clipped(part.lost, from, to);
  return next;
}

function clipped(spans, from, to) {
  return spans.map(([a, b]) => [Math.max(a, round(from)), Math.min(b, round(to))]).filter(([a, b]) => b > a);
}

// two parts that meet at a moment; null where there would not be two
export function split(part, at) {
  if (at - part.from < SHORTEST || part.to - at < SHORTEST) return null;
  const halves = [[part.from, at], [at, part.to]].map(([from, to]) => retimed(part, from, to));
  if (!part.keys) return halves;
  const here = { ...place(part, at), at: round(at) };
  const keys = [part.keys.filter((k) => k.at < here.at), part.keys.filter((k) => k.at > here.at)];
  return [{ ...halves[0], keys: [...keys[0], here] }, { ...halves[1], keys: [here, ...keys[1]] }];
}

// somebody has looked at a stretch in which the face was not seen
export function lookedAt(region, from, to) {
  return touched(region, { lost: (region.lost || []).filter(([a, b]) => b <= from || a >= to) });
}

// on to where a face is found again, in a straight line; the stretch in between still wants to be looked at
export function carriedOn(region, next) {
  const last = { ...region.keys.at(-1), at: Math.max(region.to, region.keys.at(-1).at) };
  const first = { ...next.keys[0], at: round(next.from) };
  const keys = [...region.keys.filter((k) => k.at < last.at), last, ...(first.at > last.at ? [first] : [])];
  const lost = [...(region.lost || []).filter(([, b]) => b < region.to), [region.to, first.at]];
  return touched(region, { keys, to: first.at, lost });
}

const middle = (key) => [key.x + key.width / 2, key.y + key.height / 2];

// the face that is found next near where this one was lost, and may be the same one
function again(region, regions) {
  const last = region.keys.at(-1);
  const near = (other) => {
    const [[ax, ay], [bx, by]] = [middle(last), middle(other.keys[0])];
    return Math.abs(ax - bx) < NEAR * last.width && Math.abs(ay - by) < NEAR * last.height;
  };
  return regions
    .filter((other) => other !== region && !other.off && isFound(other) && other.from > region.to && other.from <= region.to + CARRIED_ON && near(other))
    .sort((a, b) => a.from - b.from)[0];
}

// stretches that a person should look at, in order: {from, to, kind, region?, next?}
// "unsure": covered, but the face was not seen; "open": uncovered between two sightings of perhaps one face;
// "bare": nothing at all is covered
export function doubts(picture, duration) {
  const out = [];
  for (const region of picture) {
    if (region.off) continue;
    for (const [from, to] of region.lost || []) out.push({ from, to, kind: "unsure", region });
    const tail = (region.lost || []).some(([, to]) => to >= region.to - 0.01);
    const next = tail && again(region, picture);
    if (next) out.push({ from: region.to, to: next.from, kind: "open", region, next });
  }
  let at = 0;
  const spans = picture.filter((r) => !r.off).map((r) => [r.from, r.to]).sort((a, b) => a[0] - b[0]);
  for (const [from, to] of [...spans, [duration, duration]]) {
    if (from - at > BARE) out.push({ from: at, to: from, kind: "bare" });
    at = Math.max(at, to);
  }
  return out.sort((a, b) => a.from - b.from || a.to - b.to);
}

let uids = 0;
const known = (part) => ({ ...part, uid: part.uid ?? (uids += 1) });

export class Editing {
  constructor() {
    this.state = { picture: [], sound: [], remarks: [] };
    this.past = [];
    this.future = [];
    this.version = 0;
  }

  get picture() {
    return this.state.picture;
  }

  get sound() {
    return this.state.sound;
  }

  // what the program says; parts keep their place in the list and, where they are the same, who they are
  take(plan, version) {
    const uid = new Map([...this.picture, ...this.sound].filter((part) => part.sha).map((part) => [part.sha, part.uid]));
    const named = (part) => known({ ...part, uid: uid.get(part.sha) });
    this.state = { picture: plan.picture.map(named), sound: plan.sound.map(named), remarks: plan.remarks };
    this.version = version;
  }

  find(uid) {
    return [...this.picture, ...this.sound].find((part) => part.uid === uid) || null;
  }

  // one step that can be taken back
  set(change) {
    this.past.push(this.state);
    if (this.past.length > 200) this.past.shift();
    this.future = [];
    this.state = { ...this.state, ...change };
  }

  replace(part, ...others) {
    const swap = (list) => list.flatMap((one) => (one.uid === part.uid ? others.map((other, n) => (n ? { ...known({ ...other, uid: undefined }) } : { ...other, uid: part.uid })) : [one]));
    this.set({ picture: swap(this.picture), sound: swap(this.sound) });
  }

  add(part) {
    const made = known(part);
    this.set(part.keys ? { picture: [...this.picture, made] } : { sound: [...this.sound, made].sort((a, b) => a.from - b.from) });
    return made;
  }

  back(from, to) {
    if (!from.length) return false;
    to.push(this.state);
    this.state = from.pop();
    return true;
  }

  undo() {
    return this.back(this.past, this.future);
  }

  redo() {
    return this.back(this.future, this.past);
  }

  // as the program takes it: what it knows by its hash
  body() {
    const said = ({ uid, sha, ...part }) => sha || part;
    return { picture: this.picture.map(said), sound: this.sound.map(said), remarks: this.state.remarks };
  }

  // after a save the program's hashes, in the same order, for all that was not changed since
  saved(sent, plan, version) {
    const marked = (list, old, said) => list.map((part) => {
      const at = old.indexOf(part);
      return at >= 0 && said[at] ? { ...part, sha: said[at].sha } : part;
    });
    this.state = { ...this.state, picture: marked(this.picture, sent.picture, plan.picture), sound: marked(this.sound, sent.sound, plan.sound) };
    this.version = version;
  }

  // somebody else saved in between: what is new there is taken in, so that nothing is covered less
  join(plan, version) {
    const have = new Set([...this.picture, ...this.sound].map((part) => part.sha));
    const fresh = (list) => list.filter((part) => !have.has(part.sha)).map(known);
    this.state = { picture: [...this.picture, ...fresh(plan.picture)], sound: [...this.sound, ...fresh(plan.sound)], remarks: plan.remarks };
    this.version = version;
  }
}
