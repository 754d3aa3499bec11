// The waveform: smallest and largest sample per pixel column, from the file that the pipeline made beforehand.

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
  return { rate, length, channels, values, full: eightBit ? 128 : 32768 };
}

export function drawPeaks(context, peaks, { from, perPixel, left, width, top, height, colour }) {
  const middle = top + height / 2;
  const { rate, length, channels, values, full } = peaks;
  context.fillStyle = colour;
  for (let x = 0; x < width; x += 1) {
    const first = Math.max(0, Math.floor((from + x * perPixel) * rate));
    const last = Math.min(length, Math.max(first + 1, Math.floor((from + (x + 1) * perPixel) * rate)));
    let low = 0;
    let high = 0;
    for (let i = first; i < last; i += 1) {
      low = Math.min(low, values[2 * channels * i]);
      high = Math.max(high, values[2 * channels * i + 1]);
    }
    if (last <= first) continue;
    // square root: speech far from the microphone stays visible
    const up = Math.sqrt(high / full) * (height / 2);
    const down = Math.sqrt(-low / full) * (height / 2);
    context.fillRect(left + x, middle - Math.max(up, 0.5), 1, Math.max(up, 0.5) + Math.max(down, 0.5));
  }
}
