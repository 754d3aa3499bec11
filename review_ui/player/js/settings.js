// Settings: the policy pack, detectors, models and the program, accounts. Everybody reads; who manages them changes.

import { AskedPage, mountingPage } from "./asked_page.js";
import { fill, h } from "./dom.js";
import { PackEditor } from "./pack_editor.js";
import { accountsTab } from "./settings_accounts.js";
import { detectorsTab } from "./settings_detectors.js";
import { modelsTab } from "./settings_models.js";
import { policyTab } from "./settings_policy.js";

const TABS = [["policy", "Policy pack"], ["detectors", "Detectors"], ["models", "Models and program"], ["accounts", "Accounts"]];
const SOURCES = { policy: "/bwc/settings/policy", detectors: "/bwc/settings/detectors", models: "/bwc/settings/models", accounts: "/bwc/manage/accounts" };
const DRAWN = { policy: policyTab, detectors: detectorsTab, models: modelsTab, accounts: accountsTab };

class Settings extends AskedPage {
  constructor(host, component) {
    super(host, component, { kind: "audit settings", key: "settings", names: ["tab", "file", "version", "find"], waiting: "Looking. What is installed takes some seconds the first time.", about: "Part of the settings" });
  }

  update(component) {
    // what somebody is typing is not taken away because the store changed
    if (this.editor?.changed && !this.editor.gone) this.version = component.data.version;
    super.update(component);
  }

  get tab() {
    const asked = this.asked.get("tab") || "policy";
    return TABS.some(([name]) => name === asked) ? asked : "policy";
  }

  get source() {
    return SOURCES[this.tab];
  }

  get manages() {
    return this.component.data.manage === true;
  }

  show(tab) {
    if (!this.mayLeave()) return;
    this.said = null;
    this.ask({ tab, file: "", version: "", find: "" }, { push: true });
  }

  async load() {
    const tab = this.tab;
    if (this.shownTab !== tab) this.said = null;
    this.shownTab = tab;
    this.drawTabs();
    await super.load();
  }

  draw() {
    this.drawTabs();
    if (this.editor) this.editor.gone = true;
    this.editor = null;
    const file = this.tab === "policy" && (this.asked.get("file") || this.asked.get("version"));
    if (file) {
      this.editor = new PackEditor(this);
      fill(this.body, this.editor.root);
    } else fill(this.body, DRAWN[this.tab](this.said, this));
    this.root.dataset.ready = "true";
  }

  drawTabs() {
    const tabs = TABS.filter(([name]) => name !== "accounts" || this.manages);
    fill(this.bar, h("div", { class: "tabs" }, ...tabs.map(([name, title]) => h("button", { class: name === this.tab ? "tab now" : "tab", "aria-pressed": name === this.tab ? "true" : "false", onclick: () => this.show(name) }, title))), h("span", { class: "faint right" }, this.manages ? "" : "Read only: an account that manages changes these."));
  }

  // opens a file of the pack; `stub`: text to begin with at its end
  edit(file, stub = "") {
    this.stub = stub;
    this.ask({ file, version: "" }, { push: true, reload: false });
  }

  look(version) {
    this.ask({ version: String(version), file: "" }, { push: true, reload: false });
  }

  leave() {
    if (!this.mayLeave()) return;
    this.ask({ file: "", version: "" }, { push: true });
  }

  mayLeave() {
    const lost = this.editor && !this.editor.gone && this.editor.changed;
    if (lost && !window.confirm("Leave without keeping what you changed?")) return false;
    if (this.editor) this.editor.changed = false;
    return true;
  }

  destroy() {
    super.destroy();
    if (this.editor) this.editor.gone = true;
  }
}

export default mountingPage(Settings);
