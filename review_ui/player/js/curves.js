// Curves of a whole recording or incident: how loud, how raised the voices, how many orders a minute.

import { Mips } from "./mips.js";

const LEVELS = 254;

// what review_ui.curves packs: a length, JSON that names the curves, one byte for each value; 0: not measured
export function readCurves(buffer) {
  const room = new DataView(buffer).getUint32(0, true);
  const named = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, room)));
  const curves = new Map();
  let at = 4 + room;
  for (const { name, rate_hz: rate, start, count, low, high } of named) {
    curves.set(name, new Curve(new Uint8Array(buffer, at, count), { rate, start, low, high }));
    at += count;
  }
  return curves;
}

class Curve {
  constructor(bytes, { rate, start, low, high }) {
    Object.assign(this, { rate, start, low, high });
    // nothing measured: a cell whose lowest is above its highest
    this.mips = new Mips(bytes.map((byte) => byte || 1), bytes);
  }

  // [least, most] between two times in the curve's own unit, null where nothing was measured
  between(from, to) {
    const first = Math.floor((from - this.start) * this.rate + 1e-6);
    const found = this.mips.over(first, Math.max(first + 1, Math.floor((to - this.start) * this.rate + 1e-6)));
    return found && found.map((byte) => this.low + ((byte - 1) / LEVELS) * (this.high - this.low));
  }

  most() {
    const found = this.mips.over(0, Infinity);
    return found && this.low + ((found[1] - 1) / LEVELS) * (this.high - this.low);
  }
}

// an area as high as the largest value of each pixel, with a line on top; nothing where nothing was measured
export function drawCurve(context, curve, { view, top, height, colour }) {
  const perPixel = (view.to - view.from) / view.width;
  const foot = top + height;
  const area = new Path2D();
  const line = new Path2D();
  let begun = -1; // the pixel at which the stretch that is being drawn begins
  const end = (x) => {
    if (begun >= 0) area.lineTo(x, foot);
    begun = -1;
  };
  for (let x = 0; x < view.width; x += 1) {
    const from = view.from + x * perPixel;
    const found = curve.between(from, from + perPixel);
    if (!found) {
      end(x);
      continue;
    }
    const y = foot - Math.max(0, Math.min(1, (found[1] - curve.low) / (curve.high - curve.low))) * (height - 1) - 1;
    if (begun < 0) {
      begun = x;
      area.moveTo(x, foot);
      line.moveTo(x, y);
    }
    area.lineTo(x, y);
    line.lineTo(x + 1, y);
  }
  end(view.width);
  context.fillStyle = context.strokeStyle = colour;
  context.globalAlpha = 0.28;
  context.fill(area);
  context.globalAlpha = 1;
  context.lineWidth = 1;
  context.stroke(line);
}
