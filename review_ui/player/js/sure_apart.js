// A small box in which kinds of findings are given a bar of their own: one kind, from its lane, or all of them.

import { fill, h, icon } from "./dom.js";
import { percent } from "./format.js";
import { MOST, STEP } from "./sure_bars.js";

const EDGE = 8; // pixels kept free at the edges of the window
const SETS_APART = "[data-apart]"; // buttons that open the box

export class Apart {
  // act: {title(kind), weighed() -> kind -> {least, apart, found, hidden}, set(least, kind), join(kinds)}
  constructor(act) {
    this.act = act;
    this.kinds = [];
    this.list = h("div", { class: "kinds" });
    this.heading = h("h3", {});
    this.close = h("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => this.shut() }, icon("cross"));
    this.together = h("button", { type: "button", onclick: () => act.join(this.kinds) }, "None apart");
    this.about = h("p", { class: "faint" });
    this.root = h("div", { popover: "manual", role: "dialog", class: "apart" }, h("header", {}, this.heading, this.close), this.about, this.list, this.together);
    this.root.addEventListener("keydown", (event) => event.key === "Escape" && this.shut());
    this.root.addEventListener("focusout", (event) => event.relatedTarget && !this.root.contains(event.relatedTarget) && this.shut(false));
    this.outside = (event) => {
      const path = event.composedPath();
      if (!path.includes(this.root) && !path.some((one) => one instanceof Element && one.matches(SETS_APART))) this.shut(false);
    };
  }

  get open() {
    return this.root.matches(":popover-open");
  }

  // opener(): the button that leads here, as it stands now: lanes are drawn anew while this is open
  toggle(kinds, opener) {
    const same = this.open && kinds.join() === this.kinds.join();
    if (this.open) this.shut();
    if (!same) this.show(kinds, opener);
  }

  show(kinds, opener) {
    [this.kinds, this.opener] = [kinds, opener];
    const one = kinds.length === 1;
    const title = one ? `How sure: ${this.act.title(kinds[0])}` : "How sure, each kind apart";
    this.root.setAttribute("aria-label", title);
    this.heading.textContent = title;
    this.about.textContent = one ? "Moved, it no longer follows the slider for all kinds." : "A kind whose slider is moved no longer follows the one for all kinds.";
    this.rows = kinds.map((kind) => this.row(kind, one));
    fill(this.list, ...this.rows.map((row) => row.root));
    this.tell();
    const button = opener().getBoundingClientRect();
    this.root.showPopover();
    this.place(button);
    this.rows[0]?.slider.focus();
    document.addEventListener("pointerdown", this.outside, { capture: true });
  }

  shut(back = true) {
    if (!this.open) return;
    document.removeEventListener("pointerdown", this.outside, { capture: true });
    this.root.hidePopover();
    if (back) this.opener()?.focus({ preventScroll: true });
  }

  // below the button, or above it where the window ends
  place(button) {
    const { width, height } = this.root.getBoundingClientRect();
    const below = button.bottom + 4;
    const top = below + height + EDGE <= window.innerHeight ? below : button.top - 4 - height;
    this.root.style.left = `${Math.max(EDGE, Math.min(button.left, window.innerWidth - width - EDGE))}px`;
    this.root.style.top = `${Math.max(EDGE, Math.min(top, window.innerHeight - height - EDGE))}px`;
  }

  row(kind, one) {
    const title = this.act.title(kind);
    const set = () => this.act.set(Number(slider.value), kind);
    const slider = h("input", { type: "range", min: "0", max: String(MOST), step: String(STEP), "aria-label": `${title}: at least`, oninput: set });
    const told = h("output", {});
    const join = () => {
      this.act.join([kind]);
      slider.focus();
    };
    const back = h("button", { type: "button", "aria-label": `${title}: as the others`, title: "As the others again", onclick: join }, one ? "As the others" : icon("cross"));
    const root = h("div", { class: `kind${one ? " alone" : ""}`, "data-kind": kind }, one ? null : h("span", { class: "name", "aria-hidden": "true" }, title), slider, told, back);
    return { kind, root, slider, told, back };
  }

  // what each bar says and hides now
  tell() {
    if (!this.rows) return;
    const weighed = this.act.weighed();
    for (const { kind, root, slider, told, back } of this.rows) {
      const { least, apart, found, hidden } = weighed.get(kind) ?? { least: 0, apart: false, found: 0, hidden: 0 };
      slider.value = String(least);
      const from = least ? `from ${percent(least / 100)}` : "all";
      slider.setAttribute("aria-valuetext", `${from}${apart ? "" : ", as the others"}`);
      told.textContent = least ? `${from}, ${hidden} of ${found} hidden` : `all ${found}`;
      root.classList.toggle("own", apart);
      back.style.visibility = apart ? "visible" : "hidden"; // the box does not jump
    }
    this.together.hidden = this.rows.length < 2;
    this.together.disabled = !this.kinds.some((kind) => weighed.get(kind)?.apart);
  }

  destroy() {
    document.removeEventListener("pointerdown", this.outside, { capture: true });
  }
}
