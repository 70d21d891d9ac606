// SVG by hand: axes, lines, dots. Text from data is set as text and never parsed.
import { shortened } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
export const LETTER = 7.5; // pixels, of a name beside a row

/** Make an element: attributes, then text or children. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  return filled(node, attributes, children);
}

export function shape(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Choose round ticks within [low, high]. */
export function ticks(low, high, most = 5) {
  const span = high - low;
  if (!(span > 0)) return [low];
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const every = [1, 2, 5, 10].map((k) => k * power).find((one) => one >= rough);
  const first = Math.ceil(low / every - 1e-9);
  const count = Math.floor(high / every + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, k) => (first + k) * every);
}

/** Widen a range by a share on both ends, to `least` at least; a single value gets room. */
export function padded(values, share = 0.06, least = 0) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = Math.max((high - low || Math.abs(high) || 1) * share, (least - (high - low)) / 2);
  return [low - room, high + room];
}

/** Put words on lines that fit: what stands behind a semicolon goes first. */
function inLines(words, width) {
  const fits = (line) => LETTER * line.length <= width;
  if (fits(words)) return [words];
  const parts = words.split(/(?<=;) /);
  const pieces = parts.every(fits) ? parts : words.split(" ");
  return pieces.reduce((lines, piece) => {
    const longer = [...lines.slice(-1), piece].join(" ");
    return lines.length && fits(longer) ? [...lines.slice(0, -1), longer] : [...lines, piece];
  }, []);
}

/** A chart: {svg, x, y, line, dot, rule, text}; x and y turn data into places. */
export function chart({ width, height, xs, ys, xTicks, yTicks, xName, yName, label, left = 52 }) {
  const end = xTicks.at(-1);
  const right = end && end[0] >= xs[1] ? Math.max(18, 4 * end[1].length) : 18;
  const named = xName ? inLines(xName, width - 8) : [];
  const box = { top: 8, right, bottom: 20 + 16 * named.length, left };
  const svg = shape("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  const x = (v) => box.left + ((v - xs[0]) / (xs[1] - xs[0])) * (width - box.left - box.right);
  const y = (v) => height - box.bottom - ((v - ys[0]) / (ys[1] - ys[0])) * (height - box.top - box.bottom);
  const text = (words, at, options = {}) => {
    const node = shape("text", { x: at[0], y: at[1], ...options }, words);
    svg.append(node);
    return node;
  };
  for (const [value, words] of yTicks) {
    svg.append(shape("line", { class: "grid", x1: box.left, x2: width - box.right, y1: y(value), y2: y(value) }));
    text(words, [box.left - 6, y(value) + 4], { "text-anchor": "end", class: "tick" });
  }
  for (const [value, words] of xTicks) {
    text(words, [x(value), height - box.bottom + 15], { "text-anchor": "middle", class: "tick" });
  }
  const axis = named.map((line, k) => {
    const half = (LETTER * line.length) / 2;
    const middle = Math.max(half, Math.min(width - half, (box.left + width - box.right) / 2));
    const last = named.length - 1;
    return shape("tspan", { x: middle, y: height - 4 - 16 * (last - k) }, k < last ? `${line} ` : line);
  });
  if (xName) svg.append(shape("text", { "text-anchor": "middle", class: "axis" }, ...axis));
  if (yName) text(yName, [0, 0], { transform: `translate(11 ${(height - box.bottom + box.top) / 2}) rotate(-90)`, "text-anchor": "middle", class: "axis" });
  return {
    svg,
    x,
    y,
    box,
    text,
    line(points, kind) {
      const path = points.map(([a, b], k) => `${k ? "L" : "M"}${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join("");
      if (points.length) svg.append(shape("path", { d: path, class: `line ${kind}` }));
    },
    /** Fill between the ends of intervals: [place, low, high] each. */
    band(intervals, kind = "") {
      const ends = [...intervals.map(([a, low]) => [a, low]), ...intervals.map(([a, , high]) => [a, high]).reverse()];
      const corners = ends.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(" ");
      if (corners) svg.append(shape("polygon", { points: corners, class: `band ${kind}`.trim() }));
    },
    dot([a, b], kind, said, radius = 4) {
      const title = said ? shape("title", {}, said) : null;
      svg.append(shape("circle", { cx: x(a), cy: y(b), r: radius, class: `dot ${kind}` }, title));
    },
    rule(from, to, kind) {
      svg.append(shape("line", { x1: x(from[0]), y1: y(from[1]), x2: x(to[0]), y2: y(to[1]), class: kind }));
    },
  };
}

/** The room for the names of rows, in pixels. */
export function widestName(width) {
  return Math.min(340, width * 0.46);
}

/** Rows with a name at the left and places on one axis at the right. */
export function rows({ width, names, said = names, height = 20, xs, xTicks, xName, label, side = 0 }) {
  const widest = widestName(width);
  const most = Math.floor((widest - 8) / LETTER);
  const cut = shortened(names, most);
  const room = Math.min(widest, 12 + LETTER * Math.max(...cut.map((name) => [...name].length)));
  const tall = names.length * height + 28 + 16 * inLines(xName, width - side - 8).length;
  const drawn = chart({ width: width - side, height: tall, xs, ys: [names.length, 0], xTicks, yTicks: [], xName, label, left: room });
  drawn.svg.setAttribute("width", width);
  drawn.svg.setAttribute("viewBox", `0 0 ${width} ${tall}`);
  names.forEach((_, k) => {
    const node = drawn.text(cut[k], [room - 8, drawn.y(k + 0.5) + 4], { "text-anchor": "end", class: "name" });
    node.append(shape("title", {}, String(said[k])));
  });
  return drawn;
}

const DARK = "(prefers-color-scheme: dark)";

/** Give a view the theme of its page: JupyterLab's, or in a mailed file the reader's. Returns how to stop. */
export function themed(frame) {
  const dark = matchMedia(DARK);
  const follow = () => {
    const lab = document.body.dataset.jpThemeLight;
    frame.classList.toggle("dark", lab === undefined ? dark.matches : lab === "false");
  };
  const themes = new MutationObserver(follow);
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  dark.addEventListener("change", follow);
  follow();
  return () => {
    themes.disconnect();
    dark.removeEventListener("change", follow);
  };
}
