// Shares and lengths of time as an auditor reads them.

export function share(value) {
  if (value === null || value === undefined) return "\u2013";
  if (value >= 0.995 && value < 1) return `${(Math.min(value, 0.999) * 100).toFixed(1)}\u202f%`;
  if (value > 0 && value < 0.01) return `${(value * 100).toFixed(1)}\u202f%`;
  return `${Math.round(value * 100)}\u202f%`;
}

export function lasting(seconds) {
  if (seconds === null || seconds === undefined) return "\u2013";
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
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
