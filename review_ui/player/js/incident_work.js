// The work on an incident: whose queue it is in, its sign-off, what needs the speaker confirmed, and what was played.
// Only the camera that is heard counts as watched: a picture beside it, without its sound, was seen at most.

import { getJson, postAssign, postChange, postSignOff } from "./api.js";
import { fill, h } from "./dom.js";
import { percent } from "./format.js";
import { Work, workParts } from "./work.js";

export class IncidentWork {
  // view: {stage, card(), tell(problem), say(text), reload()}
  constructor(incident, view) {
    this.incident = incident;
    this.view = view;
    this.recordings = new Map();
    this.root = h("section", { class: "workline", "aria-label": "Work on this incident" });
  }

  async load() {
    try {
      this.said = await getJson(`/bwc/incident/${this.incident}/work`);
      this.view.card().know(this.said);
      this.draw();
    } catch (error) {
      this.view.tell(error.message);
    }
  }

  draw() {
    const { me, share } = this.said;
    const act = {
      take: (number) => this.keep(() => (number === undefined ? postAssign({ subject: this.incident, reviewer: me, kind: "priority" }) : postChange({ number, reviewer: me })), "Taken into your queue"),
      done: async (number) => {
        await this.keep(() => postChange({ number, state: "done" }), "Done");
        this.view.reload(); // after a blind review: what others answered
      },
      sign: () => this.sign(),
    };
    const seen = h("span", { class: "faint", title: "Share of all its cameras that you have heard, at twice the speed or slower" }, `You watched ${percent(share)}`);
    const parts = workParts(this.said, act);
    fill(this.root, ...parts.slice(0, -1), seen, parts.at(-1));
  }

  async sign() {
    await Promise.all([...this.recordings.values()].map((work) => work.flush()));
    await this.keep(() => postSignOff(this.incident, ""), "Signed off");
  }

  // one at a time: what is pressed twice is done once
  async keep(ask, said) {
    if (this.keeping) return;
    this.keeping = true;
    try {
      await ask();
      await this.load();
      this.view.say(said);
    } catch (error) {
      this.view.tell(`Not kept: ${error.message}`);
    } finally {
      this.keeping = false;
    }
  }

  tick(time, playing, rate) {
    const tile = this.view.stage.heard;
    const heard = tile?.covers(time) ? tile.recording.recording : null;
    if (heard && !this.recordings.has(heard)) this.recordings.set(heard, new Work(heard, {}));
    for (const [recording, work] of this.recordings) {
      if (recording === heard) work.tick(Math.max(0, tile.onRecording(time)), playing, rate);
      else work.tick(0, false, rate);
    }
  }

  flush() {
    for (const work of this.recordings.values()) work.flush();
  }

  destroy() {
    for (const work of this.recordings.values()) work.destroy();
  }
}
