// What the colours and shapes of the lanes mean.

import { h, icon } from "./dom.js";

// sound: whether a waveform is drawn
export function legend(help, sound = true) {
  const item = (kind, text, title) => h("span", { title: title || null }, h("i", { class: kind }), text);
  return h(
    "footer",
    { class: "legend" },
    item("dot officer", "officer"),
    item("dot civilian", "civilian"),
    item("dot radio", "radio"),
    item("dot unknown", "role not known"),
    item("mark", "not reviewed", "The paler, the less sure the detector is"),
    item("mark confirmed", "confirmed"),
    item("mark unsure", "unsure"),
    item("mark dismissed", "dismissed"),
    item("mark strong", "several officers, clashing orders, force", "Look here first. The shaded band shows it through everybody's speech."),
    sound && item("wave raised", "raised voice", "Waveform: the redder, the likelier that a voice is raised. Blue-grey: calm speech. Pale: vocal effort was not measured, or nobody speaks."),
    item("mark hatch", "not analysed", "Hatched: nothing can be said about this stretch. Point at it to read why."),
    h("span", { title: "On a lane: how sure the detector must be for findings of this kind alone to be in sight" }, icon("sure"), "how sure, this kind alone"),
    h("button", { onclick: help }, "Keys ", h("kbd", {}, "?")),
  );
}
