// Runs in the page before anything else: notes what is drawn, when data came, and what the page's own code takes.

window.probe = { frames: [], data: {}, rects: 0 };
{
  const { probe } = window;
  const { fillRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillRect = function (...box) {
    probe.rects += 1;
    return fillRect.apply(this, box);
  };
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (draw) =>
    ask((now) => {
      const began = performance.now();
      const before = probe.rects;
      draw(now);
      let last = probe.frames.at(-1);
      if (last?.at !== now) probe.frames.push((last = { at: now, js: 0, rects: 0 }));
      last.until = performance.now();
      last.js += last.until - began;
      last.rects += probe.rects - before;
    });
  const { json } = Response.prototype;
  Response.prototype.json = async function () {
    const value = await json.call(this);
    probe.data[new URL(this.url).pathname] = performance.now();
    return value;
  };
  // before the page listens itself: its own keys go no further
  for (const name of ["keydown", "pointerdown"]) window.addEventListener(name, (event) => (probe.pressed = event.timeStamp), { capture: true });
  const next = () => new Promise((done) => requestAnimationFrame(done));

  // milliseconds from the later of these data to the first picture with many marks
  probe.firstPicture = (addresses) => {
    const frame = probe.frames.find((one) => one.rects > 1000);
    const data = Math.max(...addresses.map((address) => probe.data[address] ?? 0));
    return frame && { picture: frame.until - data, drawing: frame.js, rects: frame.rects };
  };

  // one turn of the wheel for each picture of the screen: what the page's code takes, and how far apart pictures come
  probe.wheel = async (plot, { count, kind }) => {
    const box = plot.getBoundingClientRect();
    const place = { clientX: box.x + box.width / 3, clientY: box.y + 8, bubbles: true, cancelable: true };
    const js = [];
    const apart = [];
    let last = await next();
    for (let number = 0; number < count; number += 1) {
      const way = Math.floor(number / 12) % 2 ? 1 : -1;
      const turn = kind === "zoom" ? { deltaY: 40 * way, ctrlKey: true } : { deltaX: 60 * way };
      const began = performance.now();
      plot.dispatchEvent(new WheelEvent("wheel", { ...place, ...turn }));
      const handled = performance.now() - began;
      const now = await next();
      js.push(handled + (probe.frames.findLast((one) => one.at === now)?.js ?? 0));
      apart.push(now - last);
      last = now;
    }
    return { js, apart };
  };

  // from the next key or press to the picture of the new place on the screen; read with `await probe.shown`
  probe.toPicture = (video) => {
    probe.shown = new Promise((done) => {
      const seeking = () => {
        const began = probe.pressed;
        const wanted = video.currentTime;
        const seen = (now, { mediaTime }) => (Math.abs(mediaTime - wanted) < 0.2 ? done(now - began) : video.requestVideoFrameCallback(seen));
        video.requestVideoFrameCallback(seen);
      };
      video.addEventListener("seeking", seeking, { once: true });
      setTimeout(() => done(null), 10000);
    });
  };

  // the lanes of one recording, made and drawn once more beside those of the page
  probe.lanesAgain = async (section, address) => {
    const file = performance.getEntriesByType("resource").find((one) => one.name.endsWith("/timeline.js")).name;
    const { Timeline } = await import(file);
    const events = await (await fetch(address)).json();
    return {
      async draw() {
        const again = new Timeline({});
        section.after(again.root);
        again.show(events);
        await next();
        await next();
        again.destroy();
        again.root.remove();
      },
    };
  };
}
