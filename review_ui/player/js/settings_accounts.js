// Accounts: who may sign in, for what, whose footage they see; shut out, let in, sign out, change duty and units.

import { post } from "./api.js";
import { trouble } from "./asked_page.js";
import { fill, h, icon } from "./dom.js";
import { utc } from "./format.js";
import { heads } from "./settings_policy.js";

export function accountsTab(said, page) {
  const told = h("p", { class: "trouble", role: "alert", hidden: true });
  const change = async (wanted, done) => {
    try {
      page.said = await post("/bwc/manage/account", wanted);
      page.draw();
      page.say(done);
    } catch (error) {
      told.hidden = false;
      fill(told, icon("warn"), trouble(error));
    }
  };
  const store = page.component.data.store;
  if (!said.accounts.length)
    return h("section", { class: "empty" }, h("h2", {}, "No accounts"), h("p", {}, "This screen is for whoever starts it, on that machine alone. With the first account everybody signs in. Accounts are added on the command line, where the password is typed unseen:"), h("pre", {}, `bwc users add NAME --duty admin --store ${store}`));
  return h(
    "section",
    {},
    told,
    h("table", { class: "wide" }, heads("Account", "Duty", "Units", "Sessions", ""), h("tbody", {}, ...said.accounts.map((one) => row(one, said, change)))),
    h("details", { class: "part" }, h("summary", {}, "What each duty may do"), h("table", {}, h("tbody", {}, ...Object.entries(said.duties).map(([duty, acts]) => h("tr", {}, h("th", { scope: "row" }, duty), h("td", {}, acts.join(", "))))))),
    h("p", { class: "faint" }, "Every change is a row of the activity log. Accounts are added, and passwords set, on the command line:"),
    h("pre", {}, `bwc users add NAME --duty reviewer --unit UNIT --store ${store}\nbwc users password NAME --store ${store}`),
  );
}

function row(one, said, change) {
  const mine = one.name === said.me;
  const button = (title, wanted, done) => h("button", { "aria-label": `${title}: ${one.name}`, onclick: () => change({ name: one.name, ...wanted }, done) }, title);
  return h(
    "tr",
    { class: one.disabled ? "off" : "" },
    h("th", { scope: "row" }, one.name, one.full_name && h("span", { class: "block faint", dir: "auto" }, one.full_name), one.disabled && h("span", { class: "block problem" }, "shut out"), mine && h("span", { class: "block faint" }, "you")),
    h("td", { colspan: mine ? 1 : 2 }, mine ? one.duty : duty(one, said, change)),
    mine && h("td", {}, one.units.join(", ") || "all units"),
    h("td", {}, one.sessions_from_utc ? `from ${utc(one.sessions_from_utc)} on` : ""),
    h("td", { class: "acts" }, button("Sign out everywhere", { change: "sign-out" }, "Signed out everywhere"), !mine && (one.disabled ? button("Let in again", { change: "enable" }, "Let in again") : button("Shut out", { change: "disable" }, "Shut out"))),
  );
}

function duty(one, said, change) {
  const duties = h("select", { "aria-label": `Duty of ${one.name}` }, ...Object.keys(said.duties).map((name) => h("option", { value: name, selected: name === one.duty }, name)));
  const boxes = said.units.map((unit) => h("input", { type: "checkbox", value: unit, checked: one.units.includes(unit) }));
  const keep = h("button", { disabled: true, "aria-label": `Keep duty and units of ${one.name}`, onclick: () => change({ name: one.name, change: "duty", duty: duties.value, units: chosen() }, "Kept") }, "Keep");
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const asked = () => (keep.disabled = duties.value === one.duty && chosen().join("\n") === [...one.units].sort().join("\n"));
  duties.addEventListener("change", asked);
  for (const box of boxes) box.addEventListener("change", asked);
  return h("div", { class: "duty" }, duties, h("details", { class: "phrases" }, h("summary", {}, one.units.join(", ") || "all units"), h("p", { class: "faint" }, "None ticked: all units."), ...said.units.map((unit, n) => h("label", {}, boxes[n], ` ${unit}`))), keep);
}
