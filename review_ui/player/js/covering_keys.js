// The keys of the page on which a covered copy is worked out.

export const KEYS = [
  ["Space", "play, pause"],
  ["J / L", "5 seconds back / on"],
  [", / .", "one picture back / on (Shift: 10)"],
  ["N / P", "to the next / previous stretch to look at"],
  ["G", "looked at: it is covered here"],
  ["A", "add a place in the middle of the picture"],
  ["Arrows", "move the chosen place (Shift: larger, smaller); in the list of lanes: choose"],
  ["K", "key here: it stays where it is at this moment"],
  ["[ / ]", "to the key before / after"],
  ["I / O", "it begins / ends here"],
  ["S", "split it here"],
  ["X", "switch it off, on"],
  ["Delete", "remove it"],
  ["T", "a stretch of sound begins here; again: it ends here"],
  ["V", "show it as it will be"],
  ["Ctrl+Z / Ctrl+Y", "take back / do again"],
  ["+ / \u2212 / 0", "zoom the lanes in / out / all of it"],
  ["Esc", "choose nothing"],
  ["?", "this list"],
];

export const ACTIONS = {
  " ": "toggle", j: ["skip", -5], l: ["skip", 5], ",": ["frames", -1], ".": ["frames", 1], "<": ["frames", -10], ">": ["frames", 10],
  "shift+,": ["frames", -10], "shift+.": ["frames", 10], n: ["next", 1], p: ["next", -1], g: "good", a: "add", k: "key", "[": ["toKey", -1], "]": ["toKey", 1],
  i: ["edge", "from"], o: ["edge", "to"], s: "split", x: "off", Delete: "remove", t: "stretch", v: "see", "+": ["zoom", 0.5], "=": ["zoom", 0.5], "-": ["zoom", 2],
  0: "fit", Escape: "nothing", "?": "help",
  ArrowLeft: ["arrow", -1, 0, false], ArrowRight: ["arrow", 1, 0, false], ArrowUp: ["arrow", 0, -1, false], ArrowDown: ["arrow", 0, 1, false],
  "shift+ArrowLeft": ["arrow", -1, 0, true], "shift+ArrowRight": ["arrow", 1, 0, true], "shift+ArrowUp": ["arrow", 0, -1, true], "shift+ArrowDown": ["arrow", 0, 1, true],
};

export const ONCE = new Set(["toggle", "add", "key", "split", "off", "remove", "stretch", "see", "good", "help"]);
