// Shares and lengths of time as an auditor reads them.

// 16041 -> "16,041"
export function count(number) {
  return Number(number).toLocaleString("en-US");
}

// a share with its interval beside a goal, as texts: with as many decimals as it takes for 94.9 % not to read as the 95 %
// that were asked for, and for the ends of a narrow interval not to read as one number. found: [share, low, high]
export function rate(found, goal = null) {
  if (!found) return { value: "\u2013", low: "\u2013", high: "\u2013" };
  const [value, low, high] = found;
  const shown = (one, digits) => {
    const least = 10 ** -digits;
    const text = (one * 100).toFixed(digits);
    return one > 0 && one < 1 ? Math.min(100 - least, Math.max(least, Number(text))).toFixed(digits) : text;
  };
  const told = (digits) => {
    const [at, from, to, asked] = [value, low, high, goal].map((one) => one === null ? null : Number(shown(one, digits)));
    return (goal === null || value < goal === at < asked) && (high <= low || to - from >= 1) && (Math.round(value * 100) > 0 || value === 0) && (Math.round(value * 100) < 100 || value === 1);
  };
  const digits = told(0) ? 0 : 1;
  const fine = digits === 1 && goal !== null && value < goal && Number(shown(value, 1)) >= Number(shown(goal, 1)) ? 2 : digits;
  const text = (one) => `${shown(one, fine)}\u202f%`;
  return { value: text(value), low: text(low), high: text(high) };
}

export function share(value) {
  if (value === null || value === undefined) return "\u2013";
  if (value >= 0.995 && value < 1) return `${(Math.min(value, 0.999) * 100).toFixed(1)}\u202f%`;
  if (value > 0 && value < 0.01) return `${(value * 100).toFixed(1)}\u202f%`;
  return `${Math.round(value * 100)}\u202f%`;
}

export function lasting(seconds) {
  if (seconds === null || seconds === undefined) return "\u2013";
  if (seconds < 10) return seconds ? `${seconds.toFixed(1)} s` : "0 s";
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 100 ? `${hours} h ${String(minutes % 60).padStart(2, "0")} min` : `${hours} h`;
}

// seconds of a day, which may lie before or after it, as the clock on the wall shows them
export function wall(seconds) {
  const day = ((Math.floor(seconds) % 86400) + 86400) % 86400;
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(day / 3600))}:${two(Math.floor(day / 60) % 60)}:${two(day % 60)}`;
}
