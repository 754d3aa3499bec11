// A page of figures whose address says all that is asked for: load, wait, say trouble, go back and forth.

import { keepAddress } from "./address.js";
import { getJson } from "./api.js";
import { fill, h, icon, isDark, plainClick } from "./dom.js";

const SLOW = 1200; // milliseconds after which waiting is explained

export class AskedPage {
  // `kind`: class of the root; `key`: of the page in the address; `names`: what else the address says; `waiting`: said
  // while it takes long; `about`: the name of the bar
  constructor(host, component, { kind, key, names, waiting, about }) {
    Object.assign(this, { component, key, names, explained: waiting });
    this.asked = new URLSearchParams(window.location.search);
    this.bar = h("div", { class: "bar", role: "search", "aria-label": about });
    this.trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    this.waiting = h("p", { class: "waiting faint", role: "status", hidden: true });
    this.body = h("div", { class: "counted" });
    this.live = h("div", { class: "hidden", "aria-live": "polite" });
    this.root = h("div", { class: `bwc ${kind}` }, this.bar, this.trouble, this.waiting, this.body, this.live);
    host.append(this.root);
    this.onBack = () => this.root.isConnected && new URLSearchParams(window.location.search).has(key) && this.returned();
    window.addEventListener("popstate", this.onBack);
    this.update(component);
  }

  update(component) {
    this.component = component;
    this.root.dataset.theme = isDark(this.root) ? "dark" : "light";
    if (this.version === component.data.version) return;
    this.version = component.data.version;
    this.load();
  }

  query(names, extra = {}) {
    const query = new URLSearchParams();
    for (const name of names) if (this.asked.get(name)) query.set(name, this.asked.get(name));
    for (const [name, value] of Object.entries(extra)) query.set(name, value);
    return query;
  }

  // changes what is asked for; `push`: the browser's back button returns to what was shown before
  ask(changes, { push = false, reload = true } = {}) {
    if (this.gone) return; // what was sent from here is answered after the page was left
    for (const [name, value] of Object.entries(changes)) {
      if (value) this.asked.set(name, value);
      else this.asked.delete(name);
    }
    const query = this.query([this.key, ...this.names], { [this.key]: "1" });
    if (push) window.history.pushState(window.history.state, "", `${window.location.pathname}?${query}`);
    else keepAddress(this.key, query);
    if (reload) this.load();
    else this.draw();
  }

  returned() {
    this.asked = new URLSearchParams(window.location.search);
    this.load();
  }

  async load() {
    const turn = (this.turn = (this.turn || 0) + 1);
    this.root.setAttribute("aria-busy", "true");
    this.trouble.hidden = true;
    const slow = setTimeout(() => this.wait(), this.said ? SLOW : 150);
    try {
      const said = await getJson(this.source);
      if (turn !== this.turn) return;
      this.said = said;
      this.draw();
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    } finally {
      clearTimeout(slow);
      if (turn === this.turn) {
        this.root.removeAttribute("aria-busy");
        this.waiting.hidden = true;
      }
    }
  }

  wait() {
    this.waiting.textContent = this.explained;
    this.waiting.hidden = false;
  }

  fail(error) {
    fill(this.trouble, icon("warn"), trouble(error), " ", h("button", { onclick: () => this.load() }, "Try again"));
    this.trouble.hidden = false;
    this.root.dataset.ready = "true";
  }

  // the days that are asked for, with the months beside; `also`: what a change takes out of the address
  days(also = {}) {
    const { period } = this.said;
    const day = (name, title) => h("label", {}, title, h("input", { type: "date", value: period[name], "data-name": name, onchange: (event) => event.target.value && this.ask({ [name]: event.target.value, ...(name === "first" ? { last: period.last } : { first: period.first }), ...also }) }));
    const month = (by) => h("button", { title: by < 0 ? "The month before" : "The month after", "aria-label": by < 0 ? "The month before" : "The month after", onclick: () => this.ask({ ...monthBeside(period.first, by), ...also }) }, by < 0 ? "\u2039" : "\u203a");
    return h("div", { class: "days" }, month(-1), day("first", "From"), day("last", "to"), month(1));
  }

  // one list to narrow down by; `chosen` "": all
  filter(name, title, options, chosen, also = {}) {
    const select = h("select", { "data-name": name, onchange: (event) => this.ask({ [name]: event.target.value, ...also }) }, h("option", { value: "" }, "all"), ...options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)));
    return h("label", { class: chosen ? "chosen" : "" }, title, select);
  }

  // files of what is shown; `titles`: form -> what it is for
  exports(address, titles) {
    const names = [["html", "Page"], ["csv", "CSV"], ["json", "JSON"]].filter(([form]) => titles[form]);
    return h("div", { class: "export" }, h("span", { class: "faint" }, "Export"), ...names.map(([form, title]) => h("a", { class: "button", href: `${address}${address.includes("?") ? "&" : "?"}form=${form}`, download: "", title: titles[form] }, title)));
  }

  open(recording, time) {
    this.component.setTriggerValue("go", { r: recording, t: Math.max(0, time).toFixed(1) });
  }

  recordingLink(recording, time, ...children) {
    return this.link({ r: recording, t: Math.max(0, time).toFixed(1) }, ...children);
  }

  follow(event, where) {
    if (plainClick(event)) this.component.setTriggerValue("go", where);
  }

  link(where, ...children) {
    const short = { ...where, ...(where.r && { r: where.r.slice(0, 16) }) };
    return h("a", { href: `/?${new URLSearchParams(short)}`, onclick: (event) => this.follow(event, where) }, ...children);
  }

  say(text) {
    this.live.textContent = text;
  }

  destroy() {
    this.gone = true;
    window.removeEventListener("popstate", this.onBack);
  }
}

// what the program says of a refusal is plain words; what the browser says of a broken answer is not
export function trouble(error) {
  return error.status ? error.message : "The program did not answer as it should. Is it still running?";
}

export function monthBeside(first, by) {
  const [year, month] = first.split("-").map(Number);
  const day = (date) => date.toISOString().slice(0, 10);
  return { first: day(new Date(Date.UTC(year, month - 1 + by, 1))), last: day(new Date(Date.UTC(year, month + by, 0))) };
}

// Streamlit calls this again whenever data or theme change, and runs the clean-up of a call that was overtaken
export function mountingPage(Kind) {
  const pages = new WeakMap();
  return (component) => {
    const host = component.parentElement;
    let page = pages.get(host);
    if (page && page.root.isConnected) page.update(component);
    else pages.set(host, (page = new Kind(host, component)));
    const generation = (page.generation = (page.generation || 0) + 1);
    return () => {
      if (page.generation !== generation) return;
      page.destroy();
      page.root.remove();
      pages.delete(host);
    };
  };
}
