// Who speaks here and what is said: give a voice a name or a role, join two voices, part one, put words right, and take
// any of it back. On the page of an incident a turn says itself of which recording it is: it is kept there.

import { getJson, postCorrection } from "./api.js";
import { fill, h } from "./dom.js";
import { clock, utc } from "./format.js";

const ROLES = [["officer", "officer"], ["civilian", "member of the public"], ["radio", "radio"]];

export class Speakers {
  // recording: null where each turn has its own; act: {corrected(turn)}
  constructor(recording, act) {
    this.recording = recording;
    this.act = act;
    this.title = h("h2", {});
    this.sample = h("p", { class: "faint", dir: "auto" });
    this.trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    this.state = h("p", { class: "faint", role: "status" });
    this.forms = h("div", { class: "forms" });
    this.made = h("ol", { class: "made" });
    this.place = h("p", { class: "place", hidden: true });
    const close = h("button", { onclick: () => this.dialog.close() }, "Close");
    this.dialog = h("dialog", { class: "speakers", "aria-label": "Who speaks here" }, this.title, this.sample, this.place, this.trouble, this.state, this.forms, this.made, close);
  }

  async open(turn) {
    this.turn = turn;
    this.trouble.hidden = true;
    try {
      const said = await getJson(`/bwc/speakers/${turn.place?.recording || this.recording}`);
      if (this.turn !== turn || !this.dialog.isConnected) return;
      this.show(said);
      this.dialog.showModal();
    } catch (error) {
      this.tell(error.message);
    }
  }

  show(said) {
    const { turn } = this;
    const mine = said.speakers.find((one) => one.voice === turn.voice);
    this.title.textContent = `${turn.who} at ${clock(turn.when ?? turn.start)}`;
    this.showPlace(mine);
    this.sample.textContent = mine ? roleAndWhy(mine) : "Voices were not told apart here.";
    fill(this.forms, this.words(), ...(mine ? this.ofVoice(mine, said.speakers) : []), this.ofTurn(said.speakers));
    fill(this.made, ...said.corrections.map((one) => this.correction(one)));
  }

  // on the page of an incident: whose recording it is, and the way to its own page
  showPlace(mine) {
    const { place } = this.turn;
    this.place.hidden = !place;
    if (!place) return;
    const heard = mine ? `, which calls this voice \u201c${mine.who}\u201d` : "";
    fill(this.place, h("span", { dir: "auto" }, `Taken from ${place.camera}${heard}. What is put right here is kept on its recording; other cameras keep what they heard.`), h("button", { type: "button", onclick: () => (this.dialog.close(), place.open()) }, "Open its page here"));
  }

  ofVoice(mine, speakers) {
    const others = speakers.filter((one) => one.voice !== mine.voice);
    const name = h("input", { type: "text", maxlength: "80", "aria-label": "Name to show" });
    const role = select("Role", ROLES, mine.role);
    const rows = [
      form("This voice is called", name, "Name it", () => this.send({ kind: "name", voice: mine.voice, name: name.value })),
      form("This voice is", role, "Set role", () => this.send({ kind: "role", voice: mine.voice, role: role.value })),
    ];
    if (others.length) {
      const into = select("The same person as", others.map((one) => [one.voice, `${one.who}: ${one.sample.slice(0, 40)}`]));
      rows.push(form("The same person as", into, "Join them", () => this.send({ kind: "merge", voice: mine.voice, into: into.value })));
    }
    const fresh = h("input", { type: "text", maxlength: "80", "aria-label": "Name of the other voice" });
    rows.push(form("From here on somebody else:", fresh, "Part them", () => this.send({ kind: "split", voice: mine.voice, at: this.turn.start, name: fresh.value })));
    return rows;
  }

  words() {
    const { start, end, voice, text } = this.turn;
    const said = h("textarea", { rows: "3", maxlength: "2000", dir: "auto", "aria-label": "Words of this turn" }, text);
    return form("What is said here", said, "Put right", () => this.send({ kind: "text", start, end, voice, text: said.value }));
  }

  ofTurn(speakers) {
    const others = speakers.filter((one) => one.voice !== this.turn.voice).map((one) => [one.voice, one.who]);
    const whose = select("Only this turn is said by", [...others, ["", "somebody new"]]);
    const fresh = h("input", { type: "text", maxlength: "80", placeholder: "name, if new", "aria-label": "Name of a new voice" });
    const { start, end } = this.turn;
    return form("Only this turn is said by", h("span", {}, whose, fresh), "Give it", () => this.send({ kind: "assign", start, end, voice: whose.value || fresh.value }));
  }

  correction(one) {
    const state = one.undone_by ? h("span", { class: "faint" }, ` taken back by ${one.undone_by}`) : h("button", { onclick: () => this.send({ kind: "undo", number: one.number }) }, "Take back");
    return h("li", { class: one.undone_by ? "faint" : null }, h("span", { dir: "auto" }, one.said), h("span", { class: "faint" }, ` ${one.who}, ${utc(one.at_utc)} `), state);
  }

  async send(correction) {
    if (this.sending) return;
    this.sending = true;
    this.trouble.hidden = true;
    this.state.textContent = "Keeping it; findings are looked for again\u2026";
    try {
      await postCorrection({ recording: this.turn.place?.recording || this.recording, ...correction });
      this.dialog.close();
      this.act.corrected(this.turn.place);
    } catch (error) {
      this.tell(error.message);
    } finally {
      this.sending = false;
      this.state.textContent = "";
    }
  }

  tell(problem) {
    this.trouble.hidden = false;
    this.trouble.textContent = problem;
    if (!this.dialog.open && this.dialog.isConnected) this.dialog.showModal();
  }
}

function roleAndWhy({ role, why }) {
  return role && why.toLowerCase().startsWith(role) ? why : `${role || "role not known"}: ${why}`;
}

function form(label, field, button, send) {
  return h("form", { onsubmit: (event) => (event.preventDefault(), send()) }, h("span", {}, label), field, h("button", { type: "submit" }, button));
}

function select(label, choices, chosen) {
  return h("select", { "aria-label": label }, ...choices.map(([value, text]) => h("option", { value, selected: value === chosen }, text)));
}
