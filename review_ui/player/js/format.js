// Times and figures as a person reads them.

export function clock(seconds, decimals = 0) {
  const sign = seconds < 0 ? "\u2212" : "";
  const unit = 10 ** decimals;
  const whole = Math.floor(Math.abs(seconds) * unit + 1e-6) / unit;
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = (whole % 60).toFixed(decimals).padStart(decimals ? decimals + 3 : 2, "0");
  return hours ? `${sign}${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${sign}${minutes}:${rest}`;
}

export function length(seconds) {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return clock(seconds) + (seconds < 3600 ? " min" : " h");
}

export function percent(score) {
  return `${Math.round(score * 100)}\u202f%`;
}

export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function utc(moment) {
  return moment ? new Date(moment).toISOString().slice(0, 16).replace("T", " ") + " UTC" : "";
}

export function wallClock(startUtc, seconds) {
  return startUtc ? new Date(Date.parse(startUtc) + seconds * 1000).toISOString().slice(11, 19) + " UTC" : "";
}

const UNITS = { db: "dB", hz: "Hz", s: "s", seconds: "s", percent: "%", px: "px", deg: "\u00b0", share: "" };

const INSIDE = { db: "dB", hz: "Hz", semitones: "semitones" };

const MOMENTS = new Set(["start", "end", "at"]);

// "level_db": -41.25 -> ["Level", "-41.25 dB"]: names of figures carry their unit
export function figure(name, value) {
  if (MOMENTS.has(name) && typeof value === "number") return [name === "start" ? "From" : name === "end" ? "To" : "At", clock(value, 1)];
  const parts = name.split("_");
  let unit = parts.length > 1 ? UNITS[parts.at(-1).toLowerCase()] : undefined;
  if (unit !== undefined) parts.pop();
  else {
    // "level_db_over_usual": the unit stands inside
    const inside = parts.findIndex((part, place) => place > 0 && part.toLowerCase() in INSIDE);
    if (inside > 0) unit = INSIDE[parts.splice(inside, 1)[0].toLowerCase()];
  }
  const title = parts.join(" ");
  return [capital(title), said(value) + (unit && value !== null ? ` ${unit}` : "")];
}

export function said(value) {
  if (value === null || value === undefined) return "not known";
  if (value === true) return "yes";
  if (value === false) return "no";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  if (Array.isArray(value)) return value.map(said).join(value.some((one) => one && typeof one === "object") ? "\n" : ", ");
  if (typeof value === "object") return row(value);
  // the names that the program itself gives to voices
  return String(value).replace(/^v(\d+)$/, "Voice $1");
}

// {"start": 38.2, "words": "stop", "voice": "v2"} -> 0:38.2 "stop" Voice 2
function row({ start, words, voice, rule, ...rest }) {
  const parts = [];
  if (typeof start === "number") parts.push(clock(start, 1));
  if (words) parts.push(`\u201c${words}\u201d`);
  if (voice) parts.push(said(voice));
  if (parts.length) delete rest.end;
  const others = Object.entries(rest).map(([name, value]) => figure(name, value).join(" ").toLowerCase());
  return [parts.join(" "), ...others, rule && `rule: ${rule}`].filter(Boolean).join(", ");
}
