// The waveform: smallest and largest sample per pixel column, from the file that the pipeline made beforehand.

import { Mips } from "./mips.js";

// probability of a raised voice from which a column is drawn in the strongest colour
const LOUD = 0.7;

// BBC audiowaveform format, versions 1 and 2, 8 or 16 bits, first channel
export function readPeaks(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 20) throw new Error("the waveform file is too short");
  const version = view.getInt32(0, true);
  if (version !== 1 && version !== 2) throw new Error(`unknown waveform version ${version}`);
  const eightBit = (view.getUint32(4, true) & 1) === 1;
  const rate = view.getInt32(8, true) / view.getInt32(12, true);
  const channels = version === 2 ? view.getInt32(20, true) : 1;
  const offset = version === 2 ? 24 : 20;
  const Kind = eightBit ? Int8Array : Int16Array;
  const room = Math.floor((buffer.byteLength - offset) / (2 * channels * Kind.BYTES_PER_ELEMENT));
  const length = Math.min(view.getUint32(16, true), room);
  const values = new Kind(buffer.slice(offset, offset + length * 2 * channels * Kind.BYTES_PER_ELEMENT));
  const step = 2 * channels;
  const low = new Kind(length);
  const high = new Kind(length);
  for (let i = 0; i < length; i += 1) {
    low[i] = Math.min(0, values[step * i]);
    high[i] = Math.max(0, values[step * i + 1]);
  }
  return { rate, length, channels, values, mips: new Mips(low, high), full: eightBit ? 128 : 32768 };
}

// effort: the curve of raised voices or nothing; where it says nothing the column is pale. raised: the probability from
// which a voice counts as raised
export function drawPeaks(context, peaks, { from, perPixel, width, top, height, effort, raised, colours }) {
  const middle = top + height / 2;
  const { rate, length, mips, full } = peaks;
  let colour = null;
  for (let x = 0; x < width; x += 1) {
    const time = from + x * perPixel;
    const first = Math.max(0, Math.floor(time * rate));
    const found = first < length && mips.over(first, Math.max(first + 1, Math.floor((time + perPixel) * rate)));
    if (!found) continue;
    const own = effortColour(effort?.between(time, time + perPixel), raised, colours);
    if (own !== colour) context.fillStyle = colour = own;
    // square root: speech far from the microphone stays visible
    const up = Math.max(0.5, Math.sqrt(found[1] / full) * (height / 2));
    const down = Math.max(0.5, Math.sqrt(-found[0] / full) * (height / 2));
    context.fillRect(x, middle - up, 1, up + down);
  }
}

function effortColour(range, raised, colours) {
  if (!range) return colours.quiet;
  if (range[1] >= LOUD) return colours.loud;
  return range[1] >= raised ? colours.raised : colours.calm;
}
