// Requests to the program: data comes in, verdicts and corrections go out.

export class Refused extends Error {
  constructor(status, problem, said = {}) {
    super(problem);
    this.status = status;
    this.said = said; // the whole answer: a refused policy pack names its lines
  }
}

async function answer(response) {
  if (response.ok) return response;
  let problem = `the program answered ${response.status}`;
  let said = {};
  try {
    said = await response.json();
    problem = said.problem || problem;
  } catch {
    // not every refusal is JSON
  }
  if (response.status === 401) problem = "this session has ended: load the page again";
  throw new Refused(response.status, problem, said);
}

export async function getJson(path) {
  return (await answer(await fetch(path))).json();
}

export async function getBytes(path) {
  return (await answer(await fetch(path))).arrayBuffer();
}

// keepalive: sent also when the page is being left
export async function post(path, body, keepalive = false) {
  const headers = { "Content-Type": "application/json", "X-BWC-Write": "1" };
  return (await answer(await fetch(path, { method: "POST", headers, keepalive, body: JSON.stringify(body) }))).json();
}

// one after the other: of two answers given in quick succession the later one is kept last, and counts
let answered = Promise.resolve();

function inTurn(send) {
  const mine = answered.then(send);
  answered = mine.catch(() => undefined);
  return mine;
}

export function postVerdict(finding, verdict, note, speaker = false) {
  return inTurn(() => post("/bwc/verdict", { finding, verdict, note, speaker }));
}

export function postWithdraw(finding) {
  return inTurn(() => post("/bwc/withdraw", { finding }));
}

export function postWatched(recording, spans) {
  return post("/bwc/watched", { recording, spans }, true);
}

export function postSignOff(subject, note) {
  return post("/bwc/sign-off", { subject, note });
}

export function postAssign(wanted) {
  return post("/bwc/queue/assign", wanted);
}

export function postChange(change) {
  return post("/bwc/queue/change", change);
}

export function postDraw(wanted) {
  return post("/bwc/queue/draw", wanted);
}

export function postClip(order) {
  return post("/bwc/clip", order);
}

export function stopClip(recording, job) {
  return post("/bwc/clip/stop", { recording, job });
}

export function postCorrection(correction) {
  return post("/bwc/correction", correction);
}

export function postPlace(incident, recording, by) {
  return post("/bwc/incident/place", { incident, recording, by });
}

export function postState(said) {
  return post("/bwc/audit/state", said);
}

export function postSample(wanted) {
  return post("/bwc/audit/sample", wanted);
}

export function postKeepSearch(text) {
  return post("/bwc/search/keep", { name: text, text });
}

export function postRemoveSearch(number) {
  return post("/bwc/search/remove", { number });
}

// act: stop, again or forget
export function postAnalysis(act, about) {
  return post(`/bwc/analyses/${act}`, about);
}
