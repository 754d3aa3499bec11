// How sure a detector must be for a finding to be in sight: one bar for all kinds, and one of its own for each kind that
// a person set apart. Percent; 0 hides nothing. Kept in the browser for each viewer. No elements, no imports.

export const STEP = 5;
export const MOST = 95;

export class Bars {
  // storage(): where the browser keeps things; it may throw, and then nothing is kept
  constructor(viewer, storage = () => window.localStorage) {
    this.key = `bwc.least-sure.${viewer}`;
    this.ownKey = `bwc.least-sure-of.${viewer}`;
    this.storage = storage;
    this.all = within(this.read(this.key)) ?? 0;
    this.own = new Map(Object.entries(objectOf(this.read(this.ownKey))).flatMap(([kind, least]) => (within(least) === null ? [] : [[kind, within(least)]])));
  }

  of(kind) {
    return this.own.get(kind) ?? this.all;
  }

  // kind "": every kind that is not set apart
  set(least, kind = "") {
    if (kind) this.own.set(kind, within(least) ?? 0);
    else this.all = within(least) ?? 0;
    this.keep();
  }

  // these follow the bar for all again; those of other recordings stay as they are
  join(kinds) {
    for (const kind of kinds) this.own.delete(kind);
    this.keep();
  }

  // which findings are hidden: flags by index, their count, and for each kind how many there are, hidden and in sight.
  // asked: ids that were asked for, which stay
  weigh({ id, kind, score, verdict }, asked) {
    const flags = new Uint8Array(id.length);
    const kinds = new Map();
    let count = 0;
    for (let index = 0; index < id.length; index += 1) {
      let its = kinds.get(kind[index]);
      if (!its) kinds.set(kind[index], (its = { least: this.of(kind[index]), apart: this.own.has(kind[index]), found: 0, hidden: 0 }));
      its.found += 1;
      if (!its.least || score[index] === null || score[index] * 100 >= its.least - 1e-6 || verdict[index] === "confirmed" || asked.has(id[index])) continue;
      flags[index] = 1;
      its.hidden += 1;
      count += 1;
    }
    return { flags, count, kinds };
  }

  keep() {
    try {
      this.storage().setItem(this.key, String(this.all));
      this.storage().setItem(this.ownKey, JSON.stringify(Object.fromEntries(this.own)));
    } catch {
      // a browser that keeps nothing forgets this, too
    }
  }

  read(key) {
    try {
      return this.storage().getItem(key);
    } catch {
      return null;
    }
  }
}

// a step of the slider, or null where this is none
function within(least) {
  const number = least === null || least === "" ? NaN : Number(least);
  return Number.isFinite(number) ? Math.min(MOST, Math.max(0, Math.round(number / STEP) * STEP)) : null;
}

function objectOf(text) {
  try {
    const read = JSON.parse(text || "{}");
    return read && typeof read === "object" && !Array.isArray(read) ? read : {};
  } catch {
    return {};
  }
}
