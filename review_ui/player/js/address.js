// The address in the browser always leads back to what is shown.

const OF_ONE = new Set(["r", "c"]); // pages of one recording or one incident; its id may stand there whole or short

// `key`: the name in the address that makes it the page's own; `query`: all that the address is to say. A page that is
// being left (Back, a link) must not write over the address of the one that follows: it writes only on its own.
export function keepAddress(key, query) {
  const here = new URLSearchParams(window.location.search).get(key);
  if (here === null || (OF_ONE.has(key) && !here.startsWith(query.get(key)))) return;
  window.history.replaceState(window.history.state, "", `${window.location.pathname}?${query}`);
}
