// The work on an incident: what needs the speaker confirmed, and what was played. Only the camera that is heard counts
// as watched: a picture beside it, without its sound, was seen at most.

import { getJson } from "./api.js";
import { h } from "./dom.js";
import { Work } from "./work.js";

export class IncidentWork {
  // view: {stage, card(), tell(problem)}
  constructor(incident, view) {
    this.incident = incident;
    this.view = view;
    this.recordings = new Map();
    this.root = h("p", { class: "notice" });
  }

  async load() {
    try {
      const said = await getJson(`/bwc/incident/${this.incident}/work`);
      this.view.card().know(said);
      this.root.textContent = said.blind ? "You review this blind: what others answered is hidden." : "";
    } catch (error) {
      this.view.tell(error.message);
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
