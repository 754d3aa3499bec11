// A mute and the words said of it, each on the card of the other, to go there with one press.

import { h } from "./dom.js";
import { clock } from "./format.js";

const WORDS = "mute_reason_spoken";
const OFF = new Set(["muted", "sound_ends_early"]);

// what stands on the card of finding `index`; `choose` goes to another finding
export function besideMute(events, index, choose) {
  const found = events.findings;
  const isMute = found.kind[index] === "muted_audio" && OFF.has(found.label[index]);
  if (!isMute && found.kind[index] !== WORDS) return null;
  const wanted = new Set(events.beside?.[found.id[index]] ?? []);
  const others = [...found.id.keys()].filter((i) => wanted.has(found.id[i]));
  if (!others.length) return isMute ? h("p", { class: "saidof" }, noWords(events)) : null;
  const row = (i) => h("li", {}, h("button", { onclick: () => choose(i) }, clock(found.start[i])), h("span", { dir: "auto" }, found.summary[i]));
  return h("div", { class: "saidof" }, h("h4", {}, isMute ? "Said of it" : "What it was said of"), h("ol", {}, ...others.map(row)));
}

function noWords(events) {
  const lane = events.lanes.find((one) => one.key === `kind:${WORDS}`);
  const looked = lane?.state === "done";
  return looked ? "No reason was found in the words before and after it." : "Whether a reason was said is not known: the words were not analysed.";
}
