// Elements from code. Text only ever enters as text nodes: nothing here reads HTML.

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  add(element, children);
  return element;
}

export function add(element, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false || child === "") continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

export function fill(element, ...children) {
  element.replaceChildren();
  add(element, children);
}

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  play: "M7 4.5v15l13-7.5z",
  pause: "M6 5h4.5v14H6zM13.5 5H18v14h-4.5z",
  next: "M5 5l9 7-9 7zM16 5h3v14h-3z",
  previous: "M19 5l-9 7 9 7zM5 5h3v14H5z",
  sound: "M4 9v6h4l6 5V4L8 9zM16.5 8.2v7.6a4.5 4.5 0 0 0 0-7.6z",
  silent: "M4 9v6h4l6 5V4L8 9zM16 9.4l1.4-1.4 2.1 2.1 2.1-2.1L23 9.4l-2.1 2.1 2.1 2.1-1.4 1.4-2.1-2.1-2.1 2.1-1.4-1.4 2.1-2.1z",
  full: "M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z",
  back: "M11 5l1.5 1.5L8 11h12v2H8l4.5 4.5L11 19l-7-7z",
  open: "M5 8l7 8 7-8z",
  shut: "M8 5l8 7-8 7z",
  search: "M10 4a6 6 0 0 1 4.8 9.6l5 5-1.3 1.4-5.1-5.1A6 6 0 1 1 10 4zm0 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
  pen: "M4 16.5L15.5 5 19 8.500 7.500 20H4z",
  captions: "M3 5h18v14H3zM6 13v2h8v-2zM15.500 13v2H18v-2zM6 9.500v2h3v-2zM10.500 9.500v2H18v-2z",
  check: "M9.5 17.2L4.3 12l1.6-1.6 3.6 3.6 8.6-8.6 1.6 1.6z",
  cross: "M6.4 5L12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4L12 13.4 6.4 19 5 17.6l5.6-5.6L5 6.4z",
  query: "M11 17h2.2v2.2H11zM12 4.5a4.7 4.7 0 0 1 4.7 4.7c0 3-3.4 3.3-3.4 6.1h-2.4c0-3.9 3.4-4.1 3.4-6.1a2.3 2.3 0 0 0-4.6 0H7.3A4.7 4.7 0 0 1 12 4.5z",
  sure: "M4 6h7v2H4zM15 6h5v2h-5zM12 4h2v6h-2zM4 15.500h3v2H4zM11 15.500h9v2h-9zM8 13.500h2v6H8z",
  camera: "M4 6h11v4l5-3v10l-5-3v4H4z",
  warn: "M12 3l10 18H2zM11 10v5h2v-5zM11 16.5v2h2v-2z",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  path.setAttribute("fill-rule", "evenodd");
  svg.append(path);
  return svg;
}

// whether a click is a plain one, which the page then answers itself; with Ctrl, Shift or the middle button the browser
// opens the link its own way
export function plainClick(event) {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return false;
  event.preventDefault();
  return true;
}

// Colours follow Streamlit's theme; which of our two palettes fits is told by the background.
export function isDark(element) {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  probe.fillStyle = getComputedStyle(element).getPropertyValue("--st-background-color").trim() || "#ffffff";
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}
