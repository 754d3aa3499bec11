// Smallest and largest value of any stretch of a long row of values, as quick for an hour as for a second.

const STEP = 4;

// low[i] and high[i] are the smallest and largest of cell i; a cell that nothing was measured in has low > high
export class Mips {
  constructor(low, high) {
    this.levels = [{ low, high }];
    while (this.levels.at(-1).low.length > 64) this.levels.push(coarser(this.levels.at(-1)));
  }

  // over the cells [first, last); the edges may take in up to one cell in eight more. Null: nothing was measured
  over(first, last) {
    let level = 0;
    let size = 1;
    while (level + 1 < this.levels.length && (last - first) / (size * STEP) >= 8) {
      level += 1;
      size *= STEP;
    }
    const { low, high } = this.levels[level];
    const end = Math.min(low.length, Math.ceil(last / size));
    let least = Infinity;
    let most = -Infinity;
    for (let i = Math.max(0, Math.floor(first / size)); i < end; i += 1) {
      if (low[i] > high[i]) continue;
      if (low[i] < least) least = low[i];
      if (high[i] > most) most = high[i];
    }
    return most < least ? null : [least, most];
  }
}

function coarser({ low, high }) {
  const count = Math.ceil(low.length / STEP);
  const least = new low.constructor(count);
  const most = new high.constructor(count);
  for (let i = 0; i < count; i += 1) {
    let measured = false;
    for (let j = i * STEP; j < Math.min(low.length, (i + 1) * STEP); j += 1) {
      if (low[j] > high[j]) continue;
      least[i] = measured ? Math.min(least[i], low[j]) : low[j];
      most[i] = measured ? Math.max(most[i], high[j]) : high[j];
      measured = true;
    }
    if (!measured) [least[i], most[i]] = [1, 0];
  }
  return { low: least, high: most };
}
