// While the covers are shown as they will be, covered sound is heard as it will be: silence or a tone.

const TONE_HZ = 1000;
const LEVEL = 0.1;

export class CoveredSound {
  constructor(video) {
    this.video = video;
    this.hushed = false;
  }

  // called as the recording plays; `spans`: null while the sound is heard as it is
  tick(spans) {
    const at = this.video.currentTime;
    const due = spans && !this.video.paused ? spans.filter((span) => !span.off && at >= span.from && at < span.to) : [];
    this.hush(due.length > 0);
    this.tone(due.some((span) => span.cover === "tone"));
  }

  hush(on) {
    if (on === this.hushed) return;
    if (on) this.was = this.video.muted;
    this.video.muted = on || this.was;
    this.hushed = on;
  }

  tone(on) {
    if (!on && !this.context) return;
    if (!this.context) {
      if (!window.AudioContext) return;
      this.context = new AudioContext();
      this.gain = this.context.createGain();
      this.gain.gain.value = 0;
      const source = this.context.createOscillator();
      source.frequency.value = TONE_HZ;
      source.connect(this.gain).connect(this.context.destination);
      source.start();
    }
    const level = on && !this.was ? LEVEL * this.video.volume : 0;
    if (this.level !== level) this.gain.gain.setTargetAtTime(level, this.context.currentTime, 0.005);
    this.level = level;
  }

  destroy() {
    this.hush(false);
    this.context?.close();
  }
}
