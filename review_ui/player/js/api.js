// Requests to the program: data comes in, verdicts go out.

export class Refused extends Error {
  constructor(status, problem) {
    super(problem);
    this.status = status;
  }
}

async function answer(response) {
  if (response.ok) return response;
  let problem = `the program answered ${response.status}`;
  try {
    problem = (await response.json()).problem || problem;
  } catch {
    // not every refusal is JSON
  }
  if (response.status === 401) problem = "this session has ended: load the page again";
  throw new Refused(response.status, problem);
}

export async function getJson(path) {
  return (await answer(await fetch(path))).json();
}

export async function getBytes(path) {
  return (await answer(await fetch(path))).arrayBuffer();
}

export async function postVerdict(finding, verdict, note) {
  const response = await fetch("/bwc/verdict", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-BWC-Write": "1" },
    body: JSON.stringify({ finding, verdict, note }),
  });
  return (await answer(response)).json();
}
