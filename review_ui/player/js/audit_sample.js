// Random samples: draw one, see what was drawn before, open its recordings.

import { getJson, postSample } from "./api.js";
import { count } from "./audit_format.js";
import { fill, h, icon } from "./dom.js";

export function samplesPanel(audit) {
  const { period } = audit.said;
  const drawn = h("ol", { class: "drawn" });
  const trouble = h("p", { class: "trouble", role: "alert", hidden: true });
  const by = h("select", { "aria-label": "Of each" }, h("option", { value: "officer" }, "officer"), h("option", { value: "unit" }, "unit"));
  const each = h("input", { type: "number", min: "1", max: "500", value: "3", "aria-label": "How many" });
  const seed = h("input", { type: "text", maxlength: "200", placeholder: "one that nobody chose", "aria-label": "Seed" });
  const draw = h("button", { onclick: () => make() }, "Draw");
  const fail = (error) => {
    fill(trouble, icon("warn"), error.message);
    trouble.hidden = false;
  };
  let turn = 0;
  const load = async () => {
    const mine = (turn += 1);
    try {
      const { samples } = await getJson("/bwc/audit/samples");
      if (mine !== turn) return; // asked before the newest was drawn
      fill(drawn, ...samples.map((one, n) => sample(audit, one, n === 0)));
      if (!samples.length) fill(drawn, h("li", { class: "faint" }, "No sample was drawn yet."));
    } catch (error) {
      fail(error);
    }
  };
  const make = async () => {
    trouble.hidden = true;
    draw.disabled = true;
    try {
      await postSample({ first: period.first, last: period.last, by: by.value, each: Number(each.value), seed: seed.value });
      await load();
      audit.say("A sample was drawn");
    } catch (error) {
      fail(error);
    } finally {
      draw.disabled = false;
    }
  };
  const panel = h(
    "details",
    { class: "samples" },
    h("summary", {}, "Random sample"),
    h("p", {}, `Recordings that start from ${period.first} to ${period.last}, so many of each, by lot. Every draw is kept with its seed and with who asked for it, and anybody can repeat it, here or with: bwc audit sample --check NUMBER.`),
    h("div", { class: "form" }, h("label", {}, "Draw", each), h("label", {}, "of each", by), h("label", {}, "seed", seed), draw),
    trouble,
    drawn,
  );
  panel.addEventListener("toggle", () => panel.open && load());
  return panel;
}

// drawn once more by the program, from its seed and from what it was drawn from
function checking(one) {
  const told = h("span", { role: "status" });
  const check = async () => {
    try {
      const { alike, added, gone } = await getJson(`/bwc/audit/samples/${one.number}/check`);
      const since = added || gone ? ` Since then ${count(added)} recordings were added to what is drawn from, and ${count(gone)} left it.` : " What is drawn from is the same as then.";
      fill(told, (alike ? "The same recordings come out." : "Other recordings come out: this draw was changed.") + since);
    } catch (error) {
      fill(told, error.message);
    }
  };
  return h("p", { class: "checking" }, h("button", { onclick: check }, "Draw it again"), h("a", { class: "button", href: `/bwc/audit/samples/${one.number}/file`, download: "" }, "CSV"), told);
}

function sample(audit, one, open) {
  const drawn = one.groups.reduce((sum, group) => sum + group.recordings.length, 0);
  const rows = one.groups.map((group) => h("tr", {}, h("th", { scope: "row" }, group.title), h("td", { class: "faint" }, `of ${count(group.of)}`), h("td", {}, ...group.recordings.flatMap((recording, n) => [n > 0 && ", ", audit.recordingLink(recording.id, 0, recording.name)]))));
  return h(
    "li",
    {},
    h("details", { open }, h("summary", {}, h("b", {}, `Sample ${one.number}`), ` ${drawn} recordings, ${one.each} of each ${one.by}, ${one.first} to ${one.last}`, h("span", { class: "faint" }, ` ${one.at} by ${one.who}, seed ${one.seed}`)), h("p", { class: "faint" }, `Order of the draw: ${one.method}. Days are those of ${one.zone}.`), checking(one), h("table", {}, h("tbody", {}, ...rows))),
  );
}
