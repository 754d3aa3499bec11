// What is being made by a process of its own, as a line with how far it is, the time left, and a way to stop it.

import { h } from "./dom.js";
import { length, percent } from "./format.js";

const STATES = { waiting: "waits", failed: "not made", stopped: "stopped" };

export const isBusy = (job) => job.state === "waiting" || job.state === "cutting";

export function jobRow(job, title, stop) {
  const left = job.left === null ? "" : `, about ${length(Math.max(1, job.left))} left`;
  const state = job.state === "cutting" ? `${percent(job.done)}${left}` : STATES[job.state] || job.state;
  return h(
    "li",
    { class: "job", "data-state": job.state },
    h("span", {}, title),
    isBusy(job) && h("progress", { max: "1", value: job.done, "aria-label": title }),
    h("span", { class: job.problem ? "problem" : "faint" }, job.problem || state),
    isBusy(job) && h("button", { onclick: () => stop(job) }, "Stop"),
  );
}

export function fileSize(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
