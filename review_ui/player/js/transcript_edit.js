// Words put right where they stand. What was heard first stays in the store; who corrected it and when goes with it.

import { fill, h } from "./dom.js";

// line: the row of a turn; word: the number of the one that was pressed; keep(text): a promise
export function editWords(line, turn, word, keep) {
  const text = line.querySelector(".text");
  if (!text || line.querySelector(".editing")) return;
  const said = h("textarea", { rows: String(Math.min(8, 1 + Math.ceil(turn.text.length / 40))), maxlength: "2000", dir: "auto", "aria-label": "Words of this turn" });
  said.value = turn.text;
  const state = h("p", { role: "status" });
  const buttons = h("div", { class: "choice" }, h("button", { type: "submit" }, "Put right"), h("button", { type: "button", onclick: () => shut() }, "Leave"), h("span", { class: "faint" }, "the words heard first are kept"));
  const form = h("form", { class: "editing" }, said, buttons, state);
  const shut = () => {
    form.remove();
    text.hidden = false;
    line.querySelector("button.at").focus();
  };
  const send = async () => {
    if (said.readOnly) return undefined; // it is being kept already
    const now = said.value.trim();
    if (!now || now === turn.text) return shut();
    said.readOnly = true;
    buttons.hidden = true;
    fill(state, "Keeping it; findings are looked for again\u2026");
    try {
      await keep(now);
      if (form.isConnected) shut();
    } catch (error) {
      said.readOnly = false;
      buttons.hidden = false;
      said.focus();
      fill(state, h("span", { class: "problem" }, error.message));
    }
    return undefined;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  said.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && !(event.key === "Enter" && !event.shiftKey && !event.isComposing)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") send();
    else shut();
  });
  text.hidden = true;
  text.after(form);
  said.focus();
  choose(said, turn, word);
}

// the word that was pressed is chosen, so that typing replaces it
function choose(said, turn, word) {
  if (word === null || !turn.words.length) return;
  let at = 0;
  for (const [each] of turn.words.slice(0, word)) at = Math.max(at, turn.text.indexOf(each, at) + each.length);
  const start = turn.text.indexOf(turn.words[word][0], at);
  if (start >= 0) said.setSelectionRange(start, start + turn.words[word][0].length);
}
