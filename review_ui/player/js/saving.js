// Saves what a person changes a moment after the last change; one save at a time.

export class Saving {
  // send() -> true where it was kept; told(): the state changed
  constructor(send, told, wait = 800) {
    this.send = send;
    this.told = told;
    this.wait = wait;
    this.dirty = false;
    this.sending = null;
  }

  get busy() {
    return this.dirty || this.sending !== null;
  }

  // something was changed
  touch() {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), this.wait);
    this.told();
  }

  // sends what is not sent yet; whether all of it is kept now
  async flush() {
    clearTimeout(this.timer);
    while (this.sending) await this.sending; // whoever waits beside may have begun the next one
    if (!this.dirty) return true;
    this.dirty = false;
    this.sending = this.send();
    this.told();
    const kept = await this.sending;
    this.sending = null;
    if (!kept) this.dirty = true;
    this.told();
    return kept;
  }
}
