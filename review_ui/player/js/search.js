// Search over everything said and found: hits by recording, each opens at its second.

import { keepAddress } from "./address.js";
import { getJson, postKeepSearch, postRemoveSearch } from "./api.js";
import { fill, h, icon, isDark, plainClick } from "./dom.js";
import { clock, utc } from "./format.js";

const WAIT = 180; // milliseconds after the last key before it is asked
const EXAMPLES = [
  ["hands", "a word, in any of its forms"],
  ['"show me your hands"', "these very words, in this order"],
  ["taser OR gun", "one of the words"],
  ["NEAR(hands car, 5)", "words at most five apart"],
  ["name role:officer", "said by an officer (or civilian, radio)"],
  ['stop speaker:"voice 2"', "said by one voice, as it is called now"],
  ["label:shouted_command", "findings of one kind"],
  ["ambulance from:2025-01-01", "since a day; until: up to one"],
  ["stop unit:North", "recordings of a unit; officer: of one person"],
];

class Search {
  constructor(host, component) {
    this.component = component;
    this.box = h("input", { type: "search", placeholder: "Words that were said, or that say what was found", "aria-label": "Search transcripts and findings", spellcheck: "false", oninput: () => this.later(), onkeydown: (event) => this.key(event) });
    this.keep = h("button", { type: "button", disabled: true, onclick: () => this.keepIt() }, "Keep this search");
    this.kept = h("div", { class: "kept" });
    this.told = h("p", { class: "faint", role: "status" });
    this.list = h("div", { class: "hits" });
    this.root = h("div", { class: "bwc" }, h("div", { class: "ask" }, this.box, this.keep), this.kept, this.told, this.list);
    host.append(this.root);
    this.update(component);
    this.box.value = component.data.text || "";
    this.showKept(getJson("/bwc/searches"));
    this.ask(0);
    this.box.focus();
  }

  update(component) {
    this.component = component;
    this.root.dataset.theme = isDark(this.root) ? "dark" : "light";
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(0), WAIT);
  }

  async ask(skip) {
    const text = this.box.value.trim();
    this.keep.disabled = !text;
    keepAddress("s", new URLSearchParams({ s: text }));
    const turn = (this.turn = (this.turn || 0) + 1);
    if (!text) return this.empty();
    try {
      const said = await getJson(`/bwc/search?q=${encodeURIComponent(text)}&skip=${skip}`);
      if (turn === this.turn) this.draw(said, skip);
    } catch (error) {
      if (turn !== this.turn) return;
      fill(this.told, h("span", { class: "trouble", role: "alert" }, icon("warn"), error.message));
      if (!skip) fill(this.list);
    }
  }

  empty() {
    fill(this.told, "Searches what was said and what was found, in all recordings that you may see. For example:");
    fill(this.list, h("ul", { class: "examples" }, ...EXAMPLES.map(([text, about]) => h("li", {}, h("button", { type: "button", onclick: () => this.take(text) }, text), h("span", { class: "faint" }, about)))));
    this.root.dataset.ready = "true";
  }

  take(text) {
    this.box.value = text;
    this.ask(0);
  }

  draw(said, skip) {
    const count = said.more ? `more than ${said.count.toLocaleString("en")} hits, the newest first` : `${said.count.toLocaleString("en")} hit${said.count === 1 ? "" : "s"}`;
    fill(this.told, said.count ? count : "Nothing was found. Draft transcripts miss many words: try another form of the word, or a label:");
    if (!skip) fill(this.list);
    this.list.querySelector(".further")?.remove();
    // the hits of a recording stand together, where its best one puts them
    const groups = new Map([...this.list.children].map((one) => [one.dataset.subject, one]));
    for (const hit of said.hits) {
      let group = groups.get(hit.subject);
      if (!group) {
        group = h("section", { class: "group", "data-subject": hit.subject }, h("h2", {}, h("span", { dir: "auto" }, hit.name), h("span", { class: "faint" }, hit.incident ? "incident" : utc(hit.when))), h("ol", {}));
        this.list.append(group);
        groups.set(hit.subject, group);
      }
      group.lastElementChild.append(this.row(hit));
    }
    const shown = skip + said.hits.length;
    if (said.hits.length && (shown < said.count || said.more)) this.list.append(h("button", { type: "button", class: "further", onclick: () => this.ask(shown) }, "Show more"));
    this.root.dataset.ready = "true";
  }

  row(hit) {
    const at = Math.max(0, hit.start - 1).toFixed(1);
    const target = { [hit.incident ? "c" : "r"]: hit.subject, t: at, ...(hit.finding && { f: hit.finding }) };
    return h(
      "li",
      {},
      h(
        "a",
        { href: "/?" + new URLSearchParams(target), class: "hit", onclick: (event) => this.follow(event, target) },
        h("span", { class: "at" }, clock(hit.start)),
        h("span", { class: "what" }, hit.title ? h("span", { class: "chip" }, hit.title) : [h("span", { class: `dot ${hit.role || ""}` }), h("span", { class: "faint" }, said(hit))]),
        h("span", { class: "text", dir: "auto" }, ...marked(hit.parts), !hit.parts.length && h("span", { class: "faint" }, "Nothing was said here.")),
        hit.put_right && putRight(hit.put_right),
      ),
    );
  }

  follow(event, target) {
    if (plainClick(event)) this.component.setTriggerValue("go", target);
  }

  // from the box into the hits and back, by arrow keys
  key(event) {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    this.list.querySelector("a.hit")?.focus();
  }

  async keepIt() {
    const text = this.box.value.trim();
    if (text) await this.showKept(postKeepSearch(text));
  }

  async showKept(asked) {
    try {
      const kept = await asked;
      fill(this.kept, kept.length > 0 && h("span", { class: "faint" }, "Kept: "), ...kept.map((one) => this.chip(one)));
    } catch (error) {
      fill(this.kept, h("span", { class: "trouble", role: "alert" }, icon("warn"), error.message));
    }
  }

  chip(one) {
    return h(
      "span",
      { class: "chip" },
      h("button", { type: "button", title: `${one.text} \u2014 kept by ${one.who}, ${utc(one.at_utc)}`, onclick: () => this.take(one.text) }, one.name),
      h("button", { type: "button", "aria-label": `Take ${one.name} off the list`, onclick: () => this.showKept(postRemoveSearch(one.number)) }, icon("cross")),
    );
  }
}

// by whom, as far as it is told
function said(hit) {
  return [hit.speaker, hit.role || "role not known"].filter((one) => one && !(one === hit.role && hit.speaker.toLowerCase().startsWith(hit.role))).join(", ");
}

function marked(parts) {
  return parts.map(([piece, found]) => (found ? h("mark", {}, piece) : piece));
}

// what a person changed about a turn, and what was heard first
function putRight({ who, at_utc: at, what, heard }) {
  const told = `Put right${what.length ? ` (${what.join(", ")})` : ""} by ${who.join(", ")}, ${utc(at)}.`;
  return h("span", { class: "righted" }, told, heard.length > 0 && h("span", { dir: "auto" }, " Heard first: ", ...marked(heard)));
}

const SEARCHES = new WeakMap();

export default function mount(component) {
  const host = component.parentElement;
  const search = SEARCHES.get(host);
  if (search && search.root.isConnected) search.update(component);
  else SEARCHES.set(host, new Search(host, component));
}
