// The picture with its places over it: chosen, moved, resized and drawn with pointer or keys, or seen as they will be.

import { h } from "./dom.js";
import { covers, inside, moved, place } from "./covering_plan.js";

const GRIP = 9;
const SMALLEST = 0.008;
const CELLS = 4;
const CORNERS = [[0, 0], [0.5, 0], [1, 0], [0, 0.5], [1, 0.5], [0, 1], [0.5, 1], [1, 1]];
const POINTERS = { "0,0": "nwse-resize", "1,1": "nwse-resize", "1,0": "nesw-resize", "0,1": "nesw-resize", "0.5,0": "ns-resize", "0.5,1": "ns-resize", "0,0.5": "ew-resize", "1,0.5": "ew-resize" };

export class Picture {
  // act: {plan(), chosen(), choose(region), whole(), seen(), change(region, next), draw(box), shape(), touched()}
  constructor(video, act) {
    this.video = video;
    this.act = act;
    this.canvas = h("canvas", { class: "places", tabindex: "0", role: "application", "aria-label": "Places over the picture. A adds one, arrows move the chosen one, Shift and arrows make it larger or smaller." });
    this.root = h("div", { class: "screen" }, video, this.canvas);
    this.small = document.createElement("canvas");
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(this.root);
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
    this.canvas.addEventListener("pointermove", (event) => this.drag(event));
    this.canvas.addEventListener("pointerup", () => this.release());
    this.canvas.addEventListener("pointercancel", () => ((this.drawn = null), this.draw()));
  }

  get at() {
    return this.video.currentTime;
  }

  frame() {
    const box = { width: this.root.clientWidth, height: this.root.clientHeight };
    const [w, t] = [this.video.videoWidth || 16, this.video.videoHeight || 9];
    const share = Math.min(box.width / w, box.height / t);
    return { left: (box.width - w * share) / 2, top: (box.height - t * share) / 2, width: w * share, height: t * share };
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const clamp = (v) => Math.min(1, Math.max(0, v));
    return { x: clamp((event.clientX - box.left) / box.width), y: clamp((event.clientY - box.top) / box.height) };
  }

  // the corner or side of the chosen place under the pointer
  grip(at) {
    const region = this.act.chosen();
    if (!region?.keys || this.at < region.from || this.at > region.to) return null;
    const key = place(region, this.at);
    const [w, t] = [this.canvas.clientWidth, this.canvas.clientHeight];
    return CORNERS.find(([cx, cy]) => Math.abs((key.x + cx * key.width - at.x) * w) < GRIP && Math.abs((key.y + cy * key.height - at.y) * t) < GRIP) || null;
  }

  // the smallest place under the pointer, the chosen one first
  under(at) {
    const hits = this.act.plan().filter((r) => {
      const key = place(r, this.at);
      return this.at >= r.from && this.at <= r.to && at.x >= key.x && at.x <= key.x + key.width && at.y >= key.y && at.y <= key.y + key.height;
    });
    const size = (r) => place(r, this.at).width * place(r, this.at).height;
    return hits.find((r) => r.uid === this.act.chosen()?.uid) || hits.sort((a, b) => size(a) - size(b))[0] || null;
  }

  press(event) {
    if (event.button) return;
    this.video.pause();
    this.canvas.setPointerCapture(event.pointerId);
    const from = this.point(event);
    const grip = this.grip(from);
    const region = grip ? this.act.chosen() : this.under(from);
    this.act.choose(region);
    this.drawn = { from, grip, region, key: region && place(region, this.at), box: null };
    this.draw();
  }

  drag(event) {
    const now = this.point(event);
    if (!this.drawn) {
      const grip = this.grip(now);
      this.canvas.style.cursor = grip ? POINTERS[grip] : this.under(now) ? "move" : "crosshair";
      return;
    }
    const { from, grip, key } = this.drawn;
    const [dx, dy] = [now.x - from.x, now.y - from.y];
    if (grip) this.drawn.box = pulled(key, grip, dx, dy);
    else if (key) this.drawn.box = inside({ ...key, x: key.x + dx, y: key.y + dy });
    else this.drawn.box = { x: Math.min(from.x, now.x), y: Math.min(from.y, now.y), width: Math.abs(dx), height: Math.abs(dy) };
    this.draw();
  }

  release() {
    const drawn = this.drawn;
    this.drawn = null;
    const still = !drawn?.box || (drawn.key && Math.abs(drawn.box.x - drawn.key.x) + Math.abs(drawn.box.y - drawn.key.y) + Math.abs(drawn.box.width - drawn.key.width) + Math.abs(drawn.box.height - drawn.key.height) < 0.002);
    if (still || drawn.box.width < SMALLEST || drawn.box.height < SMALLEST) return this.draw();
    if (drawn.region) return this.act.change(drawn.region, moved(drawn.region, this.at, drawn.box, this.act.whole(drawn.region)));
    return this.act.draw(drawn.box);
  }

  nudge(dx, dy, resize) {
    const region = this.act.chosen();
    if (!region?.keys) return false;
    this.video.pause();
    const key = place(region, this.at);
    const box = resize ? { ...key, width: key.width + dx, height: key.height + dy } : { ...key, x: key.x + dx, y: key.y + dy };
    this.act.change(region, moved(region, this.at, box, this.act.whole(region)));
    return true;
  }

  draw() {
    const frame = this.frame();
    const dots = Math.min(2, window.devicePixelRatio || 1);
    Object.assign(this.canvas.style, { left: `${frame.left}px`, top: `${frame.top}px`, width: `${frame.width}px`, height: `${frame.height}px` });
    const [wide, high] = [Math.max(1, Math.round(frame.width * dots)), Math.max(1, Math.round(frame.height * dots))];
    if (this.canvas.width !== wide || this.canvas.height !== high) [this.canvas.width, this.canvas.height] = [wide, high];
    const pen = this.canvas.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.scale(dots, dots);
    this.size = [frame.width, frame.height];
    const chosen = this.act.chosen();
    this.act.plan().forEach((region, n) => {
      const here = this.at >= region.from && this.at < region.to;
      const mine = region.uid === chosen?.uid;
      if (!here || (this.drawn?.box && mine)) return;
      if (this.act.seen()) this.cover(pen, region);
      else this.outline(pen, place(region, this.at), region, mine, n + 1);
    });
    if (!this.drawn?.box) return;
    const region = this.drawn.region;
    this.outline(pen, this.drawn.box, region || { shape: this.act.shape() }, true, "");
  }

  path(pen, key, shape) {
    const [w, t] = this.size;
    const [x, y, width, height] = [key.x * w, key.y * t, key.width * w, key.height * t];
    pen.beginPath();
    if (shape === "ellipse") pen.ellipse(x + width / 2, y + height / 2, width / 2, height / 2, 0, 0, 2 * Math.PI);
    else pen.rect(x, y, width, height);
    return [x, y, width, height];
  }

  outline(pen, key, region, chosen, label) {
    const [x, y, width, height] = this.path(pen, key, region.shape);
    const unsure = (region.lost || []).some(([from, to]) => this.at >= from && this.at < to);
    if (!region.off) {
      pen.fillStyle = "rgba(40, 44, 52, .62)";
      pen.fill();
    }
    pen.setLineDash(region.off ? [2, 5] : unsure ? [7, 4] : []);
    for (const [line, style] of [[chosen ? 5 : 3.5, "#000000"], [chosen ? 3 : 1.5, chosen ? "#ffd23f" : unsure ? "#ffb25c" : "#ffffff"]]) {
      pen.lineWidth = line;
      pen.strokeStyle = style;
      pen.stroke();
    }
    pen.setLineDash([]);
    pen.font = "600 14px system-ui";
    const text = `${label}${region.off ? " off" : unsure ? " not seen here" : ""}`;
    pen.lineWidth = 3;
    pen.strokeStyle = "#000000";
    pen.strokeText(text, x + 6, y + 17);
    pen.fillStyle = "#ffffff";
    pen.fillText(text, x + 6, y + 17);
    if (!chosen) return;
    for (const [cx, cy] of CORNERS) {
      pen.fillStyle = "#ffd23f";
      pen.strokeStyle = "#000000";
      pen.lineWidth = 1;
      pen.fillRect(x + cx * width - 4, y + cy * height - 4, 8, 8);
      pen.strokeRect(x + cx * width - 4, y + cy * height - 4, 8, 8);
    }
  }

  // roughly what the copy will show: one grey, or four cells along the longer side
  cover(pen, region) {
    if (!covers(region, this.at)) return;
    const key = place(region, this.at);
    pen.save();
    const [x, y, width, height] = this.path(pen, key, region.shape);
    pen.clip();
    if (region.cover === "fill" || !this.video.videoWidth) {
      pen.fillStyle = "#3a3a3a";
      pen.fillRect(x, y, width, height);
    } else {
      const longest = Math.max(width, height);
      const [cx, cy] = [Math.max(1, Math.round((CELLS * width) / longest)), Math.max(1, Math.round((CELLS * height) / longest))];
      const [w, t] = [this.video.videoWidth, this.video.videoHeight];
      [this.small.width, this.small.height] = [cx, cy];
      const tiny = this.small.getContext("2d");
      tiny.imageSmoothingQuality = "high";
      tiny.drawImage(this.video, key.x * w, key.y * t, key.width * w, key.height * t, 0, 0, cx, cy);
      pen.imageSmoothingEnabled = region.cover === "blur";
      pen.imageSmoothingQuality = "high";
      pen.drawImage(this.small, x, y, width, height);
    }
    pen.restore();
  }

  destroy() {
    this.resizing.disconnect();
  }
}

// a box of which one corner or side is pulled
function pulled(key, [cx, cy], dx, dy) {
  const [x2, y2] = [key.x + key.width, key.y + key.height];
  const left = cx === 0 ? Math.min(key.x + dx, x2 - 0.01) : key.x;
  const right = cx === 1 ? Math.max(x2 + dx, key.x + 0.01) : x2;
  const top = cy === 0 ? Math.min(key.y + dy, y2 - 0.01) : key.y;
  const bottom = cy === 1 ? Math.max(y2 + dy, key.y + 0.01) : y2;
  const clamp = (v) => Math.min(1, Math.max(0, v));
  return inside({ x: clamp(left), y: clamp(top), width: clamp(right) - clamp(left), height: clamp(bottom) - clamp(top) });
}
