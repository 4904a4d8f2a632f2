// What is checked of any page; run in it.
const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length > 0;

// Every colour as red, green, blue, and how opaque it is.
const parts = (colour) => {
  const numbers = colour.match(/[\d.]+/g).map(Number);
  return [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1];
};
const over = (front, back) => [0, 1, 2].map((at) => front[at] * front[3] + back[at] * (1 - front[3])).concat(1);
const luminance = (colour) => {
  const linear = colour.slice(0, 3).map((part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
};
const behind = (element) => {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    layers.push(parts(getComputedStyle(at).backgroundColor));
    if (layers.at(-1)[3] === 1) break;
  }
  return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
};

// Texts whose contrast is less than 4.5 to 1 (WCAG 2, 1.4.3).
const faint = () => {
  const found = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    if (["SCRIPT", "STYLE"].includes(element.tagName) || !shown(element)) continue;
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) continue;
    const back = behind(element), front = over(parts(getComputedStyle(element).color), back);
    const [one, other] = [luminance(front), luminance(back)].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) found.set(`${element.tagName}.${element.className}`, `${ratio.toFixed(2)} ${element.textContent.trim().slice(0, 30)}`);
  }
  return [...found].map(([name, text]) => `${name}: ${text}`);
};

// What is wider than the window, or outside of it; what a box of its own scrolls is not.
const outside = () => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
  for (const element of document.body.querySelectorAll("h1, h2, button, input, .pane, th, td, .about > *, .compilers li, .note, footer, summary")) {
    if (!shown(element) || element.closest(".code, thead")) continue;
    const box = element.getBoundingClientRect();
    if (box.left < -1 || box.right > innerWidth + 1) found.push(`${element.tagName}.${element.className}: ${element.textContent.slice(0, 30)}`);
  }
  return found;
};
