// The video and its controls. Without a review copy it is a clock that can be set but does not run.

import { Captions } from "./captions.js";
import { fill, h, icon } from "./dom.js";
import { clock, wallClock } from "./format.js";

const SPEEDS = [1, 1.5, 2, 4, 8];

export class Deck {
  // act: {moved(time, playing), settled(time), step(by)}
  constructor(media, act) {
    this.act = act;
    this.media = media;
    this.still = 0;
    this.frame = 1 / 30;
    this.backRate = 0;
    this.toggleButton = h("button", { class: "big", onclick: () => this.toggle() });
    this.now = h("span", { class: "now" }, "0:00.0");
    this.wall = h("span", { class: "faint wall" });
    this.speed = h("select", { "aria-label": "Speed", title: "Speed", onchange: () => this.setRate(Number(this.speed.value)) }, ...SPEEDS.map((rate) => h("option", { value: rate }, `${rate}\u00d7`)));
    this.mute = h("button", { onclick: () => this.toggleSound() });
    this.captions = new Captions();
    this.captionButton = h("button", { onclick: () => this.toggleCaptions(), title: "Captions (V)", "aria-label": "Captions" }, icon("captions"));
    this.picture = h("div", { class: "pictures" });
    this.screen = h("div", { class: "screen" }, this.picture, this.captions.root);
    this.root = h(
      "section",
      { class: "deck", "aria-label": "Player" },
      this.screen,
      h(
        "div",
        { class: "controls" },
        h("button", { onclick: () => act.step(-1), title: "Previous finding (P)", "aria-label": "Previous finding" }, icon("previous")),
        this.toggleButton,
        h("button", { onclick: () => act.step(1), title: "Next finding (N)", "aria-label": "Next finding" }, icon("next")),
        h("span", { class: "times" }, this.now, this.wall),
        this.speed,
        this.captionButton,
        this.mute,
        h("button", { onclick: () => this.fullScreen(), title: "Full screen", "aria-label": "Full screen" }, icon("full")),
      ),
    );
    this.build();
    this.showState();
  }

  build() {
    const { media } = this;
    if (media.stage) {
      this.video = media.stage;
      this.attach();
      fill(this.picture, media.stage.root);
      return;
    }
    if (!media.review) {
      fill(this.picture, h("p", { class: "nothing" }, h("strong", {}, "There is no copy to play."), h("br"), "Lanes, findings and transcript can be read. Run the analysis again with review copies to see and hear it."));
      return;
    }
    this.video = h("video", { preload: "metadata", playsinline: true, src: media.address, "aria-label": "Recording" });
    this.video.addEventListener("click", () => this.toggle());
    this.attach();
    this.video.addEventListener("error", () => {
      fill(this.picture, h("p", { class: "nothing" }, h("strong", {}, "The copy of this recording cannot be played."), h("br"), this.video?.error?.message || ""));
      this.video = null;
    });
    const soundOnly = media.review.startsWith("audio");
    fill(this.picture, this.video, soundOnly && h("p", { class: "nothing over" }, "Sound only: this recording has no picture."));
  }

  attach() {
    for (const name of ["play", "pause", "ratechange", "volumechange"]) this.video.addEventListener(name, () => this.showState());
    this.video.addEventListener("play", () => this.run());
    this.video.addEventListener("seeked", () => this.moved());
    this.video.addEventListener("pause", () => this.act.settled(this.time));
    this.video.addEventListener("loadedmetadata", () => this.moved());
  }

  know(recording) {
    this.recording = recording;
    if (recording.frame_rate > 0) this.frame = 1 / recording.frame_rate;
    this.moved();
  }

  get time() {
    return this.video ? this.video.currentTime : this.still;
  }

  get playing() {
    return Boolean(this.video && !this.video.paused) || this.backRate > 0;
  }

  seek(time) {
    const most = this.recording?.duration ?? this.video?.duration ?? time;
    const wanted = Math.min(Math.max(0, time), Number.isFinite(most) ? most : time);
    this.still = wanted;
    if (this.video) this.video.currentTime = wanted;
    this.moved(wanted);
    if (!this.playing) this.act.settled(wanted);
  }

  toggle() {
    if (!this.video) return;
    if (this.playing) this.stop();
    else {
      this.setRate(1);
      this.video.play().catch(() => this.showState());
    }
  }

  stop() {
    this.backRate = 0;
    this.video?.pause();
    this.showState();
  }

  forwards() {
    if (!this.video) return;
    const faster = SPEEDS[Math.min(SPEEDS.indexOf(this.video.playbackRate) + 1, SPEEDS.length - 1)];
    const playing = !this.video.paused;
    this.backRate = 0;
    this.setRate(playing ? faster : 1);
    if (!playing) this.video.play().catch(() => this.showState());
  }

  // browsers cannot play backwards: steps as fast as the copy gives pictures
  backwards() {
    if (!this.video) return;
    const was = this.backRate;
    this.video.pause();
    this.backRate = Math.min(8, was ? was * 2 : 1);
    this.showState();
    if (was) return;
    let last = performance.now();
    const back = (now) => {
      if (!this.backRate || !this.video) return;
      if (!this.video.seeking && now - last > 40) {
        const time = this.video.currentTime - ((now - last) / 1000) * this.backRate;
        last = now;
        if (time <= 0) this.stop();
        this.video.currentTime = Math.max(0, time);
      }
      requestAnimationFrame(back);
    };
    requestAnimationFrame(back);
  }

  skip(seconds) {
    this.seek(this.time + seconds);
  }

  frames(count) {
    this.stop();
    // the middle of the frame: on its edge, rounding may show its neighbour
    const number = Math.floor(this.time / this.frame + 1e-3) + count;
    this.seek((number + 0.5) * this.frame);
  }

  setRate(rate) {
    this.backRate = 0;
    if (this.video) this.video.playbackRate = rate;
    this.speed.value = String(rate);
  }

  toggleSound() {
    if (this.video) this.video.muted = !this.video.muted;
  }

  toggleCaptions() {
    this.captions.toggle();
    this.showState();
    this.moved();
  }

  fullScreen() {
    this.screen.requestFullscreen?.().catch(() => undefined);
  }

  run() {
    const tick = () => {
      if (!this.video || this.video.paused) return;
      this.moved();
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  moved(time = this.time) {
    this.now.textContent = clock(time, 1) + (this.recording ? ` / ${clock(this.recording.duration)}` : "");
    this.wall.textContent = this.recording ? wallClock(this.recording.start_utc, time) : "";
    this.act.moved(time, this.playing);
  }

  showState() {
    const { playing } = this;
    fill(this.toggleButton, icon(playing ? "pause" : "play"));
    this.toggleButton.setAttribute("aria-label", playing ? "Pause" : "Play");
    this.toggleButton.title = `${playing ? "Pause" : "Play"} (Space)`;
    this.toggleButton.disabled = !this.video;
    const silent = this.video?.muted;
    fill(this.mute, icon(silent ? "silent" : "sound"));
    this.mute.setAttribute("aria-label", silent ? "Sound on" : "Sound off");
    this.mute.title = `${silent ? "Sound on" : "Sound off"} (M)`;
    if (this.video) this.speed.value = String(this.video.playbackRate);
    this.captionButton.setAttribute("aria-pressed", String(this.captions.on));
  }

  destroy() {
    this.backRate = 0;
    if (!this.video) return;
    this.video.pause();
    if (this.media.stage) this.media.stage.destroy();
    else {
      this.video.removeAttribute("src");
      this.video.load();
    }
    this.video = null;
  }
}
