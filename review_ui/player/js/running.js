// Analyses of this store, on every page: what runs, how far, how long still; what was stopped; asked for again and again.

import { getJson, postAnalysis } from "./api.js";
import { fill, h, icon, isDark } from "./dom.js";
import { percent } from "./format.js";

const SOON = 1500; // milliseconds between two looks while something runs
const LATER = 8000; // and while nothing does
const MOST = 3; // files at work that are named

class Running {
  constructor(host, component) {
    this.outer = host.host?.closest(".st-key-running") || null;
    this.body = h("div", { class: "list" });
    this.live = h("div", { class: "hidden", "aria-live": "polite" });
    this.root = h("div", { class: "bwc running" }, this.body, this.live);
    host.append(this.root);
    this.onShow = () => !document.hidden && this.look();
    document.addEventListener("visibilitychange", this.onShow);
    this.update(component);
    this.look();
  }

  update(component) {
    this.component = component;
    this.root.dataset.theme = isDark(this.root) ? "dark" : "light";
  }

  async look(asked = getJson("/bwc/analyses")) {
    clearTimeout(this.timer);
    const turn = (this.turn = (this.turn || 0) + 1);
    const over = () => this.gone || turn !== this.turn; // a later look tells more
    try {
      const said = await asked;
      if (over()) return;
      this.show(said);
      this.trouble = "";
    } catch (error) {
      if (over()) return;
      if (error.status === undefined || error.status === 401) this.show({ running: [], stopped: [], ended: [], starting: false });
      else this.tell(error.message);
    }
    const busy = this.said?.running.length || this.said?.starting;
    if (!document.hidden) this.timer = setTimeout(() => this.look(), busy ? SOON : LATER);
  }

  tell(problem) {
    fill(this.body, h("p", { class: "trouble", role: "alert" }, icon("warn"), problem));
  }

  show(said) {
    const before = this.said;
    const text = JSON.stringify(said);
    if (text === this.shown) return;
    this.shown = text;
    this.said = said;
    const waits = said.starting && !said.running.length;
    fill(
      this.body,
      waits && h("div", { class: "one" }, h("strong", {}, "The analysis is starting \u2026")),
      ...said.running.map((one) => this.going(one)),
      ...(waits ? [] : said.stopped.map((one) => this.halted(one))),
      ...said.ended.map((one) => this.over(one)),
    );
    const any = waits || said.running.length + said.stopped.length + said.ended.length > 0;
    if (this.outer) this.outer.toggleAttribute("data-on", any);
    this.root.dataset.told = "true";
    this.announce(before, said);
    if (before && this.component.data.refresh && steps(before) !== steps(said)) this.component.setTriggerValue("changed", Date.now());
  }

  // a screen reader hears the turns of it, not every percent
  announce(before, said) {
    if (steps(before) === steps(said)) return;
    const [one] = said.running;
    if (one) this.live.textContent = `Analysis: ${one.done} of ${one.files} files done`;
    else if (before?.running.length) this.live.textContent = said.stopped.length ? "The analysis was stopped" : "The analysis has ended";
  }

  going(one) {
    const joining = !one.files;
    const failed = one.failed > 0 && h("span", { class: "faint" }, `${one.failed} could not be analysed`);
    const files = one.at_work.slice(0, MOST).map((work) => h("span", { class: "file" }, work.name && h("span", { class: "name", dir: "auto" }, work.name), h("span", { class: "faint" }, joining ? work.step : `${work.step}, ${percent(work.share)}`)));
    const left = one.left ? `${one.left} left` : joining ? "" : "time left: not known yet";
    return h(
      "div",
      { class: "one" },
      h("strong", {}, "Analysis running"),
      !joining && h("span", {}, `${one.done} of ${one.files} files done`),
      failed,
      !joining && h("progress", { max: "1", value: one.share, "aria-label": "Share of the analysis that is done" }),
      left && h("span", { class: "left" }, left),
      this.said.alone && one.here && h("button", { type: "button", title: "What is done is kept; the same analysis goes on from there", onclick: () => this.ask("stop", { id: one.id }) }, "Stop"),
      h("span", { class: "files" }, ...files),
    );
  }

  halted(one) {
    const count = one.files ? ` after ${one.done} of ${one.files} files` : "";
    return h(
      "div",
      { class: "one stopped" },
      h("span", {}, icon("warn"), h("strong", {}, `An analysis was stopped${count}.`), " Nothing is lost: run it again, and it goes on from there."),
      this.said.alone && h("button", { type: "button", class: "make", onclick: () => this.ask("again", { id: one.id }) }, "Run it again"),
      this.said.alone && h("button", { type: "button", onclick: () => this.ask("forget", { id: one.id }) }, "Leave it"),
      one.again && h("code", { dir: "ltr" }, one.again),
    );
  }

  over(one) {
    return h(
      "div",
      { class: "one stopped" },
      h("span", {}, icon("warn"), h("strong", {}, "The analysis ended with a problem."), " Its last line:"),
      h("button", { type: "button", onclick: () => this.ask("forget", { number: one.number }) }, "Seen"),
      h("code", { dir: "auto" }, one.line),
    );
  }

  ask(act, about) {
    this.shown = "";
    return this.look(postAnalysis(act, about));
  }

  destroy() {
    this.gone = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onShow);
  }
}

// what a list of recordings would show: which analyses there are, and how many files each has done
function steps(said) {
  return said ? JSON.stringify([said.running.map((one) => [one.id, one.done, one.failed]), said.stopped.length, said.ended.length]) : "";
}

const BARS = new WeakMap();

export default function mount(component) {
  const host = component.parentElement;
  let bar = BARS.get(host);
  if (bar && bar.root.isConnected) bar.update(component);
  else BARS.set(host, (bar = new Running(host, component)));
  bar.mounts = (bar.mounts || 0) + 1;
  const mine = bar.mounts;
  return () => {
    if (bar.mounts !== mine) return;
    bar.destroy();
    BARS.delete(host);
  };
}
