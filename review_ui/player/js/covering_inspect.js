// What is chosen, to be changed by fields and buttons: everything that a pointer can do, and what it cannot.

import { h, icon } from "./dom.js";
import { clock } from "./format.js";
import { changed, inside, isDense, isFound, moved, retimed, split, withoutKey } from "./covering_plan.js";
import { lookWords, placeSaid } from "./covering_lanes.js";
import { seconds } from "./clips.js";

export const COVERS = [["fill", "solid grey"], ["pixelate", "mosaic"], ["blur", "blur"]];
export const SOUNDS = [["tone", "tone"], ["mute", "silence"]];
const KINDS = ["face", "plate", "screen", "paper", "other"];
const SHAPES = [["box", "box"], ["ellipse", "round"]];

function choice(label, value, rows, onchange) {
  return h("label", {}, h("span", {}, label), h("select", { "aria-label": label, onchange: (event) => onchange(event.target.value) }, ...rows.map(([one, text]) => h("option", { value: one, selected: one === value }, text))));
}

// the chosen part. act: {time(), seek(t), change(part, next...), remove(part), trouble(text), doubts(), look(doubt), cover(doubt), name(part), whole(part), setWhole(on), play(from)}
export function inspector(part, act) {
  if (!part) return [h("p", { class: "faint" }, "Nothing is chosen. Draw on the picture to cover a place, or choose one in the picture or below.")];
  const keep = (change) => act.change(part, changed(part, change));
  const button = (text, does, key, more = {}) => h("button", { onclick: does, ...more }, text, key && h("kbd", { "aria-hidden": "true" }, key));
  return [
    h("h2", {}, act.name(part), part.off && h("span", { class: "faint" }, " (off)")),
    ...(part.keys ? lost(part, act) : []),
    h("div", { class: "fields" }, edge(part, "from", act), edge(part, "to", act),
      ...(part.keys
        ? [choice("Shape", part.shape, SHAPES, (shape) => keep({ shape })), choice("Covered by", part.cover, COVERS, (cover) => keep({ cover })), choice("What it is", KINDS.includes(part.what) ? part.what : "other", KINDS.map((k) => [k, k]), (what) => keep({ what: what === "other" ? "" : what }))]
        : [choice("Covered by", part.cover, SOUNDS, (cover) => keep({ cover }))])),
    ...(part.keys ? where(part, act, button) : [h("p", {}, button("Hear it", () => act.play(Math.max(0, part.from - 1))))]),
    h("div", { class: "tools" },
      button(part.off ? "Switch on" : "Switch off", () => keep({ off: !part.off }), "X"),
      button("Split here", () => (split(part, act.time()) ? act.change(part, ...split(part, act.time())) : act.trouble("Move the video to a moment within it first.")), "S"),
      button("Remove", () => act.remove(part), "Del")),
    !part.keys && ofKind(part, act, button),
    h("p", { class: "faint" }, part.keys ? `${isFound(part) ? `Found by ${part.by}` : "Drawn by hand"}.${part.cover === "fill" ? "" : " Mosaic and blur keep light and dark of four cells: only solid grey leaves nothing."}` : `Why: ${part.why}.`),
  ];
}

function edge(part, name, act) {
  const set = (at) => {
    const next = at === null ? null : retimed(part, name === "from" ? at : part.from, name === "to" ? at : part.to);
    if (next) act.change(part, next);
    else act.trouble("Times are seconds (83.5) or m:ss.s, and it ends after it begins.");
  };
  const text = name === "from" ? "From" : "To";
  const field = h("input", { type: "text", inputmode: "decimal", "aria-label": text, value: clock(part[name], 2), onchange: () => set(seconds(field.value)) });
  const here = h("button", { title: `${text}: where the video stands`, "aria-label": `${text}: where the video stands`, onclick: () => set(act.time()) }, "here", h("kbd", { "aria-hidden": "true" }, name === "from" ? "I" : "O"));
  return h("div", { class: "edge" }, h("label", {}, h("span", {}, text), field), here);
}

function where(part, act, button) {
  const at = act.time();
  const values = placeSaid(part, at);
  const names = [["x", "Left"], ["y", "Top"], ["width", "Width"], ["height", "Height"]];
  const fields = names.map(([, label], n) => h("input", { type: "number", min: "-50", max: "100", step: "0.5", value: values[n], "aria-label": `${label}, percent of the picture`, onchange: () => {
    const box = Object.fromEntries(names.map(([name], m) => [name, Number(fields[m].value) / 100]));
    act.change(part, moved(part, act.time(), inside(box), act.whole(part)));
  } }));
  const whole = h("input", { type: "checkbox", checked: act.whole(part), onchange: () => act.setWhole(whole.checked) });
  const shown = Math.abs(part.keys.find((key) => Math.abs(key.at - at) < 0.02)?.at - at) < 0.02;
  return [
    h("div", { class: "numbers" }, ...names.map(([, label], n) => h("label", {}, h("span", {}, `${label}, %`), fields[n]))),
    h("label", { class: "whole" }, whole, " move it at all of its moments"),
    h("p", { class: "faint" }, isDense(part) ? `Followed: ${part.keys.length} keys.` : `${part.keys.length} ${part.keys.length === 1 ? "key" : "keys"}: ${part.keys.map((key) => clock(key.at, 1)).slice(0, 12).join(", ")}${part.keys.length > 12 ? " \u2026" : ""}`),
    h("div", { class: "tools" },
      button("Previous", () => act.toKey(-1), "[", { title: "To the key before" }), button("Next", () => act.toKey(1), "]", { title: "To the next key" }),
      shown ? button("Remove this key", () => act.change(part, withoutKey(part, part.keys.find((key) => Math.abs(key.at - at) < 0.02).at)), null, { disabled: part.keys.length === 1 }) : button("Key here", () => act.key(), "K", { title: "It stays where it is at this moment, whatever is changed before or after" })),
  ];
}

function lost(part, act) {
  const mine = act.doubts().filter((one) => one.region?.uid === part.uid);
  if (!mine.length) return isFound(part) ? [h("p", { class: "faint" }, "Every stretch of it was seen by the program, or looked at by a person.")] : [];
  const at = act.time();
  const here = mine.filter((one) => at >= one.from - 0.05 && at <= one.to + 0.05);
  return [
    h("p", { class: "draft" }, `${mine.length} ${mine.length === 1 ? "stretch" : "stretches"} of it to look at.`),
    ...here.map((doubt) => h("div", { class: "here" }, h("p", {}, ...lookWords(doubt, act.name(part))),
      h("div", { class: "tools" }, h("button", { onclick: () => act.play(Math.max(0, doubt.from - 1)) }, "Play it"),
        doubt.kind === "open" ? h("button", { onclick: () => act.carry(doubt) }, "Cover until it is found again") : h("button", { onclick: () => act.good(doubt) }, icon("check"), " Looked at: it is covered", h("kbd", { "aria-hidden": "true" }, "G"))))),
  ];
}

function ofKind(part, act, button) {
  const same = act.sound().filter((one) => one.why === part.why);
  if (same.length < 2) return null;
  return h("div", { class: "tools" }, h("span", { class: "faint" }, `All ${same.length} of this kind:`), ...SOUNDS.map(([cover, text]) => button(text, () => act.all(same, { cover }))), button("off", () => act.all(same, { off: true })), button("on", () => act.all(same, { off: false })), button("remove", () => act.removeAll(same)));
}
