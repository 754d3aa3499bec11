// Shares and lengths of time as an auditor reads them.

// 16041 -> "16,041"
export function count(number) {
  return Number(number).toLocaleString("en-US");
}

// rounded as the exported page rounds (pipeline/audit/texts.py), so that both show one number
function rounded(value, digits = 0) {
  const scale = 10 ** digits;
  return Math.floor(value * scale + 0.5 + 1e-9) / scale;
}

// in percent; never 100 where something is missing, nor 0 where something is there
function shown(value, digits) {
  const least = 10 ** -digits;
  const text = rounded(value * 100, digits);
  return value > 0 && value < 1 ? Math.min(100 - least, Math.max(least, text)) : text;
}

const NARROW = 0.02; // an interval narrower than this is told in tenths of a percent

// a share with its interval beside a goal, as texts: with as many decimals as it takes for 94.9 % not to read as the 95 %
// that were asked for, and for the ends of a narrow interval not to read as one number. found: [share, low, high]
export function rate(found, goal = null) {
  if (!found) return { value: "\u2013", low: "\u2013", high: "\u2013" };
  const [value, low, high] = found;
  const fromGoal = goal === null || (value < goal) === (shown(value, 0) < shown(goal, 0));
  const ends = high <= low || (high - low >= NARROW && rounded(high * 100) > rounded(low * 100));
  const whole = rounded(value * 100);
  let digits = fromGoal && ends && (whole > 0 || value === 0) && (whole < 100 || value === 1) ? 0 : 1;
  if (digits && goal !== null && value < goal && shown(value, 1) >= shown(goal, 1)) digits = 2;
  const text = (percent) => `${percent.toFixed(digits)}\u202f%`;
  return { value: text(shown(value, digits)), low: text(rounded(low * 100, digits)), high: text(rounded(high * 100, digits)) };
}

export function share(value) {
  if (value === null || value === undefined) return "\u2013";
  if (value > 0 && value < 0.001) return "under 0.1\u202f%";
  if ((value >= 0.995 && value < 1) || (value > 0 && value < 0.01)) return `${shown(value, 1).toFixed(1)}\u202f%`;
  return `${rounded(value * 100)}\u202f%`;
}

export function lasting(seconds) {
  if (seconds === null || seconds === undefined) return "\u2013";
  if (seconds < 10) return seconds ? `${rounded(seconds, 1).toFixed(1)} s` : "0 s";
  const whole = rounded(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 100 ? `${hours} h ${String(minutes % 60).padStart(2, "0")} min` : `${count(hours)} h`;
}

// seconds of a day, which may lie before or after it, as the clock on the wall shows them
export function wall(seconds) {
  const day = ((Math.floor(seconds) % 86400) + 86400) % 86400;
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(day / 3600))}:${two(Math.floor(day / 60) % 60)}:${two(day % 60)}`;
}
